import { findRecord, kinds, type Ref, recordPath, references, refKey, schema } from '../../model/index.ts';
import { defineCommand } from '../define.ts';
import { renameKey, setAt } from '../path.ts';
import { mustExist, snapshot } from '../records.ts';

/**
 * Gives a record another id and rewrites everything that names it; the record, list items and map entries keep their
 * places. A pool's id is `cluster/pool` on both sides, and the cluster stays. Throws where the record is missing, the
 * new id is taken or it is not a DNS-1123 label.
 *
 * A name or label that the design does not write follows the id, so the exported object's name changes with it.
 */
export const renameRecord = defineCommand<{ readonly ref: Ref; readonly to: string }>({
  id: 'record/rename',
  label: ({ ref }) => `Rename ${kinds[ref.kind].label.toLowerCase()}`,
  run(draft, { ref, to }) {
    if (to === ref.id) return;
    const topology = snapshot(draft);
    const target = { kind: ref.kind, id: to };
    const path = recordPath(ref);
    const newPath = recordPath(target);
    const id = newPath.at(-1) ?? '';
    mustExist(draft, ref);
    if (!schema.idPattern.test(id)) throw new Error(`${to} is not a DNS-1123 label`);
    if (ref.kind === 'pool' && (path[1] !== newPath[1] || to !== `${newPath[1]}/${id}`)) {
      throw new Error('a pool is renamed within its cluster');
    }
    if (findRecord(topology, target) !== undefined) throw new Error(`${refKey(target)} exists already`);

    const named = references(topology).filter((r) => refKey(r.target) === refKey(ref));
    for (const found of named) if (found.at === 'value') setAt(draft, found.path, to);
    // Inner keys first: their paths lead through outer keys that still have the old name.
    const keys = named.filter((found) => found.at === 'key').sort((a, b) => b.path.length - a.path.length);
    for (const found of keys) renameKey(draft, found.path.slice(0, -1), ref.id, to);
    renameKey(draft, path.slice(0, -1), path.at(-1) ?? '', id);
  },
});

import { kinds, type Ref, recordPath, references, refKey } from '../../model/index.ts';
import { defineCommand } from '../define.ts';
import { deleteAt } from '../path.ts';
import { dropReferences, snapshot, withDependents } from '../records.ts';

/**
 * Removes records and, with them, every record that makes no sense without one: a namespace goes with its cluster, a
 * flow with either end. Other references to what went are taken out; a list that becomes empty stays, because an empty
 * list of runtimes and no list are not the same. Records that do not exist are passed over.
 */
export const removeRecords = defineCommand<{ readonly refs: readonly Ref[] }>({
  id: 'record/remove',
  label: ({ refs }) => {
    const [only] = refs;
    return only !== undefined && refs.length === 1
      ? `Remove ${kinds[only.kind].label.toLowerCase()}`
      : `Remove ${refs.length} records`;
  },
  run(draft, { refs }) {
    const topology = snapshot(draft);
    const removed = withDependents(topology, refs);
    dropReferences(
      draft,
      references(topology).filter(
        ({ target, from }) => removed.has(refKey(target)) && !(from !== undefined && removed.has(refKey(from))),
      ),
    );
    for (const gone of removed.values()) deleteAt(draft, recordPath(gone));
  },
});

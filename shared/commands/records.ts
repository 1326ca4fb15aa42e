/** Adding records and taking references to removed ones out: what several commands share. */
import { current, type Draft } from 'immer';
import { assertNever } from '../lib/assert-never.ts';
import { compareText } from '../lib/sort.ts';
import {
  findRecord,
  kinds,
  type Point,
  type RecordOf,
  type Rect,
  type Ref,
  type Reference,
  recordPath,
  recordsOf,
  ref,
  references,
  refKey,
  type Topology,
} from '../model/index.ts';
import { containerAt, deleteAt, setAt } from './path.ts';

export interface NewRecord {
  readonly ref: Ref;
  readonly record: RecordOf[keyof RecordOf];
  /** Where it stands on the canvas, relative to its parent: a rectangle or a point, as its kind has it. */
  readonly layout?: Rect | Point;
}

/** The draft as plain data. Cheap: what was not touched is the frozen original. */
export function snapshot(draft: Draft<Topology>): Topology {
  return current(draft) as Topology;
}

/** Throws where the id is taken or, for a pool, its cluster is missing: the caller chooses ids (see freeId). */
export function insert(draft: Draft<Topology>, { ref: added, record, layout }: NewRecord): void {
  const path = recordPath(added);
  const parent = path.slice(0, -1);
  const id = path.at(-1) ?? '';
  if (added.kind === 'pool' && containerAt(draft, path.slice(0, 2)) === undefined) {
    throw new Error(`there is no cluster for ${refKey(added)}`);
  }
  const siblings = containerAt(draft, parent);
  if (siblings !== undefined && Object.hasOwn(siblings, id)) throw new Error(`${refKey(added)} exists already`);
  setAt(draft, path, record);
  if (layout !== undefined) {
    const place = layoutPath(added);
    if (place !== undefined) setAt(draft, place, layout);
  }
}

/** Throws where the record is missing: a command on it would be the caller's mistake. */
export function mustExist(draft: Draft<Topology>, wanted: Ref): void {
  if (findRecord(draft as Topology, wanted) === undefined) throw new Error(`there is no ${refKey(wanted)}`);
}

/** Where a record's place on the canvas stands in the document; undefined for kinds that have none. */
export function layoutPath(target: Ref): string[] | undefined {
  switch (target.kind) {
    case 'zone':
    case 'namespace':
    case 'workload':
    case 'external':
      return ['layout', kinds[target.kind].path[0] ?? '', target.id];
    case 'endpoint':
      return ['layout', 'storage', target.id];
    case 'cluster':
    case 'pool':
    case 'flow':
    case 'class':
    case 'runtime':
      return undefined;
    default:
      return assertNever(target.kind);
  }
}

/** The records themselves, what lives inside them, and all records that make no sense without one of them. */
export function withDependents(topology: Topology, refs: readonly Ref[]): Map<string, Ref> {
  const found = new Map<string, Ref>();
  const dependents = new Map<string, Ref[]>();
  const depends = (on: Ref, dependent: Ref): void => {
    const list = dependents.get(refKey(on));
    if (list === undefined) dependents.set(refKey(on), [dependent]);
    else list.push(dependent);
  };
  for (const { owning, target, from } of references(topology)) if (owning && from !== undefined) depends(target, from);
  for (const id of Object.keys(recordsOf(topology, 'pool'))) {
    depends(ref('cluster', id.split('/')[0] ?? ''), ref('pool', id));
  }
  const open = [...refs];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(refKey(next))) continue;
    found.set(refKey(next), next);
    open.push(...(dependents.get(refKey(next)) ?? []));
  }
  return found;
}

/** Takes references out: list items and map entries go, optional values are deleted. Owning ones are left alone. */
export function dropReferences(draft: Draft<Topology>, dropped: readonly Reference[]): void {
  // From the end, so that taking an item out of a list moves none that is still to go.
  const backwards = [...dropped].sort((a, b) => {
    const x = a.path.at(-1);
    const y = b.path.at(-1);
    return typeof x === 'number' && typeof y === 'number' ? y - x : compareText(typeof x, typeof y);
  });
  for (const { path, owning } of backwards) if (!owning) deleteAt(draft, path);
}

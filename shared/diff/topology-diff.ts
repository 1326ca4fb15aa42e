/** Compares two designs record by record, and takes a design from one to the other. */
import { isMap } from '../lib/is-map.ts';
import { compareText, unique } from '../lib/sort.ts';
import {
  type Kind,
  kindNames,
  type Layout,
  lookup,
  type MatrixCell,
  recordPath,
  recordsOf,
  ref,
  type Topology,
} from '../model/index.ts';
import { judge } from './classify.ts';
import { titleOf } from './describe.ts';
import { compareGravity, type Entry, type EntrySubject, type Facts, type Move, type RecordChange } from './entry.ts';
import { applyFields, diffFields, isSame, own, withKey } from './fields.ts';
import { applyRenames, findRenames, type Rename } from './renames.ts';

/** The ends of a flow change as one value: `from.workload` removed and `from.zone` added would say the same twice. */
const wholeFields: Partial<Record<Kind, readonly string[]>> = { flow: ['from', 'to'] };

/**
 * What changed from `before` to `after`: records in the order of their kinds, then by id; then matrix, rules, metadata,
 * layout (one entry). Nothing where the designs are the same. Order of keys, comments and empty maps do not count.
 */
export function diffTopology(before: Topology, after: Topology, facts: Facts = {}): Entry[] {
  const renames = findRenames(before, after);
  const renamed = aligned(before, renames);
  const changes = [
    ...kindNames.flatMap((kind) => diffKind(kind, renamed, after, renames)),
    ...diffSubjects('matrix', cellsOf(renamed), cellsOf(after)),
    ...diffSubjects('rule', renamed.rules ?? {}, after.rules ?? {}),
    ...diffSubjects('metadata', { metadata: renamed.metadata }, { metadata: after.metadata }),
    ...diffLayout(renamed.layout, after.layout),
  ];
  return changes.map((change) => {
    const effects = judge(change, { before: renamed, after, facts }).sort(compareGravity);
    const [worst] = effects;
    return {
      ...change,
      effects,
      class: worst?.class ?? 'neutral',
      severity: worst?.severity ?? 'low',
      title: titleOf(change, renamed, after),
    };
  });
}

/**
 * The older design under the ids of the newer one, where records kept their content under another id. It is one and the
 * same object until others are renamed, so that what is kept with it stands while a renamed design is edited further.
 */
export function alignRenames(before: Topology, after: Topology): Topology {
  return aligned(before, findRenames(before, after));
}

function aligned(before: Topology, renames: readonly Rename[]): Topology {
  if (renames.length === 0) return before;
  const key = JSON.stringify(renames.map(({ kind, from, to }) => [kind, from, to]));
  const known = lastAligned.get(before);
  if (known?.key === key) return known.renamed;
  const renamed = applyRenames(before, renames);
  lastAligned.set(before, { key, renamed });
  return renamed;
}

/** Only the last one of each: while a name is typed, every key renames. */
const lastAligned = new WeakMap<Topology, { readonly key: string; readonly renamed: Topology }>();

/** The newer design, from the older one and what changed: `applyDifference(a, diffTopology(a, b))` is `b`, up to empty maps. */
export function applyDifference(before: Topology, entries: readonly RecordChange[]): Topology {
  let result: unknown = applyRenames(before, renamesOf(entries));
  // Clusters come before pools: removing a cluster takes its pools along, adding one makes room for them.
  for (const entry of entries) result = applyEntry(result, entry);
  return result as Topology;
}

/** The renames among changes. */
export function renamesOf(changes: readonly RecordChange[]): Rename[] {
  return changes.flatMap(({ subject, renamedFrom }): Rename[] =>
    renamedFrom === undefined ? [] : [{ kind: subject.kind as Kind, from: renamedFrom, to: subject.id }],
  );
}

function diffKind(kind: Kind, before: Topology, after: Topology, renames: readonly Rename[]): RecordChange[] {
  const strip = (record: unknown) =>
    kind === 'cluster' && isMap(record) ? withKey(record, 'pools', undefined) : record;
  const older = recordsOf(before, kind) as Readonly<Record<string, unknown>>;
  const newer = recordsOf(after, kind) as Readonly<Record<string, unknown>>;
  const renamedFrom = new Map(renames.filter((r) => r.kind === kind).map((r) => [r.to, r.from]));
  return idsOf(older, newer).flatMap((id): RecordChange[] => {
    const a = strip(own(older, id));
    const b = strip(own(newer, id));
    const oldId = renamedFrom.get(id);
    if (isSame(a, b) && oldId === undefined) return [];
    const change = changeOf(kind, id, a, b, wholeFields[kind]);
    const moves = change.change === 'changed' ? movesOf(kind, id, before, after) : [];
    return [{ ...change, moves, ...(oldId !== undefined && { renamedFrom: oldId }) }];
  });
}

function diffSubjects(
  kind: EntrySubject['kind'],
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): RecordChange[] {
  return idsOf(before, after).flatMap((id) => {
    const a = own(before, id);
    const b = own(after, id);
    return isSame(a, b) ? [] : [changeOf(kind, id, a, b)];
  });
}

/** One entry for all of it: nobody reviews positions one by one. */
function diffLayout(before: Layout | undefined, after: Layout | undefined): RecordChange[] {
  const a = dropEmpty(before);
  const b = dropEmpty(after);
  if (isSame(a, b)) return [];
  return [{ ...changeOf('layout', 'layout', a ?? {}, b ?? {}), before: a, after: b }];
}

function changeOf(
  kind: EntrySubject['kind'],
  id: string,
  a: unknown,
  b: unknown,
  whole?: readonly string[],
): RecordChange {
  const subject = { kind, id };
  if (a === undefined) return { subject, change: 'added', moves: [], fields: [], after: b };
  if (b === undefined) return { subject, change: 'removed', moves: [], fields: [], before: a };
  return { subject, change: 'changed', moves: [], fields: diffFields(a, b, whole), before: a, after: b };
}

function movesOf(kind: Kind, id: string, before: Topology, after: Topology): Move[] {
  const a = lookup(before);
  const b = lookup(after);
  const move = (what: Move['what'], from: string | undefined, to: string | undefined): Move[] =>
    from === to ? [] : [{ what, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }];
  const subject = ref(kind, id);
  const zone = () => move('zone', a.zoneOf(subject), b.zoneOf(subject));
  const cluster = () => move('cluster', a.clusterOf(subject), b.clusterOf(subject));
  switch (kind) {
    case 'workload': {
      // A workload whose namespace moved stayed where it was; the namespace's own entry tells the move.
      const moved = move('namespace', a.get('workload', id)?.namespace, b.get('workload', id)?.namespace);
      return moved.length === 0 ? [] : [...moved, ...zone(), ...cluster()];
    }
    case 'namespace':
      return [...zone(), ...cluster()];
    case 'pool':
    case 'endpoint':
      return zone();
    case 'class': {
      const moved = a.get('class', id)?.endpoint !== b.get('class', id)?.endpoint;
      return moved ? zone() : [];
    }
    default:
      return [];
  }
}

/** The cells of the matrix, keyed `from/to`. */
function cellsOf(topology: Topology): Readonly<Record<string, MatrixCell>> {
  return Object.fromEntries(
    Object.entries(topology.matrix ?? {}).flatMap(([from, row]) =>
      Object.entries(row).map(([to, cell]) => [`${from}/${to}`, cell]),
    ),
  );
}

function idsOf(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): string[] {
  return unique([...Object.keys(a), ...Object.keys(b)]).sort(compareText);
}

function applyEntry(topology: unknown, entry: RecordChange): unknown {
  const { subject } = entry;
  if (subject.kind === 'layout') return replace(topology, ['layout'], entry.after);
  if (subject.kind === 'metadata') return replace(topology, ['metadata'], entry.after);
  const path = pathOf(subject);
  if (entry.change === 'removed') return replace(topology, path, undefined);
  if (entry.change === 'added') return replace(topology, path, entry.after);
  return replace(topology, path, applyFields(at(topology, path), entry.fields));
}

function pathOf(subject: EntrySubject): string[] {
  if (subject.kind === 'matrix') return ['matrix', ...subject.id.split('/')];
  if (subject.kind === 'rule') return ['rules', subject.id];
  return recordPath(ref(subject.kind as Kind, subject.id));
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce((found, key) => (isMap(found) ? own(found, key) : undefined), value);
}

/** Sets or removes one value; maps that end up empty go, so that removing the last record leaves no husk. */
function replace(value: unknown, path: readonly string[], next: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return next;
  const fields = isMap(value) ? value : {};
  if (rest.length === 0) return withKey(fields, key, next);
  const inner = replace(own(fields, key), rest, next);
  const isHusk = next === undefined && isMap(inner) && Object.keys(inner).length === 0;
  return withKey(fields, key, isHusk ? undefined : inner);
}

function dropEmpty(layout: Layout | undefined): Layout | undefined {
  const kept = Object.entries(layout ?? {}).filter(([, map]) => Object.keys(map ?? {}).length > 0);
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as Layout);
}

/**
 * Three-way merge of designs, by record and field. Edits of different fields go together whoever made them; where both
 * sides set one field to different values, or one changed what the other removed, it is a conflict with a name.
 */
import { isMap } from '../lib/is-map.ts';
import type { Path } from '../lib/problem.ts';
import { compareText, unique } from '../lib/sort.ts';
import {
  findRecord,
  isKind,
  kindNames,
  kinds,
  type Reference,
  recordPath,
  references,
  refKey,
  type Topology,
} from '../model/index.ts';
import { fieldName, subjectName } from './describe.ts';
import type { EntrySubject } from './entry.ts';
import { isSame, own, withKey } from './fields.ts';
import { applyRenames, findRenames, type Rename } from './renames.ts';

export interface MergeConflict {
  /** Where the value is in the merged design, from its root. */
  readonly path: Path;
  readonly subject: EntrySubject;
  /** Inside the subject; empty where all of it is in conflict, as where one side removed what the other changed. */
  readonly field: Path;
  /** `Workload oven: replicas`, or `Namespace bakery, which Workload oven needs`. */
  readonly title: string;
  /** Undefined where the value is not there. */
  readonly base: unknown;
  readonly ours: unknown;
  readonly theirs: unknown;
}

export interface Merge {
  /** With our value in every conflict. */
  readonly merged: Topology;
  /** Sorted by path. */
  readonly conflicts: readonly MergeConflict[];
}

export function mergeDesigns(base: Topology, ours: Topology, theirs: Topology): Merge {
  const common = withCommonIds(base, ours, theirs);
  const found: Array<Pick<MergeConflict, 'path' | 'base' | 'ours' | 'theirs'>> = [];
  const fields = merge(common.base, common.ours, common.theirs, [], (path, b, o, t) => {
    found.push({ path, base: b, ours: o, theirs: t });
  }) as Topology;
  const conflicts = found.map((conflict): MergeConflict => {
    const { subject, field } = subjectOf(conflict.path);
    const name = subjectName(subject, conflict.ours === undefined ? common.theirs : common.ours);
    const title = field.length === 0 ? name : `${name}: ${fieldName(field).toLowerCase()}`;
    return { ...conflict, subject, field, title };
  });
  const missed = withMissed(fields, common, conflicts);
  const all = [...common.conflicts, ...conflicts, ...missed.conflicts];
  return { merged: missed.merged, conflicts: all.sort((a, b) => compareText(pathKey(a.path), pathKey(b.path))) };
}

/** The merged design with their value where they were chosen. */
export function resolveConflicts(merge: Merge, theirs: ReadonlySet<MergeConflict>): Topology {
  return merge.conflicts.reduce<Topology>((topology, conflict) => {
    if (!theirs.has(conflict)) return topology;
    if (conflict.field[0] !== 'id' || conflict.field.length > 1)
      return setAt(topology, conflict.path, conflict.theirs) as Topology;
    const { kind } = conflict.subject;
    return isKind(kind)
      ? applyRenames(topology, [{ kind, from: conflict.subject.id, to: String(conflict.theirs) }])
      : topology;
  }, merge.merged);
}

/** All three under the same ids: whoever renamed a record renamed it for all. */
function withCommonIds(base: Topology, ours: Topology, theirs: Topology) {
  const byUs = findRenames(base, ours);
  const byThem = findRenames(base, theirs);
  const key = (r: Rename) => `${r.kind}:${r.from}`;
  const usByKey = new Map(byUs.map((r) => [key(r), r]));
  const themByKey = new Map(byThem.map((r) => [key(r), r]));
  const twice = byThem.filter((r) => usByKey.has(key(r)) && usByKey.get(key(r))?.to !== r.to);
  const conflicts = twice.map((r): MergeConflict => {
    const mine = usByKey.get(key(r))?.to ?? r.to;
    const subject = { kind: r.kind, id: mine };
    return {
      path: [...recordPath(subject), 'id'],
      subject,
      field: ['id'],
      title: `${subjectName(subject, ours)}: id`,
      base: r.from,
      ours: mine,
      theirs: r.to,
    };
  });
  // Theirs gets our ids, and ours theirs, where only one side has a new one.
  const toUs = twice.map((r) => ({ ...r, from: r.to, to: usByKey.get(key(r))?.to ?? r.to }));
  const onlyUs = byUs.filter((r) => !themByKey.has(key(r)));
  const onlyThem = byThem.filter((r) => !usByKey.has(key(r)));
  return {
    base: applyRenames(base, [...byUs, ...onlyThem]),
    ours: applyRenames(ours, onlyThem),
    theirs: applyRenames(theirs, [...onlyUs, ...toUs]),
    conflicts,
  };
}

type Sides = Readonly<Record<'base' | 'ours' | 'theirs', Topology>>;

/**
 * Records that one side removed while the other drew something that names them: no field is edited twice, and yet each
 * side without the other is whole and both together are not. Ours stays, be it the record or that it is gone.
 */
function withMissed(
  fields: Topology,
  sides: Sides,
  conflicts: readonly MergeConflict[],
): { readonly merged: Topology; readonly conflicts: MergeConflict[] } {
  const known = new Set(conflicts.map(({ path }) => pathKey(path)));
  const alone = new Set([sides.ours, sides.theirs].flatMap((side) => dangling(side).map(referenceKey)));
  const missed = new Map<string, MergeConflict>();
  const search = (whole: Topology): void => {
    const found = dangling(whole).flatMap((reference): MergeConflict[] => {
      const { target, from } = reference;
      const [base, ours, theirs] = [sides.base, sides.ours, sides.theirs].map((side) => findRecord(side, target));
      const isRemoved = base !== undefined && (ours ?? theirs) !== undefined;
      const path = recordPath(target);
      if (!isRemoved || alone.has(referenceKey(reference)) || known.has(pathKey(path)) || missed.has(pathKey(path)))
        return [];
      const name = subjectName(target, ours === undefined ? sides.theirs : sides.ours);
      const user = from === undefined ? 'the matrix' : subjectName(from, whole);
      const title = `${name}, which ${user} needs`;
      return [{ path, subject: target, field: [], title, base, ours, theirs }];
    });
    if (found.length === 0) return;
    for (const conflict of found) missed.set(pathKey(conflict.path), conflict);
    // What is put back may itself name something that is gone.
    search(withValues(whole, found, (conflict) => conflict.ours ?? conflict.theirs));
  };
  search(fields);
  // Nor may anything be missing where theirs is taken later.
  search(withValues(fields, conflicts, (conflict) => conflict.theirs));
  const found = [...missed.values()];
  return { merged: withValues(fields, found, (conflict) => conflict.ours), conflicts: found };
}

function withValues(
  topology: Topology,
  conflicts: readonly MergeConflict[],
  chosen: (conflict: MergeConflict) => unknown,
): Topology {
  return conflicts.reduce((next, conflict) => setAt(next, conflict.path, chosen(conflict)) as Topology, topology);
}

function dangling(topology: Topology): Reference[] {
  return references(topology).filter(({ target }) => findRecord(topology, target) === undefined);
}

/** Who names what. */
function referenceKey({ target, path }: Reference): string {
  return pathKey([...path, refKey(target)]);
}

function pathKey(path: Path): string {
  return path.join('\u0000');
}

type Clash = (path: Path, base: unknown, ours: unknown, theirs: unknown) => void;

function merge(base: unknown, ours: unknown, theirs: unknown, path: Path, clash: Clash): unknown {
  if (isSame(ours, theirs) || isSame(base, theirs)) return ours;
  if (isSame(base, ours)) return theirs;
  // Positions are nobody's decision: where both moved a shape it stays where it stands.
  if (!isMap(ours) || !isMap(theirs) || isWhole(path)) {
    if (path[0] !== 'layout') clash(path, base, ours, theirs);
    return ours;
  }
  const common = isMap(base) ? base : {};
  let merged = ours;
  for (const key of unique([...Object.keys(common), ...Object.keys(ours), ...Object.keys(theirs)])) {
    const before = own(ours, key);
    const after = merge(own(common, key), before, own(theirs, key), [...path, key], clash);
    if (after !== before) merged = withKey(merged, key, after);
  }
  return merged;
}

/** The ends of a flow are one value: half of ours and half of theirs would be a flow that nobody drew. */
function isWhole(path: Path): boolean {
  return path.length === 3 && path[0] === 'flows' && (path[2] === 'from' || path[2] === 'to');
}

function subjectOf(path: Path): { readonly subject: EntrySubject; readonly field: Path } {
  const at = (length: number) => path.slice(length);
  // Pools stand inside clusters and come before them.
  for (const kind of ['pool', ...kindNames.filter((k) => k !== 'pool')] as const) {
    const steps = kinds[kind].path;
    if (path.length <= steps.length || !steps.every((step, i) => step === '*' || step === path[i])) continue;
    const id = String(path[steps.length]);
    return { subject: { kind, id: kind === 'pool' ? `${String(path[1])}/${id}` : id }, field: at(steps.length + 1) };
  }
  if (path[0] === 'matrix' && path.length >= 3)
    return { subject: { kind: 'matrix', id: `${String(path[1])}/${String(path[2])}` }, field: at(3) };
  if (path[0] === 'rules' && path.length >= 2) return { subject: { kind: 'rule', id: String(path[1]) }, field: at(2) };
  return { subject: { kind: 'metadata', id: 'metadata' }, field: path[0] === 'metadata' ? at(1) : path };
}

function setAt(value: unknown, path: Path, next: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return next;
  const fields = isMap(value) ? value : {};
  return withKey(fields, String(key), setAt(own(fields, String(key)), rest, next));
}

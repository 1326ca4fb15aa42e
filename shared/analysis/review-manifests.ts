/** The review of two sets of manifests, whoever wrote them: each changed object is an edit, and its consequences follow. */
import { podSecurityOf, tellApart } from '../admission/index.ts';
import { isolationStrength, runtimes } from '../catalog/index.ts';
import {
  type Comparison,
  compareConnections,
  diffFacts,
  diffObjects,
  factsOfObjects,
  groupEntries,
  isolationEntries,
  manifestEntry,
  type ObjectChange,
  type ObjectContext,
  type PlacedObject,
  type Review,
  type ReviewEntry,
  type ReviewSubject,
  responsibleObjects,
  strengthText,
  type UnitChange,
  withAbsent,
} from '../diff/index.ts';
import { memo, memoWeak } from '../lib/memo.ts';
import type { Path } from '../lib/problem.ts';
import { unique } from '../lib/sort.ts';
import { isPolicy, otherNamespace, type WorkloadEnd } from '../reach/index.ts';
import { type Candidate, CauseFinder, explains } from './review-causes.ts';
import { ConnectionLayer } from './review-connections.ts';
import { guardedNamespaces } from './review-guarded.ts';
import type { Naming } from './review-naming.ts';
import { Strangers } from './review-strangers.ts';
import { comparingConnections, type TellStage, tellNobody, tryingEdits } from './tell-stage.ts';

/**
 * Reviews the way from one set of manifests to another. Clusters are compared by name, or as they are where each side has
 * one. Nothing where objects are the same, whatever files they stand in.
 */
export function reviewManifests(
  before: readonly PlacedObject[],
  after: readonly PlacedObject[],
  tell = tellNobody,
): Review {
  tell('Comparing objects…');
  const [older, newer] = pairedSides(before, after);
  const changes = diffObjects(older, newer);
  if (changes.length === 0) return { groups: [], records: [] };
  const edits = new ObjectEdits(changes);
  const entries = [
    ...connectionEntries(older, newer, edits, tell),
    ...isolationLayer(older, newer, edits),
    ...changes.map((change) => manifestEntry(change, [subjectOf(change)], placeOf(change))),
  ];
  return { groups: groupEntries(entries, []), records: [] };
}

/** Where each side has one cluster they are the same one, whatever it is called. */
export function pairedSides(
  before: readonly PlacedObject[],
  after: readonly PlacedObject[],
): readonly [readonly PlacedObject[], readonly PlacedObject[]] {
  const names = [before, after].map((side) => new Set(side.map((o) => o.cluster)));
  const isSamePair = names.every((own) => own.size <= 1) && new Set(names.flatMap((own) => [...own])).size > 1;
  return isSamePair ? [before.map(withoutCluster), after.map(withoutCluster)] : [before, after];
}

function withoutCluster({ cluster: _, ...placed }: PlacedObject): PlacedObject {
  return placed;
}

function subjectOf({ id }: ObjectChange): ReviewSubject {
  const parts = [id.cluster, id.namespace, id.name].filter((part) => part !== undefined);
  return { kind: id.kind, id: parts.join('/') };
}

function placeOf({ id }: ObjectChange): Pick<ReviewEntry, 'zones' | 'namespaces'> {
  const namespace = id.kind === 'Namespace' ? id.name : id.namespace;
  return { zones: [], ...(namespace !== undefined && { namespaces: [namespace] }) };
}

function objectsOf({ before, after }: ObjectChange): object[] {
  return [before, after].flatMap((placed) => placed?.object ?? []);
}

/** Labels of namespaces and pods are what policies find them by; those of a policy, and notes at anything, say nothing. */
function doesOtherwise({ change, fields, before, after }: ObjectChange): boolean {
  const placed = after ?? before;
  const isNote = ([first, second]: Path) =>
    first === 'status' || (first === 'metadata' && second !== 'name' && second !== 'namespace');
  return change !== 'changed' || placed === undefined || !isPolicy(placed) || !fields.every((f) => isNote(f.path));
}

/** Changed objects as causes. */
class ObjectEdits {
  /** Objects of either side that the other has not, or that say something else there. */
  readonly doing: ReadonlySet<object>;
  private readonly subjects = new Map<object, ReviewSubject>();
  private readonly byKey = new Map<string, ObjectChange>();
  /** What a renamed workload was called before, by what it is called after. */
  private readonly earlier = new Map<string, string>();

  constructor(readonly changes: readonly ObjectChange[]) {
    for (const change of changes) {
      const subject = subjectOf(change);
      this.byKey.set(`${subject.kind}:${subject.id}`, change);
      for (const placed of [change.before, change.after]) if (placed) this.subjects.set(placed.object, subject);
      if (change.renamedFrom === undefined) continue;
      const { cluster, namespace = 'default', name, kind } = change.id;
      const was = `${cluster ?? ''}/${change.renamedFrom.namespace ?? 'default'}/${change.renamedFrom.name}[${kind}]`;
      this.earlier.set(`${cluster ?? ''}/${namespace}/${name}[${kind}]`, was);
    }
    this.doing = new Set(changes.filter(doesOtherwise).flatMap(objectsOf));
  }

  /** Policies that say something else than before; what people note at them opens nothing. */
  ofPolicies(objects: Iterable<object>): ReviewSubject[] {
    return this.of([...objects].filter((object) => this.doing.has(object)));
  }

  of(objects: Iterable<object>): ReviewSubject[] {
    const found = new Map<string, ReviewSubject>();
    for (const object of objects) {
      const subject = this.subjects.get(object);
      if (subject !== undefined) found.set(`${subject.kind}:${subject.id}`, subject);
    }
    return [...found.values()];
  }

  /** Objects that make pods, and the namespaces of changed ends. */
  ofEnds(cluster: string, objects: Iterable<object>, change: UnitChange): ReviewSubject[] {
    const namespaces = [change.from[0], change.to[0]]
      .flatMap((unit) => (unit?.isChanged ? unit.ends : []))
      .flatMap((end) => (end === undefined ? [] : [end.namespace]));
    const found = unique(namespaces).flatMap((name) => {
      const id = cluster === '' ? name : `${cluster}/${name}`;
      return this.byKey.has(`Namespace:${id}`) ? [{ kind: 'Namespace', id }] : [];
    });
    return [...this.of(objects), ...found];
  }

  changeOf(subject: ReviewSubject): ObjectChange | undefined {
    return this.byKey.get(`${subject.kind}:${subject.id}`);
  }

  /** The same on both sides for a workload, renamed or not. */
  nameOf(cluster: string, end: WorkloadEnd): string {
    const name = podName(end);
    const was = this.earlier.get(`${cluster}/${name}`);
    return was === undefined ? name : was.slice(was.indexOf('/') + 1);
  }
}

function connectionEntries(
  before: readonly PlacedObject[],
  after: readonly PlacedObject[],
  edits: ObjectEdits,
  tell: TellStage,
): ReviewEntry[] {
  const [older, newer] = [byCluster(before), byCluster(after)];
  const clusters = unique([...older.keys(), ...newer.keys()]).sort();
  const names = new Map<string, string>();
  const namespaces = new Map<string, string>();
  const strangers = new Map(
    clusters.map((cluster) => [
      cluster,
      new Strangers([older.get(cluster) ?? [], newer.get(cluster) ?? []], edits.doing),
    ]),
  );
  const compare = (cluster: string, objects: readonly PlacedObject[]) => {
    const others = strangers.get(cluster)?.sources ?? [];
    return compareConnections([...(older.get(cluster) ?? []), ...others], [...objects, ...others], {
      nameOf: (end, side) => {
        const isStranger = strangers.get(cluster)?.isStranger(end) === true;
        const own = isStranger ? end.name : podName(end);
        const key = side === 0 || isStranger ? own : edits.nameOf(cluster, end);
        if (side === 1) names.set(`${cluster}\u0000${key}`, own);
        if (!end.namespace.startsWith(otherNamespace)) namespaces.set(`${cluster}\u0000${key}`, end.namespace);
        return key;
      },
    });
  };
  const naming: Naming = {
    clusters,
    endOf: (cluster, key) => {
      const title = names.get(`${cluster}\u0000${key}`) ?? key;
      const namespace = namespaces.get(`${cluster}\u0000${key}`);
      return {
        id: clusters.length > 1 ? `${cluster}/${title}` : title,
        title,
        ...(namespace !== undefined && { namespace }),
      };
    },
    externalOf: () => undefined,
  };
  const layer = new ConnectionLayer(naming);
  const finder = new CauseFinder(before.length, (subjects) => {
    tell(tryingEdits(subjects.length));
    const changes = subjects.flatMap((subject) => edits.changeOf(subject) ?? []);
    return new Map(
      unique(changes.map((change) => change.id.cluster ?? '')).map((cluster) => {
        const own = changes.filter((change) => (change.id.cluster ?? '') === cluster);
        const gone = new Set(own.flatMap((change) => change.before ?? []));
        const kept = (older.get(cluster) ?? []).filter((placed) => !gone.has(placed));
        return [cluster, compare(cluster, [...kept, ...own.flatMap((change) => change.after ?? [])])];
      }),
    );
  });
  for (const [i, cluster] of clusters.entries()) {
    tell(comparingConnections(i, clusters.length));
    const comparison = compare(cluster, newer.get(cluster) ?? []);
    for (const change of strangers.get(cluster)?.telling(comparison.changes) ?? []) {
      const found = [
        ...edits.ofPolicies(responsibleObjects(comparison, change)),
        ...edits.ofEnds(cluster, endObjects(comparison.sides, change), change),
      ];
      const candidates = found.map((subject): Candidate => ({ subject, isGround: false }));
      layer.add(
        cluster,
        comparison,
        change,
        finder.pick(candidates, (trial) => explains(trial.get(cluster), comparison, change)),
      );
    }
  }
  return layer.entries();
}

/** The objects that make the pods of the first unit of each group. */
function endObjects(sides: Comparison['sides'], change: UnitChange): object[] {
  return [change.from[0], change.to[0]].flatMap((unit) =>
    unit?.isChanged
      ? sides.flatMap((reach, side) => {
          const end = unit.ends[side];
          return end === undefined ? [] : (objectsOfPods(reach).get(podName(end)) ?? []);
        })
      : [],
  );
}

const objectsOfPods = memoWeak(({ pods }: Comparison['sides'][number]) => {
  const found = new Map<string, object[]>();
  for (const pod of pods) found.set(podName(pod), [...(found.get(podName(pod)) ?? []), pod.source.object]);
  return found;
});

function podName({ namespace, name, kind }: WorkloadEnd): string {
  return `${namespace}/${name}[${kind}]`;
}

function isolationLayer(
  before: readonly PlacedObject[],
  after: readonly PlacedObject[],
  edits: ObjectEdits,
): ReviewEntry[] {
  const changed = new Set(edits.changes.flatMap(objectsOf));
  // What a RuntimeClass stands for is part of every pod that names it.
  const isOther = edits.changes.some(({ id }) => id.kind === 'RuntimeClass');
  const isSettled = (object: object) => !isOther && !changed.has(object);
  const factsOf = (side: readonly PlacedObject[]) =>
    [...byCluster(side)].flatMap(([cluster, objects]) =>
      factsOfObjects(
        objects.map((o) => o.object),
        { ...contextOf(cluster), isSettled },
      ),
    );
  const [older, newer] = [factsOf(before), factsOf(after)];
  const [had, has] = [byCluster(before), byCluster(after)].map((side) =>
    memo((cluster: string) => (side.get(cluster) ?? []).map((placed) => placed.object)),
  );
  const byLabels = guardedNamespaces(edits.changes, (cluster) => has?.(cluster) ?? []);
  const changes = [...diffFacts(withAbsent(older, newer), withAbsent(newer, older)), ...byLabels];
  return isolationEntries(
    changes,
    ({ before, after, way }) => {
      // What had better not be there is due to whoever brings it, not to what went meanwhile.
      const isBetterAbsent = after.absent !== undefined && after.absent.rank > after.rank;
      const sides = isBetterAbsent && way !== 'gain' ? [after, before] : [before, after];
      return edits.of(sides.flatMap((side) => side.sources).filter((source) => typeof source === 'object'));
    },
    ({ after: { subject, cluster = '' } }) =>
      subject.kind === 'ValidatingAdmissionPolicy' && had !== undefined && has !== undefined
        ? tellApart(had(cluster), has(cluster), subject.id)
        : undefined,
  );
}

/** Without a design nobody knows zones, so every loss is grave. */
function contextOf(cluster: string): ObjectContext {
  return {
    ...(cluster !== '' && { cluster }),
    rankOfHandler: (handler) => {
      const found = runtimes.find((runtime) => runtime.handler === handler || runtime.id === handler);
      return found === undefined ? undefined : isolationStrength(found.isolation);
    },
    isolationText: strengthText,
    podSecurityOf,
    gradeOf: () => 'high',
  };
}

function byCluster(objects: readonly PlacedObject[]): ReadonlyMap<string, readonly PlacedObject[]> {
  const found = new Map<string, PlacedObject[]>();
  for (const object of objects) {
    const own = found.get(object.cluster ?? '');
    if (own === undefined) found.set(object.cluster ?? '', [object]);
    else own.push(object);
  }
  return found;
}

/** The review of two designs: what differs over four layers, what follows from it, and which edit caused it. */
import { isolationStrength, runtimeInfo, runtimes } from '../catalog/index.ts';
import {
  alignRenames,
  applyDifference,
  type Comparison,
  cidrsIn,
  compareConnections,
  type DifferenceClass,
  diffFacts,
  diffObjects,
  diffTopology,
  type Entry,
  editKey,
  factsOfDesign,
  factsOfObjects,
  gradeOfZone,
  groupEntries,
  type IsolationFact,
  isolationEntries,
  manifestEntry,
  type ObjectChange,
  type ObjectContext,
  type Review,
  type ReviewEntry,
  type ReviewSubject,
  recordEntries,
  renamedRef,
  renamesOf,
  responsibleObjects,
  strengthText,
  type UnitChange,
  withAbsent,
} from '../diff/index.ts';
import { memo, once } from '../lib/memo.ts';
import { unique } from '../lib/sort.ts';
import { endRef, lookup, type Topology } from '../model/index.ts';
import { pluginOptions } from '../proof/index.ts';
import type { PortRange } from '../reach/index.ts';
import { facts } from './facts.ts';
import { type BetweenChange, bordersBetween, explainsBetween, pairKey, pairsBetween } from './review-between.ts';
import { CauseFinder, explains, type FoundCauses } from './review-causes.ts';
import { ConnectionLayer } from './review-connections.ts';
import { asCandidates, Edits } from './review-edits.ts';
import { LaterPods } from './review-later-pods.ts';
import { type DesignSide, designSide, namingOf, unitKey, workloadOfKey } from './review-side.ts';
import { comparingConnections, type TellStage, tellNobody, tryingEdits } from './tell-stage.ts';

/**
 * Reviews the way from one design to another. Nothing where they are the same. What a design exports is kept with it, so
 * that one of two that stays as it is is compiled once, however many reviews it is in.
 */
export function reviewDesigns(before: Topology, after: Topology, tell = tellNobody): Review {
  tell('Comparing records…');
  const records = diffTopology(before, after, facts);
  if (records.length === 0) return { groups: [], records: [] };
  const aligned = alignRenames(before, after);
  if (records.every((entry) => changesNoExport(entry)))
    return { groups: groupEntries(recordEntries(records, aligned, after), records), records };

  tell('Compiling both versions…');
  const sides = [designSide(aligned), designSide(after)] as const;
  tell('Comparing exports…');
  const edits = new Edits(records, aligned, after);
  const objects = diffObjects(sides[0].objects, sides[1].objects);
  const changed = new Set<object>(
    objects.flatMap((o) => [o.before?.object, o.after?.object].filter((x) => x !== undefined)),
  );
  const connections = connectionEntries(sides, edits, changed, tell);
  const shown = classesByCause(connections);
  tell('Putting the review together…');
  const confirmed = records.map((entry) => confirm(entry, shown.get(editKey(entry.subject)), sides));
  const entries = [
    ...recordEntries(confirmed, aligned, after),
    ...connections,
    ...isolationLayer(sides, edits, changed),
    ...(before === aligned
      ? manifestLayer(objects, sides[0], sides[1], edits)
      : renamedManifests(before, sides[1], edits)),
  ];
  return { groups: groupEntries(entries, confirmed), records: confirmed };
}

/** Positions, prose and settings of rules are in no export. */
function changesNoExport({ subject, fields, change }: Entry): boolean {
  if (subject.kind === 'layout' || subject.kind === 'rule') return true;
  return subject.kind === 'metadata' && change === 'changed' && fields.every((f) => f.path[0] === 'description');
}

function connectionEntries(
  sides: readonly [DesignSide, DesignSide],
  edits: Edits,
  changed: ReadonlySet<object>,
  tell: TellStage,
): ReviewEntry[] {
  const [before, after] = sides;
  const naming = namingOf(before, after);
  const { clusters } = naming;
  const laterPods = memo((cluster: string) => new LaterPods(sides, cluster, changed));
  const layer = new ConnectionLayer({
    ...naming,
    endOf: (cluster, key) => laterPods(cluster).endOf(key) ?? naming.endOf(cluster, key),
  });
  // What a workload could do in the cluster that it left and can in the one it came to is put together range by range.
  const borders = (naming.changedHome?.size ?? 0) > 0 ? unique(sides.flatMap(bordersInside)) : [];
  const compare = (newer: DesignSide, cluster: string) => {
    const { sources, isStranger } = laterPods(cluster);
    const objectsOf = (side: DesignSide) => {
      const own = side.byCluster.get(cluster) ?? [];
      return sources.length === 0 ? own : [...own, ...sources];
    };
    return compareConnections(objectsOf(before), objectsOf(newer), {
      nameOf: (end, side) => (isStranger(end) ? end.name : unitKey(side === 0 ? before : newer, cluster, end)),
      ...(newer === after && { changed }),
      cut: borders,
      plugins: [pluginOf(before, cluster), pluginOf(newer, cluster)],
    });
  };
  const cut = unique([...bordersBetween(before.index), ...bordersBetween(after.index)]);
  const finder = new CauseFinder(before.objects.length, (subjects): Trial => {
    tell(tryingEdits(subjects.length));
    const only = edits.among(subjects.map(editKey)).map(({ renamedFrom: _, ...entry }) => entry);
    const tried = designSide(applyDifference(before.topology, only));
    const pairs = once(() => new Map(pairsBetween(tried, cut).map((pair) => [pairKey(pair), pair.ports])));
    return {
      inside: memo((cluster: string) => compare(tried, cluster)),
      between: (pair) => pairs().get(pairKey(pair)) ?? [],
    };
  });
  // Wide edits change many pairs by way of the same objects.
  const madeBy = memo((objects: ReadonlySet<object>) =>
    edits.ofRecords([...objects].flatMap((object) => after.causes.get(object) ?? before.causes.get(object) ?? [])),
  );
  for (const [i, cluster] of clusters.entries()) {
    tell(comparingConnections(i, clusters.length));
    const comparison = compare(after, cluster);
    const causesOf = (change: UnitChange): FoundCauses => {
      const shows = (trial: Trial) => explains(trial.inside(cluster), comparison, change);
      const direct = madeBy(responsibleObjects(comparison, change));
      const found = direct.length > 0 ? direct : edits.ofWorkloads(changedEnds(change));
      return found.length > 0
        ? finder.pick(asCandidates(found), shows)
        : finder.search(edits.all.map(subjectOf), shows);
    };
    for (const change of laterPods(cluster).telling(comparison.changes))
      layer.add(cluster, comparison, change, causesOf(change));
  }
  if (clusters.length > 1) tell('Comparing connections between clusters…');
  layer.addBetween(pairsBetween(before, cut), pairsBetween(after, cut), (change) =>
    causesBetween(change, edits, finder),
  );
  return layer.entries();
}

/** Pods of other clusters are compared across clusters, so no objects of these are given. */
function pluginOf(side: DesignSide, cluster: string) {
  return pluginOptions(side.index, cluster, () => []);
}

/** Every range at whose borders the policies or the network plugin of any cluster tell addresses apart. */
function bordersInside(side: DesignSide): string[] {
  return [...side.byCluster].flatMap(([cluster, objects]) => [
    ...cidrsIn(objects),
    ...Object.values(pluginOf(side, cluster).known ?? {}).flat(),
  ]);
}

/** What some edits do by themselves; each part is computed when it is asked for. */
interface Trial {
  inside(cluster: string): Comparison;
  between(pair: BetweenChange): readonly PortRange[];
}

/** Where no policy changed, a change is due to an end that came, went, moved or was relabelled. */
function changedEnds(change: UnitChange): string[] {
  return [change.from, change.to].flatMap(([unit]) => (unit?.isChanged ? (workloadOfKey(unit.key) ?? []) : []));
}

/**
 * Between clusters: flows that name both ends; else what does it of the edits at either end, by itself, or of any others.
 * Where nothing does it alone, whatever was edited at either end has part in it.
 */
function causesBetween(change: BetweenChange, edits: Edits, finder: CauseFinder<Trial>): FoundCauses {
  const shows = (trial: Trial) => explainsBetween(trial.between(change), change);
  const flows = edits.flowsBetween(change.from, change.to);
  if (flows.length > 0) return finder.pick(asCandidates(flows), shows);
  const near = edits.ofWorkloads([change.from, change.to]);
  const candidates = asCandidates(near);
  if (near.length > 0 && candidates.every((c) => c.isGround)) return finder.pick(candidates, shows);
  const found = finder.search(near.map(subjectOf), shows);
  if (found.causes.length > 0) return found;
  const elsewhere = finder.search(edits.all.filter((entry) => !near.includes(entry)).map(subjectOf), shows);
  if (elsewhere.causes.length > 0) return elsewhere;
  return { causes: near.map(subjectOf), isUntried: found.isUntried || elsewhere.isUntried };
}

function subjectOf({ subject }: Entry): ReviewSubject {
  return subject;
}

/**
 * What an edit of a flow, an external or the matrix promises counts only where the engine confirms it, and an edit that
 * promises nothing is told by what follows from it.
 */
function confirm(
  entry: Entry,
  shown: ReadonlySet<DifferenceClass> | undefined,
  [{ leftOut }, { topology: after, leftOut: leftOutAfter }]: readonly [DesignSide, DesignSide],
): Entry {
  const { kind, id } = entry.subject;
  if (entry.class === 'neutral' && shown !== undefined)
    return { ...entry, effects: entry.effects.map((e) => ({ ...e, message: 'Connections change with it.' })) };
  if (kind !== 'flow' && kind !== 'external' && kind !== 'matrix') return entry;
  if (namesHosts(entry, after) || isWithoutWorkloads(entry, after)) return entry;
  const effects = entry.effects.map((effect) => {
    if ((effect.class !== 'opens' && effect.class !== 'closes') || shown?.has(effect.class) || shown?.has('opens'))
      return effect;
    const [verb, left] = effect.class === 'opens' ? ['opens', leftOutAfter] : ['closes', leftOut];
    const why = kind === 'flow' ? left.get(id) : undefined;
    const what =
      why === undefined
        ? `It ${verb} nothing: the exported policies allow the same connections with it as without it.`
        : `It ${verb} nothing. ${why}`;
    return { ...effect, class: 'neutral' as const, severity: 'low' as const, message: what };
  });
  const [worst] = effects;
  return worst === undefined ? entry : { ...entry, effects, class: worst.class, severity: worst.severity };
}

/** What connections do that are due to an edit, by the key of the edit. */
function classesByCause(connections: readonly ReviewEntry[]): ReadonlyMap<string, ReadonlySet<DifferenceClass>> {
  const found = new Map<string, Set<DifferenceClass>>();
  for (const { class: kind, causes } of connections)
    for (const cause of causes) {
      const known = found.get(editKey(cause));
      if (known === undefined) found.set(editKey(cause), new Set([kind]));
      else known.add(kind);
    }
  return found;
}

/** Nobody is there yet to be compared, at either end. */
function isWithoutWorkloads({ subject }: Entry, after: Topology): boolean {
  const index = lookup(after);
  const flow = subject.kind === 'flow' ? index.get('flow', subject.id) : undefined;
  return (
    flow !== undefined &&
    [flow.from, flow.to].every((end) => !('external' in end) && index.workloadsOf(endRef(end)).length === 0)
  );
}

/** Policies know hosts by name only where the network plugin does, and the engine compares addresses. */
function namesHosts(entry: Entry, after: Topology): boolean {
  const index = lookup(after);
  const flow = entry.subject.kind === 'flow' ? index.get('flow', entry.subject.id) : undefined;
  const externals = [
    ...(entry.subject.kind === 'external' ? [entry.subject.id] : []),
    ...[flow?.from, flow?.to].flatMap((end) => (end !== undefined && 'external' in end ? [end.external] : [])),
  ];
  return externals.some((id) => (index.get('external', id)?.names ?? []).length > 0);
}

function isolationLayer(
  sides: readonly [DesignSide, DesignSide],
  edits: Edits,
  changed: ReadonlySet<object>,
): ReviewEntry[] {
  // What a RuntimeClass stands for is part of every pod that names it.
  const isOther = edits.entries.some((entry) => entry.subject.kind === 'runtime');
  const isSettled = (object: object) => !isOther && !changed.has(object);
  const [before, after] = sides.map((side): IsolationFact[] => [
    ...factsOfDesign(side.topology),
    ...[...side.byCluster].flatMap(([cluster, objects]) =>
      factsOfObjects(
        objects.map((o) => o.object),
        { ...contextOf(side, cluster), isSettled },
      ),
    ),
  ]);
  if (before === undefined || after === undefined) return [];
  const changes = diffFacts(withAbsent(before, after), withAbsent(after, before));
  return isolationEntries(changes, (change) => {
    const sources = [...change.before.sources, ...change.after.sources];
    const keys = sources.filter((source) => typeof source === 'string');
    const objects = sources.filter((source) => typeof source === 'object');
    const refs = objects.flatMap((o) => [...(sides[1].causes.get(o) ?? []), ...(sides[0].causes.get(o) ?? [])]);
    return edits.ofIsolation(keys, refs, change.after.cluster).map(subjectOf);
  });
}

function contextOf(side: DesignSide, cluster: string): ObjectContext {
  const zones = new Map(
    side.index.namespacesOfCluster(cluster).map((n) => [side.index.nameOf({ kind: 'namespace', id: n.id }), n.zone]),
  );
  return {
    cluster,
    rankOfHandler: (handler) => rankOfHandler(handler, side.topology),
    isolationText: strengthText,
    zoneOf: (namespace) => zones.get(namespace),
    gradeOf: (namespace) => (namespace === undefined ? 'medium' : gradeOfZone(zones.get(namespace), side.topology)),
  };
}

/** How a handler of a container engine isolates, by what the design says of its runtimes, else by the catalogue. */
export function rankOfHandler(handler: string, topology: Topology): number | undefined {
  const own = Object.entries(topology.runtimes ?? {}).find(
    ([id, runtime]) => id === handler || (runtime.handler ?? runtimeInfo(runtime.from)?.handler) === handler,
  )?.[1];
  const isolation = own?.isolation ?? runtimeInfo(own?.from ?? handler)?.isolation ?? isolationOfHandler(handler);
  return isolation === undefined ? undefined : isolationStrength(isolation);
}

function isolationOfHandler(handler: string) {
  return runtimes.find((runtime) => runtime.handler === handler)?.isolation;
}

/**
 * Objects are called after records, so that a renamed record renames its objects; they are shown as they were. The edit of
 * a renamed record is known by its newer id only.
 */
function renamedManifests(before: Topology, after: DesignSide, edits: Edits): ReviewEntry[] {
  const { objects, causes } = designSide(before);
  const renamed = renamedRef(renamesOf(edits.entries));
  const changes = diffObjects(objects, after.objects);
  const older = changes.flatMap((change) => change.before?.object ?? []);
  const renamedCauses = new Map(older.map((object) => [object, causes.get(object)?.map(renamed) ?? []]));
  return manifestLayer(changes, { causes: renamedCauses }, after, edits);
}

function manifestLayer(
  changes: readonly ObjectChange[],
  before: Pick<DesignSide, 'causes'>,
  after: Pick<DesignSide, 'causes'>,
  edits: Edits,
): ReviewEntry[] {
  return changes.map((change) => {
    const refs = [change.after, change.before].flatMap((placed, i) =>
      placed === undefined ? [] : ((i === 0 ? after : before).causes.get(placed.object) ?? []),
    );
    const causes = edits.ofObject(refs, change.id);
    const zones = unique(refs.flatMap((ref) => (ref.kind === 'zone' ? [ref.id] : []))).sort();
    return manifestEntry(
      change,
      causes.map((entry) => entry.subject),
      { zones },
    );
  });
}

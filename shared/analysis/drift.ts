/**
 * Drift: a design against what runs, over the four layers of a review. Before is what is drawn, after is what is live, so
 * that what opens is live and not drawn, what closes is drawn and not live, and what weakens is held less than drawn.
 */

import {
  compareConnections,
  differingObjects,
  diffFacts,
  diffObjects,
  diffTopology,
  factsOfObjects,
  gradeOfZone,
  groupEntries,
  isolationEntries,
  manifestEntry,
  type ObjectContext,
  type PlacedObject,
  type Review,
  type ReviewEntry,
  type ReviewSubject,
  recordEntries,
  responsibleObjects,
  reviewEntry,
  strengthText,
  withAbsent,
} from '../diff/index.ts';
import { type ClusterSources, type EstateCluster, isOfTheSystem, podTemplate, readEstate } from '../importing/index.ts';
import { asServedByCalico, identityOf, type KubeObject } from '../k8s/index.ts';
import { isMap } from '../lib/is-map.ts';
import type { Problem } from '../lib/problem.ts';
import { sortBy } from '../lib/sort.ts';
import { type Lookup, lookup, type Topology } from '../model/index.ts';
import type { SourceObject, WorkloadEnd } from '../reach/index.ts';
import { LiveRecords } from './drift-records.ts';
import { facts } from './facts.ts';
import { rankOfHandler } from './review.ts';
import { ConnectionLayer } from './review-connections.ts';
import { type DesignSide, designSide, namingOf, unitKey } from './review-side.ts';
import { Strangers } from './review-strangers.ts';

export interface Drift {
  readonly review: Review;
  /** By id of each drawn cluster that was compared, the name under which the live one was read. */
  readonly compared: ReadonlyMap<string, string>;
  /** What could not be compared. */
  readonly problems: readonly Problem[];
}

/** From the name under which a cluster was read to the id of the drawn one, where somebody says it. */
export type ClusterNames = ReadonlyMap<string, string>;

/**
 * Whether a live cluster may be called so: as a drawn one is, or as somebody says. A design of one cluster says nothing of
 * names, since whatever is live is that cluster.
 */
export function isNamedCluster(
  { clusters = {} }: Topology,
  named: ClusterNames = new Map(),
): (name: string) => boolean {
  const known = Object.entries(clusters).flatMap(([id, { name }]) => [id, ...(name === undefined ? [] : [name])]);
  const names = new Set([...(Object.keys(clusters).length > 1 ? known : []), ...named.keys()]);
  return (name) => names.has(name);
}

/** A live cluster is the drawn one that `named` says or of its name; where each side has a single one, these two. */
export function driftOf(topology: Topology, live: readonly ClusterSources[], named: ClusterNames = new Map()): Drift {
  const problems: Problem[] = [];
  const drawn = designSide(topology);
  const { index } = drawn;
  const estate = readEstate(live);
  const pairs = pairsOf(index, estate.clusters, named, problems);
  const records = new LiveRecords(topology);
  const objects = new Map<string, readonly PlacedObject[]>();
  for (const [id, cluster] of pairs) {
    const inventory = (drawn.byCluster.get(id) ?? []).filter(isInventory);
    const isOnlyPolicies = !cluster.namespaces.some(
      (n) => n.workloads.length > 0 && index.namespacesHeldBy(id).some((d) => (d.name ?? d.id) === n.name),
    );
    if (isOnlyPolicies) problems.push(withoutWorkloads(id));
    else records.add(id, cluster);
    const own = cluster.sources.filter((s) => !isSystemPod(index, id, cluster, s));
    objects.set(id, [...own.map((s) => placed(s, id)), ...(isOnlyPolicies ? inventory : [])]);
  }
  const after = records.topology();
  const sides = [drawn, { ...liveSide(after, objects, records), causes: drawn.causes }] as const;
  const entries = [
    ...recordEntries(diffTopology(topology, after, facts), topology, after).map(asDrift),
    ...connectionsOf(sides, [...pairs.keys()]),
    ...isolationOf(sides, [...pairs.keys()]),
    ...manifestsOf(sides, [...pairs.keys()]),
  ];
  const compared = new Map([...pairs].map(([id, { name }]) => [id, name]));
  return { review: { groups: groupEntries(entries, []), records: [] }, compared, problems };
}

/** What came or went is not an edit here: it runs and nobody drew it, or it is drawn and does not run. */
function asDrift(entry: ReviewEntry): ReviewEntry {
  const { change, subject } = entry;
  if (change === 'changed' || (subject.kind !== 'workload' && subject.kind !== 'namespace')) return entry;
  const what = `${subject.kind === 'workload' ? 'Workload' : 'Namespace'} “${subject.id}”`;
  return reviewEntry({
    ...entry,
    ...(change === 'added'
      ? {
          class: 'weakens',
          severity: 'medium',
          message: `${what} is live and not drawn: nobody decided in which zone it is and what it may reach.`,
        }
      : { class: 'closes', severity: 'low', message: `${what} is drawn and not live.` }),
  });
}

function pairsOf(
  index: Lookup,
  live: readonly EstateCluster[],
  named: ClusterNames,
  problems: Problem[],
): Map<string, EstateCluster> {
  const [only] = index.clusters;
  const [alone] = live;
  if (only !== undefined && alone !== undefined && index.clusters.length === 1 && live.length === 1)
    return new Map([[only.id, alone]]);
  const pairs = new Map<string, EstateCluster>();
  for (const { id, name } of index.clusters) {
    const unnamed = live.filter((c) => !named.has(c.name));
    const found =
      live.find((c) => named.get(c.name) === id) ??
      unnamed.find((c) => c.name === id || c.name === name || c.id === id);
    if (found === undefined) {
      problems.push(
        problem(
          'cluster-not-seen',
          `Cluster “${id}” of the design is not among what was read, so nothing is said of it. Read it as well, under the name “${id}”.`,
          { kind: 'cluster', id },
        ),
      );
    } else pairs.set(id, found);
  }
  const seen = new Set(pairs.values());
  for (const { name } of live.filter((c) => !seen.has(c))) {
    problems.push(
      problem(
        'cluster-not-drawn',
        `“${name}” was read, and the design has no cluster of that name, so nothing is said of it. Call it as the design does, or say which it is: ${index.clusters.map((c) => `“${c.id}”`).join(', ')}.`,
        { kind: 'cluster', id: name },
      ),
    );
  }
  return pairs;
}

function liveSide(
  topology: Topology,
  byCluster: ReadonlyMap<string, readonly PlacedObject[]>,
  records: LiveRecords,
): Omit<DesignSide, 'causes'> {
  return {
    topology,
    index: lookup(topology),
    objects: [...byCluster.values()].flat(),
    byCluster,
    leftOut: new Map(),
    workloadOf: (cluster, end) => records.idOf(cluster, end.namespace, end.name),
  };
}

function connectionsOf(sides: readonly [DesignSide, DesignSide], clusters: readonly string[]): ReviewEntry[] {
  const [drawn, live] = sides;
  const layer = new ConnectionLayer(namingOf(drawn, live));
  for (const cluster of clusters) {
    const [meant, there] = [drawn.byCluster.get(cluster) ?? [], live.byCluster.get(cluster) ?? []];
    const nameOf = (end: WorkloadEnd, side: 0 | 1) => unitKey(side === 0 ? drawn : live, cluster, end);
    const changed = differingObjects(meant, there);
    // What runs in namespaces that nobody drew, such as those of the system, is not the design's matter.
    const own = new Set(
      drawn.index.namespacesHeldBy(cluster).map((n) => drawn.index.nameOf({ kind: 'namespace', id: n.id })),
    );
    const strangers = new Strangers([meant, there], changed, (namespace) => own.has(namespace));
    const comparison = compareConnections([...meant, ...strangers.sources], [...there, ...strangers.sources], {
      changed,
      nameOf: (end, side) => (strangers.isStranger(end) ? end.name : nameOf(end, side)),
    });
    for (const change of strangers.telling(comparison.changes)) {
      const objects = [...responsibleObjects(comparison, change)].flatMap((o) => subjectOf(o, cluster) ?? []);
      layer.add(cluster, comparison, change, { causes: distinct(objects), isUntried: false });
    }
  }
  return layer.entries();
}

function isolationOf([drawn, live]: readonly [DesignSide, DesignSide], clusters: readonly string[]): ReviewEntry[] {
  const factsOf = (side: DesignSide, cluster: string) =>
    factsOfObjects(
      (side.byCluster.get(cluster) ?? []).filter((o) => isDrawnPlace(drawn.index, cluster, o)).map((o) => o.object),
      contextOf(drawn, cluster),
    );
  const before = clusters.flatMap((cluster) => factsOf(drawn, cluster));
  const after = clusters.flatMap((cluster) => factsOf(live, cluster));
  return isolationEntries(diffFacts(withAbsent(before, after), withAbsent(after, before)), (change) =>
    distinct(
      [...change.after.sources, ...change.before.sources].flatMap((source) =>
        typeof source === 'string' ? [] : (clusters.flatMap((c) => holds([drawn, live], c, source)) ?? []),
      ),
    ),
  );
}

function holds(sides: readonly DesignSide[], cluster: string, object: object): ReviewSubject[] {
  const isHere = sides.some((side) => (side.byCluster.get(cluster) ?? []).some((o) => o.object === object));
  return isHere ? (subjectOf(object, cluster) ?? []) : [];
}

/** Objects that Zonewright would apply, and those that say they come from it. Whatever else runs is not its matter. */
function manifestsOf([drawn, live]: readonly [DesignSide, DesignSide], clusters: readonly string[]): ReviewEntry[] {
  return clusters.flatMap((cluster) => {
    const applied = (drawn.byCluster.get(cluster) ?? []).filter((o) => !isInventory(o));
    const known = new Map(applied.map((o) => [identityOf(o.object), o.object]));
    const there = (live.byCluster.get(cluster) ?? [])
      .filter((o) => known.has(identityOf(o.object)) || isOurs(o.object))
      .map((o) => ({ ...o, object: likeDrawn(o.object, known.get(identityOf(o.object))) }));
    return diffObjects(applied, there).map((change) => manifestEntry(change, [], { zones: [] }));
  });
}

/** The API server fills in what nobody wrote; only what is drawn is compared, and the whole of what policies say. */
function likeDrawn(live: KubeObject, drawn: KubeObject | undefined): KubeObject {
  if (drawn === undefined) return live;
  const isWhole = /NetworkPolicy$/.test(live.kind);
  return {
    ...(shaped(live, drawn) as KubeObject),
    ...(isWhole && live.spec !== undefined && { spec: live.spec }),
  };
}

function shaped(live: unknown, drawn: unknown): unknown {
  if (isMap(live) && isMap(drawn))
    return Object.fromEntries(
      Object.keys(drawn).flatMap((key) => (key in live ? [[key, shaped(live[key], drawn[key])] as const] : [])),
    );
  if (Array.isArray(live) && Array.isArray(drawn) && live.length === drawn.length)
    return live.map((item, i) => shaped(item, drawn[i]));
  return live;
}

function contextOf(side: DesignSide, cluster: string): ObjectContext {
  const { index, topology } = side;
  const zones = new Map(
    index.namespacesHeldBy(cluster).map((n) => [index.nameOf({ kind: 'namespace', id: n.id }), n.zone]),
  );
  return {
    cluster,
    rankOfHandler: (handler) => rankOfHandler(handler, topology),
    isolationText: strengthText,
    zoneOf: (namespace) => zones.get(namespace),
    gradeOf: (namespace) => (namespace === undefined ? 'medium' : gradeOfZone(zones.get(namespace), topology)),
  };
}

function isDrawnPlace(index: Lookup, cluster: string, { object }: PlacedObject): boolean {
  const namespace = object.kind === 'Namespace' ? object.metadata.name : object.metadata.namespace;
  if (namespace === undefined) return true;
  return index.namespacesHeldBy(cluster).some((n) => (n.name ?? n.id) === namespace);
}

/** Pods of the cluster itself are no part of a drawing, unless it holds their namespace. */
function isSystemPod(index: Lookup, id: string, cluster: EstateCluster, source: SourceObject): boolean {
  const { namespace } = source.object.metadata;
  if (namespace === undefined || !isOfTheSystem(cluster, namespace)) return false;
  const isDrawn = index.namespacesHeldBy(id).some((n) => (n.name ?? n.id) === namespace);
  return !isDrawn && podTemplate(source.object) !== undefined;
}

/** Of what a design exports; what is live may stand in folders of any name. */
function isInventory({ file = '' }: PlacedObject): boolean {
  return /\/inventory\/(workloads|nodes)\.yaml$/.test(file);
}

function placed(source: SourceObject, cluster: string): PlacedObject {
  return { object: asServedByCalico(source.object), cluster, ...(source.file !== undefined && { file: source.file }) };
}

function isOurs({ metadata }: KubeObject): boolean {
  return metadata.labels?.['app.kubernetes.io/managed-by'] === 'zonewright';
}

function subjectOf(object: object, cluster: string): ReviewSubject[] | undefined {
  if (!('kind' in object) || !('metadata' in object)) return undefined;
  const { kind, metadata } = object as KubeObject;
  return [{ kind, id: [cluster, metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/') }];
}

function distinct(subjects: readonly ReviewSubject[]): ReviewSubject[] {
  const found = new Map(subjects.map((s) => [`${s.kind}:${s.id}`, s]));
  return sortBy(found, ([key]) => key).map(([, subject]) => subject);
}

function withoutWorkloads(cluster: string): Problem {
  return problem(
    'no-workloads',
    `What was read of cluster “${cluster}” holds no workloads of drawn namespaces, so the drawn ones are taken as they are and only policies and other objects are compared.`,
    { kind: 'cluster', id: cluster },
  );
}

function problem(rule: string, message: string, subject: { readonly kind: string; readonly id: string }): Problem {
  return { rule: `drift/${rule}`, severity: 'warning', message, subject, fixable: false };
}

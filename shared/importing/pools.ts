/** Nodes as pools: nodes that carry the same pool label, or the same taints and zone, are one pool. */
import type { Problem } from '../lib/problem.ts';
import { sortBy, unique } from '../lib/sort.ts';
import { type Pool, schema } from '../model/index.ts';
import type { EstateCluster } from './estate.ts';
import { finding, listed } from './findings.ts';
import { Ids, label } from './ids.ts';
import { field, listAt, podTemplate, textAt, textsAt } from './objects.ts';
import { keyOf, type Proposal } from './proposal.ts';

const poolLabels = [
  ...['cloud.google.com/gke-nodepool', 'eks.amazonaws.com/nodegroup', 'kubernetes.azure.com/agentpool', 'agentpool'],
  ...['karpenter.sh/nodepool', 'node.kubernetes.io/pool', 'alpha.eksctl.io/nodegroup-name'],
];
const zoneLabel = 'node-restriction.kubernetes.io/zone';
const runtimeLabel = /^runtime\.node-restriction\.kubernetes\.io\/(.+)$/;

type Taint = NonNullable<Pool['taints']>[number];

interface FoundNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** How many nodes the object stands for. */
  readonly count: number;
}

export function drawPools(
  cluster: EstateCluster,
  proposal: Proposal,
  runtimeIds: ReadonlyMap<string, string>,
  problems: Problem[],
): Readonly<Record<string, Pool>> {
  const ids = new Ids();
  const pools: Record<string, Pool> = {};
  const workers = nodesOf(cluster).filter((n) => !isControlPlane(n));
  for (const [name, nodes] of sortBy(groups(workers), ([key]) => key)) {
    const [first] = nodes;
    if (first === undefined) continue;
    const zone = zoneOf(cluster, proposal, first);
    if (zone === undefined) {
      problems.push(
        finding(
          'node-without-zone',
          'warning',
          `Nothing tells the zone of the nodes ${listed(nodes.map((n) => n.name))} of cluster “${cluster.id}”: no label, no taint, and pods of several zones may land there. They are not drawn; give the cluster node pools by zone, or accept that zones share its nodes.`,
          { kind: 'Node', id: first.name },
        ),
      );
      continue;
    }
    const installed = Object.keys(first.labels).flatMap((key) => {
      const runtime = runtimeLabel.exec(key)?.[1];
      return runtime === undefined ? [] : (runtimeIds.get(runtime) ?? []);
    });
    const labels = Object.fromEntries(
      Object.entries(first.labels).filter(
        ([key, value]) => !isOfNode(key) && nodes.every((n) => n.labels[key] === value) && isLabel(key, value),
      ),
    );
    const taints = first.taints.filter((t) => !(/^[^/]+\/zone$/.test(t.key) && t.value === zone));
    pools[ids.take(name, 'pool')] = {
      zone,
      nodes: Math.min(
        5000,
        nodes.reduce((sum, n) => sum + n.count, 0),
      ),
      ...(installed.length > 0 && { runtimes: installed }),
      ...(Object.keys(labels).length > 0 && { labels }),
      ...(taints.length > 0 && { taints: [...taints] }),
    };
  }
  return pools;
}

/** The control plane's nodes, counted; undefined where none is among the objects. */
export function controlPlaneCount(cluster: EstateCluster): number | undefined {
  const count = nodesOf(cluster).filter(isControlPlane).length;
  return count === 0 ? undefined : Math.min(9, count);
}

function nodesOf(cluster: EstateCluster): FoundNode[] {
  return (cluster.objects.get('Node') ?? []).map(({ object }): FoundNode => {
    const annotations = Object.entries(textsAt(object, 'metadata', 'annotations'));
    const told = annotations.find(([key]) => /^[^/]+\/nodes$/.test(key))?.[1];
    return {
      name: object.metadata.name,
      labels: textsAt(object, 'metadata', 'labels'),
      taints: listAt(object, 'spec', 'taints').flatMap((t): Taint[] => {
        const key = textAt(t, 'key');
        const value = textAt(t, 'value');
        const effect = (['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const).find(
          (e) => e === textAt(t, 'effect'),
        );
        // Taints of Kubernetes itself come and go with the state of a node.
        if (key === undefined || effect === undefined || /^node(-role)?\.kubernetes\.io\//.test(key)) return [];
        return [{ key, ...(value !== undefined && { value }), effect }];
      }),
      count: told !== undefined && /^\d{1,4}$/.test(told) ? Number(told) : 1,
    };
  });
}

function isControlPlane({ labels }: FoundNode): boolean {
  return (
    Object.hasOwn(labels, 'node-role.kubernetes.io/control-plane') ||
    Object.hasOwn(labels, 'node-role.kubernetes.io/master')
  );
}

// Every text is read in one way only, so that a long name costs little.
const numberOrHash = /\d*(?:-(?:\d{1,3}|[0-9a-f]{4,}))*$/;

function groups(nodes: readonly FoundNode[]): ReadonlyMap<string, readonly FoundNode[]> {
  const found = new Map<string, FoundNode[]>();
  const byTraits = new Map<string, string>();
  for (const node of sortBy(nodes, (n) => n.name)) {
    const named = poolLabels.map((key) => node.labels[key]).find((value) => value !== undefined && label(value) !== '');
    const traits = JSON.stringify([node.labels[zoneLabel], node.taints, node.count > 1 ? node.name : '']);
    // Nodes are called after their pool with a number or a hash behind it.
    const stem = node.count > 1 ? node.name : label(node.name).replace(numberOrHash, '') || 'pool';
    const key = named ?? byTraits.get(`${traits} ${stem}`) ?? stem;
    byTraits.set(`${traits} ${stem}`, key);
    const own = found.get(key);
    if (own === undefined) found.set(key, [node]);
    else own.push(node);
  }
  return found;
}

/** By label, by taint, else by the namespaces whose pods can land there, where these are of one zone. */
function zoneOf(cluster: EstateCluster, proposal: Proposal, node: FoundNode): string | undefined {
  const isZone = (id: string | undefined): id is string => id !== undefined && Object.hasOwn(proposal.zones, id);
  const labelled = node.labels[zoneLabel];
  if (isZone(labelled)) return labelled;
  const tainted = node.taints.map((t) => label(t.value ?? '')).find(isZone);
  if (tainted !== undefined) return tainted;
  const spoken = Object.entries(node.labels).find(([key, value]) => /(^|[/-])zone$/.test(key) && isZone(label(value)));
  if (spoken !== undefined && !spoken[0].startsWith('topology.')) return label(spoken[1]);
  const zones = new Map(proposal.namespaces.map((n) => [keyOf(n), n.zone]));
  const landing = cluster.namespaces.flatMap((n) =>
    n.workloads.some(({ source }) => lands(field(podTemplate(source.object), 'spec'), node))
      ? (zones.get(keyOf({ cluster: cluster.id, name: n.name })) ?? [])
      : [],
  );
  const [only, ...others] = unique(landing);
  return others.length === 0 ? only : undefined;
}

function lands(spec: unknown, node: FoundNode): boolean {
  const wanted = Object.entries(textsAt(spec, 'nodeSelector'));
  if (!wanted.every(([key, value]) => node.labels[key] === value)) return false;
  const tolerations = listAt(spec, 'tolerations');
  return node.taints.every(
    (taint) =>
      taint.effect === 'PreferNoSchedule' ||
      tolerations.some((t) => {
        const key = textAt(t, 'key');
        const isKey = key === undefined ? textAt(t, 'operator') === 'Exists' : key === taint.key;
        const isValue = textAt(t, 'operator') === 'Exists' || (textAt(t, 'value') ?? '') === (taint.value ?? '');
        const effect = textAt(t, 'effect');
        return isKey && isValue && (effect === undefined || effect === taint.effect);
      }),
  );
}

/** Labels that every node carries about itself, or that say the pool. */
function isOfNode(key: string): boolean {
  return (
    key === zoneLabel ||
    runtimeLabel.test(key) ||
    poolLabels.includes(key) ||
    /(^|\.)(kubernetes\.io|k8s\.io|cloud\.google\.com|eks\.amazonaws\.com|kubernetes\.azure\.com)\//.test(key)
  );
}

function isLabel(key: string, value: string): boolean {
  return schema.pool.shape.labels.safeParse({ [key]: value }).success;
}

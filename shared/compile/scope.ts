/**
 * What every stage of the compile starts from: one cluster of the design with the namespaces that can be exported to it.
 * Everything is sorted by id, so that nothing computed from it depends on the order of the file.
 */
import { distributionInfo, type GuardRailKind, guardRailKind } from '../catalog/index.ts';
import type { Problem } from '../lib/problem.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { sortBy } from '../lib/sort.ts';
import {
  type Cluster,
  type Entry,
  type Lookup,
  lookup,
  type Namespace,
  type Topology,
  type Zone,
} from '../model/index.ts';
import type { CoverageNote } from './bundle.ts';

export interface NamespaceScope {
  readonly id: string;
  /** Its name in the cluster. */
  readonly name: string;
  readonly record: Entry<Namespace>;
  /** Absent where the record names no zone, or one that the design has not. */
  readonly zone?: string;
}

export interface ZoneScope {
  readonly id: string;
  readonly record: Entry<Zone>;
  /** Its namespaces in this cluster only; empty where it has only node pools here. */
  readonly namespaces: readonly NamespaceScope[];
}

export interface ClusterScope {
  readonly id: string;
  readonly lookup: Lookup;
  readonly cluster: Entry<Cluster>;
  /** Labels in exports are `<prefix>/zone` and so on. */
  readonly prefix: string;
  /** The label of namespaces, and the key of the nodes' taint: `<prefix>/zone`. */
  readonly zoneLabel: string;
  /** Zones with a pool or a namespace in this cluster, outermost first. */
  readonly zones: readonly ZoneScope[];
  /** Every namespace of this cluster, those without a zone and those of clusters that it replaces among them, by id. */
  readonly namespaces: readonly NamespaceScope[];
  /** True where more than one zone lives here, so that pods have to be kept on their zone's nodes. */
  readonly spansZones: boolean;
}

/** What a lowering returns: its part of the IR, and what it could not say. */
export interface Lowered<Part> {
  readonly part: Part;
  readonly problems: readonly Problem[];
  readonly coverage: readonly CoverageNote[];
}

/**
 * The label of nodes that says their zone. Kubelets may not set labels below `node-restriction.kubernetes.io/`
 * (admission plugin NodeRestriction), so a node that was taken over cannot claim to be of another zone.
 */
export const nodeZoneLabel = 'node-restriction.kubernetes.io/zone';

/** Namespaces that belong to Kubernetes itself and carry no zone. */
const systemNamespaces: readonly string[] = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/**
 * Namespaces in which the platform itself runs, by name, sorted: those of Kubernetes and of the cluster's DNS. `default` is
 * not among them, since people run their own things there, and neither is one that the design holds itself.
 */
export function platformNamespaces({ cluster, namespaces }: ClusterScope): string[] {
  const { dns } = distributionInfo(cluster.distribution);
  const own = new Set([...systemNamespaces.filter((name) => name !== 'default'), dns.namespace]);
  for (const { name } of namespaces) own.delete(name);
  return sortBy(own, (name) => name);
}

/** The kind in which the guard rails of a cluster's zones are written; undefined where its network plugin has none. */
export function guardRailsBy({ cluster }: Pick<ClusterScope, 'cluster'>): GuardRailKind | undefined {
  return guardRailKind(cluster.cni?.name ?? distributionInfo(cluster.distribution).defaultCni, cluster.cni);
}

const defaultPrefix = 'zonewright';

/** The label of everything that one design applies to a cluster: what a design prunes carries its own name. */
export function designLabel({ metadata }: Topology): string {
  return `${metadata?.labelPrefix ?? defaultPrefix}/design`;
}

/**
 * The name of a design as the value of a label and as part of names. Names of designs are free text: where not all of it fits,
 * a hash tells it from names that would come out alike, so that no design prunes the objects of another.
 */
export function designName({ metadata }: Topology): string {
  const name = metadata?.name ?? '';
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return plain === name && name !== '' ? plain : `${plain || 'design'}-${sha256Hex(name).slice(0, 8)}`;
}

export interface DesignScope {
  readonly lookup: Lookup;
  readonly clusters: readonly ClusterScope[];
  readonly problems: readonly Problem[];
}

export function scopeOf(topology: Topology): DesignScope {
  const index = lookup(topology);
  const problems: Problem[] = [];
  const prefix = topology.metadata?.labelPrefix ?? defaultPrefix;
  const clusters = index.clusters.map((cluster): ClusterScope => {
    const namespaces: NamespaceScope[] = [];
    const byName = new Map<string, string>();
    // Its own come first, so that of two with one name it keeps the one that names it.
    const held = sortBy(index.namespacesHeldBy(cluster.id), (n) => (n.cluster === cluster.id ? '' : 'taken over'));
    for (const record of held) {
      const name = index.nameOf({ kind: 'namespace', id: record.id });
      const first = byName.get(name);
      if (first !== undefined) {
        problems.push({
          rule: 'compile/namespace-name-twice',
          severity: 'error',
          message: `Namespaces “${first}” and “${record.id}” are both called “${name}” in cluster “${cluster.id}”. One of them would overwrite the other, so “${record.id}” is not exported. Give it another name.`,
          subject: { kind: 'namespace', id: record.id },
          path: ['namespaces', record.id, 'name'],
          fixable: false,
        });
        continue;
      }
      byName.set(name, record.id);
      const zone = index.get('zone', record.zone) === undefined ? undefined : record.zone;
      namespaces.push({ id: record.id, name, record, ...(zone !== undefined && { zone }) });
    }
    const sorted = sortBy(namespaces, (n) => n.id);
    const zones = index.zonesOfCluster(cluster.id).flatMap((id): ZoneScope[] => {
      const record = index.zones.find((z) => z.id === id);
      return record === undefined ? [] : [{ id, record, namespaces: sorted.filter((n) => n.zone === id) }];
    });
    return {
      id: cluster.id,
      lookup: index,
      cluster,
      prefix,
      zoneLabel: `${prefix}/zone`,
      zones,
      namespaces: sorted,
      spansZones: zones.length > 1,
    };
  });
  return { lookup: index, clusters, problems };
}

/** What belongs to each namespace, by the namespace's id, in the order given. */
export function groupByNamespace<T extends { readonly namespace: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.namespace);
    if (group === undefined) groups.set(item.namespace, [item]);
    else group.push(item);
  }
  return groups;
}

/**
 * What a drawing means for placement, storage and runtimes: the pools a zone has in a cluster, and the classes and runtimes
 * that each namespace may use. Read from the design and the catalogue alone.
 */
import {
  administratorGroups,
  distributionInfo,
  engineInfo,
  kubernetesFeatureSince,
  kubernetesHas,
  legacyRuntime,
  runtimeInfo,
  storageTypeInfo,
} from '../../catalog/index.ts';
import { sortBy } from '../../lib/sort.ts';
import type { Cluster, Entry, Lookup, Namespace, Ref, WorkloadKind, Zone } from '../../model/index.ts';
import { namespacesIn } from './homes.ts';

export interface MeantPool {
  /** `cluster/pool`. */
  readonly id: string;
  /** Its id in the cluster. */
  readonly name: string;
  readonly zone: string;
  /** Ids of the runtimes its nodes can run. */
  readonly runtimes: ReadonlySet<string>;
  /** True where taints of its own keep off pods that do not ask for it. */
  readonly isReserved: boolean;
}

/** Something that the design allows and that cannot be had in this cluster: said, not guessed. */
export interface Unmade {
  readonly cause: Ref;
  readonly reason: string;
}

export interface MeantNamespace {
  readonly id: string;
  /** Its name in the cluster. */
  readonly name: string;
  /** Absent where the design gives it none. */
  readonly zone?: string;
  /** Ids of the runtimes that its pods may name, sorted. */
  readonly runtimes: readonly string[];
  /** What a pod gets that names no runtime; absent where it gets what its node runs by default, or is refused. */
  readonly defaultRuntime?: string;
  /** Whether such a pod may also run under what its node runs by default: where that is the zone's default, or it has none. */
  readonly mayUseNodeDefault: boolean;
  /** True where this version of Kubernetes can give the default to a pod that names none. */
  readonly canGiveDefault: boolean;
  /** Names of the storage classes that its claims may use, sorted. */
  readonly classes: readonly string[];
  /** Names of what volumes of these classes can be changed to, sorted. */
  readonly attributes: readonly string[];
  /** What its pods may ask of their node: the level of its zone, else baseline. */
  readonly podSecurity: NonNullable<Zone['podSecurity']>;
  /** An image that its zone takes. Designs do not name images, so a pod is judged with one that is right. */
  readonly image: string;
  readonly unmadeRuntimes: readonly Unmade[];
  readonly unmadeClasses: readonly Unmade[];
}

export interface MeantWorkload {
  readonly id: string;
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly namespace: string;
  /** The runtime that applies: its own, else the default of its zone. */
  readonly runtime?: string;
}

export interface MeantCluster {
  readonly cluster: string;
  /** Absent where the cluster can judge pods and claims; else why not. */
  readonly unguarded?: string;
  readonly hasMutation: boolean;
  /** Whether claims can name a VolumeAttributesClass there. */
  readonly hasAttributes: boolean;
  /** The label of namespaces that tells their zone. */
  readonly zoneLabel: string;
  /** One of those who may give a namespace its zone. */
  readonly administrator: { readonly username: string; readonly groups: readonly string[] };
  /** The annotation of Node objects that tells how many nodes they stand for. */
  readonly countAnnotation: string;
  readonly pools: readonly MeantPool[];
  readonly namespaces: readonly MeantNamespace[];
  readonly workloads: readonly MeantWorkload[];
  /** Ids of all runtimes of the design. */
  readonly runtimes: ReadonlySet<string>;
  /** The name of the default storage class. */
  readonly defaultClass?: string;
  /** Records that cannot be exported, because another has their name. */
  readonly unmade: readonly Unmade[];
}

export function meantClusters(lookup: Lookup): ReadonlyMap<string, MeantCluster> {
  return new Map(lookup.clusters.map((cluster) => [cluster.id, meantCluster(lookup, cluster)]));
}

function meantCluster(lookup: Lookup, cluster: Entry<Cluster>): MeantCluster {
  const prefix = lookup.topology.metadata?.labelPrefix ?? 'zonewright';
  const own = nodeDefault(cluster);
  const kept = new Map<string, Entry<Namespace>>();
  const unmade: Unmade[] = [];
  // Of two with one name the cluster keeps its own.
  const held = [...namespacesIn(lookup, cluster.id)].sort(
    (a, b) => Number(a.cluster !== cluster.id) - Number(b.cluster !== cluster.id),
  );
  for (const namespace of held) {
    const name = lookup.nameOf({ kind: 'namespace', id: namespace.id });
    if (!kept.has(name)) kept.set(name, namespace);
    else
      unmade.push({
        cause: { kind: 'namespace', id: namespace.id },
        reason: `another namespace of the cluster is called “${name}” too`,
      });
  }
  const zones = new Set(
    [...kept.values()].flatMap((n) => (lookup.get('zone', n.zone) === undefined ? [] : (n.zone ?? []))),
  );
  const classes = storageClasses(lookup, zones);
  const isGuarded = kubernetesHas(cluster.version, 'validatingAdmissionPolicy');
  const since = kubernetesFeatureSince('validatingAdmissionPolicy');
  return {
    cluster: cluster.id,
    ...(!isGuarded && {
      unguarded: `Kubernetes ${cluster.version} has no ValidatingAdmissionPolicy; it came with ${since}`,
    }),
    hasMutation: kubernetesHas(cluster.version, 'mutatingAdmissionPolicy'),
    hasAttributes: kubernetesHas(cluster.version, 'volumeAttributesClass'),
    zoneLabel: `${prefix}/zone`,
    administrator: administratorOf(lookup, cluster),
    countAnnotation: `${prefix}/nodes`,
    pools: lookup.poolsOf(cluster.id).map((pool) => ({
      id: pool.id,
      name: pool.poolId,
      zone: pool.zone,
      runtimes: new Set(
        Object.keys(lookup.topology.runtimes ?? {}).filter(
          (id) => pool.runtimes?.includes(id) === true || isNodeDefault(lookup, id, own),
        ),
      ),
      isReserved: (pool.taints ?? []).some((t) => t.effect !== 'PreferNoSchedule' && t.key !== `${prefix}/zone`),
    })),
    namespaces: [...kept].map(([name, record]) => meantNamespace(lookup, cluster, own, name, record, classes)),
    workloads: [...kept.values()].flatMap((n) =>
      lookup.workloadsOfNamespace(n.id).map((w): MeantWorkload => {
        const runtime = lookup.runtimeOf(w.id);
        return {
          id: w.id,
          kind: w.kind ?? 'Deployment',
          name: lookup.nameOf({ kind: 'workload', id: w.id }),
          namespace: n.id,
          ...(runtime !== undefined && { runtime }),
        };
      }),
    ),
    runtimes: new Set(Object.keys(lookup.topology.runtimes ?? {})),
    ...(classes.fallback !== undefined && { defaultClass: classes.fallback }),
    unmade,
  };
}

function meantNamespace(
  lookup: Lookup,
  cluster: Entry<Cluster>,
  own: string,
  name: string,
  record: Entry<Namespace>,
  classes: Classes,
): MeantNamespace {
  const zone = lookup.get('zone', record.zone);
  const named = [...new Set(zone?.runtimes ?? [])];
  const faults = new Map(named.map((id) => [id, faultOfRuntime(lookup, id)]));
  const [first] = named;
  const isFirstUsable = first !== undefined && faults.get(first) === undefined;
  const allowed = [...new Set(zone?.storageClasses ?? [])];
  return {
    id: record.id,
    name,
    ...(zone !== undefined && record.zone !== undefined && { zone: record.zone }),
    runtimes: sortBy(
      named.filter((id) => faults.get(id) === undefined),
      (id) => id,
    ),
    ...(isFirstUsable && { defaultRuntime: first }),
    mayUseNodeDefault: first === undefined || (isFirstUsable && isNodeDefault(lookup, first, own)),
    canGiveDefault: kubernetesHas(cluster.version, 'mutatingAdmissionPolicy'),
    classes: sortBy(
      allowed.flatMap((id) => classes.names.get(id) ?? []),
      (n) => n,
    ),
    attributes: kubernetesHas(cluster.version, 'volumeAttributesClass')
      ? sortBy(
          allowed.flatMap((id) => classes.attributes.get(id) ?? []),
          (n) => n,
        )
      : [],
    podSecurity: zone?.podSecurity ?? 'baseline',
    image: imageOf(zone),
    unmadeRuntimes: named.flatMap((id) => {
      const reason = faults.get(id);
      return reason === undefined ? [] : [{ cause: { kind: 'runtime' as const, id }, reason }];
    }),
    unmadeClasses: allowed.flatMap((id) => {
      const reason = classes.faults.get(id);
      return reason === undefined ? [] : [{ cause: { kind: 'class' as const, id }, reason }];
    }),
  };
}

/** Whom the design names, else the group of the distribution's own credentials. */
function administratorOf({ topology }: Lookup, { distribution }: Cluster): MeantCluster['administrator'] {
  const { groups = [], users = [] } = topology.metadata.administrators ?? {};
  const [user] = users;
  if (groups.length === 0 && user !== undefined) return { username: user, groups: [] };
  return { username: 'administrator', groups: groups.length > 0 ? groups : administratorGroups(distribution) };
}

function imageOf(zone: Zone | undefined): string {
  const registry = zone?.images?.registries?.[0]?.replace(/\/+$/, '') ?? 'registry.invalid';
  const pin = { none: '', tag: ':1', digest: `@sha256:${'0'.repeat(64)}` }[zone?.images?.pin ?? 'none'];
  return `${registry}/probe${pin}`;
}

interface Classes {
  /** By id of the record. */
  readonly names: ReadonlyMap<string, string>;
  readonly faults: ReadonlyMap<string, string>;
  /** Names of VolumeAttributesClasses, by id of the class; of two with one name the first. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  readonly fallback?: string;
}

/** The classes a cluster has: those that a zone with a namespace in it allows. Of two with one name the first by id. */
function storageClasses(lookup: Lookup, zones: ReadonlySet<string>): Classes {
  const ids = new Set([...zones].flatMap((z) => lookup.get('zone', z)?.storageClasses ?? []));
  const names = new Map<string, string>();
  const faults = new Map<string, string>();
  const attributes = new Map<string, readonly string[]>();
  const taken = new Set<string>();
  const takenAttributes = new Set<string>();
  let fallback: string | undefined;
  for (const id of [...ids].sort()) {
    const record = lookup.get('class', id);
    const endpoint = lookup.get('endpoint', record?.endpoint);
    if (record === undefined || endpoint === undefined) {
      faults.set(id, record === undefined ? 'the design does not hold it' : 'its storage endpoint does not exist');
      continue;
    }
    const wanted = lookup.nameOf({ kind: 'class', id });
    const name = isObjectName(wanted) ? wanted : id;
    if (taken.has(name)) {
      faults.set(id, `another class of the cluster is called “${name}” too`);
      continue;
    }
    taken.add(name);
    names.set(id, name);
    if (record.default === true) fallback ??= name;
    if (!storageTypeInfo(endpoint.type).attributes) continue;
    const own = Object.keys(record.attributes ?? {}).map((variant) => `${name}-${variant}`);
    const free = own.filter((variant) => !takenAttributes.has(variant));
    for (const variant of free) takenAttributes.add(variant);
    attributes.set(id, free);
  }
  return { names, faults, attributes, ...(fallback !== undefined && { fallback }) };
}

/** Why no pod can be given a runtime; undefined for one that can be used. */
function faultOfRuntime(lookup: Lookup, id: string): string | undefined {
  const record = lookup.get('runtime', id);
  if (record === undefined) return 'the design does not hold it';
  const legacy = legacyRuntime(record.from);
  if (legacy !== undefined) return `${legacy.label} should not be used any more`;
  if (runtimeInfo(record.from) !== undefined) return undefined;
  return record.handler !== undefined && record.isolation !== undefined
    ? undefined
    : `nobody knows the handler and isolation of “${record.from}”`;
}

/** What runs a pod that names no runtime class, as an id of the catalogue. */
function nodeDefault(cluster: Cluster): string {
  const distribution = distributionInfo(cluster.distribution);
  return distribution.defaultRuntime ?? engineInfo(cluster.engine?.name ?? distribution.defaultEngine).builtinRuntime;
}

function isNodeDefault(lookup: Lookup, id: string, own: string): boolean {
  const record = lookup.get('runtime', id);
  return record?.from === own && (record.handler ?? runtimeInfo(record.from)?.handler ?? own) === own;
}

/** A DNS-1123 subdomain, which names of Kubernetes objects are. */
function isObjectName(name: string): boolean {
  const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
  return name.length <= 253 && new RegExp(`^${label}(\\.${label})*$`).test(name);
}

/** The design as it would have to read for its workloads to be those that run. */
import { drawWorkloads, type EstateCluster, Ids, isOfTheSystem } from '../importing/index.ts';
import {
  endRef,
  type Lookup,
  lookup,
  type Namespace,
  protocolOf,
  type Topology,
  type Workload,
} from '../model/index.ts';

type ServiceType = NonNullable<NonNullable<Workload['service']>['type']>;

export class LiveRecords {
  private readonly namespaces: Record<string, Namespace>;
  private readonly workloads: Record<string, Workload>;
  private readonly ids = new Map<string, string>();
  private readonly published: ReadonlyMap<string, ServiceType>;
  private readonly free: { readonly namespace: Ids; readonly workload: Ids };

  constructor(private readonly design: Topology) {
    this.namespaces = { ...design.namespaces };
    this.workloads = { ...design.workloads };
    this.free = { namespace: new Ids(Object.keys(this.namespaces)), workload: new Ids(Object.keys(this.workloads)) };
    const index = lookup(design);
    this.published = publishedBy(index);
    for (const { id, namespace } of index.workloads) {
      const home = index.get('namespace', namespace);
      if (home === undefined) continue;
      // A cluster that takes over runs them as well.
      for (const cluster of index.homesOf(namespace))
        this.ids.set(key(cluster, home.name ?? namespace, index.nameOf({ kind: 'workload', id })), id);
    }
  }

  /** The id of a workload, drawn or not, by its cluster, and by the names of its namespace and itself. */
  idOf(cluster: string, namespace: string, name: string): string | undefined {
    return this.ids.get(key(cluster, namespace, name));
  }

  add(cluster: string, live: EstateCluster): void {
    const index = lookup(this.design);
    const names = {
      classes: new Map(
        Object.keys(this.design.storage?.classes ?? {}).map((id) => [index.nameOf({ kind: 'class', id }), id]),
      ),
      runtimes: new Map(Object.keys(this.design.runtimes ?? {}).map((id) => [id, id])),
    };
    const met = new Set<string>();
    const held = index.namespacesHeldBy(cluster);
    const taken = new Set(held.filter((n) => n.cluster !== cluster).map((n) => n.name ?? n.id));
    for (const namespace of live.namespaces) {
      const drawn = index.namespacesOfCluster(cluster).find((n) => (n.name ?? n.id) === namespace.name);
      // A cluster that takes over runs the namespaces of the one it replaces, which is where they are drawn.
      if (drawn === undefined && taken.has(namespace.name)) continue;
      if (drawn === undefined && (namespace.workloads.length === 0 || isOfTheSystem(live, namespace.name))) continue;
      const home = drawn?.id ?? this.free.namespace.take(namespace.name, 'namespace');
      if (drawn === undefined)
        this.namespaces[home] = { ...(home !== namespace.name && { name: namespace.name }), cluster };
      const found = drawWorkloads(live, namespace, home, new Ids(), names, []);
      for (const { id: wanted, record } of found) {
        const name = record.name ?? wanted;
        const known = this.idOf(cluster, namespace.name, name);
        const id = known ?? this.free.workload.take(name, 'workload');
        this.ids.set(key(cluster, namespace.name, name), id);
        met.add(id);
        const before = known === undefined ? undefined : this.workloads[known];
        this.workloads[id] =
          before === undefined
            ? { ...record, ...(id !== name && { name }) }
            : merged(
                before,
                { ...record, labels: record.labels ?? { app: wanted } },
                index.labelsOf(id),
                index.runtimeOf(id),
                this.published.get(id),
              );
      }
    }
    for (const { id, namespace } of index.workloads)
      if (index.get('namespace', namespace)?.cluster === cluster && !met.has(id)) delete this.workloads[id];
  }

  topology(): Topology {
    return { ...this.design, namespaces: this.namespaces, workloads: this.workloads };
  }
}

/** By workload, the type of the Service that flows ask for; a design need not write it. */
function publishedBy(index: Lookup): ReadonlyMap<string, ServiceType> {
  const types = new Map<string, ServiceType>();
  for (const { to, via } of index.flows) {
    if (via?.kind !== 'loadBalancer' && via?.kind !== 'nodePort') continue;
    for (const { id } of index.workloadsOf(endRef(to)))
      if (via.kind === 'loadBalancer') types.set(id, 'LoadBalancer');
      else if (!types.has(id)) types.set(id, 'NodePort');
  }
  return types;
}

/** The drawn record with what differs in the live one; what no object says stays as it is drawn. */
function merged(
  drawn: Workload,
  live: Workload,
  labels: Readonly<Record<string, string>>,
  runtime: string | undefined,
  published: ServiceType | undefined,
): Workload {
  const liveLabels = live.labels ?? {};
  const hasLabels = Object.entries(labels).every(([k, v]) => liveLabels[k] === v);
  const portsOf = (w: Workload) =>
    Object.values(w.ports ?? {})
      .map((p) => `${p.port}/${protocolOf(p)}`)
      .sort()
      .join();
  const classesOf = (w: Workload) =>
    [...new Set(Object.values(w.storage ?? {}).map((s) => s.class ?? ''))].sort().join();
  const liveType = live.service?.type ?? 'ClusterIP';
  const drawnType = drawn.service?.type ?? published ?? 'ClusterIP';
  const isScaled = (live.kind ?? 'Deployment') !== 'DaemonSet' && (live.replicas ?? 1) !== (drawn.replicas ?? 1);
  const { hostNetwork: _, ...rest } = drawn;
  return {
    ...rest,
    ...((live.kind ?? 'Deployment') !== (drawn.kind ?? 'Deployment') && { kind: live.kind ?? 'Deployment' }),
    ...(!hasLabels && { labels: liveLabels }),
    ...(isScaled && { replicas: live.replicas ?? 1 }),
    ...(portsOf(live) !== portsOf(drawn) && { ports: live.ports ?? {} }),
    // Admission gives a runtime to pods that name none, so a template without one says nothing.
    ...(live.runtime !== undefined && live.runtime !== runtime && { runtime: live.runtime }),
    ...(classesOf(live) !== classesOf(drawn) && { storage: live.storage ?? {} }),
    ...(live.service !== undefined && liveType !== drawnType && { service: { ...drawn.service, type: liveType } }),
    ...(live.hostNetwork === true ? { hostNetwork: true } : drawn.hostNetwork === false && { hostNetwork: false }),
  };
}

function key(cluster: string, namespace: string, name: string): string {
  return `${cluster}/${namespace}/${name}`;
}

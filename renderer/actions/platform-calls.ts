/**
 * Commands that draw the traffic of the platform itself: components of the catalogue with their flows, and the API server
 * as an end. Each matrix cell that such a flow needs is written as narrow as the flow, but never against what the design
 * says: a cell that blocks stays, and the finding about the flow says so.
 */
import {
  metricsPortNames,
  type PlatformComponent,
  type PlatformPart,
  usualMetricsPort,
} from '../../shared/catalog/index.ts';
import { type CommandCall, freeId, type NewRecord } from '../../shared/commands/index.ts';
import {
  apiServerPort,
  type End,
  endRef,
  type Flow,
  type Lookup,
  lookup,
  type MatrixCell,
  outside,
  type Ref,
  ref,
  type Topology,
  type Workload,
  writtenCell,
} from '../../shared/model/index.ts';

export interface PlatformPlace {
  readonly cluster: string;
  readonly zone: string;
}

export interface PlatformCalls {
  readonly calls: readonly CommandCall[];
  /** What was drawn: the namespace of a component, or the flow to the API server. */
  readonly made: readonly Ref[];
}

/** The component in a namespace of its own, or in the namespace of that name which the cluster has in the design. */
export function componentCalls(topology: Topology, component: PlatformComponent, place: PlatformPlace): PlatformCalls {
  const draft = new Drafting(topology);
  const there = draft.index
    .namespacesOfCluster(place.cluster)
    .find((n) => draft.index.nameOf(ref('namespace', n.id)) === component.namespace);
  const namespace =
    there?.id ??
    draft.add('namespace', component.namespace, (id) => ({
      cluster: place.cluster,
      zone: place.zone,
      ...(id !== component.namespace && { name: component.namespace }),
    }));
  const zone = there === undefined ? place.zone : there.zone;
  for (const part of component.parts) {
    const workload = draft.add('workload', part.id, (id) => ({
      namespace,
      ...(id !== part.id && { name: part.id }),
      ...(part.kind !== undefined && { kind: part.kind }),
      labels: part.labels,
      ...(part.ports !== undefined && {
        ports: Object.fromEntries(Object.entries(part.ports).map(([name, port]) => [name, { port }])),
      }),
    }));
    drawPart(draft, component, part, { workload }, { cluster: place.cluster, ...(zone !== undefined && { zone }) });
  }
  return draft.result([ref('namespace', namespace)]);
}

/** Lets an end call the API server of its cluster, or of each of its clusters. */
export function apiServerCalls(topology: Topology, from: End): PlatformCalls {
  const draft = new Drafting(topology);
  const { index } = draft;
  const end = endRef(from);
  const clusters =
    end.kind === 'zone' ? index.clustersOfZone(end.id) : [index.clusterOf(end)].filter((c) => c !== undefined);
  const ports = [...new Set(clusters.map((id) => apiServerPort(index.get('cluster', id) ?? {})))].sort((a, b) => a - b);
  const flow = drawApiFlow(draft, from, end.id, index.zoneOf(end), ports.length === 0 ? [6443] : ports);
  return draft.result([ref('flow', flow)]);
}

function drawPart(
  draft: Drafting,
  component: PlatformComponent,
  part: PlatformPart,
  end: { readonly workload: string },
  place: { readonly cluster: string; readonly zone?: string },
): void {
  const { index } = draft;
  if (part.usesApi)
    drawApiFlow(draft, end, part.id, place.zone, [apiServerPort(index.get('cluster', place.cluster) ?? {})]);
  if (part.webhook !== undefined) {
    const api = draft.apiServer();
    draft.flow(`api-${part.id}`, {
      from: { external: api },
      to: end,
      ports: [{ port: part.webhook }],
      reason: `Admission webhook of ${component.label}`,
    });
    draft.permit(outside, place.zone, [part.ports?.[part.webhook] ?? 443]);
  }
  if (part.scrapes !== true) return;
  for (const zone of index.zonesOfCluster(place.cluster)) {
    const own = index.namespacesOfZone(zone).filter((n) => n.cluster === place.cluster);
    if (own.length === 0 || (zone === place.zone && index.get('zone', zone)?.intraZone !== 'deny')) continue;
    const workloads = own.flatMap((n) => index.workloadsOfNamespace(n.id));
    const has = (workload: Workload, port: string) =>
      workload.ports !== undefined && Object.hasOwn(workload.ports, port);
    const name = metricsPortNames.find((n) => workloads.some((w) => has(w, n)));
    // A name means nothing at a workload that has no such port, and a flow to the whole zone would reach its namespaces in
    // other clusters too.
    const named = name === undefined ? workloads : workloads.filter((w) => has(w, name));
    const ends: End[] =
      named.length < workloads.length
        ? named.map((w) => ({ workload: w.id }))
        : index.clustersOfZone(zone).length === 1
          ? [{ zone }]
          : own.map((n) => ({ namespace: n.id }));
    for (const to of ends) {
      draft.flow(`${part.id}-${endRef(to).id}`, {
        from: end,
        to,
        ports: [{ port: name ?? usualMetricsPort }],
        reason: 'Metrics',
      });
    }
    const numbers = workloads.flatMap((w) =>
      name !== undefined && w.ports !== undefined && Object.hasOwn(w.ports, name) ? (w.ports[name]?.port ?? []) : [],
    );
    draft.permit(place.zone, zone, name === undefined ? [usualMetricsPort] : numbers);
  }
}

function drawApiFlow(
  draft: Drafting,
  from: End,
  stem: string,
  zone: string | undefined,
  ports: readonly number[],
): string {
  const api = draft.apiServer();
  draft.permit(zone, outside, ports);
  return draft.flow(`${stem}-api`, {
    from,
    to: { external: api },
    ports: ports.map((port) => ({ port })),
    reason: 'Kubernetes API',
  });
}

/** Collects records under free ids, and cells of the matrix. */
class Drafting {
  readonly index: Lookup;
  readonly #topology: Topology;
  readonly #records: NewRecord[] = [];
  readonly #cells = new Map<string, { from: string; to: string; cell: MatrixCell }>();

  constructor(topology: Topology) {
    this.#topology = topology;
    this.index = lookup(topology);
  }

  add(kind: 'namespace' | 'workload' | 'external' | 'flow', wanted: string, make: (id: string) => object): string {
    const taken = new Set(this.#records.filter((r) => r.ref.kind === kind).map((r) => r.ref.id));
    const id = freeId(this.#topology, kind, wanted, taken);
    this.#records.push({ ref: ref(kind, id), record: make(id) as NewRecord['record'] });
    return id;
  }

  flow(wanted: string, flow: Flow): string {
    return this.add('flow', wanted, () => flow);
  }

  /** The external that stands for the API server; one is enough for all clusters. */
  apiServer(): string {
    const there = Object.entries(this.#topology.externals ?? {}).find(([, e]) => e.kind === 'apiServer')?.[0];
    const made = this.#records.find((r) => r.ref.kind === 'external')?.ref.id;
    return there ?? made ?? this.add('external', 'kube-api', () => ({ name: 'Kubernetes API', kind: 'apiServer' }));
  }

  permit(from: string | undefined, to: string | undefined, ports: readonly number[]): void {
    if (from === undefined || to === undefined || from === to) return;
    const key = `${from} ${to}`;
    const decision = this.index.matrix(from, to);
    const known = this.#cells.get(key)?.cell ?? writtenCell(this.#topology, from, to);
    if (decision === undefined || decision.access === 'allow-all' || known?.access === 'block-all') return;
    const listed = known?.services ?? [];
    const services = [...new Set([...listed, ...ports.map((port) => `${port}/tcp`)])];
    if (services.length > listed.length)
      this.#cells.set(key, { from, to, cell: { ...known, access: 'allow-only', services } });
  }

  result(made: readonly Ref[]): PlatformCalls {
    const cells = [...this.#cells.values()].map((args): CommandCall => ({ id: 'matrix/set', args }));
    return { calls: [{ id: 'record/add-many', args: { records: this.#records } }, ...cells], made };
  }
}

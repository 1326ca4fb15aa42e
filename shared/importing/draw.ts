/** From an estate and a proposal to a design, with everything that the design cannot hold named. */
import { cniInfo, distributionInfo } from '../catalog/index.ts';
import type { Problem } from '../lib/problem.ts';
import { sortBy, unique } from '../lib/sort.ts';
import type { Cluster, End, Flow, FlowPort, MatrixCell, Namespace, Topology, Workload, Zone } from '../model/index.ts';
import { endRef, outside, refKey, schema } from '../model/index.ts';
import { lastPort, type PortRange, protocols, type SourceObject } from '../reach/index.ts';
import { joined, type PlacedArrow } from './across-clusters.ts';
import { type Addresses, arrowsOf, type DrawnArrow, openZones } from './arrows.ts';
import type { Estate, EstateCluster } from './estate.ts';
import { Externals } from './externals.ts';
import { finding, listed } from './findings.ts';
import type { DrawnNamespace } from './grid.ts';
import { Ids } from './ids.ts';
import { isOfTheSystem, managedBy, ownZoneLabel } from './infer-zones.ts';
import { textAt } from './objects.ts';
import { drawPlatform, type Platform } from './platform.ts';
import { controlPlaneCount, drawPools } from './pools.ts';
import { keyOf, type Proposal, zonesByTrust } from './proposal.ts';
import { remarks } from './remarks.ts';
import { isLocal, servicesFor } from './services.ts';
import { type DrawnWorkload, drawWorkloads } from './workloads.ts';

export interface DrawOptions {
  /** The name of the design. */
  readonly name: string;
}

/** Where a workload of the design was read. */
export interface Origin {
  readonly cluster: string;
  readonly source: SourceObject;
}

export interface Drawn {
  readonly topology: Topology;
  readonly problems: readonly Problem[];
  /** By id of the workload. */
  readonly origins: ReadonlyMap<string, Origin>;
}

interface Placed {
  readonly cluster: EstateCluster;
  readonly id: string;
  readonly name: string;
  readonly zone: string;
  readonly probe: number;
  readonly isJudged: boolean;
  readonly workloads: readonly DrawnWorkload[];
}

export function draw(estate: Estate, proposal: Proposal, options: DrawOptions): Drawn {
  const problems: Problem[] = [...estate.problems];
  const platform = drawPlatform(estate, proposal, problems);
  const placed = place(estate, proposal, platform, problems);
  const { flows, externals, zones, matrix } = connect(estate, proposal, platform, placed, problems);
  problems.push(...remarks(estate, proposal));

  const clusters = Object.fromEntries(
    estate.clusters.map((c) => [c.id, clusterRecord(c, proposal, platform, problems)] as const),
  );
  const namespaces = Object.fromEntries(placed.map((p) => [p.id, namespaceRecord(p, estate)] as const));
  const drawn = placed.flatMap((p) => p.workloads.map((w) => ({ ...w, cluster: p.cluster.id })));
  const prefix = labelPrefix(estate);
  const topology: Topology = {
    apiVersion: schema.apiVersion,
    kind: 'Topology',
    metadata: { name: options.name || 'imported', ...(prefix !== undefined && { labelPrefix: prefix }) },
    zones,
    ...(Object.keys(matrix).length > 0 && { matrix }),
    clusters,
    namespaces,
    workloads: Object.fromEntries(drawn.map((w) => [w.id, w.record])),
    externals,
    flows,
    storage: { endpoints: platform.endpoints, classes: platform.classes },
    runtimes: platform.runtimes,
  };
  return {
    topology,
    problems,
    origins: new Map(drawn.map((w) => [w.id, { cluster: w.cluster, source: w.source }])),
  };
}

function place(estate: Estate, proposal: Proposal, platform: Platform, problems: Problem[]): Placed[] {
  const zoneOf = new Map(proposal.namespaces.map((n) => [keyOf(n), n.zone]));
  const names = { classes: platform.classIds, runtimes: platform.runtimeIds };
  const ids = { namespace: new Ids(), workload: new Ids() };
  const isAlone = estate.clusters.length === 1;
  return estate.clusters.flatMap((cluster) =>
    cluster.namespaces.flatMap((namespace): Placed[] => {
      const zone = zoneOf.get(keyOf({ cluster: cluster.id, name: namespace.name }));
      if (zone === undefined || !Object.hasOwn(proposal.zones, zone)) {
        if (namespace.isWritten || namespace.workloads.length > 0)
          leftOut(cluster, namespace.name, namespace.workloads.length, problems);
        return [];
      }
      const isTaken =
        !isAlone && estate.clusters.some((c) => c !== cluster && c.namespaces.some((n) => n.name === namespace.name));
      const id = ids.namespace.take(isTaken ? `${cluster.id}-${namespace.name}` : namespace.name, 'namespace');
      const workloads = drawWorkloads(cluster, namespace, id, ids.workload, names, problems);
      return [
        { cluster, id, name: namespace.name, zone, workloads, probe: namespace.probe, isJudged: namespace.isJudged },
      ];
    }),
  );
}

function leftOut(cluster: EstateCluster, name: string, count: number, problems: Problem[]): void {
  // A namespace that nothing lives in and that Kubernetes makes by itself is no finding.
  if (count === 0 && (isOfTheSystem(cluster, name) || name === 'default')) return;
  const what = count === 1 ? '1 workload' : `${count} workloads`;
  problems.push(
    finding(
      'no-zone',
      'warning',
      isOfTheSystem(cluster, name)
        ? `Namespace ${name} with ${what} belongs to the cluster itself and is not drawn: in a zone its pods would be denied what they need. Connections with it are not part of the design.`
        : `Namespace ${name} with ${what} has no zone, so it is not drawn. Put it into a zone of the proposal.`,
      { kind: 'Namespace', id: name },
    ),
  );
}

function connect(
  estate: Estate,
  proposal: Proposal,
  platform: Platform,
  placed: readonly Placed[],
  problems: Problem[],
) {
  const zoneIds = Object.keys(proposal.zones);
  const externals = new Externals();
  const homes = (zone: string) => unique([...placed.filter((p) => p.zone === zone).map((p) => p.cluster.id)]);
  const isWhole = (zone: string) => homes(zone).length === 1;
  const dialled = new Set(
    placed.flatMap((p) =>
      p.workloads.some((w) => w.record.service?.addresses !== undefined) ? [`namespace:${p.id}`, `zone:${p.zone}`] : [],
    ),
  );
  const open = openEverywhere(estate, placed, zoneIds);
  const ids = new Ids();
  const flows: Record<string, Flow> = {};
  const exposure = new Map<string, Set<schemaExposure>>();
  const cells = new Map<string, Cell>();
  const zoneOfEnd = zoneReader(placed);

  const arrows = estate.clusters.flatMap((cluster): PlacedArrow[] => {
    const namespaces = placed.filter((p) => p.cluster === cluster).map((p) => seen(cluster, p));
    const own = arrowsOf(cluster, namespaces, zoneIds, isWhole, open);
    const pods = cluster.facts.networks?.pods ?? [];
    const asEnd = (end: End | Addresses, as: 'senders' | 'receivers'): End =>
      'pieces' in end ? { external: externals.idOf(cluster.reach, end.pieces, as, pods) } : end;
    // Receivers first: what they need is what senders can share.
    for (const { to } of own) asEnd(to, 'receivers');
    return own.map((arrow) => ({
      cluster,
      namespaces,
      arrow,
      from: asEnd(arrow.from, 'senders'),
      to: asEnd(arrow.to, 'receivers'),
    }));
  });
  const isDialled = (to: End) => 'workload' in to || dialled.has(refKey(endRef(to)));
  const drawn = sortBy(
    joined(arrows, { homes, isDialled }),
    ({ cluster }) => cluster.id,
    ({ arrow, from, to }) => arrow.flow ?? flowName(from, to),
  );
  for (const { cluster, arrow, from, to } of drawn) {
    const own = placed.filter((p) => p.cluster === cluster);
    const via = 'external' in from ? entryOf(cluster, own, arrow) : undefined;
    const ranges = cluster.reach.ports.ranges(arrow.ports);
    const ports = flowPorts(ranges, dialledAt(own, to));
    const id = ids.take(arrow.flow ?? flowName(from, to), 'flow');
    flows[id] = { from, to, ports, ...(via !== undefined && { via }) };
    const [a, b] = [zoneOfEnd(from), zoneOfEnd(to)];
    if (via !== undefined && b !== undefined) {
      const known = exposure.get(b);
      if (known === undefined) exposure.set(b, new Set([via.kind]));
      else known.add(via.kind);
    }
    if (a === undefined || b === undefined || a === b) continue;
    const key = `${a} ${b}`;
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, { from: a, to: b, ranges: [...ranges] });
    else cell.ranges.push(...ranges);
  }
  const dns = dnsOf(estate, placed, zoneIds, problems);
  const zones = Object.fromEntries(
    zoneIds.map((id): [string, Zone] => {
      const kinds = schema.exposureKinds.filter((kind) => exposure.get(id)?.has(kind));
      return [
        id,
        {
          trust: proposal.zones[id]?.trust ?? 50,
          ...(!open.has(id) && { intraZone: 'deny' as const }),
          ...(dns.has(id) && { dns: 'none' as const }),
          ...(kinds.length > 0 && { exposure: kinds }),
          ...platform.zones.get(id),
        },
      ];
    }),
  );
  return { flows, externals: externals.records, zones, matrix: matrixOf(cells, proposal) };
}

type schemaExposure = (typeof schema.exposureKinds)[number];

/** Zones that are open inside wherever they are: the drawing says it once for all clusters. */
function openEverywhere(estate: Estate, placed: readonly Placed[], zones: readonly string[]): ReadonlySet<string> {
  let open = new Set(zones);
  for (const cluster of estate.clusters) {
    const own = placed.filter((p) => p.cluster === cluster).map((p) => seen(cluster, p));
    if (own.length === 0) continue;
    const found = openZones(cluster, own, zones);
    open = new Set([...open].filter((zone) => found.has(zone)));
  }
  return open;
}

/** Policies neither hold nor see pods on the host network, so no arrow could say what they may do. */
function seen(cluster: EstateCluster, placed: Placed): DrawnNamespace {
  const { id, zone, probe, isJudged, workloads } = placed;
  return { id, zone, probe, isJudged, workloads: workloads.filter((w) => !cluster.reach.isUnseen(w.thing)) };
}

function zoneReader(placed: readonly Placed[]): (end: End) => string | undefined {
  const namespaces = new Map(placed.map((p) => [p.id, p.zone]));
  const workloads = new Map(placed.flatMap((p) => p.workloads.map((w) => [w.id, p.zone] as const)));
  return (end) => {
    if ('zone' in end) return end.zone;
    if ('namespace' in end) return namespaces.get(end.namespace);
    if ('workload' in end) return workloads.get(end.workload);
    return outside;
  };
}

function flowName(from: End, to: End): string {
  return `${Object.values(from)[0]}-to-${Object.values(to)[0]}`;
}

/** Sets of ports as a flow says them. */
function flowPorts(ranges: readonly PortRange[], receiver: Workload | undefined): Flow['ports'] {
  const isEverything = protocols.every((p) =>
    ranges.some((r) => r.protocol === p && r.start === 1 && r.end === lastPort),
  );
  if (isEverything) return 'all';
  return ranges.map(({ protocol, start, end }): FlowPort => {
    const named = Object.entries(receiver?.ports ?? {}).find(
      ([, p]) => start === end && p.port === start && (p.protocol ?? 'TCP') === protocol,
    );
    return {
      ...(protocol !== 'TCP' && { protocol }),
      port: named?.[0] ?? start,
      ...(end > start && { endPort: end }),
    };
  });
}

function dialledAt(own: readonly Placed[], to: End): Workload | undefined {
  if (!('workload' in to)) return undefined;
  return own.flatMap((p) => p.workloads).find((w) => w.id === to.workload)?.record;
}

/**
 * How traffic enters: by the Service in front of the receiver where that keeps the client's address, which is what an
 * ipBlock is about; otherwise the policies let these addresses reach the pods themselves.
 */
function entryOf(cluster: EstateCluster, own: readonly Placed[], { to }: DrawnArrow): NonNullable<Flow['via']> {
  const workload = 'workload' in to ? own.flatMap((p) => p.workloads).find((w) => w.id === to.workload) : undefined;
  const pod = workload === undefined ? undefined : cluster.reach.pods[workload.thing];
  if (pod === undefined) return { kind: 'direct' };
  const service = servicesFor(cluster, pod.namespace, pod.labels).find(
    ({ object }) => ['LoadBalancer', 'NodePort'].includes(textAt(object, 'spec', 'type') ?? '') && isLocal(object),
  );
  if (service === undefined) return { kind: 'direct' };
  return { kind: textAt(service.object, 'spec', 'type') === 'LoadBalancer' ? 'loadBalancer' : 'nodePort' };
}

interface Cell {
  readonly from: string;
  readonly to: string;
  readonly ranges: PortRange[];
}

/** More services than this in one cell are no rule that a person could keep in mind. */
const mostServices = 8;

/** The matrix has to permit what is drawn, and should permit no more. */
function matrixOf(cells: ReadonlyMap<string, Cell>, proposal: Proposal): Record<string, Record<string, MatrixCell>> {
  const order = [outside, ...zonesByTrust(proposal)];
  const found: Record<string, Record<string, MatrixCell>> = {};
  const place = (zone: string) => order.indexOf(zone);
  const sorted = sortBy(
    cells.values(),
    (c) => place(c.from),
    (c) => place(c.to),
  );
  for (const { from, to, ranges } of sorted) {
    const services = unique(
      sortBy(
        ranges,
        (r) => r.start,
        (r) => r.protocol,
      ).map(({ protocol, start, end }) => `${start === end ? start : `${start}-${end}`}/${protocol.toLowerCase()}`),
    );
    const isWide = services.length > mostServices || ranges.some((r) => r.end - r.start >= lastPort - 1);
    found[from] = {
      ...found[from],
      [to]: isWide ? { access: 'allow-all' } : { access: 'allow-only', services },
    };
  }
  return found;
}

/** Zones whose workloads may not ask the DNS of their cluster; where they differ, the zone may, and each exception is named. */
function dnsOf(
  estate: Estate,
  placed: readonly Placed[],
  zones: readonly string[],
  problems: Problem[],
): ReadonlySet<string> {
  const silent = new Set<string>();
  for (const zone of zones) {
    const asked = estate.clusters.flatMap((cluster) => {
      const { ports } = cluster.reach;
      const wanted = ports.of(
        (['TCP', 'UDP'] as const).map((protocol) => ({ protocol, start: cluster.dnsPort, end: cluster.dnsPort })),
      );
      return placed
        .filter((p) => p.cluster === cluster && p.zone === zone)
        .flatMap((p) => {
          const own = p.workloads.filter((w) => !cluster.reach.isUnseen(w.thing));
          const things = own.length > 0 ? own : [{ id: p.name, thing: p.probe }];
          return things.map((w) => ({
            id: w.id,
            mayAsk: ports.subtract(wanted, cluster.reach.allowed(w.thing, cluster.dns)) === 0,
          }));
        });
    });
    const [asking, others] = [asked.filter((a) => a.mayAsk), asked.filter((a) => !a.mayAsk)];
    if (asking.length === 0 && others.length > 0) silent.add(zone);
    if (asking.length === 0 || others.length === 0) continue;
    problems.push(
      finding(
        'dns-differs',
        'warning',
        `In zone “${zone}” the policies let ${listed(asking.map((a) => a.id))} ask the DNS of the cluster and keep ${listed(others.map((a) => a.id))} from it. A drawing says it for a whole zone: here it lets all of them ask. Split the zone, or set its dns to none.`,
        { kind: 'zone', id: zone },
      ),
    );
  }
  return silent;
}

function clusterRecord(cluster: EstateCluster, proposal: Proposal, platform: Platform, problems: Problem[]): Cluster {
  const { facts } = cluster;
  const pools = drawPools(cluster, proposal, platform.runtimeIds, problems);
  const at = { kind: 'cluster', id: cluster.id };
  if (!facts.isVersionKnown) {
    problems.push(
      finding(
        'assumed-version',
        'info',
        `Nothing tells the Kubernetes version of cluster “${cluster.id}”; ${facts.version} is assumed. Set it in the design, because exports depend on it.`,
        at,
      ),
    );
  }
  const plugin = facts.cni?.name ?? distributionInfo(facts.distribution).defaultCni;
  if (plugin === undefined || cniInfo(plugin)?.networkPolicy === 'no') {
    problems.push(
      finding(
        'network-plugin',
        'warning',
        plugin === undefined
          ? `Nothing tells the network plugin of cluster “${cluster.id}”. The design reads its policies as if they were enforced; set the plugin to be sure.`
          : `The network plugin of cluster “${cluster.id}”, ${cniInfo(plugin)?.label ?? plugin}, enforces no policies, so in truth every pod reaches every pod, whatever the policies say and the design shows.`,
        at,
      ),
    );
  }
  const count = controlPlaneCount(cluster);
  return {
    ...(cluster.name !== cluster.id && { name: cluster.name }),
    distribution: facts.distribution,
    version: facts.version,
    ...(facts.cni !== undefined && { cni: facts.cni }),
    ...(facts.networks !== undefined && { networks: facts.networks }),
    ...(count !== undefined && { controlPlane: { count } }),
    ...(Object.keys(pools).length > 0 && { pools }),
  };
}

function namespaceRecord({ cluster, id, name, zone }: Placed, _estate: Estate): Namespace {
  const namespace = cluster.namespaces.find((n) => n.name === name);
  const own = namespace === undefined ? undefined : ownZoneLabel(namespace);
  const labels = Object.fromEntries(
    Object.entries(namespace?.labels ?? {}).filter(
      ([key, value]) =>
        key !== own &&
        !(own !== undefined && key === managedBy) &&
        key !== 'kubernetes.io/metadata.name' &&
        !key.startsWith('pod-security.kubernetes.io/') &&
        schema.namespace.shape.labels.safeParse({ [key]: value }).success,
    ),
  );
  return {
    ...(name !== id && { name }),
    cluster: cluster.id,
    zone,
    ...(Object.keys(labels).length > 0 && { labels }),
  };
}

/** Exports with a prefix of their own say it in the key of their zone label. */
function labelPrefix(estate: Estate): string | undefined {
  const keys = estate.clusters.flatMap((c) => c.namespaces.flatMap((n) => ownZoneLabel(n) ?? []));
  const prefix = keys[0]?.split('/')[0];
  return prefix === undefined || prefix === 'zonewright' ? undefined : prefix;
}

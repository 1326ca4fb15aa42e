/**
 * The guard rails by themselves. Every policy of a namespace is replaced by one that allows everything: what the matrix
 * blocks must still be denied, and what it permits, or the drawing means, must still be possible.
 */
import { ciliumInfo, distributionInfo, type GuardRailKind, guardRailKind } from '../catalog/index.ts';
import { contains, looseCidr } from '../lib/ip.ts';
import { metadataAddresses } from '../lib/public-ranges.ts';
import type { Lookup, Ref } from '../model/index.ts';
import { asCidrs, type EvaluateOptions, evaluate, explain, type Reach, type SourceObject } from '../reach/index.ts';
import type { EndsOfCluster } from './ends.ts';
import { distinct, type Finding, type Findings } from './findings.ts';
import { type LeftPorts, leftAtEdge, leftBetween, type MeantByName, type MeantPorts } from './intent/index.ts';
import { nodePieces } from './plugin.ts';
import { thingOf } from './things.ts';

/** The DNS of a cluster, where it is the platform's. */
export interface PlatformDns {
  readonly namespace: string;
  /** The port of its pods, TCP and UDP. */
  readonly port: number;
  /** Stands for its pods; empty where the design holds their namespace itself. */
  readonly pods: readonly SourceObject[];
}

export interface GuardedCluster {
  /** Its parsed export. */
  readonly objects: readonly SourceObject[];
  readonly dns: PlatformDns;
  readonly options: EvaluateOptions;
  /** What its workloads are drawn to reach by DNS name. */
  readonly byName: readonly MeantByName[];
}

/** Clusters whose plugin has no cluster-wide kind are bounded by nothing, as their coverage says. */
export function proveGuards(
  index: Lookup,
  { cluster, own, things: all }: EndsOfCluster,
  { objects, dns, options, byName }: GuardedCluster,
  findings: Findings,
): void {
  const kind = kindOf(index, cluster);
  if (kind === undefined) return;
  const reach = evaluate([...objects.map(opened), ...dns.pods], {
    ...options,
    cut: [...(options.cut ?? []), ...metadataAddresses],
  });
  const guarded = own.workloads.flatMap((id): Guarded[] => {
    const zone = index.zoneOf({ kind: 'workload', id });
    if (zone === undefined || index.get('zone', zone) === undefined || !all.has(id)) return [];
    const thing = thingOf(index, reach, id);
    return thing === undefined || reach.isUnseen(thing) ? [] : [{ id, zone, thing }];
  });
  const context = { index, cluster, own, reach, guarded, byName: portsByName(index, cluster, byName), findings };
  provePods(context);
  const server = dns.pods[0]?.object;
  const answering = reach.pods.findIndex(({ source }) => server !== undefined && source.object === server);
  proveDns(context, dns, answering === -1 ? undefined : answering);
  proveAddresses(context, 'egress');
  // The API of Kubernetes has no word for addresses that enter.
  if (kind !== 'cluster-network-policy') proveAddresses(context, 'ingress');
}

function kindOf(index: Lookup, id: string): GuardRailKind | undefined {
  const cluster = index.get('cluster', id);
  if (cluster === undefined) return undefined;
  const kind = guardRailKind(cluster.cni?.name ?? distributionInfo(cluster.distribution).defaultCni, cluster.cni);
  return kind === 'cilium' && ciliumInfo(cluster)?.defaultDenySwitch === false ? undefined : kind;
}

/** A denying rule knows no names, so the ports of a flow to hosts by name are left open wherever a rule by name is possible. */
function portsByName(index: Lookup, id: string, meant: readonly MeantByName[]): Map<string, MeantPorts[]> {
  const cluster = index.get('cluster', id);
  const found = new Map<string, MeantPorts[]>();
  if (cluster === undefined || ciliumInfo(cluster)?.names !== true) return found;
  for (const { from, ports } of meant) {
    const zone = index.get('zone', index.zoneOf({ kind: 'workload', id: from.workload }));
    if ((zone?.dns ?? 'cluster') !== 'cluster') continue;
    found.set(from.workload, [...(found.get(from.workload) ?? []), ...ports]);
  }
  return found;
}

/** Policies of namespaces, whatever their kind, as somebody could write them who wants everything. */
function opened(source: SourceObject): SourceObject {
  const { kind, metadata } = source.object;
  if (metadata.namespace === undefined || !['NetworkPolicy', 'CiliumNetworkPolicy'].includes(kind)) return source;
  const spec = { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] };
  return {
    ...source,
    object: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: source.object.metadata, spec },
  };
}

interface Guarded {
  readonly id: string;
  readonly zone: string;
  readonly thing: number;
}

interface Context {
  readonly index: Lookup;
  readonly cluster: string;
  readonly own: EndsOfCluster['own'];
  readonly reach: Reach;
  readonly guarded: readonly Guarded[];
  /** By workload, ports that are left open towards every address but those of metadata. */
  readonly byName: ReadonlyMap<string, readonly MeantPorts[]>;
  readonly findings: Findings;
}

/** Sets of ports: what must be left to the policies, what may be, and what the guard rails leave. */
interface Left {
  readonly least: number;
  readonly most: number;
  readonly possible: number;
}

function provePods({ index, cluster, own, reach, guarded, findings }: Context): void {
  const { ports, classes } = reach;
  const left = memo((from: string, to: string) => setOf(reach, from === to ? 'all' : leftBetween(index, from, to)));
  for (const from of guarded) {
    const row = reach.row(classes.classOf[from.thing] ?? 0).slice();
    const drawn = own.inside.get(from.id);
    for (const to of guarded) {
      if (to.id === from.id) continue;
      const flows = drawn?.get(to.id) ?? [];
      const meant = ports.union(left(from.zone, to.zone), ports.of(flows.flatMap((d) => d.ports)));
      const possible = row[classes.classOf[to.thing] ?? 0] ?? 0;
      if (meant === possible) continue;
      const causes = distinct([...flows.map((d) => d.cause), zone(from.zone), zone(to.zone)]);
      const base = { cluster, from: { workload: from.id }, to: { workload: to.id }, causes };
      report(reach, findings, base, [from.thing, to.thing], { least: meant, most: meant, possible });
    }
  }
}

/** The platform is left to the policies, but for the questions of zones that may not ask. */
function proveDns({ index, cluster, reach, guarded, findings }: Context, dns: PlatformDns, server?: number): void {
  if (server === undefined) return;
  const { ports } = reach;
  const asked = ports.of((['TCP', 'UDP'] as const).map((protocol) => ({ protocol, start: dns.port, end: dns.port })));
  for (const { id, zone: zoneId, thing } of guarded) {
    const mayAsk = (index.get('zone', zoneId)?.dns ?? 'cluster') === 'cluster';
    const all = setOf(reach, 'all');
    const meant = mayAsk ? all : ports.subtract(all, asked);
    const possible = reach.allowed(thing, server);
    const to = { pods: { namespace: dns.namespace, labels: reach.pods[server]?.labels ?? {} } };
    const base = { cluster, from: { workload: id }, to, causes: [zone(zoneId)] };
    report(reach, findings, base, [thing, server], { least: meant, most: meant, possible });
  }
}

function proveAddresses(
  { index, cluster, own, reach, guarded, byName, findings }: Context,
  direction: 'ingress' | 'egress',
): void {
  const { ports, pieces, classes } = reach;
  const inside = memoHolders(pieces);
  const nodes = nodePieces(index, cluster, pieces);
  const metadata = inside(metadataAddresses, []);
  const ofZone = new Map<string, ReadonlyArray<{ readonly pieces: ReadonlySet<number>; readonly set: number }>>();
  const union = (sets: ReadonlyArray<{ readonly set: number }>) => sets.reduce((sum, m) => ports.union(sum, m.set), 0);
  for (const { id, zone: zoneId, thing } of guarded) {
    let left = ofZone.get(zoneId);
    if (left === undefined) {
      left = leftAtEdge(index, cluster, zoneId, direction).map((l) => ({
        pieces: inside(l.cidrs, [...l.except, ...(direction === 'egress' ? metadataAddresses : [])]),
        set: setOf(reach, l.ports),
      }));
      ofZone.set(zoneId, left);
    }
    const edge = (direction === 'egress' ? own.outgoing : own.incoming).get(id) ?? [];
    const drawn = edge.map((m) => ({ ...m, pieces: inside(m.cidrs, m.except), set: ports.of(m.ports) }));
    const all = [...left, ...drawn];
    // To Cilium nodes are one identity: what is left with the address of any of them is left with all.
    const ofNodes = nodes && {
      least: union([
        ...(nodes.own.length === 0 ? left.slice(0, 1) : left.filter((l) => nodes.own.some((i) => l.pieces.has(i)))),
        ...drawn.filter((m) => nodes.own.length > 0 && nodes.own.every((i) => m.pieces.has(i))),
      ]),
      // The API server may be one of them.
      server: union(drawn.filter((m) => m.cidrs.every((cidr) => nodes.server.includes(cidr)))),
    };
    const named = direction === 'ingress' ? 0 : ports.of(byName.get(id) ?? []);
    const leftAt = (piece: number): Omit<Left, 'possible'> => {
      if (ofNodes !== undefined && nodes?.all.has(piece))
        return { least: ofNodes.least, most: ports.union(ofNodes.least, ofNodes.server) };
      const plain = union(all.filter((m) => m.pieces.has(piece)));
      const meant = metadata.has(piece) ? plain : ports.union(plain, named);
      return { least: meant, most: meant };
    };
    const permitted = reach.permittedAt(direction, thing);
    const open = new Map<string, Left & { readonly found: number[] }>();
    pieces.forEach((_, i) => {
      const { least, most } = leftAt(i);
      const possible = permitted[classes.classOf[reach.pods.length + i] ?? 0] ?? 0;
      if (ports.subtract(least, possible) === 0 && ports.subtract(possible, most) === 0) return;
      const key = `${least} ${most} ${possible}`;
      const known = open.get(key);
      if (known === undefined) open.set(key, { least, most, possible, found: [i] });
      else known.found.push(i);
    });
    for (const { found, ...sets } of open.values()) {
      const addresses = { cidrs: asCidrs(found.flatMap((i) => pieces[i] ?? [])) };
      const [from, to] = direction === 'egress' ? [{ workload: id }, addresses] : [addresses, { workload: id }];
      const peer = reach.pods.length + (found[0] ?? 0);
      const base = { cluster, from, to, causes: [zone(zoneId)] };
      report(reach, findings, base, direction === 'egress' ? [thing, peer] : [peer, thing], sets);
    }
  }
}

function report(
  reach: Reach,
  findings: Findings,
  base: Omit<Finding, 'kind' | 'ports'>,
  [from, to]: readonly [number, number],
  { least, most, possible }: Left,
): void {
  const { ports } = reach;
  const add = (kind: 'extra' | 'missing', set: number, reason: string) => {
    if (set === 0) return;
    const ranges = ports.ranges(set);
    findings.add({ kind, ...base, ports: ranges }, () => {
      const { protocol = 'TCP', start = 1 } = ranges[0] ?? {};
      const { directions } = explain(reach, from, to, protocol, start);
      const by = directions.flatMap(({ steps, decision, verdict }) =>
        kind === 'extra'
          ? steps.filter((s) => s.match === 'yes' && s.action === 'pass').map((s) => s.place)
          : verdict === 'denied' && decision.by === 'rule'
            ? decision.places
            : [],
      );
      return { ...(by.length > 0 && { by }), reason };
    });
  };
  add(
    'extra',
    ports.subtract(possible, most),
    'the matrix blocks it, and the guard rails alone do not deny it: a policy that somebody adds in a namespace would open it',
  );
  add(
    'missing',
    ports.subtract(least, possible),
    'the matrix permits it or it is drawn, and the guard rails deny it, whatever the policies of the namespaces say',
  );
}

function zone(id: string): Ref {
  return { kind: 'zone', id };
}

function setOf(reach: Reach, left: LeftPorts): number {
  const everything = (['TCP', 'UDP', 'SCTP'] as const).map((protocol) => ({ protocol, start: 1, end: 65535 }));
  return reach.ports.of(left === 'all' ? everything : left);
}

/** The indexes of the pieces inside ranges; equal ranges are looked up once. */
function memoHolders(pieces: Reach['pieces']) {
  const known = new Map<string, ReadonlySet<number>>();
  return (cidrs: readonly string[], except: readonly string[]): ReadonlySet<number> => {
    const key = `${cidrs.join()} ${except.join()}`;
    let found = known.get(key);
    if (found === undefined) {
      const outer = cidrs.flatMap((c) => looseCidr(c) ?? []);
      const holes = except.flatMap((c) => looseCidr(c) ?? []);
      found = new Set(
        pieces.flatMap((piece, i) => {
          const range = { ...piece, prefix: 0 };
          return outer.some((o) => contains(o, range)) && !holes.some((h) => contains(h, range)) ? [i] : [];
        }),
      );
      known.set(key, found);
    }
    return found;
  };
}

function memo(compute: (a: string, b: string) => number): (a: string, b: string) => number {
  const known = new Map<string, number>();
  return (a, b) => {
    const key = `${a} ${b}`;
    const value = known.get(key) ?? compute(a, b);
    known.set(key, value);
    return value;
  };
}

/**
 * Observed flows laid over a drawing. Hubble writes one JSON object for each packet it saw; here they become three lists:
 * what was seen and is drawn, what was seen and is not (an export would break it), and what is drawn and was never seen.
 */
import { distributionInfo } from '../catalog/index.ts';
import { contains, looseCidr, parseAddress } from '../lib/ip.ts';
import type { Problem } from '../lib/problem.ts';
import { sortBy } from '../lib/sort.ts';
import { lookup, type Ref, refKey, type Topology } from '../model/index.ts';
import { type ClusterIntent, intentOf, type MeantAtEdge } from '../proof/index.ts';
import { isRecord } from '../reach/index.ts';

export interface SeenConnection {
  /** A workload's id, an address, or the name of a pod that is not drawn. */
  readonly from: string;
  readonly to: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  readonly count: number;
  /** How many of them a policy dropped already. */
  readonly dropped: number;
  /** The flows and zones that mean it; empty where nothing does. */
  readonly causes: readonly Ref[];
}

export interface Observed {
  readonly drawn: readonly SeenConnection[];
  readonly notDrawn: readonly SeenConnection[];
  /** Ids of flows. */
  readonly neverSeen: readonly string[];
  /** How often each flow was seen, by id; flows never seen are not among them. */
  readonly flows: Readonly<Record<string, number>>;
  /** Lines that are connections, of all lines. */
  readonly connections: number;
  readonly lines: number;
  readonly problems: readonly Problem[];
}

type Fields = Readonly<Record<string, unknown>>;
type End = { readonly name: string; readonly workload?: string; readonly address?: string; readonly isDns?: boolean };

/** Takes lines one by one, so that a log of any length can be read. */
export class Observation {
  private readonly index;
  private readonly clusters: readonly ClusterIntent[];
  private readonly seen = new Map<string, { -readonly [K in keyof SeenConnection]: SeenConnection[K] }>();
  private readonly workloads = new Map<string, string>();
  private readonly causesOf = new Map<string, readonly Ref[]>();
  private lines = 0;
  private connections = 0;
  private unread = 0;
  private firstUnread = 0;

  constructor(private readonly topology: Topology) {
    this.index = lookup(topology);
    this.clusters = [...intentOf(this.index).clusters.values()];
    for (const { id, namespace } of this.index.workloads) {
      const home = this.index.nameOf({ kind: 'namespace', id: namespace });
      this.workloads.set(`${home}/${this.index.nameOf({ kind: 'workload', id })}`, id);
    }
  }

  add(line: string): void {
    this.lines += 1;
    if (line.trim() === '') return;
    const flow = flowOf(line);
    if (flow === undefined) {
      this.unread += 1;
      if (this.unread === 1) this.firstUnread = this.lines;
      return;
    }
    // A reply belongs to the connection that it answers.
    if (flow.is_reply === true) return;
    const port = portOf(flow);
    const [from, to] = [this.endOf(flow, 'source'), this.endOf(flow, 'destination')];
    if (port === undefined || from === undefined || to === undefined) return;
    if (from.workload === undefined && to.workload === undefined) return;
    this.connections += 1;
    const key = `${from.name} ${to.name} ${port.protocol} ${port.port}`;
    let own = this.seen.get(key);
    if (own === undefined) {
      own = { from: from.name, to: to.name, ...port, count: 0, dropped: 0, causes: this.meant(from, to, port) };
      this.seen.set(key, own);
    }
    own.count += 1;
    if (flow.verdict === 'DROPPED') own.dropped += 1;
  }

  result(): Observed {
    const all = sortBy(
      this.seen.values(),
      (s) => s.from,
      (s) => s.to,
      (s) => s.protocol,
      (s) => s.port,
    );
    const flows: Record<string, number> = {};
    for (const { causes, count } of all)
      for (const cause of causes) if (cause.kind === 'flow') flows[cause.id] = (flows[cause.id] ?? 0) + count;
    return {
      drawn: all.filter((s) => s.causes.length > 0),
      notDrawn: all.filter((s) => s.causes.length === 0),
      neverSeen: Object.keys(this.topology.flows ?? {})
        .filter((id) => flows[id] === undefined)
        .sort(),
      flows,
      connections: this.connections,
      lines: this.lines,
      problems: this.unread === 0 ? [] : [unreadProblem(this.unread, this.firstUnread)],
    };
  }

  private endOf(flow: Fields, side: 'source' | 'destination'): End | undefined {
    const end = flow[side];
    const labels = isRecord(end) && Array.isArray(end.labels) ? end.labels.filter((l) => typeof l === 'string') : [];
    const namespace = isRecord(end) && typeof end.namespace === 'string' ? end.namespace : '';
    if (namespace !== '' && isRecord(end)) {
      const workload = this.workloadOf(end, namespace, labels);
      if (workload !== undefined) return { name: workload, workload };
      const pod = typeof end.pod_name === 'string' ? end.pod_name : '';
      return { name: `${namespace}/${pod || 'unknown'}`, isDns: this.isDns(namespace, labels) };
    }
    // Traffic of nodes is let through whatever policies say.
    if (labels.some((l) => /^reserved:(host|remote-node|health|init|kube-apiserver)$/.test(l))) return undefined;
    const ip = isRecord(flow.IP) ? flow.IP[side] : undefined;
    return typeof ip === 'string' && parseAddress(ip) !== undefined ? { name: ip, address: ip } : undefined;
  }

  /** By the controller that Hubble names, else by the pod's name without what a controller adds, else by labels. */
  private workloadOf(end: Fields, namespace: string, labels: readonly string[]): string | undefined {
    const owners = Array.isArray(end.workloads) ? end.workloads.filter(isRecord) : [];
    const pod = typeof end.pod_name === 'string' ? end.pod_name : '';
    const names = [...owners.map((o) => o.name), pod, ...stems(pod)];
    for (const name of names) {
      const found = this.workloads.get(`${namespace}/${String(name)}`);
      if (found !== undefined) return found;
    }
    const own = new Map(
      labels.map((label): [string, string] => {
        const [key = '', value = ''] = label.replace(/^k8s:/, '').split('=', 2);
        return [key, value];
      }),
    );
    return this.index.workloads.find(({ id, namespace: home }) => {
      const selector = Object.entries(this.index.selectorOf(id));
      return (
        this.index.nameOf({ kind: 'namespace', id: home }) === namespace &&
        selector.length > 0 &&
        selector.every(([k, v]) => own.get(k) === v)
      );
    })?.id;
  }

  private isDns(namespace: string, labels: readonly string[]): boolean {
    return this.index.clusters.some(({ distribution }) => {
      const { dns } = distributionInfo(distribution);
      return (
        dns.namespace === namespace && Object.entries(dns.labels).every(([k, v]) => labels.includes(`k8s:${k}=${v}`))
      );
    });
  }

  private meant(from: End, to: End, { protocol, port }: { protocol: string; port: number }): readonly Ref[] {
    const key = `${from.name} ${to.name} ${protocol} ${port}`;
    const known = this.causesOf.get(key);
    if (known !== undefined) return known;
    const fits = (p: { protocol: string; start: number; end: number }) =>
      p.protocol === protocol && p.start <= port && port <= p.end;
    const found: Ref[] = [];
    const zoneOf = (id: string) => this.index.zoneOf({ kind: 'workload', id });
    for (const cluster of this.clusters) {
      if (from.workload !== undefined && to.workload !== undefined) {
        const zone = zoneOf(from.workload);
        const isHere = cluster.workloads.includes(from.workload) && cluster.workloads.includes(to.workload);
        if (isHere && zone !== undefined && zone === zoneOf(to.workload) && cluster.openZones.has(zone))
          found.push({ kind: 'zone', id: zone });
        for (const { ports, cause } of cluster.inside.get(from.workload)?.get(to.workload) ?? [])
          if (ports.some(fits)) found.push(cause);
      }
      const edges = (list: readonly MeantAtEdge[] | undefined, address: string | undefined) =>
        (list ?? []).flatMap((edge) =>
          address !== undefined && holds(edge, address) && edge.ports.some(fits) ? edge.cause : [],
        );
      if (from.workload !== undefined) found.push(...edges(cluster.outgoing.get(from.workload), to.address));
      if (to.workload !== undefined) found.push(...edges(cluster.incoming.get(to.workload), from.address));
    }
    if (from.workload !== undefined && to.isDns === true && isDnsPort(port)) {
      const zone = zoneOf(from.workload);
      if (zone !== undefined && (this.topology.zones?.[zone]?.dns ?? 'cluster') === 'cluster')
        found.push({ kind: 'zone', id: zone });
    }
    const causes = [...new Map(found.map((ref) => [refKey(ref), ref])).values()];
    this.causesOf.set(key, causes);
    return causes;
  }
}

/** The pods of some distributions answer on 5353. */
function isDnsPort(port: number): boolean {
  return port === 53 || port === 5353;
}

function flowOf(line: string): Fields | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(parsed)) return undefined;
  const flow = isRecord(parsed.flow) ? parsed.flow : parsed;
  // Hubble also tells of nodes that come and go and of events it lost; they are no flows.
  if (!('IP' in flow) && !('l4' in flow))
    return 'node_status' in parsed || 'lost_events' in parsed ? { is_reply: true } : undefined;
  return flow;
}

function portOf(flow: Fields): { protocol: 'TCP' | 'UDP' | 'SCTP'; port: number } | undefined {
  const l4 = isRecord(flow.l4) ? flow.l4 : {};
  for (const protocol of ['TCP', 'UDP', 'SCTP'] as const) {
    const own = l4[protocol];
    if (isRecord(own) && typeof own.destination_port === 'number') return { protocol, port: own.destination_port };
  }
  return undefined;
}

/** `web-7d9f8b6c5-x2x4z` is of `web`, `db-0` of `db`, `agent-x2x4z` of `agent`. */
function stems(pod: string): string[] {
  return [
    /^(.+)-[a-z0-9]{6,10}-[a-z0-9]{5}$/.exec(pod)?.[1],
    /^(.+)-\d+-[a-z0-9]{5}$/.exec(pod)?.[1],
    /^(.+)-\d+$/.exec(pod)?.[1],
    /^(.+)-[a-z0-9]{5}$/.exec(pod)?.[1],
  ].filter((stem) => stem !== undefined);
}

function holds({ cidrs, except }: MeantAtEdge, text: string): boolean {
  const address = parseAddress(text);
  if (address === undefined) return false;
  const host = { family: address.family, start: address.value, end: address.value, prefix: 0 };
  const isIn = (cidr: string) => {
    const range = looseCidr(cidr);
    return range !== undefined && contains(range, host);
  };
  return cidrs.some(isIn) && !except.some(isIn);
}

function unreadProblem(count: number, line: number): Problem {
  return {
    rule: 'observed/no-flow',
    severity: 'warning',
    message: `${count === 1 ? 'One line is' : `${count} lines are`} no flow of Hubble and ${count === 1 ? 'is' : 'are'} passed over, the first on line ${line}. Write the log with “hubble observe -o jsonpb”.`,
    line,
    fixable: false,
  };
}

/**
 * Observed connections laid over a drawing: what was seen and is drawn, what was seen and is not (an export would break
 * it), and what is drawn and was never seen.
 */
import { distributionInfo } from '../catalog/index.ts';
import { contains, looseCidr, parseAddress } from '../lib/ip.ts';
import type { Problem } from '../lib/problem.ts';
import { sortBy } from '../lib/sort.ts';
import { endRef, type Flow, type Lookup, lookup, protocolOf, type Ref, refKey, type Topology } from '../model/index.ts';
import { type ClusterIntent, intentOf, type MeantAtEdge } from '../proof/index.ts';
import type { FlowLog, LogFile, LoggedConnection, LoggedEnd, SomeLines } from './flow-log.ts';

export interface SeenEnd {
  /** A workload's id, an address, or namespace and name of a pod that no workload of the design is. */
  readonly name: string;
  /** The record it is: a workload, or an external that holds the address. For any other pod its namespace. */
  readonly ref?: Ref;
  /** For an address, what DNS called it. */
  readonly names?: readonly string[];
}

export interface SeenConnection {
  readonly from: SeenEnd;
  readonly to: SeenEnd;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  /** Lines of the log. */
  readonly count: number;
  /** How many of them were dropped. */
  readonly dropped: number;
  /** RFC 3339, as the log writes it; empty where it does not say. */
  readonly last: string;
  /** The flows and zones that mean it; empty where nothing does. */
  readonly causes: readonly Ref[];
  /** The id of a flow that is drawn for it and means nothing, since the matrix or the zone does not let it. */
  readonly heldBack?: string;
}

export interface Observed {
  readonly drawn: readonly SeenConnection[];
  readonly notDrawn: readonly SeenConnection[];
  /** Ids of flows. */
  readonly neverSeen: readonly string[];
  /** How often and when last each flow was seen, by id; flows never seen are not among them. */
  readonly flows: Readonly<Record<string, { readonly count: number; readonly last: string }>>;
  readonly account: Account;
}

/** What became of each line. */
export interface Account {
  /** All but empty ones. */
  readonly lines: number;
  /** Lines that the lists above count. */
  readonly laidOver: number;
  readonly repeats: number;
  readonly ofNodes: number;
  /** Lines about other nodes, or about clients outside whose address one of them took the place of. */
  readonly behindNodes: SomeLines;
  /** Lines that are no flow of Hubble. */
  readonly unread: SomeLines;
  readonly withoutPort: SomeLines;
  /** Lines of which neither end is a workload of the design. */
  readonly elsewhere: SomeLines;
  /** Where the log is more than one file; line numbers run through them. */
  readonly files: readonly LogFile[];
}

export function layOver(topology: Topology, log: FlowLog): Observed {
  const drawing = new Drawing(topology);
  const seen = new Map<string, { -readonly [K in keyof SeenConnection]: SeenConnection[K] }>();
  const elsewhere: SomeLines[] = [];
  let [laidOver, repeats] = [0, log.repeats];
  for (const logged of log.connections()) {
    const [from, to] = [drawing.endOf(logged.from), drawing.endOf(logged.to)];
    if (from.workload === undefined && to.workload === undefined) {
      elsewhere.push(logged.lines);
      continue;
    }
    // What was sent to the address of a service goes to a pod behind it, and another line tells of that.
    if (to.address !== undefined && drawing.isOfAService(to.address)) {
      repeats += logged.count;
      continue;
    }
    laidOver += logged.count;
    const { protocol, port, count, dropped, last } = logged;
    const key = `${from.name} ${to.name} ${protocol} ${port}`;
    const own = seen.get(key);
    if (own === undefined) {
      const [shownFrom, shownTo] = [drawing.shown(from), drawing.shown(to)];
      const causes = drawing.meant(from, to, logged);
      const heldBack = causes.length > 0 ? undefined : drawing.heldBack(from, to, logged);
      const more = { causes, ...(heldBack !== undefined && { heldBack }) };
      seen.set(key, { from: shownFrom, to: shownTo, protocol, port, count, dropped, last, ...more });
      continue;
    }
    own.count += count;
    own.dropped += dropped;
    if (last > own.last) own.last = last;
  }
  const all = sortBy(
    seen.values(),
    (s) => s.from.name,
    (s) => s.to.name,
    (s) => s.protocol,
    (s) => s.port,
  );
  const flows: Record<string, { count: number; last: string }> = {};
  for (const { causes, count, last } of all) {
    for (const { kind, id } of causes) {
      if (kind !== 'flow') continue;
      const own = flows[id];
      flows[id] = { count: (own?.count ?? 0) + count, last: own !== undefined && own.last > last ? own.last : last };
    }
  }
  // What is drawn for something that was seen is no candidate to remove, whatever holds it back.
  const heldBack = new Set(all.map((s) => s.heldBack));
  const { lines, ofNodes, behindNodes, unread, withoutPort, files } = log;
  return {
    drawn: all.filter((s) => s.causes.length > 0),
    notDrawn: all.filter((s) => s.causes.length === 0),
    neverSeen: Object.keys(topology.flows ?? {})
      .filter((id) => !Object.hasOwn(flows, id) && !heldBack.has(id))
      .sort(),
    flows,
    account: {
      lines,
      laidOver,
      repeats,
      ofNodes,
      behindNodes: copyOf(behindNodes),
      unread: copyOf(unread),
      withoutPort: copyOf(withoutPort),
      elsewhere: together(elsewhere),
      files: [...files],
    },
  };
}

/** Lines that nobody finds in the three lists, with where they stand. */
export function accountProblems({ unread, withoutPort, behindNodes, elsewhere, files }: Account): Problem[] {
  const problem = (rule: string, severity: Problem['severity'], lines: SomeLines, message: string): Problem[] => {
    const [first] = lines.first;
    return first === undefined
      ? []
      : [{ rule: `observed/${rule}`, severity, message, ...placeOf(first, files), fixable: false }];
  };
  const are = ({ count }: SomeLines) => (count === 1 ? 'One line is' : `${count} lines are`);
  return [
    ...problem(
      'no-flow',
      'warning',
      unread,
      `${are(unread)} no flow of Hubble and passed over: ${lineNumbers(unread, files)}. Write the log with “hubble observe -o jsonpb”.`,
    ),
    ...problem(
      'without-port',
      'info',
      withoutPort,
      `${are(withoutPort)} about packets without a port, such as ICMP, and passed over, because flows are drawn by port: ${lineNumbers(withoutPort, files)}.`,
    ),
    ...problem(
      'behind-a-node',
      'info',
      behindNodes,
      `${are(behindNodes)} about a node that is not the pod's own, and passed over: ${lineNumbers(behindNodes, files)}. Such a node talks itself, or hands on what comes from outside under its own address; with externalTrafficPolicy Local the log would say who that is.`,
    ),
    ...problem(
      'elsewhere',
      'info',
      elsewhere,
      `${are(elsewhere)} about ends of which neither is a workload of the design, and passed over: ${lineNumbers(elsewhere, files)}.`,
    ),
  ];
}

/** `line 3`, `lines 3, 5 and 9`, `lines 3, 5, 9 and 12 more`; with several files `lines a.log:3 and b.log:1`. */
function lineNumbers({ count, first }: SomeLines, files: readonly LogFile[] = []): string {
  const places = first.map((number) => {
    const { file, line } = placeOf(number, files);
    return files.length > 1 ? `${file}:${line}` : `${line}`;
  });
  if (count === 1) return `line ${places[0]}`;
  if (count > places.length) return `lines ${places.join(', ')} and ${count - places.length} more`;
  return `lines ${places.slice(0, -1).join(', ')} and ${places.at(-1)}`;
}

/** From a number through all files to a file and its line. */
function placeOf(number: number, files: readonly LogFile[]): { readonly file?: string; readonly line: number } {
  const file = files.findLast(({ before }) => before < number);
  return file === undefined ? { line: number } : { file: file.name, line: number - file.before };
}

type Ports = { readonly protocol: string; readonly start: number; readonly end: number };
type Port = Pick<LoggedConnection, 'protocol' | 'port'>;

/** An end of a connection as the design knows it. */
interface End {
  readonly name: string;
  readonly workload?: string;
  /** The id of the namespace, where the design has it. */
  readonly namespace?: string;
  readonly address?: string;
  readonly names: readonly string[];
  readonly isDns: boolean;
  readonly isApiServer: boolean;
}

class Drawing {
  private readonly index: Lookup;
  private readonly intent;
  private readonly clusters: readonly ClusterIntent[];
  /** By namespace and name; several where clusters have namespaces of one name. */
  private readonly workloads = new Map<string, string[]>();
  private readonly known = new Map<LoggedEnd, End>();
  private readonly services;

  constructor(private readonly topology: Topology) {
    this.index = lookup(topology);
    this.intent = intentOf(this.index);
    this.clusters = [...this.intent.clusters.values()];
    this.services = this.index.clusters.flatMap((c) => c.networks?.services ?? []);
    for (const { id, namespace } of this.index.workloads) {
      const key = `${this.index.nameOf({ kind: 'namespace', id: namespace })}/${this.index.nameOf({ kind: 'workload', id })}`;
      this.workloads.set(key, [...(this.workloads.get(key) ?? []), id]);
    }
  }

  endOf(logged: LoggedEnd): End {
    let end = this.known.get(logged);
    if (end === undefined) {
      end = this.newEnd(logged);
      this.known.set(logged, end);
    }
    return end;
  }

  private newEnd(logged: LoggedEnd): End {
    const { namespace, pod, address, names, labels, isApiServer } = logged;
    const common = { isDns: false, isApiServer };
    if (namespace === '') return { ...common, name: isApiServer ? 'the API server' : address, address, names };
    const home = this.index.namespaces.find((n) => (n.name ?? n.id) === namespace);
    const place = home === undefined ? {} : { namespace: home.id };
    const workload = this.workloadOf(logged);
    if (workload !== undefined) return { ...common, name: workload, workload, ...place, names: [] };
    const name = `${namespace}/${pod || 'unknown'}`;
    return { ...common, name, ...place, names: [], isDns: this.isDns(namespace, labels) };
  }

  shown(end: End): SeenEnd {
    const { name, workload, namespace, address, names } = end;
    const external = address === undefined ? undefined : this.externalOf(end);
    const ref: Ref | undefined =
      workload !== undefined
        ? { kind: 'workload', id: workload }
        : namespace !== undefined
          ? { kind: 'namespace', id: namespace }
          : external !== undefined
            ? { kind: 'external', id: external }
            : undefined;
    return { name, ...(ref !== undefined && { ref }), ...(names.length > 0 && { names }) };
  }

  isOfAService(address: string): boolean {
    return isIn(address, this.services);
  }

  /** The flows and zones that mean it. */
  meant(from: End, to: End, port: Port): readonly Ref[] {
    const found: Ref[] = [];
    const zoneOf = (end: End) =>
      end.namespace === undefined ? undefined : this.index.zoneOf({ kind: 'namespace', id: end.namespace });
    const zone = zoneOf(from);
    const isOneZone = zone !== undefined && zone === zoneOf(to);
    for (const cluster of this.clusters) {
      const isHere = [from, to].every((end) => this.index.homesOf(end.namespace).includes(cluster.cluster));
      if (isOneZone && isHere && cluster.openZones.has(zone)) found.push({ kind: 'zone', id: zone });
      if (from.workload !== undefined) {
        if (to.workload !== undefined) {
          for (const { ports, cause } of cluster.inside.get(from.workload)?.get(to.workload) ?? [])
            if (fits(ports, port)) found.push(cause);
        } else if (to.namespace !== undefined) {
          const ports = cluster.toNamespaces.get(from.workload)?.get(to.namespace) ?? [];
          if (fits(ports, port)) found.push({ kind: 'namespace', id: to.namespace });
        }
        found.push(...this.atEdge(cluster.outgoing.get(from.workload), to, port));
      }
      if (to.workload !== undefined) {
        if (from.workload === undefined && from.namespace !== undefined) {
          const ports = cluster.fromNamespaces.get(to.workload)?.get(from.namespace) ?? [];
          if (fits(ports, port)) found.push({ kind: 'namespace', id: from.namespace });
        }
        found.push(...this.atEdge(cluster.incoming.get(to.workload), from, port));
      }
    }
    for (const { from: a, to: b, ports, cause } of this.intent.between)
      if (a.workload === from.workload && b.workload === to.workload && fits(ports, port)) found.push(cause);
    for (const { from: a, names, ports, cause } of this.intent.byName) {
      const isNamed = to.names.some((name) => names.some((pattern) => isLike(name, pattern)));
      if (a.workload === from.workload && isNamed && fits(ports, port)) found.push(cause);
    }
    if (zone !== undefined && from.workload !== undefined && to.isDns && isDnsPort(port.port)) {
      if ((this.topology.zones?.[zone]?.dns ?? 'cluster') === 'cluster') found.push({ kind: 'zone', id: zone });
    }
    return [...new Map(found.map((ref) => [refKey(ref), ref])).values()];
  }

  /** The first flow between these ends on this port, whether or not it means anything. */
  heldBack(from: End, to: End, port: Port): string | undefined {
    return Object.entries(this.topology.flows ?? {}).find(
      ([, flow]) => this.isEnd(flow.from, from) && this.isEnd(flow.to, to) && this.isPort(flow, to, port),
    )?.[0];
  }

  private isEnd(drawn: Flow['from'], end: End): boolean {
    const ref = endRef(drawn);
    if (ref.kind === 'external') return end.address !== undefined && this.externalOf(end) === ref.id;
    return end.workload !== undefined && this.index.workloadsOf(ref).some((w) => w.id === end.workload);
  }

  private isPort({ ports }: Flow, to: End, { protocol, port }: Port): boolean {
    if (ports === 'all') return true;
    const own = to.workload === undefined ? undefined : this.index.get('workload', to.workload)?.ports;
    return ports.some((p) => {
      if (protocolOf(p) !== protocol) return false;
      if (typeof p.port === 'string') return own?.[p.port]?.port === port;
      return p.port <= port && port <= (p.endPort ?? p.port);
    });
  }

  private externalOf({ address = '', isApiServer }: End): string | undefined {
    const externals = Object.entries(this.topology.externals ?? {});
    const server = isApiServer ? externals.find(([, { kind }]) => kind === 'apiServer') : undefined;
    return (server ?? externals.find(([, { cidrs }]) => isIn(address, cidrs ?? [])))?.[0];
  }

  /** What is drawn for the API server means it, whatever address the design or the log gives it. */
  private atEdge(edges: readonly MeantAtEdge[] | undefined, { address, isApiServer }: End, port: Port): Ref[] {
    if (address === undefined) return [];
    return (edges ?? []).flatMap(({ cidrs, except, ports, cause }) => {
      const isMeant = (isIn(address, cidrs) && !isIn(address, except)) || (isApiServer && this.isForApiServer(cause));
      return isMeant && fits(ports, port) ? [cause] : [];
    });
  }

  private isForApiServer(cause: Ref): boolean {
    const flow = cause.kind === 'flow' ? this.index.get('flow', cause.id) : undefined;
    return [flow?.from, flow?.to].some(
      (end) => end !== undefined && 'external' in end && this.index.get('external', end.external)?.kind === 'apiServer',
    );
  }

  /** By the controller that Hubble names, else by the pod's name without what a controller adds, else by labels. */
  private workloadOf({ namespace, pod, owners, labels, cluster }: LoggedEnd): string | undefined {
    for (const name of [...owners, pod, ...stems(pod)]) {
      const found = this.workloads.get(`${namespace}/${name}`);
      if (found !== undefined) return found.find((id) => this.isIn(id, cluster)) ?? found[0];
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

  private isIn(workload: string, cluster: string): boolean {
    const id = this.index.clusterOf({ kind: 'workload', id: workload });
    return id !== undefined && (id === cluster || this.index.get('cluster', id)?.name === cluster);
  }

  private isDns(namespace: string, labels: readonly string[]): boolean {
    return this.index.clusters.some(({ distribution }) => {
      const { dns } = distributionInfo(distribution);
      return (
        dns.namespace === namespace && Object.entries(dns.labels).every(([k, v]) => labels.includes(`k8s:${k}=${v}`))
      );
    });
  }
}

/** The pods of some distributions answer on 5353. */
function isDnsPort(port: number): boolean {
  return port === 53 || port === 5353;
}

function fits(ports: readonly Ports[], { protocol, port }: Port): boolean {
  return ports.some((p) => p.protocol === protocol && p.start <= port && port <= p.end);
}

function isIn(text: string, cidrs: readonly string[]): boolean {
  const address = parseAddress(text);
  if (address === undefined) return false;
  const host = { family: address.family, start: address.value, end: address.value, prefix: 0 };
  return cidrs.some((cidr) => {
    const range = looseCidr(cidr);
    return range !== undefined && contains(range, host);
  });
}

/** Whether a DNS name is one of those that a drawn one means; `*` stands for any piece of a label, never for a dot. */
function isLike(name: string, pattern: string): boolean {
  const labelsOf = (text: string) => text.toLowerCase().replace(/\.$/, '').split('.');
  const labels = labelsOf(name);
  const wanted = labelsOf(pattern);
  return labels.length === wanted.length && labels.every((label, i) => isLabelLike(label, wanted[i] ?? ''));
}

/** A regular expression with many stars would take exponential time; the earliest place of each piece is as good as any. */
function isLabelLike(label: string, pattern: string): boolean {
  const [first = '', ...pieces] = pattern.split('*');
  const last = pieces.pop();
  if (last === undefined) return label === first;
  const end = label.length - last.length;
  let at = first.length;
  if (at > end || !label.startsWith(first) || !label.endsWith(last)) return false;
  return pieces.every((piece) => {
    const found = label.indexOf(piece, at);
    at = found + piece.length;
    return found >= 0 && at <= end;
  });
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

function copyOf({ count, first }: SomeLines): SomeLines {
  return { count, first: [...first] };
}

function together(all: readonly SomeLines[]): SomeLines {
  const first = all.flatMap((lines) => lines.first).sort((a, b) => a - b);
  return { count: all.reduce((sum, { count }) => sum + count, 0), first: first.slice(0, 20) };
}

/**
 * A log of Hubble: one JSON object a line, for each packet that an agent saw, as `hubble observe -o jsonpb` and Cilium's
 * exporter write them. What is alike is counted together while it is read, so that a log of any length can be, and nothing
 * of the text is kept.
 */

import { parseAddress } from '../lib/ip.ts';
import { isMap } from '../lib/is-map.ts';
import { parseJson } from '../lib/parse-json.ts';

/** Who sent or received, as Hubble tells it. */
export interface LoggedEnd {
  /** The namespace and the name of a pod; both empty for anything else. */
  readonly namespace: string;
  readonly pod: string;
  /** The cluster that Hubble names, empty where it names none. */
  readonly cluster: string;
  /** Names of the controllers of the pod. */
  readonly owners: readonly string[];
  /** As Cilium writes them: `k8s:app=web`, `reserved:world`. */
  readonly labels: readonly string[];
  /** The API server of a cluster, wherever it runs. */
  readonly isApiServer: boolean;
  /** The address of what is no pod. */
  readonly address: string;
  /** What DNS called that address. */
  readonly names: readonly string[];
}

export interface LoggedConnection {
  readonly from: LoggedEnd;
  readonly to: LoggedEnd;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  /** Lines that tell of it. */
  readonly count: number;
  /** How many of them were dropped. What policies only audit passes, and so does what a proxy takes over. */
  readonly dropped: number;
  /** When it was seen last, as the log writes it (RFC 3339); empty where no line says. */
  readonly last: string;
  readonly lines: SomeLines;
}

/** Lines of the log: how many, and the numbers of the first of them, counted from 1 through all its files. */
export interface SomeLines {
  readonly count: number;
  readonly first: readonly number[];
}

/** A file of the log; its first line has the number after `before`. */
export interface LogFile {
  readonly name: string;
  readonly before: number;
}

/** Nobody looks at more lines than these; the count says how many there are. */
const mostNumbers = 20;
/** In UTF-16 code units. A longer line is no flow, and keeping it would fill the memory. */
const longestLine = 1_000_000;

class Lines implements SomeLines {
  count = 0;
  readonly first: number[] = [];

  add(line: number): void {
    this.count += 1;
    if (this.first.length < mostNumbers) this.first.push(line);
  }
}

type Growing = { -readonly [K in keyof LoggedConnection]: LoggedConnection[K] } & { readonly lines: Lines };
type Fields = Readonly<Record<string, unknown>>;

/** Takes the text of a log in pieces, cut anywhere; `end` says that there is no more. */
export class FlowLog {
  /** Lines of the log, without empty ones. */
  lines = 0;
  /** Lines about a connection that other lines tell of: replies, and what a service was translated from. */
  repeats = 0;
  /** Lines about the pod's own node, whose traffic passes whatever policies say, and about nodes that came or went. */
  ofNodes = 0;
  /** Lines about other nodes, or about clients outside whose address one of them took the place of. */
  readonly behindNodes = new Lines();
  readonly unread = new Lines();
  /** Flows without a port, such as ICMP, of which policies for ports say nothing. */
  readonly withoutPort = new Lines();
  readonly files: LogFile[] = [];
  private readonly seen = new Map<string, Growing>();
  private readonly ends = new Map<string, { readonly id: number; readonly end: LoggedEnd }>();
  private rest = '';
  private isTooLong = false;
  private at = 0;

  /** What is written from here on stands in another file. */
  begin(name: string): void {
    this.end();
    this.files.push({ name, before: this.at });
  }

  write(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.finish(this.rest + text.slice(start, end));
      this.rest = '';
      this.isTooLong = false;
      start = end + 1;
    }
    if (!this.isTooLong) this.rest += text.slice(start);
    if (this.rest.length > longestLine) {
      this.isTooLong = true;
      this.rest = '';
    }
  }

  end(): void {
    if (this.rest !== '' || this.isTooLong) this.finish(this.rest);
    this.rest = '';
    this.isTooLong = false;
  }

  connections(): Iterable<LoggedConnection> {
    return this.seen.values();
  }

  private finish(line: string): void {
    this.at += 1;
    if (!this.isTooLong && line.trim() === '') return;
    this.lines += 1;
    this.take(line)?.add(this.at);
  }

  /** Counts what a line tells; where that is nothing, the lines that it belongs to. */
  private take(line: string): Lines | undefined {
    const event = this.isTooLong ? undefined : eventOf(line);
    if (event === undefined) return this.unread;
    const { flow } = event;
    if (flow !== undefined && (isReply(flow) || flow.Type === 'SOCK' || flow.type === 'SOCK')) {
      this.repeats += 1;
      return undefined;
    }
    const from = flow && this.endOf(flow, 'source');
    const to = flow && this.endOf(flow, 'destination');
    if (flow === undefined || from === 'node' || to === 'node') {
      this.ofNodes += 1;
      return undefined;
    }
    if (from === undefined || to === undefined) return this.unread;
    if (from === 'other-node' || to === 'other-node') return this.behindNodes;
    const port = portOf(flow);
    if (port === undefined) return this.withoutPort;
    this.count(from, to, port, flow);
    return undefined;
  }

  private count(
    from: { readonly id: number; readonly end: LoggedEnd },
    to: { readonly id: number; readonly end: LoggedEnd },
    port: Pick<LoggedConnection, 'protocol' | 'port'>,
    flow: Fields,
  ): void {
    const key = `${from.id} ${to.id} ${port.protocol} ${port.port}`;
    let own = this.seen.get(key);
    if (own === undefined) {
      own = { from: from.end, to: to.end, ...port, count: 0, dropped: 0, last: '', lines: new Lines() };
      this.seen.set(key, own);
    }
    own.count += 1;
    own.lines.add(this.at);
    if (flow.verdict === 'DROPPED') own.dropped += 1;
    if (typeof flow.time === 'string' && flow.time > own.last) own.last = flow.time;
  }

  /** `node` for the pod's own node, `other-node` for another; undefined where the line does not say who it was. */
  private endOf(flow: Fields, side: 'source' | 'destination') {
    const told = isMap(flow[side]) ? flow[side] : {};
    const labels = texts(told.labels);
    const namespace = text(told.namespace);
    const ip = isMap(flow.IP) ? text(flow.IP[side]) : '';
    // Agents that run beside the API server give it the labels of its node as well. As a sender that may be the node.
    const isApiServer =
      namespace === '' &&
      labels.includes(`${reserved}kube-apiserver`) &&
      (side === 'destination' || !labels.includes(`${reserved}host`));
    if (namespace === '' && !isApiServer) {
      if (labels.some((l) => ofTheNode.has(l))) return 'node';
      if (labels.includes(`${reserved}remote-node`)) return 'other-node';
    }
    const address = namespace === '' && parseAddress(ip) !== undefined ? ip : '';
    if (namespace === '' && address === '') return undefined;
    const owners = Array.isArray(told.workloads) ? told.workloads.filter(isMap).map((o) => text(o.name)) : [];
    const pod = text(told.pod_name);
    const names = address === '' ? [] : [...new Set([...texts(flow[`${side}_names`]), ...namesIn(labels)])];
    const cluster = text(told.cluster_name);
    const key = [
      cluster,
      namespace,
      pod,
      ...owners,
      address,
      ...names,
      ...(address === '' ? labels : [isApiServer]),
    ].join(' ');
    let known = this.ends.get(key);
    if (known === undefined) {
      known = { id: this.ends.size, end: { namespace, pod, cluster, owners, labels, isApiServer, address, names } };
      this.ends.set(key, known);
    }
    return known;
  }
}

/**
 * Whether the beginning of a file looks like a log of Hubble, whatever the file is called: one of its first lines is an
 * event.
 */
export function looksLikeFlowLog(head: string): boolean {
  return head.split('\n', 20).some((line) => line.trimStart().startsWith('{') && eventOf(line) !== undefined);
}

/** Whether a file is packed with gzip, by its first bytes. */
export function isPacked(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

const reserved = 'reserved:';
const ofTheNode = new Set(['host', 'health', 'init'].map((name) => `${reserved}${name}`));

/** Policies for DNS names leave the name that was asked for among the labels of the address. */
function namesIn(labels: readonly string[]): string[] {
  return labels.flatMap((label) => (label.startsWith('fqdn:') ? [label.slice('fqdn:'.length)] : []));
}

/**
 * Whether it goes back to who opened the connection. Older agents say it in `reply` alone, those that watch a protocol by
 * the kind of its message; where nobody knows, the answer to the first packet of a connection still shows.
 */
function isReply(flow: Fields): boolean {
  if (typeof flow.is_reply === 'boolean') return flow.is_reply;
  const l7 = isMap(flow.l7) ? flow.l7 : {};
  const tcp = isMap(flow.l4) && isMap(flow.l4.TCP) ? flow.l4.TCP : {};
  const flags = isMap(tcp.flags) ? tcp.flags : {};
  return flow.reply === true || l7.type === 'RESPONSE' || (flags.SYN === true && flags.ACK === true);
}

/** Undefined where the line is nothing of Hubble; without a flow where it tells of a node, or of events that were lost. */
function eventOf(line: string): { readonly flow?: Fields } | undefined {
  const parsed = parseJson(line);
  if (!isMap(parsed)) return undefined;
  const flow = isMap(parsed.flow) ? parsed.flow : parsed;
  if ('IP' in flow || 'l4' in flow) return { flow };
  return 'node_status' in parsed || 'lost_events' in parsed ? {} : undefined;
}

function portOf(flow: Fields): Pick<LoggedConnection, 'protocol' | 'port'> | undefined {
  const l4 = isMap(flow.l4) ? flow.l4 : {};
  for (const protocol of ['TCP', 'UDP', 'SCTP'] as const) {
    const own = l4[protocol];
    if (isMap(own) && typeof own.destination_port === 'number') return { protocol, port: own.destination_port };
  }
  return undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

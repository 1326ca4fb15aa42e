/**
 * Flows to hosts by DNS name. Which addresses a name has is known to DNS alone, so no answer can be equal; but the rule
 * by name has to be there, and the rule through which the plugin learns the addresses.
 */
import { ciliumInfo } from '../catalog/index.ts';
import type { Lookup, Ref } from '../model/index.ts';
import type { PortSetId } from '../reach/index.ts';
import type { EndsOfCluster } from './ends.ts';
import type { Findings } from './findings.ts';
import type { MeantByName } from './intent/index.ts';

export interface DnsServer {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly port: number;
}

/** `meant`: what the workloads of the cluster are drawn to reach by name. */
export function proveNames(
  index: Lookup,
  judged: EndsOfCluster,
  meant: readonly MeantByName[],
  dns: DnsServer,
  findings: Findings,
): void {
  const { cluster, own, reach, things } = judged;
  const record = index.get('cluster', cluster);
  const canHold = record !== undefined && ciliumInfo(record)?.names === true;
  const doubts = new Map<string, Ref>();
  for (const { from, names, ports, cause } of meant) {
    const zone = index.zoneOf({ kind: 'workload', id: from.workload });
    const mayAsk = (index.get('zone', zone)?.dns ?? 'cluster') === 'cluster';
    const thing = things.get(from.workload);
    if (!canHold) doubts.set(`it names hosts by DNS name, which the policies of cluster “${cluster}” cannot`, cause);
    else if (!mayAsk)
      doubts.set(`it names hosts by DNS name, and zone “${zone}” may not ask DNS which addresses they have`, cause);
    else if (thing === undefined || reach.isUnseen(thing))
      doubts.set(`workload “${from.workload}” is on the host network, where policies do not hold`, cause);
    else {
      const base = {
        kind: 'missing',
        cluster,
        from: { workload: from.workload },
        to: { cidrs: [] },
        causes: [cause],
      } as const;
      const wanted = reach.ports.of(ports);
      for (const name of names) {
        const lost = reach.ports.subtract(wanted, permittedByName(judged, thing, name));
        if (lost !== 0)
          findings.add({ ...base, ports: reach.ports.ranges(lost), reason: `no rule lets it reach “${name}” by name` });
        const unasked = reach.ports.subtract(asked(judged, dns), askedThroughProxy(judged, thing, name, dns));
        if (unasked !== 0)
          findings.add({
            ...base,
            ports: reach.ports.ranges(unasked),
            reason: `no rule leads its questions for “${name}” through Cilium’s DNS proxy, so the rule by name knows no address`,
          });
      }
      doubts.set(
        'it names hosts by DNS name; the rules are there, and which addresses a name has is known to DNS alone',
        cause,
      );
    }
    for (const [reason, about] of doubts) noteOnce(findings, cluster, about, reason);
    doubts.clear();
  }
  for (const id of own.workloads) {
    const thing = things.get(id);
    if (thing !== undefined) proveNoOther(judged, id, thing, meant, findings);
  }
}

const noted = new WeakMap<Findings, Set<string>>();

/** A flow from a whole zone has many senders, and the same is unknown of all of them. */
function noteOnce(findings: Findings, cluster: string, cause: Ref, reason: string): void {
  const seen = noted.get(findings) ?? new Set<string>();
  noted.set(findings, seen);
  const key = `${cluster} ${cause.kind} ${cause.id} ${reason}`;
  if (seen.has(key)) return;
  seen.add(key);
  findings.add({
    kind: 'cannot-say',
    cluster,
    from: { cidrs: [] },
    to: { cidrs: [] },
    ports: [],
    causes: [cause],
    reason,
  });
}

function permittedByName({ reach }: EndsOfCluster, thing: number, name: string): PortSetId {
  return reach
    .chain(thing, 'egress')
    .flatMap((tier) => tier.rules)
    .reduce(
      (sum, { rule }) =>
        rule.names?.includes(plain(name)) === true ? reach.ports.union(sum, reach.portsOf(rule, thing)) : sum,
      0,
    );
}

function askedThroughProxy({ reach }: EndsOfCluster, thing: number, name: string, dns: DnsServer): PortSetId {
  const server = serverOf(reach, dns);
  return reach
    .chain(thing, 'egress')
    .flatMap((tier) => tier.rules)
    .reduce((sum, { rule, peers }) => {
      const leads = rule.dns?.some((pattern) => pattern === '*' || pattern === plain(name)) === true;
      const reaches = server !== undefined && peers.has(reach.classes.classOf[server] ?? 0);
      return leads && reaches ? reach.ports.union(sum, reach.portsOf(rule, server)) : sum;
    }, 0);
}

function asked({ reach }: EndsOfCluster, dns: DnsServer): PortSetId {
  if (serverOf(reach, dns) === undefined) return 0;
  return reach.ports.of((['TCP', 'UDP'] as const).map((protocol) => ({ protocol, start: dns.port, end: dns.port })));
}

function serverOf({ pods }: EndsOfCluster['reach'], dns: DnsServer): number | undefined {
  const at = pods.findIndex(
    (pod) =>
      pod.cluster === undefined &&
      pod.namespace === dns.namespace &&
      Object.entries(dns.labels).every(([key, value]) => pod.labels[key] === value),
  );
  return at === -1 ? undefined : at;
}

/** Names that a rule lets a workload reach although nothing is drawn to them. */
function proveNoOther(
  { cluster, reach }: EndsOfCluster,
  id: string,
  thing: number,
  meant: readonly MeantByName[],
  findings: Findings,
): void {
  const own = meant.filter((m) => m.from.workload === id);
  for (const { rule } of reach.chain(thing, 'egress').flatMap((tier) => tier.rules)) {
    for (const name of rule.names ?? []) {
      const drawn = reach.ports.of(own.flatMap((m) => (m.names.some((n) => plain(n) === name) ? m.ports : [])));
      const extra = reach.ports.subtract(reach.portsOf(rule, thing), drawn);
      if (extra === 0) continue;
      findings.add({
        kind: 'extra',
        cluster,
        from: { workload: id },
        to: { cidrs: [] },
        ports: reach.ports.ranges(extra),
        causes: [],
        reason: `a rule lets it reach “${name}” by name`,
      });
    }
  }
}

/** As DNS compares names. */
function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/**
 * `firewall/zones.nft`: the firewall rows as nftables rules for a router between the clusters, one chain per pair of zones.
 * Only the initiator's direction is written, because replies belong to established connections.
 *
 * What nft refuses is avoided by how the text is made: names of chains hold a dot, so they are no keyword; empty sets are
 * left out; ranges in a set are merged; comments are ids alone, short and without quotes.
 */
import { type Cidr, formatCidr, hostCidr, parseCidr } from '../../../lib/ip.ts';
import type { Problem } from '../../../lib/problem.ts';
import { sha256Hex } from '../../../lib/sha256.ts';
import { compareText, sortBy, unique } from '../../../lib/sort.ts';
import type { EmittedFile, TargetDocs } from '../../define.ts';
import type { ClusterIr } from '../../ir.ts';
import type { FirewallEndIr, FirewallRowIr } from '../../lower/network-ir.ts';
import { causes } from '../../provenance.ts';
import { rowsOf } from './rows.ts';

export const firewallRulesDocs: TargetDocs = {
  title: 'Firewall rules',
  formats: ['nftables'],
  files: ['firewall/zones.nft'],
  covers: 'The same rows as rules for a Linux router, one chain per pair of zones.',
  limits: 'DNS names; traffic to the router itself.',
};

const table = 'zonewright';
/** The kernel takes names of up to 255 bytes. */
const longestName = 120;

interface Rule {
  readonly chain: string;
  readonly pair: string;
  readonly match: string;
  readonly comment: string;
  readonly ports: ReadonlyArray<{ readonly start: number; readonly end: number }>;
  readonly protocol: FirewallRowIr['protocol'];
  readonly family: Cidr['family'];
}

export function firewallRules(clusters: readonly ClusterIr[]): {
  readonly files: EmittedFile[];
  readonly problems: Problem[];
} {
  const rows = rowsOf(clusters);
  const rules = new Map<string, Rule>();
  const omitted: FirewallRowIr[] = [];
  for (const row of rows) {
    const rule = ruleOf(row);
    if (rule === undefined) {
      omitted.push(row);
      continue;
    }
    const key = [rule.chain, rule.match, rule.protocol, rule.comment].join('\n');
    const before = rules.get(key);
    rules.set(key, before === undefined ? rule : { ...before, ports: [...before.ports, ...rule.ports] });
  }
  const files: EmittedFile[] =
    rules.size === 0
      ? []
      : [
          {
            path: 'firewall/zones.nft',
            text: print([...rules.values()], omitted),
            causes: causes(...rows.map((r) => r.causes)),
          },
        ];
  return { files, problems: problemsOf(omitted) };
}

function ruleOf(row: FirewallRowIr): Rule | undefined {
  const from = rangeOf(row.source.address);
  const to = rangeOf(row.destination.address);
  if (from === undefined || to === undefined || from.family !== to.family) return undefined;
  const family = from.family === 4 ? 'ip' : 'ip6';
  const match = [
    // A range of every address is no condition, but the family still is one.
    ...(from.prefix === 0 || to.prefix === 0 ? [`meta nfproto ipv${from.family}`] : []),
    ...endMatch(`${family} saddr`, from, row.source.except),
    ...endMatch(`${family} daddr`, to, row.destination.except),
  ].join(' ');
  const dial = row.dial ?? row.target;
  return {
    chain: chainName(row.source, row.destination),
    pair: `${row.source.zone || 'several zones'} to ${row.destination.zone || 'an unknown zone'}`,
    match,
    comment: commentOf(row),
    ports: dial === undefined ? [] : [dial],
    protocol: row.protocol,
    family: from.family,
  };
}

/** Short and without quotes: ids and words of our own. */
function commentOf({ flow, destination, purpose }: FirewallRowIr): string {
  if (flow !== '') return flow;
  return destination.workload === '' ? purpose : `storage ${destination.workload}`;
}

function rangeOf(address: string): Cidr | undefined {
  return parseCidr(address) ?? parseCidr(hostCidr(address) ?? '');
}

function endMatch(field: string, range: Cidr, except: readonly string[]): string[] {
  const holes = except.filter((e) => parseCidr(e) !== undefined);
  return [
    ...(range.prefix === 0 ? [] : [`${field} ${formatCidr(range)}`]),
    ...(holes.length === 0 ? [] : [`${field} != { ${holes.join(', ')} }`]),
  ];
}

/** Ids of zones hold no dot and no underscore, so different pairs have different names. */
function chainName(source: FirewallEndIr, destination: FirewallEndIr): string {
  const part = (zone: string) => (zone === '' ? '_' : zone.replaceAll(' ', '_'));
  const name = `from-${part(source.zone)}.to-${part(destination.zone)}`;
  return name.length <= longestName ? name : `from-${sha256Hex(name).slice(0, 16)}.to-${part(destination.zone)}`;
}

function print(rules: readonly Rule[], omitted: readonly FirewallRowIr[]): string {
  const chains = sortBy(unique(rules.map((r) => r.chain)), (c) => c);
  const lines = [
    '# The firewall between the zones, for a Linux router that forwards their traffic. It drops all forwarded traffic that is',
    '# not listed. Never load it on a Kubernetes node, where the traffic of its pods is forwarded too.',
    '# Check: nft --check --file zones.nft    Load, replacing this table alone: nft --file zones.nft',
    ...unique(omitted.map(omittedLine)).sort(compareText),
    '',
    // Adding first makes deleting work the first time too; all of the file takes effect at once.
    `add table inet ${table}`,
    `delete table inet ${table}`,
    '',
    `table inet ${table} {`,
  ];
  for (const chain of chains) {
    const own = rules.filter((r) => r.chain === chain);
    lines.push(`\t# ${own[0]?.pair ?? ''}`, `\tchain ${chain} {`);
    lines.push(...unique(own.map((r) => `\t\t${statement(r)}`)).sort(compareText), '\t}', '');
  }
  lines.push(
    '\tchain forward {',
    '\t\ttype filter hook forward priority filter; policy drop;',
    '\t\tct state established,related accept',
    '\t\tct state invalid drop',
    // Without these, connections over links with a smaller MTU hang, and IPv6 finds no neighbours across a bridge.
    '\t\ticmp type { destination-unreachable, time-exceeded, parameter-problem } accept',
    '\t\ticmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, nd-neighbor-solicit, nd-neighbor-advert } accept',
    ...chains.map((chain) => `\t\tjump ${chain}`),
    '\t}',
    '}',
    '',
  );
  return lines.join('\n');
}

function statement(rule: Rule): string {
  return [rule.match, ...transport(rule), `counter accept comment "${rule.comment}"`].join(' ');
}

function transport({ protocol, family, ports: ranges }: Rule): string[] {
  if (protocol === 'all') return [];
  if (protocol === 'ICMP') return [`${family === 4 ? 'icmp' : 'icmpv6'} type echo-request`];
  // By its number: whether it has a name, and which, is up to the system.
  if (protocol === 'IPIP') return ['meta l4proto 4'];
  const ports = merged(ranges).map((p) => (p.start === p.end ? String(p.start) : `${p.start}-${p.end}`));
  const [only] = ports;
  if (only === undefined) return [`meta l4proto ${protocol.toLowerCase()}`];
  return [`${protocol.toLowerCase()} dport ${ports.length === 1 ? only : `{ ${ports.join(', ')} }`}`];
}

/** nft refuses sets whose ranges overlap. */
function merged(ranges: Rule['ports']): Array<{ start: number; end: number }> {
  const result: Array<{ start: number; end: number }> = [];
  for (const { start, end } of sortBy(ranges, (r) => r.start)) {
    const last = result.at(-1);
    if (last !== undefined && start <= last.end + 1) last.end = Math.max(last.end, end);
    else result.push({ start, end });
  }
  return result;
}

/** Names come from the design and may hold anything, but a comment ends with its line. */
function omittedLine(row: FirewallRowIr): string {
  const oneLine = (text: string) => JSON.stringify(text);
  return `# Not written, because nftables knows no DNS names: ${row.source.address} to ${oneLine(row.destination.address)} (rows.csv has it).`;
}

function problemsOf(omitted: readonly FirewallRowIr[]): Problem[] {
  const byEndpoint = new Map(omitted.map((r) => [r.destination.workload, r]));
  return sortBy(byEndpoint, ([id]) => id).map(([id, row]) => ({
    rule: 'compile/firewall-by-name',
    severity: 'warning',
    message: `“${id}” is reached by the name “${row.destination.address}”, which a firewall of addresses does not know. firewall/zones.nft leaves it out, so the router would block it. Give its addresses, or add the rule by hand.`,
    subject: row.flow === '' ? { kind: 'endpoint', id } : { kind: 'flow', id: row.flow },
    path: row.flow === '' ? ['storage', 'endpoints', id, 'addresses'] : ['flows', row.flow],
    fixable: false,
  }));
}

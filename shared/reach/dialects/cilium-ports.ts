/** The ports of Cilium's rules. Protocols and ports are judged; what a rule says of requests and of ICMP is not. */
import type { Direction, Rule } from '../policy.ts';
import { firstPort, lastPort, type PortRange, type Protocol, protocols } from '../port-set.ts';
import type { PolicyReader } from './reader.ts';

type Path = ReadonlyArray<string | number>;
type Fields = Readonly<Record<string, unknown>>;

export interface RulePorts {
  readonly ports: Rule['ports'];
  /** What the rule lets the pods ask of DNS. */
  readonly dns: readonly string[];
}

export function portsOf(
  reader: PolicyReader,
  rule: Fields,
  direction: Direction,
  action: 'allow' | 'deny',
  path: Path,
): RulePorts {
  const list = reader.list(rule.toPorts, [...path, 'toPorts']) ?? [];
  const icmps = reader.list(rule.icmps, [...path, 'icmps']) ?? [];
  if (list.length > 0 && icmps.length > 0)
    reader.refuse([...path, 'icmps'], 'icmps and toPorts cannot stand in one rule.');
  if (list.length === 0 && icmps.length === 0) return { ports: 'all', dns: [] };
  const ranges: PortRange[] = [];
  const named: Array<{ name: string; protocol?: Protocol }> = [];
  const dns: string[] = [];
  list.forEach((item, i) => {
    const at = [...path, 'toPorts', i];
    const entry = reader.record(item, at);
    if (entry === undefined) return;
    const ports = reader.list(entry.ports, [...at, 'ports']) ?? [];
    if (ports.length > 40) reader.refuse([...at, 'ports'], 'at most 40 ports can stand in one item.');
    ports.forEach((port, j) => {
      const found = readPort(reader, port, [...at, 'ports', j]);
      if (found === undefined) return;
      if ('name' in found) named.push(found);
      else ranges.push(...found.ranges);
    });
    dns.push(...requests(reader, entry, direction, action, at));
  });
  return { ports: { ranges, named }, dns };
}

function readPort(
  reader: PolicyReader,
  value: unknown,
  at: Path,
): { readonly ranges: readonly PortRange[] } | { readonly name: string; readonly protocol?: Protocol } | undefined {
  const entry = reader.record(value, at);
  if (entry === undefined) return undefined;
  const { port, endPort, protocol = 'ANY' } = entry;
  if (typeof port !== 'string') {
    reader.refuse([...at, 'port'], 'a port must be text: a number in quotes or the name of a port.');
    return undefined;
  }
  const meant = meantProtocols(reader, protocol, at);
  if (/^[0-9]+$/.test(port)) {
    const start = Number(port);
    // Port 0 stands for all of them.
    if (start === 0) return { ranges: meant.map((p) => ({ protocol: p, start: firstPort, end: lastPort })) };
    const end = endPort === undefined || endPort === null || endPort === 0 ? start : endPort;
    return { ranges: meant.flatMap((p) => reader.range(p, start, end, at) ?? []) };
  }
  if (!/^(?!.*--)(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/i.test(port)) {
    reader.refuse([...at, 'port'], `“${port}” is neither a port nor a port name.`);
    return undefined;
  }
  const [only, ...more] = meant;
  if (only === undefined) return undefined;
  return { name: port.toLowerCase(), ...(more.length === 0 && { protocol: only }) };
}

function meantProtocols(reader: PolicyReader, value: unknown, at: Path): readonly Protocol[] {
  const text = typeof value === 'string' ? value.toUpperCase() : value;
  if (text === 'ANY' || text === '' || text === null) return protocols;
  const found = protocols.find((p) => p === text);
  if (found !== undefined) return [found];
  if (['ICMP', 'ICMPV6', 'VRRP', 'IGMP'].includes(String(text))) return [];
  reader.refuse([...at, 'protocol'], `${String(value)} is no protocol; use TCP, UDP, SCTP or ANY.`);
  return [];
}

/** What an item says beyond ports. Names that may be asked for are returned; the rest is said to be not judged. */
function requests(
  reader: PolicyReader,
  entry: Fields,
  direction: Direction,
  action: 'allow' | 'deny',
  at: Path,
): string[] {
  const rules = reader.record(entry.rules, [...at, 'rules']) ?? {};
  const further = [
    ...Object.keys(rules).filter((key) => key !== 'dns' && rules[key] !== undefined && rules[key] !== null),
    ...(Array.isArray(entry.serverNames) && entry.serverNames.length > 0 ? ['serverNames'] : []),
  ];
  if (action === 'deny' && (further.length > 0 || Object.keys(rules).length > 0))
    reader.refuse([...at, 'rules'], 'a denying rule cannot speak of requests.');
  else if (further.length > 0)
    reader.note(
      'manifest/requests-not-judged',
      'info',
      at,
      `it narrows what it allows by ${further.join(', ')}. Judged are ports alone, as if every request on them passed.`,
    );
  const patterns = (reader.list(rules.dns, [...at, 'rules', 'dns']) ?? []).flatMap((item, i): string[] => {
    const where = [...at, 'rules', 'dns', i];
    const rule = reader.record(item, where);
    const text = rule?.matchName ?? rule?.matchPattern;
    if (typeof text === 'string') return [text.toLowerCase().replace(/\.$/, '')];
    if (rule !== undefined) reader.refuse(where, 'it must hold matchName or matchPattern.');
    return [];
  });
  if (patterns.length > 0 && direction === 'ingress')
    reader.refuse([...at, 'rules', 'dns'], 'rules for DNS stand in egress rules only.');
  return patterns;
}

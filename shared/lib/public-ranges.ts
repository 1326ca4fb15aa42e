/**
 * Which addresses are the internet, and which are nobody's to reach. Sources: the special-purpose registries of IANA
 * (RFC 6890 and its updates: private, shared, link-local, multicast, loopback, documentation, benchmarking, reserved).
 */
import { type Cidr, cidrAt, contains, type Family, formatCidr, parseCidr } from './ip.ts';

/** What the internet is not, by family; canonical, disjoint, sorted by address. */
export const notPublic: Readonly<Record<Family, readonly string[]>> = {
  4: [
    ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
    ...[
      '192.0.2.0/24',
      '192.168.0.0/16',
      '198.18.0.0/15',
      '198.51.100.0/24',
      '203.0.113.0/24',
      '224.0.0.0/4',
      '240.0.0.0/4',
    ],
  ],
  // ::/8 holds the unspecified, loopback, IPv4-mapped and NAT64 addresses; the last two would lead back to private IPv4.
  6: [
    '::/8',
    '100::/64',
    '2001:2::/48',
    '2001:db8::/32',
    '3fff::/20',
    '5f00::/16',
    'fc00::/7',
    'fe80::/10',
    'fec0::/10',
    'ff00::/8',
  ],
};

/** Where clouds hand out credentials to whoever asks from a node or pod. */
export const metadataAddresses: readonly string[] = ['169.254.169.254/32', 'fd00:ec2::254/128'];

export interface RangeWithHoles {
  readonly cidr: string;
  /** Canonical, each strictly inside `cidr`, disjoint, sorted by address. */
  readonly except: readonly string[];
}

/** The range without the holes; undefined where nothing is left or the text is no canonical range. */
export function cutRange(cidr: string, holes: Iterable<string>): RangeWithHoles | undefined {
  const outer = parseCidr(cidr);
  if (outer === undefined) return undefined;
  const parsed = [...holes].map(parseCidr).filter((hole) => hole !== undefined);
  if (parsed.some((hole) => contains(hole, outer))) return undefined;
  const inside = parsed.filter((hole) => contains(outer, hole)).sort(byAddress);
  const kept: Cidr[] = [];
  for (const hole of inside) if (!kept.some((other) => contains(other, hole))) kept.push(hole);
  return { cidr, except: kept.map(formatCidr) };
}

/** The fewest ranges, canonical CIDR, that hold the same addresses without holes; sorted by address. */
export function splitRange({ cidr, except }: RangeWithHoles): string[] {
  const range = parseCidr(cidr);
  if (range === undefined) return [];
  const isIn = (outer: Cidr, text: string) => {
    const hole = parseCidr(text);
    return hole !== undefined && contains(outer, hole);
  };
  const cover = (at: Cidr): string[] => {
    if (except.some((hole) => hole === formatCidr(at))) return [];
    if (!except.some((hole) => isIn(at, hole))) return [formatCidr(at)];
    const { family, start, end, prefix } = at;
    return [cidrAt(family, start, prefix + 1), cidrAt(family, end, prefix + 1)].flatMap(cover);
  };
  return cover(range);
}

/** Wider ranges first where two start at one address, so that they swallow the narrower ones. */
function byAddress(a: Cidr, b: Cidr): number {
  if (a.start !== b.start) return a.start < b.start ? -1 : 1;
  return a.prefix - b.prefix;
}

/**
 * IPv4 and IPv6 addresses and ranges as exact numbers. Ranges are canonical CIDR: no host bits, lower-case shortest IPv6
 * (RFC 5952), no IPv4-mapped IPv6, no leading zeros. This is what Kubernetes demands of new objects (KEP-4858).
 */
export type Family = 4 | 6;

export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

export interface Cidr {
  readonly family: Family;
  /** First address. */
  readonly start: bigint;
  /** Last address, inclusive. */
  readonly end: bigint;
  /** Prefix length: 0 to 32, or 0 to 128. */
  readonly prefix: number;
}

const width: Readonly<Record<Family, number>> = { 4: 32, 6: 128 };

export function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

export function isAddress(text: string): boolean {
  const parsed = parseAddress(text);
  return parsed !== undefined;
}

/** Undefined for anything that is not canonical; `looseCidr` says what was probably meant. */
export function parseCidr(text: string): Cidr | undefined {
  const range = looseCidr(text);
  return range !== undefined && formatCidr(range) === text ? range : undefined;
}

export function isCidr(text: string): boolean {
  return parseCidr(text) !== undefined;
}

/** Accepts host bits and any spelling of IPv6; clears the host bits. */
export function looseCidr(text: string): Cidr | undefined {
  const match = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text);
  if (match === null) return undefined;
  const address = parseAddress(match[1] ?? '');
  const prefix = Number(match[2]);
  if (address === undefined || prefix > width[address.family]) return undefined;
  return cidrAt(address.family, address.value, prefix);
}

/** The range of the given prefix length that holds the address. */
export function cidrAt(family: Family, value: bigint, prefix: number): Cidr {
  const hostBits = BigInt(width[family] - prefix);
  const start = (value >> hostBits) << hostBits;
  return { family, start, end: start + (1n << hostBits) - 1n, prefix };
}

export function formatCidr(range: Cidr): string {
  return `${formatAddress({ family: range.family, value: range.start })}/${range.prefix}`;
}

/** The range that holds just this address: /32 or /128. Undefined where the text is no address. */
export function hostCidr(text: string): string | undefined {
  const address = parseAddress(text);
  return address === undefined ? undefined : formatCidr(cidrAt(address.family, address.value, width[address.family]));
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return outer.family === inner.family && outer.start <= inner.start && inner.end <= outer.end;
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.family === b.family && a.start <= b.end && b.start <= a.end;
}

export function formatAddress(address: Address): string {
  if (address.family === 4) {
    return [24n, 16n, 8n, 0n].map((shift) => (address.value >> shift) & 255n).join('.');
  }
  const groups = Array.from({ length: 8 }, (_, i) => (address.value >> BigInt((7 - i) * 16)) & 0xffffn);
  // RFC 5952: the longest run of at least two zero groups is shortened, the first one on a tie.
  let best = { start: -1, length: 1 };
  for (let i = 0; i < 8; i += 1) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0n) length += 1;
    if (length > best.length) best = { start: i, length };
    if (length > 0) i += length - 1;
  }
  const hex = groups.map((g) => g.toString(16));
  if (best.start === -1) return hex.join(':');
  return `${hex.slice(0, best.start).join(':')}::${hex.slice(best.start + best.length).join(':')}`;
}

function parseV4(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return { family: 4, value };
}

function parseV6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? '');
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '') : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<bigint>(missing).fill(0n), ...tail];
  return { family: 6, value: groups.reduce((sum, group) => (sum << 16n) | group, 0n) };
}

function groupsOf(text: string): bigint[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  return parts.every((p) => /^[0-9a-fA-F]{1,4}$/.test(p)) ? parts.map((p) => BigInt(`0x${p}`)) : undefined;
}

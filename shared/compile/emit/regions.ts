/**
 * Peers with parts taken out. Kinds whose denying rules know no order cannot let an exception through before them, so the
 * exception is cut out of what they deny.
 */
import { contains, parseCidr } from '../../lib/ip.ts';
import { cutRange } from '../../lib/public-ranges.ts';
import { sortBy, unique } from '../../lib/sort.ts';
import type { PeerIr } from '../lower/network-ir.ts';

/** Pods of one cluster: all that is said holds at once. */
export interface PodRegion {
  readonly kind: 'pods';
  /** Another cluster of the mesh; absent: this one. */
  readonly cluster?: string;
  readonly namespaces: { readonly in: readonly string[] } | { readonly notIn: readonly string[] };
  readonly is: Readonly<Record<string, string>>;
  /** Labels that the pods do not have with these values. */
  readonly not: Readonly<Record<string, readonly string[]>>;
}

export interface RangeRegion {
  readonly kind: 'range';
  readonly cidr: string;
  readonly except: readonly string[];
}

export type Region = PodRegion | RangeRegion;

export interface Split<R> {
  readonly inside: readonly R[];
  readonly outside: readonly R[];
}

/** A region in what a peer holds of it and the rest; the parts are disjoint. */
export function split<R extends Region>(region: R, peer: PeerIr): Split<R>;
export function split(region: Region, peer: PeerIr): Split<Region> {
  if (region.kind === 'pods' && peer.kind === 'pods') return splitPods(region, peer);
  if (region.kind === 'range' && peer.kind === 'range') return splitRange(region, peer);
  return { inside: [], outside: [region] };
}

function splitPods(region: PodRegion, peer: Extract<PeerIr, { readonly kind: 'pods' }>): Split<PodRegion> {
  const apart: Split<PodRegion> = { inside: [], outside: [region] };
  if (region.cluster !== peer.cluster) return apart;
  const { namespaces } = region;
  const isListed = 'in' in namespaces;
  const meant = peer.namespaces.filter((name) =>
    isListed ? namespaces.in.includes(name) : !namespaces.notIn.includes(name),
  );
  if (meant.length === 0) return apart;
  const rest: PodRegion['namespaces'] = isListed
    ? { in: namespaces.in.filter((name) => !meant.includes(name)) }
    : { notIn: sortBy(unique([...namespaces.notIn, ...meant]), (name) => name) };
  const outside: PodRegion[] = 'in' in rest && rest.in.length === 0 ? [] : [{ ...region, namespaces: rest }];
  let inside: PodRegion = { ...region, namespaces: { in: meant } };
  for (const key of sortBy(Object.keys(peer.selector), (k) => k)) {
    const value = peer.selector[key] ?? '';
    const known = Object.hasOwn(inside.is, key) ? inside.is[key] : undefined;
    if (known === value) continue;
    const refused = Object.hasOwn(inside.not, key) ? (inside.not[key] ?? []) : [];
    if (known !== undefined || refused.includes(value)) return { inside: [], outside: [...outside, inside] };
    outside.push({ ...inside, not: { ...inside.not, [key]: sortBy([...refused, value], (v) => v) } });
    const { [key]: _, ...not } = inside.not;
    inside = { ...inside, is: { ...inside.is, [key]: value }, not };
  }
  return { inside: [inside], outside };
}

function splitRange(region: RangeRegion, peer: Extract<PeerIr, { readonly kind: 'range' }>): Split<RangeRegion> {
  const apart: Split<RangeRegion> = { inside: [], outside: [region] };
  const common = isInside(peer.cidr, region.cidr)
    ? region.cidr
    : isInside(region.cidr, peer.cidr)
      ? peer.cidr
      : undefined;
  const inside = common === undefined ? [] : cut(common, [...region.except, ...peer.except]);
  if (common === undefined || inside.length === 0) return apart;
  return {
    inside,
    outside: [
      ...cut(region.cidr, [...region.except, common]),
      ...peer.except.filter((hole) => isInside(common, hole)).flatMap((hole) => cut(hole, region.except)),
    ],
  };
}

function cut(cidr: string, holes: readonly string[]): RangeRegion[] {
  const left = cutRange(cidr, holes);
  return left === undefined ? [] : [{ kind: 'range', ...left }];
}

function isInside(outer: string, inner: string): boolean {
  const [a, b] = [parseCidr(outer), parseCidr(inner)];
  return a !== undefined && b !== undefined && contains(a, b);
}

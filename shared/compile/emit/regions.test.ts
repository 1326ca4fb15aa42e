import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, parseCidr } from '../../lib/ip.ts';
import { cutRange } from '../../lib/public-ranges.ts';
import type { PeerIr } from '../lower/network-ir.ts';
import { type PodRegion, type RangeRegion, type Region, split } from './regions.ts';

type Pods = Extract<PeerIr, { readonly kind: 'pods' }>;
type Range = Extract<PeerIr, { readonly kind: 'range' }>;

interface Pod {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

const labels = fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom('a', 'b', 'c'), {
  maxKeys: 2,
  noNullPrototype: true,
});
const namespaces = fc.subarray(['x', 'y', 'z'], { minLength: 1 });
const peer: fc.Arbitrary<Pods> = fc.record({ kind: fc.constant('pods' as const), namespaces, selector: labels });
const start: fc.Arbitrary<PodRegion> = fc.oneof(
  namespaces.map((names): PodRegion => ({ kind: 'pods', namespaces: { in: names }, is: {}, not: {} })),
  namespaces.map((names): PodRegion => ({ kind: 'pods', namespaces: { notIn: names }, is: {}, not: {} })),
);
const someLabels: ReadonlyArray<Readonly<Record<string, string>>> = [
  {},
  { app: 'a' },
  { app: 'b' },
  { app: 'a', tier: 'b' },
  { app: 'c', tier: 'c' },
  { tier: 'a' },
];
const everyPod: readonly Pod[] = ['x', 'y', 'z', 'other'].flatMap((namespace) =>
  someLabels.map((own) => ({ namespace, labels: own })),
);

function holdsPod(region: PodRegion, pod: Pod): boolean {
  const { namespaces: names } = region;
  const label = (key: string) => (pod.labels as Record<string, string | undefined>)[key];
  return (
    ('in' in names ? names.in.includes(pod.namespace) : !names.notIn.includes(pod.namespace)) &&
    Object.entries(region.is).every(([key, value]) => label(key) === value) &&
    Object.entries(region.not).every(([key, values]) => !values.includes(label(key) ?? ''))
  );
}

const cidrs = ['0.0.0.0/0', '10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '10.2.0.0/16', '203.0.113.0/24', '::/0'];
const range: fc.Arbitrary<Range> = fc
  .record({ cidr: fc.constantFrom(...cidrs), except: fc.subarray(cidrs) })
  .map(({ cidr, except }) => {
    const holes = except.filter((e) => e !== cidr && isIn(cidr, e));
    return { kind: 'range', ...(cutRange(cidr, holes) ?? { cidr, except: [] }) };
  });
const addresses = [
  '8.8.8.8/32',
  '10.9.9.9/32',
  '10.1.9.9/32',
  '10.1.2.3/32',
  '10.2.0.1/32',
  '203.0.113.7/32',
  '2001:db8::1/128',
];

function isIn(outer: string, inner: string): boolean {
  const [a, b] = [parseCidr(outer), parseCidr(inner)];
  return a !== undefined && b !== undefined && contains(a, b);
}

function holdsAddress({ cidr, except }: Pick<RangeRegion, 'cidr' | 'except'>, address: string): boolean {
  return isIn(cidr, address) && !except.some((hole) => isIn(hole, address));
}

/** Splits a region by one peer after the other and counts, for each thing, the parts that hold it. */
function check<R extends Region, P extends PeerIr, T>(
  first: R,
  peers: readonly P[],
  things: readonly T[],
  holds: (region: R, thing: T) => boolean,
  means: (peer: P, thing: T) => boolean,
): void {
  let parts: readonly R[] = [first];
  for (const next of peers) {
    const divided = parts.map((part) => split(part, next));
    for (const thing of things) {
      for (const { inside, outside } of divided) {
        expect(inside.every((part) => !holds(part, thing) || means(next, thing))).toBe(true);
        expect(outside.every((part) => !holds(part, thing) || !means(next, thing))).toBe(true);
      }
    }
    parts = divided.flatMap(({ inside, outside }) => [...inside, ...outside]);
  }
  for (const thing of things)
    expect(parts.filter((part) => holds(part, thing)).length, JSON.stringify(thing)).toBe(holds(first, thing) ? 1 : 0);
}

describe('split', () => {
  it('should divide pods into what a peer means and the rest, each pod in one part', () => {
    fc.assert(
      fc.property(start, fc.array(peer, { minLength: 1, maxLength: 3 }), (first, peers) => {
        check(
          first,
          peers,
          everyPod,
          holdsPod,
          (next, pod) =>
            next.namespaces.includes(pod.namespace) &&
            Object.entries(next.selector).every(([k, v]) => (pod.labels as Record<string, string>)[k] === v),
        );
      }),
    );
  });

  it('should divide addresses alike', () => {
    fc.assert(
      fc.property(range, fc.array(range, { minLength: 1, maxLength: 3 }), ({ cidr, except }, peers) => {
        const first: RangeRegion = { kind: 'range', cidr, except };
        check(first, peers, addresses, holdsAddress, holdsAddress);
      }),
    );
  });

  it('should leave pods of another cluster, and kinds of peers that have nothing in common, as they are', () => {
    const pods: PodRegion = { kind: 'pods', namespaces: { in: ['x'] }, is: {}, not: {} };
    expect(split(pods, { kind: 'pods', namespaces: ['x'], selector: {}, cluster: 'far' }).outside).toEqual([pods]);
    expect(split(pods, { kind: 'names', names: ['a.example'] })).toEqual({ inside: [], outside: [pods] });
  });
});

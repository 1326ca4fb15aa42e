import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignRenames, entriesOf, type Review, type ReviewEnd } from '../diff/index.ts';
import { contains, hostCidr, looseCidr } from '../lib/ip.ts';
import type { Topology } from '../model/index.ts';
import { allowedBetween, pluginOptions } from '../proof/index.ts';
import { evaluate, type PortRange, type PortSetId, PortTable, type Reach } from '../reach/index.ts';
import { arbitraryChange } from '../testing/arbitrary-changes.ts';
import { isAmbiguous, withPlugin } from '../testing/designs.ts';
import { reviewDesigns } from './index.ts';
import { type DesignSide, designSide, namingOf } from './review-side.ts';

/** One of each range that designs name, and some that none names. */
const addresses = [
  '8.8.8.8',
  '10.1.0.1',
  '10.1.0.10',
  '10.1.0.129',
  '10.1.9.7',
  '10.20.3.4',
  '10.21.3.4',
  '192.168.7.1',
  '198.51.100.7',
  '203.0.113.9',
  '2001:db8::7',
  '2001:db8:1::1',
  '2a00::1',
];

/** Every range that designs name, so that no piece of the address space lies half inside one. */
const ranges = [
  '10.1.0.0/25',
  '10.1.0.128/25',
  '10.20.0.0/16',
  '10.21.0.0/16',
  '192.168.7.0/24',
  '203.0.113.0/24',
  '2001:db8::/48',
  '2001:db8:1::/64',
];

/** By sender and receiver, addresses or workloads with their cluster: what was allowed and what is. */
type Changes = Map<string, string>;

/** Workloads that changed their cluster are one end wherever they are. Undefined for pods that nobody drew. */
type NameOf = (workload: string, cluster: string) => string | undefined;

/** What a review tells, taken apart into pairs. */
function toldBy(review: Review, nameOf: NameOf): Changes {
  const found: Changes = new Map();
  const namesOf = (end: ReviewEnd) =>
    end.kind === 'workload'
      ? [nameOf(end.id, end.cluster ?? '')].filter((name) => name !== undefined)
      : addresses.filter((a) => isIn(a, end.cidrs));
  for (const { connection } of entriesOf(review)) {
    if (connection === undefined) continue;
    for (const from of connection.from.flatMap(namesOf))
      for (const to of connection.to.flatMap(namesOf))
        if (from !== to) found.set(`${from} ${to}`, JSON.stringify([connection.before, connection.after]));
  }
  return found;
}

function isIn(address: string, cidrs: readonly string[]): boolean {
  const host = looseCidr(hostCidr(address) ?? '');
  return cidrs.some((cidr) => {
    const range = looseCidr(cidr);
    return host !== undefined && range !== undefined && contains(range, host);
  });
}

/** What differs where each pair is asked by itself, over exports that are evaluated as a whole. */
function recomputed(before: DesignSide, after: DesignSide, nameOf: NameOf): Changes {
  const [was, is] = [allowedBy(before, nameOf), allowedBy(after, nameOf)];
  const found: Changes = new Map();
  for (const pair of new Set([...was.keys(), ...is.keys()])) {
    const [had, has] = [was, is].map((allowed) => ports.ranges(allowed.get(pair) ?? 0));
    if (JSON.stringify(had) !== JSON.stringify(has)) found.set(pair, JSON.stringify([had, has]));
  }
  return found;
}

const ports = new PortTable();

function allowedBy(side: DesignSide, nameOf: NameOf): Map<string, PortSetId> {
  const { index } = side;
  const cut = [...ranges, ...addresses.flatMap((address) => hostCidr(address) ?? [])];
  const clusters = index.clusters.map(({ id: cluster }) => {
    const objectsOf = (id: string) => side.byCluster.get(id) ?? [];
    const reach = evaluate(objectsOf(cluster), { cut, ...pluginOptions(index, cluster, objectsOf) });
    const things = new Map<string, number>();
    reach.pods.forEach((pod, thing) => {
      const id = pod.cluster === undefined ? side.workloadOf(cluster, pod) : undefined;
      if (id !== undefined) things.set(id, thing);
    });
    return { cluster, reach, things };
  });
  const found = new Map<string, PortSetId>();
  const put = (from: string | undefined, to: string | undefined, ranges: readonly PortRange[]) => {
    const pair = `${from} ${to}`;
    if (from !== to) found.set(pair, ports.union(found.get(pair) ?? 0, ports.of(ranges)));
  };
  const isRouted = (id: string) => index.get('cluster', id)?.seenAs === 'routed';
  for (const one of clusters) {
    const { reach, cluster } = one;
    const allowed = (from: number, to: number) => reach.ports.ranges(reach.allowed(from, to));
    for (const [from, thing] of one.things) {
      const own = nameOf(from, cluster);
      for (const [to, other] of one.things) put(own, nameOf(to, cluster), allowed(thing, other));
      for (const address of addresses) {
        const piece = pieceOf(reach, address);
        put(own, address, allowed(thing, piece));
        put(address, own, allowed(piece, thing));
      }
      for (const other of clusters)
        if (other !== one)
          for (const to of other.things.keys())
            if (from !== to)
              put(
                own,
                nameOf(to, other.cluster),
                allowedBetween(index, one, other, from, to, isRouted(cluster) && isRouted(other.cluster)),
              );
    }
  }
  return found;
}

/** The thing of an evaluation that an address is. */
function pieceOf(reach: Reach, address: string): number {
  const host = looseCidr(hostCidr(address) ?? '');
  const piece = reach.pieces.findIndex((p) => p.family === host?.family && p.start <= host.start && host.end <= p.end);
  return reach.pods.length + piece;
}

const plugins = [undefined, { name: 'calico' }, { name: 'cilium', version: '1.20' }] as const;

describe('a review of two designs', () => {
  it('should list exactly the connections that differ, held against asking each pair of both exports', () => {
    fc.assert(
      fc.property(arbitraryChange({ most: 3 }), fc.constantFrom(...plugins), ([before, after], plugin) => {
        const [older, newer] = [before, after].map((design) =>
          plugin === undefined ? design : withPlugin(design, plugin),
        ) as [Topology, Topology];
        fc.pre(!isAmbiguous(older) && !isAmbiguous(newer));
        const sides = [designSide(alignRenames(older, newer)), designSide(newer)] as const;
        const { clusters, changedHome } = namingOf(...sides);
        const nameOf = (workload: string, cluster: string) => {
          if (sides.every(({ index }) => index.get('workload', workload) === undefined)) return undefined;
          return changedHome?.has(workload) || clusters.length === 1 ? workload : `${cluster}/${workload}`;
        };
        const [told, wanted] = [toldBy(reviewDesigns(older, newer), nameOf), recomputed(...sides, nameOf)];
        const lines = (changes: Changes) => [...changes].map(([pair, ports]) => `${pair} ${ports}`).sort();
        expect(lines(told)).toEqual(lines(wanted));
      }),
      { numRuns: 60 },
    );
  });
});

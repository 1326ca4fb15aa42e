import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../k8s/index.ts';
import { asCidrs, evaluate, formatEnd, isWorkload, type PortRange, workloadsOf } from '../reach/index.ts';
import { obviousVerdict } from '../testing/obvious-reach.ts';
import { calicoCluster, ciliumCluster, cluster } from '../testing/random-cluster.ts';
import { compareConnections, diffConnections } from './index.ts';

const probes = [
  ['TCP', 80],
  ['TCP', 443],
  ['TCP', 8080],
  ['UDP', 85],
] as const;
const outside = ['10.1.2.3', '10.9.9.9', '8.8.8.8'];
const has = (ranges: readonly PortRange[], protocol: string, port: number) =>
  ranges.some((r) => r.protocol === protocol && r.start <= port && port <= r.end);
const holds = (cidrs: readonly string[], address: string) =>
  cidrs.some((cidr) => {
    const [base = '', prefix = ''] = cidr.split('/');
    const value = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    const size = 2 ** (32 - Number(prefix));
    return !base.includes(':') && Math.floor(value(base) / size) === Math.floor(value(address) / size);
  });

const without = (reach: ReturnType<typeof evaluate>, a: readonly PortRange[], b: readonly PortRange[]) =>
  reach.ports.ranges(reach.ports.subtract(reach.ports.of(a), reach.ports.of(b)));

/** A cluster, and the same one after one policy was removed or replaced, or one pod, namespace or account relabelled. */
const smallEdit = fc
  .constantFrom(cluster, ciliumCluster, calicoCluster)
  .chain((of) => fc.tuple(of, of, fc.nat(), fc.constantFrom('remove', 'replace', 'relabel')))
  .map(([before, other, at, how]) => {
    const victims = before.filter(
      (o) => ['Pod', 'Namespace', 'ServiceAccount'].includes(o.kind) === (how === 'relabel'),
    );
    const victim = victims[at % Math.max(1, victims.length)];
    if (victim === undefined) return { before, after: before };
    const twin = other.find((o) => o.kind === victim.kind) ?? victim;
    const labels = { app: 'x', tier: 'y' };
    const changed: Readonly<Record<string, readonly KubeObject[]>> = {
      remove: [],
      replace: [{ ...twin, metadata: victim.metadata }],
      relabel: [{ ...victim, metadata: { ...victim.metadata, labels } }],
    };
    return { before, after: [...before.filter((o) => o !== victim), ...(changed[how] ?? [])] };
  });

describe('diffConnections', () => {
  it('should list exactly the pairs for which an obvious evaluator answers differently', () => {
    fc.assert(
      fc.property(cluster, cluster, (before, after) => {
        const sources = [before, after].map((objects) => objects.map((object) => ({ object })));
        const { changes, more, came, went } = diffConnections(sources[0] ?? [], sources[1] ?? [], { most: 100_000 });
        expect(more).toEqual({ opens: 0, closes: 0 });
        const pods = [before, after].map((objects) =>
          objects.filter((o) => o.kind === 'Pod').map((o) => `${o.metadata.namespace}/${o.metadata.name}`),
        );
        const isThere = (side: number, name: string) => !name.includes('/') || pods[side]?.includes(name) === true;
        const all = [...new Set([...pods.flat(), ...outside])];
        expect(came.map((w) => `${w.namespace}/${w.name}`).sort()).toEqual(
          (pods[1] ?? []).filter((p) => !isThere(0, p)).sort(),
        );
        expect(went.map((w) => `${w.namespace}/${w.name}`).sort()).toEqual(
          (pods[0] ?? []).filter((p) => !isThere(1, p)).sort(),
        );
        for (const from of all) {
          for (const to of all) {
            if (from === to || (!from.includes('/') && !to.includes('/'))) continue;
            const found = changes.filter((c) =>
              [
                [c.from, from],
                [c.to, to],
              ].every(([end, name]) =>
                typeof end !== 'object' || typeof name !== 'string'
                  ? false
                  : isWorkload(end)
                    ? formatEnd(end) === `${name}[Pod]`
                    : !name.includes('/') && holds(end.cidrs, name),
              ),
            );
            expect(found.length).toBeLessThan(2);
            for (const [protocol, port] of probes) {
              const [had, now] = [before, after].map(
                (objects, side) =>
                  isThere(side, from) && isThere(side, to) && obviousVerdict(objects, from, to, protocol, port),
              );
              const [change] = found;
              const label = `${from} -> ${to} ${protocol} ${port}`;
              expect(change !== undefined && has(change.opened, protocol, port), label).toBe(!had && now);
              expect(change !== undefined && has(change.closed, protocol, port), label).toBe(had && !now);
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('should miss nothing when only some objects change, held against evaluating everything', () => {
    fc.assert(
      fc.property(smallEdit, ({ before, after }) => {
        const [older, newer] = [before, after].map((objects) => objects.map((object) => ({ object })));
        const { changes } = diffConnections(older ?? [], newer ?? [], { most: 100_000 });
        const cut = [evaluate(older ?? []), evaluate(newer ?? [])].flatMap((reach) => reach.cut);
        const [was, is] = [evaluate(older ?? [], { cut }), evaluate(newer ?? [], { cut })];
        const found = new Set(
          changes.flatMap(({ from, to, opened, closed }) => [
            `${formatEnd(from)} ${formatEnd(to)} ${JSON.stringify([opened, closed])}`,
          ]),
        );
        const ends = [...new Set([was, is].flatMap((reach) => workloadsOf(reach).map((w) => formatEnd(w.end))))];
        const allowed = (reach: typeof was, from: string, to: string) => {
          const things = (name: string) => workloadsOf(reach).find((w) => formatEnd(w.end) === name)?.things ?? [];
          return reach.ports.ranges(
            things(from)
              .flatMap((a) => things(to).map((b) => reach.allowed(a, b)))
              .reduce((sum, set) => reach.ports.union(sum, set), 0),
          );
        };
        const wanted = ends.flatMap((from) =>
          ends.flatMap((to) => {
            if (from === to) return [];
            const [had, has] = [allowed(was, from, to), allowed(is, from, to)];
            const [opened, closed] = [without(is, has, had), without(is, had, has)];
            return opened.length + closed.length === 0 ? [] : [`${from} ${to} ${JSON.stringify([opened, closed])}`];
          }),
        );
        expect([...found].filter((text) => (text.match(/\[\w+\]/g) ?? []).length === 2).sort()).toEqual(wanted.sort());
      }),
      { numRuns: 300 },
    );
  });

  it('should see what a plugin knows by identity on one side only, though no object differs', () => {
    const objects = [
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'a' }, spec: { containers: [] } },
      {
        apiVersion: 'cilium.io/v2',
        kind: 'CiliumNetworkPolicy',
        metadata: { name: 'nodes', namespace: 'a' },
        spec: { endpointSelector: {}, egress: [{ toEntities: ['remote-node'] }] },
      },
    ].map((object) => ({ object }));
    const knowing = (nodes: readonly string[]) => ({ known: { nodes, 'api-server': [] } });
    const plugins = [knowing(['10.1.0.0/24']), knowing(['10.1.0.0/24', '10.2.0.0/24'])] as const;
    const { changes, ports, sides } = compareConnections(objects, objects, { plugins });
    const opened = changes.filter(({ had, has: open }) => ports.subtract(open, had) !== 0);
    const pieces = opened.flatMap(({ to }) => to.flatMap((unit) => sides[0].pieces[unit.piece ?? -1] ?? []));
    expect(asCidrs(pieces)).toEqual(['10.2.0.0/24']);
  });

  it('should find nothing between a cluster and itself in another order', () => {
    fc.assert(
      fc.property(cluster, (objects) => {
        const sources = objects.map((object) => ({ object }));
        expect(diffConnections(sources, [...sources].reverse(), { most: 10 }).changes).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('should count what it does not list', () => {
    fc.assert(
      fc.property(cluster, cluster, (before, after) => {
        const sources = [before, after].map((objects) => objects.map((object) => ({ object })));
        const whole = diffConnections(sources[0] ?? [], sources[1] ?? [], { most: 100_000 }).changes;
        const some = diffConnections(sources[0] ?? [], sources[1] ?? [], { most: 2 });
        expect(some.changes.length + some.more.opens + some.more.closes).toBe(whole.length);
        const opens = (changes: typeof whole) => changes.filter((c) => c.opened.length > 0).length;
        expect(opens(some.changes) + some.more.opens).toBe(opens(whole));
      }),
      { numRuns: 40 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatEnd, isWorkload, type PortRange } from '../reach/index.ts';
import { obviousVerdict } from '../testing/obvious-reach.ts';
import { cluster } from '../testing/random-cluster.ts';
import { diffConnections } from './index.ts';

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

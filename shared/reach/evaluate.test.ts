import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../k8s/index.ts';
import { obviousVerdict } from '../testing/obvious-reach.ts';
import { ciliumCluster, cluster, networkPolicy } from '../testing/random-cluster.ts';
import { evaluate } from './evaluate.ts';
import { describePorts } from './port-set.ts';
import { connections, formatEnd } from './query.ts';

const probes = [
  ['TCP', 80],
  ['TCP', 81],
  ['TCP', 443],
  ['TCP', 8080],
  ['UDP', 80],
  ['UDP', 85],
  ['SCTP', 80],
] as const;
const outside = ['10.1.2.3', '10.1.9.9', '10.9.9.9', '8.8.8.8', '2001:db8::1', '2a00::1'];

describe('evaluate', () => {
  it('should agree with an evaluator that is slow and obvious', () => {
    fc.assert(fc.property(cluster, agrees), { numRuns: 150 });
  });

  it('should agree with it on the policies of Cilium as well', () => {
    fc.assert(fc.property(ciliumCluster, agrees), { numRuns: 150 });
  });

  it('should give the same connections whatever the order of the objects', () => {
    const list = (objects: readonly KubeObject[]) =>
      [...connections(evaluate(objects.map((object) => ({ object }))))].map(
        (c) => `${formatEnd(c.from)} => ${formatEnd(c.to)}: ${describePorts(c.ports)}`,
      );
    fc.assert(
      fc.property(cluster, (objects) => {
        expect(list([...objects].reverse())).toEqual(list(objects));
      }),
      { numRuns: 60 },
    );
  });

  it('should never remove reach when a policy comes whose pods are all isolated already', () => {
    fc.assert(
      fc.property(cluster, networkPolicy, (objects, extra) => {
        const isolate = {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'NetworkPolicy',
          metadata: { name: 'isolate', namespace: extra.namespace },
          spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
        };
        const before = [...objects, isolate];
        const a = evaluate(before.map((object) => ({ object })));
        const b = evaluate(
          [...before, { ...extra, metadata: { name: 'extra', namespace: extra.namespace } }].map((object) => ({
            object,
          })),
        );
        for (let from = 0; from < a.pods.length; from += 1) {
          for (let to = 0; to < a.pods.length; to += 1) {
            const had = a.ports.ranges(a.allowed(from, to));
            expect(b.ports.subtract(b.ports.of(had), b.allowed(from, to))).toBe(0);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

function agrees(objects: readonly KubeObject[]): void {
  const reach = evaluate(objects.map((object) => ({ object })));
  expect(reach.problems.filter((p) => p.rule === 'manifest/invalid-policy')).toEqual([]);
  const thingOf = (name: string) =>
    name.includes('/')
      ? reach.pods.findIndex((p) => `${p.namespace}/${p.name}` === name)
      : reach.pods.length + pieceOf(reach.pieces, name);
  const pods = objects.filter((o) => o.kind === 'Pod').map((o) => `${o.metadata.namespace}/${o.metadata.name}`);
  const everything = [...pods, ...outside];
  for (const from of everything) {
    for (const to of everything) {
      if (from === to || (!from.includes('/') && !to.includes('/'))) continue;
      const ports = reach.allowed(thingOf(from), thingOf(to));
      const fromRow = reach.row(reach.classes.classOf[thingOf(from)] ?? 0)[reach.classes.classOf[thingOf(to)] ?? 0];
      expect(fromRow, `${from} -> ${to} in a row`).toBe(ports);
      for (const [protocol, number] of probes) {
        expect(reach.ports.has(ports, protocol, number), `${from} -> ${to} ${protocol} ${number}`).toBe(
          obviousVerdict(objects, from, to, protocol, number),
        );
      }
    }
  }
}

function pieceOf(pieces: ReturnType<typeof evaluate>['pieces'], address: string): number {
  const isV6 = address.includes(':');
  const value = isV6
    ? { '2001:db8::1': 0x20010db8000000000000000000000001n, '2a00::1': 0x2a000000000000000000000000000001n }[address]
    : address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  return pieces.findIndex(
    (p) => p.family === (isV6 ? 6 : 4) && value !== undefined && p.start <= value && value <= p.end,
  );
}

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type KubeObject, parseManifests } from '../../k8s/index.ts';
import { arbitraryTopology } from '../../testing/arbitraries.ts';
import { withPlugin } from '../../testing/designs.ts';
import { compile } from '../index.ts';
import { portsObject } from './cilium-objects.ts';

type Fields = Readonly<Record<string, unknown>>;
interface PortRule {
  readonly ports: ReadonlyArray<{ readonly port: unknown; readonly endPort?: unknown; readonly protocol: string }>;
  readonly rules?: unknown;
}

const directions = ['ingress', 'egress', 'ingressDeny', 'egressDeny'] as const;

describe('policies for Cilium, for any design', () => {
  it('should be what its API takes: one kind of peer a rule, ports as text, lists that mean somebody', () => {
    let seen = 0;
    fc.assert(
      fc.property(arbitraryTopology(), fc.constantFrom('node', 'mesh'), (topology, seenAs) => {
        const more = seenAs === 'mesh' ? ({ seenAs, mesh: 'm' } as const) : {};
        const { files } = compile(withPlugin(topology, { name: 'cilium', version: '1.20' }, more));
        const objects = files.flatMap((f) => parseManifests(f.text, { file: f.path }).objects.map((o) => o.object));
        for (const object of objects.filter((o) => o.kind.startsWith('Cilium') && o.kind.endsWith('NetworkPolicy'))) {
          const isGuard = object.kind === 'CiliumClusterwideNetworkPolicy';
          expect(object.metadata.namespace === undefined).toBe(isGuard);
          for (const spec of specsOf(object)) {
            seen += 1;
            expect(spec.endpointSelector).toBeDefined();
            expect(spec.nodeSelector).toBeUndefined();
            // A policy that only denies would cut off everything else as well.
            if (isGuard) expect(spec.enableDefaultDeny).toEqual({ ingress: false, egress: false });
            const present = directions.filter((d) => spec[d] !== undefined);
            expect(present).toHaveLength(1);
            for (const d of present) for (const rule of spec[d] as Fields[]) ruleIsSound(rule, d);
          }
        }
      }),
      { numRuns: 60 },
    );
    expect(seen).toBeGreaterThan(50);
  });

  it('should hold at most 40 ports an item, and lose none', () => {
    const ports = Array.from({ length: 95 }, (_, i) => ({ protocol: 'TCP' as const, port: 1000 + 2 * i }));
    const { toPorts = [] } = portsObject(ports) as { toPorts?: PortRule[] };
    expect(toPorts.map((item) => item.ports.length)).toEqual([40, 40, 15]);
    expect(toPorts.flatMap((item) => item.ports.map((p) => p.port))).toEqual(ports.map((p) => String(p.port)));
  });
});

function specsOf(object: KubeObject): Fields[] {
  const { spec, specs } = object as { readonly spec?: Fields; readonly specs?: readonly Fields[] };
  expect((spec === undefined) !== (specs === undefined), 'either spec or specs').toBe(true);
  return spec === undefined ? [...(specs ?? [])] : [spec];
}

function ruleIsSound(rule: Fields, direction: (typeof directions)[number]): void {
  const side = direction.startsWith('ingress') ? 'from' : 'to';
  const { toPorts, ...peers } = rule;
  const [field = '', ...more] = Object.keys(peers);
  expect(more).toEqual([]);
  expect([`${side}Endpoints`, `${side}CIDRSet`, `${side}Entities`, 'toFQDNs']).toContain(field);
  // An empty list selects nobody, and names are learnt only for what is allowed.
  expect((peers[field] as unknown[]).length).toBeGreaterThan(0);
  if (field === 'toFQDNs') expect(direction).toBe('egress');
  if (field.endsWith('Entities'))
    for (const entity of peers[field] as string[]) expect(['host', 'remote-node', 'kube-apiserver']).toContain(entity);
  for (const item of (toPorts ?? []) as PortRule[]) {
    expect(item.ports.length).toBeGreaterThan(0);
    expect(item.ports.length).toBeLessThanOrEqual(40);
    for (const { port, endPort, protocol } of item.ports) {
      expect(typeof port).toBe('string');
      expect(['TCP', 'UDP', 'SCTP']).toContain(protocol);
      if (endPort !== undefined) expect(endPort).toBeGreaterThan(Number(port));
    }
    // Only DNS is looked into, and only on its way to the DNS of the cluster.
    if (item.rules !== undefined) expect([field, direction]).toEqual(['toEndpoints', 'egress']);
  }
}

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../k8s/index.ts';
import { arbitraryTopology } from '../../testing/arbitraries.ts';
import { withPlugin } from '../../testing/designs.ts';
import { compile } from '../index.ts';

interface Entity {
  readonly nets?: readonly string[];
  readonly notNets?: readonly string[];
  readonly ports?: readonly (number | string)[];
  readonly selector?: string;
  readonly namespaceSelector?: string;
}
interface Rule {
  readonly action: string;
  readonly protocol?: string;
  readonly source?: Entity;
  readonly destination?: Entity;
}
interface Spec {
  readonly tier: string;
  readonly order: number;
  readonly namespaceSelector: string;
  readonly selector?: string;
  readonly types: readonly string[];
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

describe('guard rails for Calico, for any design', () => {
  it('should be what its API takes and stand where they bound the policies of namespaces, and these alone', () => {
    let seen = 0;
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        const objects = compile(withPlugin(topology, { name: 'calico', version: '3.31' }))
          .files.filter((f) => f.path.includes('/guard-rails/calico/'))
          .flatMap((f) => parseManifests(f.text, { file: f.path }).objects.map((o) => o.object));
        for (const { kind, metadata, spec } of objects) {
          expect(metadata.namespace).toBeUndefined();
          // Policies of namespaces are asked at 1000 (kube-admin) and 1000000; what no rule decides has to reach them.
          if (kind === 'Tier') expect(spec).toEqual({ order: 500, defaultAction: 'Pass' });
          if (kind !== 'GlobalNetworkPolicy') continue;
          const policy = spec as Spec;
          seen += 1;
          // Before 3.32 the name begins with the tier.
          expect(metadata.name.startsWith(`${policy.tier}.`), metadata.name).toBe(true);
          expect(Number.isFinite(policy.order)).toBe(true);
          // Without a selector of namespaces it would also hold host endpoints and the pods of the platform.
          expect(policy.namespaceSelector).toMatch(/^kubernetes\.io\/metadata\.name (==|in) /);
          expect(policy.namespaceSelector).not.toContain("'kube-system'");
          const directions = (['ingress', 'egress'] as const).filter((d) => policy[d] !== undefined);
          expect(policy.types.map((t) => t.toLowerCase())).toEqual(directions);
          for (const rule of directions.flatMap((d) => policy[d] ?? [])) ruleIsSound(rule);
        }
      }),
      { numRuns: 60 },
    );
    expect(seen).toBeGreaterThan(50);
  });
});

function ruleIsSound({ action, protocol, source, destination }: Rule): void {
  expect(['Pass', 'Deny']).toContain(action);
  // Ports belong to a receiver, and the API refuses them without a protocol.
  expect(source?.ports).toBeUndefined();
  if (destination?.ports !== undefined) expect(['TCP', 'UDP', 'SCTP']).toContain(protocol);
  for (const port of destination?.ports ?? []) expect(String(port)).toMatch(/^\d+(:\d+)?$/);
  for (const entity of [source, destination]) {
    if (entity === undefined) continue;
    expect(Object.keys(entity).length).toBeGreaterThan(0);
    for (const list of [entity.nets, entity.notNets, entity.ports]) expect(list?.length).not.toBe(0);
    expect((entity.ports ?? []).length).toBeLessThanOrEqual(50);
    for (const list of [entity.nets, entity.notNets]) expect((list ?? []).length).toBeLessThanOrEqual(256);
    // A selector alone also means host endpoints and network sets.
    if (entity.selector !== undefined) expect(entity.namespaceSelector).toBeDefined();
  }
}

import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadDesign } from '../../document/index.ts';
import { parseManifests } from '../../k8s/index.ts';
import type { Topology } from '../../model/index.ts';
import { arbitraryTopology } from '../../testing/arbitraries.ts';
import { readCase } from '../../testing/cluster-ir.ts';
import { compile } from '../index.ts';

interface Gateway {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly gatewayClassName: string;
    readonly addresses?: ReadonlyArray<{ readonly type: string }>;
    readonly infrastructure: { readonly labels: Record<string, string> };
    readonly listeners: ReadonlyArray<{
      readonly name: string;
      readonly port: number;
      readonly protocol: string;
      readonly allowedRoutes: {
        readonly kinds: ReadonlyArray<{ readonly kind: string }>;
        readonly namespaces: { readonly selector: { readonly matchExpressions: ReadonlyArray<{ values: string[] }> } };
      };
    }>;
  };
}
interface Route {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly parentRefs: ReadonlyArray<{ name: string; namespace: string; sectionName: string }>;
    readonly hostnames?: readonly string[];
    readonly rules: ReadonlyArray<{
      readonly backendRefs: ReadonlyArray<{ readonly name: string; readonly port: number }>;
    }>;
  };
}

function written(topology: Topology, cluster?: string): { gateways: Gateway[]; routes: Route[] } {
  const objects = compile(topology)
    .files.filter((f) => /^[^/]+\/gateways\//.test(f.path) && (cluster === undefined || f.cluster === cluster))
    .flatMap((f) =>
      parseManifests(f.text).objects.map((o) => o.object as unknown as Route & Gateway & { kind: string }),
    );
  return { gateways: objects.filter((o) => o.kind === 'Gateway'), routes: objects.filter((o) => o.kind !== 'Gateway') };
}

/** What is wrong with them by the rules of Gateway API that schemas do not carry, and the fields of kinds without a schema. */
function complaints({ gateways, routes }: { gateways: readonly Gateway[]; routes: readonly Route[] }): string[] {
  const found: string[] = [];
  for (const { metadata, spec } of gateways) {
    const names = spec.listeners.map((l) => l.name);
    if (new Set(names).size !== names.length) found.push(`${metadata.name}: a listener twice`);
    // Listeners of one port have to differ by protocol; TCP and what runs on it cannot share one.
    const taken = spec.listeners.map((l) => `${l.port} ${l.protocol === 'UDP'}`);
    if (new Set(taken).size !== taken.length) found.push(`${metadata.name}: a port twice`);
    if (spec.listeners.length === 0 || spec.listeners.length > 64) found.push(`${metadata.name}: number of listeners`);
  }
  for (const { kind, metadata, spec } of routes) {
    const allowed = kind === 'HTTPRoute' ? ['hostnames', 'parentRefs', 'rules'] : ['parentRefs', 'rules'];
    for (const key of Object.keys(spec)) if (!allowed.includes(key)) found.push(`${metadata.name}: field ${key}`);
    if (spec.rules.some((r) => r.backendRefs.some((b) => Object.keys(b).sort().join() !== 'name,port')))
      found.push(`${metadata.name}: a backend of another namespace needs a ReferenceGrant`);
    for (const parent of spec.parentRefs) {
      const gateway = gateways.find(
        (g) => g.metadata.name === parent.name && g.metadata.namespace === parent.namespace,
      );
      const listener = gateway?.spec.listeners.find((l) => l.name === parent.sectionName);
      if (listener === undefined) found.push(`${metadata.name}: no such listener`);
      else if (!listener.allowedRoutes.kinds.some((k) => k.kind === kind)) found.push(`${metadata.name}: kind refused`);
      else if (!listener.allowedRoutes.namespaces.selector.matchExpressions[0]?.values.includes(metadata.namespace))
        found.push(`${metadata.name}: namespace refused`);
    }
  }
  return found;
}

describe('gateways', () => {
  const { gateways, routes } = written(readCase('through-a-gateway'));

  it('should be of a class of their own zone, and make pods that the policies of the proxy select', () => {
    expect(gateways.map((g) => [g.spec.gatewayClassName, g.spec.infrastructure.labels])).toEqual([
      ['zone-dmz', { app: 'proxy' }],
    ]);
  });

  it('should pass a port with one receiver on as it is, and tell several apart by host', () => {
    const kinds = routes.map((r) => [r.kind, r.metadata.namespace, r.spec.hostnames?.length ?? 0]);
    expect(kinds).toEqual([
      ['HTTPRoute', 'edge', 1],
      ['HTTPRoute', 'orders', 1],
      ['TCPRoute', 'orders', 0],
      ['HTTPRoute', 'web', 1],
    ]);
    expect(new Set(routes.flatMap((r) => r.spec.hostnames ?? [])).size).toBe(3);
  });

  it('should attach every route, beside its Service, for the cases, the templates and any design', () => {
    expect(complaints({ gateways, routes })).toEqual([]);
    const text = readFileSync(
      new URL('../../../templates/one-cluster-three-zones.zones.yaml', import.meta.url),
      'utf8',
    );
    const template = loadDesign(text, { file: 'x' }).document?.topology;
    expect(template && written(template).gateways.length).toBe(1);
    if (template !== undefined) expect(complaints(written(template))).toEqual([]);
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        for (const cluster of Object.keys(topology.clusters ?? {}))
          expect(complaints(written(topology, cluster))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

import fc from 'fast-check';
import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { isEqual } from '../../shared/lib/is-equal.ts';
import { emptyTopology, type Topology } from '../../shared/model/index.ts';
import { hasSameClaims, hasSameFlows, hasSameLayout, hasSameLooks, hasSameNames } from './drawn.ts';
import { noFindings } from './findings.ts';
import { arrange } from './layout.ts';
import { nearDetail } from './level.ts';
import { noMarks } from './review-scene.ts';
import { drawnClaims, drawnFlows, routeFlows } from './routes.ts';
import { toEdges, toNodes } from './to-flow.ts';

const design: Topology = {
  ...emptyTopology('shop'),
  zones: { dmz: { trust: 20, runtimes: ['gvisor'] }, db: { trust: 90 } },
  clusters: {
    prod: {
      distribution: 'kubeadm',
      version: '1.37',
      pools: { a: { zone: 'dmz', nodes: 3 }, b: { zone: 'db', nodes: 1 } },
    },
  },
  namespaces: { web: { cluster: 'prod', zone: 'dmz' }, data: { cluster: 'prod', zone: 'db' } },
  workloads: {
    gateway: { namespace: 'web', ports: { https: { port: 8443 } }, storage: { cache: { class: 'san' } } },
    postgres: { namespace: 'data', ports: { sql: { port: 5432 } } },
  },
  externals: { net: { kind: 'internet' } },
  flows: {
    sql: { from: { workload: 'gateway' }, to: { workload: 'postgres' }, ports: [{ port: 'sql' }] },
    in: { from: { external: 'net' }, to: { workload: 'gateway' }, ports: [{ port: 8443 }] },
  },
  storage: { endpoints: { disks: { zone: 'db', type: 'ceph-rbd' } }, classes: { san: { endpoint: 'disks' } } },
};

/** Edits of single fields, those that are drawn and those that are not. */
const edits: ReadonlyArray<readonly [path: string, value: unknown]> = [
  ['zones.dmz.trust', 95],
  ['zones.dmz.name', 'Edge'],
  ['zones.dmz.runtimes', ['runc']],
  ['zones.dmz.description', 'x'],
  ['clusters.prod.version', '1.36'],
  ['clusters.prod.pools.a.zone', 'db'],
  ['clusters.prod.pools.a.nodes', 9],
  ['namespaces.web.zone', 'db'],
  ['namespaces.web.name', 'front'],
  ['namespaces.web.owner', 'x'],
  ['workloads.gateway.namespace', 'data'],
  ['workloads.gateway.name', 'a gateway with a name that is much longer than others'],
  ['workloads.gateway.replicas', 7],
  ['workloads.gateway.kind', 'DaemonSet'],
  ['workloads.gateway.runtime', 'kata'],
  ['workloads.gateway.hostNetwork', true],
  ['workloads.gateway.owner', 'x'],
  ['workloads.gateway.labels', { app: 'x' }],
  ['workloads.gateway.storage', {}],
  ['workloads.postgres.ports', { sql: { port: 5433 } }],
  ['workloads.extra', { namespace: 'web' }],
  ['externals.net.name', 'Internet'],
  ['externals.net.cidrs', ['192.0.2.0/24']],
  ['flows.sql.ports', [{ port: 1 }]],
  ['flows.sql.reason', 'x'],
  ['flows.sql.to', { workload: 'gateway' }],
  ['flows.in.exception', { until: '2030-01-01', reason: 'x' }],
  ['flows.more', { from: { zone: 'dmz' }, to: { zone: 'db' }, ports: 'all' }],
  ['storage.endpoints.disks.zone', 'dmz'],
  ['storage.endpoints.disks.name', 'SAN'],
  ['storage.classes.san.endpoint', 'other'],
  ['runtimes', { gvisor: { from: 'gvisor', name: 'Sandbox' } }],
  ['layout', { zones: { dmz: { x: 40, y: 0, w: 900, h: 300 } } }],
];

const nothing = { findings: noFindings, selection: new Set<string>(), review: noMarks, isReadOnly: false };

describe('what is compared before anything is drawn again', () => {
  it('should never call two designs the same that are drawn differently', () => {
    const edited = fc
      .subarray([...edits], { minLength: 1, maxLength: 3 })
      .map((chosen) => chosen.reduce((topology, [path, value]) => withField(topology, path, value), design));
    fc.assert(
      fc.property(edited, (now) => {
        const placement = arrange(design);
        if (hasSameLayout(design, now)) expect(arrange(now)).toEqual(placement);
        if (hasSameFlows(design, now))
          expect(drawnFlows(now, placement, noFindings, 'near')).toEqual(
            drawnFlows(design, placement, noFindings, 'near'),
          );
        if (hasSameClaims(design, now)) expect(drawnClaims(now, placement)).toEqual(drawnClaims(design, placement));
        if (hasSameLooks(design, now)) expect(nodesOf(now).items).toEqual(nodesOf(design).items);
        if (hasSameNames(design, now)) expect(edgesOf(now).items).toEqual(edgesOf(design).items);
      }),
      { numRuns: 300 },
    );
  });

  it('should take nothing for a change that nobody sees', () => {
    const now = withField(design, 'workloads.gateway.owner', 'team-web');
    const compared = [hasSameLayout, hasSameFlows, hasSameClaims, hasSameLooks, hasSameNames];
    expect(compared.map((isSame) => isSame(design, now))).toEqual([true, true, true, true, true]);
  });

  it('should make the same nodes and edges from the ones of before as afresh', () => {
    fc.assert(
      fc.property(fc.constantFrom(...edits), ([path, value]) => {
        const now = withField(design, path, value);
        expect(isEqual(nodesOf(now, nodesOf(design)).items, nodesOf(now).items)).toBe(true);
        expect(isEqual(edgesOf(now, edgesOf(design)).items, edgesOf(now).items)).toBe(true);
      }),
    );
  });
});

/** The design with one field set; whatever else there is stays the same object. */
function withField(topology: Topology, path: string, value: unknown): Topology {
  return produce(topology, (draft) => {
    const keys = path.split('.');
    let at = draft as unknown as Record<string, unknown>;
    for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>;
    at[keys.at(-1) ?? ''] = value;
  });
}

function nodesOf(topology: Topology, before?: ReturnType<typeof toNodes>) {
  return toNodes({ topology, placement: arrange(design), ...nothing }, before);
}

function edgesOf(topology: Topology, before?: ReturnType<typeof toEdges>) {
  const placement = arrange(design);
  const flows = drawnFlows(design, placement, noFindings, 'near');
  const routes = routeFlows(flows, placement, nearDetail);
  return toEdges({ topology, flows, routes, claims: drawnClaims(design, placement), ...nothing }, before);
}

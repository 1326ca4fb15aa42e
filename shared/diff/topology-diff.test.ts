import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { schema, type Topology } from '../model/index.ts';
import { arbitraryChange } from '../testing/arbitrary-changes.ts';
import { alignRenames, applyDifference, diffTopology, type Entry } from './index.ts';

const templates = new URL('../../templates/', import.meta.url);
const designs = readdirSync(templates)
  .filter((name) => name.endsWith('.zones.yaml'))
  .map((name) => schema.topology.parse(load(readFileSync(new URL(name, templates), 'utf8'))) as Topology);

const base: Topology = {
  apiVersion: 'zonewright/v1',
  kind: 'Topology',
  metadata: { name: 'shop' },
  zones: {
    dmz: { trust: 20, intraZone: 'deny', runtimes: ['gvisor'] },
    app: { trust: 50, intraZone: 'deny', runtimes: ['runc'] },
    db: { trust: 80, intraZone: 'deny', runtimes: ['kata'] },
  },
  clusters: {
    prod: {
      distribution: 'kubeadm',
      version: '1.37',
      pools: { a: { zone: 'dmz', nodes: 3 }, b: { zone: 'app', nodes: 2 } },
    },
  },
  namespaces: {
    web: { cluster: 'prod', zone: 'dmz' },
    orders: { cluster: 'prod', zone: 'app' },
    data: { cluster: 'prod', zone: 'db' },
  },
  workloads: {
    gateway: { namespace: 'web', labels: { app: 'gateway' }, ports: { https: { port: 8443 } } },
    'orders-api': { namespace: 'orders', labels: { app: 'orders-api' }, replicas: 4, ports: { http: { port: 8080 } } },
    postgres: { namespace: 'data', kind: 'StatefulSet', ports: { sql: { port: 5432 } } },
  },
  externals: { internet: { kind: 'internet' } },
  flows: {
    'shop-in': { from: { external: 'internet' }, to: { workload: 'gateway' }, ports: [{ port: 'https' }] },
    orders: { from: { workload: 'gateway' }, to: { workload: 'orders-api' }, ports: [{ port: 'http' }] },
    sql: { from: { workload: 'orders-api' }, to: { workload: 'postgres' }, ports: [{ port: 'sql' }] },
  },
  runtimes: {
    gvisor: { from: 'gvisor', isolation: 'user-space-kernel' },
    runc: { from: 'runc', isolation: 'shared-kernel' },
    kata: { from: 'kata-qemu', isolation: 'virtual-machine' },
  },
};

/** A copy of the base design with values set by path; undefined takes one away. */
function edited(values: Readonly<Record<string, unknown>>): Topology {
  return Object.entries(values).reduce<unknown>(
    (design, [path, value]) => setAt(design, path.split('.'), value),
    base,
  ) as Topology;
}

function setAt(value: unknown, [key = '', ...rest]: readonly string[], next: unknown): unknown {
  const map = { ...(value as Record<string, unknown> | undefined) };
  if (rest.length > 0) return { ...map, [key]: setAt(map[key], rest, next) };
  const { [key]: _, ...others } = map;
  return next === undefined ? others : { ...others, [key]: next };
}

function summary(entries: readonly Entry[]): string[] {
  return entries.map((e) => `${e.title} [${e.effects.map((x) => `${x.class} ${x.severity}`).join(', ')}]`);
}

/** Maps without records say nothing, so they are dropped on both sides before designs are compared. */
function withoutEmpty(topology: Topology): unknown {
  const drop = (value: unknown, depth: number): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && depth > 0
      ? Object.fromEntries(
          Object.entries(value)
            .map(([k, v]) => [k, drop(v, depth - 1)] as const)
            .filter(([, v]) => !isEmptyMap(v)),
        )
      : value;
  const copy = drop(topology, 2) as { clusters?: Record<string, { pools?: object }> };
  for (const cluster of Object.values(copy.clusters ?? {})) if (isEmptyMap(cluster.pools)) delete cluster.pools;
  return copy;
}

function isEmptyMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

/** Designs with the ids a, b, c in every kind, so that random pairs share, lose, gain and rename records. */
const id = fc.constantFrom('a', 'b', 'c', 'constructor');
const anyTopology: fc.Arbitrary<Topology> = fc.record({
  apiVersion: fc.constant('zonewright/v1' as const),
  kind: fc.constant('Topology' as const),
  metadata: fc.record({ name: fc.constantFrom('x', 'y') }, { requiredKeys: ['name'] }),
  zones: fc.dictionary(
    id,
    fc.record(
      {
        trust: fc.integer({ min: 0, max: 100 }),
        intraZone: fc.constantFrom('allow' as const, 'deny' as const),
        runtimes: fc.array(id, { maxLength: 2 }),
      },
      { requiredKeys: ['trust'] },
    ),
  ),
  matrix: fc.dictionary(
    id,
    fc.dictionary(id, fc.record({ access: fc.constantFrom('allow-all' as const, 'block-all' as const) }), {
      minKeys: 1,
    }),
  ),
  clusters: fc.dictionary(
    id,
    fc.record(
      {
        distribution: fc.constant('kind' as const),
        version: fc.constantFrom('1.36', '1.37'),
        pools: fc.dictionary(id, fc.record({ zone: id, nodes: fc.nat(5) })),
      },
      { requiredKeys: ['distribution', 'version'] },
    ),
  ),
  namespaces: fc.dictionary(
    id,
    fc.record({ cluster: id, zone: id, labels: fc.dictionary(id, id) }, { requiredKeys: ['cluster'] }),
  ),
  workloads: fc.dictionary(
    id,
    fc.record(
      {
        namespace: id,
        replicas: fc.nat(9),
        ports: fc.dictionary(id, fc.record({ port: fc.integer({ min: 1, max: 99 }) })),
        service: fc.record({ addresses: fc.array(fc.constantFrom('10.0.0.1', '10.0.0.2')) }, { requiredKeys: [] }),
      },
      { requiredKeys: ['namespace'] },
    ),
  ),
  externals: fc.dictionary(id, fc.record({ cidrs: fc.subarray(['10.0.0.0/8', '10.1.0.0/16', '192.0.2.0/24']) })),
  flows: fc.dictionary(
    id,
    fc.record({
      from: fc.oneof(fc.record({ workload: id }), fc.record({ zone: id }), fc.record({ external: id })),
      to: fc.oneof(fc.record({ workload: id }), fc.record({ namespace: id })),
      ports: fc.oneof(
        fc.constant('all' as const),
        fc.array(fc.record({ port: fc.oneof(id, fc.integer({ min: 1, max: 99 })) }), { minLength: 1, maxLength: 3 }),
      ),
    }),
  ),
  storage: fc.record(
    {
      endpoints: fc.dictionary(id, fc.record({ zone: id, type: fc.constant('nfs' as const) })),
      classes: fc.dictionary(id, fc.record({ endpoint: id })),
    },
    { requiredKeys: [] },
  ),
  runtimes: fc.dictionary(id, fc.record({ from: fc.constantFrom('runc', 'gvisor') })),
  rules: fc.dictionary(
    fc.constantFrom('flow/no-owner', 'x/y'),
    fc.record({ severity: fc.constantFrom('off' as const, 'error' as const), reason: fc.constant('r') }),
  ),
  layout: fc.record({ workloads: fc.dictionary(id, fc.record({ x: fc.nat(9), y: fc.nat(9) })) }, { requiredKeys: [] }),
});

/** Any two designs, and designs that came from one another. */
const anyPair = fc.oneof(fc.tuple(anyTopology, anyTopology), arbitraryChange());

describe('diffTopology', () => {
  it.each(designs.map((d) => [d.metadata.name, d] as const))(
    'should find nothing between %s and itself',
    (_, design) => {
      expect(diffTopology(design, structuredClone(design))).toEqual([]);
    },
  );

  it('should find nothing between any design and itself', () => {
    fc.assert(
      fc.property(anyPair, ([a]) => diffTopology(a, structuredClone(a)).length === 0),
      { numRuns: 200 },
    );
  });

  it('should give what takes any design to any other', () => {
    fc.assert(
      fc.property(anyPair, ([a, b]) => {
        expect(withoutEmpty(applyDifference(a, diffTopology(a, b)))).toEqual(withoutEmpty(b));
      }),
      { numRuns: 200 },
    );
  });

  it('should take each template to each other one', () => {
    for (const a of designs)
      for (const b of designs) expect(withoutEmpty(applyDifference(a, diffTopology(a, b)))).toEqual(withoutEmpty(b));
  });

  it('should not depend on the order in which records stand', () => {
    const reversed = (value: unknown): unknown =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([k, v]) => [k, reversed(v)]),
          )
        : value;
    const [a, b] = [designs[0], designs[1]] as [Topology, Topology];
    expect(diffTopology(reversed(a) as Topology, reversed(b) as Topology)).toEqual(diffTopology(a, b));
    expect(diffTopology(a, reversed(a) as Topology)).toEqual([]);
  });

  it('should see an added flow as an opening, graded by distance and width', () => {
    const after = edited({
      'flows.cache': { from: { workload: 'orders-api' }, to: { workload: 'postgres' }, ports: 'all' },
    });
    expect(summary(diffTopology(base, after))).toEqual(['Flow orders-api → postgres added [opens high]']);
    expect(summary(diffTopology(after, base))).toEqual(['Flow orders-api → postgres removed [closes low]']);
  });

  it('should not count a flow that the matrix blocks, until it has an exception', () => {
    const blocked = edited({
      'flows.skip': { from: { workload: 'gateway' }, to: { workload: 'postgres' }, ports: [{ port: 'sql' }] },
    });
    const excepted = edited({
      'flows.skip': { ...blocked.flows?.skip, exception: { reason: 'migration', owner: 'arch', until: '2028-01-31' } },
    });
    expect(summary(diffTopology(base, blocked))).toEqual(['Flow gateway → postgres added [neutral low]']);
    expect(summary(diffTopology(blocked, excepted))).toEqual(['Flow gateway → postgres changed [opens high]']);
  });

  it('should tell which ports a changed flow opens and closes', () => {
    const after = edited({ 'flows.orders.ports': [{ port: 8081 }] });
    const [entry] = diffTopology(base, after);
    expect(entry?.effects.map((e) => `${e.class}: ${e.message}`)).toEqual([
      'opens: gateway → orders-api on TCP 8081 becomes possible.',
      'closes: gateway → orders-api on TCP 8080 is no longer possible.',
    ]);
    expect(entry?.fields).toEqual([{ path: ['ports'], before: [{ port: 'http' }], after: [{ port: 8081 }] }]);
  });

  it('should see a wider end as an opening and a narrower one as a closing', () => {
    const wide = edited({ 'flows.orders.from': { zone: 'dmz' } });
    expect(summary(diffTopology(base, wide))).toEqual(['Flow dmz → orders-api changed [opens medium]']);
    expect(summary(diffTopology(wide, base))).toEqual(['Flow gateway → orders-api changed [closes low]']);
  });

  it('should recognise renames with all references as one change each', () => {
    const after = JSON.parse(
      JSON.stringify(base)
        .replaceAll('"orders-api"', '"order-service"')
        .replaceAll('"app":{"trust"', '"mid":{"trust"')
        .replaceAll('"zone":"app"', '"zone":"mid"'),
    ) as Topology;
    expect(summary(diffTopology(base, after))).toEqual([
      'Zone app renamed to mid [neutral low]',
      'Workload orders-api renamed to order-service [neutral low]',
    ]);
  });

  it('should give one and the same older design under its newer ids, until others are renamed', () => {
    const rename = (older: string, newer: string, topology: Topology) =>
      JSON.parse(JSON.stringify(topology).replaceAll(`"${older}"`, `"${newer}"`)) as Topology;
    const renamed = rename('prod', 'live', rename('orders-api', 'order-service', base));
    const aligned = alignRenames(base, renamed);
    expect(aligned.clusters).toHaveProperty('live');
    diffTopology(base, renamed);
    expect(alignRenames(base, { ...renamed, flows: {} })).toBe(aligned);
    expect(alignRenames(base, rename('orders-api', 'order-service', base)).clusters).toHaveProperty('prod');
    expect(alignRenames(base, base)).toBe(base);
  });

  it('should recognise a renamed cluster with its pools as one change', () => {
    const after = JSON.parse(JSON.stringify(base).replaceAll('"prod"', '"production"')) as Topology;
    expect(summary(diffTopology(base, after))).toEqual(['Cluster prod renamed to production [neutral low]']);
    expect(applyDifference(base, diffTopology(base, after))).toEqual(after);
  });

  it('should recognise a rename with a small change besides', () => {
    const renamed = edited({
      'workloads.gate': { ...base.workloads?.gateway, replicas: 2 },
      'workloads.gateway': undefined,
      'flows.shop-in.to.workload': 'gate',
      'flows.orders.from.workload': 'gate',
    });
    const entries = diffTopology(base, renamed);
    expect(entries.map((e) => [e.renamedFrom, e.fields.map((f) => f.path.join('.'))])).toEqual([
      ['gateway', ['replicas']],
    ]);
  });

  it('should not take a new workload for a renamed one because both look like their neighbours', () => {
    const after = edited({
      'workloads.orders-api': undefined,
      'flows.orders': undefined,
      'flows.sql': undefined,
      'workloads.reports': {
        namespace: 'orders',
        labels: { app: 'reports', tier: 'back' },
        replicas: 4,
        ports: { web: { port: 9000 } },
      },
    });
    expect(summary(diffTopology(base, after)).filter((s) => s.startsWith('Workload'))).toEqual([
      'Workload orders-api removed [neutral low]',
      'Workload reports added [neutral low]',
    ]);
  });

  it('should tag moves with where from and where to', () => {
    const after = edited({
      'workloads.gateway.namespace': 'data',
      'namespaces.orders.zone': 'db',
      'clusters.prod.pools.b.zone': 'db',
    });
    expect(diffTopology(base, after).map((e) => [e.title, e.class, e.severity, e.moves])).toEqual([
      ['Node pool prod/b moved to zone db', 'moves', 'medium', [{ what: 'zone', from: 'app', to: 'db' }]],
      ['Namespace orders moved to zone db', 'moves', 'medium', [{ what: 'zone', from: 'app', to: 'db' }]],
      [
        'Workload gateway moved to namespace data',
        'moves',
        'high',
        [
          { what: 'namespace', from: 'web', to: 'data' },
          { what: 'zone', from: 'dmz', to: 'db' },
        ],
      ],
    ]);
  });

  it('should see weaker and stronger isolation', () => {
    const weaker = edited({
      'zones.db.runtimes': ['runc'],
      'workloads.postgres.hostNetwork': true,
      'zones.dmz.podSecurity': 'privileged',
    });
    expect(diffTopology(base, weaker).map((e) => [e.subject.id, e.class])).toEqual([
      ['db', 'weakens'],
      ['dmz', 'weakens'],
      ['postgres', 'weakens'],
    ]);
    // A runtime that becomes possible is an opening of its own, even where it isolates more.
    expect(
      diffTopology(weaker, base).map((e) => [e.subject.id, ...e.effects.map((x) => `${x.class} ${x.severity}`)]),
    ).toEqual([
      ['db', 'opens low', 'strengthens low', 'strengthens low'],
      ['dmz', 'strengthens low'],
      ['postgres', 'strengthens low'],
    ]);
  });

  it('should see more and fewer administrators, and disks that may lie elsewhere', () => {
    const named = (...groups: string[]) => edited({ 'metadata.administrators': { groups } });
    const effects = (a: Topology, b: Topology) =>
      diffTopology(a, b).flatMap((e) => e.effects.map((x) => `${x.class} ${x.severity}`));
    expect(effects(named('a'), named('a', 'b'))).toEqual(['weakens high']);
    expect(effects(named('a', 'b'), named('b'))).toEqual(['strengthens low']);
    expect(effects(base, named('a'))).toEqual(['weakens high', 'strengthens low']);
    expect(effects(named('a'), { ...named('a'), metadata: { ...named('a').metadata, name: 'other' } })).toEqual([
      'neutral low',
    ]);
    const disks = (...locations: string[]) =>
      edited({ storage: { endpoints: { ebs: { zone: 'db', type: 'ebs', locations } } } });
    expect(effects(disks('a'), disks('a', 'b'))).toEqual(['moves low']);
  });

  it('should ask the caller for the isolation that a runtime does not name', () => {
    const bare = edited({
      runtimes: { gvisor: { from: 'gvisor' }, runc: { from: 'runc' }, kata: { from: 'kata-qemu' } },
    });
    const after: Topology = {
      ...bare,
      workloads: {
        ...bare.workloads,
        postgres: { namespace: 'data', kind: 'StatefulSet', ports: { sql: { port: 5432 } }, runtime: 'runc' },
      },
    };
    expect(diffTopology(bare, after)[0]?.class).toBe('neutral');
    const isolationOf = (runtime: { readonly from: string }) =>
      runtime.from === 'runc' ? ('shared-kernel' as const) : ('virtual-machine' as const);
    expect(diffTopology(bare, after, { isolationOf })[0]?.class).toBe('weakens');
  });

  it('should see a looser matrix as weaker, and the flows that it lets through as opened', () => {
    const drawn = edited({
      'flows.skip': { from: { workload: 'gateway' }, to: { workload: 'postgres' }, ports: [{ port: 'sql' }] },
    });
    const loose = { ...drawn, matrix: { dmz: { db: { access: 'allow-only' as const, services: ['5432/tcp'] } } } };
    expect(summary(diffTopology(drawn, loose))).toEqual(['Matrix dmz → db added [opens high, weakens high]']);
    expect(summary(diffTopology(loose, drawn))).toEqual(['Matrix dmz → db removed [closes low, strengthens low]']);
  });

  it('should not judge a matrix cell that says what trust says anyway', () => {
    const written = edited({ matrix: { dmz: { app: { access: 'allow-all' } } } });
    expect(summary(diffTopology(base, written))).toEqual(['Matrix dmz → app added [neutral low]']);
  });

  it('should fold all of the layout into one neutral entry', () => {
    const after = edited({ layout: { workloads: { gateway: { x: 1, y: 2 }, postgres: { x: 3, y: 4 } } } });
    expect(summary(diffTopology(base, after))).toEqual(['Layout changed [neutral low]']);
  });

  it('should see more addresses of an external as an opening for its flows', () => {
    const before = edited({ 'externals.internet': { cidrs: ['192.0.2.0/25', '192.0.2.128/25'] } });
    const same = edited({ 'externals.internet': { cidrs: ['192.0.2.0/24'] } });
    expect(diffTopology(before, same)[0]?.class).toBe('neutral');
    expect(diffTopology(before, base)[0]?.class).toBe('opens');
    expect(diffTopology(base, before)[0]?.class).toBe('closes');
  });

  it('should not take what leaves a zone for harmless because the zone is trusted less as well', () => {
    const entries = diffTopology(base, edited({ 'zones.db.trust': 15, 'zones.db.podSecurity': 'privileged' }));
    const [zone] = entries.filter((e) => e.subject.kind === 'zone');
    expect(zone?.effects.map((x) => `${x.class} ${x.severity}: ${x.message}`)).toEqual(
      expect.arrayContaining([
        'weakens high: It is trusted 15 instead of 80, so what protects it weighs less.',
        'weakens high: Pod Security falls from baseline to privileged.',
      ]),
    );
    const flow = { from: { workload: 'gateway' }, to: { workload: 'postgres' }, ports: 'all' };
    const opened = diffTopology(base, edited({ 'zones.db.trust': 21, 'flows.open': flow }));
    expect(opened.find((e) => e.subject.kind === 'flow')?.severity).toBe('critical');
  });

  it('should see a flow or an exception that may stay longer as weaker, and a shorter one as stronger', () => {
    const flow = (until: string | undefined, day: string) =>
      edited({ 'flows.sql.until': until, 'flows.sql.exception': { reason: 'r', owner: 'o', until: day } });
    const told = (before: Topology, after: Topology) =>
      diffTopology(before, after).flatMap((e) => e.effects.map((x) => `${x.class}: ${x.message}`));
    expect(told(flow('2028-01-01', '2028-01-01'), flow(undefined, '2029-01-01'))).toEqual([
      'weakens: It may stay without an end instead of until 2028-01-01.',
      'weakens: Its exception holds until 2029-01-01 instead of until 2028-01-01.',
    ]);
    expect(told(flow(undefined, '2028-01-01'), flow('2028-01-01', '2028-01-01'))).toEqual([
      'strengthens: It may stay until 2028-01-01 instead of without an end.',
    ]);
    expect(told(base, edited({ 'flows.sql.exception': { reason: 'r', owner: 'o', until: '2028-01-01' } }))).toEqual([
      'weakens: It has an exception, so it stays even where the matrix comes to block it.',
    ]);
  });

  it('should see a rule that is switched off or set lower as weaker', () => {
    const set = (severity: string | undefined) =>
      edited({ rules: severity === undefined ? undefined : { 'flow/no-ticket': { severity, reason: 'Later' } } });
    const told = (before: Topology, after: Topology) =>
      diffTopology(before, after).flatMap((e) => e.effects.map((x) => `${x.class} ${x.severity}: ${x.message}`));
    expect(told(set(undefined), set('off'))).toEqual([
      'weakens medium: What it finds is told no longer. Reason: Later.',
    ]);
    expect(told(set('error'), set('info'))).toEqual(['weakens low: What it finds counts as info only. Reason: Later.']);
    expect(told(set('off'), set(undefined))).toEqual(['strengthens low: What it finds counts more again.']);
    expect(told(set(undefined), set('warning')).map((text) => text.split(' ')[0])).toEqual(['neutral']);
  });

  it('should see that pods can read the Secret of a storage endpoint, and which runtimes left nodes', () => {
    const at = (namespace: string, runtimes: readonly string[]) =>
      edited({
        'storage.endpoints.ceph': { zone: 'db', type: 'ceph-rbd', secret: { name: 's', namespace } },
        'clusters.prod.pools.a.runtimes': runtimes,
      });
    const told = diffTopology(at('ceph-csi', ['gvisor', 'runc']), at('web', ['runc', 'kata'])).flatMap((e) =>
      e.effects.map((x) => `${x.class} ${x.severity}: ${x.message}`),
    );
    expect(told).toContain('weakens high: Its Secret lies in namespace web of dmz, where pods can read it.');
    expect(told).toContain('closes low: Runtime gvisor is no longer installed on its nodes.');
    expect(told).toContain('opens low: Runtime kata is installed on its nodes.');
  });

  it('should name the registries that came and those that went', () => {
    const from = (registries: readonly string[]) => edited({ 'zones.db.images': { registries } });
    const [entry] = diffTopology(from(['r.example/a', 'r.example/b']), from(['r.example/b', 'docker.io']));
    expect(entry?.effects.map((x) => x.message)).toEqual([
      'Images may come from docker.io as well.',
      'Images may no longer come from r.example/a.',
    ]);
  });

  it('should end every message with a period', () => {
    for (const a of designs) {
      for (const b of designs) {
        for (const e of diffTopology(a, b)) for (const x of e.effects) expect(x.message).toMatch(/\S\.$/);
      }
    }
  });

  it('should compare designs of five thousand records with nothing in common', () => {
    const big = (prefix: string): Topology => ({
      ...base,
      workloads: Object.fromEntries(
        Array.from({ length: 5000 }, (_, i) => [
          `${prefix}${i}`,
          { namespace: 'web', replicas: i, labels: { app: `${prefix}${i}`, team: prefix } },
        ]),
      ),
    });
    const entries = diffTopology(big('a'), big('b'));
    expect(entries.length).toBeGreaterThan(5000);
  });
});

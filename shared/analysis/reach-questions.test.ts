import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadDesign } from '../document/index.ts';
import { emptyTopology, ref, type Topology } from '../model/index.ts';
import { arbitraryTopology } from '../testing/arbitraries.ts';
import { readCase } from '../testing/cluster-ir.ts';
import { type AskedEnd, prove, reachAnswerer } from './index.ts';
import { allowedPorts, reachModel } from './reach-model.ts';

const shop: Topology = {
  ...emptyTopology('shop'),
  zones: {
    dmz: { trust: 20, intraZone: 'deny', exposure: ['loadBalancer'] },
    app: { trust: 50, intraZone: 'deny' },
    db: { trust: 80, intraZone: 'deny', dns: 'none' },
  },
  clusters: {
    prod: {
      distribution: 'kubeadm',
      version: '1.37',
      cni: { name: 'calico' },
      networks: { pods: ['10.20.0.0/16'], services: ['10.21.0.0/20'], nodes: ['10.1.0.0/24'] },
      pools: { a: { zone: 'dmz', nodes: 2 }, b: { zone: 'app', nodes: 2 }, c: { zone: 'db', nodes: 2 } },
    },
  },
  namespaces: {
    web: { cluster: 'prod', zone: 'dmz' },
    orders: { cluster: 'prod', zone: 'app' },
    data: { cluster: 'prod', zone: 'db' },
  },
  workloads: {
    gateway: {
      namespace: 'web',
      ports: { https: { port: 8443 } },
      service: { type: 'LoadBalancer', ports: { https: 443 }, addresses: ['198.51.100.7'] },
    },
    api: { namespace: 'orders', ports: { http: { port: 8080 } } },
    basket: { namespace: 'orders', ports: { http: { port: 8080 } } },
    redis: { namespace: 'data', ports: { tcp: { port: 6379 } } },
  },
  externals: { internet: { kind: 'internet' }, partner: { cidrs: ['203.0.113.0/24'] } },
  flows: {
    shoppers: {
      from: { external: 'internet' },
      to: { workload: 'gateway' },
      ports: [{ port: 'https', dial: 443 }],
      via: { kind: 'loadBalancer' },
    },
    order: { from: { workload: 'gateway' }, to: { workload: 'api' }, ports: [{ port: 'http' }] },
    cache: { from: { workload: 'api' }, to: { workload: 'redis' }, ports: [{ port: 'tcp' }] },
  },
};

const workload = (id: string): AskedEnd => ({ kind: 'workload', id });
const ask = reachAnswerer(shop);
const explain = (from: AskedEnd, to: AskedEnd, port?: number) =>
  ask({
    ask: 'explain',
    question: { from, to, ...(port !== undefined && { port: { protocol: 'TCP', port } }) },
  });

describe('explaining a pair', () => {
  it('should allow what is drawn, naming on both sides a rule whose lines stand in the export and whose cause is the flow', () => {
    const answer = explain(workload('gateway'), workload('api'), 8080);
    expect([answer.verdict, answer.headline]).toEqual(['allowed', 'gateway can reach api on TCP 8080.']);
    expect(answer.drawn).toEqual([ref('flow', 'order')]);
    const { bundle } = reachModel(shop);
    for (const direction of answer.cases[0]?.directions ?? []) {
      const rule = direction.tiers.flatMap((tier) => tier.rules).find((r) => r.outcome === 'allows');
      expect(rule?.causes).toEqual([ref('flow', 'order')]);
      const file = bundle.files.find((f) => f.path === rule?.place.file);
      const line = file?.text.split('\n')[(rule?.place.line ?? 0) - 1] ?? '';
      expect(line).toMatch(/^ *- /);
    }
  });

  it('should deny what is not drawn, naming the policies that isolate and the rule that is missing', () => {
    const answer = explain(workload('gateway'), workload('api'), 9999);
    expect([answer.verdict, answer.headline]).toEqual(['denied', 'gateway cannot reach api on TCP 9999.']);
    const [out, into] = answer.cases[0]?.directions ?? [];
    expect([out?.verdict, into?.verdict]).toEqual(['denied', 'denied']);
    const tier = into?.tiers.find((t) => t.outcome === 'denies');
    expect(tier?.text).toContain('no rule for gateway on TCP 9999: that rule is missing');
    expect(tier?.rules.some((r) => r.outcome === 'isolates' && r.place.line !== undefined)).toBe(true);
    expect(answer.cases[0]?.changes.length).toBe(2);
  });

  it('should name the guard rail that denies what the matrix blocks', () => {
    const answer = explain(workload('gateway'), workload('redis'), 6379);
    expect([answer.verdict, answer.drawn]).toEqual(['denied', []]);
    const into = answer.cases[0]?.directions[1];
    const tier = into?.tiers.find((t) => t.outcome === 'denies');
    expect([tier?.title, tier?.rules.find((r) => r.outcome === 'denies')?.place.name]).toEqual([
      'Tier zonewright',
      'zonewright.zone-db-pods',
    ]);
    expect(into?.tiers.find((t) => t.tier === 'network')?.outcome).toBe('not-asked');
  });

  it('should tell the ports that are allowed from the others when asked about all of them', () => {
    const answer = explain(workload('api'), workload('redis'));
    expect([answer.verdict, answer.headline]).toEqual(['partly', 'api can reach redis on TCP 6379 only.']);
    expect(answer.cases.map((c) => c.verdict)).toEqual(['allowed', 'denied']);
  });

  it('should judge an external by its addresses', () => {
    expect(explain({ kind: 'external', id: 'internet' }, workload('gateway'), 8443).verdict).toBe('allowed');
    expect(explain({ kind: 'external', id: 'partner' }, workload('gateway'), 8443).verdict).toBe('denied');
    expect(explain({ kind: 'addresses', cidrs: ['203.0.113.0/24'] }, workload('gateway'), 8443).verdict).toBe('denied');
    expect(explain(workload('gateway'), { kind: 'external', id: 'internet' }).verdict).toBe('denied');
  });

  it('should say why a question cannot be answered instead of guessing', () => {
    expect(explain(workload('api'), workload('api')).headline).toMatch(/never compared with itself/);
    expect(explain(workload('nobody'), workload('api')).headline).toMatch(/does not hold “nobody”/);
    const outside: AskedEnd = { kind: 'external', id: 'internet' };
    expect(explain(outside, outside).headline).toMatch(/no policy decides/);
  });

  it('should be plain data that survives the way to a worker', () => {
    const answer = explain(workload('gateway'), workload('redis'));
    expect(structuredClone(answer)).toEqual(answer);
  });

  it('should show the two connections of a flow through a proxy, and ask neither end about the other', () => {
    const claims = template('one-cluster-three-zones');
    const answer = reachAnswerer(claims)({
      ask: 'explain',
      question: { from: { kind: 'external', id: 'internet' }, to: workload('portal-web') },
    });
    expect(answer.verdict).toBe('denied');
    expect(answer.legs.map((leg) => leg.text)).toEqual(['Internet → edge-gateway', 'edge-gateway → portal-web']);
    for (const { from, to } of answer.legs)
      expect(reachAnswerer(claims)({ ask: 'explain', question: { from, to } }).verdict).not.toBe('denied');
  });

  it('should judge both sides of a pair between clusters by the addresses they see', () => {
    const design = template('three-zones-three-clusters');
    const model = reachModel(design);
    const { index } = model;
    const crossing = index.flows.flatMap((f) =>
      'workload' in f.from && 'workload' in f.to && model.clusterOf(f.from.workload) !== model.clusterOf(f.to.workload)
        ? [{ from: workload(f.from.workload), to: workload(f.to.workload), id: f.id }]
        : [],
    );
    expect(crossing.length).toBeGreaterThan(0);
    for (const { from, to, id } of crossing) {
      const answer = reachAnswerer(design)({ ask: 'explain', question: { from, to } });
      expect([id, answer.verdict]).toEqual([id, 'partly']);
      expect(answer.notes[0]).toContain('different clusters');
      expect(answer.drawn).toContainEqual(ref('flow', id));
      for (const direction of answer.cases[0]?.directions ?? []) {
        expect(direction.title).toMatch(/ (for|from) \d/);
        expect(direction.tiers.some((t) => t.rules.some((r) => r.outcome === 'allows'))).toBe(true);
      }
    }
  });

  it('should name, between clusters, what is missing on each side: an address to dial, and the rule for the address that arrives', () => {
    const design = template('three-zones-three-clusters');
    const { 'catalog-search': receiver, ...others } = design.workloads ?? {};
    if (receiver === undefined) throw new Error('the template has lost its receiver');
    const { service: _, ...bare } = receiver;
    const answer = reachAnswerer({ ...design, workloads: { ...others, 'catalog-search': bare } })({
      ask: 'explain',
      question: { from: workload('catalog'), to: workload('catalog-search'), port: { protocol: 'TCP', port: 9200 } },
    });
    expect(answer.verdict).toBe('denied');
    const [one] = answer.cases;
    expect(one?.directions[0].decision).toMatch(/no service with an address/);
    expect(one?.changes.map((c) => c.text)).toEqual([
      'Give “catalog-search” a service with an address in the design.',
      expect.stringMatching(/ingress rule for 10\.\d+\.\d+\.\d+\S* on TCP 9200/),
    ]);
  });
});

describe('the table of a workload', () => {
  it('should list each peer in both directions, with exactly the ports that explaining allows', () => {
    const rows = ask({ ask: 'table', workload: 'api' });
    expect(rows.map((r) => `${r.direction} ${r.title} ${r.ports.map((p) => p.start).join()}`)).toEqual([
      'in gateway 8080',
      'in basket ',
      'in internet ',
      'in partner ',
      'in redis ',
      'out redis 6379',
      'out basket ',
      'out gateway ',
      'out internet ',
      'out partner ',
    ]);
  });
});

describe('ports between clusters', () => {
  it('should be listed once, however many rules let them in', () => {
    const text = readFileSync(new URL('../../templates/payment-platform.zones.yaml', import.meta.url), 'utf8');
    const topology = loadDesign(text).document?.topology;
    if (topology === undefined) throw new Error('the template cannot be read');
    const end = (id: string): AskedEnd => ({ kind: 'workload', id });
    expect(allowedPorts(reachModel(topology), end('merchant-api'), end('ledger'))).toEqual([
      { protocol: 'TCP', start: 50051, end: 50051 },
    ]);
  });
});

describe('the blast radius', () => {
  it('should count hops along allowed connections', () => {
    const { hops, levels } = ask({ ask: 'blast', origin: ref('workload', 'gateway') });
    expect(hops).toEqual({ 'workload:gateway': 0, 'workload:api': 1, 'workload:redis': 2 });
    expect(levels.map((l) => l.refs.map((r) => r.id))).toEqual([['api'], ['redis']]);
  });

  it('should name the workloads on the same nodes where the kernel is shared, and none behind a virtual machine', () => {
    const notes = ask({ ask: 'blast', origin: ref('workload', 'api') }).isolation;
    expect(notes.map((n) => [n.isolation, n.atRisk])).toEqual([['shared-kernel', ['basket']]]);
    const isolated: Topology = {
      ...shop,
      runtimes: { kata: { from: 'kata-qemu' } },
      zones: { ...shop.zones, app: { trust: 50, runtimes: ['kata'] } },
    };
    const [note] = reachAnswerer(isolated)({ ask: 'blast', origin: ref('workload', 'api') }).isolation;
    expect([note?.isolation, note?.atRisk]).toEqual(['virtual-machine', []]);
    expect(note?.text).toMatch(/hypervisor/);
  });

  it('should be the transitive closure of what is allowed, for any design', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (design) => {
        const model = reachModel(design);
        const ids = Object.keys(design.workloads ?? {});
        const [origin] = ids;
        if (origin === undefined) return;
        const { hops } = reachAnswerer(design)({ ask: 'blast', origin: ref('workload', origin) });
        // Grown until nothing is added, without regard to order or hops.
        const reached = new Set([origin]);
        const ends = new Set<string>();
        for (let before = -1; before !== reached.size; ) {
          before = reached.size;
          for (const from of [...reached]) {
            for (const to of ids) if (allowedPorts(model, workload(from), workload(to)).length > 0) reached.add(to);
            for (const id of Object.keys(design.externals ?? {}))
              if (allowedPorts(model, workload(from), { kind: 'external', id }).length > 0) ends.add(`external:${id}`);
          }
        }
        expect(Object.keys(hops).sort()).toEqual([...[...reached].map((id) => `workload:${id}`), ...ends].sort());
      }),
      { numRuns: 25, seed: 7 },
    );
  });
});

describe('answers and the proof', () => {
  it('should agree: a pair that the proof finds extra is allowed here, one that it finds missing is not', () => {
    // Two receivers behind one address: whoever may dial one may dial the other.
    const networks = (n: number) => ({
      pods: [`10.${n}.0.0/16`],
      services: [`10.${n + 1}.0.0/20`],
      nodes: [`10.${n + 2}.0.0/24`],
    });
    const cluster = (n: number) => ({
      ...(shop.clusters?.prod ?? { distribution: 'kubeadm' as const, version: '1.37' }),
      networks: networks(n),
      seenAs: 'node' as const,
      pools: { p: { zone: n < 50 ? 'app' : 'db', nodes: 2 } },
    });
    const receiver = {
      namespace: 'far',
      ports: { tcp: { port: 5432 } },
      service: { type: 'LoadBalancer' as const, addresses: ['198.51.100.9'] },
    };
    const design: Topology = {
      ...shop,
      clusters: { east: cluster(20), west: cluster(60) },
      namespaces: { near: { cluster: 'east', zone: 'app' }, far: { cluster: 'west', zone: 'db' } },
      workloads: { a1: { namespace: 'near' }, a2: { namespace: 'near' }, b1: receiver, b2: receiver },
      flows: {
        one: { from: { workload: 'a1' }, to: { workload: 'b1' }, ports: [{ port: 'tcp' }] },
        two: { from: { workload: 'a2' }, to: { workload: 'b2' }, ports: [{ port: 'tcp' }] },
      },
    };
    const model = reachModel(design);
    const { findings } = prove(design, model.bundle).connections;
    expect(findings.length).toBeGreaterThan(0);
    for (const { kind, from, to, ports, onlyAt } of findings) {
      // Nobody can ask about pods that the design does not name; one end alone is no connection.
      if (kind === 'cannot-say' || onlyAt !== undefined || 'pods' in from || 'pods' in to) continue;
      const [a, b] = ([from, to] as const).map(
        (end): AskedEnd => ('workload' in end ? workload(end.workload) : { kind: 'addresses', cidrs: end.cidrs }),
      ) as [AskedEnd, AskedEnd];
      const allowed = JSON.stringify(allowedPorts(model, a, b));
      for (const range of ports)
        expect([kind, a, b, allowed.includes(JSON.stringify(range))]).toEqual([kind, a, b, kind !== 'missing']);
    }
  });
});

function template(name: string): Topology {
  const text = readFileSync(new URL(`../../templates/${name}.zones.yaml`, import.meta.url), 'utf8');
  const { document } = loadDesign(text);
  if (document === undefined) throw new Error(`${name} cannot be read`);
  return document.topology;
}

describe('a workload that two clusters of a pair run', () => {
  const pair = readCase('pair-of-clusters');

  it('should be asked about in both, and reach what either of them lets it reach', () => {
    const answer = reachAnswerer(pair)({
      ask: 'explain',
      question: { from: workload('web'), to: workload('api'), port: { protocol: 'TCP', port: 8080 } },
    });
    expect(answer.cases.map((c) => [c.verdict, c.title.split(' · ')[1]])).toEqual([
      ['allowed', 'from shop to blue'],
      ['allowed', 'from shop to green'],
    ]);
    const inside = reachAnswerer(pair)({ ask: 'explain', question: { from: workload('api'), to: workload('log') } });
    expect(inside.cases.filter((c) => c.verdict === 'allowed').map((c) => c.title)).toEqual(['TCP 5514 · in green']);
  });

  it('should never be explained as one of the two reaching into the other', () => {
    const { cases } = reachAnswerer(pair)({
      ask: 'explain',
      question: { from: workload('worker'), to: workload('api') },
    });
    expect([...new Set(cases.map((c) => c.title.split(' · ')[1]))]).toEqual(['in blue', 'in green']);
  });
});

describe('inside a mesh', () => {
  const inMesh = reachAnswerer(readCase('cilium-mesh'));
  const between = (from: string, to: string) =>
    inMesh({
      ask: 'explain',
      question: { from: workload(from), to: workload(to), port: { protocol: 'TCP', port: 5432 } },
    });

  it('should explain a flow by the policies that name the other cluster, and say which', () => {
    const found = JSON.stringify(between('api', 'sql'));
    expect(found).toContain('know the other’s pods by name');
    expect(found).toContain('in cluster “right”');
    expect(found).toContain('query-out');
    expect(found).toContain('query-in');
    expect(found).not.toContain('judged by address only');
  });

  it('should know by identity who is not let through', () => {
    expect(allowedPorts(reachModel(readCase('cilium-mesh')), workload('bills'), workload('api'))).not.toEqual([]);
    expect(allowedPorts(reachModel(readCase('cilium-mesh')), workload('sql'), workload('api'))).toEqual([]);
  });
});

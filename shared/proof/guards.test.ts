import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile/index.ts';
import { type KubeObject, parseManifests } from '../k8s/index.ts';
import { metadataAddresses } from '../lib/public-ranges.ts';
import type { Topology } from '../model/index.ts';
import { asCidrs, evaluate } from '../reach/index.ts';
import { arbitraryTopology } from '../testing/arbitraries.ts';
import { readCase } from '../testing/cluster-ir.ts';
import { isAmbiguous, withPlugin } from '../testing/designs.ts';
import { type ClusterManifests, proveConnections } from './connections.ts';
import type { Finding } from './findings.ts';

const calico = readCase('guard-rails-calico');
const standard = readCase('guard-rails-cluster-network-policy');
const cilium = readCase('guard-rails-cilium');

type Change = (object: KubeObject) => KubeObject | undefined;
type Rule = Readonly<Record<string, unknown>> & { readonly action?: string };

function manifestsOf(topology: Topology, change: Change = (object) => object): ClusterManifests[] {
  const { files } = compile(topology);
  return Object.keys(topology.clusters ?? {}).map((cluster) => ({
    cluster,
    objects: files
      .filter((f) => f.cluster === cluster && f.objects.length > 0)
      .flatMap((f) => parseManifests(f.text, { file: f.path }).objects)
      .flatMap((o) => {
        const object = change(o.object);
        return object === undefined ? [] : [{ ...o, object }];
      }),
  }));
}

/** What is found after the guard rails of that name were changed; the policies of namespaces stay right. */
function found(topology: Topology, name: string, change: Change): readonly Finding[] {
  let hits = 0;
  const manifests = manifestsOf(topology, (object) => {
    if (object.metadata.name !== name || object.metadata.namespace !== undefined) return object;
    hits += 1;
    return change(object);
  });
  expect(hits, name).toBeGreaterThan(0);
  return proveConnections(topology, manifests).findings;
}

const edit =
  (change: (spec: Record<string, unknown>) => Record<string, unknown>): Change =>
  (object) => ({ ...object, spec: change(object.spec as Record<string, unknown>) });
const rules =
  (direction: 'ingress' | 'egress', change: (list: Rule[]) => Rule[]): Change =>
  (object) =>
    edit((spec) => ({ ...spec, [direction]: change(spec[direction] as Rule[]) }))(object);
const pairs = (findings: readonly Finding[]) =>
  findings.map(({ kind, from, to }) => {
    const name = (end: Finding['from']) => ('workload' in end ? end.workload : 'cidrs' in end ? 'addresses' : 'pods');
    return `${kind} ${name(from)} > ${name(to)}`;
  });

describe('guard rails by themselves', () => {
  it.each([
    ['Calico', calico],
    ['the API of Kubernetes', standard],
    ['Cilium', cilium],
  ])('should be what the matrix says, in the words of %s', (_, topology) => {
    const { findings, equal } = proveConnections(topology, manifestsOf(topology));
    expect(findings.filter((f) => f.kind !== 'cannot-say')).toEqual([]);
    expect(equal).toBeGreaterThan(0);
  });

  it('should be found missing one by one', () => {
    const names = manifestsOf(calico)
      .flatMap((m) => m.objects)
      .flatMap(({ object }) => (object.kind === 'GlobalNetworkPolicy' ? [object.metadata.name] : []));
    expect(names.length).toBeGreaterThan(6);
    for (const name of names) expect(found(calico, name, () => undefined).length, name).toBeGreaterThan(0);
  });
});

describe('a fault in the guard rails for Calico', () => {
  const bothEnds = (change: Change): readonly Finding[] =>
    proveConnections(
      calico,
      manifestsOf(calico, (object) => (/-pods$/.test(object.metadata.name) ? change(object) : object)),
    ).findings;

  it('should be found where the rule that denies other zones is lost, with the reason', () => {
    const findings = bothEnds((object) =>
      edit((spec) => ({
        ...spec,
        ...Object.fromEntries(
          (['ingress', 'egress'] as const).map((d) => [d, (spec[d] as Rule[]).filter((r) => r.action !== 'Deny')]),
        ),
      }))(object),
    );
    expect(pairs(findings)).toContain('extra api > gateway');
    const extra = findings.filter((f) => f.kind === 'extra');
    expect(extra.every((f) => f.reason?.includes('the guard rails alone do not deny it'))).toBe(true);
  });

  it('should be found where a tier is asked too late', () => {
    const findings = found(
      calico,
      'zonewright',
      edit((spec) => ({ ...spec, order: 2_000_000 })),
    );
    expect(pairs(findings)).toContain('extra gateway > pg');
    expect(pairs(findings)).toContain('extra api > addresses');
  });

  it('should be found where a rule passes too early, and name the rule', () => {
    const findings = bothEnds(rules('ingress', (list) => [{ action: 'Pass' }, ...list]));
    // Between pods the guard rails of the sender still hold; addresses have none.
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.every((f) => 'cidrs' in f.from)).toBe(true);
    const egressToo = bothEnds((object) =>
      rules('egress', (list) => [{ action: 'Pass' }, ...list])(
        rules('ingress', (list) => [{ action: 'Pass' }, ...list])(object) ?? object,
      ),
    );
    const [first] = egressToo.filter((f) => f.kind === 'extra' && 'workload' in f.from && 'workload' in f.to);
    expect(first?.by?.map((p) => [p.kind, p.rule])).toContainEqual(['GlobalNetworkPolicy', 0]);
    expect(first?.by?.[0]?.file).toContain('guard-rails/calico/');
  });

  it('should be found where what the matrix permits is denied', () => {
    const findings = found(
      calico,
      'zonewright.zone-app-pods',
      rules('ingress', (list) => list.filter((r) => r.protocol !== 'UDP')),
    );
    expect(pairs(findings)).toContain('missing gateway > api');
    expect(findings[0]?.by?.map((p) => p.name)).toEqual(['zonewright.zone-app-pods']);
  });

  it('should be found where a flow with an exception no longer passes', () => {
    const findings = found(calico, 'zonewright.pass-store.legacy-in', () => undefined);
    expect(pairs(findings)).toContain('missing gateway > pg');
  });

  it('should be found where metadata addresses are open, and where a network set is too wide', () => {
    const metadata = found(
      calico,
      'zonewright.zone-app-addresses',
      rules('egress', (list) => list.filter((r) => !JSON.stringify(r).includes('169.254.169.254'))),
    );
    const opened = metadata.flatMap((f) => ('cidrs' in f.to ? f.to.cidrs : []));
    expect(opened.some((cidr) => cidr.startsWith('169.254.169.254'))).toBe(true);
    const wide = found(
      calico,
      'zonewright-partner',
      edit(() => ({ nets: ['0.0.0.0/0'] })),
    );
    expect(pairs(wide)).toContain('extra addresses > gateway');
  });
});

describe('a fault in the guard rails of the API of Kubernetes', () => {
  it('should be found where the tier is one that policies overrule', () => {
    const findings = proveConnections(
      standard,
      manifestsOf(standard, (object) =>
        object.kind === 'ClusterNetworkPolicy' ? edit((spec) => ({ ...spec, tier: 'Baseline' }))(object) : object,
      ),
    ).findings;
    expect(pairs(findings)).toContain('extra gateway > api');
  });

  it('should be found where a border is asked before what passes through it', () => {
    const findings = found(
      standard,
      'zone-app-pods',
      edit((spec) => ({ ...spec, priority: 0 })),
    );
    expect(pairs(findings)).toContain('missing gateway > api');
  });

  it('should be found where addresses are open', () => {
    const findings = found(standard, 'zone-dmz-addresses', () => undefined);
    expect(pairs(findings)).toContain('extra gateway > addresses');
  });
});

describe('a fault in the guard rails of Cilium', () => {
  type Spec = Readonly<Record<string, unknown>>;
  const denies =
    (direction: 'ingressDeny' | 'egressDeny', change: (list: Rule[]) => Rule[]): Change =>
    (object) => {
      const specs = (object as KubeObject & { readonly specs: readonly Spec[] }).specs;
      return {
        ...object,
        specs: specs.map((spec) =>
          spec[direction] === undefined ? spec : { ...spec, [direction]: change(spec[direction] as Rule[]) },
        ),
      } as KubeObject;
    };
  const without = (direction: 'ingressDeny' | 'egressDeny', field: string, value: string): readonly Finding[] =>
    found(
      cilium,
      'zone-app-guard',
      denies(direction, (list) => list.filter((r) => !JSON.stringify(r[field] ?? '').includes(value))),
    ).filter((f) => f.reason?.includes('the guard rails alone do not deny it'));
  const addresses = (findings: readonly Finding[], end: 'from' | 'to') =>
    findings.flatMap((f) => ('cidrs' in f[end] ? f[end].cidrs : []));

  it('should be found where addresses are open, in both directions', () => {
    expect(addresses(without('egressDeny', 'toCIDRSet', '0.0.0.0/0'), 'to')).toContain('0.0.0.0/5');
    expect(addresses(without('egressDeny', 'toCIDRSet', '169.254.169.254/32"}'), 'to')).toContain('169.254.169.254/32');
    expect(addresses(without('egressDeny', 'toCIDRSet', '10.30.0.0/16"}'), 'to')).toContain('10.30.0.0/16');
    expect(addresses(without('ingressDeny', 'fromCIDRSet', '0.0.0.0/0'), 'from')).toContain('0.0.0.0/5');
  });

  it('should be found where nodes are open, which no range means', () => {
    expect(addresses(without('egressDeny', 'toEntities', 'remote-node'), 'to')).toEqual(['10.1.0.0/24']);
    expect(addresses(without('ingressDeny', 'fromEntities', 'remote-node'), 'from')).toEqual(['10.1.0.0/24']);
  });

  it('should be found where addresses or nodes that the matrix permits are denied', () => {
    for (const peer of [{ toCIDRSet: [{ cidr: '203.0.113.0/24' }] }, { toEntities: ['remote-node'] }])
      expect(
        pairs(
          found(
            cilium,
            'zone-app-guard',
            denies('egressDeny', (list) => [...list, peer]),
          ),
        ),
      ).toContain('missing api > addresses');
  });
});

describe('the guard rails of any design', () => {
  it.each([
    ['Calico', { name: 'calico', version: '3.33' }],
    ['Calico by the API of Kubernetes', { name: 'calico', clusterNetworkPolicy: 'v1beta1' }],
    ['Kube-OVN', { name: 'kube-ovn', clusterNetworkPolicy: 'v1alpha2' }],
    ['a plugin without any', { name: 'kube-router' }],
  ] as const)(
    'should deny exactly what the matrix blocks, with %s',
    (_, cni) => {
      fc.assert(
        fc.property(arbitraryTopology(), (drawn) => {
          const topology = withPlugin(drawn, cni);
          fc.pre(!isAmbiguous(topology));
          const { findings } = proveConnections(topology, manifestsOf(topology));
          const faults = findings.filter(
            (f) => f.kind === 'extra' || (f.kind === 'missing' && f.cluster !== undefined),
          );
          expect(faults).toEqual([]);
        }),
        { numRuns: 50 },
      );
    },
    120_000,
  );
});

describe('metadata addresses', () => {
  it.each([
    ['NetworkPolicy alone', { name: 'kube-router' }],
    ['Calico', { name: 'calico' }],
    ['the API of Kubernetes', { name: 'kube-ovn', clusterNetworkPolicy: 'v1beta1' }],
    ['Cilium', { name: 'cilium', version: '1.20' }],
  ] as const)('should be cut out of ranges that hold them, with %s', (_, cni) => {
    const reached = (cidrs: string[]) => {
      const topology = withPlugin(wide(cidrs), cni);
      const [manifests] = manifestsOf(topology);
      expect(proveConnections(topology, manifestsOf(topology)).findings).toEqual([]);
      const reach = evaluate(manifests?.objects ?? [], { cut: metadataAddresses });
      const pod = reach.pods.findIndex((p) => p.name === 'api');
      return reach.pieces.flatMap((piece, i) =>
        reach.allowed(pod, reach.pods.length + i) === 0 ? [] : asCidrs([piece]),
      );
    };
    const open = reached(['0.0.0.0/0', '::/0', '169.254.0.0/16']);
    expect(open.length).toBeGreaterThan(10);
    expect(open.filter((cidr) => metadataAddresses.includes(cidr))).toEqual([]);
    expect(reached(['169.254.169.254/32'])).toEqual(['169.254.169.254/32']);
  });
});

/** One workload that may call an external on one port. */
function wide(cidrs: string[]): Topology {
  return {
    apiVersion: 'zonewright/v1',
    kind: 'Topology',
    metadata: { name: 'wide' },
    zones: { app: { trust: 50, dns: 'none' } },
    matrix: { app: { outside: { access: 'allow-all' } } },
    clusters: { prod: { distribution: 'managed', version: '1.37' } },
    namespaces: { orders: { cluster: 'prod', zone: 'app' } },
    workloads: { api: { namespace: 'orders' } },
    externals: { world: { cidrs } },
    flows: { out: { from: { workload: 'api' }, to: { external: 'world' }, ports: [{ port: 80 }] } },
  };
}

describe('limits of the kinds', () => {
  const many = (): Topology => {
    const ids = Array.from({ length: 30 }, (_, i) => `z${i}`);
    const long = Array.from({ length: 40 }, (_, i) => `a-namespace-with-a-long-name-that-fills-the-selector-${i}`);
    const homes = Object.fromEntries(ids.map((id) => [`${id}-home`, { cluster: 'prod', zone: id }]));
    const more = Object.fromEntries(long.map((id) => [id, { cluster: 'prod', zone: 'z0' }]));
    return {
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata: { name: 'many' },
      zones: Object.fromEntries(ids.map((id, i) => [id, { trust: i + 1 }])),
      matrix: Object.fromEntries(
        ids.map((id) => [
          id,
          Object.fromEntries(
            ids.filter((to) => to !== id).map((to) => [to, { access: 'allow-only' as const, services: ['443/tcp'] }]),
          ),
        ]),
      ),
      clusters: { prod: { distribution: 'managed', version: '1.37' } },
      namespaces: { ...homes, ...more },
      workloads: Object.fromEntries([...Object.keys(homes), ...long].map((id) => [id, { namespace: id }])),
    };
  };

  it('should be kept by cutting what is too long, without a change of meaning', () => {
    for (const cni of [{ name: 'calico' }, { name: 'kube-ovn', clusterNetworkPolicy: 'v1alpha2' as const }]) {
      const topology = withPlugin(many(), cni);
      const manifests = manifestsOf(topology);
      expect(proveConnections(topology, manifests).findings).toEqual([]);
      const specs = manifests.flatMap((m) => m.objects).flatMap(({ object }) => specOf(object));
      const isCalico = cni.name === 'calico';
      const own = specs.filter((s) => s.kind === (isCalico ? 'GlobalNetworkPolicy' : 'ClusterNetworkPolicy'));
      expect(own.length).toBeGreaterThan(60);
      for (const { ingress, egress, namespaceSelector } of own) {
        expect(Math.max(ingress.length, egress.length)).toBeLessThanOrEqual(isCalico ? 1024 : 25);
        expect(namespaceSelector.length).toBeLessThanOrEqual(1024);
      }
      const priorities = own.map((s) => s.priority).filter((p) => p !== undefined);
      expect(new Set(priorities).size).toBe(priorities.length);
    }
  });
});

function specOf({ kind, spec }: KubeObject) {
  if (typeof spec !== 'object' || spec === null) return [];
  const { ingress = [], egress = [], namespaceSelector = '', priority } = spec as Record<string, unknown>;
  return [
    {
      kind,
      ingress: ingress as Rule[],
      egress: egress as Rule[],
      namespaceSelector: String(namespaceSelector),
      priority: priority as number | undefined,
    },
  ];
}

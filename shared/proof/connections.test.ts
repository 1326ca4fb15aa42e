import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile/index.ts';
import { loadDesign } from '../document/index.ts';
import { type KubeObject, parseManifests } from '../k8s/index.ts';
import type { Topology } from '../model/index.ts';
import { arbitraryTopology } from '../testing/arbitraries.ts';
import { isAmbiguous } from '../testing/designs.ts';
import { type ClusterManifests, proveConnections } from './connections.ts';

const templates = readdirSync('templates').filter((name) => name.endsWith('.zones.yaml'));

describe('proveConnections', () => {
  it.each(templates)('should find that the export of %s allows exactly what is drawn', (name) => {
    const topology = load(readFileSync(`templates/${name}`, 'utf8'));
    const proof = proveConnections(topology, manifestsOf(topology));
    expect(proof.findings).toEqual([]);
    expect(proof.equal).toBeGreaterThan(10);
  });

  const small = load(design());

  it('should be equal on the small design that the faults are planted in', () => {
    expect(proveConnections(small, manifestsOf(small))).toMatchObject({ equal: 4, findings: [] });
  });

  it('should take the API server for the one of each cluster, and find another server in its place', () => {
    const text = readFileSync('shared/compile/cases/api-server/topology.yaml', 'utf8');
    const topology = load(text);
    expect(proveConnections(topology, manifestsOf(topology)).findings).toEqual([]);
    const found = withFault(topology, 'NetworkPolicy', 'admission-in', (policy) =>
      edit(policy, (spec) => ({ ...spec, ingress: [{ from: [{ ipBlock: { cidr: '10.1.0.10/32' } }] }] })),
    );
    expect(found.map((f) => [f.kind, f.to])).toEqual([
      ['extra', { workload: 'webhook' }],
      ['missing', { workload: 'webhook' }],
    ]);
  });

  it('should find a default deny that lost its egress', () => {
    const found = withFault(small, 'NetworkPolicy', 'default-deny', (policy) => ({
      ...policy,
      spec: { podSelector: {} },
    }));
    expect(found.some((f) => f.kind === 'extra' && 'workload' in f.from && 'cidrs' in f.to)).toBe(true);
  });

  it('should find an empty from, which lets everybody in', () => {
    const found = withFault(small, 'NetworkPolicy', 'shop-in', (policy) =>
      edit(policy, (spec) => ({ ...spec, ingress: [{ ...(spec.ingress as object[])[0], from: [] }] })),
    );
    expect(found.map((f) => f.kind)).toContain('extra');
    expect(found.some((f) => 'cidrs' in f.from && 'workload' in f.to && f.to.workload === 'api')).toBe(true);
  });

  it('should find a dash too many, which turns “these pods of that namespace” into either of them', () => {
    const found = withFault(small, 'NetworkPolicy', 'shop-in', (policy) =>
      edit(policy, (spec) => {
        const [rule] = spec.ingress as Array<{ from: Array<Record<string, unknown>> }>;
        const from = (rule?.from ?? []).flatMap((peer) =>
          Object.entries(peer).map(([key, value]) => ({ [key]: value })),
        );
        expect(from).toHaveLength(2);
        return { ...spec, ingress: [{ ...rule, from }] };
      }),
    );
    expect(found.map((f) => [f.kind, f.from, f.onlyAt, f.by?.map((b) => `${b.name} ${b.rule}`)])).toEqual([
      ['extra', { workload: 'spare' }, 'receiver', ['shop-in 0']],
      ['extra', { pods: { namespace: 'app', labels: { app: 'web' } } }, 'receiver', ['shop-in 0']],
      ['extra', { pods: { namespace: 'web', labels: {} } }, 'receiver', ['shop-in 0']],
    ]);
    expect(found.every((f) => 'workload' in f.to && f.to.workload === 'api')).toBe(true);
  });

  it('should find a sender that may call anybody on the port, although every receiver refuses', () => {
    const found = withFault(small, 'NetworkPolicy', 'shop-out', (policy) =>
      edit(policy, (spec) => ({
        ...spec,
        egress: [{ to: [{ namespaceSelector: {} }], ports: [{ protocol: 'TCP', port: 8080 }] }],
      })),
    );
    expect(found.filter((f) => f.onlyAt === 'sender' && 'workload' in f.to).map((f) => f.to)).toEqual([
      { workload: 'idle' },
      { workload: 'jobs' },
      { workload: 'spare' },
    ]);
    expect(found).toContainEqual(
      expect.objectContaining({ to: { pods: { namespace: 'any-other-namespace', labels: {} } }, onlyAt: 'sender' }),
    );
  });

  it('should find a flow whose policy is gone, and name the flow', () => {
    const manifests = manifestsOf(small).map((m) => ({
      ...m,
      objects: m.objects.filter((o) => o.object.metadata.name !== 'shop-out'),
    }));
    expect(proveConnections(small, manifests).findings).toEqual([
      {
        kind: 'missing',
        cluster: 'prod',
        from: { workload: 'web' },
        to: { workload: 'api' },
        ports: [{ protocol: 'TCP', start: 8080, end: 8080 }],
        causes: [{ kind: 'flow', id: 'shop' }],
      },
    ]);
  });

  it('should find a lost DNS rule, and DNS where the zone has none', () => {
    const lost = manifestsOf(small).map((m) => ({
      ...m,
      objects: m.objects.filter((o) => o.object.metadata.name !== 'allow-dns'),
    }));
    const missing = proveConnections(small, lost).findings;
    expect(missing.map((f) => [f.kind, f.from, f.ports.map((p) => p.protocol)])).toEqual([
      ['missing', { workload: 'spare' }, ['TCP', 'UDP']],
      ['missing', { workload: 'web' }, ['TCP', 'UDP']],
    ]);
    const without = { ...small, zones: { ...small.zones, dmz: { trust: 20, dns: 'none' as const } } };
    const found = proveConnections(without, manifestsOf(small)).findings.filter((f) => f.reason?.includes('DNS'));
    expect(found.map((f) => f.kind)).toEqual(['extra', 'extra']);
  });

  it('should take the DNS for drawn by the zones where the design holds it, and find who else may ask', () => {
    const text = design()
      .replace(
        '  app: {cluster: prod, zone: app}',
        '  app: {cluster: prod, zone: app}\n  kube-system: {cluster: prod, zone: dmz}',
      )
      .replace(
        'workloads:',
        'workloads:\n  coredns: {namespace: kube-system, labels: {k8s-app: kube-dns}}\n  proxy: {namespace: kube-system, labels: {k8s-app: kube-proxy}}',
      );
    const topology = load(text);
    expect(proveConnections(topology, manifestsOf(topology)).findings).toEqual([]);
    const found = proveConnections(
      { ...topology, zones: { ...topology.zones, dmz: { ...topology.zones?.dmz, trust: 20, dns: 'none' } } },
      manifestsOf(topology),
    ).findings;
    expect(found.filter((f) => 'workload' in f.to && f.to.workload === 'coredns').map((f) => [f.kind, f.from])).toEqual(
      [
        ['extra', { workload: 'proxy' }],
        ['extra', { workload: 'spare' }],
        ['extra', { workload: 'web' }],
        ['extra', { pods: { namespace: 'kube-system', labels: {} } }],
        ['extra', { pods: { namespace: 'web', labels: {} } }],
      ],
    );
  });

  it('should take “all” among the services of a matrix cell for no service, as the export does', () => {
    const topology = load(design().replace('services: [443/tcp]', 'services: [all]'));
    const proof = proveConnections(topology, manifestsOf(topology));
    expect(proof.findings).toEqual([]);
    expect(proof.equal).toBeLessThan(proveConnections(small, manifestsOf(small)).equal);
  });

  it('should tell workloads of two kinds apart that share a name, and know one whose name no object can have', () => {
    const named = (text: string) =>
      load(
        text
          .replace('jobs: {namespace: app,', 'jobs: {namespace: app, name: api, kind: CronJob,')
          .replace('idle: {namespace: app,', 'idle: {namespace: app, name: Idle hands,'),
      );
    const topology = named(design());
    const proof = proveConnections(topology, manifestsOf(topology));
    expect(proof.findings).toEqual([]);
    expect(proof.equal).toBe(proveConnections(small, manifestsOf(small)).equal);
    const closed = named(design().replace('  out: {from: {workload: jobs}', '  out: {from: {workload: idle}'));
    const found = proveConnections(topology, manifestsOf(closed)).findings;
    expect(found.map((f) => [f.kind, f.from])).toEqual([
      ['extra', { workload: 'idle' }],
      ['missing', { workload: 'jobs' }],
    ]);
  });

  it('should find a metadata address that is reachable again', () => {
    const found = withFault(small, 'NetworkPolicy', 'out-out', (policy) =>
      edit(policy, (spec) => ({
        ...spec,
        egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 443 }] }],
      })),
    );
    const reached = found.filter((f) => f.kind === 'extra').flatMap((f) => ('cidrs' in f.to ? f.to.cidrs : []));
    expect(reached).toContain('169.254.0.0/16');
  });

  it('should say that it cannot say for a workload on the host network', () => {
    const topology = {
      ...small,
      workloads: { ...small.workloads, api: { ...small.workloads?.api, namespace: 'app', hostNetwork: true } },
    };
    const { findings } = proveConnections(topology, manifestsOf(topology));
    expect(findings.length).toBeGreaterThan(0);
    expect(new Set(findings.map((f) => f.kind))).toEqual(new Set(['cannot-say']));
  });

  it.each(['routed', 'node', 'egress'] as const)(
    'should not call a flow of such a workload equal, to a cluster seen as %s',
    (seenAs) => {
      const cluster = { ...small.clusters?.prod, distribution: 'kubeadm' as const, version: '1.37', seenAs };
      const networks = { pods: ['10.30.0.0/16'], nodes: ['10.3.0.0/24'] };
      const topology: Topology = {
        ...small,
        clusters: { prod: cluster, far: { ...cluster, networks, egress: { cluster: ['10.3.9.9'] } } },
        namespaces: { ...small.namespaces, ops: { cluster: 'far', zone: 'dmz' } },
        workloads: {
          ...small.workloads,
          api: {
            ...small.workloads?.api,
            namespace: 'app',
            service: { type: 'LoadBalancer', addresses: ['10.1.9.7'] },
          },
          agent: { namespace: 'ops', labels: { app: 'agent' }, hostNetwork: true },
        },
        flows: { ask: { from: { workload: 'agent' }, to: { workload: 'api' }, ports: [{ port: 'http' }] } },
      };
      const { findings } = proveConnections(topology, manifestsOf(topology));
      expect(findings.filter((f) => f.kind !== 'cannot-say')).toEqual([]);
      const between = findings.filter((f) => 'workload' in f.from && 'workload' in f.to);
      expect(between.map((f) => [f.from, f.to])).toEqual([[{ workload: 'agent' }, { workload: 'api' }]]);
    },
  );
});

describe('a workload on the host network of another cluster', () => {
  const cluster = { distribution: 'kubeadm' as const, version: '1.37.1', cni: { name: 'calico' } };
  const drawn = (seenAs: 'routed' | 'node', flows: Topology['flows'], zone = 'ops'): Topology => ({
    apiVersion: 'zonewright/v1',
    kind: 'Topology',
    metadata: { name: 'x' },
    zones: { app: { trust: 20 }, ops: { trust: 50 } },
    clusters: {
      near: { ...cluster, seenAs, networks: { pods: ['10.20.0.0/16'], nodes: ['10.1.0.0/24'] } },
      far: {
        ...cluster,
        seenAs,
        networks: { pods: ['10.30.0.0/16'], nodes: ['10.3.0.0/16'] },
        pools: {
          a: { zone: 'app', nodes: 1, addresses: ['10.3.1.0/24'] },
          o: { zone: 'ops', nodes: 1, addresses: ['10.3.2.0/24'] },
        },
      },
    },
    namespaces: { web: { cluster: 'near', zone: 'app' }, agents: { cluster: 'far', zone } },
    workloads: {
      shop: { namespace: 'web' },
      agent: {
        namespace: 'agents',
        hostNetwork: true,
        ports: { metrics: { port: 9100 } },
        service: { type: 'LoadBalancer', addresses: ['10.3.9.7'] },
      },
      tool: {
        namespace: 'agents',
        ports: { metrics: { port: 9100 } },
        service: { type: 'LoadBalancer', addresses: ['10.3.9.8'] },
      },
    },
    flows,
  });
  /** What is found between the two clusters; inside its own nothing holds it. */
  const between = (topology: Topology) =>
    proveConnections(topology, manifestsOf(topology)).findings.filter((f) => f.cluster === undefined);
  const scrape = { from: { workload: 'shop' }, ports: [{ port: 'metrics' }] };

  it.each(['routed', 'node'] as const)('should be reached where senders dial it, seen as %s', (seenAs) => {
    const topology = drawn(seenAs, { scrape: { ...scrape, to: { workload: 'agent' } } });
    expect(between(topology)).toEqual([]);
    const found = withFault(topology, 'NetworkPolicy', 'scrape-out', (policy) =>
      edit(policy, (spec) => ({
        ...spec,
        egress: [{ to: [{ ipBlock: { cidr: '10.30.0.0/16' } }], ports: [{ port: 9100 }] }],
      })),
    );
    expect(found.map((f) => [f.kind, f.to])).toContainEqual(['missing', { workload: 'agent' }]);
  });

  it('should be dialled at the nodes of its zone, and the pods beside it at their own addresses', () => {
    const topology = drawn('routed', { scrape: { ...scrape, to: { namespace: 'agents' } } });
    const [near] = manifestsOf(topology).filter((m) => m.cluster === 'near');
    const policy = near?.objects.find((o) => o.object.metadata.name === 'scrape-out')?.object;
    expect(JSON.stringify(policy?.spec)).toContain('10.3.2.0/24');
    expect(JSON.stringify(policy?.spec)).toContain('10.30.0.0/16');
    expect(between(topology)).toEqual([]);
  });

  it('should not be opened to a whole zone of another cluster, and say so', () => {
    const found = between(drawn('routed', {}, 'app'));
    expect(found.map((f) => [f.kind, f.from, f.to])).toEqual([
      ['cannot-say', { workload: 'agent' }, { workload: 'shop' }],
      ['cannot-say', { workload: 'shop' }, { workload: 'agent' }],
    ]);
    expect(found[1]?.reason).toContain('draw a flow to it');
  });
});

describe('the export of any design', () => {
  it('should allow nothing that is not drawn, and miss nothing inside a cluster', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        fc.pre(!isAmbiguous(topology));
        const { findings } = proveConnections(topology, manifestsOf(topology));
        expect(findings.filter((f) => f.kind === 'extra' || (f.kind === 'missing' && f.cluster !== undefined))).toEqual(
          [],
        );
      }),
      { numRuns: 200 },
    );
  }, 120_000);
});

/** Proves against the export after one object of it was changed. */
function withFault(topology: Topology, kind: string, name: string, change: (object: KubeObject) => KubeObject) {
  let hits = 0;
  const manifests = manifestsOf(topology).map((m) => ({
    ...m,
    objects: m.objects.map((o) => {
      if (o.object.kind !== kind || o.object.metadata.name !== name) return o;
      hits += 1;
      return { ...o, object: change(o.object) };
    }),
  }));
  expect(hits, `the export holds ${kind} ${name}`).toBeGreaterThan(0);
  return proveConnections(topology, manifests).findings;
}

function edit(object: KubeObject, change: (spec: Record<string, unknown>) => Record<string, unknown>): KubeObject {
  return { ...object, spec: change(object.spec as Record<string, unknown>) };
}

function manifestsOf(topology: Topology): ClusterManifests[] {
  const { files } = compile(topology);
  return Object.keys(topology.clusters ?? {}).map((cluster) => ({
    cluster,
    objects: files
      .filter((f) => f.cluster === cluster && f.objects.length > 0)
      .flatMap((f) => parseManifests(f.text, { file: f.path }).objects),
  }));
}

function load(text: string): Topology {
  const { document, problems } = loadDesign(text, { file: 'test.zones.yaml' });
  if (document === undefined) throw new Error(problems.map((p) => p.message).join('\n'));
  return document.topology;
}

function design(): string {
  return `
apiVersion: zonewright/v1
kind: Topology
metadata: {name: small}
zones:
  dmz: {trust: 20, intraZone: deny, exposure: [loadBalancer]}
  app: {trust: 50, intraZone: deny, dns: none}
matrix:
  app: {outside: {access: allow-only, services: [443/tcp]}}
clusters:
  prod: {distribution: kubeadm, version: "1.37", cni: {name: kube-router}, networks: {pods: [10.20.0.0/16], nodes: [10.1.0.0/24]}}
namespaces:
  web: {cluster: prod, zone: dmz}
  app: {cluster: prod, zone: app}
workloads:
  web: {namespace: web, labels: {app: web}, ports: {https: {port: 8443}}, service: {type: LoadBalancer, ports: {https: 443}}}
  spare: {namespace: web, labels: {app: spare}}
  api: {namespace: app, labels: {app: api}, ports: {http: {port: 8080}}}
  jobs: {namespace: app, labels: {app: jobs}, ports: {http: {port: 8080}}}
  idle: {namespace: app, labels: {app: idle}}
externals:
  internet: {kind: internet}
  partner: {cidrs: [203.0.113.0/24]}
flows:
  in: {from: {external: partner}, to: {workload: web}, ports: [{port: https}], via: {kind: loadBalancer}}
  shop: {from: {workload: web}, to: {workload: api}, ports: [{port: http}]}
  internal: {from: {workload: api}, to: {workload: jobs}, ports: [{port: http}]}
  out: {from: {workload: jobs}, to: {external: internet}, ports: [{port: 443}]}
`;
}

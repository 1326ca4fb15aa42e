/** The proof of connections where the network plugin is Cilium: nodes, names and meshes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile/index.ts';
import { type KubeObject, parseManifests } from '../k8s/index.ts';
import { metadataAddresses } from '../lib/public-ranges.ts';
import { lookup, type Topology } from '../model/index.ts';
import { evaluate } from '../reach/index.ts';
import { arbitraryTopology } from '../testing/arbitraries.ts';
import { design } from '../testing/cluster-ir.ts';
import { isAmbiguous, withPlugin } from '../testing/designs.ts';
import { type ClusterManifests, proveConnections } from './connections.ts';
import { passes } from './intent/ends.ts';
import { intentOf } from './intent/index.ts';
import { pluginOptions } from './plugin.ts';

const base = {
  apiVersion: 'zonewright/v1',
  kind: 'Topology',
  metadata: { name: 'x' },
  zones: {
    dmz: { trust: 20, intraZone: 'deny', exposure: ['loadBalancer'] },
    app: { trust: 50 },
    quiet: { trust: 80, dns: 'none' },
  },
  matrix: {
    dmz: { outside: { access: 'allow-all' } },
    app: { outside: { access: 'allow-all' } },
    quiet: { outside: { access: 'allow-all' } },
  },
  namespaces: {
    web: { cluster: 'left', zone: 'dmz' },
    orders: { cluster: 'left', zone: 'app' },
    deep: { cluster: 'left', zone: 'quiet' },
  },
  workloads: {
    gateway: {
      namespace: 'web',
      ports: { https: { port: 8443 } },
      service: { type: 'LoadBalancer', addresses: ['198.51.100.9'], externalTrafficPolicy: 'Cluster' },
    },
    api: { namespace: 'orders', ports: { http: { port: 8080 } } },
    vault: { namespace: 'deep' },
  },
  externals: { partner: { cidrs: ['203.0.113.0/24'] }, rates: { names: ['Rates.example.com', '*.example.org'] } },
};
const left = {
  distribution: 'kubeadm',
  version: '1.37',
  cni: { name: 'cilium', version: '1.19' },
  networks: { pods: ['10.20.0.0/16'], nodes: ['10.1.0.0/24'] },
};
const right = { ...left, networks: { pods: ['10.30.0.0/16'], nodes: ['10.2.0.0/24'] } };

function make(more: object, clusters: object = { left }): Topology {
  return design({ ...base, clusters, ...more });
}

function manifestsOf(
  topology: Topology,
  change: (object: KubeObject) => KubeObject | undefined = (o) => o,
): ClusterManifests[] {
  const { files } = compile(topology);
  return Object.keys(topology.clusters ?? {}).map((cluster) => ({
    cluster,
    objects: files
      .filter((f) => f.cluster === cluster && f.objects.length > 0)
      .flatMap((f) => parseManifests(f.text, { file: f.path }).objects)
      .flatMap((source) => {
        const object = change(source.object);
        return object === undefined ? [] : [{ ...source, object }];
      }),
  }));
}

const kindsOf = (topology: Topology, change?: Parameters<typeof manifestsOf>[1]) =>
  proveConnections(topology, manifestsOf(topology, change)).findings.map((f) => `${f.kind}: ${f.reason ?? ''}`);

const edit =
  (kind: string, name: string, change: (spec: Record<string, unknown>) => object | undefined) =>
  (object: KubeObject) => {
    if (object.kind !== kind || object.metadata.name !== name) return object;
    const spec = change(object.spec as Record<string, unknown>);
    return spec === undefined ? undefined : { ...object, spec };
  };

describe('nodes in a cluster with Cilium', () => {
  const flows = {
    in: {
      from: { external: 'partner' },
      to: { workload: 'gateway' },
      ports: [{ port: 'https' }],
      via: { kind: 'loadBalancer' },
    },
  };

  it('should be let in by what they are, since no range means them', () => {
    expect(kindsOf(make({ flows }))).toEqual([]);
  });

  it('should be missed where only a range names them', () => {
    const found = kindsOf(
      make({ flows }),
      edit('CiliumNetworkPolicy', 'in-in', (spec) => ({
        ...spec,
        ingress: [{ fromCIDR: ['10.1.0.0/24'], toPorts: [{ ports: [{ port: '8443', protocol: 'TCP' }] }] }],
      })),
    );
    expect(found).toEqual(['missing: ']);
  });

  it('should be met by an external that holds all of them, and be in doubt where it holds some', () => {
    const to = (cidrs: string[]) =>
      make({
        externals: { office: { cidrs } },
        flows: { out: { from: { workload: 'api' }, to: { external: 'office' }, ports: [{ port: 443 }] } },
      });
    expect(kindsOf(to(['10.0.0.0/8']))).toEqual([]);
    expect(kindsOf(to(['10.1.0.0/25', '10.1.0.128/25']))).toEqual([]);
    expect(kindsOf(to(['10.1.0.0/25']))).toEqual([expect.stringContaining('cannot-say: it means some of the nodes')]);
  });

  it('should be an extra by address where they are of another cluster of the mesh', () => {
    const clusters = { left: { ...left, seenAs: 'mesh', mesh: 'm' }, right: { ...right, seenAs: 'mesh', mesh: 'm' } };
    expect(kindsOf(make({ flows }, clusters))).toEqual([
      expect.stringContaining('extra-by-address: Cilium knows the nodes'),
    ]);
  });

  it('should tell the API server from the node it runs on', () => {
    const topology = make(
      {
        externals: { api: { kind: 'apiServer' } },
        flows: { call: { from: { workload: 'api' }, to: { external: 'api' }, ports: [{ port: 6443 }] } },
      },
      { left: { ...left, api: { address: '10.1.0.10' } } },
    );
    expect(kindsOf(topology)).toEqual([]);
    expect(
      kindsOf(
        topology,
        edit('CiliumNetworkPolicy', 'call-out', () => undefined),
      ),
    ).toEqual(['missing: ']);
    const all = edit('CiliumNetworkPolicy', 'call-out', (spec) => ({
      ...spec,
      egress: [{ toEntities: ['remote-node'] }],
    }));
    expect(kindsOf(topology, all).some((f) => f.startsWith('extra'))).toBe(true);
  });
});

describe('hosts by DNS name', () => {
  const flows = { ask: { from: { workload: 'api' }, to: { external: 'rates' }, ports: [{ port: 443 }] } };
  const topology = make({ flows });
  const said =
    'cannot-say: it names hosts by DNS name; the rules are there, and which addresses a name has is known to DNS alone';

  it('should be what it cannot say, as long as both rules are there', () => {
    expect(kindsOf(topology)).toEqual([said]);
  });

  it('should be missed where the rule by name is lost, or lets other ports through', () => {
    const lost = kindsOf(
      topology,
      edit('CiliumNetworkPolicy', 'ask-out', () => undefined),
    );
    expect(lost).toContain('missing: no rule lets it reach “Rates.example.com” by name');
    const other = edit('CiliumNetworkPolicy', 'ask-out', (spec) => ({
      ...spec,
      egress: (spec.egress as object[]).map((rule) =>
        'toFQDNs' in rule ? { ...rule, toPorts: [{ ports: [{ port: '80' }] }] } : rule,
      ),
    }));
    expect(kindsOf(topology, other).map((f) => f.split(':')[0])).toEqual(expect.arrayContaining(['missing', 'extra']));
  });

  it('should be missed where the DNS rule lost its section, so that Cilium learns no address', () => {
    const found = kindsOf(
      topology,
      edit('CiliumNetworkPolicy', 'ask-out', (spec) => ({
        ...spec,
        egress: (spec.egress as object[]).map((rule) =>
          'toEndpoints' in rule ? { ...rule, toPorts: [{ ports: [{ port: '53', protocol: 'ANY' }] }] } : rule,
        ),
      })),
    );
    expect(found).toContain(
      'missing: no rule leads its questions for “Rates.example.com” through Cilium’s DNS proxy, so the rule by name knows no address',
    );
  });

  it('should be found where a rule names a host that nobody drew', () => {
    const found = kindsOf(
      topology,
      edit('CiliumNetworkPolicy', 'ask-out', (spec) => ({
        ...spec,
        egress: [
          ...(spec.egress as object[]),
          { toFQDNs: [{ matchName: 'evil.example' }], toPorts: [{ ports: [{ port: '443' }] }] },
        ],
      })),
    );
    expect(found).toContain('extra: a rule lets it reach “evil.example” by name');
  });

  it('should be in doubt where the plugin cannot hold names, and where the zone may not ask DNS', () => {
    const calico = make({ flows }, { left: { ...left, cni: { name: 'calico' } } });
    expect(kindsOf(calico)).toEqual([expect.stringContaining('cannot-say: it names hosts')]);
    expect(compile(calico).problems.map((p) => p.rule)).toContain('compile/external-by-name');
    const quiet = make({ flows: { ask: { ...flows.ask, from: { workload: 'vault' } } } });
    expect(kindsOf(quiet)).toEqual([expect.stringContaining('may not ask DNS')]);
    expect(compile(quiet).problems.map((p) => p.rule)).toContain('compile/names-without-dns');
  });
});

describe('clusters of one mesh of Cilium', () => {
  const more = {
    namespaces: {
      ...base.namespaces,
      far: { name: 'orders', cluster: 'right', zone: 'app' },
      store: { cluster: 'right', zone: 'quiet' },
    },
    workloads: {
      ...base.workloads,
      twin: { namespace: 'far', labels: { app: 'api' } },
      sql: { namespace: 'store', ports: { sql: { port: 5432 } } },
      spare: { namespace: 'store' },
    },
    flows: {
      query: { from: { workload: 'api' }, to: { workload: 'sql' }, ports: [{ port: 'sql' }] },
      shop: { from: { workload: 'gateway' }, to: { workload: 'api' }, ports: [{ port: 'http' }] },
    },
  };
  const meshed = (version: string) => ({
    left: { ...left, seenAs: 'mesh', mesh: 'm', cni: { name: 'cilium', version } },
    right: { ...right, seenAs: 'mesh', mesh: 'm', cni: { name: 'cilium', version } },
  });
  const topology = make(more, meshed('1.19'));

  it('should be equal, a zone that is open across both among them', () => {
    const proof = proveConnections(topology, manifestsOf(topology));
    expect(proof.findings).toEqual([]);
    expect(proof.equal).toBeGreaterThanOrEqual(3);
  });

  it('should miss a flow whose policy at either end is gone or names no cluster', () => {
    for (const name of ['query-out', 'query-in'])
      expect(
        kindsOf(
          topology,
          edit('CiliumNetworkPolicy', name, () => undefined),
        ).map((f) => f.split(':')[0]),
      ).toContain('missing');
    const unnamed = edit('CiliumNetworkPolicy', 'query-in', (spec) => ({
      ...spec,
      ingress: [{ fromEndpoints: [{ matchLabels: { 'io.kubernetes.pod.namespace': 'orders', app: 'api' } }] }],
    }));
    expect(kindsOf(topology, unnamed).map((f) => f.split(':')[0])).toContain('missing');
  });

  it('should find an end that admits more pods of the other cluster than are drawn', () => {
    const wide = edit('CiliumNetworkPolicy', 'query-in', (spec) => ({ ...spec, endpointSelector: {} }));
    const found = proveConnections(topology, manifestsOf(topology, wide)).findings;
    expect(found).toContainEqual(
      expect.objectContaining({
        kind: 'extra',
        onlyAt: 'receiver',
        from: { workload: 'api' },
        to: { workload: 'spare' },
      }),
    );
  });

  it('should hold the guard rails across the mesh, whatever a policy of a namespace allows', () => {
    const wide = edit('CiliumNetworkPolicy', 'query-in', (spec) => ({
      ...spec,
      ingress: [...(spec.ingress as object[]), { fromEntities: ['all'] }],
    }));
    // The matrix blocks the DMZ and everything outside; what it permits is left to the policies.
    const blocked = (change: Parameters<typeof manifestsOf>[1]) =>
      proveConnections(topology, manifestsOf(topology, change)).findings.filter(
        ({ from }) => 'cidrs' in from || ('workload' in from && from.workload === 'gateway'),
      );
    expect(blocked(wide)).toEqual([]);
    const bare = (object: KubeObject) => (object.kind === 'CiliumClusterwideNetworkPolicy' ? undefined : wide(object));
    expect(blocked(bare).length).toBeGreaterThan(0);
  });

  it('should doubt what selectors mean before Cilium 1.19', () => {
    const old = make(more, meshed('1.18'));
    const found = kindsOf(old);
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((f) => f.startsWith('cannot-say: before Cilium 1.19'))).toBe(true);
  });
});

describe('the export of any design with Cilium', () => {
  it('should allow nothing that is not drawn, and miss nothing inside a cluster or a mesh', () => {
    fc.assert(
      fc.property(arbitraryTopology(), fc.boolean(), (drawn, isMesh) => {
        const topology = withPlugin(drawn, ciliumPlugin, isMesh ? { seenAs: 'mesh', mesh: 'm' } : {});
        fc.pre(!isAmbiguous(topology));
        const { findings } = proveConnections(topology, manifestsOf(topology));
        const index = lookup(topology);
        const isBetween = (f: (typeof findings)[number]) => f.cluster === undefined;
        const faults = findings.filter(
          (f) => f.kind === 'extra' || (f.kind === 'missing' && (!isBetween(f) || isMesh)),
        );
        expect(faults, index.clusters.map((c) => c.id).join()).toEqual([]);
      }),
      { numRuns: 120 },
    );
  }, 120_000);
});

describe('labels that Cilium does not count', () => {
  it('should be noted where policies find a workload by them', () => {
    const noted = (labels: object) =>
      compile(make({ workloads: { ...base.workloads, api: { namespace: 'orders', labels } } })).coverage.some(
        (n) => n.subject === 'Workload api' && n.text.includes('does not count'),
      );
    expect(noted({ 'topology.kubernetes.io/zone': 'a' })).toBe(true);
    expect(noted({ 'app.kubernetes.io/name': 'api', 'example.com/k8s.io': 'x' })).toBe(false);
  });
});

describe('an old Cilium', () => {
  const flows = {
    shop: { from: { workload: 'gateway' }, to: { workload: 'api' }, ports: [{ port: 8000, endPort: 8010 }] },
  };
  const old = (more: object, version: string) => make(more, { left: { ...left, cni: { name: 'cilium', version } } });

  it('should be in doubt where policies have ranges of ports, which it does not know', () => {
    expect(kindsOf(old({ flows }, '1.15'))).toEqual([expect.stringContaining('ranges of ports')]);
    expect(kindsOf(old({ flows }, '1.16'))).toEqual([]);
    expect(kindsOf(old({}, '1.15'))).toEqual([]);
  });

  it('should get no guard rails, since they would cut off all they do not speak of', () => {
    const { files, coverage } = compile(old({}, '1.15'));
    expect(files.filter((f) => f.path.includes('guard-rails'))).toEqual([]);
    expect(coverage.find((n) => n.subject === 'The matrix')?.state).toBe('not-enforced');
  });

  it('should be Azure’s where that comes with an old Kubernetes', () => {
    const azure = (version: string) =>
      compile(make({}, { left: { ...left, version, cni: { name: 'azure-cilium' } } })).files.map((f) => f.path);
    expect(azure('1.30').some((path) => path.includes('guard-rails'))).toBe(false);
    expect(azure('1.31').some((path) => path.includes('guard-rails'))).toBe(true);
  });
});

describe('the guard rails of any design with Cilium', () => {
  it('should by themselves close exactly what the matrix blocks and no flow goes through', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (drawn) => {
        const topology = withPlugin(drawn, ciliumPlugin);
        fc.pre(!isAmbiguous(topology));
        const index = lookup(topology);
        const intent = intentOf(index);
        for (const { cluster, objects } of manifestsOf(topology)) {
          const own = intent.clusters.get(cluster);
          if (own === undefined) continue;
          // No policy of a namespace is left: everything that no guard denies is open.
          const guards = objects.filter(
            ({ object }) => !['NetworkPolicy', 'CiliumNetworkPolicy'].includes(object.kind),
          );
          const reach = evaluate(
            guards,
            pluginOptions(index, cluster, () => []),
          );
          const thingOf = (id: string) =>
            reach.pods.findIndex(
              (pod) =>
                pod.name === index.nameOf({ kind: 'workload', id }) &&
                pod.namespace === index.nameOf({ kind: 'namespace', id: index.get('workload', id)?.namespace ?? '' }),
            );
          const zoneOf = (id: string) => index.zoneOf({ kind: 'workload', id });
          const members = own.workloads.filter(
            (id) => zoneOf(id) !== undefined && thingOf(id) !== -1 && !reach.isUnseen(thingOf(id)),
          );
          const permits = (from: string, to: string, protocol: 'TCP' | 'UDP' | 'SCTP', port: number) =>
            from === to ||
            passes(index, { from: { zone: from }, to: { zone: to }, ports: [{ port, protocol }] }, from, to, [
              { protocol, start: port, end: port, dialStart: port, dialEnd: port, judgedStart: port, judgedEnd: port },
            ]);
          for (const from of members) {
            for (const to of members) {
              if (from === to) continue;
              const allowed = reach.allowed(thingOf(from), thingOf(to));
              const meant = (own.inside.get(from)?.get(to) ?? []).flatMap((m) => m.ports);
              for (const [protocol, port] of probes) {
                const isMeant = meant.some((m) => m.protocol === protocol && m.start <= port && port <= m.end);
                const isOpen = isMeant || permits(zoneOf(from) ?? '', zoneOf(to) ?? '', protocol, port);
                expect(reach.ports.has(allowed, protocol, port), `${from} -> ${to} ${protocol} ${port}`).toBe(isOpen);
              }
            }
          }
        }
      }),
      { numRuns: 80 },
    );
  }, 120_000);

  it('should keep the metadata addresses closed whatever a policy of a namespace allows', () => {
    const open = edit('NetworkPolicy', 'default-deny', (spec) => ({ ...spec, ingress: [{}], egress: [{}] }));
    const reached = proveConnections(make({}), manifestsOf(make({}), open)).findings.flatMap((f) =>
      'cidrs' in f.to ? f.to.cidrs : [],
    );
    expect(reached.length).toBeGreaterThan(0);
    expect(reached.filter((cidr) => metadataAddresses.includes(cidr) || cidr === '169.254.0.0/16')).toEqual([]);
  });
});

const ciliumPlugin = { name: 'cilium', version: '1.20' };
const probes = [
  ['TCP', 443],
  ['TCP', 8005],
  ['TCP', 1],
  ['UDP', 8005],
  ['SCTP', 443],
] as const;

import { describe, expect, it } from 'vitest';
import { design } from '../../testing/cluster-ir.ts';
import { scopeOf } from '../scope.ts';
import { lowerNetwork } from './network.ts';

const base = {
  apiVersion: 'zonewright/v1',
  kind: 'Topology',
  metadata: { name: 'x' },
  zones: { dmz: { trust: 20, exposure: ['loadBalancer', 'direct'] }, app: { trust: 50 } },
  namespaces: { web: { cluster: 'prod', zone: 'dmz' }, orders: { cluster: 'prod', zone: 'app' } },
  workloads: {
    gateway: { namespace: 'web', ports: { https: { port: 8443 } } },
    api: { namespace: 'orders', ports: { http: { port: 8080 } } },
  },
};
const networks = { pods: ['10.20.0.0/16'], services: ['10.21.0.0/16'], nodes: ['10.1.0.0/24'] };

function lower(more: object, cluster: object = {}) {
  const clusters = { prod: { distribution: 'kubeadm', version: '1.37.1', networks, ...cluster } };
  const { clusters: parts, problems } = lowerNetwork(scopeOf(design({ ...base, clusters, ...more })));
  const part = parts.get('prod');
  if (part === undefined) throw new Error('no cluster');
  const rule = (namespace: string, name: string) =>
    part.rules.find((r) => r.namespace === namespace && r.name === name);
  return { part, rule, problems };
}

describe('DNS', () => {
  it('should be asked at the pods of the distribution, at the port they listen on', () => {
    expect(lower({}).rule('web', 'allow-dns')?.grants).toEqual([
      {
        peers: [{ kind: 'pods', namespaces: ['kube-system'], selector: { 'k8s-app': 'kube-dns' } }],
        ports: [
          { protocol: 'TCP', port: 53 },
          { protocol: 'UDP', port: 53 },
        ],
      },
    ]);
    const [grant] = lower({}, { distribution: 'openshift' }).rule('web', 'allow-dns')?.grants ?? [];
    expect(grant?.ports).toEqual([
      { protocol: 'TCP', port: 5353 },
      { protocol: 'UDP', port: 5353 },
    ]);
    expect(grant?.peers[0]).toMatchObject({ namespaces: ['openshift-dns'] });
  });

  it('should not be asked by a zone without DNS', () => {
    expect(
      lower({ zones: { ...base.zones, app: { trust: 50, dns: 'none' } } }).rule('orders', 'allow-dns'),
    ).toBeUndefined();
  });

  it('should be let in where the design holds the namespace of the DNS', () => {
    const namespaces = { ...base.namespaces, 'kube-system': { cluster: 'prod', zone: 'app' } };
    expect(lower({ namespaces }).rule('kube-system', 'answer-dns')?.grants[0]?.peers).toEqual([
      { kind: 'pods', namespaces: ['kube-system', 'orders', 'web'], selector: {} },
    ]);
  });
});

describe('calls of the API server', () => {
  it('should be said to come from tunnels, where the plugin knows it by address', () => {
    const said = (cni: string, from: object, to: object) =>
      lower(
        { externals: { api: { kind: 'apiServer' } }, flows: { call: { from, to, ports: [{ port: 8443 }] } } },
        { cni: { name: cni }, api: { address: '10.1.0.10' } },
      ).part.coverage.some((n) => n.subject === 'Calls of the API server to pods');
    expect(said('calico', { external: 'api' }, { workload: 'gateway' })).toBe(true);
    expect(said('calico', { workload: 'gateway' }, { external: 'api' })).toBe(false);
    expect(said('cilium', { external: 'api' }, { workload: 'gateway' })).toBe(false);
  });
});

describe('senders on the host network', () => {
  const far = {
    distribution: 'kubeadm',
    version: '1.37.1',
    networks: { pods: ['10.40.0.0/16'], nodes: ['10.4.0.0/24'] },
    egress: { cluster: ['10.4.9.9'] },
  };
  const admitted = (seenAs: string, from: object) => {
    const { part, rule } = lower(
      {
        clusters: {
          prod: { distribution: 'kubeadm', version: '1.37.1', networks, seenAs: 'routed' },
          far: { ...far, seenAs },
        },
        namespaces: { ...base.namespaces, ops: { cluster: 'far', zone: 'dmz' } },
        workloads: {
          ...base.workloads,
          api: { ...base.workloads.api, service: { type: 'LoadBalancer', addresses: ['10.1.9.7'] } },
          agent: { namespace: 'ops', hostNetwork: true },
          tool: { namespace: 'ops' },
        },
        flows: { ask: { from, to: { workload: 'api' }, ports: [{ port: 'http' }] } },
      },
      {},
    );
    const cidrs = rule('orders', 'ask-in')?.grants.flatMap((g) =>
      g.peers.map((peer) => (peer.kind === 'range' ? peer.cidr : peer.kind)),
    );
    const asked = part.firewall.filter((row) => row.flow === 'ask');
    const rows = [...new Set(asked.map((row) => row.source.address))].sort();
    expect(rows).toEqual([...(cidrs ?? [])].sort());
    return cidrs;
  };

  it.each([
    ['routed', '10.40.0.0/16'],
    ['egress', '10.4.9.9/32'],
    ['node', '10.4.0.0/24'],
  ])('should be admitted with the addresses of their nodes where the others are seen as %s', (seenAs, others) => {
    expect(admitted(seenAs, { workload: 'tool' })).toEqual([others]);
    expect(admitted(seenAs, { workload: 'agent' })).toEqual(['10.4.0.0/24']);
    expect(admitted(seenAs, { namespace: 'ops' })).toEqual([...new Set(['10.4.0.0/24', others])]);
  });
});

describe('ways in', () => {
  const inward = (via: object, service: object) => ({
    workloads: { ...base.workloads, gateway: { ...base.workloads.gateway, service } },
    externals: { partner: { cidrs: ['203.0.113.0/24'] } },
    flows: {
      in: { from: { external: 'partner' }, to: { workload: 'gateway' }, ports: [{ port: 'https', dial: 443 }], via },
    },
  });
  const arriving = (via: object, service: object) =>
    lower(inward(via, service))
      .rule('web', 'in-in')
      ?.grants.flatMap((g) => g.peers.map((p) => (p.kind === 'range' ? p.cidr : p)));

  it('should show the client, unless its address is lost on the way', () => {
    expect(arriving({ kind: 'loadBalancer' }, { type: 'LoadBalancer' })).toEqual(['203.0.113.0/24']);
    expect(arriving({ kind: 'loadBalancer' }, { type: 'LoadBalancer', externalTrafficPolicy: 'Cluster' })).toEqual([
      '10.1.0.0/24',
    ]);
    expect(arriving({ kind: 'direct' }, { externalTrafficPolicy: 'Cluster' })).toEqual(['203.0.113.0/24']);
  });

  it.each([
    ['no client that is not a pod of the cluster', ['10.20.5.0/24'], ['198.51.100.7'], undefined],
    ['no client of a family in which it is dialled', ['2001:db8:5::/48'], ['198.51.100.7'], undefined],
    ['clients of one family of two', ['203.0.113.0/24'], ['198.51.100.7', '2001:db8::7'], ['10.1.0.0/24']],
  ])('should have nodes stand for clients of their family alone: %s', (_, cidrs, addresses, admitted) => {
    const design = {
      ...inward({ kind: 'loadBalancer' }, { type: 'LoadBalancer', addresses, externalTrafficPolicy: 'Cluster' }),
      externals: { partner: { cidrs } },
    };
    const { part, rule } = lower(design, { networks: { ...networks, nodes: ['10.1.0.0/24', '2001:db8:1::/64'] } });
    const peers = rule('web', 'in-in')?.grants.flatMap((g) => g.peers.map((p) => (p.kind === 'range' ? p.cidr : p)));
    expect(peers).toEqual(admitted);
    // A load balancer without ranges of its clients would let everybody in.
    expect(part.services.map((s) => s.sourceRanges)).toEqual(admitted === undefined ? [] : [cidrs]);
    expect(part.firewall.length > 0).toBe(admitted !== undefined);
  });

  it('should say that policies cannot tell clients apart where their address is lost', () => {
    const { part } = lower(
      inward({ kind: 'loadBalancer' }, { type: 'LoadBalancer', externalTrafficPolicy: 'Cluster' }),
    );
    expect(
      part.coverage.find((c) => c.subject === 'Workload gateway' && c.text.includes('externalTrafficPolicy')),
    ).toBeDefined();
    expect(part.services[0]).toMatchObject({ externalTrafficPolicy: 'Cluster', sourceRanges: ['203.0.113.0/24'] });
  });

  it('should open the port of the pod and publish the port that is dialled', () => {
    const { part, rule } = lower(inward({ kind: 'loadBalancer' }, { type: 'LoadBalancer' }));
    expect(rule('web', 'in-in')?.grants[0]?.ports).toEqual([{ protocol: 'TCP', port: 8443 }]);
    expect(part.services[0]?.ports).toEqual([{ name: 'https', protocol: 'TCP', port: 443, targetPort: 8443 }]);
  });

  it('should publish a port of the pod under every number that flows dial it by', () => {
    const via = { kind: 'loadBalancer' };
    const enter = (dial: number) => ({
      from: { external: 'partner' },
      to: { workload: 'gateway' },
      ports: [{ port: 'https', dial }],
      via,
    });
    const externals = { partner: { cidrs: ['203.0.113.0/24'] } };
    const { part } = lower({ externals, flows: { a: enter(443), b: enter(9443), c: enter(443) } });
    expect(part.services[0]?.ports).toEqual([
      { name: 'https', protocol: 'TCP', port: 443, targetPort: 8443 },
      { name: 'tcp-9443', protocol: 'TCP', port: 9443, targetPort: 8443 },
    ]);
  });

  it('should make no Service for a receiver that nobody reaches from outside', () => {
    const flows = { f: { from: { workload: 'gateway' }, to: { workload: 'api' }, ports: [{ port: 'http' }] } };
    const workloads = { ...base.workloads, api: { ...base.workloads.api, service: { type: 'LoadBalancer' } } };
    expect(lower({ flows, workloads }).part.services).toEqual([]);
  });
});

describe('causes', () => {
  it('should name the flow, both workloads, their namespaces and zones', () => {
    const flows = { f: { from: { workload: 'gateway' }, to: { workload: 'api' }, ports: [{ port: 'http' }] } };
    const { rule } = lower({ flows });
    const expected = [
      'zone app',
      'zone dmz',
      'namespace orders',
      'namespace web',
      'workload api',
      'workload gateway',
      'flow f',
    ];
    expect(rule('web', 'f-out')?.causes.map((c) => `${c.kind} ${c.id}`)).toEqual(expected);
    expect(rule('orders', 'f-in')?.causes.map((c) => `${c.kind} ${c.id}`)).toEqual(expected);
  });
});

describe('a matrix that allows some services', () => {
  const flow = (ports: unknown) => ({ f: { from: { workload: 'gateway' }, to: { workload: 'api' }, ports } });
  const passes = (services: string[], ports: unknown) => {
    const matrix = { dmz: { app: { access: 'allow-only', services } } };
    const { rule, problems } = lower({ matrix, flows: flow(ports) });
    const out = rule('web', 'f-out') !== undefined;
    expect(problems.some((p) => p.rule === 'compile/flow-blocked-by-the-matrix')).toBe(!out);
    return out;
  };

  it('should take or leave a flow as a whole, never a part of it', () => {
    expect(passes(['8080/tcp'], [{ port: 'http' }])).toBe(true);
    expect(passes(['8080/tcp'], [{ port: 'http' }, { port: 22 }])).toBe(false);
    expect(passes(['8080/udp'], [{ port: 'http' }])).toBe(false);
    expect(passes(['8000-8049', '8050-8100'], [{ port: 8040, endPort: 8090 }])).toBe(true);
    expect(passes(['8000-8049', '8051-8100'], [{ port: 8040, endPort: 8090 }])).toBe(false);
    expect(passes(['8080/tcp'], 'all')).toBe(false);
    expect(passes(['all'], 'all')).toBe(false);
    expect(passes([], [{ port: 'http' }])).toBe(false);
  });

  it('should judge what is dialled where the flow says it', () => {
    expect(passes(['80/tcp'], [{ port: 'http', dial: 80 }])).toBe(true);
    expect(passes(['8080/tcp'], [{ port: 'http', dial: 80 }])).toBe(false);
  });
});

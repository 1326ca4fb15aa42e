import { describe, expect, it } from 'vitest';
import type { Topology } from '../model/index.ts';
import { Observation } from './observed.ts';

const design: Topology = {
  apiVersion: 'zonewright/v1',
  kind: 'Topology',
  metadata: { name: 'shop' },
  zones: { dmz: { trust: 20, intraZone: 'deny', exposure: ['direct'] }, app: { trust: 50 } },
  clusters: { prod: { distribution: 'kubeadm', version: '1.37', cni: { name: 'cilium' } } },
  namespaces: { web: { cluster: 'prod', zone: 'dmz' }, orders: { cluster: 'prod', zone: 'app' } },
  workloads: {
    gateway: { namespace: 'web' },
    api: { namespace: 'orders', ports: { http: { port: 8080 } } },
    worker: { namespace: 'orders', labels: { role: 'worker' } },
  },
  externals: { bank: { cidrs: ['203.0.113.0/24'] } },
  flows: {
    orders: { from: { workload: 'gateway' }, to: { workload: 'api' }, ports: [{ port: 'http' }] },
    pay: { from: { workload: 'api' }, to: { external: 'bank' }, ports: [{ port: 443 }] },
    old: { from: { workload: 'gateway' }, to: { workload: 'worker' }, ports: [{ port: 9000 }] },
  },
  matrix: { app: { outside: { access: 'allow-all' } } },
};

const pod = (namespace: string, pod_name: string, more: object = {}) => ({ namespace, pod_name, labels: [], ...more });
const world = { labels: ['reserved:world'] };
const line = (source: object, destination: object, port: number, more: object = {}) =>
  JSON.stringify({
    flow: {
      verdict: 'FORWARDED',
      is_reply: false,
      IP: { source: '10.0.0.1', destination: '203.0.113.9' },
      l4: { TCP: { destination_port: port } },
      source,
      destination,
      ...more,
    },
    node_name: 'n1',
  });

function observe(...lines: string[]) {
  const observation = new Observation(design);
  for (const text of lines) observation.add(text);
  const { drawn, notDrawn, neverSeen, problems, connections } = observation.result();
  const short = (s: (typeof drawn)[number]) =>
    `${s.from} ${s.to} ${s.protocol} ${s.port} ${s.count}/${s.dropped} ${s.causes.map((c) => c.id).join()}`;
  return {
    drawn: drawn.map(short),
    notDrawn: notDrawn.map(short),
    neverSeen,
    problems: problems.map((p) => p.message),
    connections,
  };
}

describe('Observation', () => {
  it('should tell seen and drawn, seen and not drawn, drawn and never seen', () => {
    const found = observe(
      line(pod('web', 'gateway-7d9f8b6c5-x2x4z'), pod('orders', 'api-0'), 8080),
      line(pod('web', 'gateway-7d9f8b6c5-aaaaa'), pod('orders', 'api-0'), 8080),
      line(pod('web', 'gateway-7d9f8b6c5-x2x4z'), pod('orders', 'api-0'), 9090),
      line(pod('orders', 'api-0'), world, 443),
    );
    expect(found).toEqual({
      drawn: ['api 203.0.113.9 TCP 443 1/0 pay', 'gateway api TCP 8080 2/0 orders'],
      notDrawn: ['gateway api TCP 9090 1/0 '],
      neverSeen: ['old'],
      problems: [],
      connections: 4,
    });
  });

  it('should know a workload by its controller, its pod or its labels', () => {
    const named = pod('orders', 'strange', { workloads: [{ name: 'api', kind: 'Deployment' }] });
    const labelled = pod('orders', 'strange', { labels: ['k8s:role=worker', 'k8s:x=y'] });
    expect(observe(line(named, labelled, 1)).drawn).toEqual(['api worker TCP 1 1/0 app']);
    expect(observe(line(pod('orders', 'stranger'), pod('orders', 'api-0'), 1)).notDrawn).toEqual([
      'orders/stranger api TCP 1 1/0 ',
    ]);
  });

  it('should pass over replies, traffic of nodes and packets without a port', () => {
    const [a, b] = [pod('web', 'gateway-0'), pod('orders', 'api-0')];
    expect(
      observe(
        line(b, a, 40000, { is_reply: true }),
        line({ labels: ['reserved:host'] }, b, 8080),
        line(a, b, 0, { l4: { ICMPv4: { type: 8 } } }),
        '{"node_status":{"state_change":"NODE_CONNECTED"}}',
        '',
      ),
    ).toEqual({ drawn: [], notDrawn: [], neverSeen: ['old', 'orders', 'pay'], problems: [], connections: 0 });
  });

  it('should count what policies dropped, and take DNS for drawn', () => {
    const dns = pod('kube-system', 'coredns-1', { labels: ['k8s:k8s-app=kube-dns'] });
    const udp = { l4: { UDP: { destination_port: 53 } } };
    const found = observe(
      line(pod('web', 'gateway-0'), pod('orders', 'worker-1'), 22, { verdict: 'DROPPED' }),
      line(pod('web', 'gateway-0'), dns, 53, udp),
    );
    expect(found.notDrawn).toEqual(['gateway worker TCP 22 1/1 ']);
    expect(found.drawn).toEqual(['gateway kube-system/coredns-1 UDP 53 1/0 dmz']);
  });

  it('should say which lines are no flows', () => {
    expect(observe('no json', '{"a":1}', line(pod('web', 'gateway-0'), pod('orders', 'api-0'), 8080)).problems).toEqual(
      [
        '2 lines are no flow of Hubble and are passed over, the first on line 1. Write the log with “hubble observe -o jsonpb”.',
      ],
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { Topology } from '../model/index.ts';
import { FlowLog } from './flow-log.ts';
import { accountProblems, layOver } from './lay-over.ts';

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

function logOf(lines: readonly string[]): FlowLog {
  const log = new FlowLog();
  log.write(lines.join('\n'));
  log.end();
  return log;
}

function observe(...lines: string[]) {
  const { drawn, notDrawn, neverSeen, account } = layOver(design, logOf(lines));
  const shown = (s: (typeof drawn)[number]) =>
    `${s.from.name} ${s.to.name} ${s.protocol} ${s.port} ${s.count}/${s.dropped} ${s.causes.map((c) => c.id).join()}`;
  return {
    drawn: drawn.map(shown),
    notDrawn: notDrawn.map(shown),
    neverSeen,
    problems: accountProblems(account).map((p) => p.message),
    connections: account.laidOver,
  };
}

describe('layOver', () => {
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
  });

  it('should mean pods that no workload names by what is drawn for their whole zone or namespace, and by nothing else', () => {
    const [stranger, api] = [pod('orders', 'stranger'), pod('orders', 'api-0')];
    const gateway = pod('web', 'gateway-0');
    expect(observe(line(stranger, api, 1)).drawn).toEqual(['orders/stranger api TCP 1 1/0 app']);
    expect(observe(line(gateway, stranger, 8080)).notDrawn).toEqual(['gateway orders/stranger TCP 8080 1/0 ']);
    const whole: Topology = {
      ...design,
      flows: { all: { from: { workload: 'gateway' }, to: { namespace: 'orders' }, ports: [{ port: 8080 }] } },
    };
    expect(layOver(whole, logOf([line(gateway, stranger, 8080)])).drawn.map((s) => s.causes)).toEqual([
      [{ kind: 'namespace', id: 'orders' }],
    ]);
  });

  it('should account for every line', () => {
    const [a, b] = [pod('web', 'gateway-0'), pod('orders', 'api-0')];
    const log = logOf([
      line(b, a, 40000, { is_reply: true }),
      line(a, b, 8080, { type: 'SOCK' }),
      line(a, world, 443, { IP: { source: '10.0.0.1', destination: '10.96.0.10' } }),
      '',
      line({ labels: ['reserved:host'] }, b, 8080),
      '{"node_status":{"state_change":"NODE_CONNECTED"}}',
      line(a, b, 0, { l4: { ICMPv4: { type: 8 } } }),
      'no json',
      '{"a":1}',
      line(pod('shop', 'x'), pod('shop', 'y'), 80),
      line(a, b, 8080),
    ]);
    const withServices: Topology = {
      ...design,
      clusters: {
        prod: {
          distribution: 'kubeadm',
          version: '1.37',
          networks: { pods: [], services: ['10.96.0.0/12'], nodes: [] },
        },
      },
    };
    const { account } = layOver(withServices, log);
    expect(account).toEqual({
      lines: 10,
      laidOver: 1,
      repeats: 3,
      ofNodes: 2,
      behindNodes: { count: 0, first: [] },
      withoutPort: { count: 1, first: [7] },
      unread: { count: 2, first: [8, 9] },
      elsewhere: { count: 1, first: [10] },
      files: [],
    });
    expect(accountProblems(account).map((p) => `${p.severity} ${p.rule} ${p.line} ${p.message}`)).toEqual([
      'warning observed/no-flow 8 2 lines are no flow of Hubble and passed over: lines 8 and 9. Write the log with “hubble observe -o jsonpb”.',
      'info observed/without-port 7 One line is about packets without a port, such as ICMP, and passed over, because flows are drawn by port: line 7.',
      'info observed/elsewhere 10 One line is about ends of which neither is a workload of the design, and passed over: line 10.',
    ]);
  });

  it('should take what goes to the API server for drawn where that is drawn, whatever address it has', () => {
    const withServer: Topology = {
      ...design,
      externals: { ...design.externals, kubernetes: { kind: 'apiServer' } },
      flows: { watch: { from: { workload: 'api' }, to: { external: 'kubernetes' }, ports: [{ port: 6443 }] } },
    };
    const server = { labels: ['reserved:kube-apiserver', 'reserved:remote-node'] };
    const ask = (port: number) => line(pod('orders', 'api-0'), server, port);
    const { drawn, notDrawn } = layOver(withServer, logOf([ask(6443), ask(22)]));
    expect(drawn.map((s) => s.causes)).toEqual([[{ kind: 'flow', id: 'watch' }]]);
    expect(notDrawn.map((s) => [s.to, s.port])).toEqual([
      [{ name: 'the API server', ref: { kind: 'external', id: 'kubernetes' } }, 22],
    ]);
  });

  it('should say of lines behind a node where they stand', () => {
    const log = new FlowLog();
    for (const name of ['a.log', 'b.log.gz']) {
      log.begin(name);
      log.write(`\n${line({ labels: ['reserved:remote-node'] }, pod('orders', 'api-0'), 8080)}\n`);
    }
    log.end();
    expect(accountProblems(layOver(design, log).account)).toMatchObject([
      { rule: 'observed/behind-a-node', file: 'a.log', line: 2 },
    ]);
    expect(accountProblems(layOver(design, log).account)[0]?.message).toContain('lines a.log:2 and b.log.gz:2.');
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

  it('should say how often and when last each flow was seen', () => {
    const [a, b] = [pod('web', 'gateway-0'), pod('orders', 'api-0')];
    const at = (time: string) => line(a, b, 8080, { time });
    const { flows, drawn } = layOver(design, logOf([at('2026-11-02T08:00:00Z'), at('2026-11-01T08:00:00Z')]));
    expect(flows).toEqual({ orders: { count: 2, last: '2026-11-02T08:00:00Z' } });
    expect(drawn.map((s) => s.last)).toEqual(['2026-11-02T08:00:00Z']);
  });

  it('should know an external by its addresses and, where it is drawn by name, by what DNS said', () => {
    const named: Topology = {
      ...design,
      externals: { mail: { names: ['*.mail.example'] }, bank: { cidrs: ['203.0.113.0/24'] } },
      flows: { send: { from: { workload: 'api' }, to: { external: 'mail' }, ports: [{ port: 25 }] } },
    };
    const to = (destination: string, port: number, ...destination_names: string[]) =>
      line(pod('orders', 'api-0'), world, port, { IP: { source: '10.0.0.1', destination }, destination_names });
    const found = layOver(named, logOf([to('198.51.100.7', 25, 'eu.mail.example.'), to('203.0.113.9', 22)]));
    expect(found.drawn.map((s) => s.causes)).toEqual([[{ kind: 'flow', id: 'send' }]]);
    expect(found.notDrawn.map((s) => s.to)).toEqual([{ name: '203.0.113.9', ref: { kind: 'external', id: 'bank' } }]);
  });

  it.each([
    ['mail.example', 'MAIL.example.', true],
    ['*.mail.example', 'a.b.mail.example', false],
    ['mx*-*.example', 'mx1-eu.example', true],
    ['mx*-*.example', 'mx1.example', false],
    ['a*a.example', 'a.example', false],
    ['mx*.example', 'mx.example', true],
    ['*mx*.example', 'mx.example', true],
    ['*mx*.example', 'm-x.example', false],
    [`${'a*'.repeat(60)}b.example`, `${'a'.repeat(250)}.example`, false],
  ])('should hold that the drawn name %s means %s: %s', (drawn, seen, means) => {
    const named: Topology = {
      ...design,
      externals: { mail: { names: [drawn] } },
      flows: { send: { from: { workload: 'api' }, to: { external: 'mail' }, ports: [{ port: 25 }] } },
    };
    const IP = { source: '10.0.0.1', destination: '198.51.100.7' };
    const seenAs = line(pod('orders', 'api-0'), world, 25, { IP, destination_names: [seen] });
    expect(layOver(named, logOf([seenAs])).drawn).toHaveLength(means ? 1 : 0);
  });

  it('should name the flow that is drawn for what was seen where the matrix holds it back', () => {
    const seen = logOf([line(pod('web', 'gateway-0'), pod('orders', 'api-0'), 8080)]);
    const blocked: Topology = { ...design, matrix: { dmz: { app: { access: 'block-all' } } } };
    const { notDrawn, neverSeen } = layOver(blocked, seen);
    expect(notDrawn.map((s) => s.heldBack)).toEqual(['orders']);
    expect(neverSeen).toEqual(['old', 'pay']);
  });

  it('should tell workloads of one name apart by the cluster that Hubble names', () => {
    const two: Topology = {
      ...design,
      clusters: { ...design.clusters, test: { distribution: 'kubeadm', version: '1.37', cni: { name: 'cilium' } } },
      namespaces: { ...design.namespaces, 'web-test': { name: 'web', cluster: 'test', zone: 'dmz' } },
      workloads: { ...design.workloads, 'gateway-test': { name: 'gateway', namespace: 'web-test' } },
    };
    const from = pod('web', 'gateway-0', { cluster_name: 'test' });
    expect(layOver(two, logOf([line(from, world, 443)])).notDrawn.map((s) => s.from.name)).toEqual(['gateway-test']);
    // Whatever else is alike.
    const other = pod('web', 'gateway-0', { cluster_name: 'prod' });
    const both = layOver(two, logOf([line(other, world, 443), line(from, world, 443)]));
    expect(both.notDrawn.map((s) => s.from.name)).toEqual(['gateway', 'gateway-test']);
  });
});

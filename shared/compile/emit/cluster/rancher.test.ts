import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { design, emit, lowerWithoutNetwork, readCase, textAt } from '../../../testing/cluster-ir.ts';
import type { Emission } from '../../define.ts';
import { k3s } from './k3s.ts';
import { rke2 } from './rke2.ts';

type Config = Readonly<Record<string, unknown>>;

function emission(distribution: 'k3s' | 'rke2', cluster: object): Emission {
  const topology = design({
    apiVersion: 'zonewright/v1',
    kind: 'Topology',
    metadata: { name: 'x' },
    zones: { a: { trust: 1, cpu: 'exclusive' }, b: { trust: 2 } },
    clusters: { c: { distribution, version: '1.37.1', ...cluster } },
  });
  const [lowered] = lowerWithoutNetwork(topology);
  if (lowered === undefined) throw new Error('no cluster');
  return emit(distribution === 'k3s' ? k3s : rke2, lowered.ir);
}
const config = (result: Emission, path: string) => load(textAt(result, path)) as Config;
const pools = {
  p: { zone: 'a', nodes: 1, labels: { rack: 'r1', 'node-restriction.kubernetes.io/zone': 'b' } },
  q: { zone: 'b', nodes: 2, taints: [{ key: 'own', effect: 'NoExecute' }] },
};

/** Every key that an agent understands and that we write; one more stops it. */
const agentKeys = [
  'container-runtime-endpoint',
  'kubelet-arg',
  'node-label',
  'node-taint',
  'profile',
  'server',
  'token',
];

describe.each(['k3s', 'rke2'] as const)('%s', (distribution) => {
  const server = `cluster/${distribution}/server.yaml`;
  const agent = (pool: string) => `cluster/${distribution}/agent/${pool}.yaml`;

  it('should give agents no key of servers', () => {
    const networks = { pods: ['10.0.0.0/22'], services: ['10.1.0.0/20'] };
    const result = emission(distribution, { pools, networks, platform: { server: { 'cluster-domain': 'x' } } });
    for (const pool of ['p', 'q'])
      expect(Object.keys(config(result, agent(pool))).filter((k) => !agentKeys.includes(k))).toEqual([]);
  });

  it('should taint for the zone first, and never pass protected labels to the kubelet, which would not start', () => {
    const result = emission(distribution, { pools });
    expect(config(result, agent('p'))['node-label']).toEqual(['rack=r1']);
    expect(config(result, agent('q'))['node-taint']).toEqual(['zonewright/zone=b:NoSchedule', 'own:NoExecute']);
    for (const file of result.files) expect(textAt(result, file.path)).not.toContain('node-restriction');
  });

  it('should keep the DNS address inside the Service range, one per family', () => {
    const dns = (services: string[]) =>
      config(emission(distribution, { networks: { services } }), server)['cluster-dns'];
    expect(dns(['10.61.0.0/20'])).toBe('10.61.0.10');
    expect(dns(['10.61.0.0/20', '2001:db8::/112'])).toBe('10.61.0.10,2001:db8::a');
    expect(dns(['10.61.0.0/30'])).toBeUndefined();
  });

  it('should have one file for the first of several servers, with the ranges equal on all', () => {
    const networks = { pods: ['10.0.0.0/16'], services: ['10.1.0.0/20'] };
    expect(emission(distribution, { networks }).files.map((f) => f.path)).toEqual([server]);
    const result = emission(distribution, { networks, controlPlane: { count: 3 }, api: { address: '2001:db8::1' } });
    const { 'cluster-init': init, ...first } = config(result, server);
    const { server: url, ...others } = config(result, `cluster/${distribution}/join-server.yaml`);
    expect(others).toEqual(first);
    expect(init).toBe(distribution === 'k3s' ? true : undefined);
    expect(url).toBe(distribution === 'k3s' ? 'https://[2001:db8::1]:6443' : 'https://[2001:db8::1]:9345');
  });

  it('should give exclusive CPUs to the pools that ask for them', () => {
    const result = emission(distribution, { pools });
    expect(config(result, agent('p'))['kubelet-arg']).toContain('cpu-manager-policy=static');
    expect(config(result, agent('q'))['kubelet-arg']).toBeUndefined();
  });

  it('should let nothing that is passed through weaken the admission, nor bring a secret', () => {
    const result = emission(distribution, {
      pools,
      platform: {
        server: {
          token: 'real',
          'kube-apiserver-arg': ['enable-admission-plugins=AlwaysAdmit', 'v=2'],
          'tls-san': ['x'],
        },
        agent: { token: 'real', 'node-taint': [] },
      },
      api: { address: '10.0.0.1' },
    });
    for (const file of result.files) expect(textAt(result, file.path)).not.toContain('real');
    expect(config(result, server)['kube-apiserver-arg']).toEqual([
      'enable-admission-plugins=DenyServiceExternalIPs,NodeRestriction,PodNodeSelector,PodTolerationRestriction',
      'v=2',
    ]);
    expect(config(result, server)['tls-san']).toEqual(['10.0.0.1', 'x']);
    expect(config(result, agent('p'))['node-taint']).toEqual(['zonewright/zone=a:NoSchedule']);
  });

  it('should say which placeholders it left, and which passed-through key it cannot place', () => {
    const rulesOf = (cluster: object) => emission(distribution, cluster).problems.map((p) => [p.rule, p.severity]);
    expect(rulesOf({})).toEqual([['compile/placeholder', 'info']]);
    expect(rulesOf({ pools })).toEqual([
      ['compile/placeholder', 'info'],
      ['compile/placeholder', 'warning'],
    ]);
    expect(rulesOf({ platform: { 'cluster-cidr': '10.0.0.0/8' } })).toContainEqual(['compile/platform-key', 'warning']);
    expect(textAt(emission(distribution, { pools }), agent('p'))).toContain('https://REPLACE_ME_SERVER_ADDRESS:');
  });

  it('should refuse a pod range without room for the nodes, and make the ranges of nodes smaller where they fit', () => {
    const errors = (pods: string) =>
      emission(distribution, { pools, networks: { pods: [pods] } }).problems.filter((p) => p.severity === 'error');
    expect(errors('10.0.0.0/24')).toHaveLength(1);
    expect(errors('10.0.0.0/22')).toHaveLength(0);
    expect(
      config(emission(distribution, { pools, networks: { pods: ['10.0.0.0/23'] } }), server)[
        'kube-controller-manager-arg'
      ],
    ).toEqual(['node-cidr-mask-size-ipv4=25']);
  });
});

describe('what only one of them has', () => {
  it('should switch the parts of K3s off that a plugin of its own replaces', () => {
    const of = (name: string) => config(emission('k3s', { cni: { name } }), 'cluster/k3s/server.yaml');
    expect(of('cilium')).toMatchObject({ 'flannel-backend': 'none', 'disable-network-policy': true });
    // Flannel alone would enforce nothing, so the policy controller stays.
    expect(of('flannel')['disable-network-policy']).toBeUndefined();
    expect(of('kube-router')['flannel-backend']).toBeUndefined();
  });

  it('should name the plugins that RKE2 brings, none for others, and the profile on every node', () => {
    const of = (name: string) => config(emission('rke2', { cni: { name } }), 'cluster/rke2/server.yaml').cni;
    expect([of('cilium'), of('canal'), of('antrea')]).toEqual(['cilium', 'canal', 'none']);
    const result = emission('rke2', { pools, platform: { profile: 'cis' } });
    for (const file of result.files) expect(config(result, file.path).profile).toBe('cis');
  });

  it('should match the case without the secret of its design', () => {
    for (const { ir } of lowerWithoutNetwork(readCase('k3s-and-rke2')))
      for (const e of [k3s, rke2])
        for (const f of emit(e, ir).files) expect(textAt(emit(e, ir), f.path)).not.toContain('must-not-appear');
  });
});

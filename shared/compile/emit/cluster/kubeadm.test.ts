import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { design, emit, lowerWithoutNetwork, readCase, textAt } from '../../../testing/cluster-ir.ts';
import type { ClusterIr } from '../../ir.ts';
import { kubeadm } from './kubeadm.ts';

type Doc = Record<string, unknown> & { kind: string };

function clusterOf(cluster: object, zones: object = { a: { trust: 1 } }): ClusterIr {
  const topology = design({
    apiVersion: 'zonewright/v1',
    kind: 'Topology',
    metadata: { name: 'x' },
    zones,
    clusters: { k: { distribution: 'kubeadm', version: '1.37.1', ...cluster } },
  });
  const [lowered] = lowerWithoutNetwork(topology);
  if (lowered === undefined) throw new Error('no cluster');
  return lowered.ir;
}
const emission = (cluster: object, zones?: object) => emit(kubeadm, clusterOf(cluster, zones));
const documents = (result: ReturnType<typeof emission>, path: string) => loadAll(textAt(result, path)) as Doc[];
const init = (cluster: object, kind = 'ClusterConfiguration') =>
  documents(emission(cluster), 'cluster/kubeadm/init.yaml').find((d) => d.kind === kind) as Doc;

describe('kubeadm', () => {
  it('should hold no kind twice in one file, because kubeadm refuses that', () => {
    for (const name of ['kata-with-containerd-2-3', 'gvisor-in-the-dmz', 'kubeadm-with-exclusive-cpus']) {
      for (const { ir } of lowerWithoutNetwork(readCase(name))) {
        for (const file of emit(kubeadm, ir).files) {
          const kinds = (loadAll('text' in file ? file.text : '') as Doc[]).map((d) => d.kind);
          expect(new Set(kinds).size, file.path).toBe(kinds.length);
        }
      }
    }
  });

  it('should leave what holds for the whole cluster to the first node, and name the socket of the engine with its scheme', () => {
    const pools = { p: { zone: 'a', nodes: 1 } };
    for (const engine of ['containerd', 'cri-o']) {
      const result = emission({ controlPlane: { count: 3 }, pools, engine: { name: engine } });
      for (const path of ['cluster/kubeadm/join-control-plane.yaml', 'cluster/kubeadm/join/p.yaml'])
        expect(documents(result, path).map((d) => d.kind)).toEqual(['JoinConfiguration']);
      const sockets = result.files.flatMap((f) => ('text' in f ? [...f.text.matchAll(/criSocket: "(.*)"/g)] : []));
      expect(sockets).toHaveLength(3);
      for (const [, socket] of sockets) expect(socket).toMatch(/^unix:\/\/\/.*\.sock$/);
    }
  });

  it('should write every extra argument as a list of name and value', () => {
    const lists: unknown[] = [];
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, child] of Object.entries(value)) {
        if (/ExtraArgs$|^extraArgs$/.test(key)) lists.push(child);
        visit(child);
      }
    };
    for (const name of ['kata-with-containerd-2-3', 'kubeadm-with-exclusive-cpus']) {
      for (const { ir } of lowerWithoutNetwork(readCase(name))) {
        for (const file of emit(kubeadm, ir).files) visit(loadAll('text' in file ? file.text : ''));
      }
    }
    expect(lists.length).toBeGreaterThan(2);
    for (const list of lists) {
      expect(Array.isArray(list)).toBe(true);
      for (const arg of list as Doc[]) expect(Object.values(arg).map((v) => typeof v)).toEqual(['string', 'string']);
    }
  });

  it('should write version, ranges and endpoint as the API wants them', () => {
    const networks = { pods: ['10.20.0.0/16', '2001:db8:20::/56'], services: ['10.21.0.0/16', '2001:db8:21::/112'] };
    expect(init({ networks, api: { address: '2001:db8::10' } })).toMatchObject({
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kubernetesVersion: 'v1.37.1',
      controlPlaneEndpoint: '[2001:db8::10]:6443',
      networking: { podSubnet: '10.20.0.0/16,2001:db8:20::/56', serviceSubnet: '10.21.0.0/16,2001:db8:21::/112' },
    });
    expect(init({}, 'KubeletConfiguration').cgroupDriver).toBe('systemd');
  });

  it('should hold no secret, and name every placeholder in a finding', () => {
    const result = emission({ controlPlane: { count: 3 }, pools: { p: { zone: 'a', nodes: 1 } } });
    const text = result.files.map((f) => ('text' in f ? f.text : '')).join('\n');
    expect(text).not.toMatch(/[a-z0-9]{6}\.[a-z0-9]{16}\b/);
    expect(text).not.toMatch(/[a-f0-9]{64}/);
    const placeholders = new Set(text.match(/REPLACE_ME_[A-Z_]+/g));
    expect([...placeholders].sort()).toEqual([
      'REPLACE_ME_CA_CERT_HASH',
      'REPLACE_ME_CERTIFICATE_KEY',
      'REPLACE_ME_CONTROL_PLANE_ENDPOINT',
      'REPLACE_ME_TOKEN',
    ]);
    const named = result.problems.map((p) => p.message).join(' ');
    for (const placeholder of placeholders) expect(named).toContain(placeholder);
  });

  it('should taint the nodes of a pool for its zone only where zones share the cluster', () => {
    const pools = { p: { zone: 'a', nodes: 1 }, q: { zone: 'b', nodes: 1 } };
    const taintsOf = (result: ReturnType<typeof emission>) =>
      documents(result, 'cluster/kubeadm/join/p.yaml')[0]?.nodeRegistration;
    expect(taintsOf(emission({ pools }, { a: { trust: 1 }, b: { trust: 2 } }))).toMatchObject({
      taints: [{ key: 'zonewright/zone', value: 'a', effect: 'NoSchedule' }],
    });
    expect(taintsOf(emission({ pools: { p: pools.p } }))).toMatchObject({ taints: [] });
  });

  it('should give kubelets no label that they would refuse to start with', () => {
    const labels = {
      rack: 'r1',
      'node-restriction.kubernetes.io/x': 'y',
      'kubernetes.io/own': 'z',
      'topology.kubernetes.io/zone': 'eu-1',
      'node.kubernetes.io/pool': 'p',
    };
    const [join] = documents(
      emission({ pools: { p: { zone: 'a', nodes: 1, labels } } }),
      'cluster/kubeadm/join/p.yaml',
    );
    expect(join?.nodeRegistration).toMatchObject({
      kubeletExtraArgs: [
        { name: 'node-labels', value: 'node.kubernetes.io/pool=p,rack=r1,topology.kubernetes.io/zone=eu-1' },
      ],
    });
  });

  it('should patch the kubelet of pools with exclusive CPUs, and reserve CPUs for the system', () => {
    const zones = { a: { trust: 1, cpu: 'exclusive' }, b: { trust: 2 } };
    const result = emission({ pools: { p: { zone: 'a', nodes: 1 }, q: { zone: 'b', nodes: 1 } } }, zones);
    const [patch] = documents(result, 'nodes/p/patches/kubeletconfiguration+merge.yaml');
    expect(patch).toMatchObject({
      kind: 'KubeletConfiguration',
      cpuManagerPolicy: 'static',
      kubeReserved: { cpu: '500m' },
      systemReserved: { cpu: '500m' },
    });
    expect(documents(result, 'cluster/kubeadm/join/p.yaml')[0]).toMatchObject({
      patches: { directory: '/etc/kubernetes/patches' },
    });
    expect(documents(result, 'cluster/kubeadm/join/q.yaml')[0]?.patches).toBeUndefined();
    expect(result.files.some((f) => f.path.startsWith('nodes/q/'))).toBe(false);
  });

  it('should make the ranges of nodes smaller where the default does not fit, and refuse ranges that kubeadm refuses', () => {
    const nodes = { pools: { p: { zone: 'a', nodes: 5 } } };
    const maskOf = (pods: string) =>
      (init({ ...nodes, networks: { pods: [pods] } }).controllerManager as { extraArgs: object[] } | undefined)
        ?.extraArgs;
    expect(maskOf('10.0.0.0/16')).toBeUndefined();
    expect(maskOf('10.0.0.0/22')).toEqual([{ name: 'node-cidr-mask-size-ipv4', value: '25' }]);
    expect(maskOf('10.0.0.0/7')).toEqual([{ name: 'node-cidr-mask-size-ipv4', value: '23' }]);
    expect(maskOf('2001:db8::/40')).toEqual([{ name: 'node-cidr-mask-size-ipv6', value: '56' }]);
    const rules = (networks: object) =>
      emission({ ...nodes, networks })
        .problems.filter((p) => p.severity === 'error')
        .map((p) => p.path?.slice(2));
    expect(rules({ pods: ['10.0.0.0/24'] })).toEqual([['networks', 'pods', 0]]);
    expect(rules({ services: ['10.0.0.0/11'] })).toEqual([['networks', 'services', 0]]);
    expect(rules({ services: ['10.0.0.0/12', '2001:db8::/108'] })).toEqual([]);
    expect(rules({ services: ['10.0.0.0/28', '2001:db8::/64'] })).toEqual([['networks', 'services', 1]]);
  });

  it('should take the list of reserved CPUs from the platform without a finding', () => {
    const zones = { a: { trust: 1, cpu: 'exclusive' } };
    const cluster = { pools: { p: { zone: 'a', nodes: 1 } }, platform: { reservedSystemCPUs: '0-1' } };
    const result = emission(cluster, zones);
    const [patch] = documents(result, 'nodes/p/patches/kubeletconfiguration+merge.yaml');
    expect(patch?.reservedSystemCPUs).toBe('0-1');
    expect(patch).not.toHaveProperty('kubeReserved');
    expect(result.problems.filter((p) => p.rule === 'compile/platform-key')).toEqual([]);
  });

  it.each([
    [0, '0', []],
    ['0-1,8', '0-1,8', []],
    ['first', undefined, ['compile/reserved-cpus']],
    [[0, 1], undefined, ['compile/reserved-cpus']],
  ])('should reserve the CPUs %j as %s', (reservedSystemCPUs, list, rules) => {
    const topology = design({
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata: { name: 'x' },
      zones: { a: { trust: 1, cpu: 'exclusive' } },
      clusters: {
        k: {
          distribution: 'kubeadm',
          version: '1.37.1',
          platform: { reservedSystemCPUs },
          pools: { p: { zone: 'a', nodes: 1 } },
        },
      },
    });
    const [lowered] = lowerWithoutNetwork(topology);
    if (lowered === undefined) throw new Error('no cluster');
    const [patch] = documents(emit(kubeadm, lowered.ir), 'nodes/p/patches/kubeletconfiguration+merge.yaml');
    expect([patch?.reservedSystemCPUs, patch?.systemReserved]).toEqual([
      list,
      list === undefined ? { cpu: '500m' } : undefined,
    ]);
    expect(lowered.problems.map((p) => p.rule)).toEqual(rules);
  });

  it('should let the platform choose the mode of kube-proxy, which no zone depends on', () => {
    const modeOf = (platform: object) =>
      documents(emission({ platform }), 'cluster/kubeadm/init.yaml').find((d) => d.kind === 'KubeProxyConfiguration')
        ?.mode;
    expect([modeOf({}), modeOf({ KubeProxyConfiguration: { mode: 'nftables' } })]).toEqual(['iptables', 'nftables']);
  });

  it('should pass the platform through without letting it weaken anything', () => {
    const [floor] = lowerWithoutNetwork(readCase('kubeadm-with-exclusive-cpus'));
    if (floor === undefined) throw new Error('no cluster');
    const configuration = documents(emit(kubeadm, floor.ir), 'cluster/kubeadm/init.yaml').find(
      (d) => d.kind === 'ClusterConfiguration',
    );
    expect(configuration?.apiServer).toEqual({
      certSANs: ['floor.example'],
      extraArgs: [
        {
          name: 'enable-admission-plugins',
          value: 'DenyServiceExternalIPs,NodeRestriction,PodNodeSelector,PodTolerationRestriction',
        },
        { name: 'audit-log-path', value: '/var/log/audit.log' },
      ],
    });
  });
});

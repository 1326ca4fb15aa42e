import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { design, emit, lowerWithoutNetwork, readCase, textAt } from '../../../testing/cluster-ir.ts';
import type { ClusterIr } from '../../ir.ts';
import { kind, kindNodeNames } from './kind.ts';

interface KindNode {
  readonly role: string;
  readonly labels?: Record<string, string>;
  readonly kubeadmConfigPatches?: readonly string[];
}
interface KindCluster {
  readonly networking: Record<string, unknown>;
  readonly nodes: readonly KindNode[];
  readonly kubeadmConfigPatches: readonly string[];
  readonly containerdConfigPatches?: readonly string[];
}

function irOf(cluster: object): ClusterIr {
  const topology = design({
    apiVersion: 'zonewright/v1',
    kind: 'Topology',
    metadata: { name: 'x' },
    zones: { a: { trust: 1, runtimes: ['gvisor'] }, b: { trust: 2 } },
    clusters: { k: { distribution: 'kind', version: '1.37.0', ...cluster } },
    runtimes: { gvisor: { from: 'gvisor' }, runc: { from: 'runc' } },
  });
  const [lowered] = lowerWithoutNetwork(topology);
  if (lowered === undefined) throw new Error('no cluster');
  return lowered.ir;
}
const compile = (cluster: object) => load(textAt(emit(kind, irOf(cluster)), 'cluster/kind.yaml')) as KindCluster;
const pools = { p: { zone: 'a', nodes: 2, labels: { tier: 'edge' } }, q: { zone: 'b', nodes: 1 } };

describe('kind', () => {
  it('should have a node for every node of every pool, tainted for its zone', () => {
    const { nodes } = compile({ pools, controlPlane: { count: 1 } });
    expect(nodes.map((n) => n.role)).toEqual(['control-plane', 'worker', 'worker', 'worker']);
    const taints = nodes
      .slice(1)
      .map(
        (n) =>
          (load(n.kubeadmConfigPatches?.[0] ?? '') as { nodeRegistration: { taints: object[] } }).nodeRegistration
            .taints,
      );
    expect(taints).toEqual(['a', 'a', 'b'].map((value) => [{ key: 'zonewright/zone', value, effect: 'NoSchedule' }]));
  });

  it('should never pass protected labels to kubelets, which would not start', () => {
    const { nodes } = compile({
      pools: { p: { ...pools.p, labels: { tier: 'edge', 'node-restriction.kubernetes.io/zone': 'b' } } },
    });
    for (const node of nodes.slice(1)) expect(node.labels).toEqual({ tier: 'edge' });
  });

  it('should write patches for the kubeadm API that kind uses for the node image', () => {
    const patchOf = (version: string) => load(compile({ version, pools }).kubeadmConfigPatches[0] ?? '');
    expect(patchOf('1.36.1')).toMatchObject({
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      apiServer: { extraArgs: [{ name: 'enable-admission-plugins' }] },
    });
    expect(patchOf('1.35.1')).toMatchObject({
      apiVersion: 'kubeadm.k8s.io/v1beta3',
      apiServer: { extraArgs: { 'enable-admission-plugins': expect.any(String) } },
    });
  });

  it('should switch the default network plugin off unless the design keeps it', () => {
    expect(compile({}).networking.disableDefaultCNI).toBeUndefined();
    expect(compile({ cni: { name: 'kindnet' } }).networking.disableDefaultCNI).toBeUndefined();
    expect(compile({ cni: { name: 'cilium' } }).networking.disableDefaultCNI).toBe(true);
  });

  it('should tell the address families by the ranges', () => {
    const family = (pods: string[]) => compile({ networks: { pods } }).networking.ipFamily;
    expect([family(['10.0.0.0/16']), family(['2001:db8::/56']), family(['10.0.0.0/16', '2001:db8::/56'])]).toEqual([
      'ipv4',
      'ipv6',
      'dual',
    ]);
  });

  it('should patch containerd in the version that node images have', () => {
    const text = compile({ pools: { p: { zone: 'a', nodes: 1, runtimes: ['gvisor'] } } }).containerdConfigPatches?.[0];
    expect(text).toContain('version = 3\n');
    expect(text).toContain(`[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runsc]`);
    // kind writes files of version 3 whatever the containerd of the image, and ignores patches of another version.
    const newest = compile({
      engine: { name: 'containerd', version: '2.3' },
      pools: { p: { zone: 'a', nodes: 1, runtimes: ['gvisor'] } },
    });
    expect(newest.containerdConfigPatches?.[0]).toContain('version = 3\n');
    // What every node image has needs no patch.
    expect(compile({ pools }).containerdConfigPatches).toBeUndefined();
    expect(
      compile({ pools: { p: { zone: 'a', nodes: 1, runtimes: ['runc'] } } }).containerdConfigPatches,
    ).toBeUndefined();
  });

  it('should not let the platform switch the network plugin or the taints back', () => {
    const [, ours] = lowerWithoutNetwork(readCase('kind-cluster'));
    if (ours === undefined) throw new Error('no cluster');
    const { networking } = load(textAt(emit(kind, ours.ir), 'cluster/kind.yaml')) as KindCluster;
    expect(networking).toMatchObject({ apiServerPort: 6444, disableDefaultCNI: true });
  });

  it('should name workers as kind does, in the order of the file', () => {
    expect([...kindNodeNames(irOf({ pools }))]).toEqual([
      ['p', ['k-worker', 'k-worker2']],
      ['q', ['k-worker3']],
    ]);
  });
});

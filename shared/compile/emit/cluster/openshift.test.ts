import { load, loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { design, emit, lowerWithoutNetwork, readCase, textAt } from '../../../testing/cluster-ir.ts';
import { crio } from '../node/crio.ts';
import { nodeSteps } from '../node-steps.ts';
import { openshift } from './openshift.ts';

const lowered = new Map(lowerWithoutNetwork(readCase('openshift-and-eks')).map((l) => [l.ir.id, l]));
function of(id: string) {
  const cluster = lowered.get(id);
  if (cluster === undefined) throw new Error(`no cluster ${id}`);
  const emission = emit(openshift, cluster.ir);
  const text = textAt(emission, 'cluster/openshift/install-config.yaml');
  return { ...cluster, emission, text, config: load(text) as Record<string, unknown> };
}

describe('install-config', () => {
  it('should be version 1 without a kind, with one pool of workers that counts the nodes of all zones', () => {
    const { config } = of('ocp');
    expect(config).toMatchObject({ apiVersion: 'v1', metadata: { name: 'ocp' } });
    expect(config.kind).toBeUndefined();
    expect(config.compute).toEqual([{ name: 'worker', replicas: 5 }]);
    expect(config.controlPlane).toEqual({ name: 'master', replicas: 3 });
  });

  it('should have one range per family, and prefixes of hosts that are longer than the prefix of the cluster', () => {
    expect(of('ocp').config.networking).toEqual({
      networkType: 'OVNKubernetes',
      clusterNetwork: [
        { cidr: '10.90.0.0/20', hostPrefix: 24 },
        { cidr: '2001:db8:90::/56', hostPrefix: 64 },
      ],
      serviceNetwork: ['10.91.0.0/20', '2001:db8:91::/112'],
      machineNetwork: [{ cidr: '192.0.2.0/25' }, { cidr: '2001:db8:92::/64' }],
    });
  });

  it('should pass through what the installer asks for, except the pull secret', () => {
    const { config, text, emission } = of('ocp');
    expect(config).toMatchObject({
      baseDomain: 'corp.example',
      sshKey: 'ssh-ed25519 AAAA-public',
      platform: { none: {} },
      publish: 'Internal',
      pullSecret: 'REPLACE_ME_PULL_SECRET',
    });
    expect(text).not.toContain('must-not-appear');
    expect(emission.problems.map((p) => p.severity)).toEqual(['info']);
  });

  it('should name each missing value, and ranges that OVN-Kubernetes uses or that have no room', () => {
    const { emission, config } = of('ocp-bare');
    expect(config.baseDomain).toBe('REPLACE_ME_BASE_DOMAIN');
    expect(emission.problems.map((p) => p.rule)).toEqual([
      'compile/placeholder',
      'compile/placeholder',
      'compile/network-type',
      'compile/cluster-range',
    ]);
    expect(emission.problems[1]?.message).toMatch(/BASE_DOMAIN.*PLATFORM.*SSH_KEY/);
    const { ir } = of('ocp');
    const crowded = {
      ...ir,
      cluster: { ...ir.cluster, networks: { pods: ['10.0.0.0/16'], services: ['100.64.0.0/20'] } },
    };
    expect(
      emit(openshift, crowded)
        .problems.filter((p) => p.severity === 'error')
        .map((p) => p.path),
    ).toEqual([['clusters', 'ocp', 'networks', 'services', 0]]);
  });

  it.each([
    [1, []],
    [2, ['compile/control-plane-count']],
    [3, []],
    [5, ['compile/control-plane-count']],
  ])('should judge a control plane of %i nodes as the installer does', (controlPlaneCount, rules) => {
    const { ir } = of('ocp');
    const { problems } = emit(openshift, { ...ir, nodes: { ...ir.nodes, controlPlaneCount } });
    expect(problems.filter((p) => p.severity === 'error').map((p) => p.rule)).toEqual(rules);
  });

  it('should leave labels and taints to the steps, and say that taints are not enforced until then', () => {
    const { ir, text, coverage } = of('ocp');
    expect(text).not.toContain('zonewright/zone');
    const steps = textAt(emit(nodeSteps, ir), 'nodes/steps.md');
    for (const zone of ['web', 'data']) expect(steps).toContain(`zonewright/zone=${zone}:NoSchedule --overwrite`);
    expect(steps).toContain('rack=r1');
    expect(coverage.find((c) => c.subject === 'Taints of the node pools')?.state).toBe('not-enforced');
  });
});

describe('exclusive CPUs on OpenShift', () => {
  it('should select the same nodes as the steps label, by a pool whose settings the kubelet gets', () => {
    const { emission, ir } = of('ocp');
    const [pool, kubelet] = loadAll(textAt(emission, 'cluster/openshift/pool-data.yaml')) as Array<{
      kind: string;
      metadata: { labels: Record<string, string> };
      spec: Record<string, { matchLabels: Record<string, string> }> & { kubeletConfig: Record<string, unknown> };
    }>;
    expect([pool?.kind, kubelet?.kind]).toEqual(['MachineConfigPool', 'KubeletConfig']);
    expect(pool?.metadata.labels).toMatchObject(kubelet?.spec.machineConfigPoolSelector?.matchLabels ?? { none: '' });
    expect(kubelet?.spec.kubeletConfig).toMatchObject({
      cpuManagerPolicy: 'static',
      topologyManagerPolicy: 'best-effort',
      systemReserved: { cpu: '1' },
    });
    // OpenShift does not use it.
    expect(kubelet?.spec.kubeletConfig).not.toHaveProperty('kubeReserved');
    const [role = ''] = Object.keys(pool?.spec.nodeSelector?.matchLabels ?? {});
    expect(textAt(emit(nodeSteps, ir), 'nodes/steps.md')).toContain(` ${role}=`);
    expect(emission.files.map((f) => f.path)).not.toContain('cluster/openshift/pool-web.yaml');
  });
});

describe('runtimes on OpenShift', () => {
  it('should come by a MachineConfig of the pool’s role, with the files of its nodes byte by byte', () => {
    const topology = design({
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata: { name: 'x' },
      zones: { a: { trust: 1 } },
      clusters: {
        k: {
          distribution: 'openshift',
          version: '1.37.1',
          engine: { name: 'cri-o', version: '1.37' },
          pools: { p: { zone: 'a', nodes: 1, runtimes: ['box'] }, q: { zone: 'a', nodes: 1 } },
        },
      },
      runtimes: { box: { from: 'gvisor' } },
    });
    const [only] = lowerWithoutNetwork(topology);
    if (only === undefined) throw new Error('no cluster');
    const emission = emit(openshift, only.ir);
    expect(emission.files.map((f) => f.path)).toEqual([
      'cluster/openshift/install-config.yaml',
      'cluster/openshift/pool-p.yaml',
    ]);
    const [pool, config, ...others] = loadAll(textAt(emission, 'cluster/openshift/pool-p.yaml')) as Array<{
      kind: string;
      metadata: { labels: Record<string, string> };
      spec: {
        machineConfigSelector: { matchExpressions: Array<{ key: string; values: string[] }> };
        nodeSelector: { matchLabels: Record<string, string> };
        config: { storage: { files: Array<{ path: string; mode: number; contents: { source: string } }> } };
      };
    }>;
    expect([pool?.kind, config?.kind, others]).toEqual(['MachineConfigPool', 'MachineConfig', []]);
    const [selector] = pool?.spec.machineConfigSelector.matchExpressions ?? [];
    expect(selector?.values).toContain(config?.metadata.labels[selector?.key ?? '']);
    const onNodes = config?.spec.config.storage.files.map((f) => [
      f.path,
      f.mode.toString(8),
      decodeURIComponent(f.contents.source.replace(/^data:,/, '')),
    ]);
    const nodeFiles = emit(crio, only.ir);
    expect(onNodes).toEqual([
      ['/etc/crio/crio.conf.d/50-zonewright.conf', '644', textAt(nodeFiles, 'nodes/p/crio/50-zonewright.conf')],
      ['/etc/crio/runsc.toml', '644', textAt(nodeFiles, 'nodes/p/crio/runsc.toml')],
    ]);
    const [role = ''] = Object.keys(pool?.spec.nodeSelector.matchLabels ?? {});
    expect(textAt(emit(nodeSteps, only.ir), 'nodes/steps.md')).toContain(` ${role}=`);
  });
});

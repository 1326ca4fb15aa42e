import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { design, emit, lowerWithoutNetwork, readCase, textAt } from '../../../testing/cluster-ir.ts';
import { containerd } from '../node/containerd.ts';
import { nodeSteps } from '../node-steps.ts';
import { eksctl } from './eksctl.ts';

const lowered = new Map(lowerWithoutNetwork(readCase('openshift-and-eks')).map((l) => [l.ir.id, l.ir]));
function of(id: string) {
  const ir = lowered.get(id);
  if (ir === undefined) throw new Error(`no cluster ${id}`);
  const emission = emit(eksctl, ir);
  const text = textAt(emission, 'cluster/eksctl.yaml');
  return { ir, emission, text, config: load(text) as Record<string, unknown> };
}

describe('eksctl', () => {
  it('should have a managed node group per pool with the taint of its zone first, whatever is passed through', () => {
    expect(of('cloud').config.managedNodeGroups).toEqual([
      {
        name: 'data',
        desiredCapacity: 0,
        minSize: 0,
        maxSize: 1,
        privateNetworking: true,
        amiFamily: 'AmazonLinux2023',
        overrideBootstrapCommand: expect.stringContaining('kind: NodeConfig\n'),
        taints: [{ key: 'zonewright/zone', value: 'data', effect: 'NoSchedule' }],
      },
      {
        name: 'web',
        instanceTypes: ['m7i.large'],
        desiredCapacity: 2,
        minSize: 2,
        maxSize: 2,
        privateNetworking: true,
        labels: { rack: 'r1' },
        taints: [{ key: 'zonewright/zone', value: 'web', effect: 'NoSchedule' }],
      },
    ]);
  });

  it('should leave protected labels to the steps, because kubelets set the labels of a group', () => {
    const { text, ir } = of('cloud');
    expect(text).not.toContain('node-restriction');
    expect(text).not.toContain('kubernetes.io/own');
    const steps = textAt(emit(nodeSteps, ir), 'nodes/steps.md');
    expect(steps).toContain('kubernetes.io/own=x node-restriction.kubernetes.io/zone=web');
    expect(steps).not.toContain('kubectl taint');
  });

  it('should write the minor version as text, the Service range and the network of the nodes', () => {
    const { config } = of('cloud');
    expect(config.metadata).toEqual({ name: 'cloud', region: 'eu-central-1', version: '1.36' });
    expect(config.kubernetesNetworkConfig).toEqual({ serviceIPv4CIDR: '10.93.0.0/20' });
    expect(config.vpc).toEqual({ cidr: '10.94.0.0/16' });
  });

  it('should switch on the enforcement of policies in Amazon’s plugin, and leave it out beside another', () => {
    const named = (id: string) => of(id).config.addons as Array<{ name: string; configurationValues?: string }>;
    const own = named('cloud').find((a) => a.name === 'vpc-cni');
    expect(JSON.parse(own?.configurationValues ?? '')).toEqual({ enableNetworkPolicy: 'true' });
    expect(named('cloud-bare').map((a) => a.name)).toEqual(['coredns', 'kube-proxy']);
    expect(of('cloud-bare').config.addonsConfig).toEqual({ disableDefaultAddons: true });
    expect(of('cloud-bare').emission.coverage.map((c) => c.subject)).toEqual(['Network plugin']);
  });

  it('should name the missing region, and node groups that are no pool', () => {
    expect(of('cloud').emission.problems.map((p) => p.rule)).toEqual(['compile/instance-type', 'compile/platform-key']);
    expect(of('cloud').text).not.toContain('forgotten');
    expect(of('cloud-bare').emission.problems.map((p) => [p.rule, p.severity])).toEqual([
      ['compile/placeholder', 'warning'],
      ['compile/cluster-range', 'error'],
      ['compile/instance-type', 'info'],
    ]);
    expect(of('cloud-bare').config).toMatchObject({
      metadata: { region: 'REPLACE_ME_REGION' },
      kubernetesNetworkConfig: { ipFamily: 'IPv6' },
    });
  });
});

describe('a cluster of eksctl', () => {
  function compiled(cluster: object, zones: object = { a: { trust: 1 } }) {
    const topology = design({
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata: { name: 'x' },
      zones,
      clusters: { k: { distribution: 'eks', version: '1.36', platform: { region: 'eu-central-1' }, ...cluster } },
      runtimes: { vm: { from: 'kata-qemu' } },
    });
    const [only] = lowerWithoutNetwork(topology);
    if (only === undefined) throw new Error('no cluster');
    const emission = emit(eksctl, only.ir);
    return {
      problems: emission.problems.map((p) => `${p.severity} ${p.rule}`),
      addons: (load(textAt(emission, 'cluster/eksctl.yaml')) as { addons: Array<Record<string, string>> }).addons,
      coverage: only.coverage.map((c) => c.subject),
    };
  }

  it('should say where the pod range is not in the network of the nodes, from which Amazon’s plugin takes addresses', () => {
    const networks = { pods: ['10.20.0.0/16'], nodes: ['10.1.0.0/16'] };
    expect(compiled({ networks }).problems).toEqual(['warning compile/cluster-range']);
    expect(compiled({ networks, cni: { name: 'cilium' } }).problems).toEqual([]);
    expect(compiled({ networks: { ...networks, pods: ['10.1.128.0/17'] } }).problems).toEqual([]);
  });

  it('should say which instances eksctl takes where none are named, and warn where these cannot run the pool', () => {
    const pool = (own: object, groups: object[] = []) =>
      compiled({
        pools: { p: { zone: 'a', nodes: 1, kvm: true, ...own } },
        platform: { region: 'eu-central-1', managedNodeGroups: groups },
      }).problems;
    expect(pool({})).toEqual(['info compile/instance-type']);
    expect(pool({ runtimes: ['vm'] })).toEqual(['warning compile/instance-type']);
    expect(pool({ runtimes: ['vm'] }, [{ name: 'p', instanceTypes: ['m7i.metal-24xl'] }])).toEqual([]);
  });

  it('should let DNS run where every node is tainted for a zone, and name what else needs a toleration', () => {
    const pools = { p: { zone: 'a', nodes: 1 }, q: { zone: 'b', nodes: 1 } };
    const both = compiled({ pools }, { a: { trust: 1 }, b: { trust: 2 } });
    const dns = both.addons.find((a) => a.name === 'coredns')?.configurationValues ?? '';
    expect((JSON.parse(dns) as { tolerations: object[] }).tolerations).toContainEqual({
      key: 'zonewright/zone',
      operator: 'Exists',
    });
    expect(both.coverage).toContain('Pods of the system');
    const one = compiled({ pools: { p: pools.p } });
    expect(one.addons.find((a) => a.name === 'coredns')).toEqual({ name: 'coredns' });
    expect(one.coverage).not.toContain('Pods of the system');
  });
});

describe('exclusive CPUs on EKS', () => {
  /** The node group of a pool with exclusive CPUs, and what is said of its CPU manager. */
  function groupOf(platform: object) {
    const topology = design({
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata: { name: 'x' },
      zones: { a: { trust: 1, cpu: 'exclusive' }, b: { trust: 2 } },
      clusters: {
        k: {
          distribution: 'eks',
          version: '1.36',
          platform,
          pools: { p: { zone: 'a', nodes: 1 }, q: { zone: 'b', nodes: 1 } },
        },
      },
    });
    const [only] = lowerWithoutNetwork(topology);
    if (only === undefined) throw new Error('no cluster');
    const emission = emit(eksctl, only.ir);
    const { managedNodeGroups } = load(textAt(emission, 'cluster/eksctl.yaml')) as {
      managedNodeGroups: Array<Record<string, unknown>>;
    };
    return {
      groups: managedNodeGroups,
      settings: load(String(managedNodeGroups[0]?.overrideBootstrapCommand)) as unknown,
      notes: emission.coverage.map((c) => c.subject),
    };
  }

  it('should be settings of the kubelet that nodeadm merges with its own, for the pool that asks for them', () => {
    const { groups, settings, notes } = groupOf({});
    expect(groups.map((g) => g.amiFamily)).toEqual(['AmazonLinux2023', undefined]);
    expect(settings).toEqual({
      apiVersion: 'node.eks.aws/v1alpha1',
      kind: 'NodeConfig',
      spec: {
        kubelet: {
          config: {
            cpuManagerPolicy: 'static',
            cpuManagerPolicyOptions: { 'full-pcpus-only': 'true' },
            topologyManagerPolicy: 'best-effort',
            kubeReserved: { cpu: '500m' },
            systemReserved: { cpu: '500m' },
          },
        },
      },
    });
    expect(notes).toEqual([]);
  });

  it('should keep a list of CPUs apart from cgroups, beside which a kubelet refuses it', () => {
    expect(groupOf({ reservedSystemCPUs: '0-1' }).settings).toMatchObject({
      spec: {
        kubelet: { config: { reservedSystemCPUs: '0-1', kubeReservedCgroup: '', systemReservedCgroup: '' } },
      },
    });
  });

  it('should be settings of Bottlerocket where the design passes that family through, beside those that it brings', () => {
    const own = {
      amiFamily: 'Bottlerocket',
      bottlerocket: { settings: { motd: 'hello', kubernetes: { 'max-pods': 50 } } },
    };
    const { groups, notes } = groupOf({ reservedSystemCPUs: '0-1', managedNodeGroups: [{ name: 'p', ...own }] });
    expect(groups[0]?.bottlerocket).toEqual({
      settings: {
        motd: 'hello',
        kubernetes: {
          'max-pods': 50,
          'cpu-manager-policy': 'static',
          'cpu-manager-policy-options': ['full-pcpus-only'],
          'topology-manager-policy': 'best-effort',
          'reserved-cpus': '0-1',
        },
      },
    });
    expect(groups[0]).not.toHaveProperty('overrideBootstrapCommand');
    expect(notes).toEqual([]);
    expect(groupOf({ managedNodeGroups: [{ name: 'p', amiFamily: 'bottlerocketFips' }] }).groups[0]).toMatchObject({
      bottlerocket: {
        settings: { kubernetes: { 'kube-reserved': { cpu: '500m' }, 'system-reserved': { cpu: '500m' } } },
      },
    });
  });

  it.each([
    { amiFamily: 'Ubuntu2404' },
    { launchTemplate: { id: 'lt-1' } },
    { overrideBootstrapCommand: 'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\n' },
  ])('should leave a group alone that brings %j, and say so', (own) => {
    const { groups, notes } = groupOf({ managedNodeGroups: [{ name: 'p', ...own }] });
    expect(groups[0]).toMatchObject(own);
    expect(String(groups[0]?.overrideBootstrapCommand)).not.toContain('cpuManagerPolicy');
    expect(notes).toEqual(['CPU manager of pool “p”']);
  });
});

describe('runtimes on EKS', () => {
  function compiled(group: object, section = 'managedNodeGroups', version = '1.36') {
    const topology = design({
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata: { name: 'x' },
      zones: { a: { trust: 1 } },
      clusters: {
        k: {
          distribution: 'eks',
          version,
          platform: { region: 'eu-central-1', [section]: [{ name: 'p', instanceType: 'm7i.metal-24xl', ...group }] },
          pools: { p: { zone: 'a', nodes: 1, kvm: true, runtimes: ['gvisor', 'runc', 'vm'] } },
        },
      },
      runtimes: { gvisor: { from: 'gvisor' }, runc: { from: 'runc' }, vm: { from: 'kata-fc' } },
    });
    const [only] = lowerWithoutNetwork(topology);
    if (only === undefined) throw new Error('no cluster');
    const emission = emit(eksctl, only.ir);
    const groups = (load(textAt(emission, 'cluster/eksctl.yaml')) as Record<string, Array<Record<string, unknown>>>)[
      section
    ];
    const settings = load(String(groups?.[0]?.overrideBootstrapCommand)) as {
      spec: { containerd: { config: string } };
    };
    return {
      group: groups?.[0],
      toml: settings.spec?.containerd.config ?? '',
      steps: textAt(emit(nodeSteps, only.ir), 'nodes/steps.md'),
      problems: emission.problems.map((p) => `${p.severity} ${p.rule}`),
      notes: [...emission.coverage, ...emit(containerd, only.ir).coverage].map((c) => c.subject),
    };
  }
  const tables = (toml: string) => toml.split('\n').filter((line) => line.startsWith('['));

  it.each(['managedNodeGroups', 'nodeGroups'])('should be handlers that nodeadm merges, in %s', (section) => {
    const { toml, group, problems, notes, steps } = compiled({}, section);
    expect(tables(toml)).toEqual([
      '[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.kata-fc]',
      '[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.kata-fc.options]',
      '[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runsc]',
      '[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runsc.options]',
      '[plugins."io.containerd.snapshotter.v1.devmapper"]',
    ]);
    // The version and the default are those of nodeadm.
    expect(toml).not.toMatch(/^version|default_runtime_name/m);
    expect(group?.amiFamily).toBe('AmazonLinux2023');
    expect(problems).toEqual(['info compile/thin-pool']);
    expect(notes).toEqual(['Runtimes of pool “p”']);
    expect(steps).toContain('for runtime gvisor:');
  });

  it('should write what gVisor reads before nodeadm runs, and then what the design passes through', () => {
    const { group } = compiled({ preBootstrapCommands: ['install-runsc'] });
    expect(group?.preBootstrapCommands).toEqual([
      'cat > /etc/containerd/runsc.toml <<\'END\'\n# gVisor on the nodes of pool p (zone a).\n[runsc_config]\n  platform = "systrap"\nEND\n',
      'install-runsc',
    ]);
  });

  it('should name the plugin as the containerd of older images does', () => {
    expect(tables(compiled({}, 'managedNodeGroups', '1.29').toml)[0]).toBe(
      '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.kata-fc]',
    );
  });

  it('should be refused on Bottlerocket, which takes none, and left to images of one’s own', () => {
    const bottlerocket = compiled({ amiFamily: 'Bottlerocket' });
    expect(bottlerocket.problems).toEqual(['error compile/runtime-not-on-engine']);
    expect(bottlerocket.group).not.toHaveProperty('overrideBootstrapCommand');
    const ubuntu = compiled({ amiFamily: 'Ubuntu2404' });
    expect(ubuntu.problems).toEqual([]);
    expect(ubuntu.notes).toEqual(['Runtimes of pool “p”']);
    expect(ubuntu.group).not.toHaveProperty('overrideBootstrapCommand');
  });
});

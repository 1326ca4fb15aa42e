import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { emit, lowerWithoutNetwork, readCase, textAt } from '../../../testing/cluster-ir.ts';
import { containerd } from '../node/containerd.ts';
import { nodeSteps } from '../node-steps.ts';
import { capi, isSynced } from './capi.ts';

interface Reference {
  readonly apiGroup: string;
  readonly kind: string;
  readonly name: string;
}
// biome-ignore lint/suspicious/noExplicitAny: objects of many kinds, read back from the text
type Written = { kind: string; metadata: { name: string; namespace: string }; spec: Record<string, any> };

const clusters = new Map(lowerWithoutNetwork(readCase('cluster-api')).map(({ ir }) => [ir.id, ir]));
function irOf(id: string) {
  const ir = clusters.get(id);
  if (ir === undefined) throw new Error(`no cluster ${id}`);
  return ir;
}
function objects(id: string): Written[] {
  return emit(capi, irOf(id)).files.flatMap((f) => ('text' in f ? (loadAll(f.text) as Written[]) : []));
}
function one(id: string, kind: string, name: string): Written {
  const found = objects(id).find((o) => o.kind === kind && o.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}

describe('Cluster API', () => {
  it('should refer by group, kind and name alone, and to objects that are there where they are ours', () => {
    const all = objects('pay');
    const references: Reference[] = [];
    const walk = (value: unknown, key = ''): void => {
      if (typeof value !== 'object' || value === null) return;
      if (/Ref$/.test(key)) references.push(value as Reference);
      for (const [k, inner] of Object.entries(value)) walk(inner, k);
    };
    walk(all);
    expect(references).toHaveLength(7);
    for (const r of references) {
      expect(Object.keys(r).sort()).toEqual(['apiGroup', 'kind', 'name']);
      if (r.apiGroup === 'infrastructure.cluster.x-k8s.io') expect(r.kind).toMatch(/^VSphere/);
      else
        expect(
          all.some((o) => o.kind === r.kind && o.metadata.name === r.name),
          r.name,
        ).toBe(true);
    }
    expect(new Set(all.map((o) => o.metadata.namespace))).toEqual(new Set(['capi-pay']));
  });

  it('should have selectors that match the labels of their machines', () => {
    for (const o of [...objects('pay'), ...objects('plain')].filter((d) => d.kind === 'MachineDeployment'))
      expect(o.spec.template.metadata.labels).toMatchObject(o.spec.selector.matchLabels);
  });

  it('should set protected labels on machines, never by the kubelet, and leave to commands only what is not copied', () => {
    const labels = one('pay', 'MachineDeployment', 'pay-pool-front').spec.template.metadata.labels;
    expect(labels).toMatchObject({
      'node-restriction.kubernetes.io/zone': 'dmz',
      'runtime.node-restriction.kubernetes.io/gvisor': 'true',
    });
    expect(Object.keys(labels)).not.toContain('kubernetes.io/own');
    const template = one('pay', 'KubeadmConfigTemplate', 'pay-pool-front').spec.template.spec;
    expect(template.joinConfiguration.nodeRegistration.kubeletExtraArgs).toEqual([
      { name: 'node-labels', value: 'rack=r1' },
      { name: 'cloud-provider', value: 'external' },
    ]);
    const commands = textAt(emit(nodeSteps, irOf('pay')), 'nodes/steps.md')
      .split('\n')
      .filter((l) => l.startsWith('kubectl'));
    expect(commands).toEqual(['kubectl label node NODE-front-1 NODE-front-2 kubernetes.io/own=x --overwrite']);
  });

  it.each([
    ['node-restriction.kubernetes.io/zone', true],
    ['runtime.node-restriction.kubernetes.io/x', true],
    ['node-role.kubernetes.io/ingress', true],
    ['not-node-restriction.kubernetes.io/x', false],
    ['kubernetes.io/x', false],
    ['zone', false],
  ])('should know whether %s is copied to nodes', (key, expected) => {
    expect(isSynced(key)).toBe(expected);
  });

  it('should taint for the zone, and give exclusive CPUs by a patch that the machine brings along', () => {
    const { joinConfiguration, files, preKubeadmCommands } = one('pay', 'KubeadmConfigTemplate', 'pay-pool-books').spec
      .template.spec;
    expect(joinConfiguration.nodeRegistration.taints).toEqual([
      { key: 'zonewright/zone', value: 'ledger', effect: 'NoSchedule' },
    ]);
    const patch = files.find((f: { path: string }) => f.path.startsWith(joinConfiguration.patches.directory));
    expect(patch.content).toContain('cpuManagerPolicy: static');
    expect(preKubeadmCommands).toEqual(['systemctl restart containerd']);
  });

  it('should carry every file of the engine in the template of its pool', () => {
    for (const pool of irOf('pay').nodes.pools) {
      const written = emit(containerd, irOf('pay')).files.filter((f) => f.path.startsWith(`nodes/${pool.name}/`));
      const { files } = one('pay', 'KubeadmConfigTemplate', `pay-pool-${pool.name}`).spec.template.spec;
      expect(written.length).toBeGreaterThan(0);
      for (const w of written)
        expect(files.map((f: { content: string }) => f.content)).toContain('text' in w ? w.text : '');
    }
  });

  it('should keep versions and networks out of ClusterConfiguration, and make ranges of nodes that fit', () => {
    const plane = one('pay', 'KubeadmControlPlane', 'pay-control-plane').spec;
    expect(plane.version).toBe('v1.37.1');
    expect(Object.keys(plane.kubeadmConfigSpec.clusterConfiguration).sort()).toEqual([
      'apiServer',
      'controllerManager',
    ]);
    expect(plane.kubeadmConfigSpec.clusterConfiguration.controllerManager.extraArgs).toEqual([
      { name: 'node-cidr-mask-size-ipv4', value: '25' },
    ]);
  });

  it('should name what is missing and refuse an even control plane', () => {
    const findings = emit(capi, irOf('plain')).problems.map((p) => [p.rule, p.severity]);
    expect(findings).toEqual([
      ['compile/placeholder', 'warning'],
      ['compile/placeholder', 'warning'],
      ['compile/control-plane-count', 'error'],
    ]);
    expect(one('plain', 'Cluster', 'plain').spec.infrastructureRef.kind).toBe('REPLACE-ME-INFRASTRUCTURE-CLUSTER');
    expect(emit(capi, irOf('pay')).problems.map((p) => p.path?.at(-1))).toEqual(['Machine']);
  });
});

import { describe, expect, it } from 'vitest';
import { newestKubernetes } from '../catalog/index.ts';
import type { KubeObject } from '../k8s/index.ts';
import { factsOf } from './cluster-facts.ts';

function facts(objects: readonly KubeObject[]) {
  const sources = objects.map((object) => ({ object }));
  const byKind = new Map<string, typeof sources>();
  for (const source of sources) {
    const [group = ''] = source.object.apiVersion.includes('/') ? source.object.apiVersion.split('/') : [''];
    const key = group === '' ? source.object.kind : `${group}/${source.object.kind}`;
    byKind.set(key, [...(byKind.get(key) ?? []), source]);
  }
  return factsOf(byKind, sources);
}

function node(kubeletVersion: string, labels: Record<string, string> = {}, spec: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n', labels },
    spec,
    status: { nodeInfo: { kubeletVersion } },
  };
}

const askingOpenShift: KubeObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'dns', namespace: 'web' },
  spec: {
    podSelector: {},
    egress: [{ to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'openshift-dns' } } }] }],
  },
};

describe('the distribution', () => {
  it.each<[string, KubeObject[], string]>([
    ['the version of K3s', [node('v1.36.2+k3s1')], 'k3s'],
    ['the version of RKE2', [node('v1.36.2+rke2r1')], 'rke2'],
    ['the version of EKS', [node('v1.36.2-eks-a1b2c3d')], 'eks'],
    ['a label of EKS', [node('v1.36.2', { 'eks.amazonaws.com/nodegroup': 'a' })], 'eks'],
    ['a label of OpenShift', [node('v1.36.2', { 'node.openshift.io/os_id': 'rhcos' })], 'openshift'],
    [
      'the version of OpenShift as an object',
      [{ apiVersion: 'config.openshift.io/v1', kind: 'ClusterVersion', metadata: { name: 'version' } }],
      'openshift',
    ],
    ['a policy that asks the DNS of OpenShift', [askingOpenShift], 'openshift'],
    ['the version of GKE', [node('v1.36.2-gke.100')], 'managed'],
    ['a provider id of kind', [node('v1.36.2', {}, { providerID: 'kind://docker/kind/kind-worker' })], 'kind'],
    ['a control plane', [node('v1.36.2', { 'node-role.kubernetes.io/control-plane': '' })], 'kubeadm'],
    ['nothing', [], 'managed'],
  ])('should be known by %s', (_, objects, distribution) => {
    expect(facts(objects).distribution).toBe(distribution);
  });
});

describe('version and networks', () => {
  it('should be those of the nodes', () => {
    const nodes = [node('v1.36.2+k3s1', {}, { podCIDRs: ['10.42.0.0/24'] }), node('v1.36.2+k3s1')];
    expect(facts(nodes)).toMatchObject({
      version: '1.36.2',
      isVersionKnown: true,
      networks: { pods: ['10.42.0.0/24'] },
    });
  });

  it('should be the newest, and said to be unknown, where no node tells', () => {
    expect(facts([])).toEqual({ distribution: 'managed', version: newestKubernetes, isVersionKnown: false });
  });
});

describe('the network plugin', () => {
  const daemons = (name: string): KubeObject => ({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace: 'kube-system' },
  });
  const policy: KubeObject = { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'p' } };

  it('should be the one that runs, before the one whose kinds are used', () => {
    expect(facts([policy]).cni).toEqual({ name: 'cilium' });
    expect(facts([policy, daemons('calico-node')]).cni).toEqual({ name: 'calico' });
    expect(facts([daemons('kube-flannel-ds-amd64')]).cni).toEqual({ name: 'flannel' });
    expect(facts([{ ...daemons('cilium'), kind: 'Deployment' }]).cni).toBeUndefined();
  });
});

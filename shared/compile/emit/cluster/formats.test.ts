/**
 * Formats that have no schema here, checked by tables of our own: which fields they have and of which type. Sources: the
 * types of kubeadm (v1beta4), kubelet and kube-proxy; docs.k3s.io and docs.rke2.io (server and agent options); eksctl
 * pkg/apis/eksctl.io/v1alpha5; OKD 4.22, installation parameters; kind pkg/apis/config/v1alpha4.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { design, emit, lowerWithoutNetwork, readCase, textAt } from '../../../testing/cluster-ir.ts';
import type { Emitter } from '../../define.ts';
import { capi } from './capi.ts';
import { eksctl } from './eksctl.ts';
import { k3s } from './k3s.ts';
import { kind } from './kind.ts';
import { kubeadm } from './kubeadm.ts';
import { openshift } from './openshift.ts';
import { rke2 } from './rke2.ts';

type Shape = 'text' | 'number' | 'flag' | 'anything' | readonly [Shape] | { readonly [field: string]: Shape };

/** Every key is allowed. */
const any = (value: Shape): Shape => ({ '*': value });
const texts: Shape = ['text'];
/** Lists of name and value since v1beta4; the maps of v1beta3 fail strict decoding. */
const extraArgs: Shape = [{ name: 'text', value: 'text' }];
const taints: Shape = [{ key: 'text', value: 'text', effect: 'text' }];
const nodeRegistration: Shape = {
  name: 'text',
  criSocket: 'text',
  taints,
  kubeletExtraArgs: extraArgs,
  ignorePreflightErrors: texts,
  imagePullPolicy: 'text',
  imagePullSerial: 'flag',
};
const component: Shape = {
  extraArgs,
  extraVolumes: [{ name: 'text', hostPath: 'text', mountPath: 'text', readOnly: 'flag', pathType: 'text' }],
  extraEnvs: [{ name: 'text', value: 'text' }],
};
const head = { apiVersion: 'text', kind: 'text' } as const;
const kubeletFields = {
  cgroupDriver: 'text',
  clusterDNS: texts,
  clusterDomain: 'text',
  maxPods: 'number',
  cpuManagerPolicy: 'text',
  cpuManagerPolicyOptions: any('text'),
  topologyManagerPolicy: 'text',
  reservedSystemCPUs: 'text',
  kubeReserved: any('text'),
  systemReserved: any('text'),
  seccompDefault: 'flag',
  protectKernelDefaults: 'flag',
  serverTLSBootstrap: 'flag',
} as const;
const kubelet: Shape = { ...head, ...kubeletFields };
const documents: Readonly<Record<string, Shape>> = {
  'kubeadm.k8s.io/v1beta4 InitConfiguration': {
    ...head,
    nodeRegistration,
    localAPIEndpoint: { advertiseAddress: 'text', bindPort: 'number' },
    certificateKey: 'text',
    skipPhases: texts,
    patches: { directory: 'text' },
  },
  'kubeadm.k8s.io/v1beta4 ClusterConfiguration': {
    ...head,
    kubernetesVersion: 'text',
    clusterName: 'text',
    controlPlaneEndpoint: 'text',
    networking: { podSubnet: 'text', serviceSubnet: 'text', dnsDomain: 'text' },
    apiServer: { ...component, certSANs: texts },
    controllerManager: component,
    scheduler: component,
    imageRepository: 'text',
    certificatesDir: 'text',
    encryptionAlgorithm: 'text',
    featureGates: any('flag'),
  },
  'kubeadm.k8s.io/v1beta4 JoinConfiguration': {
    ...head,
    nodeRegistration,
    discovery: {
      bootstrapToken: { token: 'text', apiServerEndpoint: 'text', caCertHashes: texts },
      tlsBootstrapToken: 'text',
    },
    controlPlane: { certificateKey: 'text', localAPIEndpoint: { advertiseAddress: 'text', bindPort: 'number' } },
    patches: { directory: 'text' },
  },
  'kubelet.config.k8s.io/v1beta1 KubeletConfiguration': kubelet,
  'kubeproxy.config.k8s.io/v1alpha1 KubeProxyConfiguration': {
    ...head,
    mode: 'text',
    clusterCIDR: 'text',
    nodePortAddresses: texts,
  },
  'kind.x-k8s.io/v1alpha4 Cluster': {
    ...head,
    name: 'text',
    networking: {
      ipFamily: 'text',
      apiServerAddress: 'text',
      apiServerPort: 'number',
      podSubnet: 'text',
      serviceSubnet: 'text',
      disableDefaultCNI: 'flag',
      kubeProxyMode: 'text',
    },
    nodes: [
      {
        role: 'text',
        image: 'text',
        labels: any('text'),
        extraMounts: [any('anything')],
        extraPortMappings: [any('anything')],
        kubeadmConfigPatches: texts,
      },
    ],
    featureGates: any('flag'),
    runtimeConfig: any('text'),
    kubeadmConfigPatches: texts,
    containerdConfigPatches: texts,
  },
  'eksctl.io/v1alpha5 ClusterConfig': {
    ...head,
    metadata: { name: 'text', region: 'text', version: 'text' },
    kubernetesNetworkConfig: { ipFamily: 'text', serviceIPv4CIDR: 'text' },
    vpc: { id: 'text', cidr: 'text', subnets: any('anything'), clusterEndpoints: any('flag') },
    iam: { withOIDC: 'flag' },
    addons: [{ name: 'text', version: 'text', configurationValues: 'text' }],
    addonsConfig: { disableDefaultAddons: 'flag' },
    privateCluster: { enabled: 'flag' },
    accessConfig: { authenticationMode: 'text' },
    managedNodeGroups: [
      {
        name: 'text',
        instanceType: 'text',
        instanceTypes: texts,
        minSize: 'number',
        maxSize: 'number',
        desiredCapacity: 'number',
        privateNetworking: 'flag',
        labels: any('text'),
        taints,
        subnets: texts,
        amiFamily: 'text',
        preBootstrapCommands: texts,
        overrideBootstrapCommand: 'text',
      },
    ],
  },
};
/** What stands as text in another document, and is read by another tool than that one. */
const embeddedFields = ['kubeadmConfigPatches', 'overrideBootstrapCommand'];
const embeddedDocuments: Readonly<Record<string, Shape>> = {
  // Cluster and labels come from the managed node group.
  'node.eks.aws/v1alpha1 NodeConfig': {
    ...head,
    spec: {
      kubelet: { config: { ...kubeletFields, kubeReservedCgroup: 'text', systemReservedCgroup: 'text' }, flags: texts },
      containerd: { config: 'text' },
    },
  },
};
const machineMetadata: Shape = { name: 'text', labels: any('text') };
const machineDocuments: Readonly<Record<string, Shape>> = {
  'machineconfiguration.openshift.io/v1 MachineConfigPool': {
    ...head,
    metadata: machineMetadata,
    spec: {
      machineConfigSelector: { matchExpressions: [{ key: 'text', operator: 'text', values: texts }] },
      nodeSelector: { matchLabels: any('text') },
    },
  },
  'machineconfiguration.openshift.io/v1 MachineConfig': {
    ...head,
    metadata: machineMetadata,
    spec: {
      config: {
        ignition: { version: 'text' },
        storage: { files: [{ path: 'text', mode: 'number', overwrite: 'flag', contents: { source: 'text' } }] },
      },
    },
  },
  'machineconfiguration.openshift.io/v1 KubeletConfig': {
    ...head,
    metadata: machineMetadata,
    spec: { machineConfigPoolSelector: { matchLabels: any('text') }, kubeletConfig: kubelet },
  },
};
const server: Shape = {
  token: 'text',
  server: 'text',
  'tls-san': texts,
  'cluster-cidr': 'text',
  'service-cidr': 'text',
  'cluster-dns': 'text',
  'node-label': texts,
  'node-taint': texts,
  'node-ip': 'text',
  'kube-apiserver-arg': texts,
  'kube-controller-manager-arg': texts,
  'kubelet-arg': texts,
  'protect-kernel-defaults': 'flag',
  'secrets-encryption': 'flag',
  'container-runtime-endpoint': 'text',
  'write-kubeconfig-mode': 'text',
};
/** Keys of servers stop an agent. */
const agent: Shape = {
  token: 'text',
  server: 'text',
  'node-label': texts,
  'node-taint': texts,
  'node-ip': 'text',
  'kubelet-arg': texts,
  'protect-kernel-defaults': 'flag',
  'container-runtime-endpoint': 'text',
};
const flat: ReadonlyArray<readonly [RegExp, Shape]> = [
  [/^cluster\/k3s\/agent\//, agent],
  [
    /^cluster\/k3s\//,
    { ...server, 'cluster-init': 'flag', disable: texts, 'flannel-backend': 'text', 'disable-network-policy': 'flag' },
  ],
  [/^cluster\/rke2\/agent\//, { ...agent, profile: 'text' }],
  [/^cluster\/rke2\//, { ...server, cni: 'text', 'ingress-controller': 'text', profile: 'text' }],
  [
    /^cluster\/openshift\/install-config\.yaml$/,
    {
      apiVersion: 'text',
      metadata: { name: 'text' },
      baseDomain: 'text',
      controlPlane: {
        name: 'text',
        replicas: 'number',
        hyperthreading: 'text',
        architecture: 'text',
        platform: any('anything'),
      },
      compute: [{ name: 'text', replicas: 'number', platform: any('anything') }],
      networking: {
        networkType: 'text',
        clusterNetwork: [{ cidr: 'text', hostPrefix: 'number' }],
        serviceNetwork: texts,
        machineNetwork: [{ cidr: 'text' }],
      },
      platform: any('anything'),
      pullSecret: 'text',
      sshKey: 'text',
      publish: 'text',
      fips: 'flag',
    },
  ],
];

const tables: Readonly<Record<string, Shape>> = { ...documents, ...machineDocuments, ...embeddedDocuments };

/** Fields without which a tool refuses the document. */
const required: ReadonlyArray<readonly [RegExp, readonly string[]]> = [
  [/install-config\.yaml$/, ['apiVersion', 'baseDomain', 'metadata', 'networking', 'platform', 'pullSecret']],
  [/eksctl\.yaml$/, ['metadata']],
  [/\/(k3s|rke2)\/(agent\/|join-server)/, ['server', 'token']],
];
const emitters: readonly Emitter[] = [kubeadm, kind, k3s, rke2, openshift, eksctl];
const cases = readdirSync(new URL('../../cases/', import.meta.url)).filter((name) =>
  existsSync(new URL(`../../cases/${name}/topology.yaml`, import.meta.url)),
);
const templates = new URL('../../../../templates/', import.meta.url);
const designs = [
  ...cases.map(readCase),
  ...readdirSync(templates)
    .filter((name) => name.endsWith('.zones.yaml'))
    .map((name) => design(readFileSync(new URL(name, templates), 'utf8'))),
];

describe('configurations of clusters', () => {
  it('should hold only fields that their formats have, of the right types, in every case and template', () => {
    const faults: string[] = [];
    const seen = new Set<string>();
    const judge = (document: Readonly<Record<string, unknown>>, path: string): void => {
      const id = document.kind === undefined ? path : `${document.apiVersion} ${document.kind}`;
      const index = flat.findIndex(([pattern]) => pattern.test(path));
      const shape = tables[id] ?? flat[index]?.[1];
      seen.add(tables[id] === undefined ? String(index) : id);
      if (shape === undefined) faults.push(`${path}: ${id} is in no table`);
      else faults.push(...check(document, shape, path));
      for (const [pattern, fields] of required)
        if (pattern.test(path) && document.kind !== 'NodeConfig')
          faults.push(...fields.filter((f) => document[f] === undefined).map((f) => `${path}: no ${f}`));
      // The patches of v1beta3 have maps, which kind writes for older node images.
      for (const text of embedded(document))
        for (const inner of loadAll(text) as Array<Record<string, unknown>>)
          if (inner.apiVersion !== 'kubeadm.k8s.io/v1beta3') judge(inner, path);
    };
    for (const topology of designs)
      for (const { ir } of lowerWithoutNetwork(topology))
        for (const emission of emitters.map((e) => emit(e, ir)))
          for (const { path } of emission.files) {
            if (!path.endsWith('.yaml')) continue;
            for (const document of loadAll(textAt(emission, path)) as Array<Record<string, unknown>>)
              judge(document, path);
          }
    expect(faults).toEqual([]);
    // Each table was used, so that none of them stands for nothing.
    expect([...seen].sort()).toEqual([...Object.keys(tables), ...flat.map((_, i) => String(i))].sort());
  });

  it('should say in their heads who installs the network plugin, wherever nothing else does', () => {
    const heads = (distribution: string, cni?: string) => {
      const topology = design({
        apiVersion: 'zonewright/v1',
        kind: 'Topology',
        metadata: { name: 'x' },
        clusters: { k: { distribution, version: '1.37.1', ...(cni !== undefined && { cni: { name: cni } }) } },
      });
      return lowerWithoutNetwork(topology)
        .flatMap(({ ir }) =>
          [...emitters, capi].flatMap((e) => emit(e, ir).files.map((f) => ('text' in f ? f.text : ''))),
        )
        .filter((text) => text.includes('Install the network plugin'));
    };
    for (const distribution of ['kubeadm', 'capi', 'kind', 'k3s', 'rke2'])
      expect(heads(distribution, 'antrea').join(), distribution).toContain('(antrea) afterwards');
    expect([heads('kind', 'kindnet'), heads('k3s'), heads('rke2'), heads('rke2', 'cilium')]).toEqual([[], [], [], []]);
  });

  it('should be refused with arguments as a map, a number as text, and a key of servers at an agent', () => {
    const join = documents['kubeadm.k8s.io/v1beta4 JoinConfiguration'] as Shape;
    expect(check({ nodeRegistration: { kubeletExtraArgs: { 'node-labels': 'a=b' } } }, join, 'x')).toEqual([
      'x.nodeRegistration.kubeletExtraArgs: is no list',
    ]);
    const eks = documents['eksctl.io/v1alpha5 ClusterConfig'] as Shape;
    expect(check({ metadata: { version: 1.36 } }, eks, 'x')).toEqual(['x.metadata.version: is no text']);
    expect(check({ 'cluster-cidr': '10.0.0.0/8' }, agent, 'x')).toEqual(['x.cluster-cidr: is no field']);
  });
});

function check(value: unknown, shape: Shape, at: string): string[] {
  if (shape === 'anything') return [];
  if (typeof shape === 'string') {
    const type = { text: 'string', number: 'number', flag: 'boolean' }[shape];
    return typeof value === type ? [] : [`${at}: is no ${shape}`];
  }
  if (isList(shape))
    return Array.isArray(value) ? value.flatMap((v, i) => check(v, shape[0], `${at}[${i}]`)) : [`${at}: is no list`];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: is no map`];
  return Object.entries(value).flatMap(([key, inner]) => {
    const own = shape[key] ?? shape['*'];
    return own === undefined ? [`${at}.${key}: is no field`] : check(inner, own, `${at}.${key}`);
  });
}

/** Documents that stand as text in this one. */
function embedded(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    embeddedFields.includes(key) ? [inner].flat().map(String) : embedded(inner),
  );
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

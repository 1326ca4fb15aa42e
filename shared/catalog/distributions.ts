/**
 * Distributions: where DNS is, what they come with, and whether their control plane can be configured.
 * Sources: kubeadm, kind, K3s, RKE2, Cluster API, OKD 4.22 and EKS documentation; for DNS on OpenShift the daemon set
 * dns-default of the cluster-dns-operator, whose pods listen on 5353; for its admission plugins the
 * cluster-kube-apiserver-operator, bindata/assets/config/defaultconfig.yaml.
 */
import type { Distribution, Protocol } from '../model/index.ts';
import type { ContainerdConfigVersion, EngineName } from './engines.ts';

/** Protocols that know no ports: IP-in-IP (number 4, IPv4 alone), and the echo requests of ICMP and ICMPv6. */
export type PortlessProtocol = 'IPIP' | 'ICMP';

/** What nodes of a cluster open to each other. */
export type ClusterPort =
  | { readonly protocol: Protocol; readonly port: number }
  | { readonly protocol: PortlessProtocol; readonly port?: undefined };

export interface DistributionInfo {
  readonly id: Distribution;
  readonly label: string;
  /** The pods that answer DNS: policies see the port of the pod, not of the Service. */
  readonly dns: {
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    /** The port the pods listen on, TCP and UDP. */
    readonly port: number;
  };
  /** The network plugin where the design names none; absent where there is no such default. */
  readonly defaultCni?: string;
  /** The plugin that carries packets between nodes then, where that is another. */
  readonly defaultTunnels?: string;
  /** What nodes dial at the control plane when they join, beside the API server. */
  readonly joinPorts: readonly ClusterPort[];
  readonly defaultEngine: EngineName;
  /** The runtime that pods without a runtime class get where that is not the engine's own default. */
  readonly defaultRuntime?: string;
  /** The version of containerd's main file where the distribution itself writes it, for containerd 2 and newer. */
  readonly containerdMainFile?: ContainerdConfigVersion;
  /** The format of its configuration; absent where there is none to write. */
  readonly config?: string;
  /** Can admission plugins of the API server be chosen? */
  readonly admissionPlugins: boolean;
  /** Plugins that are on beside the defaults of Kubernetes, whatever anybody chooses. */
  readonly ownPlugins?: readonly string[];
  /** Does DNS and what else comes with it find a place on its control plane where every other node has a taint? */
  readonly systemOnControlPlane: boolean;
  /** Are nodes and their engine configured by the platform team? False where a provider manages them. */
  readonly ownNodes: boolean;
}

const coreDns = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, port: 53 };

export const distributions: Readonly<Record<Distribution, DistributionInfo>> = {
  kubeadm: {
    id: 'kubeadm',
    label: 'kubeadm',
    joinPorts: [],
    dns: coreDns,
    defaultEngine: 'containerd',
    config: 'kubeadm.k8s.io/v1beta4',
    admissionPlugins: true,
    systemOnControlPlane: true,
    ownNodes: true,
  },
  kind: {
    id: 'kind',
    label: 'kind',
    joinPorts: [],
    dns: coreDns,
    defaultCni: 'kindnet',
    defaultEngine: 'containerd',
    containerdMainFile: 3,
    config: 'kind.x-k8s.io/v1alpha4',
    admissionPlugins: true,
    systemOnControlPlane: true,
    ownNodes: true,
  },
  k3s: {
    id: 'k3s',
    label: 'K3s',
    joinPorts: [],
    dns: coreDns,
    // Flannel, with the policy controller of kube-router built in.
    defaultCni: 'kube-router',
    defaultTunnels: 'flannel',
    defaultEngine: 'containerd',
    containerdMainFile: 3,
    config: 'k3s config.yaml',
    admissionPlugins: true,
    systemOnControlPlane: true,
    ownNodes: true,
  },
  rke2: {
    id: 'rke2',
    label: 'RKE2',
    joinPorts: [{ protocol: 'TCP', port: 9345 }],
    dns: coreDns,
    defaultCni: 'canal',
    defaultEngine: 'containerd',
    containerdMainFile: 3,
    config: 'rke2 config.yaml',
    admissionPlugins: true,
    systemOnControlPlane: true,
    ownNodes: true,
  },
  capi: {
    id: 'capi',
    label: 'Cluster API',
    joinPorts: [],
    dns: coreDns,
    defaultEngine: 'containerd',
    config: 'cluster.x-k8s.io/v1beta2',
    admissionPlugins: true,
    systemOnControlPlane: true,
    ownNodes: true,
  },
  openshift: {
    id: 'openshift',
    label: 'OpenShift',
    joinPorts: [],
    dns: { namespace: 'openshift-dns', labels: { 'dns.operator.openshift.io/daemonset-dns': 'default' }, port: 5353 },
    defaultCni: 'ovn-kubernetes',
    defaultEngine: 'cri-o',
    config: 'install-config.yaml v1',
    admissionPlugins: false,
    ownPlugins: ['NodeRestriction', 'PodNodeSelector', 'PodTolerationRestriction'],
    systemOnControlPlane: false,
    ownNodes: true,
  },
  eks: {
    id: 'eks',
    label: 'Amazon EKS',
    joinPorts: [],
    dns: coreDns,
    defaultCni: 'aws-vpc-cni',
    defaultEngine: 'containerd',
    config: 'eksctl.io/v1alpha5',
    admissionPlugins: false,
    systemOnControlPlane: false,
    ownNodes: false,
  },
  managed: {
    id: 'managed',
    label: 'Managed by a provider',
    joinPorts: [],
    dns: coreDns,
    defaultEngine: 'containerd',
    admissionPlugins: false,
    systemOnControlPlane: false,
    ownNodes: false,
  },
};

export function distributionInfo(id: Distribution): DistributionInfo {
  return distributions[id];
}

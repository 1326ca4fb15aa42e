/**
 * Network plugins by id: what each can enforce. An object that a plugin does not enforce is accepted by the API server
 * without a word, so everything that promises isolation asks here first.
 *
 * Sources: the plugins' own documentation: docs.tigera.io, docs.cilium.io, antrea.io/docs, ovn-kubernetes.io, kube-router
 * user guide, kubernetes-sigs/kind#3612 (kindnet), docs.aws.amazon.com (vpc-cni), learn.microsoft.com (Azure NPM), cloud.google.com
 * (Dataplane V2), docs.cilium.io (IPAM), kubernetes-sigs/network-policy-api implementations page.
 */
import type { Cluster } from '../model/index.ts';
import { type ClusterPort, distributionInfo } from './distributions.ts';
import { isAtLeastVersion } from './engines.ts';

export type ClusterWidePolicies =
  | 'cluster-network-policy'
  | 'admin-network-policy'
  | 'cilium'
  | 'calico'
  | 'antrea'
  | 'aws'
  | 'none';
/** The plugin whose own kind gives pods fixed addresses outside the cluster. */
export type EgressKind = 'cilium' | 'ovn-kubernetes';
export type DnsNamePolicies = 'cilium' | 'antrea' | 'gke' | 'ovn-kubernetes' | 'none';

export interface CniInfo {
  readonly id: string;
  readonly label: string;
  /** Does it enforce networking.k8s.io NetworkPolicy? `partly`: only with a setting or beside another product; see `note`. */
  readonly networkPolicy: 'yes' | 'partly' | 'no';
  readonly sctp: boolean;
  /** The cluster-wide kind that no namespace can override. */
  readonly clusterWide: ClusterWidePolicies;
  /**
   * The first version of the plugin that enforces policy.networking.k8s.io ClusterNetworkPolicy beside its own kinds, or
   * instead of them; absent where none does.
   */
  readonly clusterNetworkPolicySince?: string;
  /** The kind that restricts egress by DNS name. */
  readonly dnsNames: DnsNamePolicies;
  /** True where it may replace kube-proxy and sees Services before they are translated. */
  readonly replacesKubeProxy: boolean;
  /**
   * The kind that gives pods fixed addresses outside the cluster; absent where the plugin has none. Calico has one in its
   * commercial editions only.
   */
  readonly egressKind?: EgressKind;
  /**
   * What its agents open between nodes, and its tunnels as they are by default; absent where nobody here knows. Sources:
   * system requirements of Calico and Cilium (firewall rules); Antrea, network requirements; Kube-OVN, ports need open;
   * Flannel, backends; OVN-Kubernetes, egress-ip (its health check has this port on OpenShift); kube-router, user guide.
   */
  readonly nodePorts?: readonly ClusterPort[];
  /** What its options need beside that or instead, as a clause. */
  readonly optionalPorts?: string;
  /** The cloud that it belongs to, where what a cloud has on its own addresses matters. */
  readonly cloud?: 'azure';
  /** True where pods have addresses of the network of their nodes. */
  readonly podsAmongNodes?: true;
  /** Where the plugin itself is told the range of pods; it may ignore the one that the cluster was made with. */
  readonly podRangeSetting?: string;
  /**
   * How pods keep their addresses towards ranges outside the cluster, as a clause, and a command that shows it; absent where
   * nobody here knows. By default plugins translate what leaves to the address of the node.
   */
  readonly keepsAddresses?: { readonly how: string; readonly command: string };
  readonly note?: string;
}

const flannelOptions =
  'UDP 51820 and, for IPv6, 51821 instead of 8472 with WireGuard; with host-gw nothing, since nodes then need one network';

const list: readonly CniInfo[] = [
  // Release notes of Calico 3.32: ClusterNetworkPolicy replaces the two kinds of v1alpha1.
  cni('calico', 'Calico', {
    sctp: true,
    clusterWide: 'calico',
    clusterNetworkPolicySince: '3.32',
    // BGP, VXLAN, Typha; pools of addresses tunnel by IP-in-IP unless they say otherwise.
    nodePorts: [tcp(179), udp(4789), tcp(5473), { protocol: 'IPIP' }],
    optionalPorts: 'UDP 51820 and, for IPv6, 51821 with WireGuard',
    podRangeSetting: 'its IPPool',
    keepsAddresses: {
      // natOutgoing of a pool translates everything but what goes to another pool.
      how: 'each of these ranges is an IPPool of Calico with disabled: true, or natOutgoing of the pools is off',
      command: 'kubectl get ippools.projectcalico.org -o yaml',
    },
  }),
  cni('cilium', 'Cilium', {
    sctp: true,
    clusterWide: 'cilium',
    dnsNames: 'cilium',
    replacesKubeProxy: true,
    egressKind: 'cilium',
    // VXLAN; health checks by TCP and ping.
    nodePorts: [udp(8472), tcp(4240), { protocol: 'ICMP' }],
    optionalPorts:
      'UDP 6081 instead of 8472 with Geneve, UDP 51871 with WireGuard, protocol ESP with IPsec, TCP 4244 with the relay of Hubble',
    podRangeSetting: 'ipam.operator.clusterPoolIPv4PodCIDRList, or ipam.mode kubernetes',
    keepsAddresses: {
      how: 'Cilium’s ipv4-native-routing-cidr and ipv6-native-routing-cidr hold these ranges, or its masquerading is off',
      command: 'kubectl get configmap cilium-config -n kube-system -o yaml',
    },
    note: 'With gVisor or Kata pods set socketLB.hostNamespaceOnly, or their connections to Services are not seen. SCTP has to be switched on (sctp.enabled).',
  }),
  cni('antrea', 'Antrea', {
    sctp: true,
    clusterWide: 'antrea',
    dnsNames: 'antrea',
    // Geneve; controller, agents, and the agents' list of members.
    nodePorts: [udp(6081), tcp(10349), tcp(10350), tcp(10351), udp(10351)],
    optionalPorts:
      'UDP 4789 with VXLAN, TCP 7471 with STT or protocol GRE instead of 6081, UDP 51820 with WireGuard, UDP 500 and 4500 and the protocols ESP and AH with IPsec, TCP 179 with BGP',
  }),
  cni('ovn-kubernetes', 'OVN-Kubernetes', {
    sctp: true,
    clusterWide: 'admin-network-policy',
    dnsNames: 'ovn-kubernetes',
    egressKind: 'ovn-kubernetes',
    // Geneve; the health check of egress addresses.
    nodePorts: [udp(6081), tcp(9107)],
    optionalPorts: 'UDP 500 and 4500 and protocol ESP with IPsec',
  }),
  cni('kindnet', 'kindnet', {
    note: 'Enforces NetworkPolicy in kind node images since the middle of 2024.',
  }),
  cni('kube-router', 'kube-router', {
    sctp: true,
    // BGP; IP-in-IP to nodes of other networks.
    nodePorts: [tcp(179), { protocol: 'IPIP' }],
    optionalPorts: 'UDP 5555 instead of IP-in-IP with FoU',
  }),
  cni('flannel', 'Flannel', {
    networkPolicy: 'no',
    nodePorts: [udp(8472)],
    optionalPorts: flannelOptions,
    note: 'Connects pods and enforces nothing. K3s adds a policy controller of kube-router beside it.',
  }),
  cni('canal', 'Canal (Flannel with Calico policies)', {
    sctp: true,
    clusterWide: 'calico',
    clusterNetworkPolicySince: '3.32',
    nodePorts: [udp(8472), tcp(5473)],
    optionalPorts: flannelOptions,
    note: 'kubectl knows the kinds of projectcalico.org/v3 only with the Calico API server or its native CRDs.',
  }),
  // Both by kubernetes-sigs/network-policy-api, page of implementations.
  cni('kube-ovn', 'Kube-OVN', {
    sctp: true,
    clusterWide: 'cluster-network-policy',
    // Geneve; the databases of OVN; metrics of controller, monitor and agents.
    nodePorts: [udp(6081), tcp(6641), tcp(6642), tcp(6643), tcp(6644), tcp(10660), tcp(10661), tcp(10665)],
    optionalPorts: 'UDP 4789 with VXLAN or TCP 7471 with STT instead of 6081',
  }),
  cni('kube-network-policies', 'kube-network-policies', {
    sctp: true,
    clusterWide: 'cluster-network-policy',
    note: 'A policy controller beside a network plugin that has none.',
  }),
  cni('weave', 'Weave Net', {
    networkPolicy: 'partly',
    note: 'Its maker closed in 2024; nobody fixes faults in its policy controller.',
  }),
  cni('aws-vpc-cni', 'Amazon VPC CNI', {
    podsAmongNodes: true,
    networkPolicy: 'partly',
    clusterWide: 'aws',
    keepsAddresses: {
      how: 'AWS_VPC_K8S_CNI_EXTERNALSNAT is true, or AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS holds these ranges',
      command: 'kubectl get daemonset aws-node -n kube-system -o yaml',
    },
    note: 'Enforces NetworkPolicy only with enableNetworkPolicy: "true"; DNS names only on Auto Mode nodes.',
  }),
  cni('azure', 'Azure CNI', {
    cloud: 'azure',
    networkPolicy: 'partly',
    note: 'Enforces NetworkPolicy only where the cluster was made with network_policy azure, calico or cilium.',
  }),
  cni('azure-cilium', 'Azure CNI powered by Cilium', {
    cloud: 'azure',
    sctp: false,
    clusterWide: 'cilium',
    dnsNames: 'none',
    replacesKubeProxy: true,
  }),
  cni('gke-dataplane-v2', 'GKE Dataplane V2', { dnsNames: 'gke', replacesKubeProxy: true, clusterWide: 'none' }),
  cni('none', 'No network plugin', { networkPolicy: 'no' }),
];

/** Every plugin that is known, in the order in which people should see them. */
export const cnis: readonly CniInfo[] = list;

const byId = new Map(list.map((c) => [c.id, c]));

/** Undefined for a plugin that is not known, which is not the same as one that enforces nothing. */
export function cniInfo(id: string): CniInfo | undefined {
  return byId.get(id);
}

/** What the network plugin of a cluster opens between its nodes, and needs by option; undefined where nobody here knows. */
export function pluginPorts({
  cni: own,
  distribution,
}: Cluster): { readonly usual: readonly ClusterPort[]; readonly optional?: string } | undefined {
  const { defaultCni, defaultTunnels } = distributionInfo(distribution);
  const { nodePorts, optionalPorts } = cniInfo(own?.name ?? defaultTunnels ?? defaultCni ?? '') ?? {};
  if (nodePorts === undefined) return undefined;
  return { usual: nodePorts, ...(optionalPorts !== undefined && { optional: optionalPorts }) };
}

/** Cluster-wide kinds in which guard rails of zones are exported. */
export type GuardRailKind = 'calico' | 'cilium' | 'cluster-network-policy';

/**
 * What a cluster's plugin bounds policies of namespaces with. ClusterNetworkPolicy only where the design says which version
 * its CRDs serve, because a cluster without them refuses the objects; a version of the plugin that nobody names is taken to
 * be a current one.
 */
export function guardRailKind(
  name: string | undefined,
  cni: { readonly version?: string; readonly clusterNetworkPolicy?: string } = {},
): GuardRailKind | undefined {
  const info = name === undefined ? undefined : cniInfo(name);
  if (info === undefined) return undefined;
  const { clusterNetworkPolicySince: since } = info;
  const isSince = since !== undefined && (cni.version === undefined || isAtLeastVersion(cni.version, since) !== false);
  if (cni.clusterNetworkPolicy !== undefined && (info.clusterWide === 'cluster-network-policy' || isSince))
    return 'cluster-network-policy';
  return info.clusterWide === 'calico' || info.clusterWide === 'cilium' ? info.clusterWide : undefined;
}

function tcp(port: number): ClusterPort {
  return { protocol: 'TCP', port };
}

function udp(port: number): ClusterPort {
  return { protocol: 'UDP', port };
}

function cni(id: string, label: string, facts: Partial<Omit<CniInfo, 'id' | 'label'>>): CniInfo {
  return {
    id,
    label,
    networkPolicy: 'yes',
    sctp: false,
    clusterWide: 'none',
    dnsNames: 'none',
    replacesKubeProxy: false,
    ...facts,
  };
}

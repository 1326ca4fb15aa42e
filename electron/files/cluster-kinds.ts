/**
 * What is asked of a cluster: the kinds that an import or a comparison reads, and no other. Secrets and ConfigMaps are not
 * among them, and nothing but lists is ever requested.
 */
export interface ClusterKind {
  readonly kind: string;
  /** Path of the API group and version, without a slash at the end. */
  readonly api: string;
  readonly resource: string;
  readonly isNamespaced: boolean;
  /** Asked where the cluster does not serve `api`: what else the same objects may be served as. */
  readonly otherApi?: string;
}

const core = 'api/v1';
const apps = 'apis/apps/v1';
const admission = 'apis/admissionregistration.k8s.io';
const gateway = 'apis/gateway.networking.k8s.io/v1';
const calicoStore = 'apis/crd.projectcalico.org/v1';

export const clusterKinds: readonly ClusterKind[] = [
  ofCluster('Namespace', core, 'namespaces'),
  ofCluster('Node', core, 'nodes'),
  ofNamespace('Deployment', apps, 'deployments'),
  ofNamespace('StatefulSet', apps, 'statefulsets'),
  ofNamespace('DaemonSet', apps, 'daemonsets'),
  ofNamespace('ReplicaSet', apps, 'replicasets'),
  ofNamespace('CronJob', 'apis/batch/v1', 'cronjobs'),
  ofNamespace('Job', 'apis/batch/v1', 'jobs'),
  ofNamespace('Pod', core, 'pods'),
  ofNamespace('Service', core, 'services'),
  ofNamespace('ServiceAccount', core, 'serviceaccounts'),
  ofNamespace('PersistentVolumeClaim', core, 'persistentvolumeclaims'),
  ofNamespace('ResourceQuota', core, 'resourcequotas'),
  ofNamespace('NetworkPolicy', 'apis/networking.k8s.io/v1', 'networkpolicies'),
  ofNamespace('Ingress', 'apis/networking.k8s.io/v1', 'ingresses'),
  ofCluster('IngressClass', 'apis/networking.k8s.io/v1', 'ingressclasses'),
  ofCluster('GatewayClass', gateway, 'gatewayclasses'),
  ofNamespace('Gateway', gateway, 'gateways'),
  ofNamespace('HTTPRoute', gateway, 'httproutes'),
  ofNamespace('TCPRoute', gateway, 'tcproutes'),
  ofNamespace('UDPRoute', gateway, 'udproutes'),
  ofCluster('StorageClass', 'apis/storage.k8s.io/v1', 'storageclasses'),
  ofCluster('VolumeAttributesClass', 'apis/storage.k8s.io/v1', 'volumeattributesclasses'),
  ofCluster('RuntimeClass', 'apis/node.k8s.io/v1', 'runtimeclasses'),
  ofCluster('ValidatingAdmissionPolicy', `${admission}/v1`, 'validatingadmissionpolicies'),
  ofCluster('ValidatingAdmissionPolicyBinding', `${admission}/v1`, 'validatingadmissionpolicybindings'),
  ofCluster('MutatingAdmissionPolicy', `${admission}/v1`, 'mutatingadmissionpolicies'),
  ofCluster('MutatingAdmissionPolicyBinding', `${admission}/v1`, 'mutatingadmissionpolicybindings'),
  {
    ...ofCluster('ClusterNetworkPolicy', 'apis/policy.networking.k8s.io/v1beta1', 'clusternetworkpolicies'),
    otherApi: 'apis/policy.networking.k8s.io/v1alpha2',
  },
  ofCluster('AdminNetworkPolicy', 'apis/policy.networking.k8s.io/v1alpha1', 'adminnetworkpolicies'),
  ofCluster('BaselineAdminNetworkPolicy', 'apis/policy.networking.k8s.io/v1alpha1', 'baselineadminnetworkpolicies'),
  ofNamespace('CiliumNetworkPolicy', 'apis/cilium.io/v2', 'ciliumnetworkpolicies'),
  ofCluster('CiliumClusterwideNetworkPolicy', 'apis/cilium.io/v2', 'ciliumclusterwidenetworkpolicies'),
  ofCluster('CiliumEgressGatewayPolicy', 'apis/cilium.io/v2', 'ciliumegressgatewaypolicies'),
  ofCluster('EgressIP', 'apis/k8s.ovn.org/v1', 'egressips'),
  { ...ofCluster('CiliumCIDRGroup', 'apis/cilium.io/v2', 'ciliumcidrgroups'), otherApi: 'apis/cilium.io/v2alpha1' },
  // Without the API server of Calico its policies are there only in the form in which it stores them.
  { ...ofNamespace('NetworkPolicy', 'apis/projectcalico.org/v3', 'networkpolicies'), otherApi: calicoStore },
  { ...ofCluster('GlobalNetworkPolicy', 'apis/projectcalico.org/v3', 'globalnetworkpolicies'), otherApi: calicoStore },
  { ...ofCluster('GlobalNetworkSet', 'apis/projectcalico.org/v3', 'globalnetworksets'), otherApi: calicoStore },
  { ...ofNamespace('NetworkSet', 'apis/projectcalico.org/v3', 'networksets'), otherApi: calicoStore },
  { ...ofCluster('Tier', 'apis/projectcalico.org/v3', 'tiers'), otherApi: calicoStore },
];

function ofCluster(kind: string, api: string, resource: string): ClusterKind {
  return { kind, api, resource, isNamespaced: false };
}

function ofNamespace(kind: string, api: string, resource: string): ClusterKind {
  return { kind, api, resource, isNamespaced: true };
}

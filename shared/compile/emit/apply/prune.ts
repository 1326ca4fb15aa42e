/**
 * What `kubectl apply --prune` may delete. Pruning by label and allow list works with every kubectl and keeps nothing in
 * the cluster; sets of applied objects (ApplySet) are alpha and need an environment variable. Namespaces are never on the
 * list, because whoever deletes one deletes everything in it.
 * Source: kubernetes.io, "Declarative Management of Kubernetes Objects Using Configuration Files", and KEP-3659.
 */
import { cniInfo, distributionInfo, type KubernetesFeature, kubernetesHas } from '../../../catalog/index.ts';
import type { KubeObject } from '../../../k8s/index.ts';
import { sortBy, unique } from '../../../lib/sort.ts';
import type { ClusterIr } from '../../ir.ts';
import { designLabel, designName } from '../../scope.ts';
import { defaultDeny } from './stages.ts';

/** `apiVersion kind` of what any earlier export may have applied to a cluster of this version. */
function always(ir: ClusterIr): string[] {
  const admission = (name: string) =>
    ['', 'Binding'].map((end) => `admissionregistration.k8s.io/v1 ${name}AdmissionPolicy${end}`);
  return [
    'v1 ResourceQuota',
    'v1 Service',
    'networking.k8s.io/v1 Ingress',
    'networking.k8s.io/v1 IngressClass',
    'networking.k8s.io/v1 NetworkPolicy',
    'node.k8s.io/v1 RuntimeClass',
    'storage.k8s.io/v1 StorageClass',
    ...(kubernetesHas(ir.cluster.version, 'volumeAttributesClass') ? ['storage.k8s.io/v1 VolumeAttributesClass'] : []),
    ...(kubernetesHas(ir.cluster.version, 'validatingAdmissionPolicy') ? admission('Validating') : []),
    ...(kubernetesHas(ir.cluster.version, 'mutatingAdmissionPolicy') ? admission('Mutating') : []),
  ];
}

/** Kinds that older clusters do not know in the version that is exported. */
const cameWith: Readonly<Record<string, KubernetesFeature>> = {
  ValidatingAdmissionPolicy: 'validatingAdmissionPolicy',
  ValidatingAdmissionPolicyBinding: 'validatingAdmissionPolicy',
  MutatingAdmissionPolicy: 'mutatingAdmissionPolicy',
  MutatingAdmissionPolicyBinding: 'mutatingAdmissionPolicy',
  VolumeAttributesClass: 'volumeAttributesClass',
};

/** Kinds of Gateway API 1.6: a cluster that has the others of their group in v1 may have an older release. */
const cameLater: ReadonlySet<string> = new Set(['TCPRoute', 'UDPRoute']);

/** Kinds in the form of `--prune-allowlist`, `group/version/kind`, sorted; the group of Kubernetes itself is `core`. */
export interface AppliedKinds {
  /** Those that the cluster knows. */
  readonly pruned: readonly string[];
  /** Those that it may have known under an earlier export. */
  readonly unnamed: readonly string[];
}

/** Kinds whose objects lie in namespaces; all others that are applied are of the whole cluster. */
const namespaced: ReadonlySet<string> = new Set([
  'CiliumNetworkPolicy',
  'Gateway',
  'HTTPRoute',
  'Ingress',
  'NetworkPolicy',
  'ResourceQuota',
  'Service',
  'TCPRoute',
  'UDPRoute',
]);

export function isNamespaced(kind: string): boolean {
  return namespaced.has(kind);
}

/**
 * Values of `--prune-allowlist`, sorted. `possible` are formats of targets that this cluster exports, so that a kind is
 * still pruned where its last object went. kubectl applies nothing where the list has a kind that the cluster does not know,
 * so no others are named, nor those that it may lack while this export holds none.
 */
export function prunable(ir: ClusterIr, objects: readonly KubeObject[], possible: readonly string[]): string[] {
  const present = objects.map((o) => `${o.apiVersion} ${o.kind}`);
  const known = possible.filter((text) => {
    const kind = text.split(' ')[1] ?? '';
    return isServed(ir, kind) && !cameLater.has(kind);
  });
  return entriesOf([...always(ir), ...known, ...present]);
}

/**
 * Of `every` format that Zonewright applies, those that an earlier export may have brought here and that the list of what
 * is pruned does not name, because nothing says whether the cluster still knows them; in the form of that list, sorted.
 */
export function unnamed(ir: ClusterIr, every: readonly string[], allowlist: readonly string[]): string[] {
  const named = new Set(allowlist.map(kindOf));
  return entriesOf(every).filter((entry) => {
    const [group = ''] = entry.split('/');
    return !named.has(kindOf(entry)) && isServed(ir, kindOf(entry)) && mayKnow(ir, group);
  });
}

function isServed(ir: ClusterIr, kind: string): boolean {
  const feature = cameWith[kind];
  return feature === undefined || kubernetesHas(ir.cluster.version, feature);
}

/** Whether the cluster may have the CRDs of a group: those of its network plugin, and those that anybody installs. */
function mayKnow({ cluster }: ClusterIr, group: string): boolean {
  const plugin = cniInfo(cluster.cni?.name ?? distributionInfo(cluster.distribution).defaultCni ?? '');
  switch (group) {
    case 'cilium.io':
      return plugin?.clusterWide === 'cilium';
    case 'projectcalico.org':
      return plugin?.clusterWide === 'calico';
    case 'policy.networking.k8s.io':
      return plugin?.clusterWide === 'cluster-network-policy' || plugin?.clusterNetworkPolicySince !== undefined;
    case 'k8s.ovn.org':
      return plugin?.egressKind === 'ovn-kubernetes';
    default:
      return true;
  }
}

function entriesOf(formats: readonly string[]): string[] {
  const entries = formats
    .filter((text) => !text.endsWith(' Namespace'))
    .map((text) => {
      const [apiVersion = '', kind = ''] = text.split(' ');
      return `${apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`}/${kind}`;
    });
  return sortBy(unique(entries), (entry) => entry);
}

/** Of an entry of the list. */
export function kindOf(entry: string): string {
  return entry.split('/')[2] ?? '';
}

/** One command that applies a folder and deletes what an earlier export applied and this one does not hold. */
export function applyCommand(ir: ClusterIr, folder: string, allowlist: readonly string[]): string {
  return [
    `kubectl apply -k ${folder} --prune -l ${selectorOf(ir)}`,
    ...allowlist.map((e) => `  --prune-allowlist=${e}`),
  ].join(' \\\n');
}

/**
 * Deletes what earlier exports applied and `--prune` does not visit: what lies in namespaces that are no longer drawn. The
 * default deny stays there, so that nothing opens where the design no longer looks.
 */
export function leftoverCommand(ir: ClusterIr, allowlist: readonly string[]): string {
  const kinds = allowlist.filter((entry) => isNamespaced(kindOf(entry)));
  const others = [
    `metadata.name!=${defaultDeny}`,
    ...sortBy(ir.namespaces, (n) => n.name).map(({ name }) => `metadata.namespace!=${name}`),
  ];
  return `kubectl delete ${resources(kinds)} --all-namespaces -l ${selectorOf(ir)} --field-selector ${others.join(',')}`;
}

/**
 * One command for what a cluster knows or does not know together, because kubectl refuses the whole of one that names a
 * kind which the cluster does not know.
 */
export function unnamedCommands(ir: ClusterIr, entries: readonly string[]): string[] {
  const together = (entry: string) => `${entry.split('/')[0]} ${cameLater.has(kindOf(entry))}`;
  return unique(entries.map(together)).map((key) => {
    const own = entries.filter((entry) => together(entry) === key);
    return `kubectl delete ${resources(own)} --all-namespaces -l ${selectorOf(ir)}`;
  });
}

/** Kinds as kubectl takes them on its command line. */
function resources(entries: readonly string[]): string {
  const names = entries.map((entry) => {
    const [group = ''] = entry.split('/');
    const kind = kindOf(entry).toLowerCase();
    return group === 'core' ? kind : `${kind}.${group}`;
  });
  return unique(names).join(',');
}

/**
 * From the first stage back to nothing: deletes what restricts and leaves what others may use already, which are Services,
 * gateways, ingresses, classes, and the namespaces, which lose the label by which Pod Security refuses pods. The default
 * deny goes last: until then it is open and keeps the others from isolating while they go. Admission goes before labels
 * that it guards.
 */
export function removeCommands(ir: ClusterIr, allowlist: readonly string[]): string[] {
  const used = /^(Service|Ingress|Gateway)$|Class$|Route$/;
  const kinds = resources(allowlist.filter((entry) => !used.test(kindOf(entry))));
  const all = `--all-namespaces -l ${selectorOf(ir)}`;
  return [
    `kubectl delete ${kinds} ${all} --field-selector metadata.name!=${defaultDeny}`,
    `kubectl delete networkpolicies.networking.k8s.io ${all}`,
    `kubectl label namespaces -l ${selectorOf(ir)} pod-security.kubernetes.io/enforce-`,
  ];
}

export function selectorOf(ir: ClusterIr): string {
  const { topology } = ir.lookup;
  return `${designLabel(topology)}=${designName(topology)}`;
}

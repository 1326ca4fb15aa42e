/**
 * What `kubectl apply --prune` may delete. Pruning by label and allow list works with every kubectl and keeps nothing in
 * the cluster; sets of applied objects (ApplySet) are alpha and need an environment variable. Namespaces are never on the
 * list, because whoever deletes one deletes everything in it.
 * Source: kubernetes.io, "Declarative Management of Kubernetes Objects Using Configuration Files", and KEP-3659.
 */
import { type KubernetesFeature, kubernetesHas } from '../../../catalog/index.ts';
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
    'networking.k8s.io/v1 NetworkPolicy',
    'node.k8s.io/v1 RuntimeClass',
    'storage.k8s.io/v1 StorageClass',
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

/**
 * Values of `--prune-allowlist`, sorted. `possible` are formats of targets that this cluster exports, so that a kind is
 * still pruned where its last object went; kubectl refuses kinds that the cluster does not know, so no others are named.
 */
export function prunable(ir: ClusterIr, objects: readonly KubeObject[], possible: readonly string[]): string[] {
  const present = objects.map((o) => `${o.apiVersion} ${o.kind}`);
  const known = possible.filter((text) => {
    const feature = cameWith[text.split(' ')[1] ?? ''];
    return feature === undefined || kubernetesHas(ir.cluster.version, feature);
  });
  const kinds = unique([...always(ir), ...known, ...present]).filter((text) => !text.endsWith(' Namespace'));
  const entries = kinds.map((text) => {
    const [apiVersion = '', kind = ''] = text.split(' ');
    return `${apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`}/${kind}`;
  });
  return sortBy(entries, (entry) => entry);
}

/** One command that applies a folder and deletes what an earlier export applied and this one does not hold. */
export function applyCommand(ir: ClusterIr, folder: string, allowlist: readonly string[]): string {
  return [
    `kubectl apply -k ${folder} --prune -l ${selectorOf(ir)}`,
    ...allowlist.map((e) => `  --prune-allowlist=${e}`),
  ].join(' \\\n');
}

/**
 * From the first stage back to nothing: deletes what restricts and leaves what others may use already, which are Services,
 * classes, and the namespaces, which lose the label by which Pod Security refuses pods. The default deny goes last: until
 * then it is open and keeps the others from isolating while they go. Admission goes before labels that it guards.
 */
export function removeCommands(ir: ClusterIr, allowlist: readonly string[]): string[] {
  const kinds = allowlist.flatMap((entry) => {
    const [group = '', , kind = ''] = entry.split('/');
    if (['Service', 'StorageClass', 'RuntimeClass', 'VolumeAttributesClass'].includes(kind)) return [];
    return [group === 'core' ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`];
  });
  const all = `--all-namespaces -l ${selectorOf(ir)}`;
  return [
    `kubectl delete ${kinds.join(',')} ${all} --field-selector metadata.name!=${defaultDeny}`,
    `kubectl delete networkpolicies.networking.k8s.io ${all}`,
    `kubectl label namespaces -l ${selectorOf(ir)} pod-security.kubernetes.io/enforce-`,
  ];
}

export function selectorOf(ir: ClusterIr): string {
  const { topology } = ir.lookup;
  return `${designLabel(topology)}=${designName(topology)}`;
}

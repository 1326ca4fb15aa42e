/**
 * The kustomization that `kubectl apply -k` and GitOps tools take. It lists files and changes nothing in them: a
 * `namespace:` field would rename Namespaces and put cluster-scoped objects into one, and labels with selectors would
 * narrow the peers of policies.
 */
import { compareText } from '../../lib/sort.ts';
import type { EmittedFile, TargetDocs } from '../define.ts';
import type { ClusterIr } from '../ir.ts';

export const kustomizationDocs: TargetDocs = {
  title: 'Kustomization',
  formats: ['kustomize.config.k8s.io/v1beta1 Kustomization'],
  files: ['kustomization.yaml'],
  covers: 'All manifests of a cluster in the order they are applied.',
  limits: 'It changes nothing in them: no prefixes, labels or namespaces.',
};

const first = 'namespaces.yaml';

export function kustomization(ir: ClusterIr, files: readonly EmittedFile[]): EmittedFile[] {
  const listed = files.filter((f) => 'objects' in f && f.inKustomization && f.objects.length > 0).map((f) => f.path);
  if (listed.length === 0) return [];
  // Namespaces first, since everything else lives in them or is bound to their labels.
  listed.sort((a, b) => Number(b === first) - Number(a === first) || compareText(a, b));
  const lines = [
    'apiVersion: kustomize.config.k8s.io/v1beta1',
    'kind: Kustomization',
    'resources:',
    ...listed.map((path) => `- ${path}`),
  ];
  return [{ path: 'kustomization.yaml', text: `${lines.join('\n')}\n`, causes: [{ kind: 'cluster', id: ir.id }] }];
}

/**
 * `gitops/argocd.yaml`: an AppProject that permits the kinds of the export and nothing else, and an ApplicationSet with one
 * Application per cluster. Clusters are found by the name that Argo CD knows them by, which has to be their id.
 * Source: argo-cd docs, operator-manual/applicationset and declarative-setup.
 */
import type { KubeObject } from '../../../k8s/index.ts';
import { sortBy } from '../../../lib/sort.ts';
import type { EmittedFile, TargetDocs } from '../../define.ts';
import { isNamespaced, kindOf } from '../apply/prune.ts';
import { clusterRefs, type GitopsRequest } from './request.ts';

export const argocdDocs: TargetDocs = {
  title: 'Argo CD',
  formats: ['argoproj.io/v1alpha1 AppProject', 'argoproj.io/v1alpha1 ApplicationSet'],
  files: ['gitops/argocd.yaml'],
  covers: 'An Application per cluster that may apply the kinds of the export alone, on request (metadata.gitops).',
  limits: 'Credentials; the configuration of clusters and nodes.',
};

const namespace = 'argocd';

export function argocd(request: GitopsRequest): EmittedFile[] {
  if (!request.tools.includes('argocd')) return [];
  const because = clusterRefs(request);
  return [
    {
      path: 'gitops/argocd.yaml',
      inKustomization: false,
      header: [
        'Applied where Argo CD runs. It has to know each cluster by the id it has in the design (argocd cluster add --name),',
        'and the repository with its credentials, which never stand in a design.',
      ],
      objects: [project(request), applicationSet(request)].map((object) => ({ object, causes: because })),
    },
  ];
}

function project(request: GitopsRequest): KubeObject {
  // Also kinds that only an earlier export held: Argo CD deletes nothing of a kind that the project does not permit.
  const entries = request.clusters.flatMap((c) => [...c.kinds.pruned, ...c.kinds.unnamed]);
  const permitted = (isMeant: (kind: string) => boolean) => groupsAndKinds(entries.filter((e) => isMeant(kindOf(e))));
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: request.name, namespace, labels },
    spec: {
      description: 'Guard rails between network security zones.',
      sourceRepos: [request.repository],
      destinations: request.clusters.map((c) => ({ name: c.id, namespace: '*' })),
      clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }, ...permitted((kind) => !isNamespaced(kind))],
      namespaceResourceWhitelist: permitted(isNamespaced),
    },
  };
}

function applicationSet(request: GitopsRequest): KubeObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ApplicationSet',
    metadata: { name: request.name, namespace, labels },
    spec: {
      goTemplate: true,
      goTemplateOptions: ['missingkey=error'],
      generators: [{ list: { elements: request.clusters.map((c) => ({ cluster: c.id, path: c.path })) } }],
      template: {
        metadata: { name: `${request.name}-{{.cluster}}` },
        spec: {
          project: request.name,
          source: { repoURL: request.repository, targetRevision: request.revision, path: '{{.path}}' },
          destination: { name: '{{.cluster}}' },
          // Prune, so that a flow that is no longer drawn is closed; self heal, so that nobody opens one by hand.
          syncPolicy: {
            automated: { prune: true, selfHeal: true },
            syncOptions: ['ServerSideApply=true'],
            // An admission policy needs some seconds before it knows a new namespace.
            retry: { limit: 5, backoff: { duration: '10s', factor: 2, maxDuration: '3m' } },
          },
        },
      },
      // Whoever deletes the ApplicationSet does not open every zone with it.
      syncPolicy: { preserveResourcesOnDeletion: true },
    },
  };
}

const labels = { 'app.kubernetes.io/managed-by': 'zonewright' };

/** Without the versions. */
function groupsAndKinds(entries: readonly string[]): Array<{ readonly group: string; readonly kind: string }> {
  const found = new Map(entries.map((entry) => [entry.replace(/\/.*\//, ' '), entry.split('/')]));
  return sortBy(found, ([key]) => key).map(([, [group = '', , kind = '']]) => ({
    group: group === 'core' ? '' : group,
    kind,
  }));
}

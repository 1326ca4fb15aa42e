/**
 * `gitops/argocd.yaml`: an AppProject that permits the kinds of the export and nothing else, and an ApplicationSet with one
 * Application per cluster. Clusters are found by the name that Argo CD knows them by, which has to be their id.
 * Source: argo-cd docs, operator-manual/applicationset and declarative-setup.
 */
import type { KubeObject } from '../../../k8s/index.ts';
import { sortBy } from '../../../lib/sort.ts';
import type { EmittedFile, TargetDocs } from '../../define.ts';
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
  const objects = request.clusters.flatMap((c) => c.objects);
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: request.name, namespace, labels },
    spec: {
      description: 'Guard rails between network security zones.',
      sourceRepos: [request.repository],
      destinations: request.clusters.map((c) => ({ name: c.id, namespace: '*' })),
      clusterResourceWhitelist: kinds(objects.filter((o) => o.metadata.namespace === undefined)),
      namespaceResourceWhitelist: kinds(objects.filter((o) => o.metadata.namespace !== undefined)),
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

function kinds(objects: readonly KubeObject[]): Array<{ readonly group: string; readonly kind: string }> {
  const found = new Map(
    objects.map(({ apiVersion, kind }) => {
      const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
      return [`${group} ${kind}`, { group, kind }];
    }),
  );
  return sortBy(found, ([key]) => key).map(([, value]) => value);
}

/**
 * `gitops/flux.yaml`: a GitRepository and a Kustomization per cluster, for Flux in a management cluster. Each cluster is
 * reached by a kubeconfig in a Secret, named as Cluster API names it. Source: fluxcd/kustomize-controller docs/spec/v1.
 */
import type { KubeObject } from '../../../k8s/index.ts';
import { ref } from '../../../model/index.ts';
import type { EmittedFile, EmittedObject, TargetDocs } from '../../define.ts';
import { leftOut, warnOnly } from '../apply/stages.ts';
import { clusterRefs, type GitopsCluster, type GitopsRequest } from './request.ts';

export const fluxDocs: TargetDocs = {
  title: 'Flux',
  formats: ['source.toolkit.fluxcd.io/v1 GitRepository', 'kustomize.toolkit.fluxcd.io/v1 Kustomization'],
  files: ['gitops/flux.yaml'],
  covers: 'A Kustomization per cluster, applied from a management cluster, on request (metadata.gitops).',
  limits: 'Credentials and kubeconfigs; the configuration of clusters and nodes.',
};

const namespace = 'flux-system';
const labels = { 'app.kubernetes.io/managed-by': 'zonewright' };

export function flux(request: GitopsRequest): EmittedFile[] {
  if (!request.tools.includes('flux')) return [];
  const objects: EmittedObject[] = [
    { object: gitRepository(request), causes: clusterRefs(request) },
    ...request.clusters.flatMap((c) =>
      [...firstKustomization(request, c), kustomization(request, c)].map((object) => ({
        object,
        causes: [ref('cluster', c.id)],
      })),
    ),
  ];
  return [
    {
      path: 'gitops/flux.yaml',
      inKustomization: false,
      header: [
        'Applied where Flux runs. Secrets never stand in a design: make CLUSTER-kubeconfig in flux-system for each cluster, and',
        'name the credentials of a private repository as secretRef of the GitRepository.',
      ],
      objects,
    },
  ];
}

function gitRepository(request: GitopsRequest): KubeObject {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: request.name, namespace, labels },
    spec: { interval: '5m', url: repositoryUrl(request.repository), ref: reference(request.revision) },
  };
}

/**
 * The admission policy of the last export refuses namespaces that it does not know, and Flux applies namespaces before
 * policies. So that policy is a Kustomization of its own, which the others wait for.
 */
function firstKustomization(request: GitopsRequest, cluster: GitopsCluster): KubeObject[] {
  if (cluster.firstPath === undefined) return [];
  const warns = request.stage !== 'enforce';
  const spec = { path: `./${cluster.firstPath}`, ...(warns && { patches: [warnOnly] }) };
  return [kustomizationObject(request, cluster, firstName(request, cluster), spec)];
}

function kustomization(request: GitopsRequest, cluster: GitopsCluster): KubeObject {
  const name = `${request.name}-${cluster.id}`;
  const path = `./${cluster.path}`;
  if (cluster.firstPath === undefined) return kustomizationObject(request, cluster, name, { path });
  return kustomizationObject(request, cluster, name, {
    path,
    dependsOn: [{ name: firstName(request, cluster) }],
    // An object has one Kustomization; two would prune it from under each other.
    patches: cluster.first.map((o) => leftOut(o.kind, o.metadata.name)),
  });
}

function kustomizationObject(
  request: GitopsRequest,
  cluster: GitopsCluster,
  name: string,
  own: Readonly<Record<string, unknown>>,
): KubeObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace, labels },
    spec: {
      interval: '10m',
      timeout: '5m',
      wait: true,
      // So that a flow that is no longer drawn is closed.
      prune: true,
      // Whoever deletes the Kustomization does not open every zone with it.
      deletionPolicy: 'Orphan',
      sourceRef: { kind: 'GitRepository', name: request.name },
      kubeConfig: { secretRef: { name: `${cluster.id}-kubeconfig` } },
      ...own,
    },
  };
}

function firstName(request: GitopsRequest, cluster: GitopsCluster): string {
  return `${request.name}-${cluster.id}-first`;
}

/** Flux does not read the short form of SSH, user@host:path. */
function repositoryUrl(repository: string): string {
  if (repository.includes('://')) return repository;
  const [host = '', ...path] = repository.split(':');
  return `ssh://${host}/${path.join(':').replace(/^\/+/, '')}`;
}

function reference(revision: string): Readonly<Record<string, string>> {
  if (/^[0-9a-f]{40}$/.test(revision)) return { commit: revision };
  return revision.startsWith('refs/') ? { name: revision } : { branch: revision };
}

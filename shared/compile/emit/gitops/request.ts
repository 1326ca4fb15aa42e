/** What a design asks for in `metadata.gitops`, with its defaults, and what both tools need to know of the clusters. */
import { type Ref, ref, type Topology } from '../../../model/index.ts';
import type { BundleFile, BundleObject } from '../../bundle.ts';
import type { EmittedFile } from '../../define.ts';

export type GitopsTool = 'argocd' | 'flux';

export interface GitopsRequest {
  /** A name for objects that belong to the design: `zonewright-<name of the design>`. */
  readonly name: string;
  readonly repository: string;
  readonly revision: string;
  readonly tools: readonly GitopsTool[];
  /** Clusters with manifests, in the order of their ids. */
  readonly clusters: readonly GitopsCluster[];
}

export interface GitopsCluster {
  readonly id: string;
  /** Its folder in the repository, without `./`. */
  readonly path: string;
  /** What its kustomization applies. */
  readonly objects: readonly BundleObject[];
}

/** Undefined where the design does not ask, or has nothing to apply. */
export function gitopsRequest(topology: Topology, files: readonly BundleFile[]): GitopsRequest | undefined {
  const asked = topology.metadata?.gitops;
  if (asked === undefined) return undefined;
  const clusters = files.flatMap(({ path, cluster, text }): GitopsCluster[] => {
    if (cluster === undefined || path !== `${cluster}/kustomization.yaml`) return [];
    const listed = new Set([...text.matchAll(/^- (.+)$/gm)].map((m) => `${cluster}/${m[1] ?? ''}`));
    const objects = files.filter((f) => listed.has(f.path)).flatMap((f) => f.objects);
    return [{ id: cluster, path: asked.path === undefined ? cluster : `${asked.path}/${cluster}`, objects }];
  });
  if (clusters.length === 0) return undefined;
  return {
    name: designName(topology.metadata.name),
    repository: asked.repository,
    revision: asked.revision ?? 'main',
    tools: asked.tools,
    clusters,
  };
}

export function clusterRefs(request: GitopsRequest): Ref[] {
  return request.clusters.map((c) => ref('cluster', c.id));
}

/**
 * Objects as GitOps tools must find them. Deleting a Namespace deletes everything in it, so a namespace that is no longer
 * drawn is never deleted without being asked. Flux replaces `${...}` where a Kustomization has variables, which would
 * destroy the parameters of storage classes such as `${pvc.metadata.name}`.
 */
export function forGitops(topology: Topology, file: EmittedFile): EmittedFile {
  const tools = topology.metadata?.gitops?.tools;
  if (tools === undefined || !('objects' in file) || !file.inKustomization) return file;
  return {
    ...file,
    objects: file.objects.map((emitted) => {
      const { object } = emitted;
      const isNamespace = object.kind === 'Namespace';
      const added = {
        ...(tools.includes('argocd') && isNamespace && { 'argocd.argoproj.io/sync-options': 'Prune=confirm' }),
        ...(tools.includes('flux') && isNamespace && { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' }),
        ...(tools.includes('flux') &&
          JSON.stringify(object).includes('${') && { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' }),
      };
      if (Object.keys(added).length === 0) return emitted;
      const annotations = { ...object.metadata.annotations, ...added };
      return { ...emitted, object: { ...object, metadata: { ...object.metadata, annotations } } };
    }),
  };
}

/** Names of designs are free text; names of objects are not. */
function designName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'zonewright' : `zonewright-${plain}`;
}

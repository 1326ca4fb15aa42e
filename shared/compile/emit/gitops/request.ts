/** What a design asks for in `metadata.gitops`, with its defaults, and what both tools need to know of the clusters. */

import { immutableFields, type KubeObject } from '../../../k8s/index.ts';
import { type Ref, ref, type Topology } from '../../../model/index.ts';
import type { EmittedFile } from '../../define.ts';
import { designName } from '../../scope.ts';
import { appliedFiles, appliedObjects, firstFolder, rolloutPath } from '../apply/kustomization.ts';
import type { AppliedKinds } from '../apply/prune.ts';
import { type Stage, stageOf, waveAnnotation, waves } from '../apply/stages.ts';

export type GitopsTool = 'argocd' | 'flux';

export interface GitopsRequest {
  /** A name for objects that belong to the design: `zonewright-<name of the design>`. */
  readonly name: string;
  readonly repository: string;
  readonly revision: string;
  readonly tools: readonly GitopsTool[];
  /** How far the rollout has come. */
  readonly stage: Stage;
  /** Clusters with manifests, in the order of their ids. */
  readonly clusters: readonly GitopsCluster[];
}

export interface GitopsCluster {
  readonly id: string;
  /** The folder that is applied, in the repository, without `./`. */
  readonly path: string;
  /** The folder of what has to be applied before it; absent where there is nothing. */
  readonly firstPath?: string;
  /** What its kustomization applies. */
  readonly objects: readonly KubeObject[];
  /** The kinds that this and any earlier export may have applied, so that what is no longer drawn can be deleted. */
  readonly kinds: AppliedKinds;
  /** Of its objects, what has to be applied before the others. */
  readonly first: readonly KubeObject[];
}

/** Undefined where the design does not ask, or has nothing to apply. */
export function gitopsRequest(
  topology: Topology,
  exported: ReadonlyArray<{
    readonly id: string;
    readonly files: readonly EmittedFile[];
    readonly kinds: AppliedKinds;
  }>,
): GitopsRequest | undefined {
  const asked = topology.metadata?.gitops;
  if (asked === undefined) return undefined;
  const stage = asked.stage ?? 'enforce';
  const at = (path: string) => (asked.path === undefined ? path : `${asked.path}/${path}`);
  const clusters = exported.flatMap(({ id, files, kinds }): GitopsCluster[] => {
    const objects = appliedObjects(files);
    if (objects.length === 0) return [];
    const first = appliedFiles(files)
      .filter((f) => f.path.startsWith(firstFolder))
      .flatMap((f) => f.objects.map((o) => o.object));
    const path = at(rolloutPath(id, stage));
    return [
      {
        id,
        path,
        objects,
        kinds,
        first,
        ...(first.length > 0 && { firstPath: at(`${id}/${firstFolder.slice(0, -1)}`) }),
      },
    ];
  });
  if (clusters.length === 0) return undefined;
  return {
    name: `zonewright-${designName(topology)}`,
    repository: asked.repository,
    revision: asked.revision ?? 'main',
    tools: asked.tools,
    stage,
    clusters,
  };
}

export function clusterRefs(request: GitopsRequest): Ref[] {
  return request.clusters.map((c) => ref('cluster', c.id));
}

/**
 * Objects as GitOps tools must find them. Deleting a Namespace deletes everything in it, so a namespace that is no longer
 * drawn is never deleted without being asked. What cannot be changed is replaced. Argo CD closes and denies only after all
 * that is allowed is there. Flux replaces `${...}` where a Kustomization has variables, which would
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
      const isReplaced = object.metadata.namespace === undefined && immutableFields(object).length > 0;
      const wave = file.path.startsWith(firstFolder) ? undefined : waves[stageOf(object)];
      const added = {
        ...(tools.includes('argocd') && {
          ...(isNamespace && { 'argocd.argoproj.io/sync-options': 'Prune=confirm' }),
          ...(isReplaced && { 'argocd.argoproj.io/sync-options': 'Force=true,Replace=true' }),
          ...(wave !== undefined && { [waveAnnotation]: wave }),
        }),
        ...(tools.includes('flux') && isNamespace && { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' }),
        ...(tools.includes('flux') && isReplaced && { 'kustomize.toolkit.fluxcd.io/force': 'enabled' }),
        ...(tools.includes('flux') &&
          JSON.stringify(object).includes('${') && { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' }),
      };
      if (Object.keys(added).length === 0) return emitted;
      const annotations = { ...object.metadata.annotations, ...added };
      return { ...emitted, object: { ...object, metadata: { ...object.metadata, annotations } } };
    }),
  };
}

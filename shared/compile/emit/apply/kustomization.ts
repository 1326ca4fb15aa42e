/**
 * The kustomizations that `kubectl apply -k` and GitOps tools take: the whole export of a cluster, and one for each stage of
 * its first rollout. They rewrite nothing that policies refer to: a `namespace:` field would rename Namespaces and put
 * cluster-scoped objects into one, a prefix would miss names in admission policies and quotas, and labels with selectors
 * would narrow the peers of policies. The one label they add, on objects alone, tells what is theirs to prune.
 * Source: kubernetes-sigs/kustomize, api/types/kustomization.go and builtinpluginconsts.
 */
import type { KubeObject } from '../../../k8s/index.ts';
import { sortBy } from '../../../lib/sort.ts';
import { ref } from '../../../model/index.ts';
import type { EmittedFile, TargetDocs } from '../../define.ts';
import type { ClusterIr } from '../../ir.ts';
import { designLabel, designName } from '../../scope.ts';
import { type ConfigMap, printConfig } from '../config-yaml.ts';
import { type Patch, patchesOf, rankOf, type Stage, stageFolders } from './stages.ts';

export const kustomizationDocs: TargetDocs = {
  title: 'Kustomization',
  formats: ['kustomize.config.k8s.io/v1beta1 Kustomization'],
  files: ['kustomization.yaml', 'first/kustomization.yaml'],
  covers:
    'All manifests of a cluster in the order they are applied, with a label by which kubectl prunes what is no longer drawn.',
  limits:
    'It changes nothing else in them, and neither may a kustomization around it: prefixes, namespaces and labels in selectors would break what refers to names and labels.',
};

export const rolloutDocs: TargetDocs = {
  title: 'Rollout',
  formats: ['kustomize.config.k8s.io/v1beta1 Kustomization'],
  files: ['rollout/CLUSTER/1-observe/kustomization.yaml', 'rollout/CLUSTER/2-isolate/kustomization.yaml'],
  covers:
    'The export of a cluster as it comes into force: first everything allowed and admission that only warns, then the default deny, then all of it.',
  limits: 'It waits for nobody: whoever applies it reads the warnings between the steps.',
};

/** What an earlier export would refuse if it did not know it yet is applied before everything else. */
export const firstFolder = 'first/';

/** Files whose objects are applied, in the order in which they are. */
export function appliedFiles(files: readonly EmittedFile[]): Array<Extract<EmittedFile, { objects: unknown }>> {
  const applied = files.flatMap((f) => ('objects' in f && f.inKustomization && f.objects.length > 0 ? [f] : []));
  return sortBy(
    applied,
    (f) => (f.path.startsWith(firstFolder) ? 0 : 1),
    (f) => Math.max(...f.objects.map((o) => rankOf(o.object))),
    (f) => f.path,
  );
}

export function appliedObjects(files: readonly EmittedFile[]): KubeObject[] {
  return appliedFiles(files).flatMap((f) => f.objects.map((o) => o.object));
}

export function kustomization(ir: ClusterIr, files: readonly EmittedFile[]): EmittedFile[] {
  const paths = appliedFiles(files).map((f) => f.path);
  if (paths.length === 0) return [];
  const first = paths.filter((path) => path.startsWith(firstFolder));
  const others = paths.filter((path) => !first.includes(path));
  const causes = [ref('cluster', ir.id)];
  const labels = [{ pairs: { [designLabel(ir.lookup.topology)]: designName(ir.lookup.topology) } }];
  return [
    {
      path: 'kustomization.yaml',
      text: print({ labels, resources: [...(first.length > 0 ? [firstFolder.slice(0, -1)] : []), ...others] }, [
        'APPLY.md has the commands. Applied without --prune, this deletes nothing that is no longer drawn.',
      ]),
      causes,
    },
    ...(first.length === 0
      ? []
      : [
          {
            path: `${firstFolder}kustomization.yaml`,
            text: print({ labels, resources: first.map((path) => path.slice(firstFolder.length)) }, [
              'Applied before everything else, so that the admission of an earlier export lets namespaces of this one in.',
            ]),
            causes,
          },
        ]),
  ];
}

/**
 * They stand beside the folder of the cluster, because kustomize refuses a base that holds the kustomization which names it.
 * The paths are those of the whole export.
 */
export function rollout(ir: ClusterIr, files: readonly EmittedFile[]): EmittedFile[] {
  const objects = appliedObjects(files);
  if (objects.length === 0) return [];
  const argocd = ir.lookup.topology.metadata?.gitops?.tools.includes('argocd') ?? false;
  return (Object.keys(stageFolders) as Array<keyof typeof stageFolders>).map((stage) => ({
    path: `${rolloutPath(ir.id, stage)}/kustomization.yaml`,
    text: print({ resources: [`../../../${ir.id}`], patches: patchesOf(stage, objects, { argocd }) }, [
      `The first rollout of cluster ${ir.id}, ${stageSteps[stage]}. ${ir.id}/APPLY.md has the commands.`,
    ]),
    causes: [ref('cluster', ir.id)],
  }));
}

/** The folder of a stage, from the root of the export. */
export function rolloutPath(cluster: string, stage: Stage): string {
  return stage === 'enforce' ? cluster : `rollout/${cluster}/${stageFolders[stage]}`;
}

const stageSteps: Readonly<Record<keyof typeof stageFolders, string>> = {
  observe: 'step 1: everything is allowed, and admission only warns',
  isolate: 'step 2: what is not drawn is denied, and admission only warns',
};

function print(
  fields: {
    readonly labels?: readonly ConfigMap[];
    readonly resources: readonly string[];
    readonly patches?: readonly Patch[];
  },
  header: readonly string[],
): string {
  const patches = fields.patches?.map((p): ConfigMap => ({ target: { ...p.target }, patch: p.patch }));
  const document: ConfigMap = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    labels: fields.labels,
    resources: fields.resources,
    patches,
    // As listed, not by kind: what others need stands before them.
    sortOptions: { order: 'fifo' },
  };
  return printConfig([document], header);
}

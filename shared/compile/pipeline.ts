/**
 * The whole compile: a design becomes one IR per cluster, every emitter turns that into files, the files become text.
 * Each stage is total: it returns what it could and the problems of what it could not.
 */

import { once } from '../lib/memo.ts';
import type { Problem } from '../lib/problem.ts';
import { sortBy } from '../lib/sort.ts';
import type { Topology } from '../model/index.ts';
import type { Bundle, BundleFile, CoverageNote } from './bundle.ts';
import { enforcedBy, sortCoverage } from './coverage.ts';
import type { EmittedFile, Emitter, TargetDocs } from './define.ts';
import { applyNotes, applyNotesDocs } from './emit/apply/apply-notes.ts';
import { appliedObjects, kustomization, kustomizationDocs, rollout, rolloutDocs } from './emit/apply/kustomization.ts';
import { type AppliedKinds, prunable, unnamed } from './emit/apply/prune.ts';
import { calico } from './emit/calico.ts';
import { ciliumGuardRails } from './emit/cilium-guard-rails.ts';
import { ciliumNetworkPolicies } from './emit/cilium-network-policy.ts';
import { capi } from './emit/cluster/capi.ts';
import { eksctl } from './emit/cluster/eksctl.ts';
import { k3s } from './emit/cluster/k3s.ts';
import { kind } from './emit/cluster/kind.ts';
import { kubeadm } from './emit/cluster/kubeadm.ts';
import { openshift } from './emit/cluster/openshift.ts';
import { rke2 } from './emit/cluster/rke2.ts';
import { clusterNetworkPolicies } from './emit/cluster-network-policy.ts';
import { coverageNote, coverageNoteDocs } from './emit/coverage-note.ts';
import { ciliumEgress } from './emit/egress/cilium.ts';
import { ovnEgress } from './emit/egress/ovn-kubernetes.ts';
import { exportIndex, exportIndexDocs } from './emit/export-index.ts';
import { exposureAdmission } from './emit/exposure-admission.ts';
import { firewallRows, firewallRowsDocs } from './emit/firewall/csv.ts';
import { firewallRules, firewallRulesDocs } from './emit/firewall/nftables.ts';
import { gateways } from './emit/gateway.ts';
import { argocd, argocdDocs } from './emit/gitops/argocd.ts';
import { flux, fluxDocs } from './emit/gitops/flux.ts';
import { forGitops, gitopsRequest } from './emit/gitops/request.ts';
import { hostAdmission } from './emit/host-admission.ts';
import { imageAdmission } from './emit/image-admission.ts';
import { ingresses } from './emit/ingress.ts';
import { inventory } from './emit/inventory.ts';
import { namespaces } from './emit/namespace.ts';
import { networkPolicies } from './emit/network-policy.ts';
import { containerd } from './emit/node/containerd.ts';
import { crio } from './emit/node/crio.ts';
import { nodeSteps } from './emit/node-steps.ts';
import { placement } from './emit/placement.ts';
import { gatewayClasses, ingressClasses } from './emit/proxy-class.ts';
import { resourceQuotas } from './emit/resource-quota.ts';
import { runtimeAdmission } from './emit/runtime-admission.ts';
import { runtimeClasses } from './emit/runtime-class.ts';
import { services } from './emit/service.ts';
import { storageAdmission } from './emit/storage-admission.ts';
import { storageClasses } from './emit/storage-class.ts';
import type { ClusterIr } from './ir.ts';
import { lowerCluster } from './lower/cluster.ts';
import { lowerLimits } from './lower/limits.ts';
import { lowerNetwork } from './lower/network.ts';
import { lowerRuntime } from './lower/runtime.ts';
import { lowerStorage } from './lower/storage.ts';
import { printFiles } from './print-files.ts';
import { scopeOf } from './scope.ts';

/** Storage, runtimes, clusters and their nodes: what can be exported without knowing who may talk to whom. */
export const platformEmitters: readonly Emitter[] = [
  storageClasses,
  resourceQuotas,
  storageAdmission,
  runtimeClasses,
  runtimeAdmission,
  kubeadm,
  kind,
  k3s,
  rke2,
  capi,
  openshift,
  eksctl,
  containerd,
  crio,
  nodeSteps,
];

/** Every target. The order has no effect on what is exported. */
export const emitters: readonly Emitter[] = [
  namespaces,
  networkPolicies,
  ciliumNetworkPolicies,
  ciliumGuardRails,
  clusterNetworkPolicies,
  calico,
  services,
  gateways,
  ingresses,
  gatewayClasses,
  ingressClasses,
  ciliumEgress,
  ovnEgress,
  placement,
  hostAdmission,
  imageAdmission,
  exposureAdmission,
  ...platformEmitters,
  inventory,
];

/** What stands in the folder of each cluster, whatever it exports, and what stands at the root. */
const clusterDocs: readonly TargetDocs[] = [kustomizationDocs, coverageNoteDocs, applyNotesDocs];
const rootDocs: readonly TargetDocs[] = [
  rolloutDocs,
  firewallRowsDocs,
  firewallRulesDocs,
  argocdDocs,
  fluxDocs,
  exportIndexDocs,
];

/** Every target as people read of it, in the order in which the pages list them. */
export const targets: ReadonlyArray<TargetDocs & { readonly perCluster: boolean }> = [
  ...[...emitters.map((e) => e.docs), ...clusterDocs].map((docs) => ({ ...docs, perCluster: true })),
  ...rootDocs.map((docs) => ({ ...docs, perCluster: false })),
];

/** A file before it is printed. */
export type PlacedFile = EmittedFile & { readonly cluster?: string };

/** An export before it is printed. */
export interface Emitted {
  /** Objects and configurations. Files that only list or describe the others are not among them. */
  readonly files: readonly PlacedFile[];
  readonly problems: readonly Problem[];
  /** The whole export. */
  print(): Bundle;
}

/** What a comparison of two designs looks at. Reading what is printed gives the same objects. */
export function emitFiles(topology: Topology): Emitted {
  const stages = stagesOf(topology);
  const irs = stages.clusters.map((c) => c.ir);
  const rules = firewallRules(irs);
  const firewall = [...firewallRows(irs), ...rules.files];
  const files = stages.clusters.flatMap(({ ir, files }) =>
    files.map((file): PlacedFile => ({ ...file, path: `${ir.id}/${file.path}`, cluster: ir.id })),
  );
  const problems = [...stages.problems, ...rules.problems];
  return {
    files: [...files, ...firewall],
    problems,
    print: () => printed(topology, { clusters: stages.clusters, problems }, firewall),
  };
}

export function compile(topology: Topology): Bundle {
  return emitFiles(topology).print();
}

function printed(topology: Topology, { clusters, problems }: Stages, firewall: readonly EmittedFile[]): Bundle {
  const irs = clusters.map((c) => c.ir);
  const files: BundleFile[] = [];
  for (const { ir, files: own, notes } of clusters) {
    const emitted: EmittedFile[] = [...own];
    emitted.push(...kustomization(ir, emitted), ...coverageNote(ir, notes()));
    emitted.push(...applyNotes(ir, emitted, kindsOf(ir, emitted)));
    files.push(...printFiles(emitted, ir.id));
    files.push(...printFiles(rollout(ir, own)).map((file) => ({ ...file, cluster: ir.id })));
  }
  files.push(...printFiles(firewall));
  const gitops = gitopsRequest(
    topology,
    clusters.map(({ ir, files: own }) => ({ id: ir.id, files: own, kinds: kindsOf(ir, own) })),
  );
  if (gitops !== undefined) files.push(...printFiles([...argocd(gitops), ...flux(gitops)]));
  const sorted = sortBy(files, (f) => f.path);
  const index = printFiles([exportIndex(topology, irs, sorted)]);
  return {
    files: sortBy([...sorted, ...index], (f) => f.path),
    problems: sortProblems(problems),
    coverage: clusters.flatMap((c) => c.notes()),
  };
}

/** What this and every earlier export may have applied to a cluster. */
function kindsOf(ir: ClusterIr, files: readonly EmittedFile[]): AppliedKinds {
  const formatsOf = (of: readonly Emitter[]) =>
    of
      .filter((e) => !e.docs.files.some((f) => /^(cluster|inventory|nodes)\//.test(f)))
      .flatMap((e) => e.docs.formats)
      .filter((format) => /^\S+ [A-Z]\w+$/.test(format));
  const pruned = prunable(ir, appliedObjects(files), formatsOf(emitters.filter((e) => e.applies(ir))));
  return { pruned, unnamed: unnamed(ir, formatsOf(emitters), pruned) };
}

interface Stages {
  readonly clusters: ReadonlyArray<{
    readonly ir: ClusterIr;
    readonly files: readonly EmittedFile[];
    notes(): readonly CoverageNote[];
  }>;
  readonly problems: readonly Problem[];
}

/** Model to IR to objects, cluster by cluster. */
function stagesOf(topology: Topology): Stages {
  const design = scopeOf(topology);
  const network = lowerNetwork(design);
  const problems: Problem[] = [...design.problems, ...network.problems];
  const clusters = design.clusters.flatMap((scope) => {
    const storage = lowerStorage(scope);
    const runtimes = lowerRuntime(scope);
    const nodes = lowerCluster(scope);
    const links = network.clusters.get(scope.id);
    if (links === undefined) return [];
    const limits = lowerLimits(scope, links.services);
    const ir: ClusterIr = {
      ...scope,
      network: links,
      storage: storage.part,
      runtimes: runtimes.part,
      limits: limits.part,
      nodes: nodes.part,
    };
    const emissions = emitters.filter((e) => e.applies(ir)).map((e) => ({ ...e.emit(ir), id: e.id }));
    // What is said of an export takes as long as a part of it, and comparisons do not ask for it.
    const said = () => [
      ...emissions.flatMap((e) => enforcedBy(e.coverage, e.files, ir.zoneLabel)),
      ...lowered({ network: links, storage, runtime: runtimes }).flatMap(({ coverage, emits, otherwise }) =>
        enforcedBy(
          coverage,
          emissions.filter((e) => emits.test(e.id)).flatMap((e) => e.files),
          ir.zoneLabel,
          otherwise,
        ),
      ),
      ...limits.coverage,
      ...nodes.coverage,
    ];
    problems.push(...[storage, runtimes, limits, nodes, ...emissions].flatMap((e) => e.problems));
    return [
      {
        ir,
        files: emissions.flatMap((e) => e.files).map((f) => forGitops(topology, f)),
        notes: once(() => sortCoverage(said())),
      },
    ];
  });
  return { clusters, problems };
}

/** What each lowering says, and the targets that make it so. */
function lowered(parts: Record<'network' | 'storage' | 'runtime', { readonly coverage: readonly CoverageNote[] }>) {
  return [
    // What it says of some flows is no matter of all policies.
    { coverage: parts.network.coverage, emits: /^(network-policy|cilium|calico)/, otherwise: 'none' },
    { coverage: parts.storage.coverage, emits: /^(storage-|resource-quota)/, otherwise: 'all' },
    { coverage: parts.runtime.coverage, emits: /^runtime-/, otherwise: 'all' },
  ] as const;
}

/** By what they are about, so that their order depends on nothing else. */
function sortProblems(problems: readonly Problem[]): Problem[] {
  return sortBy(
    problems,
    (p) => p.subject?.kind ?? '',
    (p) => p.subject?.id ?? '',
    (p) => p.rule,
    (p) => p.message,
  );
}

/**
 * In which order an export comes into force in a cluster that is already in use, so that no drawn connection is ever cut.
 *
 * A policy that allows also isolates: the first one that selects a pod cuts whatever no other policy allows yet. So the
 * default deny of each namespace goes in first and open, as a policy that allows everything; beside it the others may come
 * in any order. When all are there, it closes. Guard rails whose rules follow each other, object after object, pass
 * everything at first: if some of them were missing, the next would deny what the missing ones left to the policies.
 * Admission only warns until somebody has read the warnings.
 */
import type { KubeObject } from '../../../k8s/index.ts';

export const stages = ['observe', 'isolate', 'enforce'] as const;
export type Stage = (typeof stages)[number];

/** Names of the folders of the stages that are not the whole export. */
export const stageFolders: Readonly<Record<Exclude<Stage, 'enforce'>, string>> = {
  observe: '1-observe',
  isolate: '2-isolate',
};

/** Kinds that deny or change what nobody can be warned of; each from this stage on. All others are there from the first. */
const heldBack: Readonly<Record<string, Exclude<Stage, 'observe'>>> = {
  // Cluster-wide policies are guard rails: they deny whatever the policies of namespaces say.
  AdminNetworkPolicy: 'isolate',
  BaselineAdminNetworkPolicy: 'isolate',
  CiliumClusterwideNetworkPolicy: 'isolate',
  ClusterNetworkPolicy: 'isolate',
  GlobalNetworkPolicy: 'isolate',
  MutatingAdmissionPolicy: 'enforce',
  MutatingAdmissionPolicyBinding: 'enforce',
  ResourceQuota: 'enforce',
};

/** Guard rails that are there from the first stage and pass everything: by kind, the rules of each direction. */
const passing: Readonly<Record<string, { readonly ingress: object; readonly egress: object }>> = {
  ClusterNetworkPolicy: {
    ingress: { action: 'Pass', from: [{ namespaces: {} }] },
    egress: { action: 'Pass', to: [{ namespaces: {} }, { networks: ['0.0.0.0/0', '::/0'] }] },
  },
  GlobalNetworkPolicy: { ingress: { action: 'Pass' }, egress: { action: 'Pass' } },
};

const admission = /^(Validating|Mutating)AdmissionPolicy(Binding)?$/;

export function stageOf(object: Pick<KubeObject, 'kind' | 'metadata'>): Stage {
  if (object.kind === 'NetworkPolicy' && object.metadata.name === defaultDeny) return 'isolate';
  if (admission.test(object.kind) && heldBack[object.kind] === undefined) return 'enforce';
  return heldBack[object.kind] ?? 'observe';
}

/** The policy of each namespace that closes it. */
export const defaultDeny = 'default-deny';

/** Where a kind stands in the order in which a whole export is applied; what others need comes before them. */
export function rankOf({ kind }: Pick<KubeObject, 'kind'>): number {
  if (kind === 'Namespace') return 0;
  // The default deny is one of these, and comes before other kinds that isolate as well.
  if (kind === 'NetworkPolicy') return 2;
  if (kind === 'CiliumNetworkPolicy') return 3;
  if (heldBack[kind] === 'isolate') return 4;
  return heldBack[kind] === 'enforce' || admission.test(kind) ? 5 : 1;
}

/** A patch of a kustomization, as both kustomize and Flux read it: what it is about, and JSON. */
export interface Patch {
  readonly target: { readonly group?: string; readonly kind: string; readonly name?: string };
  readonly patch: string;
}

/** What a stage changes in the whole export, for the kinds that the export holds. */
export function patchesOf(
  stage: Exclude<Stage, 'enforce'>,
  objects: readonly KubeObject[],
  options: { readonly argocd: boolean },
): Patch[] {
  const kinds = new Set(objects.map((o) => o.kind));
  const has = (kind: string) => kinds.has(kind);
  const target = { group: 'networking.k8s.io', kind: 'NetworkPolicy', name: defaultDeny };
  const open = [
    { op: 'add', path: '/spec/ingress', value: [{}] },
    { op: 'add', path: '/spec/egress', value: [{}] },
    // Open it comes before the others; closed, after them.
    ...(options.argocd ? [{ op: 'add', path: `/metadata/annotations/${pointer(waveAnnotation)}`, value: '-1' }] : []),
  ];
  return [
    ...(stage === 'observe' && has('NetworkPolicy') ? [{ target, patch: JSON.stringify(open) }] : []),
    ...(has('ValidatingAdmissionPolicyBinding') ? [warnOnly] : []),
    // Warnings and audit stay: they are labels of their own.
    ...(has('Namespace') ? [{ target: { kind: 'Namespace' }, patch: JSON.stringify([withoutEnforce]) }] : []),
    ...(stage === 'observe' ? objects.flatMap(passed) : []),
    ...[...kinds]
      .filter((kind) => passing[kind] === undefined)
      .filter((kind) => heldBack[kind] === 'enforce' || (stage === 'observe' && heldBack[kind] === 'isolate'))
      .sort()
      .map((kind) => leftOut(kind)),
  ];
}

/** Each by its name, because a patch may only replace what is there and not all have both directions. */
function passed(object: KubeObject): Patch[] {
  const rules = passing[object.kind];
  if (rules === undefined) return [];
  const spec = object.spec as Readonly<Record<string, unknown>> | undefined;
  const replaced = (['ingress', 'egress'] as const)
    .filter((direction) => spec?.[direction] !== undefined)
    .map((direction) => ({ op: 'replace', path: `/spec/${direction}`, value: [rules[direction]] }));
  if (replaced.length === 0) return [];
  return [{ target: { kind: object.kind, name: object.metadata.name }, patch: JSON.stringify(replaced) }];
}

export const waveAnnotation = 'argocd.argoproj.io/sync-wave';

/** Argo CD applies lower waves first and waits for them. */
export const waves: Readonly<Partial<Record<Stage, string>>> = { isolate: '1', enforce: '2' };

export const warnOnly: Patch = {
  target: { kind: 'ValidatingAdmissionPolicyBinding' },
  patch: JSON.stringify([{ op: 'replace', path: '/spec/validationActions', value: ['Warn', 'Audit'] }]),
};

const withoutEnforce = { op: 'remove', path: `/metadata/labels/${pointer('pod-security.kubernetes.io/enforce')}` };

/** Takes every object of a kind out, or the one of a name; what the patch says of itself names nothing. */
export function leftOut(kind: string, name?: string): Patch {
  const patch = { $patch: 'delete', apiVersion: 'v1', kind, metadata: { name: name ?? 'any' } };
  return { target: { kind, ...(name !== undefined && { name }) }, patch: JSON.stringify(patch) };
}

/** A key as one step of a JSON pointer (RFC 6901). */
function pointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

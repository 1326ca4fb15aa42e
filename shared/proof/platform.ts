/** What the proofs of placement, storage and runtimes share: findings, and a cluster's export ready to be asked. */
import {
  type Admission,
  type AdmissionRequest,
  admissionOf,
  type Configuration,
  type NodeGroup,
  nodeGroupsOf,
  pluginsOf,
  podOf,
  type Verdict,
} from '../admission/index.ts';
import type { KubeObject } from '../k8s/index.ts';
import type { Ref } from '../model/index.ts';
import type { MeantCluster, MeantNamespace, MeantWorkload } from './intent/index.ts';
import { inventoryName } from './things.ts';

export interface PlatformFinding {
  /** `extra`: possible though not drawn. `missing`: drawn though not possible. */
  readonly kind: 'extra' | 'missing' | 'cannot-say';
  readonly cluster: string;
  /** What it is about: a namespace, workload, or the cluster. */
  readonly subject: Ref;
  /** A sentence. */
  readonly what: string;
  /** Why, in sentences. */
  readonly reason: string;
  /** The records that meant it, or that it offends. */
  readonly causes: readonly Ref[];
}

export interface PlatformProof {
  /** Questions on which manifests and drawing agree. */
  readonly equal: number;
  /** At most `mostFindings` of each kind. */
  readonly findings: readonly PlatformFinding[];
  /** All of them, also those beyond the list. */
  readonly counts: Readonly<Record<PlatformFinding['kind'], number>>;
}

/** The printed export of one cluster, read back. */
export interface ClusterExport {
  readonly cluster: string;
  readonly objects: readonly KubeObject[];
  /** The documents of files that configure the cluster and its nodes, which are no objects of it. */
  readonly configurations: readonly Configuration[];
}

/** How many findings of one kind are listed; a lost binding repeats in every namespace. */
const mostFindings = 200;

export class PlatformFindings {
  private readonly findings: PlatformFinding[] = [];
  private readonly counts: Record<PlatformFinding['kind'], number> = { extra: 0, missing: 0, 'cannot-say': 0 };
  private equal = 0;

  add(finding: PlatformFinding): void {
    this.counts[finding.kind] += 1;
    if (this.counts[finding.kind] <= mostFindings) this.findings.push(finding);
  }

  agree(times = 1): void {
    this.equal += times;
  }

  get proof(): PlatformProof {
    return { equal: this.equal, findings: this.findings, counts: this.counts };
  }
}

/** Told of each question that the proofs ask, with the answer: whoever has an API server can ask it the same. */
export type Heard = (cluster: string, request: AdmissionRequest, verdict: Verdict) => void;

/** A pod as far as admission and scheduler look at it. */
export type PodSpec = Readonly<Record<string, unknown>>;

export interface JudgedCluster {
  readonly meant: MeantCluster;
  readonly admission: Admission;
  readonly groups: readonly NodeGroup[];
  /** Pods of the inventory, by `namespace/kind/name` of their workload. */
  readonly pods: ReadonlyMap<string, PodSpec>;
  /** Namespaces with a zone in which every request has the same answer and the same meaning. */
  readonly alike: ReadonlyArray<readonly [MeantNamespace, ...MeantNamespace[]]>;
  /** A pod that each of these namespaces admits, by id of the first; absent where none was found. */
  readonly accepted: ReadonlyMap<string, PodSpec>;
}

export function judgeCluster(
  meant: MeantCluster,
  { objects, configurations }: ClusterExport,
  heard?: Heard,
): JudgedCluster {
  // An API server that does not know a kind ignores nothing: such objects cannot even be applied.
  const served = meant.hasMutation ? objects : objects.filter((o) => !o.kind.startsWith('MutatingAdmissionPolicy'));
  const plain = admissionOf(served, { plugins: pluginsOf(configurations) });
  const admission = heard === undefined ? plain : overheard(plain, (...asked) => heard(meant.cluster, ...asked));
  const groups = nodeGroupsOf(objects, configurations, meant.countAnnotation);
  const pods = new Map<string, PodSpec>();
  for (const object of objects) {
    const spec = podOf(object)?.spec;
    if (typeof spec === 'object' && spec !== null)
      pods.set(`${object.metadata.namespace}/${object.kind}/${object.metadata.name}`, spec as PodSpec);
  }
  const alike = new Map<string, [MeantNamespace, ...MeantNamespace[]]>();
  for (const namespace of meant.namespaces) {
    if (namespace.zone === undefined) continue;
    const key = `${namespace.zone} ${admission.classOf(namespace.name)}`;
    const known = alike.get(key);
    if (known === undefined) alike.set(key, [namespace]);
    else known.push(namespace);
  }
  const judged = { meant, admission, groups, pods, alike: [...alike.values()] };
  const accepted = new Map<string, PodSpec>();
  for (const [first] of judged.alike) {
    const pod = acceptedPod(judged, first);
    if (pod !== undefined) accepted.set(first.id, pod);
  }
  return { ...judged, accepted };
}

function overheard(admission: Admission, heard: (request: AdmissionRequest, verdict: Verdict) => void): Admission {
  return {
    ...admission,
    admit: (request) => {
      const verdict = admission.admit(request);
      heard(request, verdict);
      return verdict;
    },
  };
}

export function podRequest(namespace: MeantNamespace, spec: PodSpec): AdmissionRequest {
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'probe', namespace: namespace.name },
    spec: withImage(namespace, spec),
  };
  return { resource: 'pods', operation: 'CREATE', namespace: namespace.name, object };
}

/**
 * The pod with an image that its zone takes in place of what the inventory has. A pod that is only asked about, without
 * containers of its own, gives up every privilege, so that Pod Security has nothing to say on what is asked.
 */
export function withImage({ image }: MeantNamespace, spec: PodSpec): PodSpec {
  if (Array.isArray(spec.containers))
    return { ...spec, containers: (spec.containers as object[]).map((c) => ({ ...c, image })) };
  return {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    ...spec,
    containers: [
      {
        name: 'main',
        image,
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  };
}

/** The pod of a workload in the inventory. */
export function podOfWorkload(
  { pods }: Pick<JudgedCluster, 'pods'>,
  namespace: MeantNamespace,
  { id, kind, name }: MeantWorkload,
): PodSpec | undefined {
  return pods.get(`${namespace.name}/${kind}/${inventoryName(name, id)}`);
}

/** A pod that fits one group of nodes and no other: all its labels, and a toleration for each taint. */
export function madeFor(group: NodeGroup): PodSpec {
  return {
    nodeSelector: group.labels,
    ...(group.taints.length > 0 && {
      tolerations: group.taints.map((t) => ({ key: t.key, operator: 'Equal', value: t.value })),
    }),
  };
}

/** What judges a kind of object in a namespace, and what should and does not, in a sentence. */
export function whoJudges(
  judged: JudgedCluster,
  namespace: MeantNamespace,
  asked: { readonly group?: string; readonly resource: string },
  plural: string,
): string {
  const { denying, notDenying, notBound } = judged.admission.judges({
    ...asked,
    operation: 'CREATE',
    namespace: namespace.name,
  });
  const lost = notBound.filter((p) => p.labels[judged.meant.zoneLabel] === namespace.zone).map((p) => p.name);
  const parts = [
    denying.length === 0
      ? `No admission policy refuses ${plural} there`
      : `${sentenceCase(plural)} there are judged by ${denying.join(', ')}`,
    ...(notDenying.length > 0 ? [`without Deny, and so without effect: ${notDenying.join(', ')}`] : []),
    ...(lost.length > 0 ? [`not bound to the namespace: ${lost.join(', ')}`] : []),
  ];
  return `${parts.join('; ')}.`;
}

export function isOwn(meant: MeantCluster, group: NodeGroup, zone: string | undefined): boolean {
  return meant.pools.find((p) => p.name === group.name)?.zone === zone;
}

function acceptedPod(judged: Omit<JudgedCluster, 'accepted'>, namespace: MeantNamespace): PodSpec | undefined {
  const placed = [
    {},
    ...judged.groups.filter((g) => isOwn(judged.meant, g, namespace.zone)).map(madeFor),
    ...judged.meant.workloads
      .filter((w) => w.namespace === namespace.id)
      .slice(0, 1)
      .flatMap((w) => pickPlacement(podOfWorkload(judged, namespace, w))),
  ];
  const running = [{}, ...namespace.runtimes.map((runtimeClassName) => ({ runtimeClassName }))];
  for (const runtime of running)
    for (const place of placed) {
      const pod = { ...place, ...runtime };
      if (judged.admission.admit(podRequest(namespace, pod)).outcome === 'admitted') return pod;
    }
  return undefined;
}

function pickPlacement(spec: PodSpec | undefined): PodSpec[] {
  if (spec === undefined) return [];
  return [
    {
      ...(spec.nodeSelector !== undefined && { nodeSelector: spec.nodeSelector }),
      ...(spec.tolerations !== undefined && { tolerations: spec.tolerations }),
    },
  ];
}

function sentenceCase(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

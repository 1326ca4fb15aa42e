/** What the lowering of the network collects while it goes through the flows, and how rules come together. */
import type { Problem } from '../../lib/problem.ts';
import { sortBy, unique } from '../../lib/sort.ts';
import type { Entry, Flow, Ref, Workload } from '../../model/index.ts';
import type { CoverageNote } from '../bundle.ts';
import { causes } from '../provenance.ts';
import type { ClusterScope, DesignScope, NamespaceScope } from '../scope.ts';
import { sortRanges } from './addresses.ts';
import type { FlowPortsAt } from './flow-ports.ts';
import type { FirewallRowIr, GrantIr, PeerIr, RuleIr } from './network-ir.ts';

/** The pods of one namespace, or of one workload in it. */
export interface PodEnd {
  readonly cluster: ClusterScope;
  readonly namespace: NamespaceScope;
  readonly workload?: Entry<Workload>;
  /** Pods of the namespace with these labels, which no workload needs to have. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A receiver that is dialled from outside its cluster. */
export interface Exposure {
  readonly end: PodEnd & { readonly workload: Entry<Workload> };
  readonly flow: Entry<Flow>;
  readonly kind: 'loadBalancer' | 'nodePort' | 'gateway' | 'ingress' | 'direct' | 'cluster';
  /** Ranges of the clients; undefined where they cannot be listed, so that anybody may try. */
  readonly clients: readonly string[] | undefined;
  readonly ports: FlowPortsAt;
}

export interface Draft {
  readonly design: DesignScope;
  readonly clusters: ReadonlyMap<string, ClusterScope>;
  /** By id: a namespace of a cluster that is replaced stands in every cluster of the pair. */
  readonly namespaces: ReadonlyMap<string, readonly PodEnd[]>;
  readonly problems: Problem[];
  readonly coverage: Map<string, CoverageNote[]>;
  readonly rules: Map<string, Map<string, RuleDraft>>;
  readonly firewall: Map<string, FirewallRowIr[]>;
  readonly exposures: Exposure[];
  /** By cluster: the pod ranges that no external stands for. */
  readonly podRanges: Map<string, readonly string[]>;
}

interface RuleDraft {
  readonly name: string;
  readonly namespace: string;
  readonly direction: RuleIr['direction'];
  readonly subject: Readonly<Record<string, string>>;
  readonly grants: GrantIr[];
  readonly causes: Ref[];
}

export function startDraft(design: DesignScope): Draft {
  const namespaces = new Map<string, PodEnd[]>();
  for (const cluster of design.clusters) {
    for (const namespace of cluster.namespaces)
      getOrMake(namespaces, namespace.id, (): PodEnd[] => []).push({ cluster, namespace });
  }
  return {
    design,
    clusters: new Map(design.clusters.map((c) => [c.id, c])),
    namespaces,
    problems: [],
    coverage: new Map(),
    rules: new Map(),
    firewall: new Map(),
    exposures: [],
    podRanges: new Map(),
  };
}

export interface RuleOf {
  readonly name: string;
  readonly direction: RuleIr['direction'];
  readonly grants: readonly GrantIr[];
  readonly causes: readonly Ref[];
}

/**
 * Adds grants to the rule of that name. A grant without a peer is dropped: an empty list of peers would mean everybody
 * to Kubernetes, the opposite of what was left.
 */
export function addRule(draft: Draft, end: PodEnd, rule: RuleOf): void {
  const grants = rule.grants.filter((g) => g.peers.length > 0 && (g.ports === 'all' || g.ports.length > 0));
  if (grants.length === 0) return;
  const rules = getOrMake(draft.rules, end.cluster.id, () => new Map<string, RuleDraft>());
  const { name, direction } = rule;
  const found = getOrMake(rules, `${end.namespace.id} ${name}`, () => ({
    name,
    namespace: end.namespace.id,
    direction,
    subject: end.workload === undefined ? (end.labels ?? {}) : end.cluster.lookup.selectorOf(end.workload.id),
    grants: [],
    causes: endCauses([end]),
  }));
  found.grants.push(...grants);
  found.causes.push(...rule.causes);
}

export function rulesOf(draft: Draft, cluster: string): RuleIr[] {
  const rules = [...(draft.rules.get(cluster)?.values() ?? [])];
  return sortBy(
    rules,
    (r) => r.namespace,
    (r) => r.name,
  ).map((r) => ({ ...r, grants: r.grants, causes: causes(r.causes) }));
}

/**
 * Namespaces that are meant as a whole share one peer; workloads have one each, namespace and pods in the same peer.
 * `cluster` is named where the pods are in another cluster of the mesh; all ends are of one cluster.
 */
export function podPeers(ends: readonly PodEnd[], cluster?: string): PeerIr[] {
  const elsewhere = cluster !== undefined && { cluster };
  const whole = sortBy(unique(ends.filter((e) => e.workload === undefined).map((e) => e.namespace.name)), (n) => n);
  const peers: PeerIr[] = whole.length === 0 ? [] : [{ kind: 'pods', namespaces: whole, selector: {}, ...elsewhere }];
  for (const { cluster: home, namespace, workload } of sortBy(
    ends,
    (e) => e.namespace.name,
    (e) => e.workload?.id ?? '',
  )) {
    if (workload === undefined) continue;
    const selector = home.lookup.selectorOf(workload.id);
    peers.push({ kind: 'pods', namespaces: [namespace.name], selector, ...elsewhere });
  }
  return peers;
}

/** One peer per range; the same range once. */
export function rangePeers(ranges: ReadonlyArray<Extract<PeerIr, { readonly kind: 'range' }>>): PeerIr[] {
  return sortRanges(ranges);
}

export function endCauses(ends: readonly PodEnd[]): Ref[] {
  const refs: Ref[] = [];
  for (const { namespace, workload } of ends) {
    refs.push({ kind: 'namespace', id: namespace.id });
    if (workload !== undefined) refs.push({ kind: 'workload', id: workload.id });
    if (namespace.zone !== undefined) refs.push({ kind: 'zone', id: namespace.zone });
  }
  return refs;
}

export function note(draft: Draft, cluster: string, state: CoverageNote['state'], subject: string, text: string): void {
  getOrMake(draft.coverage, cluster, (): CoverageNote[] => []).push({ cluster, state, subject, text });
}

export function flowProblem(
  draft: Draft,
  flow: Entry<Flow>,
  rule: string,
  message: string,
  severity: Problem['severity'] = 'error',
): void {
  draft.problems.push({
    rule: `compile/${rule}`,
    severity,
    message,
    subject: { kind: 'flow', id: flow.id },
    path: ['flows', flow.id],
    fixable: false,
  });
}

export function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let found = map.get(key);
  if (found === undefined) {
    found = make();
    map.set(key, found);
  }
  return found;
}

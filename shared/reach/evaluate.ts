/**
 * Who can reach whom, from Kubernetes objects alone. Pods and pieces of the address space are numbered together; what no
 * policy can tell apart is one class; results stay in classes until somebody asks for rows.
 *
 * Choices where the API defines nothing, each named by `Reach.choices`: pods on the host network are seen by no policy;
 * an ipBlock means addresses outside the cluster unless the option says otherwise; only TCP, UDP and SCTP exist.
 *
 * One cluster's policies are judged. Pods of other clusters of its mesh take part as peers, never as subjects.
 */
import { BitSet } from '../lib/bit-set.ts';
import { contains, looseCidr, parseAddress } from '../lib/ip.ts';
import type { Problem } from '../lib/problem.ts';
import { sortBy, unique } from '../lib/sort.ts';
import { type AddressPiece, cutAddressSpace, piecesOf } from './address-space.ts';
import { type Classes, refine } from './classes.ts';
import { type ClusterObjects, type Pod, position, readCluster, type SourceObject } from './cluster.ts';
import { dialects } from './dialects/registry.ts';
import { passedOver } from './passed-over.ts';
import {
  type Chain,
  clusterLabel,
  type Direction,
  type IpPeer,
  type Known,
  type PodPeer,
  type Policy,
  type ResolvedRule,
  type Rule,
} from './policy.ts';
import { all, none, type PortSetId, PortTable } from './port-set.ts';
import { decide, free, rowReader } from './rows.ts';
import { isEverything, LabelIndex, type LabelSelector, selectorKey } from './selector.ts';

export interface EvaluateOptions {
  /** Whether an ipBlock also means pods whose address is known. The API leaves it undefined; default: false. */
  readonly ipBlockMatchesPods?: boolean;
  /** `ignored`: no policy selects or matches pods on the host network (what most CNIs do). Default: ignored. */
  readonly hostNetwork?: 'ignored' | 'as-pods';
  /** Ranges (CIDR) the caller will ask about: the address space is cut at their borders as well. */
  readonly cut?: readonly string[];
  /**
   * For a network plugin that knows nodes and the API server by identity: their ranges (CIDR). No range in a rule means a
   * node then, however wide it is; rules name them by what they are. Undefined: nodes are addresses like any other.
   */
  readonly known?: Readonly<Record<Known, readonly string[]>>;
  readonly mesh?: MeshOptions;
}

export interface MeshOptions {
  /** The name of this cluster in the mesh. */
  readonly cluster: string;
  readonly others: ReadonlyArray<{ readonly cluster: string; readonly objects: readonly SourceObject[] }>;
  /** Whether a selector that names no cluster means the pods of all of them. */
  readonly selectsAll: boolean;
}

export interface Reach {
  readonly cluster: ClusterObjects;
  readonly pods: readonly Pod[];
  readonly pieces: readonly AddressPiece[];
  readonly policies: readonly Policy[];
  /** Every range at whose borders the address space is cut: what policies name, and what the caller asked for. */
  readonly cut: readonly string[];
  readonly problems: readonly Problem[];
  /** What was decided where Kubernetes decides nothing, in words. */
  readonly choices: readonly string[];
  readonly ports: PortTable;
  /** Things are pods (from 0) and then address pieces. */
  readonly classes: Classes;
  /** True where the thing is a pod. */
  isPod(thing: number): boolean;
  /** True for pods that policies do not see: those on the host network, unless the options say otherwise. */
  isUnseen(thing: number): boolean;
  chain(thing: number, direction: Direction): Chain;
  /** The ports of a rule at a receiver, named ports looked up. */
  portsOf(rule: Rule, receiver: number): PortSetId;
  /** What one direction lets through: `subject` is the pod whose policies are asked. */
  permits(direction: Direction, subject: number, peer: number): PortSetId;
  /** What may flow from one thing to another, both directions asked. */
  allowed(from: number, to: number): PortSetId;
  /** By class of the receiver: what may flow there from a class. The array is reused by the next call. */
  row(fromClass: number): Uint32Array;
}

export function evaluate(sources: readonly SourceObject[], options: EvaluateOptions = {}): Reach {
  const cluster = readMesh(sources, options.mesh);
  const problems: Problem[] = [...cluster.problems];
  const policies = readPolicies(cluster.others, problems);
  problems.push(...passedOver(cluster.others));
  const { pods } = cluster;
  const isHidden = (pod: Pod) => pod.hostNetwork && options.hostNetwork !== 'as-pods';

  const { known = { nodes: [], 'api-server': [] } } = options;
  const cut = unique([
    ...(options.cut ?? []),
    ...known.nodes,
    ...known['api-server'],
    ...ipPeers(policies).flatMap((ip) => [ip.cidr, ...ip.except]),
  ]);
  const pieces = cutAddressSpace(cut);
  const size = pods.length + pieces.length;
  const resolve = peerResolver(cluster, pieces, size, isHidden, options);

  const ports = new PortTable();
  const subjects = new Map<Policy, BitSet>();
  const resolved = { ingress: new Map<Policy, ResolvedRule[]>(), egress: new Map<Policy, ResolvedRule[]>() };
  const sets = new Set<BitSet>();
  for (const policy of policies) {
    const subject = resolve.subject(policy.subject);
    subjects.set(policy, subject);
    sets.add(subject);
    for (const direction of ['ingress', 'egress'] as const) {
      const rules = policy[direction]?.map((rule) => ({ policy, rule, peers: resolve.peers(rule.peers) }));
      if (rules === undefined) continue;
      resolved[direction].set(policy, rules);
      for (const { peers } of rules) sets.add(peers);
    }
  }

  const signature = portSignatures(pods, policies);
  const startOf = (thing: number): string => {
    const pod = pods[thing];
    return pod === undefined ? 'address' : `pod ${isHidden(pod)} ${signature[thing] ?? ''}`;
  };
  const classes = refine(size, startOf, sets);
  const inClasses = memo((set: BitSet) => {
    const found = new BitSet(classes.members.length);
    set.forEach((thing) => {
      found.add(classes.classOf[thing] ?? 0);
    });
    return found;
  });

  const chains = buildChains(policies, subjects, resolved, inClasses, classes.members.length);
  const rangesOf = memo((rule: Rule) => (rule.ports === 'all' ? all : ports.of(rule.ports.ranges)));
  const portsOf = (rule: Rule, receiver: number): PortSetId => {
    const fixed = rangesOf(rule);
    if (rule.ports === 'all' || rule.ports.named.length === 0) return fixed;
    const pod = pods[receiver];
    if (pod === undefined) return fixed;
    const { named } = rule.ports;
    const found = pod.ports.filter((p) =>
      named.some((n) => n.name === p.name && (n.protocol === undefined || n.protocol === p.protocol)),
    );
    return ports.union(fixed, ports.of(found.map((p) => ({ protocol: p.protocol, start: p.port, end: p.port }))));
  };
  const chain = (thing: number, direction: Direction) => chains[direction][classes.classOf[thing] ?? 0] ?? free;

  const permits = (direction: Direction, subject: number, peer: number): PortSetId => {
    if (subject >= pods.length) return all;
    const peerClass = classes.classOf[peer] ?? 0;
    return decide(chain(subject, direction), peerClass, direction === 'ingress' ? subject : peer, ports, portsOf);
  };

  const rows = rowReader(classes, pods.length, chains, ports, portsOf);
  return {
    cluster,
    pods,
    pieces,
    policies,
    cut,
    problems,
    choices: choicesOf(pods, policies, options),
    ports,
    classes,
    isPod: (thing) => thing < pods.length,
    isUnseen: (thing) => {
      const pod = pods[thing];
      return pod !== undefined && isHidden(pod);
    },
    chain,
    portsOf,
    permits,
    allowed: (from, to) => {
      const out = permits('egress', from, to);
      return out === none ? none : ports.intersect(out, permits('ingress', to, from));
    },
    row: rows,
  };
}

/** The objects of a cluster, and the pods and namespaces of the others in its mesh. */
function readMesh(sources: readonly SourceObject[], mesh: MeshOptions | undefined): ClusterObjects {
  const own = readCluster(sources);
  if (mesh === undefined) return own;
  const others = mesh.others.map(({ cluster, objects }) => ({ cluster, read: readCluster(objects) }));
  return {
    ...own,
    pods: [...own.pods, ...others.flatMap(({ cluster, read }) => read.pods.map((pod) => ({ ...pod, cluster })))],
    namespaces: [
      ...own.namespaces,
      ...others.flatMap(({ cluster, read }) => read.namespaces.map((namespace) => ({ ...namespace, cluster }))),
    ],
  };
}

/** The policies among the objects, in the order in which they are asked. */
export function readPolicies(sources: readonly SourceObject[], problems: Problem[]): Policy[] {
  const policies = sources.flatMap((source): Policy[] => {
    const dialect = dialects.find((d) => d.reads(source));
    return [...(dialect?.read(source, problems, sources) ?? [])];
  });
  const sorted = sortBy(
    policies,
    (p) => p.priority,
    (p) => p.namespace ?? '',
    (p) => p.name,
    (p) => p.kind,
  );
  for (const [i, policy] of sorted.entries()) {
    const twin = sorted[i + 1];
    if (policy.tier === 'admin' && twin?.tier === 'admin' && twin.priority === policy.priority) {
      problems.push({
        rule: 'manifest/equal-priorities',
        severity: 'warning',
        message: `${policy.kind} ${policy.name} and ${twin.name} have the same priority ${policy.priority}. Where both match, Kubernetes does not say which one wins; they are read in the order of their names. Give each its own priority.`,
        ...position(twin.source),
        subject: { kind: twin.kind, id: twin.name },
        fixable: false,
      });
    }
  }
  return sorted;
}

function buildChains(
  policies: readonly Policy[],
  subjects: ReadonlyMap<Policy, BitSet>,
  resolved: Readonly<Record<Direction, ReadonlyMap<Policy, readonly ResolvedRule[]>>>,
  inClasses: (set: BitSet) => BitSet,
  count: number,
): Readonly<Record<Direction, readonly Chain[]>> {
  const build = (direction: Direction): Chain[] => {
    const byClass: Policy[][] = Array.from({ length: count }, () => []);
    for (const policy of policies) {
      if (!resolved[direction].has(policy)) continue;
      const subject = subjects.get(policy);
      if (subject === undefined) continue;
      inClasses(subject).forEach((id) => {
        byClass[id]?.push(policy);
      });
    }
    const rulesOf = memo((policy: Policy) =>
      (resolved[direction].get(policy) ?? []).map((r) => ({ ...r, peers: inClasses(r.peers) })),
    );
    return byClass.map((own) => {
      if (own.length === 0) return free;
      const inTier = (tier: Policy['tier']) => own.filter((p) => p.tier === tier);
      const isolatedBy = inTier('network').filter((p) => p.isolates?.[direction] !== false);
      return {
        admin: [...inTier('deny'), ...inTier('admin')].flatMap(rulesOf),
        ...(isolatedBy.length > 0 && { network: inTier('network').flatMap(rulesOf) }),
        isolatedBy,
        baseline: inTier('baseline').flatMap(rulesOf),
      };
    });
  };
  return { ingress: build('ingress'), egress: build('egress') };
}

function ipPeers(policies: readonly Policy[]): IpPeer[] {
  return policies
    .flatMap((p) => [...(p.ingress ?? []), ...(p.egress ?? [])])
    .flatMap((rule) =>
      rule.peers === 'everyone' ? [] : rule.peers.flatMap((peer) => ('ip' in peer ? [peer.ip] : [])),
    );
}

/** Looks peers up as sets of things; equal peers share one set. */
function peerResolver(
  cluster: ClusterObjects,
  pieces: readonly AddressPiece[],
  size: number,
  isHidden: (pod: Pod) => boolean,
  options: EvaluateOptions,
) {
  const { pods, namespaces } = cluster;
  const { mesh, known } = options;
  const byOption = options.ipBlockMatchesPods === true;
  const namespaceIndex = new LabelIndex(namespaces.length);
  namespaces.forEach((namespace, i) => {
    namespaceIndex.add(i, namespace.labels);
  });
  const podIndex = new LabelIndex(size);
  const inCluster = (name: string, of: string | undefined) => `${of ?? ''}/${name}`;
  const podsOfNamespace = new Map<string, BitSet>(
    namespaces.map((n) => [inCluster(n.name, n.cluster), new BitSet(size)]),
  );
  const hidden = new BitSet(size);
  pods.forEach((pod, i) => {
    if (isHidden(pod)) {
      hidden.add(i);
      return;
    }
    podIndex.add(i, pod.labels);
    podsOfNamespace.get(inCluster(pod.namespace, pod.cluster))?.add(i);
  });
  const clusters = [undefined, ...(mesh?.others ?? []).map((other) => other.cluster)];
  const clusterIndex = new LabelIndex(clusters.length);
  clusters.forEach((name, i) => {
    const own = name ?? mesh?.cluster;
    clusterIndex.add(i, own === undefined ? {} : { [clusterLabel]: own });
  });
  const ownCluster: ReadonlySet<string | undefined> = new Set([undefined]);
  const clustersOf = (selector: LabelSelector | undefined, isSubject: boolean): ReadonlySet<string | undefined> => {
    if (selector !== undefined)
      return new Set(
        clusterIndex
          .select(selector)
          .toArray()
          .map((i) => clusters[i]),
      );
    return mesh?.selectsAll === true && !isSubject ? new Set(clusters) : ownCluster;
  };
  const everyone = BitSet.full(size);
  interface Scope {
    readonly namespaces: LabelSelector;
    readonly clusters: ReadonlySet<string | undefined>;
  }
  const inNamespaces = memoBy(
    (scope: Scope) => `${selectorKey(scope.namespaces)}\u0000${[...scope.clusters].map((c) => c ?? '').join()}`,
    (scope: Scope) => {
      const found = new BitSet(size);
      namespaceIndex.select(scope.namespaces).forEach((i) => {
        const namespace = namespaces[i];
        if (namespace === undefined || !scope.clusters.has(namespace.cluster)) return;
        const own = podsOfNamespace.get(inCluster(namespace.name, namespace.cluster));
        if (own !== undefined) found.addAll(own);
      });
      return found;
    },
  );
  const emptySet = new BitSet(size);
  const ownScope = (name: string, meant: ReadonlySet<string | undefined>): BitSet => {
    const [only, ...more] = [...meant].flatMap((of) => podsOfNamespace.get(inCluster(name, of)) ?? []);
    return more.reduce(
      (sum, set) => sum.addAll(set),
      more.length > 0 ? (only ?? emptySet).clone() : (only ?? emptySet),
    );
  };
  const keyOfPeer = (peer: PodPeer) =>
    [peer.namespaces, peer.pods, peer.clusters]
      .map((selector) => (selector === undefined ? '-' : selectorKey(selector)))
      .concat(peer.ownNamespace ?? '')
      .join('\u0000');
  const podsOfPeer = (isSubject: boolean) =>
    memoBy(keyOfPeer, (peer: PodPeer) => {
      const meant = clustersOf(peer.clusters, isSubject);
      const scope =
        peer.namespaces === undefined
          ? ownScope(peer.ownNamespace ?? '', meant)
          : inNamespaces({ namespaces: peer.namespaces, clusters: meant });
      return peer.pods === undefined || isEverything(peer.pods)
        ? scope
        : scope.clone().keepAll(podIndex.select(peer.pods));
    });
  // A rule for everyone has no pod selector, so it lets host-network pods in as well: `everyone` holds them.
  const podPeer = podsOfPeer(false);
  const subject = mesh === undefined ? podPeer : podsOfPeer(true);
  const markRange = (cidr: string, set: BitSet) => {
    const { first, past } = piecesOf(pieces, cidr);
    for (let i = first; i < past; i += 1) set.add(pods.length + i);
  };
  const nodes = new BitSet(size);
  for (const cidr of known?.nodes ?? []) markRange(cidr, nodes);
  const knownPeer = memoByName((what: Known) => {
    const found = what === 'nodes' ? nodes.clone().addAll(hidden) : new BitSet(size);
    if (what === 'api-server') for (const cidr of known?.['api-server'] ?? []) markRange(cidr, found);
    return found;
  });
  const ipPeer = memoBy(
    (ip: IpPeer) => `${ip.cidr} ${ip.except.join()} ${ip.matchesPods}`,
    (ip: IpPeer) => {
      const found = new BitSet(size);
      markRange(ip.cidr, found);
      const excepted = new BitSet(size);
      for (const cidr of ip.except) markRange(cidr, excepted);
      found.removeAll(excepted).removeAll(nodes);
      if (ip.matchesPods === 'never' || (ip.matchesPods === 'by-option' && !byOption)) return found;
      const outer = looseCidr(ip.cidr);
      const holes = ip.except.flatMap((cidr) => looseCidr(cidr) ?? []);
      pods.forEach((pod, i) => {
        if (isHidden(pod) || outer === undefined) return;
        // A block of the whole family means every pod; for a narrower one the pod's address must be known.
        if (outer.prefix === 0 && pod.addresses.length === 0 && ip.matchesPods === 'always') found.add(i);
        for (const text of pod.addresses) {
          const address = parseAddress(text);
          if (address === undefined) continue;
          const host = {
            family: address.family,
            start: address.value,
            end: address.value,
            prefix: address.family === 4 ? 32 : 128,
          };
          if (contains(outer, host) && !holes.some((hole) => contains(hole, host))) found.add(i);
        }
      });
      return found;
    },
  );
  return {
    subject,
    peers: (peers: Rule['peers']): BitSet => {
      if (peers === 'everyone') return everyone;
      const found = peers.map((peer) =>
        'ip' in peer ? ipPeer(peer.ip) : 'known' in peer ? knownPeer(peer.known) : podPeer(peer.pods),
      );
      const [only] = found;
      if (only !== undefined && found.length === 1) return only;
      return found.reduce((sum, set) => sum.addAll(set), new BitSet(size));
    },
  };
}

/** For each pod, where its named ports lead, as far as policies name them. */
function portSignatures(pods: readonly Pod[], policies: readonly Policy[]): string[] {
  const names = new Set<string>();
  for (const policy of policies) {
    for (const rule of [...(policy.ingress ?? []), ...(policy.egress ?? [])]) {
      if (rule.ports !== 'all') for (const { name } of rule.ports.named) names.add(name);
    }
  }
  if (names.size === 0) return [];
  return pods.map((pod) =>
    pod.ports
      .filter((p) => names.has(p.name))
      .map((p) => `${p.name}=${p.protocol}${p.port}`)
      .sort()
      .join(),
  );
}

function choicesOf(pods: readonly Pod[], policies: readonly Policy[], options: EvaluateOptions): string[] {
  const choices = ['Only TCP, UDP and SCTP are judged; Kubernetes defines nothing for ICMP and other protocols.'];
  if (ipPeers(policies).some((ip) => ip.matchesPods === 'by-option')) {
    choices.push(
      options.ipBlockMatchesPods === true
        ? 'An ipBlock also matches pods whose address is known; Kubernetes leaves this to the network plugin.'
        : 'An ipBlock matches addresses outside the cluster only; Kubernetes leaves it to the network plugin whether pods match.',
    );
  }
  if (pods.some((pod) => pod.hostNetwork)) {
    choices.push(
      options.hostNetwork === 'as-pods'
        ? 'Pods on the host network are judged like other pods; many network plugins cannot do that.'
        : 'Pods on the host network are not held by policies and not matched by selectors, as with most network plugins.',
    );
  }
  const peers = policies
    .flatMap((p) => [...(p.ingress ?? []), ...(p.egress ?? [])])
    .flatMap((rule) => (rule.peers === 'everyone' ? [] : rule.peers));
  if (options.known === undefined && peers.some((peer) => 'known' in peer))
    choices.push(
      'Rules that name nodes or the API server match pods on the host network only, because manifests do not say which addresses nodes have.',
    );
  if (options.mesh === undefined && peers.some((peer) => 'pods' in peer && peer.pods.clusters !== undefined))
    choices.push('Rules that name other clusters of a mesh match nothing, because one cluster’s manifests are read.');
  if (policies.some((p) => (p.egress ?? []).some((rule) => rule.names !== undefined)))
    choices.push('Hosts that a rule names by DNS name are not counted, because only DNS knows their addresses.');
  return choices;
}

function memo<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) {
      value = compute(key);
      known.set(key, value);
    }
    return value;
  };
}

function memoByName<A extends string, V>(compute: (name: A) => V): (name: A) => V {
  return memoBy((name: A) => name, compute);
}

function memoBy<A, V>(keyOf: (argument: A) => string, compute: (argument: A) => V): (argument: A) => V {
  const known = new Map<string, V>();
  return (argument) => {
    const key = keyOf(argument);
    let value = known.get(key);
    if (value === undefined) {
      value = compute(argument);
      known.set(key, value);
    }
    return value;
  };
}

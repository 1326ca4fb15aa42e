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
import { memo, once } from '../lib/memo.ts';
import type { Problem } from '../lib/problem.ts';
import { unique } from '../lib/sort.ts';
import { type AddressPiece, cutAddressSpace } from './address-space.ts';
import { chainsOf } from './chains.ts';
import { type Classes, refine } from './classes.ts';
import { type ClusterObjects, type Pod, readCluster, type SourceObject } from './cluster.ts';
import { type EvaluateOptions, isHidden, type MeshOptions } from './options.ts';
import { passedOver } from './passed-over.ts';
import { type PeerResolver, type PlainPeer, peerResolver, peersIn } from './peer-sets.ts';
import type { Chain, Direction, Policy, ResolvedRule, Rule, Tier } from './policy.ts';
import { all, none, type PortSetId, PortTable } from './port-set.ts';
import { readPolicies, tiersOf } from './read-policies.ts';
import { decide, rowReader } from './rows.ts';

export interface Reach {
  readonly cluster: ClusterObjects;
  readonly pods: readonly Pod[];
  readonly pieces: readonly AddressPiece[];
  readonly policies: readonly Policy[];
  /** In the order in which they are asked: those of Kubernetes, and what the policies bring. */
  readonly tiers: readonly Tier[];
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
  /** The classes of pods that policies read from any of these objects are about, in either direction. */
  classesHeldBy(objects: ReadonlySet<object>): BitSet;
  /** The ports of a rule at a receiver, named ports looked up. */
  portsOf(rule: Rule, receiver: number): PortSetId;
  /** What one direction lets through: `subject` is the pod whose policies are asked. */
  permits(direction: Direction, subject: number, peer: number): PortSetId;
  /** What may flow from one thing to another, both directions asked. */
  allowed(from: number, to: number): PortSetId;
  /**
   * What the policies of one end let through by themselves, whatever the other end says, by class of the peer. A connection
   * needs both ends, so a rule that is too wide at one of them shows in no pair as long as the other end is right; here it
   * shows. Everything for a subject that no policy holds.
   */
  permittedAt(direction: Direction, subject: number): Uint32Array;
  /** By class of the receiver: what may flow there from a class. The array is reused by the next call. */
  row(fromClass: number): Uint32Array;
}

export function evaluate(sources: readonly SourceObject[], options: EvaluateOptions = {}): Reach {
  const cluster = readMesh(sources, options.mesh);
  const problems: Problem[] = [...cluster.problems];
  const policies = readPolicies(cluster.others, problems);
  problems.push(...passedOver(cluster.others));
  const { pods } = cluster;

  const { known = { nodes: [], 'api-server': [] } } = options;
  const peers = peersIn(policies);
  const cut = unique([
    ...(options.cut ?? []),
    ...known.nodes,
    ...known['api-server'],
    ...peers.flatMap((peer) => ('ip' in peer ? [peer.ip.cidr, ...peer.ip.except] : [])),
  ]);
  const pieces = cutAddressSpace(cut);
  const size = pods.length + pieces.length;
  const resolve = peerResolver(cluster, pieces, size, options);

  const ports = new PortTable();
  const { subjects, rules, sets } = resolvePolicies(policies, resolve);
  const signature = portSignatures(pods, policies);
  const startOf = (thing: number): string => {
    const pod = pods[thing];
    return pod === undefined ? 'address' : `pod ${isHidden(pod, options)} ${signature[thing] ?? ''}`;
  };
  const classes = refine(size, startOf, sets);
  const inClasses = memo((set: BitSet) => {
    const found = new BitSet(classes.members.length);
    set.forEach((thing) => {
      found.add(classes.classOf[thing] ?? 0);
    });
    return found;
  });

  const chainOf = chainsOf(policies, subjects, rules, inClasses, classes.members.length);
  const portsOf = portsReader(pods, ports);
  const chain = (thing: number, direction: Direction) => chainOf(direction, classes.classOf[thing] ?? 0);

  const permits = (direction: Direction, subject: number, peer: number): PortSetId => {
    if (subject >= pods.length) return all;
    const peerClass = classes.classOf[peer] ?? 0;
    return decide(chain(subject, direction), peerClass, direction === 'ingress' ? subject : peer, ports, portsOf);
  };

  const reader = once(() => rowReader(classes, pods.length, chainOf, ports, portsOf));
  return {
    cluster,
    pods,
    pieces,
    policies,
    tiers: tiersOf(policies),
    cut,
    problems,
    choices: choicesOf(pods, policies, peers, options),
    ports,
    classes,
    isPod: (thing) => thing < pods.length,
    isUnseen: (thing) => {
      const pod = pods[thing];
      return pod !== undefined && isHidden(pod, options);
    },
    chain,
    classesHeldBy: (objects) => {
      const held = new BitSet(classes.members.length);
      for (const [policy, subject] of subjects) if (objects.has(policy.source.object)) held.addAll(inClasses(subject));
      return held;
    },
    portsOf,
    permits,
    allowed: (from, to) => {
      const out = permits('egress', from, to);
      return out === none ? none : ports.intersect(out, permits('ingress', to, from));
    },
    permittedAt: (direction, subject) => reader().side(direction, subject),
    row: (fromClass) => reader().row(fromClass),
  };
}

interface ResolvedPolicies {
  /** The things that each policy holds. */
  readonly subjects: ReadonlyMap<Policy, BitSet>;
  /** No entry for a policy that says nothing of a direction. */
  readonly rules: Readonly<Record<Direction, ReadonlyMap<Policy, readonly ResolvedRule[]>>>;
  /** Every set that some policy tells from the rest: things that all of them hold alike are one class. */
  readonly sets: ReadonlySet<BitSet>;
}

function resolvePolicies(policies: readonly Policy[], resolve: PeerResolver): ResolvedPolicies {
  const subjects = new Map<Policy, BitSet>();
  const resolved = { ingress: new Map<Policy, ResolvedRule[]>(), egress: new Map<Policy, ResolvedRule[]>() };
  const sets = new Set<BitSet>();
  for (const policy of policies) {
    const subject = resolve.subject(policy.subject);
    subjects.set(policy, subject);
    sets.add(subject);
    for (const direction of ['ingress', 'egress'] as const) {
      const rules = policy[direction]?.map((rule) => ({
        policy,
        rule,
        peers: resolve.peers(rule.peers),
        ...(rule.subject !== undefined && { subject: resolve.peers(rule.subject) }),
      }));
      if (rules === undefined) continue;
      resolved[direction].set(policy, rules);
      for (const { peers, subject: narrowed } of rules) {
        sets.add(peers);
        if (narrowed !== undefined) sets.add(narrowed);
      }
    }
  }
  return { subjects, rules: resolved, sets };
}

/** The ports of a rule at a receiver; a named one is looked up there, and means nothing to an address. */
function portsReader(pods: readonly Pod[], ports: PortTable): (rule: Rule, receiver: number) => PortSetId {
  const rangesOf = memo((rule: Rule) => (rule.ports === 'all' ? all : ports.of(rule.ports.ranges)));
  return (rule, receiver) => {
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

/** For each pod, where its named ports lead, as far as policies name them. */
function portSignatures(pods: readonly Pod[], policies: readonly Policy[]): string[] {
  const names = new Set<string>();
  for (const policy of policies) {
    for (const rules of [policy.ingress, policy.egress])
      for (const { ports } of rules ?? []) if (ports !== 'all') for (const { name } of ports.named) names.add(name);
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

function choicesOf(
  pods: readonly Pod[],
  policies: readonly Policy[],
  peers: readonly PlainPeer[],
  options: EvaluateOptions,
): string[] {
  const choices = ['Only TCP, UDP and SCTP are judged; Kubernetes defines nothing for ICMP and other protocols.'];
  if (peers.some((peer) => 'ip' in peer && peer.ip.matchesPods === 'by-option')) {
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

/**
 * What every policy dialect becomes before it is evaluated: tiers that are asked one after the other, in each of them
 * policies with subjects, and per direction an ordered list of rules over peers and ports.
 */
import type { BitSet } from '../lib/bit-set.ts';
import type { Problem } from '../lib/problem.ts';
import type { SourceObject } from './cluster.ts';
import type { PortRange, Protocol } from './port-set.ts';
import type { LabelSelector, Selector } from './selector.ts';

export type Direction = 'ingress' | 'egress';
/** `pass` leaves the tier: the next one is asked. After the last tier everything is allowed. */
export type Action = 'allow' | 'deny' | 'pass';

/** A stage of the decision. In each the first rule that matches decides. */
export interface Tier {
  /** `admin`, `network`, `baseline`, or the name of a tier of Calico. */
  readonly id: string;
  /** In a sentence: `the admin tier`. */
  readonly name: string;
  /** Lower is asked first, equal orders by id. The numbers are Calico's own, which has a number for every tier. */
  readonly order: number;
  /** What becomes of a connection of pods that policies of the tier hold, where none of its rules decides. */
  readonly ends: 'pass' | 'deny';
}

/** Denying rules of Cilium, which no other rule can overrule, whatever its kind. */
export const denyTier: Tier = { id: 'deny', name: 'the denying policies', order: 0, ends: 'pass' };
/**
 * The tiers of Kubernetes. NetworkPolicy only allows, so it does not matter in which order its rules are asked. Orders are
 * those of Calico's tiers kube-admin, default and kube-baseline, in which it puts the same objects.
 */
export const adminTier: Tier = { id: 'admin', name: 'the admin tier', order: 1_000, ends: 'pass' };
export const networkTier: Tier = { id: 'network', name: 'the network policies', order: 1_000_000, ends: 'deny' };
export const baselineTier: Tier = { id: 'baseline', name: 'the baseline tier', order: 10_000_000, ends: 'pass' };

/** Address ranges as a peer, canonical CIDR. */
export interface IpPeer {
  readonly cidr: string;
  readonly except: readonly string[];
  /** Whether the block also means pods that have such an address. */
  readonly matchesPods: 'never' | 'by-option' | 'always';
}

export interface PodPeer {
  /** Undefined: the policy's own namespace, or every namespace where there is none. */
  readonly namespaces?: Selector;
  /** Undefined: every pod of those namespaces. */
  readonly pods?: Selector;
  /** By the labels of the account they run as. Undefined: any. */
  readonly serviceAccounts?: Selector;
  readonly ownNamespace?: string;
  /** Selects clusters of a mesh by `clusterLabel`. Undefined: this cluster alone. */
  readonly clusters?: LabelSelector;
}

/** The label by which Cilium tells pods of one cluster from those of another. */
export const clusterLabel = 'io.cilium.k8s.policy.cluster';

/** What a network plugin knows by identity, not by address: nodes with whatever runs on their network, the API server. */
export type Known = 'nodes' | 'api-server';

export type Peer =
  | { readonly pods: PodPeer }
  | { readonly ip: IpPeer }
  | { readonly known: Known }
  /** What is in all of the lists, and in none of `except`. */
  | { readonly within: readonly Peers[]; readonly except: readonly Peer[] };

/** `everyone`: all pods and all addresses. An empty list is nobody. */
export type Peers = 'everyone' | readonly Peer[];

export interface Rule {
  /** Its place in the policy's list, from 0. */
  readonly index: number;
  /** Where it stands in the object; undefined: in `spec.ingress` or `spec.egress`, at its index. */
  readonly path?: ReadonlyArray<string | number>;
  readonly name?: string;
  readonly action: Action;
  readonly peers: Peers;
  /** DNS names (`*` stands for any part) that the rule allows as well; no address says which hosts they are. */
  readonly names?: readonly string[];
  /** DNS names that may be asked for through this rule, and whose answers the plugin learns. */
  readonly dns?: readonly string[];
  /** Where the rule narrows the policy's own pods: the pods it is about. */
  readonly subject?: Peers;
  /** `all`: every port of every protocol. Named ports are looked up at each receiver. */
  readonly ports:
    | 'all'
    | {
        readonly ranges: readonly PortRange[];
        readonly named: ReadonlyArray<{ readonly name: string; readonly protocol?: Protocol }>;
      };
}

export interface Policy {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly tier: Tier;
  /** Its place in the tier: lower is asked first. 1000 for NetworkPolicy, Infinity where it says none. */
  readonly order: number;
  readonly subject: PodPeer;
  /** Undefined: the policy says nothing about the direction. An empty list holds the pods: the tier's end decides. */
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
  /** Whether it makes the tier end as it ends. Undefined: it does, in each direction that it speaks of. */
  readonly isolates?: Readonly<Record<Direction, boolean>>;
  readonly source: SourceObject;
}

/** How one group and kind of objects is read. */
export interface Dialect {
  readonly id: string;
  reads(source: SourceObject): boolean;
  /** Objects beside the policies of the dialect: those they refer to, and those that change none of their answers. */
  refersTo?(source: SourceObject): boolean;
  /**
   * One object may hold several policies; none where it would be refused, and a problem says why. `referred` are the
   * objects of the input that policies refer to.
   */
  read(source: SourceObject, problems: Problem[], referred: readonly SourceObject[]): readonly Policy[];
}

/** A rule with its subjects and peers looked up. */
export interface ResolvedRule {
  readonly policy: Policy;
  readonly rule: Rule;
  readonly peers: BitSet;
  /** Absent where the rule is about all pods of its policy. */
  readonly subject?: BitSet;
}

/** What a tier says of a class of pods in one direction. Pods that the same policies hold share one. */
export interface ChainTier {
  readonly tier: Tier;
  /** As the tier ends where a policy isolates the pods, else `pass`. */
  readonly ends: Tier['ends'];
  /** The policies that isolate the pods, also those without rules. */
  readonly isolatedBy: readonly Policy[];
  readonly rules: readonly ResolvedRule[];
}

/** The tiers that hold a class of pods in one direction, in the order in which they are asked. */
export type Chain = readonly ChainTier[];

/** No policy at all. */
export const free: Chain = [];

/** What the policies of namespaces allow; undefined where none of them isolates the pods. */
export function networkRules(chain: Chain): readonly ResolvedRule[] | undefined {
  return chain.find((own) => own.tier === networkTier && own.ends === 'deny')?.rules;
}

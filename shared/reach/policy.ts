/**
 * What every policy dialect becomes before it is evaluated: subjects, and per direction an ordered list of rules over
 * peers and ports. Order matters only in the admin and baseline tiers.
 */
import type { BitSet } from '../lib/bit-set.ts';
import type { Problem } from '../lib/problem.ts';
import type { SourceObject } from './cluster.ts';
import type { PortRange, Protocol } from './port-set.ts';
import type { LabelSelector } from './selector.ts';

export type Direction = 'ingress' | 'egress';
/** In the order in which they are asked. `deny`: rules that no other rule can overrule, whatever its kind. */
export type Tier = 'deny' | 'admin' | 'network' | 'baseline';
export type Action = 'allow' | 'deny' | 'pass';

/** Address ranges as a peer, canonical CIDR. */
export interface IpPeer {
  readonly cidr: string;
  readonly except: readonly string[];
  /** Whether the block also means pods that have such an address. */
  readonly matchesPods: 'never' | 'by-option' | 'always';
}

export interface PodPeer {
  /** Undefined: the policy's own namespace. */
  readonly namespaces?: LabelSelector;
  /** Undefined: every pod of those namespaces. */
  readonly pods?: LabelSelector;
  readonly ownNamespace?: string;
  /** Selects clusters of a mesh by `clusterLabel`. Undefined: this cluster alone. */
  readonly clusters?: LabelSelector;
}

/** The label by which Cilium tells pods of one cluster from those of another. */
export const clusterLabel = 'io.cilium.k8s.policy.cluster';

/** What a network plugin knows by identity, not by address: nodes with whatever runs on their network, the API server. */
export type Known = 'nodes' | 'api-server';

export interface Rule {
  /** Its place in the policy's list, from 0. */
  readonly index: number;
  /** Where it stands in the object; undefined: in `spec.ingress` or `spec.egress`, at its index. */
  readonly path?: ReadonlyArray<string | number>;
  readonly name?: string;
  readonly action: Action;
  /** `everyone`: all pods and all addresses. */
  readonly peers:
    | 'everyone'
    | ReadonlyArray<{ readonly pods: PodPeer } | { readonly ip: IpPeer } | { readonly known: Known }>;
  /** DNS names (`*` stands for any part) that the rule allows as well; no address says which hosts they are. */
  readonly names?: readonly string[];
  /** DNS names that may be asked for through this rule, and whose answers the plugin learns. */
  readonly dns?: readonly string[];
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
  /** Lower is asked first; 0 in the network tier. */
  readonly priority: number;
  readonly subject: PodPeer;
  /** Undefined: the policy says nothing about the direction. An empty list isolates (network tier) or does nothing. */
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
  /** Network tier: whether what its rules do not allow is denied. Undefined: it is, in each direction that it speaks of. */
  readonly isolates?: Readonly<Record<Direction, boolean>>;
  readonly source: SourceObject;
}

/** How one group and kind of objects is read. */
export interface Dialect {
  readonly id: string;
  reads(source: SourceObject): boolean;
  /** Objects that are no policies, which the policies of the dialect refer to. */
  refersTo?(source: SourceObject): boolean;
  /** One object may hold several policies; none where it would be refused, and a problem says why. */
  read(source: SourceObject, problems: Problem[], all: readonly SourceObject[]): readonly Policy[];
}

/** A policy with its subjects and peers looked up. */
export interface ResolvedRule {
  readonly policy: Policy;
  readonly rule: Rule;
  readonly peers: BitSet;
}

/** The policies that hold for a class of pods in one direction, in the order in which they are asked. */
export interface Chain {
  readonly admin: readonly ResolvedRule[];
  /** Undefined where no NetworkPolicy isolates the pods in this direction. */
  readonly network?: readonly ResolvedRule[];
  /** The isolating policies, also those without rules. */
  readonly isolatedBy: readonly Policy[];
  readonly baseline: readonly ResolvedRule[];
}

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
export type Tier = 'admin' | 'network' | 'baseline';
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
}

export interface Rule {
  /** Its place in the policy's list, from 0. */
  readonly index: number;
  readonly name?: string;
  readonly action: Action;
  /** `everyone`: all pods and all addresses. */
  readonly peers: 'everyone' | ReadonlyArray<{ readonly pods: PodPeer } | { readonly ip: IpPeer }>;
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
  readonly source: SourceObject;
}

/** How one group and kind of objects is read. */
export interface Dialect {
  readonly id: string;
  reads(source: SourceObject): boolean;
  /** Undefined where an API server would refuse the object; a problem says why. */
  read(source: SourceObject, problems: Problem[]): Policy | undefined;
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

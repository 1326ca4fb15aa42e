/**
 * What a rule is: one judgement on a design. One file per rule; its path below rules/ is its id. A rule is total: broken
 * designs are normal while somebody draws, so it says nothing about what it cannot judge.
 */
import { distributionInfo } from '../catalog/index.ts';
import type { CommandCall } from '../commands/index.ts';
import type { Path, Problem, Severity } from '../lib/problem.ts';
import { type Cluster, kinds, type Lookup, type Ref, type Topology } from '../model/index.ts';

/** Commands that resolve a finding, all in one undoable step. */
export interface Fix {
  /** What the button says: `Remove the flow`. */
  readonly label: string;
  readonly commands: readonly CommandCall[];
}

export interface RuleFinding {
  /** What is wrong, why it matters, what to do; each a sentence. */
  readonly message: string;
  /** The record it is about; absent where the matrix or the settings are wrong. */
  readonly subject?: Ref;
  /** The value in the design that is wrong. */
  readonly path: Path;
  /** Other records that take part, for marks on the picture. */
  readonly also?: readonly Ref[];
  readonly fix?: Fix;
  /** Other ways to resolve it, where more than one is right; only beside a fix. */
  readonly alternatives?: readonly Fix[];
}

/** A problem of the design as the window shows it. Plain data. */
export interface Finding extends Problem {
  readonly subject?: Ref;
  readonly also: readonly Ref[];
  readonly fix?: Fix;
  readonly alternatives?: readonly Fix[];
}

export interface RuleContext {
  readonly topology: Topology;
  readonly lookup: Lookup;
  /** `YYYY-MM-DD`; without it nothing expires. */
  readonly asOf?: string;
  /** Ids of all rules, for the rule that judges the settings. */
  readonly ruleIds: ReadonlySet<string>;
}

export interface Example {
  /** What it shows, as a clause: `a flow back to the zone it came from`. */
  readonly shows: string;
  /** Records that are laid over the sample design, map by map (see sample.ts). */
  readonly design: Partial<Topology>;
  readonly asOf?: string;
}

export interface Rule {
  /** Names the fault, not the advice. */
  readonly id: string;
  /** A design's `rules` may say otherwise. */
  readonly severity: Severity;
  /** The fault in a few words: `Flow against the matrix`. */
  readonly title: string;
  readonly docs: { readonly what: string; readonly why: string; readonly todo: string };
  readonly examples: { readonly good: readonly Example[]; readonly bad: readonly Example[] };
  check(context: RuleContext): Iterable<RuleFinding>;
}

export function defineRule(rule: Rule): Rule {
  return rule;
}

/** `workload “gateway”`, with what people call it. */
export function called(lookup: Lookup, ref: Ref): string {
  const title = lookup.titleOf(ref);
  const name = title === ref.id || ref.kind === 'pool' ? `“${ref.id}”` : `“${title}” (${ref.id})`;
  return `${kinds[ref.kind].label.toLowerCase()} ${name}`;
}

/** `“a”, “b” and “c”`. */
export function listed(items: readonly string[]): string {
  const quoted = items.map((item) => `“${item}”`);
  const last = quoted.pop() ?? 'nothing';
  return quoted.length === 0 ? last : `${quoted.join(', ')} and ${last}`;
}

/** For the start of a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The CNI that a cluster has: the one it names, else its distribution's; undefined where neither says. */
export function cniOf(cluster: Cluster): string | undefined {
  return cluster.cni?.name ?? distributionInfo(cluster.distribution).defaultCni;
}

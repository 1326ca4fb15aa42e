/** What is asked about two ends of a design, and what the answer is made of. */
import type { Ref } from '../model/index.ts';
import type { PolicyPlace, Protocol } from '../reach/index.ts';
import type { AskedEnd } from './reach-model.ts';

export interface ExplainQuestion {
  readonly from: AskedEnd;
  readonly to: AskedEnd;
  /** A port of the receiver's pods; absent for all ports. */
  readonly port?: { readonly protocol: Protocol; readonly port: number };
}

export type Verdict = 'allowed' | 'denied';

export interface ExplainAnswer {
  /** `partly`: some of the ports or addresses that were asked about. */
  readonly verdict: Verdict | 'partly';
  /** One sentence. */
  readonly headline: string;
  /** Ports and addresses that are decided alike, those that are allowed first. */
  readonly cases: readonly ExplainedCase[];
  /** How the question was read where a drawing and addresses are not the same thing. */
  readonly notes: readonly string[];
  /** The flows that mean this pair, and the zone that opens itself; empty where nothing does. */
  readonly drawn: readonly Ref[];
  /** Other pairs to ask about instead: the legs of a way through a proxy. */
  readonly legs: ReadonlyArray<{ readonly from: AskedEnd; readonly to: AskedEnd; readonly text: string }>;
  /** What was decided where Kubernetes decides nothing. */
  readonly choices: readonly string[];
}

export interface ExplainedCase {
  readonly verdict: Verdict;
  /** `TCP 8080`; with the addresses where an end has several kinds of them. */
  readonly title: string;
  /** Leaving the sender, then entering the receiver. */
  readonly directions: readonly [ExplainedDirection, ExplainedDirection];
  /** All of them together turn the verdict. */
  readonly changes: readonly ExplainedChange[];
}

export interface ExplainedDirection {
  readonly direction: 'egress' | 'ingress';
  readonly title: string;
  readonly verdict: Verdict;
  /** What decided, one sentence. */
  readonly decision: string;
  /** The tiers in the order in which they are asked; empty where no policy of a cluster is asked. */
  readonly tiers: readonly ExplainedTier[];
}

export interface ExplainedTier {
  /** Its id. */
  readonly tier: string;
  readonly title: string;
  /** `passes`: nothing in it decided, and the next tier was asked. */
  readonly outcome: 'allows' | 'denies' | 'passes' | 'not-asked';
  /** Goes on after the title: `no rule matches.` */
  readonly text: string;
  readonly rules: readonly ExplainedRule[];
}

export interface ExplainedRule {
  readonly outcome: 'allows' | 'denies' | 'passes' | 'not-the-peer' | 'not-the-port' | 'isolates';
  readonly place: PolicyPlace;
  /** `spec.ingress[0]`; absent where the policy as a whole is meant. */
  readonly path?: string;
  /** From 1, for people; absent where the policy as a whole is meant. */
  readonly number?: number;
  /** The flows and zones of the design that made the policy say so. */
  readonly causes: readonly Ref[];
}

export interface ExplainedChange {
  readonly text: string;
  readonly place?: PolicyPlace;
}

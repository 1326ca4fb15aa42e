/** What the proof of connections finds: differences between ends, counted all and listed as far as somebody reads. */
import { compareText } from '../lib/sort.ts';
import { type Ref, refKey } from '../model/index.ts';
import type { Direction, PortRange, Reach, RulePlace } from '../reach/index.ts';
import { explain } from '../reach/index.ts';

/**
 * `cluster`: between clusters, for a workload that more than one runs. `pods`: pods of a namespace that no workload of the
 * design names, by the labels they would have.
 */
export type ProofEnd =
  | { readonly workload: string; readonly cluster?: string }
  | { readonly cidrs: readonly string[] }
  | { readonly pods: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> } };

export interface Finding {
  /** `extra`: allowed though not drawn. `missing`: drawn though not allowed. */
  readonly kind: 'extra' | 'extra-by-address' | 'missing' | 'cannot-say';
  /** The cluster whose manifests are judged; absent for pairs across clusters. */
  readonly cluster?: string;
  readonly from: ProofEnd;
  readonly to: ProofEnd;
  readonly ports: readonly PortRange[];
  /** Set where one end alone allows too much, and nothing but the policies of the other end holds it back. */
  readonly onlyAt?: 'sender' | 'receiver';
  /** The flows and zones that meant it; empty where nothing did. */
  readonly causes: readonly Ref[];
  /** For `extra`: the rules that let it through, where rules do. */
  readonly by?: readonly RulePlace[];
  /** For `cannot-say` and `extra-by-address`, and for `extra` where no rule does it: why. */
  readonly reason?: string;
}

/** How many findings of one kind are listed; a design that is wrong as a whole has millions, and all say the same. */
export const most = 500;

export class Findings {
  readonly listed: Finding[] = [];
  readonly counts: Record<Finding['kind'], number> = { extra: 0, 'extra-by-address': 0, missing: 0, 'cannot-say': 0 };

  /** `explain` is asked only for what is listed. */
  add(finding: Finding, explained?: () => Pick<Finding, 'by' | 'reason'>): void {
    this.counts[finding.kind] += 1;
    if (this.counts[finding.kind] <= most) this.listed.push({ ...finding, ...explained?.() });
  }
}

/** Which rules let the first of the ports through, and what does where no rule is asked. */
export function letThroughBy(
  reach: Reach,
  from: number,
  to: number,
  [first]: readonly PortRange[],
  onlyIn?: Direction,
): Pick<Finding, 'by' | 'reason'> {
  if (first === undefined) return {};
  const { directions } = explain(reach, from, to, first.protocol, first.start);
  const asked = directions.filter((d) => onlyIn === undefined || d.direction === onlyIn);
  const by = asked.flatMap(({ decision }) => (decision.by === 'rule' ? decision.places : []));
  const open = asked.filter(({ decision }) => decision.by === 'no-policy').map((d) => d.direction);
  return {
    ...(by.length > 0 && { by }),
    ...(open.length > 0 && { reason: `no policy isolates the pods for ${open.join(' and ')}` }),
  };
}

export function distinct(refs: readonly Ref[]): Ref[] {
  return [...new Map(refs.map((r) => [refKey(r), r])).values()].sort((a, b) => compareText(refKey(a), refKey(b)));
}

/** Which tiers hold each class of pods, and what they say of it. Classes that the same policies hold share the answer. */
import type { BitSet } from '../lib/bit-set.ts';
import { memo } from '../lib/memo.ts';
import { type Chain, type ChainTier, type Direction, free, type Policy, type ResolvedRule } from './policy.ts';

/** The tiers that hold a class, made when they are first asked for: a comparison asks for few of them. */
export type ChainOf = (direction: Direction, id: number) => Chain;

/** `policies` are in the order in which they are asked. */
export function chainsOf(
  policies: readonly Policy[],
  subjects: ReadonlyMap<Policy, BitSet>,
  resolved: Readonly<Record<Direction, ReadonlyMap<Policy, readonly ResolvedRule[]>>>,
  inClasses: (set: BitSet) => BitSet,
  count: number,
): ChainOf {
  const build = (direction: Direction) => {
    // Policies are sorted by tier, so each class meets them tier by tier.
    const byClass: number[][] = Array.from({ length: count }, () => []);
    policies.forEach((policy, number) => {
      const subject = resolved[direction].has(policy) ? subjects.get(policy) : undefined;
      if (subject === undefined) return;
      inClasses(subject).forEach((id) => {
        byClass[id]?.push(number);
      });
    });
    const rulesOf = memo((policy: Policy) =>
      (resolved[direction].get(policy) ?? []).map((r) => ({
        ...r,
        peers: inClasses(r.peers),
        ...(r.subject !== undefined && { subject: inClasses(r.subject) }),
      })),
    );
    const isNarrowed = memo((policy: Policy) => rulesOf(policy).some((r) => r.subject !== undefined));
    const known = new Map<string, ChainTier>();
    const tierOf = (id: number, numbers: readonly number[]): ChainTier | undefined => {
      const own = numbers.flatMap((number) => policies[number] ?? []);
      const [first] = own;
      if (first === undefined) return undefined;
      const isolatedBy = own.filter((p) => p.isolates?.[direction] !== false);
      const make = (): ChainTier => ({
        tier: first.tier,
        ends: isolatedBy.length > 0 ? first.tier.ends : 'pass',
        isolatedBy,
        rules: own.flatMap(rulesOf).filter((r) => r.subject === undefined || r.subject.has(id)),
      });
      if (own.some(isNarrowed)) return make();
      const key = numbers.join();
      const shared = known.get(key) ?? make();
      known.set(key, shared);
      return shared;
    };
    const chains: Chain[] = [];
    return (id: number): Chain => {
      const made = chains[id];
      if (made !== undefined) return made;
      const numbers = byClass[id] ?? [];
      const chain: ChainTier[] = [];
      for (let at = 0; at < numbers.length; ) {
        const tier = policies[numbers[at] ?? 0]?.tier;
        let past = at + 1;
        while (past < numbers.length && policies[numbers[past] ?? 0]?.tier === tier) past += 1;
        const own = tierOf(id, numbers.slice(at, past));
        if (own !== undefined) chain.push(own);
        at = past;
      }
      chains[id] = chain.length === 0 ? free : chain;
      return chains[id];
    };
  };
  const chains = { ingress: build('ingress'), egress: build('egress') };
  return (direction, id) => chains[direction](id);
}

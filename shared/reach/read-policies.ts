/** Policies from objects, in the order in which they are asked, and the tiers that these make. */
import type { Problem } from '../lib/problem.ts';
import { sortBy, unique } from '../lib/sort.ts';
import { position, type SourceObject } from './cluster.ts';
import { dialects } from './dialects/registry.ts';
import { adminTier, baselineTier, networkTier, type Policy, type Tier } from './policy.ts';

/** Whether an object is of a kind of policy that the engine judges. */
export function isPolicy(source: SourceObject): boolean {
  return dialects.some((dialect) => dialect.reads(source));
}

interface Read {
  readonly policies: readonly Policy[];
  readonly problems: readonly Problem[];
  /** What the policies may refer to: tiers are known by identity, so policies of one evaluation share it. */
  readonly referred: readonly SourceObject[];
}

/** What was read of an object is kept with it, because a comparison evaluates the same objects several times. */
const known = new WeakMap<SourceObject, Read>();

/** The policies among the objects, in the order in which they are asked. */
export function readPolicies(sources: readonly SourceObject[], problems: Problem[]): Policy[] {
  const referred = sameList(sources.filter((source) => dialects.some((d) => d.refersTo?.(source) === true)));
  const policies = sources.flatMap((source): readonly Policy[] => {
    const dialect = dialects.find((d) => d.reads(source));
    if (dialect === undefined) return [];
    let found = known.get(source);
    if (found?.referred !== referred) {
      const own: Problem[] = [];
      found = { policies: dialect.read(source, own, referred), problems: own, referred };
      known.set(source, found);
    }
    problems.push(...found.problems);
    return found.policies;
  });
  const sorted = sortBy(
    policies,
    (p) => p.tier.order,
    (p) => p.tier.id,
    (p) => p.order,
    (p) => p.namespace ?? '',
    (p) => p.name,
    (p) => p.kind,
  );
  for (const [i, policy] of sorted.entries()) {
    const twin = sorted[i + 1];
    if (policy.tier === adminTier && twin?.tier === adminTier && twin.order === policy.order) {
      problems.push({
        rule: 'manifest/equal-priorities',
        severity: 'warning',
        message: `${policy.kind} ${policy.name} and ${twin.name} have the same priority ${policy.order}. Where both match, Kubernetes does not say which one wins; they are read in the order of their names. Give each its own priority.`,
        ...position(twin.source),
        subject: { kind: twin.kind, id: twin.name },
        fixable: false,
      });
    }
  }
  return sorted;
}

/** In the order in which they are asked: those of Kubernetes always, others where a policy is in them. */
export function tiersOf(policies: readonly Policy[]): Tier[] {
  return sortBy(
    unique([adminTier, networkTier, baselineTier, ...policies.map((p) => p.tier)]),
    (t) => t.order,
    (t) => t.id,
  );
}

const lists = new WeakMap<SourceObject, readonly SourceObject[]>();
const empty: readonly SourceObject[] = [];

/** One and the same list for the same objects. */
function sameList(sources: readonly SourceObject[]): readonly SourceObject[] {
  const [first] = sources;
  if (first === undefined) return empty;
  const earlier = lists.get(first);
  if (earlier?.length === sources.length && earlier.every((source, i) => source === sources[i])) return earlier;
  lists.set(first, sources);
  return sources;
}

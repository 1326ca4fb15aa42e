/** Policies from objects, in the order in which they are asked, and the tiers that these make. */
import type { Problem } from '../lib/problem.ts';
import { sortBy, unique } from '../lib/sort.ts';
import { position, type SourceObject } from './cluster.ts';
import { dialects } from './dialects/registry.ts';
import { adminTier, baselineTier, networkTier, type Policy, type Tier } from './policy.ts';

/** The policies among the objects, in the order in which they are asked. */
export function readPolicies(sources: readonly SourceObject[], problems: Problem[]): Policy[] {
  const policies = sources.flatMap((source): Policy[] => {
    const dialect = dialects.find((d) => d.reads(source));
    return [...(dialect?.read(source, problems, sources) ?? [])];
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

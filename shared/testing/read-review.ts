/** What tests read out of a review. */
import type { Review, ReviewGroup } from '../diff/index.ts';

/** What stands at the top; throws where nothing does. */
export function top(review: Review): ReviewGroup {
  const [group] = review.groups;
  if (group === undefined) throw new Error('the review is empty');
  return group;
}

/** What a group says in one layer: class, severity and message of each entry. */
export function sentences(group: ReviewGroup, layer: string): string[] {
  return group.entries.filter((e) => e.layer === layer).map((e) => `${e.class} ${e.severity}: ${e.message}`);
}

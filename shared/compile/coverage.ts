/** Coverage notes: what the manifests enforce and what they cannot, in plain words. */
import { sortBy } from '../lib/sort.ts';
import type { CoverageNote } from './bundle.ts';

/** What is not enforced first, each note once, in an order that depends on nothing but the notes. */
export function sortCoverage(notes: readonly CoverageNote[]): CoverageNote[] {
  const distinct = new Map(notes.map((n) => [[n.cluster, n.state, n.subject, n.text].join('\n'), n]));
  return sortBy(
    distinct.values(),
    (n) => n.cluster,
    (n) => (n.state === 'not-enforced' ? 0 : 1),
    (n) => n.subject,
    (n) => n.text,
  );
}

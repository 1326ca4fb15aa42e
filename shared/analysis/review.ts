/** The review of two designs or two sets of manifests: what differs, what follows from it, and which edit caused it. */
import { alignRenames, diffTopology, groupEntries, type Review, recordEntries } from '../diff/index.ts';
import type { Topology } from '../model/index.ts';
import { facts } from './facts.ts';

/** Reviews the way from one design to another. Nothing where they are the same. */
export function reviewDesigns(before: Topology, after: Topology): Review {
  const records = diffTopology(before, after, facts);
  const aligned = alignRenames(before, after);
  const entries = recordEntries(records, aligned, after);
  return { groups: groupEntries(entries, records), records };
}

/**
 * Zones and externals that are all open to each other, as an import draws them where no policy is. Every pair has an arrow
 * each way; one line through all of them says the same, and leaves the picture to what differs.
 */
import { type Entry, endRef, type Flow, refKey } from '../../shared/model/index.ts';

export interface OpenGroup {
  /** Keys of zones, and of an external where one is open to all of them. */
  readonly nodes: readonly string[];
  /** Ids of the flows between them. */
  readonly flows: readonly string[];
}

/** Two need no line of their own: their arrows say it as shortly. */
const fewest = 3;

/** Largest first; no zone is in two groups. */
export function openGroups(flows: Iterable<Entry<Flow>>): OpenGroup[] {
  const arrows = new Map<string, string>();
  const zones = new Set<string>();
  const externals = new Set<string>();
  for (const { id, from, to, ports, via, exception } of flows) {
    if (ports !== 'all' || via?.proxy !== undefined || exception !== undefined) continue;
    const ends = [endRef(from), endRef(to)];
    if (!ends.every(({ kind }) => kind === 'zone' || kind === 'external')) continue;
    for (const end of ends) (end.kind === 'zone' ? zones : externals).add(refKey(end));
    arrows.set(ends.map(refKey).join('>'), id);
  }
  const isOpen = (a: string, b: string) => arrows.has(`${a}>${b}`) && arrows.has(`${b}>${a}`);
  const grown = (first: string) => {
    const members = [first];
    for (const other of zones) if (other !== first && members.every((m) => isOpen(m, other))) members.push(other);
    return members;
  };
  const groups: OpenGroup[] = [];
  while (zones.size > 1) {
    const members = [...zones].map(grown).reduce((best, own) => (own.length > best.length ? own : best));
    for (const zone of members) zones.delete(zone);
    if (members.length < 2) break;
    const outside = [...externals].find((external) => members.every((zone) => isOpen(external, zone)));
    const nodes = outside === undefined ? members : [outside, ...members];
    if (nodes.length < fewest) continue;
    groups.push({
      nodes,
      flows: nodes.flatMap((a) => nodes.flatMap((b) => arrows.get(`${a}>${b}`) ?? [])),
    });
  }
  return groups;
}

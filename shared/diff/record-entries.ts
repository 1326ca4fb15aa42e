/** The layer of records: one entry for each thing that an edit means by itself. */
import { endRef, lookup, outside, type Ref, type Topology } from '../model/index.ts';
import { describeField } from './describe.ts';
import type { Entry, EntrySubject } from './entry.ts';
import { editKey, type ReviewEntry, reviewEntry } from './review.ts';

export function recordEntries(entries: readonly Entry[], before: Topology, after: Topology): ReviewEntry[] {
  return entries.flatMap((entry) => {
    const zones = zonesOfSubject(entry.subject, before, after);
    return entry.effects.map((effect, i) =>
      reviewEntry({
        id: `record:${editKey(entry.subject)}:${effect.class}:${i}`,
        layer: 'record',
        class: effect.class,
        severity: effect.severity,
        change: entry.change,
        subject: entry.subject,
        ...(entry.before !== undefined && { before: entry.before }),
        ...(entry.after !== undefined && { after: entry.after }),
        causes: [entry.subject],
        title: entry.title,
        message: `${entry.title}: ${effect.message}`,
        details: i === 0 && entry.subject.kind !== 'layout' ? entry.fields.map(describeField) : [],
        zones,
      }),
    );
  });
}

/** The zones that a record touches in either version, `outside` among them, sorted. */
function zonesOfSubject(subject: EntrySubject, before: Topology, after: Topology): string[] {
  const { kind, id } = subject;
  if (kind === 'matrix') return [...new Set(id.split('/'))].sort();
  if (kind === 'rule' || kind === 'metadata' || kind === 'layout') return [];
  const found = new Set<string>();
  for (const topology of [before, after]) {
    const index = lookup(topology);
    for (const zone of zonesOfRecord({ kind, id }, topology))
      if (zone === outside || index.get('zone', zone)) found.add(zone);
  }
  return [...found].sort();
}

function zonesOfRecord(record: Ref, topology: Topology): string[] {
  const index = lookup(topology);
  const own = (ref: Ref) => {
    const zone = index.zoneOf(ref);
    return zone === undefined ? [] : [zone];
  };
  switch (record.kind) {
    case 'zone':
      return [record.id];
    case 'flow': {
      const flow = index.get('flow', record.id);
      return flow === undefined ? [] : [flow.from, flow.to].flatMap((end) => own(endRef(end)));
    }
    case 'cluster':
      return [...index.zonesOfCluster(record.id)];
    case 'runtime':
      return index.zones.filter((z) => z.runtimes?.includes(record.id)).map((z) => z.id);
    default:
      return own(record);
  }
}

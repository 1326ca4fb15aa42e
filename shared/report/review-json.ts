/** A review as JSON: the contract of `zonewright diff --format json`. */
import { entriesOf, type Review, type ReviewEnd, type ReviewEntry } from '../diff/index.ts';
import { jsonText } from './json.ts';

export function reviewAsJson(review: Pick<Review, 'groups'>): string {
  return jsonText({
    apiVersion: 'zonewright/v1',
    kind: 'Difference',
    entries: entriesOf(review).map(entryAsData),
  });
}

function entryAsData(entry: ReviewEntry) {
  const {
    id,
    class: kind,
    severity,
    layer,
    change,
    subject,
    before,
    after,
    causes,
    message,
    zones,
    connection,
  } = entry;
  return {
    class: kind,
    severity,
    layer,
    change,
    subject,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    causes,
    message,
    id,
    zones,
    ...(connection !== undefined && {
      connection: {
        from: connection.from.map(endAsData),
        to: connection.to.map(endAsData),
        opened: connection.opened,
        closed: connection.closed,
      },
    }),
    ...(entry.manifest !== undefined && entry.manifest.immutable.length > 0 && { replaced: entry.manifest.immutable }),
  };
}

function endAsData(end: ReviewEnd) {
  if (end.kind === 'addresses')
    return { cidrs: end.cidrs, ...(end.external !== undefined && { external: end.external }) };
  const { id, cluster, zone } = end;
  return { workload: id, ...(cluster !== undefined && { cluster }), ...(zone !== undefined && { zone }) };
}

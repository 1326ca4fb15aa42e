/**
 * What of a design decides where things stand and how flows and claims run. Most edits (an owner, a label, a reason)
 * change none of it, and then the picture of before is kept as it is. Records are shared between versions of a design,
 * so that mostly references are compared.
 */

import { isEqual } from '../../shared/lib/is-equal.ts';
import { type Kind, type RecordOf, recordsOf, type Topology } from '../../shared/model/index.ts';

/** True where both designs are laid out alike. */
export function hasSameLayout(a: Topology, b: Topology): boolean {
  return (
    a === b ||
    (isEqual(a.layout, b.layout) &&
      sameRecords(a, b, 'zone', (x, y) => x.trust === y.trust) &&
      sameRecords(a, b, 'cluster', (x, y) => samePools(x, y)) &&
      sameRecords(a, b, 'namespace', (x, y) => x.cluster === y.cluster && x.zone === y.zone) &&
      sameRecords(a, b, 'workload', (x, y) => x.namespace === y.namespace) &&
      sameRecords(a, b, 'external', () => true) &&
      sameRecords(a, b, 'endpoint', (x, y) => x.zone === y.zone) &&
      sameRecords(a, b, 'flow', (x, y) => isEqual(x.from, y.from) && isEqual(x.to, y.to)))
  );
}

/** True where both designs have the same flows to draw, with the same labels. */
export function hasSameFlows(a: Topology, b: Topology): boolean {
  return (
    a === b ||
    (sameRecords(
      a,
      b,
      'flow',
      (x, y) =>
        isEqual(x.from, y.from) &&
        isEqual(x.to, y.to) &&
        isEqual(x.ports, y.ports) &&
        (x.exception === undefined) === (y.exception === undefined),
    ) &&
      // Labels show numbers where a flow names a port of its receiver.
      sameRecords(a, b, 'workload', (x, y) => isEqual(x.ports, y.ports)))
  );
}

/** True where both designs have the same claims to draw, and say the same of them. */
export function hasSameClaims(a: Topology, b: Topology): boolean {
  return (
    a === b ||
    (sameRecords(
      a,
      b,
      'workload',
      (x, y) =>
        isEqual(x.storage, y.storage) &&
        (x.storage === undefined || (x.namespace === y.namespace && x.name === y.name)),
    ) &&
      sameRecords(a, b, 'namespace', (x, y) => x.zone === y.zone) &&
      sameRecords(a, b, 'zone', () => true) &&
      isEqual(a.storage, b.storage))
  );
}

function sameRecords<K extends Kind>(
  a: Topology,
  b: Topology,
  kind: K,
  isSame: (x: RecordOf[K], y: RecordOf[K], id: string) => boolean,
): boolean {
  const before = recordsOf(a, kind);
  const after = recordsOf(b, kind);
  if (before === after) return true;
  const ids = Object.keys(after);
  if (ids.length !== Object.keys(before).length) return false;
  return ids.every((id) => {
    const x = Object.hasOwn(before, id) ? before[id] : undefined;
    const y = after[id];
    return x !== undefined && y !== undefined && (x === y || isSame(x, y, id));
  });
}

function samePools(x: RecordOf['cluster'], y: RecordOf['cluster']): boolean {
  if (x.pools === y.pools) return true;
  const before = Object.entries(x.pools ?? {});
  const after = y.pools ?? {};
  return (
    before.length === Object.keys(after).length &&
    before.every(([id, pool]) => Object.hasOwn(after, id) && after[id]?.zone === pool.zone)
  );
}

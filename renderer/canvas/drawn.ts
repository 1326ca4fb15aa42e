/**
 * What of a design decides where things stand and how flows and claims run. Most edits (an owner, a label, a reason)
 * change none of it, and then the picture of before is kept as it is. Records are shared between versions of a design,
 * so that mostly references are compared.
 */

import { isEqual } from '../../shared/lib/is-equal.ts';
import {
  changedIds,
  type Kind,
  type RecordOf,
  recordsOf,
  stationsOf,
  type Topology,
  type Workload,
} from '../../shared/model/index.ts';
import { cardWidth } from './card-texts.ts';

/** True where both designs are laid out alike. */
export function hasSameLayout(a: Topology, b: Topology): boolean {
  return (
    a === b ||
    (isEqual(a.layout, b.layout) &&
      // What is written on frames counts as well, because flows keep off it.
      sameFields(a, b, 'zone', ['trust', 'name', 'runtimes', 'storageClasses']) &&
      sameFields(a, b, 'cluster', ['name', 'distribution', 'version', 'cni', 'engine', 'replaces', 'pools']) &&
      sameFields(a, b, 'namespace', ['name', 'cluster', 'zone']) &&
      isEqual(a.runtimes, b.runtimes) &&
      isEqual(a.storage?.classes, b.storage?.classes) &&
      sameRecords(
        a,
        b,
        'workload',
        (x, y, id) =>
          x.namespace === y.namespace && x.runtime === y.runtime && cardWidth(id, x, '') === cardWidth(id, y, ''),
      ) &&
      sameRecords(a, b, 'external', () => true) &&
      sameRecords(a, b, 'endpoint', (x, y) => x.zone === y.zone) &&
      sameRecords(a, b, 'flow', (x, y) => isEqual(stationsOf(x), stationsOf(y))))
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
        isEqual(stationsOf(x), stationsOf(y)) &&
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

/** True where nodes of both designs say the same, wherever they stand. Flows and what nobody sees on a card do not count. */
export function hasSameLooks(a: Topology, b: Topology): boolean {
  const rest: ReadonlyArray<keyof Topology> = ['layout', 'zones', 'clusters', 'externals', 'storage', 'runtimes'];
  return (
    a === b ||
    (rest.every((section) => a[section] === b[section]) &&
      sameRecords(a, b, 'namespace', (x, y) => x.name === y.name && x.zone === y.zone) &&
      sameRecords(a, b, 'workload', (x, y) => shownOnCards.every((field) => isEqual(x[field], y[field]))))
  );
}

const shownOnCards = [
  'namespace',
  'name',
  'kind',
  'replicas',
  'ports',
  'runtime',
  'storage',
  'hostNetwork',
] as const satisfies ReadonlyArray<keyof Workload>;

/** True where everything that flows may join is called the same in both. */
export function hasSameNames(a: Topology, b: Topology): boolean {
  const kinds = ['zone', 'namespace', 'workload', 'external', 'cluster'] as const;
  return a === b || kinds.every((kind) => sameRecords<Kind>(a, b, kind, (x, y) => nameIn(x) === nameIn(y)));
}

function nameIn(record: object): unknown {
  return 'name' in record ? record.name : undefined;
}

function sameRecords<K extends Kind>(
  a: Topology,
  b: Topology,
  kind: K,
  isSame: (x: RecordOf[K], y: RecordOf[K], id: string) => boolean,
): boolean {
  const before = recordsOf(a, kind);
  const after = recordsOf(b, kind);
  const changed = changedIds(a, b, kind);
  if (changed === undefined) return false;
  return changed.every((id) => {
    const x = before[id];
    const y = after[id];
    return x !== undefined && y !== undefined && isSame(x, y, id);
  });
}

function sameFields<K extends Kind>(
  a: Topology,
  b: Topology,
  kind: K,
  fields: ReadonlyArray<keyof RecordOf[K]>,
): boolean {
  return sameRecords(a, b, kind, (x, y) => fields.every((field) => isEqual(x[field], y[field])));
}

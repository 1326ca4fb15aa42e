/**
 * Two sets of manifests as two designs, so that a review of them has a picture. Nobody decided the zones of manifests: they
 * are proposed as an import proposes them, and what is drawn says nothing that the review does not.
 */
import {
  alignRenames,
  diffTopology,
  groupEntries,
  type PlacedObject,
  type Review,
  recordEntries,
} from '../diff/index.ts';
import { draw, type Estate, keyOf, type Proposal, propose, readEstate } from '../importing/index.ts';
import { isEqual } from '../lib/is-equal.ts';
import type { End, Topology } from '../model/index.ts';
import { facts } from './facts.ts';
import { pairedSides } from './review-manifests.ts';

export interface DrawnManifests {
  readonly before: Topology;
  readonly after: Topology;
  /** Where the two drawings differ: what is marked on them. */
  readonly review: Review;
}

/** Workloads have the ids by which the review of the same objects calls its ends. Nothing where no workload is there. */
export function drawManifests(
  before: readonly PlacedObject[],
  after: readonly PlacedObject[],
): DrawnManifests | undefined {
  const sides = pairedSides(before, after);
  const estates = sides.map(estateOf);
  const [older, newer] = estates;
  if (older === undefined || newer === undefined) return undefined;
  const proposal = propose(newer);
  const drawn = {
    before: drawingOf(older, alike(propose(older), older, proposal, newer)),
    after: drawingOf(newer, proposal),
  };
  if (Object.keys({ ...drawn.before.workloads, ...drawn.after.workloads }).length === 0) return undefined;
  const records = diffTopology(drawn.before, drawn.after, facts);
  const aligned = alignRenames(drawn.before, drawn.after);
  return { ...drawn, review: { groups: groupEntries(recordEntries(records, aligned, drawn.after), records), records } };
}

function estateOf(objects: readonly PlacedObject[]): Estate {
  const byCluster = new Map<string, PlacedObject[]>();
  for (const object of objects) {
    const name = object.cluster ?? 'cluster';
    const known = byCluster.get(name);
    if (known === undefined) byCluster.set(name, [object]);
    else known.push(object);
  }
  return readEstate([...byCluster].map(([name, sources]) => ({ name, sources })));
}

/** A namespace that is labelled as it is after is in the same zone, whatever else would make a proposal differ. */
function alike(own: Proposal, estate: Estate, after: Proposal, newer: Estate): Proposal {
  const labels = labelsOf(newer);
  const zoneAfter = new Map(after.namespaces.map((n) => [keyOf(n), n.zone]));
  const labelsBefore = labelsOf(estate);
  const namespaces = own.namespaces.map((n) => {
    const zone = zoneAfter.get(keyOf(n));
    return zone !== undefined && isEqual(labels.get(keyOf(n)), labelsBefore.get(keyOf(n))) ? { ...n, zone } : n;
  });
  const used = new Set(namespaces.flatMap((n) => n.zone ?? []));
  const zones = Object.entries({ ...own.zones, ...after.zones }).filter(([id]) => used.has(id));
  return { zones: Object.fromEntries(zones), namespaces };
}

function labelsOf({ clusters }: Estate): ReadonlyMap<string, unknown> {
  return new Map(
    clusters.flatMap((c) => c.namespaces.map((n) => [keyOf({ cluster: c.id, name: n.name }), n.labels] as const)),
  );
}

function drawingOf(estate: Estate, proposal: Proposal): Topology {
  const { topology, origins } = draw(estate, proposal, { name: 'manifests' });
  const ids = new Map(
    [...origins].map(([id, { cluster, source }]) => {
      const { kind, metadata } = source.object;
      const name = topology.workloads?.[id]?.name ?? id;
      const key = `${metadata.namespace ?? 'default'}/${name}[${kind}]`;
      return [id, estate.clusters.length > 1 ? `${cluster}/${key}` : key] as const;
    }),
  );
  const idOf = (id: string) => ids.get(id) ?? id;
  const end = (from: End): End => ('workload' in from ? { ...from, workload: idOf(from.workload) } : from);
  return {
    ...topology,
    workloads: Object.fromEntries(
      Object.entries(topology.workloads ?? {}).map(([id, workload]) => [idOf(id), { name: id, ...workload }]),
    ),
    flows: Object.fromEntries(
      Object.entries(topology.flows ?? {}).map(([id, flow]) => [
        id,
        { ...flow, from: end(flow.from), to: end(flow.to) },
      ]),
    ),
  };
}

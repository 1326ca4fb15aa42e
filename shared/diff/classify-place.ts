/** Workloads, namespaces, clusters and node pools: where things run and how they are seen. */
import { lookup, type Pool, ref, type Topology } from '../model/index.ts';
import { effect, gradeOfDistance, gradeOfZone, gravest, type Judgement, trustOf } from './classify-context.ts';
import { isolationRank, isolationText } from './classify-runtime.ts';
import { zoneName } from './describe.ts';
import { type Effect, type Grade, raiseGrade } from './entry.ts';
import { isSame } from './fields.ts';

export function judgeWorkload(id: string, { before, after, facts }: Judgement): Effect[] {
  const [older, newer] = [lookup(before), lookup(after)];
  const [a, b] = [older.get('workload', id), newer.get('workload', id)];
  if (a === undefined || b === undefined) return [];
  const zones = { from: older.zoneOf(ref('workload', id)), to: newer.zoneOf(ref('workload', id)) };
  const grade = gravest([gradeOfZone(zones.from, before), gradeOfZone(zones.to, after)]);
  const effects: Effect[] = [];

  if (a.namespace !== b.namespace) {
    const text =
      zones.from === zones.to ? `namespace ${b.namespace}` : `${zoneName(zones.to, after)}, namespace ${b.namespace}`;
    effects.push(
      effect('moves', distanceOfMove(zones, before, after), `It runs in ${text} instead of ${a.namespace}.`),
      ...outwardMove(zones, before, after),
    );
  }
  // A zone's new default is told by the zone; here only what the workload itself asks for.
  if (a.runtime !== b.runtime) {
    const [was, is] = [older.runtimeOf(id), newer.runtimeOf(id)];
    const [wasRank, isRank] = [isolationRank(was, before, facts), isolationRank(is, after, facts)];
    if (wasRank !== undefined && isRank !== undefined && wasRank !== isRank) {
      const text = `It runs in ${is} (${isolationText(is, after, facts)}) instead of ${was} (${isolationText(was, before, facts)}).`;
      effects.push(isRank < wasRank ? effect('weakens', raiseGrade(grade), text) : effect('strengthens', 'low', text));
    }
  }
  const host = [a.hostNetwork ?? false, b.hostNetwork ?? false];
  if (!host[0] && host[1])
    effects.push(effect('weakens', 'high', 'It uses the host network, where network policies do not hold.'));
  if (host[0] && !host[1])
    effects.push(effect('strengthens', 'low', 'It leaves the host network, so network policies hold.'));

  const reach = (type: string | undefined) => (type === 'LoadBalancer' || type === 'NodePort' ? type : undefined);
  const exposure = [reach(a.service?.type), reach(b.service?.type)];
  if (exposure[1] !== undefined && exposure[0] === undefined) {
    effects.push(effect('opens', grade, `It gets an address outside its cluster (${exposure[1]}).`));
  }
  if (exposure[0] !== undefined && exposure[1] === undefined) {
    effects.push(effect('closes', 'low', 'It no longer has an address outside its cluster.'));
  }
  const policy = [a.service, b.service].map((s) => s?.externalTrafficPolicy ?? 'Local');
  if (policy[0] === 'Local' && policy[1] === 'Cluster') {
    effects.push(
      effect(
        'weakens',
        raiseGrade(grade),
        'It sees the addresses of its nodes instead of its clients, so policies cannot tell clients apart.',
      ),
    );
  }
  if (policy[0] === 'Cluster' && policy[1] === 'Local') {
    effects.push(
      effect('strengthens', 'low', 'It sees the addresses of its clients, so policies can tell them apart.'),
    );
  }
  if (!isSame(a.service?.addresses, b.service?.addresses)) {
    effects.push(effect('moves', 'low', 'It is reached at other addresses; firewall rows change.'));
  }
  for (const claim of Object.keys(b.storage ?? {}).sort()) {
    const [was, is] = [a.storage, b.storage].map((s) =>
      s !== undefined && Object.hasOwn(s, claim) ? s[claim]?.class : undefined,
    );
    if (was !== undefined && is !== undefined && was !== is) {
      effects.push(
        effect('moves', 'low', `Claim ${claim} uses storage class ${is} instead of ${was}.`, [ref('class', is)]),
      );
    }
  }
  return effects;
}

export function judgeNamespace(id: string, { before, after }: Judgement): Effect[] {
  const [a, b] = [lookup(before).get('namespace', id), lookup(after).get('namespace', id)];
  if (a === undefined || b === undefined) return [];
  const effects: Effect[] = [];
  if (a.zone !== b.zone) {
    if (b.zone === undefined)
      effects.push(effect('closes', 'low', 'It is in no zone, so it gets default deny and nothing else.'));
    else {
      const text = `It and its workloads are in ${zoneName(b.zone, after)} instead of ${zoneName(a.zone, before)}.`;
      const zones = { from: a.zone, to: b.zone };
      effects.push(effect('moves', distanceOfMove(zones, before, after), text), ...outwardMove(zones, before, after));
    }
  }
  if (a.cluster !== b.cluster)
    effects.push(effect('moves', 'medium', `It runs in cluster ${b.cluster} instead of ${a.cluster}.`));
  return effects;
}

export function judgeCluster(id: string, { before, after, facts }: Judgement): Effect[] {
  const [a, b] = [lookup(before).get('cluster', id), lookup(after).get('cluster', id)];
  if (a === undefined || b === undefined) return [];
  const effects: Effect[] = [];
  if (a.cni?.name !== b.cni?.name && a.cni !== undefined && b.cni !== undefined) {
    const [was, is] = [facts.enforcesPolicies?.(a.cni.name), facts.enforcesPolicies?.(b.cni.name)];
    if (was === true && is === false) {
      effects.push(
        effect('weakens', 'critical', `Network plugin ${b.cni.name} enforces no network policies; ${a.cni.name} did.`),
      );
    }
    if (was === false && is === true)
      effects.push(effect('strengthens', 'low', `Network plugin ${b.cni.name} enforces network policies.`));
  }
  const seen = [a.seenAs ?? 'node', b.seenAs ?? 'node'];
  if (seen[0] !== seen[1]) {
    effects.push(
      effect(
        'moves',
        'medium',
        `Other clusters see its pods as ${seen[1]} instead of ${seen[0]}; the rules there change.`,
      ),
    );
  } else if (!isSame(a.egress, b.egress) || !isSame(a.mesh, b.mesh)) {
    effects.push(effect('moves', 'low', 'Other clusters see its pods at other addresses; the rules there change.'));
  }
  const zone = [a.controlPlane?.zone, b.controlPlane?.zone];
  if (zone[0] !== zone[1] && zone[1] !== undefined) {
    effects.push(effect('moves', 'medium', `Its control plane stands in ${zoneName(zone[1], after)}.`));
  }
  return effects;
}

export function judgePool(a: Pool | undefined, b: Pool | undefined, { before, after }: Judgement): Effect[] {
  if (a === undefined || b === undefined) return [];
  const without = (list: readonly string[] | undefined, others: readonly string[] | undefined) =>
    (list ?? []).filter((runtime) => !(others ?? []).includes(runtime));
  const runtimes = [
    ...without(b.runtimes, a.runtimes).map((id) => effect('opens', 'low', `Runtime ${id} is installed on its nodes.`)),
    ...without(a.runtimes, b.runtimes).map((id) =>
      effect('closes', 'low', `Runtime ${id} is no longer installed on its nodes.`),
    ),
  ];
  if (a.zone === b.zone) return runtimes;
  const text = `Its nodes are in ${zoneName(b.zone, after)} instead of ${zoneName(a.zone, before)}.`;
  const zones = { from: a.zone, to: b.zone };
  return [
    effect('moves', distanceOfMove(zones, before, after), text),
    ...outwardMove(zones, before, after),
    ...runtimes,
  ];
}

interface ZoneChange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Less trusted means less guarded: what moves there is more exposed than it was. */
function outwardMove(zones: ZoneChange, before: Topology, after: Topology): Effect[] {
  if (zones.from === undefined || zones.to === undefined || zones.from === zones.to) return [];
  const distance = trustOf(zones.to, after) - trustOf(zones.from, before);
  if (distance >= 0) return [];
  const text = `${zoneName(zones.to, after)} is trusted less than ${zoneName(zones.from, before)} was.`;
  return [effect('weakens', gradeOfDistance(-distance), text)];
}

export function distanceOfMove(zones: ZoneChange, before: Topology, after: Topology): Grade {
  return zones.from === zones.to ? 'low' : gradeOfDistance(trustOf(zones.to, after) - trustOf(zones.from, before));
}

/** What all judgements share: the two versions, how far apart two ends are in trust, and what the matrix lets through. */
import { type End, endRef, type Flow, lookup, outside, type Ref, ref, type Topology } from '../model/index.ts';
import type { DifferenceClass, Effect, Facts, Grade } from './entry.ts';
import { compareGrade, raiseGrade } from './entry.ts';
import { isEmpty, isWide, portsOf, portsOfServices, subtract } from './ranges.ts';

export interface Judgement {
  /** With the ids of the newer design where records were renamed. */
  readonly before: Topology;
  readonly after: Topology;
  readonly facts: Facts;
}

export function effect(kind: DifferenceClass, severity: Grade, message: string, causes: readonly Ref[] = []): Effect {
  return { class: kind, severity, message, causes };
}

/** The trust of a zone, 0 to 100. Outside is below everything; an external's own trust only grades severity. */
export function trustOf(zone: string | undefined, topology: Topology, end?: End): number {
  if (end !== undefined && 'external' in end) return lookup(topology).get('external', end.external)?.trust ?? 0;
  if (zone === outside || zone === undefined) return 0;
  return lookup(topology).get('zone', zone)?.trust ?? 0;
}

/** A difference of 30 in trust is medium, of 60 high; less is low. */
export function gradeOfDistance(distance: number): Grade {
  const d = Math.abs(distance);
  return d >= 60 ? 'high' : d >= 30 ? 'medium' : 'low';
}

/** Graver the more a zone protects, in whichever version it protects more: a zone that is trusted less lost that as well. */
export function gradeOfZone(zone: string | undefined, ...versions: readonly Topology[]): Grade {
  return gravest(versions.map((topology) => gradeOfDistance(trustOf(zone, topology))));
}

export function gravest(grades: readonly Grade[]): Grade {
  return [...grades].sort(compareGrade)[0] ?? 'low';
}

export function zoneOfEnd(end: End, topology: Topology): string | undefined {
  return lookup(topology).zoneOf(endRef(end));
}

/** Zone to zone, as the matrix sees the flow: through a proxy it is two connections. */
export function hopsOf(flow: Flow, topology: Topology): Array<readonly [string | undefined, string | undefined]> {
  const from = zoneOfEnd(flow.from, topology);
  const to = zoneOfEnd(flow.to, topology);
  if (flow.via?.proxy === undefined) return [[from, to]];
  const proxy = lookup(topology).zoneOf(ref('workload', flow.via.proxy));
  return [
    [from, proxy],
    [proxy, to],
  ];
}

/** Whether the matrix blocks the flow, so that it is not exported. An exception lets it pass. */
export function isBlocked(flow: Flow, topology: Topology): boolean {
  if (flow.exception !== undefined) return false;
  const index = lookup(topology);
  const receivers = index.workloadsOf(endRef(flow.to));
  return hopsOf(flow, topology).some(([from, to]) => {
    const cell = from === undefined || to === undefined ? undefined : index.matrix(from, to);
    if (cell === undefined || cell.access === 'allow-all') return false;
    if (cell.access === 'block-all' || flow.ports === 'all') return true;
    const services = portsOfServices(cell.services);
    // A service may be named by the port that is dialled or by the port of the pod.
    return flow.ports.some((port) => {
      const atPod = subtract(portsOf([port], receivers), services);
      const dialled =
        port.dial === undefined
          ? undefined
          : subtract(portsOf([{ ...port, port: port.dial, endPort: undefined }], []), services);
      return !isEmpty(atPod) && (dialled === undefined || !isEmpty(dialled));
    });
  });
}

/**
 * The matrix's word where it names a severity; else distance in trust, one step more for all ports or any address. Of two
 * versions the graver one counts, where the older has the zones.
 */
export function gradeOfFlow(flow: Flow, after: Topology, before?: Topology): Grade {
  const isKnown = before !== undefined && hopsOf(flow, before).every((hop) => hop.every((zone) => zone !== undefined));
  return gravest([after, ...(isKnown ? [before] : [])].map((topology) => gradeInVersion(flow, topology)));
}

function gradeInVersion(flow: Flow, topology: Topology): Grade {
  const index = lookup(topology);
  for (const [from, to] of hopsOf(flow, topology)) {
    const named = from === undefined || to === undefined ? undefined : index.matrix(from, to)?.severity;
    if (named !== undefined) return named;
  }
  const from = trustOf(zoneOfEnd(flow.from, topology), topology, flow.from);
  const to = trustOf(zoneOfEnd(flow.to, topology), topology, flow.to);
  const ports = portsOf(flow.ports, index.workloadsOf(endRef(flow.to)));
  const anyone = [flow.from, flow.to].some(
    (end) => 'external' in end && index.get('external', end.external)?.kind === 'internet',
  );
  return raiseGrade(gradeOfDistance(to - from), (isWide(ports) ? 1 : 0) + (anyone ? 1 : 0));
}

/** One connection as far as its gravity goes. */
export interface GradedConnection {
  /** Zones of the two ends; `outside` for addresses; undefined where no design says it. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Of externals that name their own trust. */
  readonly trustOutside?: number;
  readonly isAllPorts: boolean;
  /** Whether one end is the internet, or any address at all. */
  readonly isAnyone: boolean;
}

/**
 * How grave it is that a connection opens: the matrix's word where it names one, else the distance in trust, one step
 * more for all ports and one for any address. Of two versions the graver one counts, where the older has the zones.
 * Without a design it is medium, and high from or to public addresses.
 */
export function gradeOfConnection(connection: GradedConnection, after?: Topology, before?: Topology): Grade {
  const { from, to, isAllPorts, isAnyone } = connection;
  const steps = (isAllPorts ? 1 : 0) + (isAnyone ? 1 : 0);
  if (after === undefined) return raiseGrade('medium', steps);
  const isKnown = [from, to].every(
    (zone) => zone === outside || (before !== undefined && lookup(before).get('zone', zone) !== undefined),
  );
  const versions = [after, ...(isKnown && before !== undefined ? [before] : [])];
  return gravest(versions.map((topology) => gradeOfDistanceBetween(connection, steps, topology)));
}

function gradeOfDistanceBetween(
  { from, to, trustOutside }: GradedConnection,
  steps: number,
  topology: Topology,
): Grade {
  const named = from === undefined || to === undefined ? undefined : lookup(topology).matrix(from, to)?.severity;
  if (named !== undefined) return named;
  const trust = (zone: string | undefined) => (zone === outside ? (trustOutside ?? 0) : trustOf(zone, topology));
  return raiseGrade(gradeOfDistance(trust(to) - trust(from)), steps);
}

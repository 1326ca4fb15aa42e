/**
 * A proposal says which zone each namespace of an estate would belong to, and why. It is plain data that a person corrects
 * before anything is drawn: every edit takes a proposal and gives one.
 */
import { Ids } from './ids.ts';

export interface ProposedZone {
  readonly trust: number;
  /** A sentence for people. */
  readonly why: string;
}

export interface ProposedNamespace {
  /** The id of the cluster in the estate. */
  readonly cluster: string;
  readonly name: string;
  /** Absent: it stays out of the design. */
  readonly zone?: string;
  readonly why: string;
  readonly workloads: number;
}

export interface Proposal {
  /** By id, which is the id of the zone in the design. */
  readonly zones: Readonly<Record<string, ProposedZone>>;
  /** By cluster, then name. */
  readonly namespaces: readonly ProposedNamespace[];
}

export interface NamespaceKey {
  readonly cluster: string;
  readonly name: string;
}

/** Moves namespaces to a zone of the proposal; without a zone they stay out of the design. Zones left empty go. */
export function moveNamespaces(proposal: Proposal, moved: readonly NamespaceKey[], zone: string | undefined): Proposal {
  if (zone !== undefined && !Object.hasOwn(proposal.zones, zone)) return proposal;
  const keys = new Set(moved.map(keyOf));
  const namespaces = proposal.namespaces.map((n) => {
    if (!keys.has(keyOf(n)) || n.zone === zone) return n;
    const { zone: _left, ...rest } = n;
    return { ...rest, ...(zone !== undefined && { zone }), why: 'You put it here.' };
  });
  return withoutEmpty({ ...proposal, namespaces });
}

/** Puts namespaces into a zone of their own, one step more trusted than the zone they leave. */
export function splitZone(proposal: Proposal, moved: readonly NamespaceKey[], wanted: string): Proposal {
  const keys = new Set(moved.map(keyOf));
  const home = proposal.namespaces.find((n) => keys.has(keyOf(n)))?.zone;
  const id = new Ids([...Object.keys(proposal.zones), 'outside']).take(wanted, 'zone');
  const after = home === undefined ? undefined : proposal.zones[home]?.trust;
  const trust = freeTrust(proposal, (after ?? 50) + 1);
  const zones = { ...proposal.zones, [id]: { trust, why: 'You split it off.' } };
  return moveNamespaces({ ...proposal, zones }, moved, id);
}

/** Puts everything of one zone into another; the first goes. */
export function mergeZones(proposal: Proposal, from: string, into: string): Proposal {
  if (from === into || !Object.hasOwn(proposal.zones, into)) return proposal;
  const moved = proposal.namespaces.filter((n) => n.zone === from);
  return withoutEmpty(moveNamespaces(proposal, moved, into), from);
}

export function renameZone(proposal: Proposal, from: string, wanted: string): Proposal {
  const zone = proposal.zones[from];
  if (zone === undefined || wanted === from) return proposal;
  const others = Object.keys(proposal.zones).filter((id) => id !== from);
  const id = new Ids([...others, 'outside']).take(wanted, 'zone');
  return {
    zones: Object.fromEntries(Object.entries(proposal.zones).map(([key, value]) => [key === from ? id : key, value])),
    namespaces: proposal.namespaces.map((n) => (n.zone === from ? { ...n, zone: id } : n)),
  };
}

/** 0 to 100; another zone with the same number makes way by one. */
export function setTrust(proposal: Proposal, zone: string, trust: number): Proposal {
  const known = proposal.zones[zone];
  if (known === undefined || known.trust === trust) return proposal;
  const others = { ...proposal, zones: withoutKey(proposal.zones, zone) };
  return { ...proposal, zones: { ...proposal.zones, [zone]: { ...known, trust: freeTrust(others, trust) } } };
}

/** The zones of a proposal, least trusted first. */
export function zonesByTrust(proposal: Proposal): string[] {
  return Object.entries(proposal.zones)
    .sort(([a, x], [b, y]) => x.trust - y.trust || (a < b ? -1 : 1))
    .map(([id]) => id);
}

export function keyOf({ cluster, name }: NamespaceKey): string {
  return `${cluster}/${name}`;
}

/** The nearest number from 0 to 100 that no zone has. */
export function freeTrust({ zones }: Pick<Proposal, 'zones'>, wanted: number): number {
  const taken = new Set(Object.values(zones).map((z) => z.trust));
  const start = Math.min(100, Math.max(0, Math.round(wanted)));
  for (let distance = 0; distance <= 100; distance += 1) {
    for (const trust of [start + distance, start - distance])
      if (trust >= 0 && trust <= 100 && !taken.has(trust)) return trust;
  }
  return start;
}

function withoutEmpty(proposal: Proposal, also?: string): Proposal {
  const used = new Set(proposal.namespaces.flatMap((n) => n.zone ?? []));
  const zones = Object.fromEntries(
    Object.entries(proposal.zones).filter(([id, zone]) => used.has(id) || (id !== also && zone.why === declared)),
  );
  return { ...proposal, zones };
}

/** Zones that manifests themselves declare stay, though no namespace is in them: node pools may be. */
export const declared = 'The manifests declare it.';

function withoutKey<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([k]) => k !== key));
}

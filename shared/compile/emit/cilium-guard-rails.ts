/**
 * CiliumClusterwideNetworkPolicy (cilium.io/v2), one per zone: what the matrix blocks is denied whatever policies of
 * namespaces allow. Denying rules hold against every allowing one of any kind and know no order, so drawn flows that go
 * through a closed border are cut out of what is denied. With `enableDefaultDeny` off they allow and isolate nothing.
 */
import { ciliumInfo } from '../../catalog/index.ts';
import { contains, parseCidr } from '../../lib/ip.ts';
import { cutRange, metadataAddresses } from '../../lib/public-ranges.ts';
import { sortBy } from '../../lib/sort.ts';
import type { CoverageNote } from '../bundle.ts';
import type { EmittedFile, Emitter } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import { allNodes } from '../lower/addresses.ts';
import type { GuardPassIr, ZoneGuardIr, ZoneGuardSideIr } from '../lower/network-ir.ts';
import { otherPorts, type PortRangesIr, unionPorts, withoutPorts } from '../lower/port-ranges.ts';
import { causes } from '../provenance.ts';
import { guardRailsBy } from '../scope.ts';
import { holdsRange } from './by-identity.ts';
import { endpointSelector, ownName, peerSelector, portsObject } from './cilium-objects.ts';
import { guardNote } from './guard-rails.ts';
import { type PodRegion, type Region, split } from './regions.ts';
import { managedLabels, zoneObjectName } from './zone-admission.ts';

type Grants = GuardPassIr['grants'];

/** Pods of a zone that the same passes are for. */
interface Cell {
  readonly subject: PodRegion;
  readonly grants: Grants;
}

interface Deny {
  readonly peer: Region | { readonly kind: 'nodes' };
  /** Never empty. */
  readonly ports: PortRangesIr;
}

export const ciliumGuardRails: Emitter = {
  id: 'cilium-guard-rails',
  docs: {
    title: 'Guard rails of Cilium',
    formats: ['cilium.io/v2 CiliumClusterwideNetworkPolicy'],
    files: ['guard-rails/cilium/ZONE.yaml'],
    covers:
      'What the matrix blocks between zones and towards outside stays denied whatever policies are added in namespaces; metadata addresses among it. Cilium 1.16 and later.',
    limits: 'A pod’s own node; hosts that are known by DNS name are let through on the ports of their flow.',
  },
  applies: (ir) => guardRailsBy(ir) === 'cilium' && ir.network.guardRails.zones.length > 0,
  emit: (ir) => {
    if (ciliumInfo(ir.cluster)?.defaultDenySwitch === false) return { files: [], problems: [], coverage: [tooOld(ir)] };
    const files = ir.network.guardRails.zones.map(
      (guard): EmittedFile => ({
        path: `guard-rails/cilium/${guard.zone}.yaml`,
        inKustomization: true,
        objects: [
          {
            object: {
              apiVersion: 'cilium.io/v2',
              kind: 'CiliumClusterwideNetworkPolicy',
              metadata: { name: zoneObjectName(guard.zone, 'guard'), labels: managedLabels(ir, guard.zone) },
              specs: [...specsOf(ir, guard, 'ingress'), ...specsOf(ir, guard, 'egress')],
            },
            causes: causesOf(guard),
          },
        ],
      }),
    );
    return { files, problems: [], coverage: [guardNote(ir, 'CiliumClusterwideNetworkPolicy', limitsOf(ir))] };
  },
};

function specsOf(ir: ClusterIr, guard: ZoneGuardIr, direction: 'ingress' | 'egress'): object[] {
  const side = guard[direction];
  const denied = deniesOf(ir, side);
  return cellsOf(guard, side.passes).flatMap(({ subject, grants }) => {
    const rules = rulesOf(ir, without(ir, denied, grants), direction);
    return rules.length === 0
      ? []
      : [
          {
            endpointSelector: endpointSelector(subject),
            enableDefaultDeny: { ingress: false, egress: false },
            [`${direction}Deny`]: rules,
          },
        ];
  });
}

/** Namespaces without passes share a cell; the pods of each other namespace fall apart by what their labels let through. */
function cellsOf({ namespaces }: ZoneGuardIr, passes: readonly GuardPassIr[]): Cell[] {
  const withPasses = new Set(passes.map((pass) => pass.namespace));
  const pods = (names: readonly string[]): PodRegion => ({ kind: 'pods', namespaces: { in: names }, is: {}, not: {} });
  const plain = namespaces.filter((name) => !withPasses.has(name));
  const cells: Cell[] = plain.length === 0 ? [] : [{ subject: pods(plain), grants: [] }];
  for (const namespace of namespaces.filter((name) => withPasses.has(name))) {
    let own: Cell[] = [{ subject: pods([namespace]), grants: [] }];
    for (const { selector, grants } of passes.filter((pass) => pass.namespace === namespace)) {
      own = own.flatMap((cell) => {
        const parts = split(cell.subject, { kind: 'pods', namespaces: [namespace], selector });
        return [
          ...parts.inside.map((subject) => ({ subject, grants: [...cell.grants, ...grants] })),
          ...parts.outside.map((subject) => ({ subject, grants: cell.grants })),
        ];
      });
    }
    cells.push(...own);
  }
  return cells;
}

/** What a side denies before anything is let through. */
function deniesOf(ir: ClusterIr, { pods, addresses }: ZoneGuardSideIr): Deny[] {
  const denies: Deny[] = [];
  const add = (peer: Deny['peer'], ports: PortRangesIr) => {
    if (ports.length > 0) denies.push({ peer, ports });
  };
  const known = new Map<string | undefined, string[]>([[undefined, []]]);
  for (const { cluster, peer, blocked } of pods) {
    const elsewhere = cluster !== undefined && { cluster };
    add({ kind: 'pods', ...elsewhere, namespaces: { in: peer.namespaces }, is: peer.selector, not: {} }, blocked);
    known.set(cluster, [...(known.get(cluster) ?? []), ...peer.namespaces]);
  }
  // Pods of namespaces that belong to no zone and not to the platform.
  for (const [cluster, names] of known) {
    const notIn = sortBy(new Set(names), (name) => name);
    add({ kind: 'pods', ...(cluster !== undefined && { cluster }), namespaces: { notIn }, is: {}, not: {} }, 'all');
  }
  const earlier: string[] = [];
  for (const { ranges, blocked } of addresses) {
    for (const range of ranges) {
      const left = cutRange(range, earlier);
      if (left !== undefined) add({ kind: 'range', ...left }, blocked);
    }
    earlier.push(...ranges);
  }
  add({ kind: 'nodes' }, otherPorts(permittedWithNodes(ir, addresses)));
  return denies;
}

/** To Cilium nodes are no addresses; what is permitted with the address of any of them is permitted with all. */
function permittedWithNodes(ir: ClusterIr, addresses: ZoneGuardSideIr['addresses']): PortRangesIr {
  const beyond = addresses.at(-1)?.permitted ?? 'all';
  const nodes = allNodes(ir.cluster);
  if (nodes.length === 0) return beyond;
  return unionPorts(
    ...nodes.map((node) => addresses.find(({ ranges }) => ranges.some((r) => isInside(r, node)))?.permitted ?? beyond),
    // Entries that hold only some of the nodes.
    ...addresses.filter(({ ranges }) => ranges.some((r) => nodes.some((n) => isInside(n, r)))).map((a) => a.permitted),
  );
}

/** Denies with the grants taken out. */
function without(ir: ClusterIr, denies: readonly Deny[], grants: Grants): readonly Deny[] {
  let left = denies;
  for (const { peers, ports } of grants) {
    const ranges = peers.flatMap((peer) => (peer.kind === 'range' ? [peer] : []));
    const nodes = allNodes(ir.cluster);
    const meansNodes =
      ranges.some((r) => r.isApiServer === true) ||
      (nodes.length > 0 && nodes.every((cidr) => holdsRange(ranges, cidr)));
    const hasNames = peers.some((peer) => peer.kind === 'names');
    left = left.flatMap((deny): Deny[] => {
      const { peer } = deny;
      if (peer.kind === 'nodes') return meansNodes ? rest(deny, ports) : [deny];
      // Hosts that are known by name may have any address but those of the metadata services.
      if (peer.kind === 'range' && hasNames && !metadataAddresses.includes(peer.cidr)) return rest(deny, ports);
      return peers.reduce<Deny[]>(
        (parts, granted) =>
          parts.flatMap((part): Deny[] => {
            if (part.peer.kind === 'nodes') return [part];
            const { inside, outside } = split(part.peer, granted);
            return [
              ...outside.map((region) => ({ ...part, peer: region })),
              ...inside.flatMap((region) => rest({ ...part, peer: region }, ports)),
            ];
          }),
        [deny],
      );
    });
  }
  return left;
}

function rest(deny: Deny, taken: PortRangesIr): Deny[] {
  const ports = withoutPorts(deny.ports, taken);
  return ports.length === 0 ? [] : [{ ...deny, ports }];
}

/** Peers with the same ports share a rule; a rule has peers of one kind only. */
function rulesOf(ir: ClusterIr, denies: readonly Deny[], direction: 'ingress' | 'egress'): object[] {
  const side = direction === 'ingress' ? 'from' : 'to';
  const groups = new Map<string, Deny[]>();
  for (const deny of denies) {
    const key = `${deny.peer.kind} ${JSON.stringify(deny.ports)}`;
    groups.set(key, [...(groups.get(key) ?? []), deny]);
  }
  return [...groups.values()].map((group) => {
    const toPorts = portsObject(group[0]?.ports ?? 'all');
    const peers = group.map((deny) => deny.peer);
    const endpoints = peers.flatMap((peer) => (peer.kind === 'pods' ? [peerSelector(peer, ownName(ir))] : []));
    const ranges = peers.flatMap((peer) =>
      peer.kind === 'range' ? [{ cidr: peer.cidr, ...(peer.except.length > 0 && { except: peer.except }) }] : [],
    );
    if (endpoints.length > 0) return { [`${side}Endpoints`]: endpoints, ...toPorts };
    if (ranges.length > 0) return { [`${side}CIDRSet`]: ranges, ...toPorts };
    return { [`${side}Entities`]: ['remote-node'], ...toPorts };
  });
}

function causesOf(guard: ZoneGuardIr) {
  const sides = [guard.ingress, guard.egress];
  return causes(
    guard.causes,
    sides.flatMap((side) => [...side.passes, ...side.pods, ...side.addresses].flatMap((entry) => entry.causes)),
  );
}

function isInside(outer: string, inner: string): boolean {
  const [a, b] = [parseCidr(outer), parseCidr(inner)];
  return a !== undefined && b !== undefined && contains(a, b);
}

function limitsOf(ir: ClusterIr): string {
  const named = ir.network.rules.some((r) => r.grants.some((g) => g.peers.some((p) => p.kind === 'names')));
  return named
    ? ' Where a drawn flow goes to hosts by DNS name through a closed border, its ports are left open towards every address, because a denying rule knows no names.'
    : '';
}

function tooOld(ir: ClusterIr): CoverageNote {
  return {
    cluster: ir.id,
    state: 'not-enforced',
    subject: 'The matrix',
    text: 'Before Cilium 1.16 a policy that denies cuts off everything it does not speak of, so no guard rails are exported. Whoever may create policies in a namespace can open more there; use 1.16 or later.',
  };
}

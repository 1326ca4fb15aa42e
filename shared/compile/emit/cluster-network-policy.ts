/**
 * ClusterNetworkPolicy (policy.networking.k8s.io): the guard rails of each zone in the Admin tier, which is asked before
 * NetworkPolicy. Rules are asked in order and the first that matches decides, so that a long list may go on in a policy of
 * the next priority. What no rule matches is left to the policies of namespaces.
 *
 * Rules for ingress know pods only: addresses that enter are bounded by the policies of namespaces alone.
 * Source: kubernetes-sigs/network-policy-api, apis/v1alpha2 and the CRDs of its standard channel.
 */

import type { Problem } from '../../lib/problem.ts';
import { splitRange } from '../../lib/public-ranges.ts';
import { type Ref, ref } from '../../model/index.ts';
import type { CoverageNote } from '../bundle.ts';
import type { EmittedObject, Emitter } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import type { GuardPassIr, PeerIr, ZoneGuardIr, ZoneGuardSideIr } from '../lower/network-ir.ts';
import type { PortRangesIr } from '../lower/port-ranges.ts';
import { causes } from '../provenance.ts';
import { guardRailsBy } from '../scope.ts';
import { addressCauses, borderName, chunksOf, guardNote, ownPods, passTo, podCauses } from './guard-rails.ts';
import { managedLabels, zoneObjectName } from './zone-admission.ts';

/** Limits of the CRD: rules in one direction, peers and protocols of a rule, networks of a peer. */
const most = 25;
const lastPriority = 1000;

type Direction = 'ingress' | 'egress';
type Rule = Readonly<Record<string, unknown>>;

interface Draft {
  readonly zone: string;
  readonly name: string;
  readonly subject: Rule;
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
  readonly causes: readonly Ref[];
}

export const clusterNetworkPolicies: Emitter = {
  id: 'cluster-network-policy',
  docs: {
    title: 'Guard rails as cluster network policies',
    formats: [
      'policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy',
      'policy.networking.k8s.io/v1beta1 ClusterNetworkPolicy',
    ],
    files: ['guard-rails/cluster-network-policy/ZONE.yaml'],
    covers:
      'What the matrix blocks between pods, and between pods and the addresses they call: denied before any NetworkPolicy is asked.',
    limits:
      'Addresses that enter, which the API cannot name; DNS names; nodes; pods on the host’s network. Written where the design says which version of the CRDs the cluster has.',
  },
  applies: (ir) => guardRailsBy(ir) === 'cluster-network-policy' && ir.network.guardRails.zones.length > 0,
  emit: (ir) => {
    const { zones } = ir.network.guardRails;
    const names = new Map<string, number>();
    // Pods before addresses, because a network also means the pods in it; passes before the border that they go through.
    const made = withPriorities(ir, [
      zones.flatMap((guard) => passDrafts(guard, 'pods', names)),
      zones.flatMap((guard) => borderDrafts(guard, 'pods')),
      zones.flatMap((guard) => passDrafts(guard, 'range', names)),
      zones.flatMap((guard) => borderDrafts(guard, 'range')),
    ]);
    return {
      files: zones.map(({ zone }) => ({
        path: `guard-rails/cluster-network-policy/${zone}.yaml`,
        inKustomization: true,
        objects: made.filter((m) => m.zone === zone).map((m) => m.emitted),
      })),
      problems: tooMany(ir, made.length),
      coverage: coverageOf(ir),
    };
  },
};

/** Where each block of priorities begins, so that a new flow moves the priorities of few others. */
const blocks = [0, 500, 600, 900];

/** Priorities are unique, so that no two policies leave open which is asked first. */
function withPriorities(
  ir: ClusterIr,
  drafts: ReadonlyArray<readonly Draft[]>,
): Array<{ readonly zone: string; readonly emitted: EmittedObject }> {
  const fits = drafts.every((own, i) => (blocks[i] ?? 0) + own.length <= (blocks[i + 1] ?? lastPriority + 1));
  const version = ir.cluster.cni?.clusterNetworkPolicy ?? 'v1alpha2';
  let before = 0;
  return drafts.flatMap((block, number) => {
    const start = fits ? (blocks[number] ?? 0) : before;
    before += block.length;
    return block.map((draft, i) => ({ zone: draft.zone, emitted: emitted(ir, version, draft, start + i) }));
  });
}

function emitted(ir: ClusterIr, version: string, draft: Draft, priority: number): EmittedObject {
  const { zone, name, subject, ingress, egress } = draft;
  return {
    object: {
      apiVersion: `policy.networking.k8s.io/${version}`,
      kind: 'ClusterNetworkPolicy',
      metadata: { name, labels: managedLabels(ir, zone) },
      spec: {
        tier: 'Admin',
        priority,
        subject,
        ...(ingress.length > 0 && { ingress }),
        ...(egress.length > 0 && { egress }),
      },
    },
    causes: draft.causes,
  };
}

/** `names` counts how often each name was wanted in the cluster: `addresses-` may also begin the name of a namespace. */
function passDrafts(guard: ZoneGuardIr, kind: PeerIr['kind'], names: Map<string, number>): Draft[] {
  return (['ingress', 'egress'] as const).flatMap((direction) =>
    guard[direction].passes.flatMap((whole) => {
      const pass = passTo(kind, whole);
      if (pass === undefined) return [];
      const rules = pass.grants.flatMap((grant) =>
        rulesFor('Pass', direction, peersOf(grant.peers, direction), grant.ports, pass.name),
      );
      const base = `pass-${kind === 'pods' ? '' : 'addresses-'}${pass.namespace}.${pass.name}`;
      return chunksOf(rules, most).map((chunk): Draft => {
        const number = (names.get(base) ?? 0) + 1;
        names.set(base, number);
        return {
          zone: guard.zone,
          name: number === 1 ? base : `${base}.${number}`,
          subject: subjectOf(pass),
          ingress: direction === 'ingress' ? chunk : [],
          egress: direction === 'egress' ? chunk : [],
          causes: pass.causes,
        };
      });
    }),
  );
}

function subjectOf({ namespace, selector }: GuardPassIr): Rule {
  return Object.keys(selector).length === 0
    ? { namespaces: namespacesIn([namespace]) }
    : { pods: { namespaceSelector: namespacesIn([namespace]), podSelector: { matchLabels: selector } } };
}

function borderDrafts(guard: ZoneGuardIr, kind: PeerIr['kind']): Draft[] {
  const rules = kind === 'pods' ? podRules : addressRules;
  const ingress = chunksOf(kind === 'pods' ? rules(guard.ingress, 'ingress') : [], most);
  const egress = chunksOf(rules(guard.egress, 'egress'), most);
  const why = causes(guard.causes, kind === 'pods' ? podCauses(guard) : addressCauses(guard));
  return Array.from({ length: Math.max(ingress.length, egress.length) }, (_, i) => ({
    zone: guard.zone,
    name: `${zoneObjectName(guard.zone, kind === 'pods' ? 'pods' : 'addresses')}${i === 0 ? '' : `-${i + 1}`}`,
    subject: { namespaces: namespacesIn(guard.namespaces) },
    ingress: ingress[i] ?? [],
    egress: egress[i] ?? [],
    causes: why,
  }));
}

function podRules(side: ZoneGuardSideIr, direction: Direction): Rule[] {
  const rules = ownPods(side).flatMap((border) => {
    const peers = peersOf([border.peer], direction);
    // The DNS lies inside the platform, which a later rule passes; everything else that is not passed is denied below.
    return border.kind === 'dns'
      ? rulesFor('Deny', direction, peers, border.blocked, borderName(border))
      : rulesFor('Pass', direction, peers, border.permitted, borderName(border));
  });
  return [...rules, ...rulesFor('Deny', direction, [{ namespaces: {} }], 'all', 'other-pods')];
}

function addressRules({ addresses }: ZoneGuardSideIr, direction: Direction): Rule[] {
  return addresses.flatMap(({ ranges, permitted, blocked }, i) => {
    const networks = chunksOf(ranges, most).map((chunk) => ({ networks: chunk }));
    const name = i === addresses.length - 1 ? 'other-addresses' : `addresses-${i + 1}`;
    const isOpen = blocked !== 'all' && blocked.length === 0;
    return [
      ...rulesFor('Pass', direction, networks, permitted, name),
      ...(isOpen ? [] : rulesFor('Deny', direction, networks, 'all', name)),
    ];
  });
}

/** Ingress rules know no addresses. */
function peersOf(peers: readonly PeerIr[], direction: Direction): Rule[] {
  return peers.flatMap((peer): Rule[] => {
    if (peer.kind === 'range') return direction === 'ingress' ? [] : networksOf(peer);
    // Names, and pods of other clusters, are for plugins with kinds of their own.
    if (peer.kind === 'names' || peer.cluster !== undefined) return [];
    const namespaces = namespacesIn(peer.namespaces);
    if (Object.keys(peer.selector).length === 0) return [{ namespaces }];
    return [{ pods: { namespaceSelector: namespaces, podSelector: { matchLabels: peer.selector } } }];
  });
}

/** Networks have no exceptions, so the range is written as the ranges that are left of it. */
function networksOf(peer: Extract<PeerIr, { readonly kind: 'range' }>): Rule[] {
  return chunksOf(splitRange(peer), most).map((networks) => ({ networks }));
}

function rulesFor(
  action: 'Pass' | 'Deny',
  direction: Direction,
  peers: readonly Rule[],
  ports: PortRangesIr,
  name: string,
): Rule[] {
  if (peers.length === 0 || (ports !== 'all' && ports.length === 0)) return [];
  const protocols = ports === 'all' ? [undefined] : chunksOf(ports.map(protocolOf), most);
  return chunksOf(peers, most).flatMap((chunk) =>
    protocols.map((some) => ({
      name: name.slice(0, 100),
      action,
      [direction === 'ingress' ? 'from' : 'to']: chunk,
      ...(some !== undefined && { protocols: some }),
    })),
  );
}

/** A single port must be written as a number, a range must be longer than one. */
function protocolOf({ protocol, port, endPort }: Exclude<PortRangesIr, 'all'>[number]): Rule {
  const destinationPort = endPort === undefined ? { number: port } : { range: { start: port, end: endPort } };
  return { [protocol.toLowerCase()]: { destinationPort } };
}

function namespacesIn(names: readonly string[]): Rule {
  const key = 'kubernetes.io/metadata.name';
  const [only, ...more] = names;
  return more.length === 0
    ? { matchLabels: { [key]: only } }
    : { matchExpressions: [{ key, operator: 'In', values: names }] };
}

function tooMany(ir: ClusterIr, count: number): Problem[] {
  if (count <= lastPriority + 1) return [];
  return [
    {
      rule: 'compile/guard-rail-too-large',
      severity: 'error',
      message: `Cluster “${ir.id}” needs ${count} ClusterNetworkPolicy objects, and there are only ${lastPriority + 1} priorities; the API server refuses the others. Draw fewer flows through closed borders.`,
      subject: ref('cluster', ir.id),
      path: ['clusters', ir.id, 'cni'],
      fixable: false,
    },
  ];
}

function coverageOf(ir: ClusterIr): CoverageNote[] {
  return [
    guardNote(ir, 'ClusterNetworkPolicy', ' Whoever may write ClusterNetworkPolicy objects can still change it.'),
    {
      cluster: ir.id,
      state: 'not-enforced',
      subject: 'Addresses that enter',
      text: 'The API has no word for addresses that open connections to pods, so only the policies of namespaces bound them. Whoever may create NetworkPolicy objects in a namespace can let more addresses in.',
    },
  ];
}

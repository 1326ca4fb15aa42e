/**
 * Calico (projectcalico.org/v3): the guard rails of each zone as GlobalNetworkPolicy in a tier that is asked before the
 * policies of namespaces. First what concerns pods, then what concerns addresses, because in Calico a range also means pods
 * that have such an address; in each half drawn flows that go through a closed border pass first, by a policy of their own.
 *
 * The tier passes what none of its rules decides, so that an export that is applied half cuts nothing; what is denied is
 * denied by rules. Sources: projectcalico/calico, api/pkg/apis/projectcalico/v3 and libcalico-go/lib/names.
 */
import type { KubeObject } from '../../k8s/index.ts';
import type { Problem } from '../../lib/problem.ts';
import { sortBy, sortedEntries, unique } from '../../lib/sort.ts';
import { type Ref, ref } from '../../model/index.ts';
import type { EmittedObject, Emitter } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import type { GuardPassIr, PeerIr, ZoneGuardIr, ZoneGuardSideIr } from '../lower/network-ir.ts';
import type { PortRangesIr } from '../lower/port-ranges.ts';
import { causes } from '../provenance.ts';
import { guardRailsBy } from '../scope.ts';
import { addressCauses, chunksOf, guardNote, ownPods, passTo, podCauses } from './guard-rails.ts';
import { managedLabels, zoneObjectName } from './zone-admission.ts';

/** Before releases 3.32 the name of a policy had to begin with its tier. */
const tier = 'zonewright';
const apiVersion = 'projectcalico.org/v3';
/** Limits of the CRDs. */
const most = { nets: 256, ports: 50, rules: 1024, selector: 1024 };

type Rule = Readonly<Record<string, unknown>>;
type Direction = 'ingress' | 'egress';

export const calico: Emitter = {
  id: 'calico',
  docs: {
    title: 'Guard rails for Calico',
    formats: [
      'projectcalico.org/v3 Tier',
      'projectcalico.org/v3 GlobalNetworkPolicy',
      'projectcalico.org/v3 GlobalNetworkSet',
    ],
    files: ['guard-rails/calico/tier.yaml', 'guard-rails/calico/zone-ZONE.yaml', 'guard-rails/calico/externals.yaml'],
    covers:
      'What the matrix blocks, for pods and addresses, in both directions: denied before any policy of a namespace is asked. Addresses of externals as network sets.',
    limits:
      'DNS names, which only Calico Enterprise can restrict; pods on the host’s network and nodes. kubectl needs the Calico API server or its native CRDs.',
  },
  applies: (ir) => guardRailsBy(ir) === 'calico' && ir.network.guardRails.zones.length > 0,
  emit: (ir) => {
    const problems: Problem[] = [];
    const { zones } = ir.network.guardRails;
    const externals = externalsOf(ir);
    const objects = zones.map((guard) => ({
      guard,
      objects: [...passPolicies(ir, guard, externals), ...zonePolicies(ir, guard)],
    }));
    for (const { guard, objects: made } of objects) for (const o of made) problems.push(...tooLarge(guard, o.object));
    const sets = usedSets(
      ir,
      externals,
      objects.flatMap((o) => o.objects),
    );
    return {
      files: [
        { path: 'guard-rails/calico/tier.yaml', inKustomization: true, objects: [tierObject(ir)] },
        ...(sets.length > 0
          ? [{ path: 'guard-rails/calico/externals.yaml', inKustomization: true, objects: sets }]
          : []),
        ...objects.map(({ guard, objects: made }) => ({
          path: `guard-rails/calico/zone-${guard.zone}.yaml`,
          inKustomization: true,
          objects: made,
        })),
      ],
      problems,
      coverage: [
        guardNote(
          ir,
          'GlobalNetworkPolicy',
          ' Whoever may write GlobalNetworkPolicy or Tier objects can still change it.',
        ),
      ],
    };
  },
};

function tierObject(ir: ClusterIr): EmittedObject {
  return {
    object: {
      apiVersion,
      kind: 'Tier',
      metadata: { name: tier, labels: managedLabels(ir) },
      spec: { order: 500, defaultAction: 'Pass' },
    },
    causes: [ref('cluster', ir.id)],
  };
}

function policy(
  ir: ClusterIr,
  zone: string,
  name: string,
  spec: Readonly<Record<string, unknown>>,
  why: readonly Ref[],
): EmittedObject {
  return {
    object: {
      apiVersion,
      kind: 'GlobalNetworkPolicy',
      metadata: { name: `${tier}.${name}`, labels: managedLabels(ir, zone) },
      spec: { tier, ...spec },
    },
    causes: why,
  };
}

/** In the order in which they are asked. */
const orders = { pods: { pass: 100, zone: 200 }, range: { pass: 300, zone: 400 } } as const;

/** One policy per flow and end, so that each names its flow. */
function passPolicies(ir: ClusterIr, guard: ZoneGuardIr, externals: Externals): EmittedObject[] {
  const made = (['ingress', 'egress'] as const).flatMap((direction) =>
    (['pods', 'range'] as const).flatMap((kind) =>
      guard[direction].passes.flatMap((whole) => {
        const pass = passTo(kind, whole);
        return pass === undefined ? [] : [{ direction, kind, pass }];
      }),
    ),
  );
  const names = new Map<string, number>();
  return made.map(({ direction, kind, pass }) => {
    const base = `pass-${pass.namespace}.${pass.name}`;
    const number = (names.get(base) ?? 0) + 1;
    names.set(base, number);
    const name = number === 1 ? base : `${base}.${number}`;
    const rules = pass.grants.flatMap((grant) =>
      peersOf(grant.peers, pass, externals).flatMap((peer) => rulesFor('Pass', direction, peer, grant.ports)),
    );
    const spec = {
      order: orders[kind].pass,
      namespaceSelector: namespacesIn([pass.namespace]),
      ...(Object.keys(pass.selector).length > 0 && { selector: labelsAre(pass.selector) }),
      types: [direction === 'ingress' ? 'Ingress' : 'Egress'],
      [direction]: rules,
    };
    return policy(ir, guard.zone, name, spec, pass.causes);
  });
}

/** A zone with more namespaces than one selector can name gets several policies with the same rules. */
function zonePolicies(ir: ClusterIr, guard: ZoneGuardIr): EmittedObject[] {
  const halves = [
    { purpose: 'pods', order: orders.pods.zone, rules: podRules, why: podCauses(guard) },
    { purpose: 'addresses', order: orders.range.zone, rules: addressRules, why: addressCauses(guard) },
  ];
  return halves.flatMap(({ purpose, order, rules, why }) =>
    namespaceSelectors(guard.namespaces).map((namespaceSelector, i) =>
      policy(
        ir,
        guard.zone,
        `${zoneObjectName(guard.zone, purpose)}${i === 0 ? '' : `-${i + 1}`}`,
        {
          order,
          namespaceSelector,
          types: ['Ingress', 'Egress'],
          ingress: rules(guard.ingress, 'ingress'),
          egress: rules(guard.egress, 'egress'),
        },
        causes(guard.causes, why),
      ),
    ),
  );
}

function podRules(side: ZoneGuardSideIr, direction: Direction): Rule[] {
  const rules: Rule[] = [];
  for (const { peer, kind, permitted, blocked } of ownPods(side)) {
    for (const entity of podEntities(peer)) {
      // The DNS lies inside the platform, which a later rule passes; everything else that is not passed is denied below.
      if (kind === 'dns') rules.push(...rulesFor('Deny', direction, entity, blocked));
      else rules.push(...rulesFor('Pass', direction, entity, permitted));
    }
  }
  return [...rules, ...rulesFor('Deny', direction, { namespaceSelector: 'all()' }, 'all')];
}

/** What is no pod of the cluster. Pods have been decided before, so that the last entry may name nobody. */
function addressRules(side: ZoneGuardSideIr, direction: Direction): Rule[] {
  return side.addresses.flatMap(({ ranges, permitted, blocked }, i) => {
    const isLast = i === side.addresses.length - 1;
    const entities = isLast ? [{}] : chunksOf(ranges, most.nets).map((nets) => ({ nets }));
    const isOpen = blocked !== 'all' && blocked.length === 0;
    return entities.flatMap((entity) => [
      ...rulesFor('Pass', direction, entity, permitted),
      ...(isOpen ? [] : rulesFor('Deny', direction, entity, 'all')),
    ]);
  });
}

/** The other end of a rule, one entity for each; several entities of one list are alternatives. */
function podEntities(peer: Extract<PeerIr, { readonly kind: 'pods' }>): Rule[] {
  const labels = Object.keys(peer.selector).length === 0 ? {} : { selector: labelsAre(peer.selector) };
  return namespaceSelectors(peer.namespaces).map((namespaceSelector) => ({ ...labels, namespaceSelector }));
}

function rulesFor(action: 'Pass' | 'Deny', direction: Direction, peer: Rule, ports: PortRangesIr): Rule[] {
  const other = Object.keys(peer).length === 0 ? undefined : peer;
  return portsOf(ports).map(({ protocol, ports: listed }) => {
    const target = { ...(direction === 'egress' && other), ...(listed !== undefined && { ports: listed }) };
    return {
      action,
      ...(protocol !== undefined && { protocol }),
      ...(direction === 'ingress' && other !== undefined && { source: other }),
      ...(Object.keys(target).length > 0 && { destination: target }),
    };
  });
}

/** Ports stand beside one protocol; a rule without one means every protocol, ICMP among them. */
function portsOf(
  ports: PortRangesIr,
): Array<{ readonly protocol?: string; readonly ports?: ReadonlyArray<number | string> }> {
  if (ports === 'all') return [{}];
  return unique(ports.map((p) => p.protocol)).flatMap((protocol) => {
    const own = ports.filter((p) => p.protocol === protocol);
    if (own.some((p) => p.port === 1 && p.endPort === 65535)) return [{ protocol }];
    const listed = own.map((p) => (p.endPort === undefined ? p.port : `${p.port}:${p.endPort}`));
    return chunksOf(listed, most.ports).map((chunk) => ({ protocol, ports: chunk }));
  });
}

/** By id, the ranges of externals that name any. The internet names the whole address space, which needs no set. */
interface Externals {
  readonly label: string;
  readonly cidrs: ReadonlyMap<string, ReadonlySet<string>>;
}

function externalsOf(ir: ClusterIr): Externals {
  const externals = sortedEntries(ir.lookup.topology.externals).filter(([, { cidrs = [] }]) => cidrs.length > 0);
  return {
    label: `${ir.prefix}/external`,
    cidrs: new Map(externals.map(([id, { cidrs = [] }]) => [id, new Set(cidrs)])),
  };
}

/** Ranges of an external by its network set; `global()` keeps out pods that carry the label. */
function peersOf(peers: readonly PeerIr[], pass: GuardPassIr, externals: Externals): Rule[] {
  const external = pass.causes.find((c) => c.kind === 'external')?.id ?? '';
  const cidrs = externals.cidrs.get(external);
  const ranges = peers.flatMap((p) => (p.kind === 'range' ? [p] : []));
  const pods = peers.flatMap((p) => (p.kind === 'pods' && p.cluster === undefined ? podEntities(p) : []));
  const notNets = sortBy(unique(ranges.flatMap((r) => r.except)), (cidr) => cidr);
  const isWhole = cidrs !== undefined && ranges.length === cidrs.size && ranges.every((r) => cidrs.has(r.cidr));
  if (isWhole && ranges.length > 0 && notNets.length <= most.nets) {
    const set = { selector: `${externals.label} == '${external}'`, namespaceSelector: 'global()' };
    return [...pods, { ...set, ...(notNets.length > 0 && { notNets }) }];
  }
  return [...pods, ...ranges.map((r) => ({ nets: [r.cidr], ...(r.except.length > 0 && { notNets: r.except }) }))];
}

/** The network sets that policies name, and no others. */
function usedSets(ir: ClusterIr, { label, cidrs }: Externals, policies: readonly EmittedObject[]): EmittedObject[] {
  return [...cidrs].flatMap(([id, nets]): EmittedObject[] => {
    const named = JSON.stringify(`${label} == '${id}'`).slice(1, -1);
    if (!policies.some(({ object }) => JSON.stringify(object.spec).includes(named))) return [];
    return [
      {
        object: {
          apiVersion,
          kind: 'GlobalNetworkSet',
          metadata: { name: `${tier}-${id}`, labels: { ...managedLabels(ir), [label]: id } },
          spec: { nets: [...nets] },
        },
        causes: [ref('external', id)],
      },
    ];
  });
}

const nameKey = 'kubernetes.io/metadata.name';

function namespacesIn(names: readonly string[]): string {
  const [only, ...more] = names;
  return more.length === 0 ? `${nameKey} == '${only}'` : `${nameKey} in { ${names.map((n) => `'${n}'`).join(', ')} }`;
}

/** As few selectors as can name all of them; the names of namespaces hold no quotes. */
function namespaceSelectors(names: readonly string[]): string[] {
  const whole = namespacesIn(names);
  if (whole.length <= most.selector || names.length < 2) return [whole];
  const half = Math.ceil(names.length / 2);
  return [...namespaceSelectors(names.slice(0, half)), ...namespaceSelectors(names.slice(half))];
}

/** Values of labels hold no quotes. */
function labelsAre(labels: Readonly<Record<string, string>>): string {
  return sortedEntries(labels)
    .map(([key, value]) => `${key} == '${value}'`)
    .join(' && ');
}

/** What Calico would refuse; nothing is left out silently. */
function tooLarge(guard: ZoneGuardIr, { metadata, spec }: KubeObject): Problem[] {
  const { ingress = [], egress = [] } = spec as { readonly ingress?: Rule[]; readonly egress?: Rule[] };
  const isLong = [...ingress, ...egress].length > 0 && longest(spec) > most.selector;
  if (Math.max(ingress.length, egress.length) <= most.rules && !isLong) return [];
  return [
    {
      rule: 'compile/guard-rail-too-large',
      severity: 'error',
      message: `GlobalNetworkPolicy ${metadata.name} has more than Calico takes: at most ${most.rules} rules in one direction, and selectors of at most ${most.selector} characters. Without it the border of zone “${guard.zone}” is not guarded. Draw fewer flows through the border, or shorten the labels that workloads are selected by.`,
      subject: { kind: 'zone', id: guard.zone },
      path: ['zones', guard.zone],
      fixable: false,
    },
  ];
}

function longest(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return typeof value === 'object' && value !== null ? Math.max(0, ...Object.values(value).map(longest)) : 0;
}

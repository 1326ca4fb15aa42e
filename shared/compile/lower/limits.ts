/**
 * Guard rails of one cluster beside storage, runtimes and placement: what the zones of a cluster may expose, which pods may
 * use their node's namespaces, and which images they may run.
 */
import { administratorGroups, gitopsAccounts, kubernetesFeatureSince, kubernetesHas } from '../../catalog/index.ts';
import type { Problem } from '../../lib/problem.ts';
import { sortBy, unique } from '../../lib/sort.ts';
import { type ExposureKind, endRef, type Flow, type Ref, ref, type Zone } from '../../model/index.ts';
import type { CoverageNote } from '../bundle.ts';
import { causes } from '../provenance.ts';
import type { ClusterScope, Lowered, ZoneScope } from '../scope.ts';
import { proxyClass } from './gateways.ts';
import type { ServiceIr } from './network-ir.ts';

export interface ImagesIr {
  /** Without a `/` at the end; empty: any image. */
  readonly prefixes: readonly string[];
  readonly pin: 'none' | 'tag' | 'digest';
}

export interface ZoneLimitsIr {
  readonly zone: string;
  /** Types of Services that anybody in the zone may make, beside ClusterIP. */
  readonly serviceTypes: readonly ServiceIr['type'][];
  /** `namespace/name/type`: drawn Services of another type, which flows between clusters need. Sorted. */
  readonly drawnServices: readonly string[];
  /** Addresses that Services and Gateways may ask for: those of the design. Sorted. */
  readonly addresses: readonly string[];
  /** Classes that its Ingresses may have: its own, and those of proxies that lead to it. Empty: no Ingress. Sorted. */
  readonly ingressClasses: readonly string[];
  readonly gateways: boolean;
  /** Routes that attach to a gateway of this or another zone. */
  readonly routes: boolean;
  /** Names of namespaces with a workload that is drawn on the host's network and can be had. Sorted. */
  readonly onHost: readonly string[];
  /** Absent where the zone takes any image. */
  readonly images?: ImagesIr;
  readonly causes: readonly Ref[];
}

/** Who may change what says the zone of namespaces and nodes, by the names the API server knows them by; sorted. */
export interface AdministratorsIr {
  readonly groups: readonly string[];
  readonly users: readonly string[];
}

export interface LimitsIr {
  readonly administrators: AdministratorsIr;
  /** Zones with a namespace in this cluster, outermost first. */
  readonly zones: readonly ZoneLimitsIr[];
}

export function lowerLimits(scope: ClusterScope, services: readonly ServiceIr[]): Lowered<LimitsIr> {
  const occupied = scope.zones.filter((z) => z.namespaces.length > 0);
  const zones = occupied.map((zone) => lowerZone(scope, zone, services));
  return {
    part: { administrators: administratorsOf(scope), zones },
    problems: [...occupied.flatMap((zone) => refusedOnHost(scope, zone)), ...administratorsAssumed(scope)],
    coverage: coverageOf(scope, zones.length === 0),
  };
}

function administratorsOf(scope: ClusterScope): AdministratorsIr {
  const { administrators: written, gitops } = scope.lookup.topology.metadata;
  const named = isNamed(scope);
  return {
    groups: sortBy(
      unique(named ? (written?.groups ?? []) : administratorGroups(scope.cluster.distribution)),
      (group) => group,
    ),
    users: sortBy(
      unique([...(written?.users ?? []), ...(gitops?.tools ?? []).flatMap(gitopsAccounts)]),
      (user) => user,
    ),
  };
}

function isNamed({ lookup }: ClusterScope): boolean {
  const { administrators } = lookup.topology.metadata;
  return (administrators?.groups ?? []).length + (administrators?.users ?? []).length > 0;
}

/** Providers know their administrators by accounts of their own, and whoever is not named is locked out. */
function administratorsAssumed(scope: ClusterScope): Problem[] {
  const { distribution, version } = scope.cluster;
  const isOwn = distribution !== 'managed' && distribution !== 'eks' && distribution !== 'openshift';
  if (isOwn || isNamed(scope) || !kubernetesHas(version, 'validatingAdmissionPolicy')) return [];
  return [
    {
      rule: 'compile/administrators-assumed',
      severity: 'info',
      message: `The design does not say who administrates its clusters, so in cluster “${scope.id}” only the groups ${administratorGroups(distribution).join(' and ')} may give namespaces and nodes their zone. Where a provider knows its administrators by other names they could not apply the export. Name them in metadata.administrators.`,
      subject: { kind: 'cluster', id: scope.id },
      path: ['metadata', 'administrators'],
      fixable: false,
    },
  ];
}

/** Pod Security Standards: what a zone asks for, else baseline, which also refuses the host's network. */
export function podSecurityOf(zone: Zone | undefined): NonNullable<Zone['podSecurity']> {
  return zone?.podSecurity ?? 'baseline';
}

function lowerZone(scope: ClusterScope, zone: ZoneScope, services: readonly ServiceIr[]): ZoneLimitsIr {
  const exposure = new Set(zone.record.exposure ?? []);
  const serviceTypes = serviceTypesOf(exposure);
  const nameOf = new Map(zone.namespaces.map((n) => [n.id, n.name]));
  const own = services.filter((s) => nameOf.has(s.namespace));
  const drawn = own.filter((s) => s.type !== 'ClusterIP' && !serviceTypes.includes(s.type));
  const received = waysInto(scope, zone);
  const images = imagesOf(zone.record);
  return {
    zone: zone.id,
    serviceTypes,
    drawnServices: sortBy(
      drawn.map((s) => `${nameOf.get(s.namespace)}/${s.name}/${s.type}`),
      (key) => key,
    ),
    addresses: sortBy(
      unique(
        zone.namespaces.flatMap((n) =>
          scope.lookup.workloadsOfNamespace(n.id).flatMap((w) => w.service?.addresses ?? []),
        ),
      ),
      (a) => a,
    ),
    ingressClasses: sortBy(
      unique([
        ...(exposure.has('ingress') ? [zone.id] : []),
        ...received.flatMap((via) => (via.kind === 'ingress' ? zoneOfProxy(scope, via.proxy) : [])),
      ]).map(proxyClass),
      (name) => name,
    ),
    gateways: exposure.has('gateway'),
    routes: exposure.has('gateway') || received.some((via) => via.kind === 'gateway'),
    onHost: sortBy(
      zone.namespaces
        .filter((n) => mayUseHost(scope, zone) && hostWorkloads(scope, n.id).length > 0)
        .map((n) => n.name),
      (name) => name,
    ),
    ...(images && { images }),
    causes: causes(
      [ref('zone', zone.id), ref('cluster', scope.id)],
      drawn.flatMap((s) => s.causes),
    ),
  };
}

/** The controller of a gateway or an ingress publishes it by a Service of its own, mostly a load balancer. */
function serviceTypesOf(exposure: ReadonlySet<ExposureKind>): ServiceIr['type'][] {
  const isBalanced = exposure.has('loadBalancer') || exposure.has('gateway') || exposure.has('ingress');
  return [...(isBalanced ? ['LoadBalancer' as const] : []), ...(exposure.has('nodePort') ? ['NodePort' as const] : [])];
}

/** Ways in by which drawn flows end in the zone, also where the proxy stands in another. */
function waysInto(scope: ClusterScope, zone: ZoneScope): ReadonlyArray<NonNullable<Flow['via']>> {
  const ids = new Set(zone.namespaces.map((n) => n.id));
  return scope.lookup.flows.flatMap((flow) =>
    flow.via !== undefined && scope.lookup.workloadsOf(endRef(flow.to)).some((w) => ids.has(w.namespace))
      ? [flow.via]
      : [],
  );
}

function zoneOfProxy({ lookup }: ClusterScope, proxy: string | undefined): string[] {
  const zone = lookup.get('namespace', lookup.get('workload', proxy)?.namespace)?.zone;
  return zone === undefined ? [] : [zone];
}

/** An empty list says as little as none: any registry. */
function imagesOf(zone: Zone): ImagesIr | undefined {
  const prefixes = sortBy(unique((zone.images?.registries ?? []).map((r) => r.replace(/\/+$/, ''))), (r) => r);
  const pin = zone.images?.pin ?? 'none';
  return prefixes.length === 0 && pin === 'none' ? undefined : { prefixes, pin };
}

/** Where zones share nodes nobody gets onto the network of a node, and Pod Security allows it at its widest level alone. */
function mayUseHost(scope: ClusterScope, zone: ZoneScope): boolean {
  return !scope.spansZones && podSecurityOf(zone.record) === 'privileged';
}

function hostWorkloads(scope: ClusterScope, namespace: string): string[] {
  return scope.lookup
    .workloadsOfNamespace(namespace)
    .filter((w) => w.hostNetwork === true)
    .map((w) => w.id);
}

function refusedOnHost(scope: ClusterScope, zone: ZoneScope): Problem[] {
  if (mayUseHost(scope, zone)) return [];
  const [why, todo] = scope.spansZones
    ? [`admission refuses that in cluster “${scope.id}”, which several zones share`, 'give it a cluster of its own']
    : [
        `the Pod Security level ${podSecurityOf(zone.record)} of zone “${zone.id}” refuses that`,
        'set podSecurity: privileged in its zone',
      ];
  return zone.namespaces.flatMap((n) =>
    hostWorkloads(scope, n.id).map((id) => ({
      rule: 'compile/host-network-refused',
      severity: 'warning' as const,
      message: `Workload “${id}” uses the host’s network, and ${why}, so its pods would not start. Take it off the host’s network, or ${todo}.`,
      subject: { kind: 'workload' as const, id },
      path: ['workloads', id, 'hostNetwork'],
      fixable: false,
    })),
  );
}

/** What is enforced is said by the policies that do it. */
function coverageOf(scope: ClusterScope, isEmpty: boolean): CoverageNote[] {
  if (isEmpty || kubernetesHas(scope.cluster.version, 'validatingAdmissionPolicy')) return [];
  return [
    {
      cluster: scope.id,
      state: 'not-enforced',
      subject: 'Exposure, images and host access',
      text: `Kubernetes ${scope.cluster.version} has no ValidatingAdmissionPolicy (it came with ${kubernetesFeatureSince('validatingAdmissionPolicy')}), so nobody is kept from exposing Services, from running any image, or from host access beyond what Pod Security refuses.`,
    },
  ];
}

/**
 * Storage of one cluster: which classes it has, which each of its zones may use, what each namespace is refused, and what
 * has to be open between nodes and storage.
 */
import { kubernetesFeatureSince, kubernetesHas, type StoragePort, type StorageTypeInfo } from '../../catalog/index.ts';
import { isDnsSubdomain } from '../../k8s/index.ts';
import { isAddress } from '../../lib/ip.ts';
import type { Problem } from '../../lib/problem.ts';
import { sortBy, sortedEntries, unique } from '../../lib/sort.ts';
import { type Ref, ref } from '../../model/index.ts';
import type { CoverageNote } from '../bundle.ts';
import { causes } from '../provenance.ts';
import type { ClusterScope, Lowered, NamespaceScope } from '../scope.ts';
import { allNodes, zoneNodes } from './addresses.ts';
import { chooseDefault, type FoundClass, findClasses, lowerAttributes, lowerClass } from './storage-classes.ts';
import type {
  AttributesClassIr,
  StorageClassIr,
  StorageFirewallRow,
  StorageIr,
  StorageQuotaIr,
  ZoneStorageIr,
} from './storage-ir.ts';

export function lowerStorage(scope: ClusterScope): Lowered<StorageIr> {
  const problems: Problem[] = [];
  const occupied = scope.zones.filter((z) => z.namespaces.length > 0);
  const found = findClasses(scope, problems);
  const defaultId = chooseDefault(scope, found, problems);
  const classes = found.map((f) => lowerClass(scope, f, f.id === defaultId, problems));
  const byId = new Map(found.map((f) => [f.id, f]));

  const attributes = lowerAttributes(scope, found, problems);
  const attributesOf = (allowed: readonly string[]) =>
    (attributes ?? []).filter((a) => allowed.includes(a.storageClass)).map((a) => a.name);

  const zones = occupied.map((z): ZoneStorageIr => {
    const allowed = unique(z.record.storageClasses ?? []).flatMap((id) => byId.get(id) ?? []);
    const names = allowed.map((f) => f.name);
    return {
      zone: z.id,
      allowed: sortBy(names, (n) => n),
      mayLeaveOut: allowed.some((f) => f.id === defaultId),
      attributes: attributesOf(names),
      causes: causes(
        [ref('zone', z.id)],
        allowed.map((f) => ref('class', f.id)),
      ),
    };
  });
  const zoneOf = new Map(zones.map((z) => [z.zone, z]));
  const known = knownClasses(scope, found);
  const quotas = sortBy(
    scope.namespaces.flatMap((n) => lowerQuota(n, zoneOf.get(n.zone ?? ''), known, attributes ?? [])),
    (q) => q.namespace,
  );

  return {
    part: {
      classes: sortBy(classes, (c) => c.name),
      attributes,
      zones,
      quotas,
      firewall: firewallRows(scope, found, classes),
    },
    problems,
    coverage: coverageOf(scope, found, zones),
  };
}

/** Every class of the design by its name here: somebody may make by hand what only other clusters have. */
function knownClasses(scope: ClusterScope, found: readonly FoundClass[]): Map<string, Ref> {
  const known = new Map(found.map((f) => [f.name, ref('class', f.id)]));
  for (const [id] of sortedEntries(scope.lookup.topology.storage?.classes)) {
    const name = scope.lookup.nameOf(ref('class', id));
    const usable = isDnsSubdomain(name) ? name : id;
    if (!known.has(usable)) known.set(usable, ref('class', id));
  }
  return known;
}

function lowerQuota(
  namespace: NamespaceScope,
  zone: ZoneStorageIr | undefined,
  known: ReadonlyMap<string, Ref>,
  attributes: readonly AttributesClassIr[],
): StorageQuotaIr[] {
  const allowed = zone?.allowed ?? [];
  const denied = [...known].filter(([name]) => !allowed.includes(name));
  const deniedAttributes = attributes.filter((a) => !(zone?.attributes ?? []).includes(a.name));
  if (denied.length === 0 && allowed.length > 0) return [];
  return [
    {
      namespace: namespace.name,
      ...(namespace.zone !== undefined && { zone: namespace.zone }),
      denied: sortBy(
        denied.map(([name]) => name),
        (n) => n,
      ),
      deniedAttributes: deniedAttributes.map((a) => a.name),
      none: allowed.length === 0,
      causes: causes(
        [ref('namespace', namespace.id)],
        namespace.zone === undefined ? [] : [ref('zone', namespace.zone)],
        denied.map(([, cause]) => cause),
      ),
    },
  ];
}

function firewallRows(
  scope: ClusterScope,
  found: readonly FoundClass[],
  classes: readonly StorageClassIr[],
): StorageFirewallRow[] {
  const endpoints = unique(found.map((f) => f.record.endpoint));
  return sortBy(endpoints, (e) => e).flatMap((id) => {
    const users = found.filter((f) => f.record.endpoint === id);
    const [first] = users;
    if (first === undefined) return [];
    const zones = sortBy(unique(users.flatMap((f) => f.zones)), (z) => z);
    const because = causes(
      [ref('cluster', scope.id), ref('endpoint', id)],
      users.map((f) => ref('class', f.id)),
      zones.map((z) => ref('zone', z)),
    );
    const rows = (
      purpose: 'node' | 'controller',
      ports: readonly StoragePort[],
      who: Pick<StorageFirewallRow, 'zones' | 'from'>,
    ): StorageFirewallRow[] =>
      ports.length === 0
        ? []
        : sortBy(unique(first.endpoint.addresses ?? []), (a) => a).map((to) => ({
            endpoint: id,
            zones: who.zones,
            purpose,
            from: who.from,
            to: isAddress(to) ? to : to.toLowerCase(),
            ports,
            causes: because,
          }));
    // Zones whose nodes share their addresses share their rows. Controllers run on any node.
    const mounting = new Map<string, { readonly zones: string[]; readonly from: readonly string[] }>();
    for (const zone of zones) {
      const from = zoneNodes(scope.cluster, zone);
      const group = mounting.get(from.join());
      if (group === undefined) mounting.set(from.join(), { zones: [zone], from });
      else group.zones.push(zone);
    }
    const everywhere = allNodes(scope.cluster);
    const nodePorts = portsOf(
      first.info,
      classes.filter((c) => users.some((f) => f.id === c.id)),
    );
    const open = mounting.has(everywhere.join()) ? nodePorts : [];
    return [
      ...[...mounting.values()].flatMap((who) => rows('node', nodePorts, who)),
      ...rows(
        'controller',
        first.info.controllerPorts.filter((p) => !open.includes(p)),
        { zones, from: everywhere },
      ),
    ];
  });
}

/** What the classes of an endpoint need: all that the driver may need, unless each tells its protocol. */
function portsOf(info: StorageTypeInfo, classes: readonly StorageClassIr[]): readonly StoragePort[] {
  const { nodePortsBy: by } = info;
  if (by === undefined) return info.nodePorts;
  const told = classes.map((c) => {
    const value = c.parameters[by.parameter] ?? '';
    return Object.entries(by.begins).find(([begin]) => value.startsWith(begin))?.[1];
  });
  return told.every((ports) => ports !== undefined)
    ? info.nodePorts.filter((p) => told.some((ports) => ports?.some((q) => q.port === p.port)))
    : info.nodePorts;
}

function coverageOf(
  scope: ClusterScope,
  found: readonly FoundClass[],
  zones: readonly ZoneStorageIr[],
): CoverageNote[] {
  const notes: CoverageNote[] = [];
  if (zones.length > 0) {
    const admission = kubernetesHas(scope.cluster.version, 'validatingAdmissionPolicy');
    notes.push({
      cluster: scope.id,
      state: admission ? 'enforced' : 'not-enforced',
      subject: 'Storage classes',
      text: admission
        ? 'Claims, StatefulSet templates and volumes of pods may only use the classes of their zone, by ValidatingAdmissionPolicy; the ResourceQuota of each namespace sets every other class to zero.'
        : `Kubernetes ${scope.cluster.version} has no ValidatingAdmissionPolicy (it came with ${kubernetesFeatureSince('validatingAdmissionPolicy')}), so only the ResourceQuotas keep claims from the classes of other zones. Claims without a class, classes that are added later and volumes inside pods stay open.`,
    });
    notes.push({
      cluster: scope.id,
      state: 'not-enforced',
      subject: 'Volumes made by hand',
      text: 'Whoever may create PersistentVolumes can hand a volume of any endpoint to a claim of an allowed class. Only roles (RBAC) prevent it: give nobody in a zone the right to create them.',
    });
  }
  if (found.some((f) => f.info.nodePorts.length > 0 || f.info.controllerPorts.length > 0)) {
    notes.push({
      cluster: scope.id,
      state: 'not-enforced',
      subject: 'Storage traffic',
      text: 'Nodes and CSI drivers connect to storage, not pods of the zone, so no network policy sees it. The firewall rows say what to open; everything else between nodes and storage has to be closed there.',
    });
  }
  for (const f of found) {
    if (f.info.note !== undefined) {
      notes.push({
        cluster: scope.id,
        state: 'not-enforced',
        subject: `Storage class “${f.name}”`,
        text: f.info.note,
      });
    }
  }
  if (scope.spansZones && found.length > 0) {
    notes.push({
      cluster: scope.id,
      state: 'not-enforced',
      subject: 'CSI drivers',
      text: 'The node pods of CSI drivers have to tolerate the taints of the zones, or volumes cannot be mounted there. They run in the drivers’ own namespaces, which belong to no zone.',
    });
  }
  return notes;
}

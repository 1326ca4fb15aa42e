/**
 * Storage of one cluster: which classes it has, which each of its zones may use, what each namespace is refused, and what
 * has to be open between nodes and storage.
 */
import {
  kubernetesFeatureSince,
  kubernetesHas,
  type StoragePort,
  type StorageTypeInfo,
  storageTypeInfo,
} from '../../catalog/index.ts';
import { isDnsSubdomain } from '../../k8s/index.ts';
import { isAddress } from '../../lib/ip.ts';
import type { Problem } from '../../lib/problem.ts';
import { sortBy, sortedEntries, unique } from '../../lib/sort.ts';
import { type Ref, ref, type StorageClass, type StorageEndpoint } from '../../model/index.ts';
import type { CoverageNote } from '../bundle.ts';
import { causes } from '../provenance.ts';
import type { ClusterScope, Lowered, NamespaceScope } from '../scope.ts';
import { allNodes, zoneNodes } from './addresses.ts';

export interface StorageClassIr {
  /** The id of the record. */
  readonly id: string;
  /** Its name in the cluster: a DNS-1123 subdomain. */
  readonly name: string;
  readonly provisioner: string;
  /** Every value is text, as the API demands; sorted by key. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly reclaim: 'Delete' | 'Retain';
  readonly binding: 'Immediate' | 'WaitForFirstConsumer';
  readonly expansion: boolean;
  readonly isDefault: boolean;
  readonly mountOptions: readonly string[];
  /** Where its volumes may lie; absent where the design does not say. */
  readonly topology?: { readonly key: string; readonly values: readonly string[] };
  readonly causes: readonly Ref[];
}

/** What volumes of a class can be changed to: a VolumeAttributesClass. */
export interface AttributesClassIr {
  readonly name: string;
  /** The name of the StorageClass whose volumes take it. */
  readonly storageClass: string;
  readonly driver: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly causes: readonly Ref[];
}

export interface ZoneStorageIr {
  readonly zone: string;
  /** Names of the classes that its claims may use, sorted. Empty: no claim is admitted. */
  readonly allowed: readonly string[];
  /** True where the cluster's default class is among them, so that a claim may leave its class out. */
  readonly mayLeaveOut: boolean;
  /** Names of the VolumeAttributesClasses that its claims may use, sorted. */
  readonly attributes: readonly string[];
  readonly causes: readonly Ref[];
}

export interface StorageQuotaIr {
  /** The namespace, by its name in the cluster. */
  readonly namespace: string;
  /** Absent for a namespace without a zone, which may use no class. */
  readonly zone?: string;
  /** Names of the classes of the design that it must not use, also of those that other clusters have; sorted. */
  readonly denied: readonly string[];
  /** Names of the VolumeAttributesClasses it must not use, sorted. */
  readonly deniedAttributes: readonly string[];
  /** True where it may use no class at all. */
  readonly none: boolean;
  readonly causes: readonly Ref[];
}

/** What has to be open so that the nodes of a cluster reach an endpoint. Nodes connect, so no network policy sees it. */
export interface StorageFirewallRow {
  readonly endpoint: string;
  /** Zones whose claims need it and whose nodes have these addresses, sorted by id. */
  readonly zones: readonly string[];
  /** `node`: every node that mounts. `controller`: wherever the driver's controller runs. */
  readonly purpose: 'node' | 'controller';
  /** Canonical CIDRs: of the zones' nodes where their pools say them, else of the cluster's; empty where neither is said. */
  readonly from: readonly string[];
  /** An address or DNS name. */
  readonly to: string;
  readonly ports: readonly StoragePort[];
  readonly causes: readonly Ref[];
}

export interface StorageIr {
  /** Sorted by name. */
  readonly classes: readonly StorageClassIr[];
  /** Sorted by name; undefined where this Kubernetes has no such kind. */
  readonly attributes: readonly AttributesClassIr[] | undefined;
  /** Zones with a namespace in this cluster, outermost first. */
  readonly zones: readonly ZoneStorageIr[];
  /** One for each namespace that is refused something, sorted by name. */
  readonly quotas: readonly StorageQuotaIr[];
  readonly firewall: readonly StorageFirewallRow[];
}

interface Found {
  readonly id: string;
  readonly record: StorageClass;
  readonly endpoint: StorageEndpoint;
  readonly info: StorageTypeInfo;
  readonly name: string;
  /** Zones with a namespace here that allow it. */
  readonly zones: readonly string[];
}

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
function knownClasses(scope: ClusterScope, found: readonly Found[]): Map<string, Ref> {
  const known = new Map(found.map((f) => [f.name, ref('class', f.id)]));
  for (const [id] of sortedEntries(scope.lookup.topology.storage?.classes)) {
    const name = scope.lookup.nameOf(ref('class', id));
    const usable = isDnsSubdomain(name) ? name : id;
    if (!known.has(usable)) known.set(usable, ref('class', id));
  }
  return known;
}

function lowerAttributes(
  scope: ClusterScope,
  found: readonly Found[],
  problems: Problem[],
): AttributesClassIr[] | undefined {
  const served = kubernetesHas(scope.cluster.version, 'volumeAttributesClass');
  const made = new Map<string, AttributesClassIr>();
  for (const f of found) {
    const entries = sortedEntries(f.record.attributes);
    if (entries.length === 0) continue;
    const why = !served
      ? `Kubernetes ${scope.cluster.version} of cluster “${scope.id}” has none (it came with ${kubernetesFeatureSince('volumeAttributesClass')})`
      : !f.info.attributes
        ? `the driver of ${f.info.label} cannot change volumes that are there`
        : undefined;
    if (why !== undefined) {
      problems.push(
        classProblem(
          'compile/volume-attributes',
          'warning',
          f.id,
          `Storage class “${f.id}” has attributes, which are exported as VolumeAttributesClass, and ${why}. They are not exported. Remove them, or use storage and a Kubernetes that know them.`,
          'attributes',
        ),
      );
      continue;
    }
    for (const [id, parameters] of entries) {
      const name = `${f.name}-${id}`;
      if (made.has(name)) {
        problems.push(
          classProblem(
            'compile/volume-attributes-name-twice',
            'error',
            f.id,
            `Attributes “${id}” of storage class “${f.id}” would be called “${name}” in cluster “${scope.id}”, as those of “${made.get(name)?.storageClass}” are. They are not exported. Give them another name.`,
            'attributes',
          ),
        );
        continue;
      }
      made.set(name, {
        name,
        storageClass: f.name,
        driver: f.info.provisioner,
        parameters: Object.fromEntries(sortedEntries(parameters)),
        causes: causes([ref('cluster', scope.id), ref('endpoint', f.record.endpoint), ref('class', f.id)]),
      });
    }
  }
  return served ? sortBy(made.values(), (a) => a.name) : undefined;
}

/** Classes that a zone with a namespace in this cluster allows, by id, each with a name that nobody else has. */
function findClasses(scope: ClusterScope, problems: Problem[]): Found[] {
  const users = new Map<string, string[]>();
  for (const zone of scope.zones) {
    if (zone.namespaces.length === 0) continue;
    for (const id of unique(zone.record.storageClasses ?? [])) users.set(id, [...(users.get(id) ?? []), zone.id]);
  }
  const names = new Map<string, string>();
  return sortBy(users, ([id]) => id).flatMap(([id, zones]): Found[] => {
    const record = scope.lookup.get('class', id);
    const endpoint = scope.lookup.get('endpoint', record?.endpoint);
    // Dangling references are findings of the drawing; a class that cannot be made is allowed nowhere.
    if (record === undefined || endpoint === undefined) return [];
    let name = scope.lookup.nameOf(ref('class', id));
    if (!isDnsSubdomain(name)) {
      problems.push(
        classProblem(
          'compile/storage-class-name',
          'error',
          id,
          `Storage class “${id}” is called “${name}”, which Kubernetes refuses as a name. It is exported as “${id}”. Use lower-case letters, digits, “-” and “.”.`,
        ),
      );
      name = id;
    }
    const first = names.get(name);
    if (first !== undefined) {
      problems.push(
        classProblem(
          'compile/storage-class-name-twice',
          'error',
          id,
          `Storage classes “${first}” and “${id}” are both called “${name}” in cluster “${scope.id}”. One of them would overwrite the other, so “${id}” is not exported and no zone may use it. Give it another name.`,
        ),
      );
      return [];
    }
    names.set(name, id);
    return [{ id, record, endpoint, info: storageTypeInfo(endpoint.type), name, zones: sortBy(zones, (z) => z) }];
  });
}

/** At most one default class per cluster; of several the first by id, with an error, since Kubernetes would take the newest. */
function chooseDefault(scope: ClusterScope, found: readonly Found[], problems: Problem[]): string | undefined {
  const [first, ...others] = found.filter((f) => f.record.default === true);
  for (const other of others) {
    problems.push(
      classProblem(
        'compile/storage-class-second-default',
        'error',
        other.id,
        `Storage classes “${first?.id}” and “${other.id}” both want to be the default of cluster “${scope.id}”. Kubernetes would take the newest, which no design decides, so only “${first?.id}” is exported as the default. Keep one default per cluster.`,
      ),
    );
  }
  return first?.id;
}

function lowerClass(scope: ClusterScope, found: Found, isDefault: boolean, problems: Problem[]): StorageClassIr {
  const { id, record, endpoint, info } = found;
  const parameters: Record<string, string> = {
    ...info.parameters,
    ...(info.addressParameter !== undefined &&
      endpoint.addresses?.[0] !== undefined && { [info.addressParameter]: endpoint.addresses[0] }),
    ...(info.exportParameter !== undefined &&
      endpoint.export !== undefined && { [info.exportParameter]: endpoint.export }),
    ...endpoint.parameters,
    ...record.parameters,
  };
  for (const alternatives of info.required) {
    if (alternatives.some((key) => parameters[key] !== undefined && parameters[key] !== '')) continue;
    const [key] = alternatives;
    parameters[key] = `REPLACE_ME_${key}`;
    problems.push(placeholder(id, record.endpoint, `no ${key}`, info.label, whereToSet(info, key, record.endpoint)));
  }
  const missing = signIn(info, endpoint, parameters);
  if (missing.length > 0)
    problems.push(
      placeholder(
        id,
        record.endpoint,
        'no Secret to sign in with',
        info.label,
        `Name the Secret of storage endpoint “${record.endpoint}” and its namespace.`,
      ),
    );
  const topology = topologyOf(id, found, problems);
  // A volume that may lie in some places only waits until the scheduler has chosen one of them.
  let binding = record.binding ?? (topology === undefined ? info.binding : 'WaitForFirstConsumer');
  if (info.bindingFixed && binding !== info.binding) {
    problems.push(
      classProblem(
        'compile/storage-class-binding',
        'warning',
        id,
        `Storage class “${id}” asks for binding ${binding}, but ${info.label} works only with ${info.binding}: the node has to be chosen first. It is exported with ${info.binding}. Remove the field.`,
        'binding',
      ),
    );
    binding = info.binding;
  }
  if (record.expansion === true && !info.expansion) {
    problems.push(
      classProblem(
        'compile/storage-class-expansion',
        'warning',
        id,
        `Storage class “${id}” asks for expansion, but volumes of ${info.label} cannot grow. It is exported without. Remove the field.`,
        'expansion',
      ),
    );
  }
  return {
    id,
    name: found.name,
    provisioner: info.provisioner,
    parameters: Object.fromEntries(sortedEntries(parameters)),
    reclaim: record.reclaim ?? 'Delete',
    binding,
    expansion: info.expansion && (record.expansion ?? true),
    isDefault,
    mountOptions: record.mountOptions ?? info.mountOptions,
    ...(topology && { topology }),
    causes: causes(
      [ref('cluster', scope.id), ref('endpoint', record.endpoint), ref('class', id)],
      found.zones.map((z) => ref('zone', z)),
    ),
  };
}

/** Fills in what is needed to sign in; returns the parameters that the design does not give. */
function signIn(info: StorageTypeInfo, endpoint: StorageEndpoint, parameters: Record<string, string>): string[] {
  return info.secrets.flatMap((purpose) =>
    (['name', 'namespace'] as const).flatMap((field) => {
      const key = `csi.storage.k8s.io/${purpose}-secret-${field}`;
      const value = parameters[key] ?? endpoint.secret?.[field];
      parameters[key] = value ?? `REPLACE_ME_secret_${field}`;
      return value === undefined ? [key] : [];
    }),
  );
}

function topologyOf(id: string, { record, endpoint, info }: Found, problems: Problem[]): StorageClassIr['topology'] {
  const values = sortBy(unique(endpoint.locations ?? []), (value) => value);
  if (values.length === 0) return undefined;
  const key = endpoint.locationKey ?? info.topologyKey;
  const report = (message: string) =>
    problems.push({
      rule: 'compile/storage-location',
      severity: 'warning',
      message,
      subject: { kind: 'endpoint', id: record.endpoint },
      path: ['storage', 'endpoints', record.endpoint, 'locations'],
      fixable: false,
    });
  if (key === undefined || info.provisioner === noProvisioner) {
    report(
      `Storage endpoint “${record.endpoint}” names locations, and ${info.label} does not report where its volumes lie, so storage class “${id}” is exported without them. Remove them; networks and node affinities decide there.`,
    );
    return undefined;
  }
  if (record.binding === 'Immediate')
    report(
      `Storage class “${id}” binds at once, so that its volumes may lie in another location than the nodes of the pods that need them (${values.join(', ')}). Such pods never start. Let it wait for the first consumer.`,
    );
  return { key, values };
}

/** Volumes of this provisioner are made by hand. */
const noProvisioner = 'kubernetes.io/no-provisioner';

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
  found: readonly Found[],
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

function coverageOf(scope: ClusterScope, found: readonly Found[], zones: readonly ZoneStorageIr[]): CoverageNote[] {
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

function placeholder(id: string, endpoint: string, lacks: string, label: string, todo: string): Problem {
  return {
    rule: 'compile/placeholder',
    severity: 'warning',
    message: `Storage class “${id}” has ${lacks}, which ${label} needs to find its storage. The export holds a placeholder that begins with “REPLACE_ME_” instead. ${todo}`,
    subject: { kind: 'endpoint', id: endpoint },
    path: ['storage', 'endpoints', endpoint],
    fixable: false,
  };
}

function whereToSet(info: StorageTypeInfo, key: string, endpoint: string): string {
  if (key === info.addressParameter) return `Give storage endpoint “${endpoint}” an address.`;
  if (key === info.exportParameter) return `Give storage endpoint “${endpoint}” an export.`;
  return `Add ${key} to the parameters of storage endpoint “${endpoint}”.`;
}

function classProblem(
  rule: string,
  severity: Problem['severity'],
  id: string,
  message: string,
  field = 'name',
): Problem {
  return {
    rule,
    severity,
    message,
    subject: { kind: 'class', id },
    path: ['storage', 'classes', id, field],
    fixable: false,
  };
}

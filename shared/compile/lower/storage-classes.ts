/** Which storage classes a cluster has, and what each becomes: a StorageClass, and VolumeAttributesClasses. */
import { kubernetesFeatureSince, kubernetesHas, type StorageTypeInfo, storageTypeInfo } from '../../catalog/index.ts';
import { isDnsSubdomain } from '../../k8s/index.ts';
import type { Problem } from '../../lib/problem.ts';
import { sortBy, sortedEntries, unique } from '../../lib/sort.ts';
import { ref, type StorageClass, type StorageEndpoint } from '../../model/index.ts';
import { causes } from '../provenance.ts';
import type { ClusterScope } from '../scope.ts';
import type { AttributesClassIr, StorageClassIr } from './storage-ir.ts';

/** A class that the cluster has, with what the design and the catalogue say of it. */
export interface FoundClass {
  readonly id: string;
  readonly record: StorageClass;
  readonly endpoint: StorageEndpoint;
  readonly info: StorageTypeInfo;
  readonly name: string;
  /** Zones with a namespace here that allow it. */
  readonly zones: readonly string[];
}

/** Undefined where this Kubernetes has no such kind. */
export function lowerAttributes(
  scope: ClusterScope,
  found: readonly FoundClass[],
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
      problems.push(
        ...sizeOfParameters(f.id, `Attributes “${id}” of storage class “${f.id}”`, 'attributes', parameters),
      );
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
export function findClasses(scope: ClusterScope, problems: Problem[]): FoundClass[] {
  const users = new Map<string, string[]>();
  for (const zone of scope.zones) {
    if (zone.namespaces.length === 0) continue;
    for (const id of unique(zone.record.storageClasses ?? [])) users.set(id, [...(users.get(id) ?? []), zone.id]);
  }
  const names = new Map<string, string>();
  return sortBy(users, ([id]) => id).flatMap(([id, zones]): FoundClass[] => {
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
export function chooseDefault(
  scope: ClusterScope,
  found: readonly FoundClass[],
  problems: Problem[],
): string | undefined {
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

export function lowerClass(
  scope: ClusterScope,
  found: FoundClass,
  isDefault: boolean,
  problems: Problem[],
): StorageClassIr {
  const { id, record, endpoint, info } = found;
  const parameters = parametersOf(found, problems);
  const mountOptions = mountOptionsOf(found, problems);
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
  problems.push(...sizeOfParameters(id, `Storage class “${id}”`, 'parameters', parameters));
  const topology = topologyOf(id, found, problems);
  // A volume that may lie in some places only waits until the scheduler has chosen one of them.
  const binding = bindingOf(found, topology === undefined ? info.binding : 'WaitForFirstConsumer', problems);
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
    mountOptions,
    ...(topology && { topology }),
    causes: causes(
      [ref('cluster', scope.id), ref('endpoint', record.endpoint), ref('class', id)],
      found.zones.map((z) => ref('zone', z)),
    ),
  };
}

/** What the class, its endpoint and the catalogue say, the nearer before the farther; a placeholder for what is needed and said by none. */
function parametersOf({ id, record, endpoint, info }: FoundClass, problems: Problem[]): Record<string, string> {
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
  const path = info.exportIsPath && parameters[info.exportParameter ?? ''];
  if (typeof path === 'string' && !/^(\/|REPLACE_ME_)/.test(path)) {
    problems.push({
      rule: 'compile/storage-export',
      severity: 'error',
      message: `Storage class “${id}” takes its volumes from “${path}” (${info.exportParameter}), which ${info.label} cannot mount: an export is a path from the root. Write it with a “/” in front.`,
      subject: { kind: 'endpoint', id: record.endpoint },
      path: ['storage', 'endpoints', record.endpoint, 'export'],
      fixable: false,
    });
  }
  return parameters;
}

function mountOptionsOf({ id, record, info }: FoundClass, problems: Problem[]): readonly string[] {
  const options = record.mountOptions ?? info.mountOptions;
  if (info.id === 'nfs' && options.some((option) => /^(nfs)?vers=[23](\.|$)/.test(option))) {
    problems.push(
      classProblem(
        'compile/nfs-version',
        'warning',
        id,
        `Storage class “${id}” mounts NFS in a version before 4. It also needs the portmapper (port 111), mountd and statd, whose ports the server chooses, and the firewall rows open port 2049 alone. Use nfsvers=4.1, or open the others by hand.`,
        'mountOptions',
      ),
    );
  }
  return options;
}

function bindingOf(
  { id, record, info }: FoundClass,
  fallback: StorageClassIr['binding'],
  problems: Problem[],
): StorageClassIr['binding'] {
  const binding = record.binding ?? fallback;
  if (!info.bindingFixed || binding === info.binding) return binding;
  problems.push(
    classProblem(
      'compile/storage-class-binding',
      'warning',
      id,
      `Storage class “${id}” asks for binding ${binding}, but ${info.label} works only with ${info.binding}: the node has to be chosen first. It is exported with ${info.binding}. Remove the field.`,
      'binding',
    ),
  );
  return info.binding;
}

/** Names and values together, in characters; the limit is in bytes, and what drivers take is ASCII. */
const most = { parameters: 512, size: 256 * 1024 };

/**
 * What the API server refuses of both kinds (pkg/apis/storage/validation: maxProvisionerParameterLen and Size,
 * maxVolumeAttributesClassParameterLen and Size).
 */
function sizeOfParameters(
  id: string,
  called: string,
  field: 'parameters' | 'attributes',
  parameters: Readonly<Record<string, string>>,
): Problem[] {
  const entries = Object.entries(parameters);
  const size = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (entries.length <= most.parameters && size <= most.size) return [];
  return [
    classProblem(
      'compile/storage-parameters',
      'error',
      id,
      `${called} ${field === 'parameters' ? 'has' : 'have'} ${entries.length} parameters with ${size} characters, and the API server takes at most ${most.parameters} with ${most.size}. Take away what the driver does not need.`,
      field,
    ),
  ];
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

function topologyOf(
  id: string,
  { record, endpoint, info }: FoundClass,
  problems: Problem[],
): StorageClassIr['topology'] {
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

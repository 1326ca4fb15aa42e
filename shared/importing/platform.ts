/** Storage classes and runtimes of an estate as a design holds them, and which of them each zone may use. */
import {
  runtimes as knownRuntimes,
  legacyRuntime,
  legacyRuntimes,
  runtimeInfo,
  storageTypes,
} from '../catalog/index.ts';
import type { Problem } from '../lib/problem.ts';
import { sortBy, unique } from '../lib/sort.ts';
import type { Runtime, StorageClass, StorageEndpoint, StorageType, Zone } from '../model/index.ts';
import type { SourceObject } from '../reach/index.ts';
import type { Estate, EstateCluster } from './estate.ts';
import { finding, listed } from './findings.ts';
import { Ids, isId } from './ids.ts';
import { deniedClasses, managedBy } from './infer-zones.ts';
import { field, listAt, podTemplate, textAt, textsAt } from './objects.ts';
import type { Proposal } from './proposal.ts';

export interface Platform {
  readonly endpoints: Readonly<Record<string, StorageEndpoint>>;
  readonly classes: Readonly<Record<string, StorageClass>>;
  readonly runtimes: Readonly<Record<string, Runtime>>;
  /** By name in the cluster. */
  readonly classIds: ReadonlyMap<string, string>;
  readonly runtimeIds: ReadonlyMap<string, string>;
  readonly zones: ReadonlyMap<string, Pick<Zone, 'storageClasses' | 'runtimes' | 'podSecurity'>>;
}

export function drawPlatform(estate: Estate, proposal: Proposal, problems: Problem[]): Platform {
  const runtimes = drawRuntimes(estate, problems);
  const storage = drawStorage(estate, proposal, problems);
  const zones = new Map(
    Object.keys(proposal.zones).map((zone) => {
      const storageClasses = classesOf(estate, proposal, zone, storage.classIds);
      const allowed = runtimesOf(estate, proposal, zone, runtimes.runtimeIds);
      const podSecurity = podSecurityOf(estate, proposal, zone, problems);
      return [
        zone,
        {
          ...(storageClasses.length > 0 && { storageClasses }),
          ...(allowed.length > 0 && { runtimes: allowed }),
          ...(podSecurity !== undefined && { podSecurity }),
        },
      ] as const;
    }),
  );
  return { ...runtimes, ...storage, zones };
}

function drawRuntimes(estate: Estate, problems: Problem[]): Pick<Platform, 'runtimes' | 'runtimeIds'> {
  const ids = new Ids();
  const runtimes: Record<string, Runtime> = {};
  const runtimeIds = new Map<string, string>();
  for (const { source, object } of every(estate, 'node.k8s.io/RuntimeClass')) {
    const { name } = object.metadata;
    if (runtimeIds.has(name)) continue;
    const handler = textAt(object, 'handler') ?? name;
    const id = ids.take(name, 'runtime');
    const from = runtimeFrom(name, handler);
    runtimeIds.set(name, id);
    const info = runtimeInfo(from);
    const overhead = overheadOf(object);
    const isUsual = overhead?.cpu === info?.overhead?.cpu && overhead?.memory === info?.overhead?.memory;
    runtimes[id] = {
      ...(id !== name && { name }),
      from,
      ...(handler !== info?.handler && isId(handler) && { handler }),
      ...(overhead !== undefined && !isUsual && { overhead }),
    };
    const legacy = legacyRuntime(from);
    if (legacy !== undefined) {
      const successor = runtimeInfo(legacy.successor)?.label ?? legacy.successor;
      problems.push(
        finding(
          'legacy-runtime',
          'error',
          `RuntimeClass ${name} runs ${legacy.label}. ${legacy.reason} Its successor is ${successor}: set the runtime’s “from” to ${legacy.successor} and move its pods.`,
          { source, kind: 'RuntimeClass', id: name },
        ),
      );
    } else if (info === undefined) {
      problems.push(
        finding(
          'unknown-runtime',
          'warning',
          `RuntimeClass ${name} has the handler “${handler}”, which is no runtime of the catalogue, so nothing is known of its isolation. Set the runtime’s “from” and “isolation” in the design.`,
          { source, kind: 'RuntimeClass', id: name },
        ),
      );
    }
  }
  const asked = unique(
    estate.clusters.flatMap((c) =>
      c.namespaces.flatMap((n) =>
        n.workloads.flatMap((w) => textAt(podTemplate(w.source.object), 'spec', 'runtimeClassName') ?? []),
      ),
    ),
  ).filter((name) => !runtimeIds.has(name));
  for (const name of asked.sort()) {
    const id = ids.take(name, 'runtime');
    runtimeIds.set(name, id);
    const from = runtimeFrom(name, name);
    runtimes[id] = { ...(id !== name && { name }), from };
    const legacy = legacyRuntime(from);
    problems.push(
      finding(
        legacy === undefined ? 'no-runtime-class' : 'legacy-runtime',
        legacy === undefined ? 'warning' : 'error',
        legacy === undefined
          ? `Pods ask for the RuntimeClass ${name}, which is not among the manifests; such pods are refused. Add the RuntimeClass, or import it as well.`
          : `Pods ask for the RuntimeClass ${name}, which means ${legacy.label}. ${legacy.reason} Its successor is ${runtimeInfo(legacy.successor)?.label ?? legacy.successor}.`,
        { kind: 'RuntimeClass', id: name },
      ),
    );
  }
  return { runtimes, runtimeIds };
}

/** The entry of the catalogue that a class means: by its handler, else by what its name says. */
function runtimeFrom(name: string, handler: string): string {
  // No name or handler that Kubernetes takes is longer.
  const words = [handler, name].map((t) => t.slice(0, 253).toLowerCase());
  const legacy = legacyRuntimes.find((l) =>
    words.some((w) => w === l.id || w.split(/[^a-z]+/).includes(l.id) || legacyNames[l.id]?.test(w)),
  );
  if (legacy !== undefined) return legacy.id;
  const exact = knownRuntimes.find((r) => r.handler === handler) ?? knownRuntimes.find((r) => r.id === name);
  if (exact !== undefined) return exact.id;
  const alias = aliases.find(([pattern]) => words.some((w) => pattern.test(w)));
  return alias?.[1] ?? name;
}

const legacyNames: Readonly<Record<string, RegExp>> = {
  nabla: /nabla|runnc/,
  runv: /^(runv|hyper)$/,
  'clear-containers': /clear-?containers?|cc-(runtime|oci)/,
};

const aliases: ReadonlyArray<readonly [RegExp, string]> = [
  [/kata.*(fc|firecracker)|firecracker/, 'kata-fc'],
  [/kata.*(clh|cloud-hypervisor)/, 'kata-clh'],
  [/kata.*dragonball/, 'kata-dragonball'],
  [/^kata/, 'kata-qemu'],
  [/gvisor|runsc/, 'gvisor'],
];

function overheadOf(object: SourceObject['object']): { cpu?: string; memory?: string } | undefined {
  const cpu = textAt(object, 'overhead', 'podFixed', 'cpu');
  const memory = textAt(object, 'overhead', 'podFixed', 'memory');
  if (cpu === undefined && memory === undefined) return undefined;
  return { ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) };
}

function drawStorage(
  estate: Estate,
  proposal: Proposal,
  problems: Problem[],
): Pick<Platform, 'endpoints' | 'classes' | 'classIds'> {
  const ids = { endpoint: new Ids(), class: new Ids() };
  const endpoints: Record<string, StorageEndpoint> = {};
  const classes: Record<string, StorageClass> = {};
  const classIds = new Map<string, string>();
  const known = new Map<string, string>();
  for (const { source, object } of every(estate, 'storage.k8s.io/StorageClass')) {
    const { name, annotations } = object.metadata;
    if (classIds.has(name)) continue;
    const provisioner = textAt(object, 'provisioner') ?? '';
    const type = typeOf(provisioner);
    if (type === undefined) {
      problems.push(
        finding(
          'unknown-storage',
          'warning',
          `StorageClass ${name} is made by “${provisioner}”, which is no storage of the catalogue. It is left out of the design; claims of it have no class there.`,
          { source, kind: 'StorageClass', id: name },
        ),
      );
      continue;
    }
    const info = storageTypes[type];
    const parameters = { ...textsAt(object, 'parameters') };
    const address = info.addressParameter === undefined ? undefined : parameters[info.addressParameter];
    const exported = info.exportParameter === undefined ? undefined : parameters[info.exportParameter];
    for (const key of [info.addressParameter, info.exportParameter]) if (key !== undefined) delete parameters[key];
    for (const [key, value] of Object.entries(info.parameters)) if (parameters[key] === value) delete parameters[key];
    const zone = zoneOfClass(estate, proposal, name);
    // What names the storage itself belongs to the endpoint; classes that agree in it share one.
    const place = JSON.stringify([type, zone, address, exported, Object.entries(parameters).sort()]);
    let endpoint = known.get(place);
    if (endpoint === undefined) {
      endpoint = ids.endpoint.take(address === undefined ? `${name}-storage` : `${type}-${address}`, 'storage');
      known.set(place, endpoint);
      endpoints[endpoint] = {
        zone,
        type,
        ...(address !== undefined && { addresses: [address] }),
        ...(exported !== undefined && { export: exported }),
        ...(Object.keys(parameters).length > 0 && { parameters }),
      };
    }
    const id = ids.class.take(name, 'class');
    classIds.set(name, id);
    const binding =
      textAt(object, 'volumeBindingMode') === 'WaitForFirstConsumer' ? 'WaitForFirstConsumer' : 'Immediate';
    const expansion = field(object, 'allowVolumeExpansion') === true;
    const mountOptions = listAt(object, 'mountOptions').filter((o): o is string => typeof o === 'string');
    classes[id] = {
      ...(id !== name && { name }),
      endpoint,
      ...(textAt(object, 'reclaimPolicy') === 'Retain' && { reclaim: 'Retain' as const }),
      ...(binding !== info.binding && { binding }),
      ...(expansion !== info.expansion && { expansion }),
      ...(annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true' && { default: true }),
      ...(mountOptions.join() !== info.mountOptions.join() && { mountOptions }),
    };
  }
  return { endpoints, classes, classIds };
}

function typeOf(provisioner: string): StorageType | undefined {
  const known = Object.values(storageTypes).find((t) => t.provisioner === provisioner);
  if (known !== undefined) return known.id;
  // Rook and others put the name of an operator's namespace before the driver's.
  const suffix = Object.values(storageTypes).find((t) => provisioner.endsWith(`.${t.provisioner}`));
  return suffix?.id ?? inTree[provisioner];
}

/** In-tree provisioners, which Kubernetes hands to the CSI driver of the same storage. */
const inTree: Readonly<Record<string, StorageType>> = {
  'kubernetes.io/aws-ebs': 'ebs',
  'kubernetes.io/azure-disk': 'azure-disk',
  'kubernetes.io/azure-file': 'azure-file',
  'kubernetes.io/gce-pd': 'gce-pd',
  'kubernetes.io/vsphere-volume': 'vsphere',
  'kubernetes.io/rbd': 'ceph-rbd',
  'rancher.io/local-path': 'local',
};

/** Where storage stands: in the zone that alone may use it or uses it, else in the most trusted one. */
function zoneOfClass(estate: Estate, proposal: Proposal, name: string): string {
  const zones = Object.keys(proposal.zones);
  const allowing = zones.filter((zone) => ownList(estate, zone, 'claims', 'storageClassName')?.includes(name));
  const [only] = allowing;
  if (only !== undefined && allowing.length === 1) return only;
  const using = unique(usesOf(estate, proposal).flatMap((use) => (use.name === name ? use.zone : [])));
  const [first] = using;
  if (first !== undefined && using.length === 1) return first;
  return (
    sortBy(
      allowing.length > 0 ? allowing : using.length > 0 ? using : zones,
      (z) => -(proposal.zones[z]?.trust ?? 0),
    )[0] ?? 'app'
  );
}

function usesOf(estate: Estate, proposal: Proposal): Array<{ readonly zone: string; readonly name: string }> {
  return estate.clusters.flatMap((cluster) => {
    const zoneOf = zonesBy(proposal, cluster);
    const claims = (cluster.objects.get('PersistentVolumeClaim') ?? []).map(({ object }) => ({
      namespace: object.metadata.namespace ?? 'default',
      name: textAt(object, 'spec', 'storageClassName'),
    }));
    const templates = cluster.namespaces.flatMap((n) =>
      n.workloads.flatMap(({ source }) =>
        listAt(source.object, 'spec', 'volumeClaimTemplates').map((t) => ({
          namespace: n.name,
          name: textAt(t, 'spec', 'storageClassName'),
        })),
      ),
    );
    return [...claims, ...templates].flatMap(({ namespace, name }) => {
      const zone = zoneOf.get(namespace);
      return zone === undefined || name === undefined ? [] : [{ zone, name }];
    });
  });
}

function classesOf(estate: Estate, proposal: Proposal, zone: string, ids: ReadonlyMap<string, string>): string[] {
  const listed = ownList(estate, zone, 'claims', 'storageClassName');
  const used = usesOf(estate, proposal).flatMap((use) => (use.zone === zone ? use.name : []));
  // A quota that forbids some classes leaves the others.
  const left = estate.clusters.flatMap((cluster) => {
    const own = proposal.namespaces.filter((n) => n.zone === zone && n.cluster === cluster.id);
    const denied = own.map((n) => deniedClasses(cluster, n.name)).filter((d) => d.size > 0);
    if (denied.length === 0) return [];
    return [...ids.keys()].filter((name) => denied.every((d) => !d.has(name)));
  });
  const names = unique(listed ?? [...left, ...used].sort());
  return names.flatMap((name) => ids.get(name) ?? []);
}

function runtimesOf(estate: Estate, proposal: Proposal, zone: string, ids: ReadonlyMap<string, string>): string[] {
  const listed = ownList(estate, zone, 'runtime', 'runtimeClassName');
  const first = ownDefaultRuntime(estate, zone);
  const used = estate.clusters.flatMap((cluster) => {
    const zoneOf = zonesBy(proposal, cluster);
    return cluster.namespaces
      .filter((n) => zoneOf.get(n.name) === zone)
      .flatMap((n) =>
        n.workloads.flatMap((w) => textAt(podTemplate(w.source.object), 'spec', 'runtimeClassName') ?? []),
      );
  });
  const names = unique([...(first === undefined ? [] : [first]), ...(listed ?? [...used].sort())]);
  return names.flatMap((name) => ids.get(name) ?? []);
}

/** The list that an admission policy of Zonewright's own exports holds for a zone. */
function ownList(estate: Estate, zone: string, purpose: string, fieldName: string): string[] | undefined {
  for (const { object } of every(estate, 'admissionregistration.k8s.io/ValidatingAdmissionPolicy')) {
    if (!isOwn(object, zone, purpose)) continue;
    for (const validation of listAt(object, 'spec', 'validations')) {
      const found = new RegExp(`\\.${fieldName} in \\[([^\\]]*)\\]`).exec(textAt(validation, 'expression') ?? '');
      if (found !== null) return [...(found[1] ?? '').matchAll(/'([^']*)'/g)].map((m) => m[1] ?? '');
    }
  }
  return undefined;
}

function ownDefaultRuntime(estate: Estate, zone: string): string | undefined {
  for (const { object } of every(estate, 'admissionregistration.k8s.io/MutatingAdmissionPolicy')) {
    if (!isOwn(object, zone, 'default-runtime')) continue;
    for (const mutation of listAt(object, 'spec', 'mutations')) {
      const text = textAt(mutation, 'applyConfiguration', 'expression') ?? '';
      const found = /runtimeClassName: "([^"]*)"/.exec(text)?.[1];
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function isOwn(object: SourceObject['object'], zone: string, purpose: string): boolean {
  return (
    object.metadata.name === `zone-${zone}-${purpose}` &&
    textsAt(object, 'metadata', 'labels')[managedBy] === 'zonewright'
  );
}

/** The weakest level that a namespace of the zone enforces; a stricter one would refuse pods that run. */
function podSecurityOf(
  estate: Estate,
  proposal: Proposal,
  zone: string,
  problems: Problem[],
): Zone['podSecurity'] | undefined {
  const order = ['privileged', 'baseline', 'restricted'] as const;
  const found = estate.clusters.flatMap((cluster) => {
    const zoneOf = zonesBy(proposal, cluster);
    return cluster.namespaces
      .filter((n) => zoneOf.get(n.name) === zone)
      .map((n) => ({ name: n.name, level: order.find((l) => l === n.labels['pod-security.kubernetes.io/enforce']) }));
  });
  const levels = found.map((f) => f.level ?? 'privileged');
  const weakest = order.find((level) => levels.includes(level));
  if (weakest === undefined) return undefined;
  if (unique(levels).length > 1) {
    const weak = found.filter((f) => (f.level ?? 'privileged') === weakest).map((f) => f.name);
    problems.push(
      finding(
        'pod-security-differs',
        'info',
        `Namespaces of zone “${zone}” have different Pod Security levels. The zone gets the weakest, ${weakest}, which ${listed(weak)} ${weak.length === 1 ? 'has' : 'have'}; raise it once their pods fit.`,
        { kind: 'zone', id: zone },
      ),
    );
  }
  return weakest === 'baseline' ? undefined : weakest;
}

function zonesBy(proposal: Proposal, cluster: EstateCluster): ReadonlyMap<string, string> {
  return new Map(
    proposal.namespaces.flatMap((n) => (n.cluster === cluster.id && n.zone !== undefined ? [[n.name, n.zone]] : [])),
  );
}

function every(estate: Estate, kind: string) {
  return estate.clusters.flatMap((cluster) =>
    (cluster.objects.get(kind) ?? []).map((source) => ({ cluster, source, object: source.object })),
  );
}

/**
 * The inventory: every workload of the design as the object that would run it, and every node pool, for the policy engine,
 * the proof and reviewers. Nobody applies it; Zonewright deploys no workloads.
 */
import { isDnsSubdomain, type KubeObject, objectName } from '../../k8s/index.ts';
import { sortedEntries } from '../../lib/sort.ts';
import { type Entry, protocolOf, type Ref, type Workload } from '../../model/index.ts';
import type { EmittedFile, EmittedObject, Emitter } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import { podSecurityOf } from '../lower/limits.ts';
import { causes } from '../provenance.ts';
import { type NamespaceScope, nodeZoneLabel } from '../scope.ts';
import { nodeInventory } from './node-inventory.ts';
import { placesPodsItself } from './placement.ts';

/** Names below `.invalid` never resolve (RFC 2606), so that the inventory cannot run by accident. */
const placeholderImage = 'inventory.invalid/not-to-be-deployed:0';

export const inventory: Emitter = {
  id: 'inventory',
  docs: {
    title: 'Inventory',
    formats: [
      'apps/v1 Deployment',
      'apps/v1 StatefulSet',
      'apps/v1 DaemonSet',
      'batch/v1 Job',
      'batch/v1 CronJob',
      'v1 Pod',
      'v1 PersistentVolumeClaim',
      'v1 Node',
    ],
    files: ['inventory/workloads.yaml', 'inventory/nodes.yaml'],
    covers: 'Skeletons of the drawn workloads and nodes, for review and for the proof.',
    limits: 'It is never applied; images and commands are not part of a design.',
  },
  applies: (ir) =>
    ir.nodes.pools.length > 0 || ir.namespaces.some((n) => ir.lookup.workloadsOfNamespace(n.id).length > 0),
  emit: (ir) => {
    const objects = ir.namespaces.flatMap((n) =>
      ir.lookup.workloadsOfNamespace(n.id).flatMap((w) => objectsOf(ir, n, w)),
    );
    return { files: [...nodeInventory(ir), ...workloadInventory(objects)], problems: [], coverage: [] };
  },
};

function workloadInventory(objects: readonly EmittedObject[]): EmittedFile[] {
  if (objects.length === 0) return [];
  return [
    {
      path: 'inventory/workloads.yaml',
      inKustomization: false,
      header: [
        'Inventory of the workloads of the design. Do not apply this file.',
        'It is here for review and for the proof that the policies do what was drawn. Images are placeholders that',
        'cannot be pulled; schedules are placeholders too.',
      ],
      objects,
    },
  ];
}

/** The name of the workload's objects: its own where Kubernetes can take it, else its id. */
function workloadName(ir: Pick<ClusterIr, 'lookup'>, id: string): string {
  const name = ir.lookup.nameOf({ kind: 'workload', id });
  return isDnsSubdomain(name) ? name : objectName(id);
}

function objectsOf(ir: ClusterIr, namespace: NamespaceScope, workload: Entry<Workload>): EmittedObject[] {
  const runtime = runtimeClassOf(ir, namespace, workload);
  const zone: Ref[] = namespace.zone === undefined ? [] : [{ kind: 'zone', id: namespace.zone }];
  const own = causes(
    [
      { kind: 'workload', id: workload.id },
      { kind: 'namespace', id: namespace.id },
    ],
    zone,
    runtime === undefined ? [] : [{ kind: 'runtime', id: runtime }],
  );
  const claims = sortedEntries(workload.storage).map(([name, { class: storageClass, size }]) => ({
    name,
    storageClass,
    spec: {
      accessModes: ['ReadWriteOnce'],
      ...(storageClass !== undefined && { storageClassName: ir.lookup.nameOf({ kind: 'class', id: storageClass }) }),
      resources: { requests: { storage: size ?? '1Gi' } },
    },
  }));
  const templates = workload.kind === 'StatefulSet';
  const name = workloadName(ir, workload.id);
  const metadata = { name, namespace: namespace.name, labels: ir.lookup.labelsOf(workload.id) };
  const separate = templates
    ? []
    : claims.map(
        (claim): EmittedObject => ({
          object: {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            metadata: { ...metadata, name: `${name}-${claim.name}` },
            spec: claim.spec,
          },
          causes: causes(own, claim.storageClass === undefined ? [] : [{ kind: 'class', id: claim.storageClass }]),
        }),
      );
  const object = controller(ir, workload, metadata, podSpec(ir, namespace, workload, runtime, name), claims);
  const used: Ref[] = claims.flatMap((c): Ref[] =>
    c.storageClass === undefined ? [] : [{ kind: 'class', id: c.storageClass }],
  );
  return [{ object, causes: causes(own, used) }, ...separate];
}

function controller(
  ir: ClusterIr,
  workload: Entry<Workload>,
  metadata: KubeObject['metadata'],
  spec: Readonly<Record<string, unknown>>,
  claims: ReadonlyArray<{ readonly name: string; readonly spec: object }>,
): KubeObject {
  const kind = workload.kind ?? 'Deployment';
  const template = { metadata: { labels: metadata.labels }, spec };
  const selector = { matchLabels: ir.lookup.selectorOf(workload.id) };
  const replicas = workload.replicas ?? 1;
  switch (kind) {
    case 'Pod':
      return { apiVersion: 'v1', kind, metadata, spec };
    case 'Job':
      return { apiVersion: 'batch/v1', kind, metadata, spec: { parallelism: replicas, template: finishing(template) } };
    case 'CronJob':
      return {
        apiVersion: 'batch/v1',
        kind,
        metadata,
        spec: {
          schedule: '0 0 1 1 *',
          suspend: true,
          jobTemplate: { spec: { parallelism: replicas, template: finishing(template) } },
        },
      };
    case 'DaemonSet':
      return { apiVersion: 'apps/v1', kind, metadata, spec: { selector, template } };
    case 'StatefulSet':
      return {
        apiVersion: 'apps/v1',
        kind,
        metadata,
        spec: {
          replicas,
          serviceName: metadata.name,
          selector,
          template,
          ...(claims.length > 0 && {
            volumeClaimTemplates: claims.map((c) => ({ metadata: { name: c.name }, spec: c.spec })),
          }),
        },
      };
    default:
      return { apiVersion: 'apps/v1', kind, metadata, spec: { replicas, selector, template } };
  }
}

/** Pods of a Job have to end some time; the API takes no other restart policies. */
function finishing<T extends { readonly spec: object }>(template: T) {
  return { ...template, spec: { ...template.spec, restartPolicy: 'Never' } };
}

function podSpec(
  ir: ClusterIr,
  namespace: NamespaceScope,
  workload: Entry<Workload>,
  runtime: string | undefined,
  name: string,
): Readonly<Record<string, unknown>> {
  const { zone } = namespace;
  const volumes = Object.keys(workload.storage ?? {}).sort();
  const pinned = zone !== undefined && ir.spansZones && !placesPodsItself(ir);
  // What the level demands; whether an image runs with it, no design says.
  const isRestricted = podSecurityOf(ir.lookup.get('zone', zone)) === 'restricted';
  return {
    ...(isRestricted && { securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } }),
    ...(runtime !== undefined && { runtimeClassName: runtime }),
    ...(workload.hostNetwork === true && { hostNetwork: true }),
    ...(pinned && {
      nodeSelector: { [nodeZoneLabel]: zone },
      tolerations: [{ key: ir.zoneLabel, operator: 'Equal', value: zone }],
    }),
    containers: [
      {
        name: 'main',
        image: placeholderImage,
        ...(isRestricted && {
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        }),
        ...(Object.keys(workload.ports ?? {}).length > 0 && {
          ports: sortedEntries(workload.ports).map(([portName, p]) => ({
            name: portName,
            protocol: protocolOf(p),
            containerPort: p.port,
          })),
        }),
        ...(volumes.length > 0 && { volumeMounts: volumes.map((v) => ({ name: v, mountPath: `/data/${v}` })) }),
      },
    ],
    ...(volumes.length > 0 &&
      workload.kind !== 'StatefulSet' && {
        volumes: volumes.map((v) => ({ name: v, persistentVolumeClaim: { claimName: `${name}-${v}` } })),
      }),
  };
}

/** What the workload asks for, else what admission gives it. A class that the cluster has not stays visible to the review. */
function runtimeClassOf(ir: ClusterIr, { zone }: NamespaceScope, workload: Entry<Workload>): string | undefined {
  if (workload.runtime !== undefined) return workload.runtime;
  return ir.runtimes.zones.find((z) => z.zone === zone)?.defaultClass;
}

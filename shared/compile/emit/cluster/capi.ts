/**
 * Cluster API (v1beta2 contract, 1.11 and newer), applied in the management cluster. References have an API group and no
 * version, and versions and networking stand in Cluster and KubeadmControlPlane, not in their ClusterConfiguration.
 *
 * Zone and runtime labels stand on the machines: Cluster API copies labels of the node-restriction.kubernetes.io domain
 * to nodes, which kubelets cannot set themselves.
 */
import { type KubeObject, printObjects } from '../../../k8s/index.ts';
import type { Problem } from '../../../lib/problem.ts';
import { type Ref, ref } from '../../../model/index.ts';
import type { EmittedFile, Emitter } from '../../define.ts';
import type { ClusterIr } from '../../ir.ts';
import type { PoolIr } from '../../lower/cluster.ts';
import { causes } from '../../provenance.ts';
import { type ConfigMap, installsPlugin, withPlatform } from '../config-yaml.ts';
import { engineFiles, engineFilesOf } from '../node/engine-files.ts';
import { managedLabels } from '../zone-admission.ts';
import { exclusiveCpus } from './exclusive-cpus.ts';
import { checkRanges, nodeMaskArgs } from './ranges.ts';

const coreGroup = 'cluster.x-k8s.io';
const controlPlaneGroup = 'controlplane.cluster.x-k8s.io';
const bootstrapGroup = 'bootstrap.cluster.x-k8s.io';
/** Letters, digits and `-`, since the API refuses other kinds. */
const clusterKindPlaceholder = 'REPLACE-ME-INFRASTRUCTURE-CLUSTER';
const machineKindPlaceholder = 'REPLACE-ME-INFRASTRUCTURE-MACHINE-TEMPLATE';
const documentKinds = ['Cluster', 'KubeadmControlPlane', 'MachineDeployment', 'KubeadmConfigTemplate'];
const settings = ['infrastructureCluster', 'machineTemplate', 'namespace', 'reservedSystemCPUs'];
const patchesFolder = '/etc/kubernetes/patches';

export const capi: Emitter = {
  id: 'cluster/capi',
  docs: {
    title: 'Cluster API',
    formats: [
      'cluster.x-k8s.io/v1beta2 Cluster',
      'cluster.x-k8s.io/v1beta2 MachineDeployment',
      'controlplane.cluster.x-k8s.io/v1beta2 KubeadmControlPlane',
      'bootstrap.cluster.x-k8s.io/v1beta2 KubeadmConfigTemplate',
    ],
    files: ['cluster/capi/cluster.yaml', 'cluster/capi/pool-POOL.yaml'],
    covers:
      'Control plane and a MachineDeployment per pool, with zone labels, taints, engine files and exclusive CPUs on its machines.',
    limits: 'The provider’s infrastructure objects, which it names only; the network plugin.',
    platform:
      '`infrastructureCluster` and `machineTemplate`: {kind, apiGroup} of the provider; `namespace`; one map per kind: Cluster, KubeadmControlPlane, MachineDeployment, KubeadmConfigTemplate.',
  },
  applies: (ir) => ir.cluster.distribution === 'capi',
  emit: (ir) => {
    const because = causes([ref('cluster', ir.id)]);
    const written = engineFiles(ir);
    const files: EmittedFile[] = [
      file(
        'cluster/capi/cluster.yaml',
        [withKind(ir, clusterObject(ir)), withKind(ir, controlPlane(ir))],
        because,
        'Applied in the management cluster. The infrastructure objects that it names are the provider’s: write them beside it.',
        installsPlugin(ir.cluster.cni?.name),
      ),
      ...ir.nodes.pools.map((pool) =>
        file(
          `cluster/capi/pool-${pool.name}.yaml`,
          [withKind(ir, machineDeployment(ir, pool)), withKind(ir, configTemplate(ir, pool, written))],
          pool.causes,
          `Pool ${pool.name} (zone ${pool.zone}). Applied in the management cluster after cluster.yaml.`,
        ),
      ),
    ];
    return {
      files,
      problems: [...checkRanges(ir), ...checkPlatform(ir), ...placeholders(ir), ...checkReplicas(ir)],
      coverage: [
        {
          cluster: ir.id,
          state: 'enforced',
          subject: 'Node labels by Cluster API',
          text: 'Labels that tell zone and runtimes of a node are set from the management cluster (MachineDeployment), for every machine that is made; no kubelet can change them.',
        },
      ],
    };
  },
};

/** True for labels that Cluster API copies from machines to nodes. */
export function isSynced(key: string): boolean {
  const domain = key.includes('/') ? (key.split('/')[0] ?? '') : '';
  return (
    domain === 'node-role.kubernetes.io' ||
    /(^|\.)node-restriction\.kubernetes\.io$/.test(domain) ||
    /(^|\.)node\.cluster\.x-k8s\.io$/.test(domain)
  );
}

function file(
  path: string,
  objects: readonly KubeObject[],
  because: readonly Ref[],
  ...header: readonly string[]
): EmittedFile {
  // The objects live in the management cluster, not in the one they make, so they are no objects of this cluster.
  return { path, text: printObjects(objects, header).text, causes: because };
}

function clusterObject(ir: ClusterIr): KubeObject {
  const { pods = [], services = [] } = ir.cluster.networks ?? {};
  const [zone] = ir.zones;
  const { api } = ir.cluster;
  return object(ir, coreGroup, 'Cluster', ir.id, ir.spansZones ? undefined : zone?.id, {
    clusterNetwork: {
      ...(pods.length > 0 && { pods: { cidrBlocks: pods } }),
      ...(services.length > 0 && { services: { cidrBlocks: services } }),
      serviceDomain: 'cluster.local',
    },
    ...(api !== undefined && { controlPlaneEndpoint: { host: api.address, port: api.port ?? 6443 } }),
    controlPlaneRef: { apiGroup: controlPlaneGroup, kind: 'KubeadmControlPlane', name: controlPlaneName(ir) },
    infrastructureRef: infrastructure(ir, 'infrastructureCluster', clusterKindPlaceholder, ir.id),
  });
}

function controlPlane(ir: ClusterIr): KubeObject {
  const registration = { nodeRegistration: { criSocket: ir.nodes.engine.criSocket } };
  const masks = nodeMaskArgs(ir);
  return object(ir, controlPlaneGroup, 'KubeadmControlPlane', controlPlaneName(ir), undefined, {
    replicas: ir.nodes.controlPlaneCount,
    version: ir.nodes.kubernetesVersion,
    machineTemplate: {
      spec: { infrastructureRef: infrastructure(ir, 'machineTemplate', machineKindPlaceholder, controlPlaneName(ir)) },
    },
    kubeadmConfigSpec: {
      clusterConfiguration: {
        apiServer: {
          extraArgs: [{ name: 'enable-admission-plugins', value: ir.nodes.admissionPlugins.join(',') }],
        },
        ...(masks.length > 0 && { controllerManager: { extraArgs: masks } }),
      },
      initConfiguration: registration,
      joinConfiguration: registration,
    },
  });
}

function machineDeployment(ir: ClusterIr, pool: PoolIr): KubeObject {
  const name = poolName(ir, pool);
  const identity = { [`${coreGroup}/cluster-name`]: ir.id, [`${ir.prefix}/pool`]: pool.name };
  const synced = Object.entries(pool.protectedLabels).filter(([key]) => isSynced(key));
  return object(ir, coreGroup, 'MachineDeployment', name, pool.zone, {
    clusterName: ir.id,
    replicas: pool.nodes,
    selector: { matchLabels: identity },
    template: {
      metadata: { labels: { ...identity, ...Object.fromEntries(synced) } },
      spec: {
        clusterName: ir.id,
        version: ir.nodes.kubernetesVersion,
        bootstrap: { configRef: { apiGroup: bootstrapGroup, kind: 'KubeadmConfigTemplate', name } },
        infrastructureRef: infrastructure(ir, 'machineTemplate', machineKindPlaceholder, name),
      },
    },
  });
}

function configTemplate(ir: ClusterIr, pool: PoolIr, written: readonly EmittedFile[]): KubeObject {
  const labels = Object.entries(pool.labels).map(([k, v]) => `${k}=${v}`);
  const engine = engineFilesOf(ir, pool, written);
  const patch = {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    ...exclusiveCpus(ir),
  } as ConfigMap & KubeObject;
  const files = [
    ...engine,
    ...(pool.exclusiveCpus
      ? [{ path: `${patchesFolder}/kubeletconfiguration+merge.yaml`, content: printObjects([patch]).text }]
      : []),
  ];
  return object(ir, bootstrapGroup, 'KubeadmConfigTemplate', poolName(ir, pool), pool.zone, {
    template: {
      spec: {
        ...(files.length > 0 && {
          files: files.map((f) => ({ ...f, owner: 'root:root', permissions: '0644' })),
        }),
        ...(engine.length > 0 && { preKubeadmCommands: [`systemctl restart ${ir.nodes.engineService}`] }),
        joinConfiguration: {
          nodeRegistration: {
            criSocket: ir.nodes.engine.criSocket,
            ...(pool.taints.length > 0 && {
              taints: pool.taints.map((t) => ({
                key: t.key,
                ...(t.value !== undefined && { value: t.value }),
                effect: t.effect,
              })),
            }),
            ...(labels.length > 0 && { kubeletExtraArgs: [{ name: 'node-labels', value: labels.join(',') }] }),
          },
          ...(pool.exclusiveCpus && { patches: { directory: patchesFolder } }),
        },
      },
    },
  });
}

function object(
  ir: ClusterIr,
  group: string,
  kind: string,
  name: string,
  zone: string | undefined,
  spec: object,
): KubeObject {
  const { namespace } = ir.cluster.platform ?? {};
  return {
    apiVersion: `${group}/v1beta2`,
    kind,
    metadata: {
      name,
      namespace: typeof namespace === 'string' ? namespace : 'default',
      labels: managedLabels(ir, zone),
    },
    spec,
  };
}

function withKind(ir: ClusterIr, ours: KubeObject): KubeObject {
  return withPlatform(ir.cluster.platform?.[ours.kind], ours as ConfigMap & KubeObject) as ConfigMap & KubeObject;
}

function infrastructure(
  ir: ClusterIr,
  setting: 'infrastructureCluster' | 'machineTemplate',
  placeholder: string,
  name: string,
): { readonly apiGroup: string; readonly kind: string; readonly name: string } {
  const given = ir.cluster.platform?.[setting] as Readonly<Record<string, unknown>> | null | undefined;
  const { apiGroup, kind } = given ?? {};
  return {
    apiGroup: typeof apiGroup === 'string' ? apiGroup : 'infrastructure.cluster.x-k8s.io',
    kind: typeof kind === 'string' ? kind : placeholder,
    name,
  };
}

function controlPlaneName(ir: ClusterIr): string {
  return `${ir.id}-control-plane`;
}

function poolName(ir: ClusterIr, pool: PoolIr): string {
  return `${ir.id}-pool-${pool.name}`;
}

function placeholders(ir: ClusterIr): Problem[] {
  const missing = (['infrastructureCluster', 'machineTemplate'] as const).filter(
    (setting) => infrastructure(ir, setting, '', '').kind === '',
  );
  return missing.map((setting) => ({
    rule: 'compile/placeholder',
    severity: 'warning',
    message: `Cluster “${ir.id}” does not say which infrastructure its machines run on, so its Cluster API objects hold the kind “${setting === 'machineTemplate' ? machineKindPlaceholder : clusterKindPlaceholder}”, which no management cluster has. Set platform.${setting} to {kind: ${setting === 'machineTemplate' ? 'VSphereMachineTemplate' : 'VSphereCluster'}} or your provider’s kind.`,
    subject: { kind: 'cluster', id: ir.id },
    path: ['clusters', ir.id, 'platform'],
    fixable: false,
  }));
}

function checkReplicas(ir: ClusterIr): Problem[] {
  if (ir.nodes.controlPlaneCount % 2 === 1) return [];
  return [
    {
      rule: 'compile/control-plane-count',
      severity: 'error',
      message: `Cluster “${ir.id}” has ${ir.nodes.controlPlaneCount} control-plane nodes. Cluster API refuses an even number, because etcd on them gains nothing from it. Use ${ir.nodes.controlPlaneCount + 1}.`,
      subject: { kind: 'cluster', id: ir.id },
      path: ['clusters', ir.id, 'controlPlane', 'count'],
      fixable: false,
    },
  ];
}

function checkPlatform(ir: ClusterIr): Problem[] {
  return Object.keys(ir.cluster.platform ?? {})
    .filter((key) => !documentKinds.includes(key) && !settings.includes(key))
    .map((key) => ({
      rule: 'compile/platform-key',
      severity: 'warning',
      message: `Cluster “${ir.id}” passes “${key}” through to Cluster API, which has no such place. It is not exported. Use ${[...documentKinds, ...settings].join(', ')}.`,
      subject: { kind: 'cluster', id: ir.id },
      path: ['clusters', ir.id, 'platform', key],
      fixable: false,
    }));
}

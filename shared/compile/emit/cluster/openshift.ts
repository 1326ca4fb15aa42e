/**
 * OpenShift: install-config.yaml (v1), the input of openshift-install. It knows one pool of workers and no labels or taints,
 * so what tells the zones' nodes apart is set by the steps in nodes/steps.md. What only some nodes have, which are exclusive
 * CPUs and runtimes, comes after the installation, by a machine config pool. Sources: OKD 4.22, installation parameters,
 * CPU Manager, and machine configuration; Ignition 3.4.
 */

import { type KubeObject, printObjects } from '../../../k8s/index.ts';
import { overlaps, parseCidr } from '../../../lib/ip.ts';
import { isMap } from '../../../lib/is-map.ts';
import type { Problem } from '../../../lib/problem.ts';
import { sortedEntries } from '../../../lib/sort.ts';
import { ref } from '../../../model/index.ts';
import type { CoverageNote } from '../../bundle.ts';
import type { EmittedFile, Emitter } from '../../define.ts';
import type { ClusterIr } from '../../ir.ts';
import { machineConfigPool, type PoolIr } from '../../lower/cluster.ts';
import { causes } from '../../provenance.ts';
import { type ConfigMap, type ConfigValue, printConfig, withPlatform } from '../config-yaml.ts';
import { engineFiles, engineFilesOf } from '../node/engine-files.ts';
import { managedLabels } from '../zone-admission.ts';
import { exclusiveCpus } from './exclusive-cpus.ts';
import { nodeMask } from './ranges.ts';

const networkTypes: Readonly<Record<string, string>> = {
  'ovn-kubernetes': 'OVNKubernetes',
  calico: 'Calico',
  cilium: 'Cilium',
};
const placeholder = {
  baseDomain: 'REPLACE_ME_BASE_DOMAIN',
  platform: 'REPLACE_ME_PLATFORM',
  pullSecret: 'REPLACE_ME_PULL_SECRET',
  sshKey: 'REPLACE_ME_SSH_KEY',
} as const;
/** What OVN-Kubernetes uses inside unless it is told otherwise. */
const ovnRanges = ['100.64.0.0/16', '100.88.0.0/16', '169.254.0.0/17', 'fd97::/64', 'fd98::/64'];

export const openshift: Emitter = {
  id: 'cluster/openshift',
  docs: {
    title: 'OpenShift',
    formats: [
      'install-config v1',
      'machineconfiguration.openshift.io/v1 MachineConfigPool',
      'machineconfiguration.openshift.io/v1 MachineConfig',
      'machineconfiguration.openshift.io/v1 KubeletConfig',
    ],
    files: ['cluster/openshift/install-config.yaml', 'cluster/openshift/pool-POOL.yaml'],
    covers:
      'Name, address ranges, network type, numbers of nodes, what platform passes through; runtimes and exclusive CPUs by pool after the installation.',
    limits:
      'Pull secret (placeholder); pools, labels and taints, because the installer knows one pool of workers: nodes/steps.md has labels and taints; routers by zone (IngressController), because all of them run in one namespace of the platform: zones have controllers of their own.',
    platform: 'Fields of install-config, `baseDomain`, `platform` and `sshKey` among them.',
  },
  applies: (ir) => ir.cluster.distribution === 'openshift',
  emit: (ir) => {
    const { reservedSystemCPUs: _, ...platform } = ir.cluster.platform ?? {};
    const document = withPlatform(platform, installConfig(ir));
    return {
      files: [
        {
          path: 'cluster/openshift/install-config.yaml',
          text: printConfig(
            [document],
            [
              'openshift-install create cluster, in a folder with a copy of this file: the installer deletes it.',
              `Take the installer of the release that runs Kubernetes ${ir.cluster.version}; the file itself names no version.`,
            ],
          ),
          causes: causes(
            [ref('cluster', ir.id)],
            ir.nodes.pools.map((p) => ref('pool', p.id)),
          ),
        },
        ...poolFiles(ir),
      ],
      problems: [...placeholders(ir), ...checkReplicas(ir), ...checkNetwork(ir)],
      coverage: coverageOf(ir),
    };
  },
};

function installConfig(ir: ClusterIr): ConfigMap {
  const { baseDomain, platform, sshKey } = ir.cluster.platform ?? {};
  return {
    apiVersion: 'v1',
    metadata: { name: ir.id },
    ...(!isText(baseDomain) && { baseDomain: placeholder.baseDomain }),
    controlPlane: { name: 'master', replicas: ir.nodes.controlPlaneCount },
    // Any other name is refused, so all pools are one here.
    compute: [{ name: 'worker', replicas: ir.nodes.pools.reduce((sum, p) => sum + p.nodes, 0) }],
    networking: networking(ir),
    ...(!isMap(platform) && { platform: { [placeholder.platform]: {} } }),
    pullSecret: placeholder.pullSecret,
    ...(!isText(sshKey) && { sshKey: placeholder.sshKey }),
  };
}

function poolFiles(ir: ClusterIr): EmittedFile[] {
  const written = engineFiles(ir);
  return ir.nodes.pools.flatMap((pool) => {
    const engine = engineFilesOf(ir, pool, written);
    return pool.exclusiveCpus || engine.length > 0 ? [poolFile(ir, pool, engine)] : [];
  });
}

/** Nodes get the pool's role by the steps; the operator then drains and restarts them with what the pool holds. */
function poolFile(
  ir: ClusterIr,
  pool: PoolIr,
  engine: ReadonlyArray<{ readonly path: string; readonly content: string }>,
): EmittedFile {
  const name = machineConfigPool(pool.name);
  const group = 'machineconfiguration.openshift.io';
  const apiVersion = `${group}/v1`;
  const selected = { [`${ir.prefix}/pool`]: pool.name };
  const objects: KubeObject[] = [
    {
      apiVersion,
      kind: 'MachineConfigPool',
      metadata: { name, labels: { ...managedLabels(ir, pool.zone), ...selected } },
      spec: {
        // A pool of its own brings along what all workers have.
        machineConfigSelector: {
          matchExpressions: [{ key: `${group}/role`, operator: 'In', values: ['worker', name] }],
        },
        nodeSelector: { matchLabels: { [`node-role.kubernetes.io/${name}`]: '' } },
      },
    },
  ];
  if (engine.length > 0)
    objects.push({
      apiVersion,
      kind: 'MachineConfig',
      // After those of the operator itself, which begin with 00 and 01.
      metadata: { name: `50-${name}-engine`, labels: { ...managedLabels(ir, pool.zone), [`${group}/role`]: name } },
      spec: {
        config: {
          ignition: { version: '3.4.0' },
          storage: {
            files: engine.map(({ path, content }) => ({
              path,
              // 0644; JSON knows no octal numbers.
              mode: 420,
              overwrite: true,
              contents: { source: `data:,${encodeURIComponent(content)}` },
            })),
          },
        },
      },
    });
  if (pool.exclusiveCpus)
    objects.push({
      apiVersion,
      kind: 'KubeletConfig',
      metadata: { name: `${name}-cpus`, labels: managedLabels(ir, pool.zone) },
      spec: { machineConfigPoolSelector: { matchLabels: selected }, kubeletConfig: exclusiveCpus(ir) },
    });
  return {
    path: `cluster/openshift/pool-${pool.name}.yaml`,
    text: printObjects(objects, [
      `Pool ${pool.name} (zone ${pool.zone}): oc apply -f pool-${pool.name}.yaml after the installation, then label its nodes`,
      'as nodes/steps.md says. They are drained and restarted.',
      ...(engine.length > 0 ? [`Its MachineConfig holds the files of nodes/${pool.name}/, as URLs.`] : []),
    ]).text,
    causes: pool.causes,
  };
}

function networking(ir: ClusterIr): ConfigMap {
  const { pods = [], services = [], nodes = [] } = ir.cluster.networks ?? {};
  return {
    networkType: networkTypes[cniOf(ir)] ?? 'OVNKubernetes',
    ...(pods.length > 0 && {
      clusterNetwork: pods.map((cidr): ConfigMap => {
        const range = parseCidr(cidr);
        const mask = range === undefined ? undefined : nodeMask(ir, range);
        // Without room for the nodes the installer's own default stands, and a finding says so.
        return { cidr, ...(mask !== undefined && { hostPrefix: mask }) };
      }),
    }),
    ...(services.length > 0 && { serviceNetwork: services }),
    ...(nodes.length > 0 && { machineNetwork: nodes.map((cidr): ConfigValue => ({ cidr })) }),
  };
}

function cniOf(ir: ClusterIr): string {
  return ir.cluster.cni?.name ?? ir.nodes.distribution.defaultCni ?? '';
}

function placeholders(ir: ClusterIr): Problem[] {
  const given = ir.cluster.platform ?? {};
  const missing = [
    ...(isText(given.baseDomain) ? [] : [placeholder.baseDomain]),
    ...(isMap(given.platform) ? [] : [placeholder.platform]),
    ...(isText(given.sshKey) ? [] : [placeholder.sshKey]),
  ];
  const base = { rule: 'compile/placeholder', subject: { kind: 'cluster', id: ir.id }, fixable: false } as const;
  return [
    {
      ...base,
      severity: 'info',
      message: `The install-config of cluster “${ir.id}” holds “${placeholder.pullSecret}”. Secrets never stand in a design; fill it in before the installation.`,
      path: ['clusters', ir.id],
    },
    ...(missing.length === 0
      ? []
      : [
          {
            ...base,
            severity: 'warning' as const,
            message: `The design does not say all that the installer of cluster “${ir.id}” asks for, so its install-config holds ${missing.map((m) => `“${m}”`).join(', ')}. Set baseDomain, platform and sshKey in the cluster’s platform.`,
            path: ['clusters', ir.id, 'platform'],
          },
        ]),
  ];
}

function checkReplicas(ir: ClusterIr): Problem[] {
  const { controlPlaneCount: count } = ir.nodes;
  if (count === 1 || count === 3) return [];
  return [
    {
      rule: 'compile/control-plane-count',
      severity: 'error',
      message: `Cluster “${ir.id}” has ${count} control-plane nodes. The installer of OpenShift takes 3, or 1 for a cluster of a single node. Use 3.`,
      subject: { kind: 'cluster', id: ir.id },
      path: ['clusters', ir.id, 'controlPlane', 'count'],
      fixable: false,
    },
  ];
}

function checkNetwork(ir: ClusterIr): Problem[] {
  const problems: Problem[] = [];
  const base = { rule: 'compile/cluster-range', subject: { kind: 'cluster', id: ir.id }, fixable: false } as const;
  if (networkTypes[cniOf(ir)] === undefined) {
    problems.push({
      ...base,
      rule: 'compile/network-type',
      severity: 'warning',
      message: `Cluster “${ir.id}” is to have the network plugin “${cniOf(ir)}”, which the installer of OpenShift does not know. Its install-config says OVNKubernetes. Use ovn-kubernetes, calico or cilium.`,
      path: ['clusters', ir.id, 'cni'],
    });
  }
  for (const [field, ranges] of sortedEntries(ir.cluster.networks)) {
    for (const [i, text] of (ranges ?? []).entries()) {
      const range = parseCidr(text);
      if (range === undefined) continue;
      const inside = ovnRanges.find((r) => {
        const own = parseCidr(r);
        return own !== undefined && overlaps(own, range);
      });
      if (inside !== undefined && cniOf(ir) === 'ovn-kubernetes') {
        problems.push({
          ...base,
          severity: 'error',
          message: `The range ${text} of cluster “${ir.id}” overlaps ${inside}, which OVN-Kubernetes uses inside, so traffic to it gets lost. Use another range.`,
          path: ['clusters', ir.id, 'networks', field, i],
        });
      }
      if (field === 'pods' && nodeMask(ir, range) === undefined) {
        problems.push({
          ...base,
          severity: 'error',
          message: `The pod range ${text} of cluster “${ir.id}” has not room for its nodes with 110 pods each, so nodes would get no addresses. Use a larger range.`,
          path: ['clusters', ir.id, 'networks', field, i],
        });
      }
    }
  }
  return problems;
}

function coverageOf(ir: ClusterIr): CoverageNote[] {
  return [routersNote(ir), ...cpuNotes(ir)];
}

function routersNote(ir: ClusterIr): CoverageNote {
  return {
    cluster: ir.id,
    state: 'not-enforced',
    subject: 'Routes of OpenShift',
    text: 'The routers of OpenShift run in the namespace openshift-ingress, which belongs to no zone, so no policy lets them reach pods of a zone: Routes to these lead nowhere. A zone that is entered by ingress has a controller of its own, which is drawn as its proxy.',
  };
}

function cpuNotes(ir: ClusterIr): CoverageNote[] {
  return ir.nodes.pools
    .filter((p) => p.exclusiveCpus)
    .map((pool) => ({
      cluster: ir.id,
      state: 'not-enforced' as const,
      subject: `CPU manager of pool “${pool.name}”`,
      text: `install-config cannot set it: apply cluster/openshift/pool-${pool.name}.yaml after the installation, which gives the pool a MachineConfigPool and a KubeletConfig with the static CPU manager.`,
    }));
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

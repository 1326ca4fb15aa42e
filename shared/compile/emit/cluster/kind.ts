/**
 * kind (v1alpha4): a cluster of containers on one machine, for trying a design out. Zone and runtime labels are not among
 * `labels`, because kind passes these to the kubelet, which refuses protected ones and does not start.
 */
import { kubernetesHas } from '../../../catalog/index.ts';
import { parseCidr } from '../../../lib/ip.ts';
import type { Problem } from '../../../lib/problem.ts';
import { ref } from '../../../model/index.ts';
import type { Emitter } from '../../define.ts';
import type { ClusterIr } from '../../ir.ts';
import type { PoolIr } from '../../lower/cluster.ts';
import { causes } from '../../provenance.ts';
import { type ConfigMap, installsPlugin, printConfig, withPlatform } from '../config-yaml.ts';
import { containerdConfigText } from '../node/containerd-text.ts';
import { mergedRuntimes } from '../node/runtime-tables.ts';
import { exclusiveCpuArgs } from './exclusive-cpus.ts';

export const kind: Emitter = {
  id: 'cluster/kind',
  docs: {
    title: 'kind',
    formats: ['kind.x-k8s.io/v1alpha4'],
    files: ['cluster/kind.yaml'],
    covers: 'A cluster of containers for trying a design out, with a node for every node of every pool.',
    limits: 'Binaries of runtimes in the node image; protected labels, which nodes/steps.md sets.',
    platform: 'Fields of Cluster; `image`: the node image.',
  },
  applies: (ir) => ir.cluster.distribution === 'kind',
  emit: (ir) => {
    const problems: Problem[] = [];
    const runtimes = mergedRuntimes(ir, ir.nodes.pools, problems);
    // The node image comes with the runtime that its engine starts by default.
    const missing = runtimes.filter((r) => r.info?.id !== ir.nodes.engine.builtinRuntime);
    const { image, reservedSystemCPUs: _, ...platform } = ir.cluster.platform ?? {};
    const document = withPlatform(platform, {
      apiVersion: 'kind.x-k8s.io/v1alpha4',
      kind: 'Cluster',
      name: ir.id,
      networking: networking(ir),
      kubeadmConfigPatches: [patch(admissionPatch(ir))],
      ...(missing.length > 0 &&
        ir.nodes.containerd && { containerdConfigPatches: [containerdConfigText(ir.nodes.containerd, runtimes)] }),
      nodes: nodesOf(ir, typeof image === 'string' ? image : `kindest/node:${ir.nodes.kubernetesVersion}`),
    });
    return {
      files: [
        {
          path: 'cluster/kind.yaml',
          text: printConfig(
            [document],
            [
              'kind create cluster --config kind.yaml',
              ...(hasOwnPlugin(ir) ? [] : [installsPlugin(ir.cluster.cni?.name)]),
            ],
          ),
          causes: causes([ref('cluster', ir.id)], ...ir.nodes.pools.map((p) => p.causes)),
        },
      ],
      problems,
      coverage:
        missing.length === 0
          ? []
          : [
              {
                cluster: ir.id,
                state: 'not-enforced',
                subject: 'Runtimes in kind',
                text: `The node image has no binaries for ${missing.map((r) => r.id).join(', ')}: build an image with them and their configuration files, and name it as platform.image.`,
              },
            ],
    };
  },
};

/**
 * The names that kind gives to the nodes of each pool: workers are numbered in the order of the file, the first without
 * a number.
 */
export function kindNodeNames(ir: ClusterIr): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  let count = 0;
  for (const pool of ir.nodes.pools) {
    const own: string[] = [];
    for (let i = 0; i < pool.nodes; i++) {
      count += 1;
      own.push(`${ir.id}-worker${count === 1 ? '' : count}`);
    }
    names.set(pool.name, own);
  }
  return names;
}

function hasOwnPlugin(ir: ClusterIr): boolean {
  return (ir.cluster.cni?.name ?? ir.nodes.distribution.defaultCni) === 'kindnet';
}

function networking(ir: ClusterIr): ConfigMap {
  const { pods = [], services = [] } = ir.cluster.networks ?? {};
  const families = new Set([...pods, ...services].map((c) => parseCidr(c)?.family));
  return {
    ipFamily: families.has(4) && families.has(6) ? 'dual' : families.has(6) ? 'ipv6' : 'ipv4',
    ...(pods.length > 0 && { podSubnet: pods.join(',') }),
    ...(services.length > 0 && { serviceSubnet: services.join(',') }),
    ...(!hasOwnPlugin(ir) && { disableDefaultCNI: true }),
  };
}

function nodesOf(ir: ClusterIr, image: string): ConfigMap[] {
  const controlPlanes = Array.from(
    { length: ir.nodes.controlPlaneCount },
    (): ConfigMap => ({ role: 'control-plane', image }),
  );
  const workers = ir.nodes.pools.flatMap((pool) =>
    Array.from(
      { length: pool.nodes },
      (): ConfigMap => ({
        role: 'worker',
        image,
        ...(Object.keys(pool.labels).length > 0 && { labels: pool.labels }),
        ...((pool.taints.length > 0 || pool.exclusiveCpus) && { kubeadmConfigPatches: [patch(joinPatch(ir, pool))] }),
      }),
    ),
  );
  return [...controlPlanes, ...workers];
}

function joinPatch(ir: ClusterIr, pool: PoolIr): ConfigMap {
  return {
    ...kubeadmApi(ir),
    kind: 'JoinConfiguration',
    nodeRegistration: {
      ...(pool.taints.length > 0 && {
        taints: pool.taints.map(
          (t): ConfigMap => ({ key: t.key, ...(t.value !== undefined && { value: t.value }), effect: t.effect }),
        ),
      }),
      ...(pool.exclusiveCpus && { kubeletExtraArgs: args(ir, exclusiveCpuArgs(ir)) }),
    },
  };
}

function admissionPatch(ir: ClusterIr): ConfigMap {
  return {
    ...kubeadmApi(ir),
    kind: 'ClusterConfiguration',
    apiServer: {
      extraArgs: args(ir, [{ name: 'enable-admission-plugins', value: ir.nodes.admissionPlugins.join(',') }]),
    },
  };
}

/** A patch for another API version than the one that kind writes for the node image is ignored without a word. */
function kubeadmApi(ir: ClusterIr): { readonly apiVersion: string } {
  return { apiVersion: writesV1beta4(ir) ? 'kubeadm.k8s.io/v1beta4' : 'kubeadm.k8s.io/v1beta3' };
}

/** Arguments are a list of name and value in v1beta4, a map in v1beta3. */
function args(
  ir: ClusterIr,
  list: ReadonlyArray<{ readonly name: string; readonly value: string }>,
): ConfigMap | readonly ConfigMap[] {
  return writesV1beta4(ir)
    ? list.map((a): ConfigMap => ({ ...a }))
    : Object.fromEntries(list.map((a) => [a.name, a.value]));
}

function writesV1beta4(ir: ClusterIr): boolean {
  return kubernetesHas(ir.cluster.version, 'kindWritesV1beta4');
}

function patch(document: ConfigMap): string {
  return printConfig([document], []);
}

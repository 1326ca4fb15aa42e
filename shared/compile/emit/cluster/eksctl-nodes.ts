/**
 * How the nodes of a pool on EKS are set up beyond what every node group has: handlers of runtimes, and exclusive CPUs. Amazon
 * Linux 2023 starts with nodeadm, which merges a NodeConfig of ours with its own settings of containerd and kubelet before
 * either starts; commands before it run earlier still. Bottlerocket has settings for the kubelet and for no other runtime.
 * Sources: eksctl pkg/nodebootstrap and validation; awslabs/amazon-eks-ami nodeadm (internal/containerd) and its variables
 * (containerd 1.7 up to Kubernetes 1.29); bottlerocket-settings-sdk and kubelet-config of bottlerocket-core-kit.
 */

import { containerdConfig, isAtLeastVersion } from '../../../catalog/index.ts';
import { isMap } from '../../../lib/is-map.ts';
import type { Problem } from '../../../lib/problem.ts';
import type { ClusterIr } from '../../ir.ts';
import type { NodeRuntimeIr, PoolIr } from '../../lower/cluster.ts';
import { type ConfigMap, type ConfigValue, printConfig } from '../config-yaml.ts';
import { runscFiles } from '../node/containerd.ts';
import { handlerTables, runscConfigText } from '../node/containerd-text.ts';
import { mergedRuntimes } from '../node/runtime-tables.ts';
import { exclusiveCpus } from './exclusive-cpus.ts';

export const amazonLinux = 'AmazonLinux2023';

/** What decides about the settings of a pool's nodes; `own`: something that the design passes through and only it can. */
export type NodeSetup = 'nodeadm' | 'bottlerocket' | 'own';

export interface GivenGroup {
  /** Groups that EKS manages, unless the design passes the pool through as one that it does not. */
  readonly section: 'managedNodeGroups' | 'nodeGroups';
  /** What the design passes through for it. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export function givenGroup(ir: ClusterIr, pool: PoolIr): GivenGroup {
  for (const section of ['nodeGroups', 'managedNodeGroups'] as const) {
    const groups = ir.cluster.platform?.[section];
    const fields: unknown = Array.isArray(groups) ? groups.find((g) => isMap(g) && g.name === pool.name) : undefined;
    if (isMap(fields)) return { section, fields };
  }
  return { section: 'managedNodeGroups', fields: {} };
}

export function nodeSetup(ir: ClusterIr, pool: PoolIr): NodeSetup {
  const { amiFamily = amazonLinux, overrideBootstrapCommand, launchTemplate } = givenGroup(ir, pool).fields;
  if (typeof amiFamily !== 'string' || launchTemplate !== undefined || overrideBootstrapCommand !== undefined)
    return 'own';
  // eksctl does not mind capitals.
  const family = amiFamily.toLowerCase();
  if (family === amazonLinux.toLowerCase()) return 'nodeadm';
  return family === 'bottlerocket' || family === 'bottlerocketfips' ? 'bottlerocket' : 'own';
}

/** What the nodes of a pool run beside the runtime that every containerd has. */
export function addedRuntimes(ir: ClusterIr, pool: PoolIr, problems: Problem[] = []): NodeRuntimeIr[] {
  return mergedRuntimes(ir, [pool], problems).filter(
    (r) => r.info?.containerd !== undefined && r.info.id !== ir.nodes.engine.builtinRuntime,
  );
}

/** Fields of the node group that set its nodes up; none where nothing is asked of them or something else decides. */
export function setupFields(ir: ClusterIr, pool: PoolIr): ConfigMap {
  const setup = nodeSetup(ir, pool);
  if (setup === 'bottlerocket' && pool.exclusiveCpus)
    return { bottlerocket: { settings: { kubernetes: bottlerocketCpus(ir) } } };
  const runtimes = addedRuntimes(ir, pool);
  if (setup !== 'nodeadm' || (!pool.exclusiveCpus && runtimes.length === 0)) return {};
  const commands = runscFiles({ ...pool, runtimes }, 'containerd').map(
    ({ onNode, values }) => `cat > ${onNode} <<'END'\n${runscConfigText(values, pool)}END\n`,
  );
  const given = givenGroup(ir, pool).fields.preBootstrapCommands;
  return {
    amiFamily: amazonLinux,
    ...(commands.length > 0 && {
      preBootstrapCommands: [...commands, ...(Array.isArray(given) ? (given as ConfigValue[]) : [])],
    }),
    overrideBootstrapCommand: nodeConfig(ir, pool, runtimes),
  };
}

function nodeConfig(ir: ClusterIr, pool: PoolIr, runtimes: readonly NodeRuntimeIr[]): string {
  const kubelet: ConfigMap = {
    ...exclusiveCpus(ir),
    // nodeadm names cgroups for what is reserved, beside which a kubelet refuses a list of CPUs.
    ...(ir.nodes.reservedCpus !== undefined && { kubeReservedCgroup: '', systemReservedCgroup: '' }),
  };
  // nodeadm takes the names of the plugins for the version of the whole file, whatever the design says of containerd.
  const config = containerdConfig(isAtLeastVersion(ir.cluster.version, '1.30') === false ? '1.7' : '2.0');
  const spec: ConfigMap = {
    ...(pool.exclusiveCpus && { kubelet: { config: kubelet } }),
    ...(config !== undefined &&
      runtimes.length > 0 && { containerd: { config: `${handlerTables(config, runtimes).join('\n\n')}\n` } }),
  };
  return printConfig([{ apiVersion: 'node.eks.aws/v1alpha1', kind: 'NodeConfig', spec }], []);
}

/** The same settings in the words of Bottlerocket, which itself keeps a list of CPUs apart from cgroups. */
function bottlerocketCpus(ir: ClusterIr): ConfigMap {
  const kubelet = exclusiveCpus(ir);
  const options = Object.keys((kubelet.cpuManagerPolicyOptions ?? {}) as ConfigMap);
  return {
    'cpu-manager-policy': kubelet.cpuManagerPolicy,
    ...(options.length > 0 && { 'cpu-manager-policy-options': options }),
    'topology-manager-policy': kubelet.topologyManagerPolicy,
    'reserved-cpus': kubelet.reservedSystemCPUs,
    'kube-reserved': kubelet.kubeReserved,
    'system-reserved': kubelet.systemReserved,
  };
}

/**
 * What K3s and RKE2 have in common: config.yaml is their command line as flat YAML, one file for the first server, one for
 * further servers, one per pool of agents. Keys of servers stop an agent, so agents get only their own.
 *
 * Labels that tell a node's zone are not among `node-label`: these go to the kubelet, which refuses protected ones and does
 * not start. Labels and taints count only when a node registers for the first time.
 */
import { isMap } from '../../../lib/is-map.ts';
import type { Problem } from '../../../lib/problem.ts';
import { unique } from '../../../lib/sort.ts';
import { ref } from '../../../model/index.ts';
import type { EmittedFile } from '../../define.ts';
import type { ClusterIr } from '../../ir.ts';
import { formatTaint, joinHostPort, type PoolIr } from '../../lower/cluster.ts';
import { causes } from '../../provenance.ts';
import { type ConfigMap, type ConfigValue, installsPlugin, printConfig } from '../config-yaml.ts';
import { exclusiveCpuArgs } from './exclusive-cpus.ts';
import { checkPodRanges, dnsAddresses, nodeMaskArgs } from './ranges.ts';

export interface RancherFlavour {
  readonly id: 'k3s' | 'rke2';
  readonly label: string;
  /** The port on which servers take new nodes. */
  readonly joinPort: (ir: ClusterIr) => number;
  /** Settings that have to be equal on all servers, beside the ranges. */
  readonly server: (ir: ClusterIr) => ConfigMap;
  /** False where the network plugin is installed by hand. */
  readonly bringsPlugin: (ir: ClusterIr) => boolean;
  /** Only on the first of several servers. */
  readonly firstOfSeveral: ConfigMap;
  /** Keys of `platform` that go into the files of servers and agents alike. */
  readonly everywhere: readonly string[];
}

const addressPlaceholder = 'REPLACE_ME_SERVER_ADDRESS';
const tokenPlaceholder = 'REPLACE_ME_TOKEN';

export function rancherFiles(ir: ClusterIr, flavour: RancherFlavour): { files: EmittedFile[]; problems: Problem[] } {
  const because = causes([ref('cluster', ir.id)], poolRefs(ir));
  const target = `/etc/rancher/${flavour.id}/config.yaml`;
  const severalServers = ir.nodes.controlPlaneCount > 1;
  const servers = serverConfig(ir, flavour);
  const files: EmittedFile[] = [
    {
      path: `cluster/${flavour.id}/server.yaml`,
      text: printConfig(
        [{ ...(severalServers && flavour.firstOfSeveral), ...servers }],
        [
          `${target} of the first server of ${ir.id}. Choose a token of your own.`,
          'Address ranges and the network plugin cannot be changed after its first start.',
          ...(flavour.bringsPlugin(ir) ? [] : [installsPlugin(ir.cluster.cni?.name)]),
        ],
      ),
      causes: because,
    },
  ];
  if (severalServers) {
    files.push({
      path: `cluster/${flavour.id}/join-server.yaml`,
      text: printConfig(
        [{ server: serverUrl(ir, flavour), ...servers }],
        [`${target} of the other servers of ${ir.id}, with the token of the first.`],
      ),
      causes: because,
    });
  }
  for (const pool of ir.nodes.pools) {
    files.push({
      path: `cluster/${flavour.id}/agent/${pool.name}.yaml`,
      text: printConfig(
        [agentConfig(ir, flavour, pool)],
        [
          `${target} of every node of pool ${pool.name} (zone ${pool.zone}), with the token of the first server.`,
          'Labels and taints count when the node joins for the first time; later changes are made with kubectl.',
        ],
      ),
      causes: pool.causes,
    });
  }
  return { files, problems: [...checkPodRanges(ir), ...checkPlatform(ir, flavour), ...placeholders(ir, flavour)] };
}

function serverConfig(ir: ClusterIr, flavour: RancherFlavour): ConfigMap {
  const { pods = [], services = [] } = ir.cluster.networks ?? {};
  const dns = dnsAddresses(ir);
  const api = ir.cluster.api?.address;
  return withRancherPlatform([everywhere(ir, flavour), ir.cluster.platform?.server], {
    token: tokenPlaceholder,
    ...(api !== undefined && { 'tls-san': [api] }),
    ...(pods.length > 0 && { 'cluster-cidr': pods.join(',') }),
    ...(services.length > 0 && { 'service-cidr': services.join(',') }),
    ...(dns.length > 0 && { 'cluster-dns': dns.join(',') }),
    ...engineOf(ir),
    ...flavour.server(ir),
    // Servers run pods unless something keeps them away; the add-ons tolerate this taint.
    ...(ir.nodes.pools.length > 0 && { 'node-taint': ['node-role.kubernetes.io/control-plane:NoSchedule'] }),
    'kube-apiserver-arg': [`enable-admission-plugins=${ir.nodes.admissionPlugins.join(',')}`],
    ...(nodeMaskArgs(ir).length > 0 && { 'kube-controller-manager-arg': args(nodeMaskArgs(ir)) }),
  });
}

function agentConfig(ir: ClusterIr, flavour: RancherFlavour, pool: PoolIr): ConfigMap {
  const labels = Object.entries(pool.labels).map(([k, v]) => `${k}=${v}`);
  return withRancherPlatform([everywhere(ir, flavour), ir.cluster.platform?.agent], {
    server: serverUrl(ir, flavour),
    token: tokenPlaceholder,
    ...engineOf(ir),
    ...(labels.length > 0 && { 'node-label': labels }),
    ...(pool.taints.length > 0 && { 'node-taint': pool.taints.map(formatTaint) }),
    ...(pool.exclusiveCpus && { 'kubelet-arg': args(exclusiveCpuArgs(ir)) }),
  });
}

/** An engine of the host instead of the containerd that is built in. */
function engineOf(ir: ClusterIr): ConfigMap {
  return ir.nodes.engine.name === 'containerd' ? {} : { 'container-runtime-endpoint': ir.nodes.engine.criSocket };
}

function args(list: ReadonlyArray<{ readonly name: string; readonly value: string }>): string[] {
  return list.map((a) => `${a.name}=${a.value}`);
}

function serverUrl(ir: ClusterIr, flavour: RancherFlavour): string {
  return `https://${joinHostPort(ir.cluster.api?.address ?? addressPlaceholder, flavour.joinPort(ir))}`;
}

function everywhere(ir: ClusterIr, flavour: RancherFlavour): ConfigMap {
  const platform = ir.cluster.platform ?? {};
  return Object.fromEntries(
    flavour.everywhere.filter((key) => key in platform).map((key) => [key, platform[key] as ConfigValue]),
  );
}

/**
 * What is passed through, with ours on top. Lists are joined, since each entry is an argument of its own: an argument
 * `name=value` of ours takes the place of theirs with that name.
 */
function withRancherPlatform(layers: readonly unknown[], ours: ConfigMap): ConfigMap {
  const merged: Record<string, ConfigValue | undefined> = {};
  for (const layer of [...layers, ours]) {
    if (!isMap(layer)) continue;
    for (const [key, value] of Object.entries(layer)) merged[key] = joined(key, merged[key], value as ConfigValue);
  }
  return merged;
}

function joined(key: string, theirs: ConfigValue | undefined, ours: ConfigValue): ConfigValue {
  if (!isTexts(theirs) || !isTexts(ours)) return ours;
  if (!key.endsWith('-arg')) return unique([...ours, ...theirs]);
  const taken = new Set(ours.map(argumentName));
  return [...ours, ...theirs.filter((t) => !taken.has(argumentName(t)))];
}

function argumentName(argument: string): string {
  return argument.split('=')[0] ?? '';
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((v) => typeof v === 'string');
}

function poolRefs(ir: ClusterIr) {
  return ir.nodes.pools.map((p) => ref('pool', p.id));
}

function checkPlatform(ir: ClusterIr, flavour: RancherFlavour): Problem[] {
  const known = ['agent', 'reservedSystemCPUs', 'server', ...flavour.everywhere];
  return Object.keys(ir.cluster.platform ?? {})
    .filter((key) => !known.includes(key))
    .map((key) => ({
      rule: 'compile/platform-key',
      severity: 'warning',
      message: `Cluster “${ir.id}” passes “${key}” through, and ${flavour.label} has different settings for servers and agents, so it is not clear where it belongs. It is not exported. Put it below platform.server or platform.agent.`,
      subject: { kind: 'cluster', id: ir.id },
      path: ['clusters', ir.id, 'platform', key],
      fixable: false,
    }));
}

function placeholders(ir: ClusterIr, flavour: RancherFlavour): Problem[] {
  const base = { rule: 'compile/placeholder', subject: { kind: 'cluster', id: ir.id }, fixable: false };
  const problems: Problem[] = [
    {
      ...base,
      severity: 'info',
      message: `The ${flavour.label} files of cluster “${ir.id}” hold “${tokenPlaceholder}”. Secrets never stand in a design; fill it in on each node.`,
      path: ['clusters', ir.id],
    },
  ];
  if (ir.cluster.api === undefined && (ir.nodes.pools.length > 0 || ir.nodes.controlPlaneCount > 1)) {
    problems.push({
      ...base,
      severity: 'warning',
      message: `Cluster “${ir.id}” has no API address, so nodes cannot find its first server. Its ${flavour.label} files hold “${addressPlaceholder}” instead. Give the cluster an API address.`,
      path: ['clusters', ir.id, 'api'],
    });
  }
  return problems;
}

/**
 * Amazon EKS: a ClusterConfig of eksctl (v1alpha5) with a node group per pool. Labels of node groups are set by kubelets, so
 * the protected ones are left to nodes/steps.md. Source: eksctl pkg/apis/eksctl.io/v1alpha5.
 */

import { cniInfo } from '../../../catalog/index.ts';
import { contains, parseCidr } from '../../../lib/ip.ts';
import { isMap } from '../../../lib/is-map.ts';
import type { Problem } from '../../../lib/problem.ts';
import { ref } from '../../../model/index.ts';
import type { CoverageNote } from '../../bundle.ts';
import type { Emitter } from '../../define.ts';
import type { ClusterIr } from '../../ir.ts';
import type { PoolIr } from '../../lower/cluster.ts';
import { causes } from '../../provenance.ts';
import { type ConfigMap, printConfig, withPlatform } from '../config-yaml.ts';
import { thinPool } from '../node/containerd.ts';
import { addedRuntimes, amazonLinux, givenGroup, nodeSetup, setupFields } from './eksctl-nodes.ts';

const regionPlaceholder = 'REPLACE_ME_REGION';

export const eksctl: Emitter = {
  id: 'cluster/eksctl',
  docs: {
    title: 'Amazon EKS',
    formats: ['eksctl.io/v1alpha5 ClusterConfig'],
    files: ['cluster/eksctl.yaml'],
    covers:
      'A node group per pool with its taints and labels, handlers of runtimes (Amazon Linux 2023), exclusive CPUs (also Bottlerocket), Service range, network of the nodes, enforcement in Amazon’s network plugin.',
    limits:
      'Protected labels, which nodes/steps.md sets; binaries of runtimes; runtimes on Bottlerocket, which takes none; admission plugins; other network plugins.',
    platform:
      '`region`; `managedNodeGroups`, or `nodeGroups` that EKS does not manage, by the name of a pool; any other field of ClusterConfig.',
  },
  applies: (ir) => ir.cluster.distribution === 'eks',
  emit: (ir) => {
    const {
      region: _r,
      managedNodeGroups: _m,
      nodeGroups: _n,
      reservedSystemCPUs: _c,
      ...platform
    } = ir.cluster.platform ?? {};
    return {
      files: [
        {
          path: 'cluster/eksctl.yaml',
          text: printConfig(
            [withPlatform(platform, clusterConfig(ir))],
            ['eksctl create cluster --config-file eksctl.yaml'],
          ),
          causes: causes([ref('cluster', ir.id)], ...ir.nodes.pools.map((p) => p.causes)),
        },
      ],
      problems: problemsOf(ir),
      coverage: coverageOf(ir),
    };
  },
};

function clusterConfig(ir: ClusterIr): ConfigMap {
  const { services = [], nodes = [] } = ir.cluster.networks ?? {};
  const services4 = services.find((s) => parseCidr(s)?.family === 4);
  const isIpv6 = isIpv6Cluster(ir);
  const vpc = nodes.find((n) => parseCidr(n)?.family === 4);
  const hasVpc = ir.cluster.platform?.vpc !== undefined;
  return {
    apiVersion: 'eksctl.io/v1alpha5',
    kind: 'ClusterConfig',
    metadata: { name: ir.id, region: regionOf(ir) ?? regionPlaceholder, version: minorOf(ir.cluster.version) },
    ...(isIpv6
      ? { kubernetesNetworkConfig: { ipFamily: 'IPv6' } }
      : services4 !== undefined && { kubernetesNetworkConfig: { serviceIPv4CIDR: services4 } }),
    // Pods have addresses of the network of their nodes. A network that is already there is passed through.
    ...(vpc !== undefined && !hasVpc && { vpc: { cidr: vpc } }),
    // An IPv6 cluster needs roles by service account.
    ...(isIpv6 && { iam: { withOIDC: true } }),
    ...addons(ir),
    ...groupsIn(ir, 'managedNodeGroups'),
    ...groupsIn(ir, 'nodeGroups'),
  };
}

/** All pods of the cluster ask this DNS; where every node has a taint of a zone it would find no node. */
function coreDns(ir: ClusterIr): ConfigMap {
  if (!ir.spansZones) return { name: 'coredns' };
  const tolerations = [
    // A list replaces the one of the add-on, so its own stand here too.
    { key: 'CriticalAddonsOnly', operator: 'Exists' },
    { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
    { key: ir.zoneLabel, operator: 'Exists' },
  ];
  return { name: 'coredns', configurationValues: JSON.stringify({ tolerations }) };
}

function addons(ir: ClusterIr): ConfigMap {
  const others: ConfigMap[] = [coreDns(ir), { name: 'kube-proxy' }];
  if (cniOf(ir) === 'aws-vpc-cni') {
    // Without this the plugin accepts policies and enforces none.
    return { addons: [{ name: 'vpc-cni', configurationValues: '{"enableNetworkPolicy":"true"}' }, ...others] };
  }
  return { addonsConfig: { disableDefaultAddons: true }, addons: others };
}

function groupsIn(ir: ClusterIr, section: 'managedNodeGroups' | 'nodeGroups'): ConfigMap {
  const pools = ir.nodes.pools.filter((pool) => givenGroup(ir, pool).section === section);
  return pools.length === 0 ? {} : { [section]: pools.map((pool) => nodeGroup(ir, pool)) };
}

function nodeGroup(ir: ClusterIr, pool: PoolIr): ConfigMap {
  return withPlatform(givenGroup(ir, pool).fields, {
    name: pool.name,
    desiredCapacity: pool.nodes,
    minSize: pool.nodes,
    // A group has to have room for one node at least.
    maxSize: Math.max(1, pool.nodes),
    privateNetworking: true,
    ...setupFields(ir, pool),
    ...(Object.keys(pool.labels).length > 0 && { labels: pool.labels }),
    ...(pool.taints.length > 0 && {
      taints: pool.taints.map(
        (t): ConfigMap => ({ key: t.key, ...(t.value !== undefined && { value: t.value }), effect: t.effect }),
      ),
    }),
  });
}

function problemsOf(ir: ClusterIr): Problem[] {
  const problems: Problem[] = [];
  const base = { subject: { kind: 'cluster', id: ir.id }, severity: 'warning', fixable: false } as const;
  if (regionOf(ir) === undefined) {
    problems.push({
      ...base,
      rule: 'compile/placeholder',
      message: `Cluster “${ir.id}” names no region, so its eksctl file holds “${regionPlaceholder}”. Set platform.region, such as eu-central-1.`,
      path: ['clusters', ir.id, 'platform'],
    });
  }
  if (isIpv6Cluster(ir) && cniOf(ir) !== 'aws-vpc-cni') {
    problems.push({
      ...base,
      severity: 'error',
      rule: 'compile/cluster-range',
      message: `Cluster “${ir.id}” has only IPv6 ranges and the network plugin “${cniOf(ir)}”. EKS has IPv6 only with Amazon’s own plugin, so eksctl refuses the file. Use aws-vpc-cni, or IPv4 ranges.`,
      path: ['clusters', ir.id, 'cni'],
    });
  }
  problems.push(
    ...podRangeProblems(ir),
    ...ir.nodes.pools.flatMap((pool) => [...instanceProblem(ir, pool), ...runtimeProblems(ir, pool)]),
  );
  const names = new Set(ir.nodes.pools.map((p) => p.name));
  for (const section of ['managedNodeGroups', 'nodeGroups']) {
    const groups = ir.cluster.platform?.[section];
    for (const group of Array.isArray(groups) ? groups : []) {
      if (isMap(group) && typeof group.name === 'string' && names.has(group.name)) continue;
      problems.push({
        ...base,
        rule: 'compile/platform-key',
        message: `Cluster “${ir.id}” passes a node group through that is none of its pools, so nothing would say its zone. It is not exported. Name a pool of the cluster, or draw one.`,
        path: ['clusters', ir.id, 'platform', section],
      });
    }
  }
  return problems;
}

function runtimeProblems(ir: ClusterIr, pool: PoolIr): Problem[] {
  const problems: Problem[] = [];
  const runtimes = addedRuntimes(ir, pool, problems);
  const setup = nodeSetup(ir, pool);
  if (setup === 'nodeadm' && runtimes.some((r) => r.info?.needs.includes('devmapper')))
    problems.push(thinPool(ir, pool));
  if (setup === 'bottlerocket' && runtimes.length > 0)
    problems.push({
      rule: 'compile/runtime-not-on-engine',
      severity: 'error',
      message: `Pool “${pool.name}” of cluster “${ir.id}” is to run ${runtimes.map((r) => `“${r.id}”`).join(', ')} on Bottlerocket, which takes no runtime beside its own. Their pods would not start. Use ${amazonLinux}, or take them off the pool.`,
      subject: { kind: 'pool', id: pool.id },
      path: ['clusters', ir.id, 'pools', pool.name, 'runtimes'],
      fixable: false,
    });
  return problems;
}

/** Custom networking gives pods other subnets, which this file does not set up. */
function podRangeProblems(ir: ClusterIr): Problem[] {
  const { pods = [], nodes = [] } = ir.cluster.networks ?? {};
  if (cniInfo(cniOf(ir))?.podsAmongNodes !== true || nodes.length === 0) return [];
  const around = nodes.flatMap((n) => parseCidr(n) ?? []);
  return pods.flatMap((text, i) => {
    const range = parseCidr(text);
    if (range === undefined || range.family === 6 || around.some((n) => contains(n, range))) return [];
    return [
      {
        rule: 'compile/cluster-range',
        severity: 'warning',
        message: `The pod range ${text} of cluster “${ir.id}” is not in the network of its nodes, and Amazon’s plugin gives pods addresses of that network. Policies and firewall rows that name the range would not know these pods. Name the subnets that pods are in, or set custom networking up.`,
        subject: { kind: 'cluster', id: ir.id },
        path: ['clusters', ir.id, 'networks', 'pods', i],
        fixable: false,
      },
    ];
  });
}

function instanceProblem(ir: ClusterIr, pool: PoolIr): Problem[] {
  const { section, fields } = givenGroup(ir, pool);
  const { instanceType, instanceTypes, instanceSelector, launchTemplate, instancesDistribution } = fields;
  if (
    [instanceType, instanceTypes, instanceSelector, launchTemplate, instancesDistribution].some((v) => v !== undefined)
  )
    return [];
  const needsKvm = pool.runtimes.some((r) => r.info?.needs.includes('kvm'));
  return [
    {
      rule: 'compile/instance-type',
      severity: needsKvm ? 'warning' : 'info',
      message: `Pool “${pool.name}” of cluster “${ir.id}” names no instance type, so eksctl takes its own, m5.large${needsKvm ? ', which has no /dev/kvm for the runtimes of the pool' : ''}. Set ${section === 'nodeGroups' ? 'instanceType' : 'instanceTypes'} in platform.${section}, under the name of the pool.`,
      subject: { kind: 'pool', id: pool.id },
      path: ['clusters', ir.id, 'platform', section],
      fixable: false,
    },
  ];
}

function coverageOf(ir: ClusterIr): CoverageNote[] {
  const note = (subject: string, text: string): CoverageNote => ({
    cluster: ir.id,
    state: 'not-enforced',
    subject,
    text,
  });
  return [
    ...(cniOf(ir) === 'aws-vpc-cni'
      ? []
      : [
          note(
            'Network plugin',
            `The configuration leaves Amazon’s network plugin out. Install ${cniOf(ir)} before nodes can become ready; until then nothing is enforced.`,
          ),
        ]),
    ...ir.nodes.pools.flatMap((pool) => {
      const setup = nodeSetup(ir, pool);
      const runtimes = addedRuntimes(ir, pool);
      const named = runtimes.map((r) => `${r.id} (handler ${r.handler})`).join(', ');
      return [
        ...(pool.exclusiveCpus && setup === 'own'
          ? [
              note(
                `CPU manager of pool “${pool.name}”`,
                `${passedThrough}: its kubelet has to have cpuManagerPolicy static, CPUs reserved for the system, and topologyManagerPolicy best-effort. Without them, with amiFamily ${amazonLinux} or Bottlerocket, the export sets it.`,
              ),
            ]
          : []),
        ...(runtimes.length > 0 && setup === 'own'
          ? [
              note(
                `Runtimes of pool “${pool.name}”`,
                `${passedThrough}: ${named}. Without them, with amiFamily ${amazonLinux}, the export sets the handlers up.`,
              ),
            ]
          : []),
        ...(runtimes.length > 0 && setup === 'nodeadm'
          ? [
              note(
                `Runtimes of pool “${pool.name}”`,
                `The node group sets up ${named}, and brings no binaries: use an image that has them, or install them by preBootstrapCommands of the group. Pods of a runtime that is missing do not start.`,
              ),
            ]
          : []),
      ];
    }),
  ];
}

const passedThrough =
  'The design passes an image family, a launch template or an overrideBootstrapCommand of its own through, and only that can set it up';

function cniOf(ir: ClusterIr): string {
  return ir.cluster.cni?.name ?? ir.nodes.distribution.defaultCni ?? '';
}

function isIpv6Cluster(ir: ClusterIr): boolean {
  const { pods = [], services = [] } = ir.cluster.networks ?? {};
  const all = [...pods, ...services];
  return all.length > 0 && all.every((c) => parseCidr(c)?.family === 6);
}

function regionOf(ir: ClusterIr): string | undefined {
  const region = ir.cluster.platform?.region;
  return typeof region === 'string' && region !== '' ? region : undefined;
}

/** EKS knows minor versions only. */
function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

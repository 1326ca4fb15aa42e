/**
 * The nodes of one cluster: its control plane, engine and pools, with the taints, labels and runtimes that each pool's
 * configuration needs. Formats (kubeadm, kind, containerd) are the emitters' business.
 */
import {
  type ContainerdConfig,
  containerdConfig,
  type DistributionInfo,
  distributionInfo,
  type EngineInfo,
  engineInfo,
  fullKubernetesVersion,
  isAtLeastVersion,
  kubernetesHas,
  type RuntimeInfo,
} from '../../catalog/index.ts';
import type { Problem } from '../../lib/problem.ts';
import { sortBy, sortedEntries, unique } from '../../lib/sort.ts';
import { type Distribution, type PoolEntry, type Ref, ref } from '../../model/index.ts';
import type { CoverageNote } from '../bundle.ts';
import { causes } from '../provenance.ts';
import { type ClusterScope, type Lowered, nodeZoneLabel } from '../scope.ts';
import { egressGroups, egressKind } from './egress.ts';
import { builtinRuntime, handlerOf, poolHasRuntime, runtimeLabel, usableRuntime } from './runtime.ts';

export interface TaintIr {
  readonly key: string;
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** A runtime to be set up on a pool's nodes. */
export interface NodeRuntimeIr {
  readonly id: string;
  readonly handler: string;
  /** Absent for a runtime that the catalogue does not know: its node configuration has to be written by hand. */
  readonly info?: RuntimeInfo;
}

export interface PoolIr {
  /** `cluster/pool`. */
  readonly id: string;
  /** Its id in the cluster. */
  readonly name: string;
  readonly zone: string;
  /** How many nodes. */
  readonly nodes: number;
  /** The zone's taint first (only where the cluster spans zones), then the pool's own. */
  readonly taints: readonly TaintIr[];
  /** Labels that a kubelet may give itself. */
  readonly labels: Readonly<Record<string, string>>;
  /** Labels that only an administrator can set: the zone, the runtimes, and reserved keys of the design. */
  readonly protectedLabels: Readonly<Record<string, string>>;
  /** What the pool's engine has to be configured for, sorted by id; the engine's own default is not among them. */
  readonly runtimes: readonly NodeRuntimeIr[];
  /**
   * True where its engine needs a drop-in: where it runs more than the engine's own runtime, and always where nobody else
   * configures the engine (kubeadm, Cluster API).
   */
  readonly needsDropIn: boolean;
  /** True where its zone asks for exclusive CPUs. */
  readonly exclusiveCpus: boolean;
  readonly causes: readonly Ref[];
}

export interface NodesIr {
  readonly distribution: DistributionInfo;
  /** With a `v` and a patch: `v1.37.1`. */
  readonly kubernetesVersion: string;
  readonly engine: EngineInfo;
  /** As the design has it. */
  readonly engineVersion?: string;
  /** The service that is restarted after a change of the engine's configuration. */
  readonly engineService: string;
  /** For containerd only. */
  readonly containerd?: ContainerdConfig;
  /** Sorted by id. */
  readonly pools: readonly PoolIr[];
  readonly controlPlaneCount: number;
  /** `10.1.0.10:6443`, IPv6 in brackets; absent where the design does not say. */
  readonly apiEndpoint?: string;
  /** CPUs that pools with exclusive CPUs keep for the system, such as `0-1,8`; absent where the design names none. */
  readonly reservedCpus?: string;
  /** Plugins beside the defaults of Kubernetes: those that the configuration switches on, or that the distribution has. */
  readonly admissionPlugins: readonly string[];
  /** True where a file of this export configures the cluster. */
  readonly configured: boolean;
  /** True where that file also sets labels and taints of each pool. */
  readonly configuresPools: boolean;
}

/** Distributions whose configuration names the version with its patch release. */
const namesThePatch: ReadonlySet<Distribution> = new Set(['kubeadm', 'kind', 'capi']);

export function lowerCluster(scope: ClusterScope): Lowered<NodesIr> {
  const { cluster } = scope;
  const problems: Problem[] = [];
  const distribution = distributionInfo(cluster.distribution);
  const configured = distribution.config !== undefined;
  const engine = engineInfo(cluster.engine?.name ?? distribution.defaultEngine);
  const engineVersion = cluster.engine?.version;
  const containerd = engine.name === 'containerd' ? containerdOf(scope, engineVersion, problems) : undefined;
  const version = fullKubernetesVersion(cluster.version);
  if (namesThePatch.has(cluster.distribution) && version.assumedPatch) {
    problems.push(
      clusterProblem(
        scope,
        'compile/patch-release',
        'info',
        `Cluster “${scope.id}” says Kubernetes “${cluster.version}” without a patch release; its configuration says ${version.text}, which always exists but is not the newest. Name the patch release, such as "${cluster.version}.1".`,
        'version',
      ),
    );
  }
  const pools = scope.lookup.poolsOf(scope.id).map((pool) => lowerPool(scope, pool, problems));
  const part: NodesIr = {
    distribution,
    kubernetesVersion: version.text,
    engine,
    ...(engineVersion !== undefined && { engineVersion }),
    // K3s and RKE2 run containerd inside their own agent.
    engineService:
      engine.name === 'containerd' && (distribution.id === 'k3s' || distribution.id === 'rke2')
        ? `${distribution.id}-agent`
        : engine.service,
    ...(containerd !== undefined && { containerd }),
    pools: sortBy(pools, (p) => p.name),
    controlPlaneCount: cluster.controlPlane?.count ?? 1,
    ...(cluster.api !== undefined && { apiEndpoint: joinHostPort(cluster.api.address, cluster.api.port ?? 6443) }),
    ...reservedCpus(scope, problems),
    admissionPlugins: configured && distribution.admissionPlugins ? pluginsOf(scope) : (distribution.ownPlugins ?? []),
    configured,
    // The installer of OpenShift knows one pool of workers, and no taints.
    configuresPools: configured && cluster.distribution !== 'openshift',
  };
  return { part, problems, coverage: coverageOf(scope, part) };
}

/** What does not run on the control plane there, and where its tolerations are set. */
const systemPods: Partial<Record<Distribution, string>> = {
  openshift:
    'the routers (IngressController, spec.nodePlacement), the registry (configs.imageregistry.operator.openshift.io, spec.tolerations) and monitoring (ConfigMap cluster-monitoring-config)',
  eks: 'add-ons beside CoreDNS, to which the configuration gives one (configurationValues)',
};

/** `host:port`, with brackets around an IPv6 address. */
export function joinHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** `key=value:Effect`, as kubectl and kubelets write it. */
export function formatTaint(taint: TaintIr): string {
  return `${taint.key}${taint.value === undefined || taint.value === '' ? '' : `=${taint.value}`}:${taint.effect}`;
}

/** The machine config pool of a node pool on OpenShift; `worker` and `master` are taken. */
export function machineConfigPool(pool: string): string {
  return `pool-${pool}`;
}

function lowerPool(scope: ClusterScope, pool: PoolEntry, problems: Problem[]): PoolIr {
  const own = pool.taints ?? [];
  const distribution = distributionInfo(scope.cluster.distribution);
  const zoneTaint: TaintIr = { key: scope.zoneLabel, value: pool.zone, effect: 'NoSchedule' };
  // A pool that repeats or redefines the zone's taint would make nodes of two zones look alike.
  const taints = scope.spansZones ? [zoneTaint, ...own.filter((t) => t.key !== scope.zoneLabel)] : own;
  if (scope.spansZones && own.some((t) => t.key === scope.zoneLabel)) {
    problems.push({
      rule: 'compile/taint-of-the-zone',
      severity: 'warning',
      message: `Pool “${pool.poolId}” of cluster “${scope.id}” has a taint of its own with the key ${scope.zoneLabel}, which tells the zone of a node. Only the taint of its zone “${pool.zone}” is exported. Remove it from the pool, or use another key.`,
      subject: { kind: 'pool', id: pool.id },
      path: ['clusters', scope.id, 'pools', pool.poolId, 'taints'],
      fixable: false,
    });
  }
  const labels: Record<string, string> = {};
  const protectedLabels: Record<string, string> = {};
  for (const [key, value] of sortedEntries(pool.labels)) (isSelfSettable(key) ? labels : protectedLabels)[key] = value;
  protectedLabels[nodeZoneLabel] = pool.zone;
  const exclusiveCpus = scope.lookup.get('zone', pool.zone)?.cpu === 'exclusive';
  const runtimes: NodeRuntimeIr[] = [];
  const inUse = unique([...(pool.runtimes ?? []), ...Object.keys(scope.lookup.topology.runtimes ?? {})]);
  for (const id of sortBy(inUse, (i) => i)) {
    const usable = usableRuntime(scope, id);
    if (usable === undefined || !poolHasRuntime(scope, pool, id)) continue;
    protectedLabels[runtimeLabel(id)] = 'true';
    if (!(pool.runtimes ?? []).includes(id)) continue;
    runtimes.push({ id, handler: handlerOf(usable.record), ...(usable.info && { info: usable.info }) });
    if (usable.info?.needs.includes('kvm') && pool.kvm !== true) {
      problems.push({
        rule: 'compile/pool-without-kvm',
        severity: 'warning',
        message: `Pool “${pool.poolId}” of cluster “${scope.id}” is to run “${id}”, which needs /dev/kvm, but the pool does not say that its nodes offer it. Pods would be scheduled there and not start. Use nodes with virtualisation and set kvm: true, or take the runtime off the pool.`,
        subject: { kind: 'pool', id: pool.id },
        path: ['clusters', scope.id, 'pools', pool.poolId, 'kvm'],
        fixable: false,
      });
    }
  }
  const needsDropIn =
    distribution.ownNodes &&
    distribution.id !== 'kind' &&
    (distribution.id === 'kubeadm' ||
      distribution.id === 'capi' ||
      runtimes.some((r) => r.info?.id !== builtinRuntime(scope)));
  // Its operator tells the nodes of a pool by their role.
  if (distribution.id === 'openshift' && (exclusiveCpus || needsDropIn))
    protectedLabels[`node-role.kubernetes.io/${machineConfigPool(pool.poolId)}`] = '';
  const zone = scope.lookup.get('zone', pool.zone);
  return {
    id: pool.id,
    name: pool.poolId,
    zone: pool.zone,
    nodes: pool.nodes,
    taints,
    labels,
    protectedLabels: Object.fromEntries(sortedEntries(protectedLabels)),
    runtimes,
    needsDropIn,
    exclusiveCpus,
    causes: causes(
      [ref('pool', pool.id), ref('cluster', scope.id)],
      zone === undefined ? [] : [ref('zone', pool.zone)],
      runtimes.map((r) => ref('runtime', r.id)),
    ),
  };
}

function containerdOf(
  scope: ClusterScope,
  version: string | undefined,
  problems: Problem[],
): ContainerdConfig | undefined {
  const config = containerdConfig(version, distributionInfo(scope.cluster.distribution).containerdMainFile);
  if (config === undefined) {
    problems.push(
      clusterProblem(
        scope,
        'compile/engine-version',
        'error',
        `Cluster “${scope.id}” says containerd “${version}”, which is no version that can be configured. No configuration of its engine is exported. Write it like "2.3".`,
        'engine',
      ),
    );
    return undefined;
  }
  if (config.version === 2 && kubernetesHas(scope.cluster.version, 'needsContainerd2')) {
    problems.push(
      clusterProblem(
        scope,
        'compile/engine-too-old',
        'warning',
        `Cluster “${scope.id}” runs Kubernetes ${scope.cluster.version} on containerd ${version}. Kubernetes 1.35 is the last that works with containerd 1.x, so its kubelets will not start. Use containerd 2.2 or newer.`,
        'engine',
      ),
    );
  }
  return config;
}

/** The format of Linux' lists of CPUs, which the kubelet reads. */
const cpuList = /^\d+(-\d+)?(,\d+(-\d+)?)*$/;

function reservedCpus(scope: ClusterScope, problems: Problem[]): Pick<NodesIr, 'reservedCpus'> {
  const given = scope.cluster.platform?.reservedSystemCPUs;
  if (given === undefined) return {};
  // A single CPU is a number in YAML.
  const list = typeof given === 'number' ? String(given) : given;
  if (typeof list === 'string' && cpuList.test(list)) return { reservedCpus: list };
  problems.push(
    clusterProblem(
      scope,
      'compile/reserved-cpus',
      'warning',
      `Cluster “${scope.id}” reserves the CPUs ${JSON.stringify(given)}, which is no list of CPUs, so kubelets with it would not start. One CPU in two halves is reserved instead. Write it like "0-1,8".`,
      'platform',
    ),
  );
  return {};
}

/**
 * DenyServiceExternalIPs closes a way to take over addresses. Where zones share the cluster, PodNodeSelector and
 * PodTolerationRestriction let annotations of a namespace pin its pods to their zone on every version.
 */
function pluginsOf(scope: ClusterScope): string[] {
  return [
    'DenyServiceExternalIPs',
    'NodeRestriction',
    ...(scope.spansZones ? ['PodNodeSelector', 'PodTolerationRestriction'] : []),
  ];
}

/** The kubelet refuses to start with any other label of Kubernetes' own domains, those of NodeRestriction among them. */
function isSelfSettable(key: string): boolean {
  const domain = key.includes('/') ? (key.split('/')[0] ?? '') : '';
  if (!/(^|\.)(kubernetes|k8s)\.io$/.test(domain)) return true;
  if (/(^|\.)(kubelet|node)\.kubernetes\.io$/.test(domain)) return true;
  return [
    'kubernetes.io/hostname',
    'kubernetes.io/os',
    'kubernetes.io/arch',
    'topology.kubernetes.io/zone',
    'topology.kubernetes.io/region',
  ].includes(key);
}

function coverageOf(scope: ClusterScope, nodes: NodesIr): CoverageNote[] {
  const notes: CoverageNote[] = [];
  const kind = egressKind(scope.cluster, nodes.distribution.defaultCni);
  const note = (state: CoverageNote['state'], subject: string, text: string): void => {
    notes.push({ cluster: scope.id, state, subject, text });
  };
  const tainted = nodes.pools.filter((p) => p.taints.length > 0);
  const taints = tainted.map((p) => `${p.name}: ${p.taints.map(formatTaint).join(', ')}`).join('; ');
  if (nodes.configuresPools) {
    if (scope.spansZones && tainted.length > 0) {
      note(
        'enforced',
        'Taints of the node pools',
        `Every pool’s configuration taints its nodes for their zone (${taints}).`,
      );
    }
  } else if (nodes.configured) {
    if (tainted.length > 0) {
      note(
        'not-enforced',
        'Taints of the node pools',
        `The configuration of ${nodes.distribution.label} sets no taints (${taints}). Pods of other zones are repelled only once an administrator has set them as nodes/steps.md says.`,
      );
    }
  } else {
    note(
      'not-enforced',
      'Cluster configuration',
      `The provider makes this cluster, so only manifests are exported.${taints === '' ? '' : ` Set these taints in its node pools: ${taints}.`} nodes/steps.md has the labels.`,
    );
  }
  // Cluster API sets them itself.
  if (nodes.pools.length > 0 && scope.cluster.distribution !== 'capi') {
    note(
      'not-enforced',
      'Node labels',
      'Labels that tell zone and runtimes of a node are protected from its kubelet, so an administrator sets them: follow nodes/steps.md for every node, also for nodes that join later.',
    );
  }
  if (kind === undefined && egressGroups(scope).length > 0) {
    const cni = scope.cluster.cni?.name ?? nodes.distribution.defaultCni ?? 'none is named';
    note(
      'not-enforced',
      'Egress addresses',
      `The network plugin (${cni}) has no kind for them${cni === 'calico' ? ' in its open-source edition' : ''}, so the router or NAT gateway in front of the nodes has to translate: ${egressGroups(
        scope,
      )
        .map((g) => `${g.namespaces.join(', ')} to ${g.addresses.join(', ')}`)
        .join('; ')}. It knows nodes and not pods, so only pools with addresses of their own can be told apart there.`,
    );
  }
  for (const pool of nodes.pools.filter((p) => p.exclusiveCpus)) {
    note(
      'not-enforced',
      `CPUs of pool “${pool.name}”`,
      'Only containers of Guaranteed pods that ask for whole CPUs get CPUs of their own; where a core runs two threads, they have to ask for an even number, or the node refuses them. Caches, memory bandwidth and disks stay shared.',
    );
  }
  if (scope.spansZones) {
    note(
      'not-enforced',
      'Shared control plane',
      'The zones of this cluster share one API server, one etcd, one DNS and the network plugin’s agents. Only a cluster per zone separates these.',
    );
    if (!nodes.distribution.systemOnControlPlane)
      note(
        'not-enforced',
        'Pods of the system',
        `Every node is tainted for its zone. What comes with ${nodes.distribution.id === 'managed' ? 'the cluster' : nodes.distribution.label} and does not run on the control plane finds no node without a toleration of ${scope.zoneLabel}: ${systemPods[nodes.distribution.id] ?? 'DNS and metrics, for example'}.`,
      );
  }
  if (nodes.pools.some((p) => p.runtimes.some((r) => r.info === undefined))) {
    note(
      'not-enforced',
      'Unknown runtimes',
      'The catalogue does not know every runtime of the node pools; write the configuration of their handlers by hand.',
    );
  }
  if (nodes.engine.name === 'cri-o' && nodes.engineVersion !== undefined) {
    for (const pool of nodes.pools) {
      for (const r of pool.runtimes) {
        const since = r.info?.crio?.since;
        if (since !== undefined && isAtLeastVersion(nodes.engineVersion, since) === false) {
          note(
            'not-enforced',
            `Runtime “${r.id}”`,
            `CRI-O runs it from version ${since}; this cluster has ${nodes.engineVersion}.`,
          );
        }
      }
    }
  }
  return notes;
}

function clusterProblem(
  scope: ClusterScope,
  rule: string,
  severity: Problem['severity'],
  message: string,
  field: string,
): Problem {
  return {
    rule,
    severity,
    message,
    subject: { kind: 'cluster', id: scope.id },
    path: ['clusters', scope.id, field],
    fixable: false,
  };
}

/** What objects tell of the cluster itself: whose distribution it is, how old, and which network plugin runs in it. */
import { newestKubernetes } from '../catalog/index.ts';
import { groupOf } from '../k8s/index.ts';
import { isCidr } from '../lib/ip.ts';
import { unique } from '../lib/sort.ts';
import type { Cluster, Distribution } from '../model/index.ts';
import type { SourceObject } from '../reach/index.ts';
import { listAt, textAt, textsAt } from './objects.ts';

export interface ClusterFacts {
  readonly distribution: Distribution;
  readonly version: string;
  /** False where no node says the version. */
  readonly isVersionKnown: boolean;
  readonly cni?: { readonly name: string };
  readonly networks?: Cluster['networks'];
}

/** Daemon sets and deployments by which network plugins run; the first that is there names the plugin. */
const pluginPods: ReadonlyArray<readonly [name: RegExp, cni: string]> = [
  [/^(cilium|cilium-agent)$/, 'cilium'],
  [/^canal$/, 'canal'],
  [/^calico-node$/, 'calico'],
  [/^antrea-agent$/, 'antrea'],
  [/^ovnkube-node$/, 'ovn-kubernetes'],
  [/^kindnet$/, 'kindnet'],
  [/^kube-router$/, 'kube-router'],
  [/^weave-net$/, 'weave'],
  [/^(kube-flannel|kube-flannel-ds)/, 'flannel'],
];

/** Kinds that only one plugin enforces. */
const pluginKinds: ReadonlyArray<readonly [group: RegExp, cni: string]> = [
  [/^cilium\.io$/, 'cilium'],
  [/(^|\.)projectcalico\.org$/, 'calico'],
  [/^crd\.antrea\.io$/, 'antrea'],
  [/^k8s\.ovn\.org$/, 'ovn-kubernetes'],
];

export function factsOf(
  objects: ReadonlyMap<string, readonly SourceObject[]>,
  sources: readonly SourceObject[],
): ClusterFacts {
  const nodes = (objects.get('Node') ?? []).map((s) => s.object);
  const kubelets = nodes.flatMap((n) => textAt(n, 'status', 'nodeInfo', 'kubeletVersion') ?? []);
  const labels = nodes.flatMap((n) => Object.keys(textsAt(n, 'metadata', 'labels')));
  const version = kubelets.map((v) => /^v?(\d+\.\d+\.\d+)/.exec(v)?.[1]).find((v) => v !== undefined);
  const pods = unique(
    nodes.flatMap((n) => listAt(n, 'spec', 'podCIDRs').filter((c): c is string => typeof c === 'string' && isCidr(c))),
  );
  const networks = pods.length > 0 && pods.length <= 2 ? { pods } : undefined;
  const cni = pluginOf(sources);
  return {
    distribution: distributionOf(kubelets, labels, objects),
    version: version ?? newestKubernetes,
    isVersionKnown: version !== undefined,
    ...(cni !== undefined && { cni }),
    ...(networks !== undefined && { networks }),
  };
}

/** `managed` where nothing else shows: such a cluster gets manifests and no configuration of its own. */
function distributionOf(
  kubelets: readonly string[],
  labels: readonly string[],
  objects: ReadonlyMap<string, readonly SourceObject[]>,
): Distribution {
  const says = (pattern: RegExp) => kubelets.some((v) => pattern.test(v)) || labels.some((l) => pattern.test(l));
  if (says(/\+k3s/)) return 'k3s';
  if (says(/\+rke2/)) return 'rke2';
  if (says(/-eks-|^eks\.amazonaws\.com\//)) return 'eks';
  if (says(/^node\.openshift\.io\//) || objects.has('config.openshift.io/ClusterVersion')) return 'openshift';
  if (namesOpenShiftDns(objects)) return 'openshift';
  if (says(/-gke\.|^cloud\.google\.com\/gke|^kubernetes\.azure\.com\//)) return 'managed';
  const runtime = (objects.get('Node') ?? []).map((s) => textAt(s.object, 'spec', 'providerID') ?? '');
  if (runtime.some((id) => id.startsWith('kind://'))) return 'kind';
  if (says(/^node-role\.kubernetes\.io\/control-plane$/)) return 'kubeadm';
  return 'managed';
}

/** Policies that let pods ask the DNS of OpenShift are written for OpenShift. */
function namesOpenShiftDns(objects: ReadonlyMap<string, readonly SourceObject[]>): boolean {
  return (objects.get('networking.k8s.io/NetworkPolicy') ?? []).some(({ object }) =>
    listAt(object, 'spec', 'egress')
      .flatMap((rule) => listAt(rule, 'to'))
      .some((to) => textsAt(to, 'namespaceSelector', 'matchLabels')['kubernetes.io/metadata.name'] === 'openshift-dns'),
  );
}

function pluginOf(sources: readonly SourceObject[]): { readonly name: string } | undefined {
  const daemons = sources.filter(({ object }) => object.kind === 'DaemonSet').map(({ object }) => object.metadata.name);
  const running = pluginPods.find(([name]) => daemons.some((d) => name.test(d)));
  if (running !== undefined) return { name: running[1] };
  const groups = unique(sources.map(({ object }) => groupOf(object)));
  const spoken = pluginKinds.find(([group]) => groups.some((g) => group.test(g)));
  return spoken === undefined ? undefined : { name: spoken[1] };
}

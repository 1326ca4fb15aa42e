/** What a cluster has to have before its export can take effect, each with the command that shows it. */
import { cniInfo, distributionInfo, kubernetesFeatureSince, kubernetesHas } from '../../../catalog/index.ts';
import type { KubeObject } from '../../../k8s/index.ts';
import { sortBy, unique } from '../../../lib/sort.ts';
import { apiServerAddresses, type Distribution } from '../../../model/index.ts';
import type { ClusterIr } from '../../ir.ts';
import { proxyClass } from '../../lower/gateways.ts';
import { nodeZoneLabel } from '../../scope.ts';
import { namespaceOf } from '../proxied.ts';
import { classesOf } from '../proxy-class.ts';
import { managedBy } from '../zone-admission.ts';
import { selectorOf } from './prune.ts';

export interface Prerequisite {
  /** A clause that is true where it is met, in Markdown. */
  readonly text: string;
  /** A command that shows it. */
  readonly command: string;
}

/** Groups whose kinds every API server has. */
const builtIn = /^([a-z]+|[a-z.]*\.k8s\.io)$/;
const crdGroups = /^(policy\.networking|gateway\.networking|multicluster\.x|snapshot\.storage)\./;

export function prerequisitesOf(ir: ClusterIr, objects: readonly KubeObject[]): Prerequisite[] {
  return [
    ...versions(ir, objects),
    ...noOtherDesign(ir),
    ...networkPlugin(ir),
    ...customKinds(objects),
    ...admissionPlugins(ir),
    ...drivers(objects),
    ...nodes(ir, objects),
    ...controllers(ir),
    ...apiServer(ir, objects),
    ...ownAddresses(ir),
  ];
}

/** Other clusters admit the pods of a routed one by their own addresses, which plugins translate unless they are told. */
function ownAddresses({ cluster, lookup, network }: ClusterIr): Prerequisite[] {
  if (cluster.seenAs !== 'routed') return [];
  const met = new Set(
    network.rules.flatMap((rule) =>
      rule.grants.flatMap((grant) => grant.peers.flatMap((peer) => (peer.kind === 'range' ? [peer.cidr] : []))),
    ),
  );
  const ranges = lookup.clusters
    .filter((other) => other.id !== cluster.id && other.seenAs === 'routed')
    .flatMap((other) => other.networks?.pods ?? [])
    .filter((cidr) => met.has(cidr));
  if (ranges.length === 0) return [];
  const { how, command } = cniInfo(cluster.cni?.name ?? distributionInfo(cluster.distribution).defaultCni ?? '')
    ?.keepsAddresses ?? {
    how: 'the network plugin does not translate what leaves to the address of the node',
    command: 'kubectl get daemonsets --all-namespaces',
  };
  return [{ text: `Pods keep their addresses towards ${unique(ranges).join(', ')}: ${how}.`, command }];
}

function versions(ir: ClusterIr, objects: readonly KubeObject[]): Prerequisite[] {
  const features = (['validatingAdmissionPolicy', 'mutatingAdmissionPolicy'] as const).filter((feature) =>
    objects.some((o) => o.kind.toLowerCase() === feature.toLowerCase() && kubernetesHas(ir.cluster.version, feature)),
  );
  const needs = features.map(
    (f) =>
      `${f === 'validatingAdmissionPolicy' ? 'ValidatingAdmissionPolicy' : 'MutatingAdmissionPolicy'} needs ${kubernetesFeatureSince(f)}`,
  );
  return [
    {
      text: `Kubernetes ${ir.cluster.version}, as the design says${needs.length === 0 ? '' : `; ${needs.join(', ')}, without feature gates`}.`,
      command: 'kubectl version',
    },
  ];
}

/**
 * Objects of the whole cluster have the same names in every design, and the admission of one refuses the zones of another:
 * a cluster belongs to one design.
 */
function noOtherDesign(ir: ClusterIr): Prerequisite[] {
  const own = selectorOf(ir);
  const get = 'kubectl get namespaces,networkpolicies --all-namespaces';
  return [
    {
      text: 'No other design is applied here, or one overwrites and prunes what the other needs: this shows nothing. After the design got another name it shows what is left under the old one.',
      command: `${get} -l '${managedBy},${own.replace('=', '!=')}'`,
    },
    {
      text: 'Before the first time, this shows nothing. Otherwise another design of the same name is applied here, and applying this one would delete what that one drew: rename this one.',
      command: `${get} -l ${own}`,
    },
  ];
}

function networkPlugin(ir: ClusterIr): Prerequisite[] {
  const name = ir.cluster.cni?.name ?? distributionInfo(ir.cluster.distribution).defaultCni;
  if (name === undefined)
    return [
      {
        text: 'A network plugin that enforces NetworkPolicy. The design names none.',
        command: 'kubectl get daemonsets --all-namespaces',
      },
    ];
  const info = cniInfo(name);
  const version = ir.cluster.cni?.version === undefined ? '' : ` ${ir.cluster.cni.version}`;
  const { pods = [] } = ir.cluster.networks ?? {};
  const setting = info?.podRangeSetting;
  // Policies and firewall rows of other clusters name this range.
  const range =
    setting === undefined || pods.length === 0 ? '' : ` It gives pods addresses of ${pods.join(' and ')} (${setting}).`;
  return [
    {
      text: `The network plugin is ${info?.label ?? name}${version}.${range}${info?.note === undefined ? '' : ` ${info.note}`}`,
      command: 'kubectl get daemonsets --all-namespaces',
    },
  ];
}

function customKinds(objects: readonly KubeObject[]): Prerequisite[] {
  const groups = new Map<string, { versions: string[]; kinds: string[] }>();
  for (const { apiVersion, kind } of objects) {
    const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    if (group === '' || (builtIn.test(group) && !crdGroups.test(group))) continue;
    const known = groups.get(group) ?? { versions: [], kinds: [] };
    groups.set(group, { versions: [...known.versions, version], kinds: [...known.kinds, kind] });
  }
  return sortBy(groups, ([group]) => group).map(([group, found]) => ({
    text: `The API group ${group} in version ${sortBy(unique(found.versions), (v) => v).join(', ')}, with ${sortBy(unique(found.kinds), (k) => k).join(', ')}.`,
    command: `kubectl api-resources --api-group=${group}`,
  }));
}

/** Where the API server is no pod of kube-system. K3s runs it in its own process. */
const showsPlugins: Partial<Record<Distribution, string>> = {
  k3s: 'journalctl -u k3s | grep admission-plugins',
  openshift: 'oc get configmap config -n openshift-kube-apiserver -o yaml | grep admission-plugins',
};

function admissionPlugins(ir: ClusterIr): Prerequisite[] {
  const { admissionPlugins: plugins } = ir.nodes;
  if (plugins.length === 0) return [];
  return [
    {
      text: `The API server runs with the admission plugins ${plugins.join(', ')}.`,
      command:
        showsPlugins[ir.cluster.distribution] ??
        'kubectl get pods -n kube-system -l component=kube-apiserver -o yaml | grep admission-plugins',
    },
  ];
}

/** Behind it is nobody: its volumes are made by hand. */
const noProvisioner = 'kubernetes.io/no-provisioner';

function drivers(objects: readonly KubeObject[]): Prerequisite[] {
  const names = objects.flatMap((o) => (o.kind === 'StorageClass' ? [String(o.provisioner)] : []));
  return sortBy(unique(names), (n) => n).map((name) =>
    name === noProvisioner
      ? {
          text: 'Somebody has made the local volumes, each with the node affinity of its node.',
          command: 'kubectl get persistentvolumes',
        }
      : {
          text: `The storage driver ${name} is installed, in a namespace of no zone that lets its pods be privileged.`,
          command: `kubectl get csidriver ${name}`,
        },
  );
}

function nodes(ir: ClusterIr, objects: readonly KubeObject[]): Prerequisite[] {
  const handlers = sortBy(
    unique(objects.flatMap((o) => (o.kind === 'RuntimeClass' ? [String(o.handler)] : []))),
    (h) => h,
  );
  const columns = 'NAME:.metadata.name,HANDLERS:.status.runtimeHandlers[*].name';
  return [
    ...(ir.spansZones
      ? [
          {
            text: `Every node carries the label ${nodeZoneLabel} of its zone.`,
            command: `kubectl get nodes -L ${nodeZoneLabel}`,
          },
        ]
      : []),
    ...(handlers.length === 0
      ? []
      : [
          {
            text: `The nodes of each pool have the handlers of its runtimes: ${handlers.join(', ')}.`,
            command: `kubectl get nodes -o custom-columns='${columns}'`,
          },
        ]),
  ];
}

/** Where what serves gateways and ingresses has to run, so that the zone's policies and nodes are those of its proxies. */
function controllers(ir: ClusterIr): Prerequisite[] {
  return classesOf(ir).map(({ kind, zone, controller, proxies }) => {
    const name = kind === 'gateway' ? 'GatewayClass' : 'IngressClass';
    const homes = proxies.map((p) => {
      const labels = Object.entries(ir.lookup.labelsOf(p.proxy)).map(([k, v]) => `${k}=${v}`);
      return `${namespaceOf(ir, p.namespace).name} (${labels.join(', ')})`;
    });
    const served =
      controller === undefined
        ? `serves the ${name} ${proxyClass(zone)}, which you make,`
        : `“${controller}” serves the ${name} ${proxyClass(zone)}`;
    const place = ir.spansZones ? `, on nodes with ${nodeZoneLabel}=${zone}` : '';
    return {
      text: `A controller ${served} and no other class; its proxies run in ${homes.join(' and ')}${place}.`,
      command: `kubectl get ${name.toLowerCase()} ${proxyClass(zone)}`,
    };
  });
}

function apiServer(ir: ClusterIr, objects: readonly KubeObject[]): Prerequisite[] {
  const addresses = apiServerAddresses(ir.cluster);
  const isNamed = ir.network.rules.some((r) =>
    r.grants.some((g) => g.peers.some((p) => p.kind === 'range' && p.isApiServer)),
  );
  if (!isNamed || objects.length === 0) return [];
  return [
    {
      text: `Pods meet the API server at ${addresses.join(', ')}.`,
      command: 'kubectl get endpointslices -n default -l kubernetes.io/service-name=kubernetes',
    },
  ];
}

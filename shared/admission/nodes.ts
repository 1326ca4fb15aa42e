/**
 * The nodes of a cluster before it exists: Node objects, one for all nodes of a kind, and the configuration with which
 * these nodes join. Where a configuration gives the taints, it decides: a Node object only says what is wanted.
 */

import type { KubeObject } from '../k8s/index.ts';
import { isMap } from '../lib/is-map.ts';
import { parseYaml } from '../lib/yaml.ts';
import { plainValue } from '../lib/yaml-value.ts';
import { type Fields, fieldAt, listAt, textAt, textMapAt, textsAt } from './fields.ts';

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

/** Nodes that the scheduler cannot tell apart. */
export interface NodeGroup {
  /** The name of the Node object, and of the configuration file. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** The file that sets the taints; absent where the Node object is all there is. */
  readonly taintsFrom?: string;
}

/** One document of a file that configures a cluster. */
export interface Configuration {
  /** Its last part without the ending names the nodes that join with it: `join/app-a.yaml`. */
  readonly path: string;
  readonly document: unknown;
}

/** Sorted as the objects are. */
export function nodeGroupsOf(
  objects: readonly KubeObject[],
  configurations: readonly Configuration[],
  countAnnotation: string,
): NodeGroup[] {
  const nodes = objects.filter((o) => o.kind === 'Node' && o.apiVersion === 'v1');
  const taintsOf = [kubeadmTaints, rancherTaints, kindTaints, nodeGroupTaints]
    .map((read) => read(configurations, nodes, countAnnotation))
    .find((found) => found !== undefined);
  return nodes.map((node): NodeGroup => {
    const { name } = node.metadata;
    const labels = textMapAt(node, 'metadata', 'labels');
    if (taintsOf === undefined) return { name, labels, taints: listAt(node, 'spec', 'taints').flatMap(readTaint) };
    const configured = taintsOf.get(name);
    // Nodes that no file configures join without any taint.
    return configured === undefined
      ? { name, labels, taints: [] }
      : { name, labels, taints: configured.taints, taintsFrom: configured.path };
  });
}

/** What OpenShift runs with, which no configuration chooses: cluster-kube-apiserver-operator, defaultconfig.yaml. */
const openshiftPlugins = ['NodeRestriction', 'PodNodeSelector', 'PodTolerationRestriction'];

/** Admission plugins that a configuration switches on beside the defaults, or that come with what it configures. */
export function pluginsOf(configurations: readonly Configuration[]): string[] {
  if (configurations.some(({ document }) => isInstallConfig(document))) return openshiftPlugins;
  const found = configurations.flatMap(({ document }) => {
    const servers = [document, ...patchesOf(document)].filter(
      (d) => textAt(d, 'kind') === 'ClusterConfiguration' || isRancherServer(d),
    );
    const ofClusterApi = fieldAt(document, 'spec', 'kubeadmConfigSpec', 'clusterConfiguration');
    return [...servers, ofClusterApi].flatMap((d) => [
      ...argument(fieldAt(d, 'apiServer', 'extraArgs'), 'enable-admission-plugins'),
      ...argument(fieldAt(d, 'kube-apiserver-arg'), 'enable-admission-plugins'),
    ]);
  });
  return [...new Set(found.flatMap((value) => value.split(',')).map((plugin) => plugin.trim()))].sort();
}

/** install-config.yaml of OpenShift has no kind. */
function isInstallConfig(document: Configuration['document']): boolean {
  return (
    textAt(document, 'kind') === undefined &&
    isMap(fieldAt(document, 'networking')) &&
    isMap(fieldAt(document, 'controlPlane'))
  );
}

type Configured = ReadonlyMap<string, { readonly taints: readonly Taint[]; readonly path: string }>;

/** kubeadm: one JoinConfiguration per file, of Cluster API in a template; those of control planes have `controlPlane`. */
function kubeadmTaints(configurations: readonly Configuration[]): Configured | undefined {
  const isOurs = configurations.some(({ document: d }) =>
    ['ClusterConfiguration', 'KubeadmControlPlane'].includes(textAt(d, 'kind') ?? ''),
  );
  if (!isOurs) return undefined;
  return new Map(
    configurations.flatMap(({ path, document }) => {
      const join =
        textAt(document, 'kind') === 'KubeadmConfigTemplate'
          ? fieldAt(document, 'spec', 'template', 'spec', 'joinConfiguration')
          : textAt(document, 'kind') === 'JoinConfiguration'
            ? document
            : undefined;
      if (join === undefined || isMap(fieldAt(join, 'controlPlane'))) return [];
      const name = baseName(path).replace(/^pool-/, join === document ? '$&' : '');
      return [[name, { path, taints: listAt(join, 'nodeRegistration', 'taints').flatMap(readTaint) }]];
    }),
  );
}

/** eksctl: node groups by name. */
function nodeGroupTaints(configurations: readonly Configuration[]): Configured | undefined {
  const cluster = configurations.find(({ document: d }) => textAt(d, 'apiVersion')?.startsWith('eksctl.io/') === true);
  if (cluster === undefined) return undefined;
  const groups = [...listAt(cluster.document, 'managedNodeGroups'), ...listAt(cluster.document, 'nodeGroups')];
  return new Map(
    groups.flatMap((group) => {
      const name = textAt(group, 'name');
      const taints = listAt(group, 'taints').flatMap(readTaint);
      return name === undefined ? [] : [[name, { path: cluster.path, taints }]];
    }),
  );
}

/** K3s and RKE2: the `node-taint` of agents, which are told from servers by what they lack. */
function rancherTaints(configurations: readonly Configuration[]): Configured | undefined {
  if (!configurations.some(({ document }) => isRancherServer(document))) return undefined;
  return new Map(
    configurations
      .filter(({ document }) => !isRancherServer(document))
      .map(({ path, document }) => [
        baseName(path),
        { path, taints: (textsAt(document, 'node-taint') ?? []).flatMap(parseTaint) },
      ]),
  );
}

/**
 * kind lists workers one by one, in the order of the Node objects, as many for each as the annotation says. A taint counts
 * for the group only where all its workers have it.
 */
function kindTaints(
  configurations: readonly Configuration[],
  nodes: readonly KubeObject[],
  countAnnotation: string,
): Configured | undefined {
  const cluster = configurations.find(
    ({ document: d }) => textAt(d, 'apiVersion')?.startsWith('kind.x-k8s.io/') === true,
  );
  if (cluster === undefined) return undefined;
  const workers = listAt(cluster.document, 'nodes').filter((n) => textAt(n, 'role') === 'worker');
  let next = 0;
  return new Map(
    nodes.map((node) => {
      const count = Number(node.metadata.annotations?.[countAnnotation] ?? '1');
      const own = workers.slice(next, next + count).map((worker) =>
        patchesOf(worker)
          .filter((d) => textAt(d, 'kind') === 'JoinConfiguration')
          .flatMap((d) => listAt(d, 'nodeRegistration', 'taints').flatMap(readTaint)),
      );
      next += count;
      const [first, ...others] = own;
      // Nodes that are still to come get what the Node object says.
      const taints =
        first === undefined
          ? listAt(node, 'spec', 'taints').flatMap(readTaint)
          : first.filter((t) => others.every((list) => list.some((o) => isSame(o, t))));
      return [node.metadata.name, { path: cluster.path, taints }];
    }),
  );
}

function isRancherServer(document: unknown): boolean {
  return isMap(document) && textAt(document, 'kind') === undefined && Array.isArray(document['kube-apiserver-arg']);
}

/** Patches of kind are YAML within YAML. */
function patchesOf(value: unknown): Fields[] {
  return (textsAt(value, 'kubeadmConfigPatches') ?? []).flatMap((text) =>
    parseYaml(text, { version: '1.1' }).documents.flatMap(({ root }) => {
      const { value: document } = plainValue(root, { duplicates: 'last', merges: true });
      return isMap(document) ? [document] : [];
    }),
  );
}

/** Values of an argument: a list of name and value (kubeadm v1beta4), a map (v1beta3), or `name=value` (K3s). */
function argument(args: unknown, name: string): string[] {
  if (isMap(args)) return textAt(args, name) === undefined ? [] : [textAt(args, name) ?? ''];
  if (!Array.isArray(args)) return [];
  return args.flatMap((a: unknown) => {
    if (typeof a === 'string') return a.startsWith(`${name}=`) ? [a.slice(name.length + 1)] : [];
    return textAt(a, 'name') === name ? [textAt(a, 'value') ?? ''] : [];
  });
}

function readTaint(taint: unknown): Taint[] {
  const key = textAt(taint, 'key');
  const effect = textAt(taint, 'effect');
  return key === undefined || effect === undefined ? [] : [{ key, value: textAt(taint, 'value') ?? '', effect }];
}

/** `key=value:Effect` or `key:Effect`. */
function parseTaint(text: string): Taint[] {
  const match = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(text);
  return match === null ? [] : [{ key: match[1] ?? '', value: match[2] ?? '', effect: match[3] ?? '' }];
}

function isSame(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.value === b.value && a.effect === b.effect;
}

function baseName(path: string): string {
  return (path.split('/').at(-1) ?? '').replace(/\.ya?ml$/, '');
}

/** What nodes, namespaces and storage of a cluster say of where pods and their data are. A design says it by its records. */

import type { KubeObject } from '../k8s/index.ts';
import { isMap } from '../lib/is-map.ts';
import { at, type Facts, list, printOf, text } from './object-facts.ts';

export function platformFacts(facts: Facts, objects: readonly KubeObject[]): void {
  if (facts.context.zoneOf !== undefined) return;
  for (const object of objects) {
    if (object.kind === 'Namespace') nodesOfNamespace(facts, object);
    else if (object.kind === 'Node') node(facts, object);
    else if (object.kind === 'StorageClass') {
      storageClass(facts, object);
      reclaim(facts, object, text(object.reclaimPolicy) || 'Delete', 'the data on its volumes');
    } else if (object.kind === 'PersistentVolume') {
      volume(facts, object);
      reclaim(facts, object, text(at(object, 'spec', 'persistentVolumeReclaimPolicy')) || 'Retain', 'the data on it');
    }
  }
}

/** The plugin PodNodeSelector puts it into every pod. */
function nodesOfNamespace(facts: Facts, object: KubeObject): void {
  const selector = object.metadata.annotations?.['scheduler.alpha.kubernetes.io/node-selector'] ?? '';
  facts.add({
    ...about(object),
    namespace: object.metadata.name,
    key: ['nodes-of-namespace', object.metadata.name],
    rank: selector === '' ? 0 : 1,
    state: selector === '' ? 'its pods may run on any node' : `its pods run on nodes with ${selector}`,
    print: selector,
    toRead: 'Who else runs there has to be read in its text.',
  });
}

/** Labels below this prefix are what kubelets cannot give themselves, so that zones are told by them. */
const protectedPrefix = 'node-restriction.kubernetes.io/';

function node(facts: Facts, object: KubeObject): void {
  const { name, labels = {} } = object.metadata;
  const own = Object.entries(labels).filter(([key]) => key.includes(protectedPrefix));
  facts.add({
    ...about(object),
    key: ['node', name],
    rank: 0,
    state: own.length === 0 ? 'it has no protected label' : `it is labelled ${own.map((l) => l.join('=')).join(', ')}`,
    print: printOf(Object.fromEntries(own)),
    toRead: 'Whose pods run on it has to be read in its text.',
  });
  for (const taint of list(at(object, 'spec', 'taints'))) {
    const words = `${text(at(taint, 'key'))}=${text(at(taint, 'value'))}:${text(at(taint, 'effect'))}`;
    // What the cluster itself says of a node for a while keeps nobody apart.
    if (/^node\.(kubernetes|cloudprovider\.kubernetes)\.io\//.test(words)) continue;
    facts.add({
      ...about(object),
      key: ['taint', name, words],
      holder: ['node', name],
      rank: 1,
      state: `its taint ${words} keeps others out`,
      absent: { rank: 0, state: `it has no taint ${words}, so that others may run on it` },
    });
  }
}

/** Parameters that say where volumes are, who may reach them, and whether they can be read there. */
const placing =
  /server|share|cluster|pool|monitor|endpoint|path|volumegroup|fsname|backend|secret|encrypt|subnet|network/i;

function storageClass(facts: Facts, object: KubeObject): void {
  const parameters = isMap(object.parameters) ? object.parameters : {};
  const provisioner = text(object.provisioner);
  facts.add({
    ...about(object),
    key: ['storage-place', object.metadata.name],
    rank: 0,
    state: `it keeps volumes with ${provisioner}`,
    print: printOf([provisioner, Object.fromEntries(Object.entries(parameters).filter(([key]) => placing.test(key)))]),
    toRead: 'Where they are and who else reads there has to be read in its text.',
  });
}

/** What becomes of data once nobody claims it: whoever may delete a claim may then delete what is in it. */
function reclaim(facts: Facts, object: KubeObject, policy: string, what: string): void {
  const isKept = policy === 'Retain';
  facts.add({
    ...about(object),
    key: ['reclaim', object.kind, object.metadata.name],
    rank: isKept ? 1 : 0,
    state: isKept ? `${what} stays when the claim is deleted` : `${what} goes when the claim is deleted`,
    grade: 'medium',
  });
}

function volume(facts: Facts, object: KubeObject): void {
  const path = ['hostPath', 'local'].map((source) => text(at(object, 'spec', source, 'path'))).find((p) => p !== '');
  if (path === undefined) return;
  facts.add({
    ...about(object),
    key: ['volume-path', object.metadata.name, path],
    rank: 0,
    state: `it is the path ${path} of a node`,
    absent: { rank: 1, state: 'it is not', anywhere: true },
  });
}

function about(object: KubeObject) {
  const { kind, metadata } = object;
  return {
    subject: { kind, id: metadata.name },
    title: `${kind} ${metadata.name}`,
    about: 'strength' as const,
    sources: [object],
  };
}

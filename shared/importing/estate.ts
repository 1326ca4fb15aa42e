/**
 * An estate: what the objects of some clusters say, before anybody decides what of it belongs to which zone. One evaluation
 * per cluster answers every later question about who reaches whom.
 */
import { distributionInfo } from '../catalog/index.ts';
import { groupOf, type KubeObject } from '../k8s/index.ts';
import type { Problem } from '../lib/problem.ts';
import { metadataAddresses } from '../lib/public-ranges.ts';
import { sortBy } from '../lib/sort.ts';
import { evaluate, networkRules, type Reach, type SourceObject } from '../reach/index.ts';
import { type ClusterFacts, factsOf } from './cluster-facts.ts';
import { Ids } from './ids.ts';
import { podTemplate, textAt, textsAt } from './objects.ts';

/** The objects of one cluster, wherever they were read. */
export interface ClusterSources {
  /** A name for the cluster: its id in an export's index, a folder, a context. */
  readonly name: string;
  readonly sources: readonly SourceObject[];
}

export interface EstateWorkload {
  /** Number of its pod in `reach.pods`. */
  readonly thing: number;
  readonly source: SourceObject;
}

export interface EstateNamespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The pod without labels that stands for whatever comes into the namespace later. */
  readonly probe: number;
  readonly workloads: readonly EstateWorkload[];
  /** True where a Namespace object is among those that were read; otherwise others only stand in it. */
  readonly isWritten: boolean;
  /** True where some policy judges every pod that comes into the namespace. */
  readonly isJudged: boolean;
}

export interface EstateCluster {
  readonly id: string;
  readonly name: string;
  readonly facts: ClusterFacts;
  /** With a probe in every namespace, and with the pods that answer DNS. */
  readonly reach: Reach;
  /** Sorted by name. */
  readonly namespaces: readonly EstateNamespace[];
  /** The number of the pod that answers DNS. */
  readonly dns: number;
  readonly dnsPort: number;
  /** Objects by kind, such as `Service` or `storage.k8s.io/StorageClass`. */
  readonly objects: ReadonlyMap<string, readonly SourceObject[]>;
  readonly sources: readonly SourceObject[];
}

export interface Estate {
  readonly clusters: readonly EstateCluster[];
  readonly problems: readonly Problem[];
}

/** Names below this cannot be names of pods that somebody wrote, since a pod's name has no underscore. */
const probeName = 'zonewright_probe';
const dnsName = 'zonewright_dns';

export function readEstate(clusters: readonly ClusterSources[]): Estate {
  const ids = new Ids();
  const read = sortBy(clusters, (c) => c.name).map((c) => readCluster(c, ids.take(c.name, 'cluster')));
  return { clusters: read, problems: read.flatMap((c) => c.reach.problems) };
}

function readCluster({ name, sources }: ClusterSources, id: string): EstateCluster {
  const objects = new Map<string, SourceObject[]>();
  for (const source of sources) {
    const group = groupOf(source.object);
    const key = group === '' ? source.object.kind : `${group}/${source.object.kind}`;
    const own = objects.get(key);
    if (own === undefined) objects.set(key, [source]);
    else own.push(source);
  }
  const facts = factsOf(objects, sources);
  const dns = distributionInfo(facts.distribution).dns;
  const names = new Set(sources.flatMap(({ object }) => namespaceOf(object) ?? []));
  const stand = (object: KubeObject): SourceObject => ({ object });
  const probes = [...names].map((namespace) => stand(podOf(probeName, namespace, {})));
  const server = stand(podOf(dnsName, dns.namespace, dns.labels));
  const reach = evaluate([...sources, ...probes, server], {
    cut: [...metadataAddresses, ...(facts.networks?.pods ?? [])],
  });

  const made = new Map<string, { probe: number; workloads: EstateWorkload[] }>();
  let dnsThing = -1;
  reach.pods.forEach((pod, thing) => {
    if (pod.source === server) {
      dnsThing = thing;
      return;
    }
    let own = made.get(pod.namespace);
    if (own === undefined) {
      own = { probe: -1, workloads: [] };
      made.set(pod.namespace, own);
    }
    if (pod.name === probeName) own.probe = thing;
    else own.workloads.push({ thing, source: pod.source });
  });
  const written = new Map((objects.get('Namespace') ?? []).map((s) => [s.object.metadata.name, s.object]));
  const namespaces = sortBy(made, ([key]) => key).map(([key, { probe, workloads }]): EstateNamespace => {
    const isJudged = (['ingress', 'egress'] as const).some((d) => networkRules(reach.chain(probe, d)) !== undefined);
    return {
      name: key,
      labels: textsAt(written.get(key), 'metadata', 'labels'),
      annotations: textsAt(written.get(key), 'metadata', 'annotations'),
      probe,
      workloads,
      isWritten: written.has(key),
      isJudged,
    };
  });
  return { id, name, facts, reach, namespaces, dns: dnsThing, dnsPort: dns.port, objects, sources };
}

/** The namespace an object stands in or is; undefined for kinds of the cluster. */
function namespaceOf(object: KubeObject): string | undefined {
  if (object.kind === 'Namespace' && object.apiVersion === 'v1') return object.metadata.name;
  return textAt(object, 'metadata', 'namespace') ?? (isOfNamespace(object) ? 'default' : undefined);
}

const namespaced = new Set(['Service', 'NetworkPolicy', 'PersistentVolumeClaim', 'ResourceQuota', 'Ingress']);

function isOfNamespace(object: KubeObject): boolean {
  return namespaced.has(object.kind) || podTemplate(object) !== undefined;
}

function podOf(name: string, namespace: string, labels: Readonly<Record<string, string>>): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: { containers: [{ name: 'main' }] },
  };
}

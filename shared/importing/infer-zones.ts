/**
 * The zone of each namespace, as far as its cluster lets one guess: labels say it, then the nodes its pods are pinned to,
 * the storage its quota allows, its name, and last what reaches it. Every guess gives its reason, because a person
 * decides.
 */

import { distributionInfo } from '../catalog/index.ts';
import { compareText, sortBy } from '../lib/sort.ts';
import type { Estate, EstateCluster, EstateNamespace } from './estate.ts';
import { label } from './ids.ts';
import { field, listAt, podTemplate, textAt, textsAt } from './objects.ts';
import { declared, freeTrust, type Proposal, type ProposedNamespace, type ProposedZone } from './proposal.ts';
import { isPublished } from './services.ts';

interface Guess {
  readonly zone?: string;
  readonly why: string;
  readonly isDeclared?: boolean;
}

export const managedBy = 'app.kubernetes.io/managed-by';

/** Words of names and label values, the zone they stand for, and its usual trust. */
const vocabulary: ReadonlyArray<{ readonly zone: string; readonly trust: number; readonly words: readonly string[] }> =
  [
    {
      zone: 'dmz',
      trust: 20,
      words: ['dmz', 'edge', 'ingress', 'gateway', 'gateways', 'perimeter', 'public', 'external', 'internet', 'proxy'],
    },
    { zone: 'web', trust: 30, words: ['web', 'front', 'frontend', 'frontends', 'ui', 'portal', 'presentation'] },
    {
      zone: 'app',
      trust: 50,
      words: [
        'app',
        'apps',
        'application',
        'applications',
        'api',
        'backend',
        'backends',
        'service',
        'services',
        'logic',
      ],
    },
    {
      zone: 'platform',
      trust: 70,
      words: [
        ...[
          'platform',
          'monitoring',
          'observability',
          'logging',
          'metrics',
          'prometheus',
          'grafana',
          'loki',
          'tracing',
        ],
        ...[
          'argocd',
          'argo',
          'flux',
          'tekton',
          'jenkins',
          'ci',
          'istio',
          'linkerd',
          'cert',
          'vault',
          'operators',
          'system',
        ],
      ],
    },
    {
      zone: 'db',
      trust: 80,
      words: [
        ...[
          'db',
          'dbs',
          'database',
          'databases',
          'data',
          'storage',
          'postgres',
          'postgresql',
          'mysql',
          'mongo',
          'mongodb',
        ],
        ...['redis', 'cassandra', 'kafka', 'elasticsearch', 'persistence'],
      ],
    },
  ];

/** Keys whose last part names a zone; `topology.kubernetes.io/zone` is a place, not a zone of trust. */
const zoneKeys = ['zone', 'security-zone', 'network-zone', 'netzone', 'trust-zone', 'securityzone', 'security-tier'];
const tierKeys = ['tier', 'layer'];
const placeKeys = new Set(['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone']);

export function propose(estate: Estate): Proposal {
  const guesses = estate.clusters.flatMap((cluster) =>
    cluster.namespaces.map((namespace) => ({ cluster, namespace, guess: guessOf(cluster, namespace) })),
  );
  const zones: Record<string, ProposedZone> = {};
  const reasons = new Map<string, Guess[]>();
  for (const { guess } of guesses) {
    if (guess.zone === undefined) continue;
    const own = reasons.get(guess.zone);
    if (own === undefined) reasons.set(guess.zone, [guess]);
    else own.push(guess);
  }
  for (const cluster of estate.clusters)
    for (const zone of declaredZones(cluster)) if (!reasons.has(zone)) reasons.set(zone, []);
  const depth = depths(guesses);
  const ordered = sortBy(
    reasons.keys(),
    (zone) => usualTrust(zone) ?? 40 + 10 * (depth.get(zone) ?? 0),
    (zone) => zone,
  );
  for (const zone of ordered) {
    const own = reasons.get(zone) ?? [];
    zones[zone] = {
      trust: freeTrust({ zones }, usualTrust(zone) ?? 40 + 10 * (depth.get(zone) ?? 0)),
      why: own.length === 0 || own.some((g) => g.isDeclared) ? declared : (own[0]?.why ?? ''),
    };
  }
  const namespaces = guesses.map(
    ({ cluster, namespace, guess }): ProposedNamespace => ({
      cluster: cluster.id,
      name: namespace.name,
      ...(guess.zone !== undefined && { zone: guess.zone }),
      why: guess.why,
      workloads: namespace.workloads.length,
    }),
  );
  return {
    zones,
    namespaces: sortBy(
      namespaces,
      (n) => n.cluster,
      (n) => n.name,
    ),
  };
}

export function isOfTheSystem(cluster: EstateCluster, name: string): boolean {
  return /^(kube|openshift)-/.test(name) || name === distributionInfo(cluster.facts.distribution).dns.namespace;
}

function guessOf(cluster: EstateCluster, namespace: EstateNamespace): Guess {
  if (!namespace.isWritten && namespace.workloads.length === 0) return { why: 'Nothing of it is here but its name.' };
  const ours = ownZone(namespace);
  if (ours !== undefined) return { zone: ours, why: `Its label says so: ${ours}.`, isDeclared: true };
  if (namespace.labels[managedBy] === 'zonewright')
    return { why: 'It was exported without a zone, so it has none here either.' };
  if (isOfTheSystem(cluster, namespace.name))
    return { why: 'The cluster itself runs on it; in a zone it would be denied what it needs.' };
  const said = byLabel(namespace, zoneKeys);
  // Every cluster has it; where nobody uses it, it would only lower what its zone asks of pods.
  if (said === undefined && namespace.name === 'default' && namespace.workloads.length === 0 && !namespace.isJudged)
    return { why: 'Every cluster has it, and nothing is in it.' };
  return (
    said ??
    byNodes(cluster, namespace) ??
    byQuota(cluster, namespace) ??
    byLabel(namespace, tierKeys) ??
    byName(namespace) ??
    byReach(cluster, namespace)
  );
}

/** The label of Zonewright's own exports, whatever its prefix. */
export function ownZoneLabel({ labels }: EstateNamespace): string | undefined {
  if (labels[managedBy] !== 'zonewright') return undefined;
  return Object.keys(labels).find((key) => /^[^/]+\/zone$/.test(key) && !placeKeys.has(key));
}

function ownZone(namespace: EstateNamespace): string | undefined {
  const zone = namespace.labels[ownZoneLabel(namespace) ?? ''];
  return zone !== undefined && zone !== '' && label(zone) === zone && zone !== 'outside' ? zone : undefined;
}

function byLabel({ labels }: EstateNamespace, keys: readonly string[]): Guess | undefined {
  const found = Object.entries(labels)
    .filter(([key, value]) => !placeKeys.has(key) && keys.includes(key.split('/').at(-1) ?? '') && label(value) !== '')
    .sort(([a], [b]) => compareText(a, b))[0];
  if (found === undefined) return undefined;
  const zone = label(found[1]);
  return zone === 'outside' ? undefined : { zone, why: `Its label ${found[0]} is ${found[1]}.` };
}

/** Nodes that only one kind of pod may land on are a zone of compute, and who lands there belongs to it. */
function byNodes(cluster: EstateCluster, namespace: EstateNamespace): Guess | undefined {
  const selector =
    namespace.annotations['scheduler.alpha.kubernetes.io/node-selector'] ??
    namespace.annotations['openshift.io/node-selector'];
  const pinned = selector?.split(',').map((part) => part.split('=')[1] ?? '');
  const named = pinned?.map((value) => label(value)).find((value) => value !== '');
  if (named !== undefined && named !== 'outside')
    return { zone: named, why: `Its node selector pins its pods to nodes of ${named}.` };
  const dedicated = dedicatedTaints(cluster);
  const taints = namespace.workloads.map(({ source }) => {
    const spec = field(podTemplate(source.object), 'spec');
    const tolerated = listAt(spec, 'tolerations').map((t) => textAt(t, 'value') ?? '');
    const nodes = Object.values(textsAt(spec, 'nodeSelector'));
    return tolerated.find((value) => dedicated.has(value) && nodes.includes(value));
  });
  const [first] = taints;
  if (first === undefined || taints.some((t) => t !== first) || label(first) === '') return undefined;
  return { zone: label(first), why: `All its pods are pinned to the nodes that are tainted for ${first}.` };
}

function dedicatedTaints(cluster: EstateCluster): ReadonlySet<string> {
  return new Set(
    (cluster.objects.get('Node') ?? []).flatMap(({ object }) =>
      listAt(object, 'spec', 'taints').flatMap((t) => textAt(t, 'value') ?? []),
    ),
  );
}

const quotaKey = /^(.+)\.storageclass\.storage\.k8s\.io\/(requests\.storage|persistentvolumeclaims)$/;

/** A quota that leaves only classes of one zone puts the namespace there. */
function byQuota(cluster: EstateCluster, namespace: EstateNamespace): Guess | undefined {
  const classes = (cluster.objects.get('storage.k8s.io/StorageClass') ?? []).map((s) => s.object.metadata.name);
  const denied = deniedClasses(cluster, namespace.name);
  if (denied.size === 0) return undefined;
  const allowed = classes.filter((c) => !denied.has(c));
  const zones = new Set(allowed.map((name) => wordIn(name)?.zone));
  const [zone] = zones;
  if (zones.size !== 1 || zone === undefined) return undefined;
  return { zone, why: `Its quota leaves it storage of ${zone} only: ${allowed.join(', ')}.` };
}

/** The storage classes of which a quota allows nothing. */
export function deniedClasses(cluster: EstateCluster, namespace: string): ReadonlySet<string> {
  const quotas = (cluster.objects.get('ResourceQuota') ?? []).filter(
    ({ object }) => (object.metadata.namespace ?? 'default') === namespace,
  );
  return new Set(
    quotas.flatMap(({ object }) =>
      Object.entries(field(object, 'spec', 'hard') ?? {}).flatMap(([key, value]) => {
        const name = quotaKey.exec(key)?.[1];
        return name !== undefined && String(value) === '0' ? [name] : [];
      }),
    ),
  );
}

function byName({ name }: EstateNamespace): Guess | undefined {
  const found = wordIn(name);
  return found === undefined ? undefined : { zone: found.zone, why: `Its name holds the word “${found.word}”.` };
}

function byReach(cluster: EstateCluster, namespace: EstateNamespace): Guess {
  if (isPublished(cluster, namespace.name))
    return { zone: 'web', why: 'Its Services are reached from outside the cluster, and nothing else tells its zone.' };
  return { zone: 'app', why: 'Nothing tells its zone, so it stands in the middle.' };
}

/** The last word counts most: `web-db` is a database. */
function wordIn(text: string): { readonly zone: string; readonly word: string } | undefined {
  const words = text.toLowerCase().split(/[^a-z]+/);
  for (const word of words.reverse()) {
    const entry = vocabulary.find((v) => v.words.includes(word));
    if (entry !== undefined) return { zone: entry.zone, word };
  }
  return undefined;
}

function usualTrust(zone: string): number | undefined {
  const found = wordIn(zone);
  return found === undefined ? undefined : vocabulary.find((v) => v.zone === found.zone)?.trust;
}

/** Zones that only nodes or policies of an export name. */
function declaredZones(cluster: EstateCluster): string[] {
  const nodes = (cluster.objects.get('Node') ?? []).flatMap(
    ({ object }) => textsAt(object, 'metadata', 'labels')['node-restriction.kubernetes.io/zone'] ?? [],
  );
  return nodes.filter((zone) => label(zone) === zone && zone !== '' && zone !== 'outside');
}

/** One pod of each class: policies tell no others apart. */
function kindsOf({ cluster, namespace }: { cluster: EstateCluster; namespace: EstateNamespace }): readonly number[] {
  const { classOf } = cluster.reach.classes;
  return [...new Map(namespace.workloads.map((w) => [classOf[w.thing], w.thing])).values()];
}

/** How far from outside a zone stands, by who may open connections to whom: 0 where nobody inside reaches it. */
function depths(
  guesses: ReadonlyArray<{ cluster: EstateCluster; namespace: EstateNamespace; guess: Guess }>,
): ReadonlyMap<string, number> {
  const opens = new Map<string, Set<string>>();
  const zones = new Set<string>();
  for (const from of guesses) {
    if (from.guess.zone === undefined) continue;
    zones.add(from.guess.zone);
    for (const to of guesses) {
      if (to.cluster !== from.cluster || to.guess.zone === undefined || to.guess.zone === from.guess.zone) continue;
      const { reach } = from.cluster;
      const isOpen = kindsOf(from).some((a) => kindsOf(to).some((b) => reach.allowed(a, b) !== 0));
      if (!isOpen) continue;
      const own = opens.get(from.guess.zone);
      if (own === undefined) opens.set(from.guess.zone, new Set([to.guess.zone]));
      else own.add(to.guess.zone);
    }
  }
  // One way only: zones that reach each other say nothing about which of them is further in.
  const inward = (from: string) => [...(opens.get(from) ?? [])].filter((to) => opens.get(to)?.has(from) !== true);
  const depth = new Map<string, number>([...zones].map((zone) => [zone, 0]));
  for (let round = 0; round < zones.size; round += 1) {
    for (const from of zones)
      for (const to of inward(from))
        depth.set(to, Math.min(5, Math.max(depth.get(to) ?? 0, (depth.get(from) ?? 0) + 1)));
  }
  return depth;
}

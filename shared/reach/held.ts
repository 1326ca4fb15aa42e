/** Whom policies hold, without evaluating what they say. */
import { readCluster, type SourceObject } from './cluster.ts';
import type { EvaluateOptions } from './options.ts';
import { peerResolver } from './peer-sets.ts';
import { readPolicies } from './read-policies.ts';

/** By object of each policy: the namespaces of the pods that it holds. Objects that would be refused hold none. */
export function namespacesHeld(
  sources: readonly SourceObject[],
  options: EvaluateOptions = {},
): ReadonlyMap<object, ReadonlySet<string>> {
  const cluster = readCluster(sources);
  const { pods } = cluster;
  const resolve = peerResolver(cluster, [], pods.length, options);
  const found = new Map<object, Set<string>>();
  for (const { subject, source } of readPolicies(cluster.others, [])) {
    const namespaces = found.get(source.object) ?? new Set();
    found.set(source.object, namespaces);
    resolve.subject(subject).forEach((thing) => {
      const namespace = pods[thing]?.namespace;
      if (namespace !== undefined) namespaces.add(namespace);
    });
  }
  return found;
}

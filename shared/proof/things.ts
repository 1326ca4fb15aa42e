/** Which pods of an evaluation are those of a workload: they go by what the inventory calls them. */
import { isDnsSubdomain, objectName } from '../k8s/index.ts';
import type { Lookup } from '../model/index.ts';
import type { Reach } from '../reach/index.ts';

const known = new WeakMap<Reach, ReadonlyMap<string, number>>();

/**
 * The thing of an evaluation that stands for a workload; undefined where the evaluation does not hold it. `cluster` is the
 * other cluster of a mesh that the workload is looked for in, undefined for the cluster that is judged.
 */
export function thingOf(index: Lookup, reach: Reach, workload: string, cluster?: string): number | undefined {
  let things = known.get(reach);
  if (things === undefined) {
    things = new Map(reach.pods.map((pod, i) => [keyOf(pod.cluster, pod.namespace, pod.kind, pod.name), i]));
    known.set(reach, things);
  }
  const record = index.get('workload', workload);
  if (record === undefined) return undefined;
  const namespace = index.nameOf({ kind: 'namespace', id: record.namespace });
  const name = inventoryName(index.nameOf({ kind: 'workload', id: workload }), workload);
  return things.get(keyOf(cluster, namespace, record.kind ?? 'Deployment', name));
}

/** A workload goes by its name, or by its id where Kubernetes takes no such name. */
export function inventoryName(name: string, id: string): string {
  return isDnsSubdomain(name) ? name : objectName(id);
}

/** Objects of different kinds may share a name. */
function keyOf(cluster: string | undefined, namespace: string, kind: string, name: string): string {
  return `${cluster ?? ''} ${namespace}/${kind}/${name}`;
}

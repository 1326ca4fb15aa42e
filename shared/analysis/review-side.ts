/** One side of a review: the objects that a design exports, cluster by cluster, with the records they come from. */
import { emitFiles } from '../compile/index.ts';
import { type PlacedObject, textFile } from '../diff/index.ts';
import { type Lookup, lookup, type Ref, type Topology } from '../model/index.ts';
import type { WorkloadEnd } from '../reach/index.ts';

export interface DesignSide {
  readonly topology: Topology;
  readonly index: Lookup;
  /** Files that hold no objects are among them, each as one object. */
  readonly objects: readonly PlacedObject[];
  readonly byCluster: ReadonlyMap<string, readonly PlacedObject[]>;
  /** The records an object was made from. */
  readonly causes: ReadonlyMap<object, readonly Ref[]>;
  /** The record of a workload that an evaluation speaks of. */
  workloadOf(cluster: string, end: WorkloadEnd): string | undefined;
}

export function designSide(topology: Topology): DesignSide {
  const objects: PlacedObject[] = [];
  const byCluster = new Map<string, PlacedObject[]>();
  const causes = new Map<object, readonly Ref[]>();
  const workloads = new Map<string, string>();
  for (const file of emitFiles(topology)) {
    const { cluster } = file;
    const place = { ...(cluster !== undefined && { cluster }), file: file.path };
    const emitted =
      'objects' in file ? file.objects : [{ object: textFile(file.path, file.text), causes: file.causes }];
    for (const { object, causes: own } of emitted) {
      const placed = { object, ...place };
      objects.push(placed);
      causes.set(object, own);
      if (cluster === undefined || !('objects' in file)) continue;
      const known = byCluster.get(cluster);
      if (known === undefined) byCluster.set(cluster, [placed]);
      else known.push(placed);
      const workload = own.find((ref) => ref.kind === 'workload');
      const { namespace, name } = object.metadata;
      if (
        workload !== undefined &&
        object.kind !== 'PersistentVolumeClaim' &&
        file.path.endsWith('/inventory/workloads.yaml')
      )
        workloads.set(`${cluster}/${namespace}/${name}`, workload.id);
    }
  }
  return {
    topology,
    index: lookup(topology),
    objects,
    byCluster,
    causes,
    workloadOf: (cluster, end) => workloads.get(`${cluster}/${end.namespace}/${end.name}`),
  };
}

/**
 * What an emitter is. One target per file under emit/, one line in the list of pipeline.ts. An emitter is total: it
 * returns files and problems, and throws only when we ourselves are wrong.
 */
import type { KubeObject } from '../k8s/index.ts';
import type { Problem } from '../lib/problem.ts';
import type { Ref } from '../model/index.ts';
import type { CoverageNote } from './bundle.ts';
import type { ClusterIr } from './ir.ts';

export interface EmittedObject {
  readonly object: KubeObject;
  readonly causes: readonly Ref[];
}

/** Either `objects` (printed as YAML documents in their order) or `text` (written as it is). */
export type EmittedFile = {
  /** Relative to the cluster's folder, with `/`. */
  readonly path: string;
} & (
  | {
      readonly objects: readonly EmittedObject[];
      readonly inKustomization: boolean;
      /** Comment lines at the top of the file, without the `#`. */
      readonly header?: readonly string[];
    }
  | { readonly text: string; readonly causes: readonly Ref[] }
);

export interface Emission {
  readonly files: readonly EmittedFile[];
  readonly problems: readonly Problem[];
  readonly coverage: readonly CoverageNote[];
}

/** What people read about a target in docs/targets.md. */
export interface TargetDocs {
  readonly title: string;
  /** Formats and versions as they are written; `apiVersion kind` for objects of Kubernetes. */
  readonly formats: readonly string[];
  /**
   * Its files in the folder of a cluster, or at the root for targets of the whole design. NAMESPACE, ZONE and POOL stand for
   * names; a path that ends with `/` is a folder.
   */
  readonly files: readonly string[];
  /** A sentence: what it says of a design. */
  readonly covers: string;
  /** A sentence: what it cannot say or do. */
  readonly limits: string;
  /** Configurations of clusters only: which keys of a cluster's `platform` it takes, in Markdown. */
  readonly platform?: string;
}

export interface Emitter {
  /** The path of its file below emit/, without the ending: `network-policy`, `cluster/kubeadm`. */
  readonly id: string;
  readonly docs: TargetDocs;
  /** Whether this cluster exports the target at all. */
  applies(cluster: ClusterIr): boolean;
  emit(cluster: ClusterIr): Emission;
}

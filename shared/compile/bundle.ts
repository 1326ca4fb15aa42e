/**
 * What an export is: files with their text, each object with the lines it stands on and the records that caused it.
 * Plain data, so that it crosses to the window, the proof and the review as it is.
 */
import type { Problem } from '../lib/problem.ts';
import type { Ref, Topology } from '../model/index.ts';

export interface BundleObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** Absent for cluster-scoped objects. */
  readonly namespace?: string;
  readonly name: string;
  /** First and last line in the file, from 1, inclusive. */
  readonly startLine: number;
  readonly endLine: number;
  /** The records of the design without which this object would not be there or would look different. */
  readonly causes: readonly Ref[];
}

export interface BundleFile {
  /** Relative, with `/`, below the export's root: `prod/policies/web.yaml`. */
  readonly path: string;
  readonly text: string;
  /** The cluster it belongs to; absent for files of the whole design. */
  readonly cluster?: string;
  /** Empty for files that hold no Kubernetes objects. */
  readonly objects: readonly BundleObject[];
  /** For the whole file: the union of its objects' causes, or its own where it holds none. */
  readonly causes: readonly Ref[];
}

/** What the manifests cannot enforce, in plain words, per cluster. */
export interface CoverageNote {
  readonly cluster: string;
  /** `enforced`: by which object. `not-enforced`: and why. */
  readonly state: 'enforced' | 'not-enforced';
  readonly subject: string;
  readonly text: string;
  /** Of what is enforced: the objects that do it, such as `ResourceQuota web/storage`; the last item counts what is left out. */
  readonly by?: readonly string[];
}

export interface Bundle {
  /** Sorted by path. The index (`zonewright.json`) is among them. */
  readonly files: readonly BundleFile[];
  /** What could not be compiled, or only with a placeholder. */
  readonly problems: readonly Problem[];
  readonly coverage: readonly CoverageNote[];
}

/** The name of the index at the root of every export: files, hashes, clusters. */
export const indexName = 'zonewright.json';

/** The shape of the index. `sha256` is lower-case hex over the file's UTF-8 bytes. */
export interface ExportIndex {
  readonly apiVersion: 'zonewright/v1';
  readonly kind: 'ExportIndex';
  readonly design: string;
  readonly clusters: ReadonlyArray<{ readonly id: string; readonly path: string }>;
  readonly files: ReadonlyArray<{ readonly path: string; readonly sha256: string; readonly cluster?: string }>;
  /** The design itself, which an import gives back as long as it exports exactly the files that are there. */
  readonly topology?: Topology;
}

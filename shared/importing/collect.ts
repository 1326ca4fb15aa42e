/** Files, one after the other, become the objects of clusters. */

import { isMap } from '../lib/is-map.ts';
import { parseJson } from '../lib/parse-json.ts';
import type { Problem } from '../lib/problem.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { compareText } from '../lib/sort.ts';
import type { SourceObject } from '../reach/index.ts';
import { clusterFolders, type FolderOptions, folderOf } from './cluster-folders.ts';
import type { ClusterSources } from './estate.ts';
import { isKustomization, readKustomization, unbuilt } from './kustomization.ts';
import { readManifestFile } from './read-file.ts';

/** The name of the index in the folders that Zonewright exports. */
export const indexName = 'zonewright.json';

export interface CollectOptions extends FolderOptions {
  /** The folder as people wrote it, for places of problems. */
  readonly shown?: string;
}

/** Holds what has been read so far; the text of a file is forgotten once its objects are taken. */
export class Collector {
  files = 0;
  private readonly found: Problem[] = [];
  /** Files that are parts of objects, as they are shown. */
  private readonly patches = new Set<string>();
  private readonly byFolder = new Map<string, SourceObject[]>();
  private index: ExportedClusters = new Map();
  private topology: string | undefined;
  private readonly hashes = new Map<string, string>();

  constructor(private readonly options: CollectOptions) {}

  add(path: string, text: string): void {
    if (path === indexName) {
      this.readIndex(text);
      return;
    }
    // Hashes count only in an export, whose index is handed over first.
    if (this.topology !== undefined) this.hashes.set(path, sha256Hex(text));
    this.files += 1;
    const shown = this.shown(path);
    if (isKustomization(path)) {
      const kustomization = readKustomization(path, text);
      for (const patch of kustomization.patches) this.patches.add(this.shown(patch));
      this.found.push(...unbuilt(kustomization, shown));
    }
    const { sources, problems } = readManifestFile(text, shown);
    const folder = folderOf(path);
    const own = this.byFolder.get(folder);
    if (own === undefined) this.byFolder.set(folder, [...sources]);
    else for (const source of sources) own.push(source);
    for (const problem of problems) this.found.push(problem);
  }

  fault(path: string, message: string): void {
    this.found.push({ rule: 'file/unreadable', severity: 'error', message, file: path, fixable: false });
  }

  get problems(): readonly Problem[] {
    return this.found.filter(({ file }) => file === undefined || !this.patches.has(file));
  }

  /** Sorted by name; empty where no object was found. */
  clusters(): ClusterSources[] {
    const found = new Map<string, SourceObject[]>();
    const clusterOf = clusterFolders(this.byFolder.keys(), this.options);
    for (const [folder, sources] of this.byFolder) {
      // The index of an export tells its clusters; what else lies in the export belongs to none of them.
      const name = this.index.size > 0 ? this.index.get(folder)?.id : clusterOf(folder);
      if (name === undefined) continue;
      let own = found.get(name);
      if (own === undefined) {
        own = [];
        found.set(name, own);
      }
      for (const source of sources) if (source.file === undefined || !this.patches.has(source.file)) own.push(source);
    }
    return [...found]
      .filter(([, sources]) => sources.length > 0)
      .sort(([a], [b]) => compareText(a, b))
      .map(([name, sources]) => ({ name, sources }));
  }

  /** Undefined for folders that are no export. */
  exported(): ExportedDesign | undefined {
    return this.topology === undefined ? undefined : { topology: this.topology, hashes: this.hashes };
  }

  private shown(path: string): string {
    return this.options.shown === undefined ? path : `${this.options.shown.replace(/\/$/, '')}/${path}`;
  }

  private readIndex(text: string): void {
    const parsed = parseJson(text);
    if (!isMap(parsed)) return;
    const clusters = Array.isArray(parsed.clusters) ? parsed.clusters : [];
    this.index = new Map(
      clusters.flatMap((c: unknown) =>
        isMap(c) && typeof c.id === 'string' && typeof c.path === 'string' ? [[c.path, { id: c.id }] as const] : [],
      ),
    );
    if (isMap(parsed.topology)) this.topology = JSON.stringify(parsed.topology);
  }
}

/** By folder. */
type ExportedClusters = ReadonlyMap<string, { readonly id: string }>;

/** What an export's index says of its design, and the hashes of the files that are there. */
export interface ExportedDesign {
  /** JSON, as it stands in the index. */
  readonly topology: string;
  /** SHA-256 by path. */
  readonly hashes: ReadonlyMap<string, string>;
}

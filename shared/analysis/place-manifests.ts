/** Files of a folder of manifests as objects, each with the cluster, file and line it was found in. */

import { indexName } from '../compile/index.ts';
import type { PlacedObject } from '../diff/index.ts';
import { parseManifests } from '../k8s/index.ts';
import { isMap } from '../lib/is-map.ts';
import { parseJson } from '../lib/parse-json.ts';
import type { Problem } from '../lib/problem.ts';

export interface ManifestFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Objects with their cluster: an export's index says which, any other folder is one cluster. */
export function placeManifests(
  files: readonly ManifestFile[],
  name: string,
): { readonly objects: PlacedObject[]; readonly problems: Problem[] } {
  const clusters = clustersOf(files.find((f) => f.path === indexName)?.text);
  const objects: PlacedObject[] = [];
  const problems: Problem[] = [];
  for (const file of files.filter((f) => /\.(ya?ml|json)$/i.test(f.path) && f.path !== indexName)) {
    const parsed = parseManifests(file.text, { file: `${name.replace(/\/$/, '')}/${file.path}` });
    problems.push(...parsed.problems);
    const cluster = clusters.get(file.path);
    for (const { object, line } of parsed.objects)
      objects.push({ object, ...(cluster !== undefined && { cluster }), file: file.path, line });
  }
  return { objects, problems };
}

/** The cluster of each file, by the index of an export; nothing where there is none that can be read. */
export function clustersOf(index: string | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (index === undefined) return found;
  const parsed = parseJson(index);
  const files = isMap(parsed) && Array.isArray(parsed.files) ? parsed.files : [];
  for (const file of files) {
    if (isMap(file) && typeof file.path === 'string' && typeof file.cluster === 'string')
      found.set(file.path, file.cluster);
  }
  return found;
}

/** Files that are made from the finished export, such as the proof of it, join it and its index. */
import { sha256Hex } from '../lib/sha256.ts';
import { sortBy } from '../lib/sort.ts';
import { type Bundle, type BundleFile, type ExportIndex, indexName } from './bundle.ts';

/** The bundle with further files of the whole design; one of the same path takes the place of the old one. */
export function withFiles(bundle: Bundle, added: ReadonlyArray<Pick<BundleFile, 'path' | 'text' | 'causes'>>): Bundle {
  const paths = new Set([indexName, ...added.map((f) => f.path)]);
  const files: BundleFile[] = [
    ...bundle.files.filter((f) => !paths.has(f.path)),
    ...added.map((file) => ({ ...file, objects: [] })),
  ];
  const old = bundle.files.find((f) => f.path === indexName);
  if (old === undefined) throw new Error('an export without an index');
  const before = JSON.parse(old.text) as ExportIndex;
  const index: ExportIndex = {
    ...before,
    files: sortBy(
      [
        ...before.files.filter((f) => !paths.has(f.path)),
        ...added.map((f) => ({ path: f.path, sha256: sha256Hex(f.text) })),
      ],
      (f) => f.path,
    ),
  };
  files.push({ ...old, text: `${JSON.stringify(index, null, 2)}\n` });
  return { ...bundle, files: sortBy(files, (f) => f.path) };
}

/** The files of an export as a tree of folders. Pure. */
import type { BundleFile } from '../../../shared/compile/index.ts';
import { compareText } from '../../../shared/lib/sort.ts';

export interface FileNode {
  /** The path of the file, or of the folder with a `/` at its end. */
  readonly path: string;
  readonly name: string;
  readonly depth: number;
  readonly file?: BundleFile;
}

/** Files and folders in the order of a tree: folders before files, both by name. Folded folders hide what is in them. */
export function fileTree(files: readonly BundleFile[], folded: ReadonlySet<string>, filter = ''): FileNode[] {
  const wanted = filter.trim().toLowerCase();
  const shown = wanted === '' ? files : files.filter((f) => matchesFile(f, wanted));
  const nodes: FileNode[] = [];
  const visit = (members: readonly BundleFile[], prefix: string, depth: number): void => {
    const folders = new Map<string, BundleFile[]>();
    const here: BundleFile[] = [];
    for (const file of members) {
      const rest = file.path.slice(prefix.length);
      const slash = rest.indexOf('/');
      if (slash < 0) here.push(file);
      else folders.set(rest.slice(0, slash), [...(folders.get(rest.slice(0, slash)) ?? []), file]);
    }
    for (const [name, inside] of [...folders].sort(([a], [b]) => compareText(a, b))) {
      const path = `${prefix}${name}/`;
      nodes.push({ path, name, depth });
      if (wanted !== '' || !folded.has(path)) visit(inside, path, depth + 1);
    }
    for (const file of here) nodes.push({ path: file.path, name: file.path.slice(prefix.length), depth, file });
  };
  visit(shown, '', 0);
  return nodes;
}

function matchesFile(file: BundleFile, wanted: string): boolean {
  return (
    file.path.toLowerCase().includes(wanted) ||
    file.objects.some((o) => `${o.kind} ${o.name}`.toLowerCase().includes(wanted))
  );
}

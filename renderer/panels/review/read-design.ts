/** A design that was read for a comparison, or the reason why it cannot be compared. */
import type { ManifestFile } from '../../../shared/analysis/index.ts';
import { comparedIn, isNamedDesign, loadDesign } from '../../../shared/document/index.ts';
import { hidesObjects, parseManifests } from '../../../shared/k8s/index.ts';
import { emptyTopology, type Topology } from '../../../shared/model/index.ts';

/**
 * An empty file is a design in which nothing is drawn yet, as git gives it for a file that a revision has not. Throws with
 * a sentence where something cannot be read: whatever is missing would look removed.
 */
export function readDesign(text: string, name: string): { readonly topology: Topology; readonly text: string } {
  if (text.trim() === '') return { topology: emptyTopology('empty'), text };
  const { document, problems } = loadDesign(text, { file: name });
  const [first] = problems.filter((p) => p.severity === 'error');
  const reason =
    first === undefined ? '' : ` ${first.line === undefined ? '' : `Line ${first.line}: `}${first.message}`;
  if (document === undefined)
    throw new Error(`${name} cannot be compared, because it is not a design that can be read.${reason}`);
  if (document.unreadable.length > 0)
    throw new Error(`${name} cannot be compared, because a part of it cannot be read and would look removed.${reason}`);
  return { topology: document.topology, text };
}

/** A design as it stood in a file. */
interface FileSide {
  readonly kind: 'file';
  readonly title: string;
  readonly topology: Topology;
  readonly text: string;
}

/** Manifests, whoever wrote them. */
interface ManifestSide {
  readonly kind: 'folder';
  readonly title: string;
  readonly files: readonly ManifestFile[];
}

/** What a file holds: a design, or the manifests that `kustomize build` and `helm template` print. Throws like `readDesign`. */
export function readFile(text: string, name: string): FileSide | ManifestSide {
  const { objects, problems } = parseManifests(text);
  if (isNamedDesign(name) || objects.length === 0) return { kind: 'file', title: name, ...readDesign(text, name) };
  const fault = problems.find(hidesObjects);
  if (fault !== undefined)
    throw new Error(
      `${name} cannot be compared, because a part of it cannot be read and would look removed. Line ${fault.line ?? 1}: ${fault.message}`,
    );
  return { kind: 'folder', title: name, files: [{ path: name, text }] };
}

/**
 * What to compare of a folder: its manifests, or the one design of a folder that holds no objects. Throws with a sentence
 * where there is nothing, or more than one design.
 */
export function readFolder(folder: string, files: readonly ManifestFile[]): FileSide | ManifestSide {
  const compared = comparedIn(files, ({ text }) => parseManifests(text).objects.length > 0);
  if (compared.kind === 'design')
    return { kind: 'file', title: compared.file.path, ...readDesign(compared.file.text, compared.file.path) };
  const { length } = compared.files;
  if (compared.kind === 'designs')
    throw new Error(`${folder} holds ${length} designs and no manifests. Choose one of them as another file.`);
  if (length === 0) throw new Error(`${folder} holds no manifests. Choose a folder with YAML files.`);
  return { kind: 'folder', title: `${folder.split(/[\\/]/).at(-1) ?? folder}/`, files: compared.files };
}

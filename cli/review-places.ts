/** Where a code host can show a difference: the line of the edit that caused it, in the files of the newer side. */
import type { PlacedObject, ReviewEntry, ReviewSubject } from '../shared/diff/index.ts';
import { positionOf } from '../shared/document/index.ts';
import { isKind, recordPath, ref } from '../shared/model/index.ts';
import type { SarifPlace } from '../shared/report/index.ts';
import type { Side } from './design.ts';

/**
 * Finds the edit where it stands after; else where it stood before, as long as that is another file of the work tree; else
 * the closest that is left: what held a record, or the file of an object. Undefined where the sides are no files.
 */
export function placesIn(before: Side, after: Side): (entry: ReviewEntry) => SarifPlace | undefined {
  const [older, newer] = [finderOf(before), finderOf(after)];
  const isSameFile = fileOf(before.name) === fileOf(after.name);
  return (entry) => {
    const subject = entry.causes[0] ?? entry.subject;
    return (
      newer.exactly(subject) ??
      (isSameFile ? undefined : older.exactly(subject)) ??
      newer.closest(subject, older.exactly(subject)?.file)
    );
  };
}

/** Tools look for files of the work tree, whatever revision a side is of. */
export function fileOf(name: string): string {
  return name.includes(':') && !/^[a-z]:[\\/]/i.test(name) ? name.slice(name.indexOf(':') + 1) : name;
}

interface Finder {
  exactly(subject: ReviewSubject): SarifPlace | undefined;
  /** `wanted`: the file it stood in before. */
  closest(subject: ReviewSubject, wanted: string | undefined): SarifPlace | undefined;
}

function finderOf(side: Side): Finder {
  if (side.kind === 'design') return side.name === 'stdin' ? nowhere : inDesign(side);
  return side.folder === undefined ? nowhere : inFolder(side.objects, side.folder);
}

const nowhere: Finder = { exactly: () => undefined, closest: () => undefined };

function inDesign({ name, document }: Side & { readonly kind: 'design' }): Finder {
  const at = (path: readonly string[]): SarifPlace => {
    const position = positionOf(document, path) ?? { line: 1, column: 1 };
    return { file: fileOf(name), line: position.line, column: position.column };
  };
  return {
    exactly: (subject) => {
      const path = pathOf(subject);
      return path !== undefined && isThere(document.topology, path) ? at(path) : undefined;
    },
    closest: (subject) => {
      let path = pathOf(subject) ?? [];
      while (path.length > 0 && !isThere(document.topology, path)) path = path.slice(0, -1);
      return at(path);
    },
  };
}

function pathOf({ kind, id }: ReviewSubject): readonly string[] | undefined {
  if (kind === 'matrix') return ['matrix', ...id.split('/')];
  if (kind === 'rule') return ['rules', id];
  if (kind === 'metadata') return ['metadata'];
  return isKind(kind) ? recordPath(ref(kind, id)) : undefined;
}

function isThere(value: unknown, path: readonly string[]): boolean {
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return false;
    at = (at as Record<string, unknown>)[key];
  }
  return true;
}

/** `folder` is empty or ends with a separator. */
function inFolder(objects: readonly PlacedObject[], folder: string): Finder {
  const placed = objects.filter((o) => o.file !== undefined);
  const byId = new Map<string, PlacedObject>();
  for (const object of placed) {
    const { kind, metadata } = object.object;
    const own = [metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/');
    // Subjects carry no cluster where each side has one.
    for (const id of [own, ...(object.cluster === undefined ? [] : [`${object.cluster}/${own}`])])
      byId.set(`${kind}:${id}`, object);
  }
  const fileIn = ({ file = '' }: PlacedObject) => fileOf(`${folder}${file}`);
  const at = (object: PlacedObject | undefined, line = object?.line): SarifPlace | undefined =>
    object === undefined ? undefined : { file: fileIn(object), line: line ?? 1, column: 1 };
  return {
    exactly: ({ kind, id }) => at(byId.get(`${kind}:${id}`)),
    closest: (_, wanted) => at(placed.find((o) => fileIn(o) === wanted) ?? placed[0], 1),
  };
}

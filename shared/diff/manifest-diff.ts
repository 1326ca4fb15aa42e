/** Two exports, or two folders of manifests, compared by object. */

import { identityOf, type KubeObject, replacedFields } from '../k8s/index.ts';
import { isEqual } from '../lib/is-equal.ts';
import { isMap } from '../lib/is-map.ts';
import { compareText, unique } from '../lib/sort.ts';
import type { Change, FieldChange } from './entry.ts';
import { diffFields, isSame } from './fields.ts';

/** An object with where it was found; `cluster` tells two clusters of one folder apart. */
export interface PlacedObject {
  readonly object: KubeObject;
  readonly cluster?: string;
  readonly file?: string;
  readonly line?: number;
}

export interface ObjectId {
  readonly cluster?: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export interface ObjectChange {
  readonly id: ObjectId;
  readonly change: Change;
  /** Its identity before, where the same content stands under another name or in another namespace. */
  readonly renamedFrom?: ObjectId;
  /** Empty for added and removed objects. */
  readonly fields: readonly FieldChange[];
  /** Changed fields that Kubernetes lets nobody change, and so the object has to be made anew; a name is one too. */
  readonly immutable: readonly string[];
  readonly before?: PlacedObject;
  readonly after?: PlacedObject;
}

/**
 * Objects by cluster, kind, namespace and name; the version of the API is a field like others, so that an upgrade is one
 * change. Where an object stands twice the last one counts, as with `kubectl apply`. An object that is gone and one that
 * came with the same content are one that was renamed or moved.
 */
export function diffObjects(before: readonly PlacedObject[], after: readonly PlacedObject[]): ObjectChange[] {
  const older = new Map(before.map((o) => [objectKey(o), o]));
  const newer = new Map(after.map((o) => [objectKey(o), o]));
  const gone = [...older].filter(([key]) => !newer.has(key)).map(([, object]) => object);
  const come = [...newer].filter(([key]) => !older.has(key)).map(([, object]) => object);
  const renames = findRenamedObjects(gone, come);
  const renamed = new Set(renames.values());
  return unique([...older.keys(), ...newer.keys()])
    .sort(compareText)
    .flatMap((key): ObjectChange[] => {
      const b = newer.get(key);
      const earlier = b === undefined ? undefined : renames.get(b);
      const a = earlier ?? older.get(key);
      const shown = b ?? a;
      if (shown === undefined || (b === undefined && a !== undefined && renamed.has(a))) return [];
      if (a !== undefined && b !== undefined && (isEqual(a.object, b.object) || isSame(a.object, b.object))) return [];
      const fields = a === undefined || b === undefined ? [] : diffFields(a.object, b.object);
      return [
        {
          id: objectId(shown),
          change: a === undefined ? 'added' : b === undefined ? 'removed' : 'changed',
          ...(earlier !== undefined && { renamedFrom: objectId(earlier) }),
          fields,
          immutable: a === undefined || b === undefined ? [] : replacedFields(a.object, b.object),
          ...(a !== undefined && { before: a }),
          ...(b !== undefined && { after: b }),
        },
      ];
    });
}

/** What came, by what it was before: alike but for its own name and namespace, repeated inside or not. */
function findRenamedObjects(
  gone: readonly PlacedObject[],
  come: readonly PlacedObject[],
): ReadonlyMap<PlacedObject, PlacedObject> {
  const byPrint = new Map<string, PlacedObject[]>();
  if (gone.length === 0 || come.length === 0) return new Map();
  for (const object of gone) {
    for (const print of printsOf(object)) {
      const known = byPrint.get(print);
      if (known === undefined) byPrint.set(print, [object]);
      else known.push(object);
    }
  }
  const alike = new Map(come.map((object) => [object, printsOf(object).flatMap((print) => byPrint.get(print) ?? [])]));
  const found = new Map<PlacedObject, PlacedObject>();
  const used = new Set<PlacedObject>();
  // Many objects have the same content. One that moved keeps its name, and one that was renamed keeps its namespace.
  for (const isLikely of [hasSameName, hasSameNamespace, () => true])
    for (const [object, candidates] of alike) {
      if (found.has(object)) continue;
      const earlier = candidates.find((candidate) => !used.has(candidate) && isLikely(candidate, object));
      if (earlier === undefined) continue;
      used.add(earlier);
      found.set(object, earlier);
    }
  return found;
}

function hasSameName(a: PlacedObject, b: PlacedObject): boolean {
  return a.object.metadata.name === b.object.metadata.name;
}

function hasSameNamespace(a: PlacedObject, b: PlacedObject): boolean {
  return a.object.metadata.namespace === b.object.metadata.namespace;
}

/** Equal for objects of equal content: once with the name taken out of the metadata, once wherever it stands as a value. */
function printsOf({ object, cluster }: PlacedObject): readonly string[] {
  const { name, namespace, ...metadata } = object.metadata;
  const rest = sortKeys({ ...object, metadata });
  const marked = JSON.stringify(rest, (_, value: unknown) =>
    value === name ? '\u0000name' : value === namespace && namespace !== undefined ? '\u0000namespace' : value,
  );
  return unique([JSON.stringify(rest), marked]).map((print) => `${cluster ?? ''} ${print}`);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort(compareText)
      .map((key) => [key, sortKeys(value[key])]),
  );
}

/** `prod: NetworkPolicy web/default-deny`. */
export function objectName(id: ObjectId): string {
  const name = `${id.kind} ${id.namespace === undefined ? '' : `${id.namespace}/`}${id.name}`;
  return id.cluster === undefined ? name : `${id.cluster}: ${name}`;
}

function objectKey({ object, cluster }: PlacedObject): string {
  return `${cluster ?? ''}\u0000${identityOf(object)}`;
}

function objectId({ object, cluster }: PlacedObject): ObjectId {
  const { namespace, name } = object.metadata;
  return {
    ...(cluster !== undefined && { cluster }),
    apiVersion: object.apiVersion,
    kind: object.kind,
    ...(namespace !== undefined && { namespace }),
    name,
  };
}

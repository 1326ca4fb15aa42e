/** Two exports, or two folders of manifests, compared by file and by object. */

import type { Bundle, BundleFile } from '../compile/index.ts';
import type { KubeObject } from '../k8s/index.ts';
import { compareText, sortBy, unique } from '../lib/sort.ts';
import { type Ref, refKey } from '../model/index.ts';
import type { Change, FieldChange } from './entry.ts';
import { diffFields, isSame } from './fields.ts';
import { type DiffLine, diffLines } from './line-diff.ts';

export interface FileChange {
  readonly path: string;
  readonly change: Change | 'same';
  /** The records that cause the file in either version. */
  readonly causes: readonly Ref[];
  /** Absent where the file is not there. */
  readonly before?: string;
  readonly after?: string;
}

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
  /** Empty for added and removed objects. */
  readonly fields: readonly FieldChange[];
  readonly before?: PlacedObject;
  readonly after?: PlacedObject;
}

/** Every file of either export, sorted by path. Lines come from linesOfChange, when somebody looks. */
export function diffBundles(before: Pick<Bundle, 'files'>, after: Pick<Bundle, 'files'>): FileChange[] {
  const older = new Map(before.files.map((f) => [f.path, f]));
  const newer = new Map(after.files.map((f) => [f.path, f]));
  return unique([...older.keys(), ...newer.keys()])
    .sort(compareText)
    .map((path) => fileChange(path, older.get(path), newer.get(path)));
}

/** The lines of one file in both versions. */
export function linesOfChange(change: FileChange): DiffLine[] {
  return diffLines(change.before ?? '', change.after ?? '');
}

/**
 * Objects by cluster, kind, namespace and name; the version of the API is a field like others, so that an upgrade is one
 * change. Where an object stands twice the last one counts, as with `kubectl apply`.
 */
export function diffObjects(before: readonly PlacedObject[], after: readonly PlacedObject[]): ObjectChange[] {
  const older = new Map(before.map((o) => [objectKey(o), o]));
  const newer = new Map(after.map((o) => [objectKey(o), o]));
  return unique([...older.keys(), ...newer.keys()])
    .sort(compareText)
    .flatMap((key): ObjectChange[] => {
      const [a, b] = [older.get(key), newer.get(key)];
      const shown = b ?? a;
      if (shown === undefined || (a !== undefined && b !== undefined && isSame(a.object, b.object))) return [];
      return [
        {
          id: objectId(shown),
          change: a === undefined ? 'added' : b === undefined ? 'removed' : 'changed',
          fields: a === undefined || b === undefined ? [] : diffFields(a.object, b.object),
          ...(a !== undefined && { before: a }),
          ...(b !== undefined && { after: b }),
        },
      ];
    });
}

/** `prod: NetworkPolicy web/default-deny`. */
export function objectName(id: ObjectId): string {
  const name = `${id.kind} ${id.namespace === undefined ? '' : `${id.namespace}/`}${id.name}`;
  return id.cluster === undefined ? name : `${id.cluster}: ${name}`;
}

function fileChange(path: string, a: BundleFile | undefined, b: BundleFile | undefined): FileChange {
  const causes = new Map([...(a?.causes ?? []), ...(b?.causes ?? [])].map((r) => [refKey(r), r]));
  return {
    path,
    change: a === undefined ? 'added' : b === undefined ? 'removed' : a.text === b.text ? 'same' : 'changed',
    causes: sortBy(causes.values(), refKey),
    ...(a !== undefined && { before: a.text }),
    ...(b !== undefined && { after: b.text }),
  };
}

function objectKey({ object, cluster }: PlacedObject): string {
  const group = object.apiVersion.includes('/') ? object.apiVersion.slice(0, object.apiVersion.indexOf('/')) : '';
  return [cluster ?? '', group, object.kind, object.metadata.namespace ?? '', object.metadata.name].join('\u0000');
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

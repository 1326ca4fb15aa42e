/** Objects of one file that an update cannot change: whoever applies the newer version has to delete the older first. */
import { type KubeObject, parseManifests, replacedFields } from '../k8s/index.ts';

export interface ReplacedObject {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** Paths of the fields that differ and cannot be changed. */
  readonly fields: readonly string[];
}

/** In the order of the newer text. Text that holds no objects gives none. */
export function replacedObjects(before: string, after: string): ReplacedObject[] {
  if (before === after) return [];
  const older = new Map(parseManifests(before).objects.map(({ object }) => [keyOf(object), object]));
  return parseManifests(after).objects.flatMap(({ object }): ReplacedObject[] => {
    const old = older.get(keyOf(object));
    const fields = old === undefined ? [] : replacedFields(old, object);
    const { namespace, name } = object.metadata;
    return fields.length === 0
      ? []
      : [{ kind: object.kind, ...(namespace !== undefined && { namespace }), name, fields }];
  });
}

/** `StorageClass fast: provisioner, parameters`. */
export function describeReplaced({ kind, namespace, name, fields }: ReplacedObject): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}: ${fields.join(', ')}`;
}

function keyOf({ kind, metadata }: KubeObject): string {
  return [kind, metadata.namespace ?? '', metadata.name].join(' ');
}

/** The layer of manifests: one entry per object that would be applied otherwise, with its text on both sides. */
import { type KubeObject, printObject } from '../k8s/index.ts';
import { describeField } from './describe.ts';
import { type ObjectChange, objectName } from './manifest-diff.ts';
import { type ManifestPart, type ReviewEntry, type ReviewSubject, reviewEntry } from './review.ts';

/** What manifests open and close is said by their connections and their isolation; the objects themselves are neutral. */
export function manifestEntry(
  change: ObjectChange,
  causes: readonly ReviewSubject[],
  place: Pick<ReviewEntry, 'zones' | 'namespaces'>,
): ReviewEntry {
  const name = objectName(change.id);
  const { apiVersion, kind, namespace, name: own, cluster } = change.id;
  const manifest = manifestPart(change);
  const moved = change.renamedFrom === undefined ? '' : ` It was ${objectName(change.renamedFrom)} before.`;
  const anew =
    manifest.immutable.length === 0
      ? ''
      : ` It has to be deleted and made again, because Kubernetes changes ${manifest.immutable.join(', ')} of no ${kind}.`;
  const was = change.renamedFrom;
  const verb = was === undefined ? change.change : was.name === own ? 'moved' : 'renamed';
  return reviewEntry({
    id: `manifest:${[cluster, apiVersion, kind, namespace, own].join('/')}`,
    layer: 'manifest',
    class: 'neutral',
    severity: 'low',
    change: change.change,
    subject: { kind, id: [cluster, namespace, own].filter((part) => part !== undefined).join('/') },
    ...(change.before !== undefined && { before: change.before.object }),
    ...(change.after !== undefined && { after: change.after.object }),
    causes,
    title: `${name} ${verb}`,
    message: `${name} (${apiVersion}) ${verb}.${moved}${anew}`,
    details: kind === textFileKind ? [] : change.fields.map(describeField),
    ...place,
    manifest,
  });
}

function manifestPart(change: ObjectChange): ManifestPart {
  const { cluster, apiVersion, kind, namespace, name } = change.id;
  const { before, after, renamedFrom } = change;
  const isRenamed = renamedFrom !== undefined;
  return {
    ...(cluster !== undefined && { cluster }),
    apiVersion,
    kind,
    ...(namespace !== undefined && { namespace }),
    name,
    ...(before?.file !== undefined && { fileBefore: before.file }),
    ...(after?.file !== undefined && { fileAfter: after.file }),
    ...(isRenamed && {
      renamedFrom: {
        ...(renamedFrom.namespace !== undefined && { namespace: renamedFrom.namespace }),
        name: renamedFrom.name,
      },
    }),
    fields: change.fields,
    immutable: isRenamed ? [...new Set(['metadata.name', ...change.immutable])] : change.immutable,
    ...(before !== undefined && { textBefore: textOf(before.object) }),
    ...(after !== undefined && { textAfter: textOf(after.object) }),
  };
}

/** Files that are no objects are compared as they are; everything else as Zonewright prints it. */
function textOf(object: KubeObject): string {
  return object.kind === textFileKind && typeof object.text === 'string' ? object.text : printObject(object);
}

/** A file of an export that holds no Kubernetes objects, as an object, so that it takes part in a comparison. */
export function textFile(path: string, text: string): KubeObject {
  return { apiVersion: 'zonewright/v1', kind: textFileKind, metadata: { name: path }, text };
}

const textFileKind = 'File';

/** Emitted files become text, and every object learns on which lines it stands. */
import { printObjects } from '../k8s/index.ts';
import type { BundleFile } from './bundle.ts';
import type { EmittedFile } from './define.ts';
import { causes } from './provenance.ts';

/** With a cluster the files go into its folder; without one they stand at the root of the export. */
export function printFiles(files: readonly EmittedFile[], cluster?: string): BundleFile[] {
  return files.map((file) => {
    const place = cluster === undefined ? { path: file.path } : { path: `${cluster}/${file.path}`, cluster };
    if (!('objects' in file)) return { ...place, text: file.text, objects: [], causes: causes(file.causes) };
    const printed = printObjects(
      file.objects.map((o) => o.object),
      file.header,
    );
    return {
      ...place,
      text: printed.text,
      objects: file.objects.map(({ object, causes: own }, i) => ({
        apiVersion: object.apiVersion,
        kind: object.kind,
        ...(object.metadata.namespace !== undefined && { namespace: object.metadata.namespace }),
        name: object.metadata.name,
        startLine: printed.ranges[i]?.startLine ?? 0,
        endLine: printed.ranges[i]?.endLine ?? 0,
        causes: causes(own),
      })),
      causes: causes(...file.objects.map((o) => o.causes)),
    };
  });
}

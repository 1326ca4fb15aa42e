import type { Handlers, SharedChannel } from '../../shared/host/index.ts';
import { listContexts, readCluster } from '../files/cluster.ts';
import { ClusterError } from '../files/cluster-request.ts';
import { FileError } from '../files/file-error.ts';
import type { Readings } from './reading.ts';

type ClusterChannel = Extract<SharedChannel, `cluster:${string}`>;

/** Objects of one file: small enough for any reader of YAML, large enough to be few. */
const objectsOfAFile = 500;

export function clusterHandlers(readings: Readings): Handlers<ClusterChannel> {
  return {
    'cluster:contexts': async () =>
      told(async () => (await listContexts()).map(({ name, server, isCurrent }) => ({ name, server, isCurrent }))),
    'cluster:read': ({ contexts, reading }) =>
      readings.run(reading, (signal, tell) =>
        told(async () => {
          const files: Array<{ path: string; text: string }> = [];
          const unreadable: string[] = [];
          for (const [context, folder] of foldersOf(contexts)) {
            const { objects, withheld } = await readCluster(context, {
              signal,
              onProgress: ({ kind, done, of, objects: count }) =>
                tell(`${context}: ${kind} (${done + 1} of ${of}), ${count} objects`),
            });
            for (let at = 0; at < objects.length; at += objectsOfAFile) {
              const items = objects.slice(at, at + objectsOfAFile);
              files.push({
                path: `${folder}/${at / objectsOfAFile + 1}.json`,
                text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
              });
            }
            for (const { message } of withheld) unreadable.push(`${context}: ${message}`);
          }
          return { files, unreadable };
        }),
      ),
  };
}

/** A context may be called anything; its folder is a name for people, one part of a path, and no other context's. */
export function foldersOf(contexts: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    [...new Set(contexts)].map((context) => {
      const stem = context.replaceAll('/', '-') || 'cluster';
      let folder = stem;
      for (let n = 2; taken.has(folder); n += 1) folder = `${stem}-${n}`;
      taken.add(folder);
      return [context, folder];
    }),
  );
}

/** What a cluster or a kubeconfig refuses is for people to read. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ClusterError) throw new FileError('failed', error.message);
    throw error;
  }
}

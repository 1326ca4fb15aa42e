/** The part of a host that is the same in Electron and over HTTP: a method per channel, answers unwrapped. */
import {
  type Answer,
  type Channel,
  type ChannelArguments,
  type ChannelResult,
  type Host,
  type SharedChannel,
  unwrapAnswer,
} from '../../shared/host/index.ts';
import type { LiveRecoveries } from './live-recoveries.ts';

export type Send = (channel: Channel, args: unknown) => Promise<Answer<unknown>>;

/** Asks on one channel; rejects with a HostError. */
export type Call<C extends Channel> = <K extends C>(channel: K, args: ChannelArguments[K]) => Promise<ChannelResult<K>>;

export function callOver(send: Send): Call<Channel> {
  return async <K extends Channel>(channel: K, args: ChannelArguments[K]) =>
    unwrapAnswer<ChannelResult<K>>((await send(channel, args)) as Answer<ChannelResult<K>>);
}

export type SharedHost = Pick<
  Host,
  | 'info'
  | 'openFile'
  | 'saveFile'
  | 'listFolder'
  | 'recentFiles'
  | 'forgetRecentFile'
  | 'templates'
  | 'keepRecovery'
  | 'recoveries'
  | 'dropRecovery'
  | 'planExport'
  | 'writeExport'
  | 'kubeContexts'
  | 'readClusters'
  | 'readingProgress'
  | 'stopReading'
  | 'gitHistory'
  | 'gitShow'
  | 'readManifests'
  | 'readReview'
  | 'saveReview'
  | 'settings'
  | 'saveSettings'
>;

/**
 * `confirmed` holds the paths for which a save dialog has asked about overwriting; the next save takes its path out and
 * asks no second time.
 */
export function sharedHost(call: Call<SharedChannel>, live: LiveRecoveries, confirmed: Set<string>): SharedHost {
  // Of this window alone: another one behind the same server reads, tells and stops on its own.
  const reading = crypto.randomUUID();
  return {
    info: () => call('app:info', {}),
    openFile: (path) => call('file:open', { path }),
    async saveFile(request) {
      const isConfirmed = confirmed.delete(request.path) && request.etag === undefined;
      return call('file:save', isConfirmed ? { ...request, overwrite: true } : { ...request });
    },
    listFolder: (path) => call('folder:list', path === undefined ? {} : { path }),
    recentFiles: () => call('recent:list', {}),
    forgetRecentFile: (path) => call('recent:forget', { path }),
    templates: () => call('template:list', {}),
    async keepRecovery(recovery) {
      live.hold(recovery.id);
      await call('recovery:keep', { ...recovery });
    },
    recoveries: async () => live.orphans(await call('recovery:list', {})),
    async dropRecovery(id) {
      await call('recovery:drop', { id });
      live.release(id);
    },
    planExport: (folder, files) => call('export:plan', { folder, files: files.map(pathAndText) }),
    writeExport: (plan, files, paths) =>
      call('export:write', {
        plan: { folder: plan.folder, etag: plan.etag },
        files: files.map(pathAndText),
        confirmed: [...paths],
      }),
    kubeContexts: () => call('cluster:contexts', {}),
    readClusters: (contexts) => call('cluster:read', { contexts: [...contexts], reading }),
    readingProgress: () => call('reading:progress', { reading }),
    stopReading: () => call('reading:stop', { reading }),
    gitHistory: (path) => call('git:history', { path }),
    gitShow: (path, revision) => call('git:show', { path, revision }),
    readManifests: (folder) => call('manifests:read', { folder, reading }),
    readReview: (path) => call('review:read', { path }),
    saveReview: (request) => call('review:save', { ...request }),
    settings: () => call('settings:read', {}),
    saveSettings: (settings) => call('settings:write', { settings: { ...settings } }),
  };
}

/** Files of a bundle carry more than what is written; only that crosses the border. */
export function pathAndText(file: { readonly path: string; readonly text: string }): { path: string; text: string } {
  return { path: file.path, text: file.text };
}

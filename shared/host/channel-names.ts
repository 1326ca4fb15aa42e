/**
 * The names alone, apart from the validators, so that the preload script of a window carries no validation library.
 * channels.ts is typed over these names: one without arguments and result there does not compile.
 */

/** Answered by every shell. */
export const sharedChannelNames = [
  'app:info',
  'cluster:contexts',
  'cluster:read',
  'export:plan',
  'export:write',
  'file:open',
  'file:save',
  'folder:list',
  'git:history',
  'git:show',
  'manifests:read',
  'reading:progress',
  'reading:stop',
  'recent:forget',
  'recent:list',
  'recovery:drop',
  'recovery:keep',
  'recovery:list',
  'review:read',
  'review:save',
  'settings:read',
  'settings:write',
  'template:list',
] as const;

/** Answered by the desktop alone: dialogs, windows and menus that a browser has of its own. */
const desktopChannelNames = [
  'file:choose-and-open',
  'file:choose-save-path',
  'folder:choose',
  'picture:save',
  'window:close',
  'window:close-seen',
  'window:document-state',
  'window:edit',
  'window:menus',
  'window:open',
  'zip:save',
] as const;

export type SharedChannel = (typeof sharedChannelNames)[number];
export type DesktopChannel = (typeof desktopChannelNames)[number];
export type Channel = SharedChannel | DesktopChannel;

export const channelNames: readonly Channel[] = [...sharedChannelNames, ...desktopChannelNames];

/** Under this name the page that the web host serves first holds the key of its messages, and stores it. */
export const keyName = 'zonewright-key';

/** The header that carries the key, in lower case. */
export const keyHeader = 'x-zonewright-key';

/** The one channel from the shell to the window; carries a HostRequest. */
export const requestChannel = 'shell:request';

/**
 * The contract of the process border: for every channel its arguments as a validator and its result as a type. Main
 * process, preload script and web host all derive from it, and check arguments on arrival.
 */
import { z } from 'zod';
import type { Channel } from './channel-names.ts';
import type {
  ExportPlan,
  FolderListing,
  GitRevision,
  HostInfo,
  KubeContext,
  ManifestFolder,
  OpenedFile,
  RecentFile,
  Recovery,
  SavedFile,
  Settings,
  TemplateInfo,
} from './host.ts';

/** Text of one file, in UTF-16 code units; the file handlers' limit of 20 MB in bytes is checked by them. */
const textLimit = 21_000_000;
const fileCountLimit = 20_000;
/** Of a picture, in bytes. */
const pictureLimit = 512 * 1024 * 1024;

/** What each channel answers with. */
export interface ChannelResults extends Record<Channel, unknown> {
  'app:info': HostInfo;
  'cluster:contexts': readonly KubeContext[];
  'cluster:read': ManifestFolder;
  'export:plan': ExportPlan;
  'export:write': { readonly written: number; readonly removed: number };
  'file:open': OpenedFile;
  'file:save': SavedFile;
  'folder:list': FolderListing;
  'git:history': readonly GitRevision[];
  'git:show': string;
  'manifests:read': ManifestFolder;
  'reading:progress': string;
  'reading:stop': undefined;
  'recent:forget': undefined;
  'recent:list': readonly RecentFile[];
  'recovery:drop': undefined;
  'recovery:keep': undefined;
  'recovery:list': readonly Recovery[];
  'review:read': OpenedFile | undefined;
  'review:save': SavedFile;
  'settings:read': Settings;
  'settings:write': undefined;
  'template:list': readonly TemplateInfo[];
  'file:choose-and-open': OpenedFile | undefined;
  'file:choose-save-path': string | undefined;
  'folder:choose': string | undefined;
  'picture:save': string | undefined;
  'window:close': undefined;
  'window:close-seen': undefined;
  'window:document-state': undefined;
  'window:edit': undefined;
  'window:menus': undefined;
  'window:open': undefined;
  'zip:save': string | undefined;
}

// Built inside a function so that a bundle that needs only the names drops all of it.
export const channelArguments = /* @__PURE__ */ defineArguments();
export const settingsSchema = /* @__PURE__ */ defineSettings();

export type ChannelArguments = { readonly [C in Channel]: z.infer<(typeof channelArguments)[C]> };
export type ChannelResult<C extends Channel> = ChannelResults[C];

/** One function per channel: a missing one does not compile. */
export type Handlers<C extends Channel> = {
  readonly [K in C]: (args: ChannelArguments[K]) => Answering<ChannelResults[K]>;
};

type Answering<T> = [T] extends [undefined] ? Promise<void> : Promise<T>;

function defineArguments() {
  const none = z.strictObject({});
  const path = z
    .string()
    .min(1)
    .max(4096)
    .refine((text) => !text.includes('\0'), 'A path holds no NUL.');
  const text = z.string().max(textLimit);
  const name = z.string().min(1).max(255);
  const files = z.array(z.strictObject({ path, text })).max(fileCountLimit);
  const schemas = {
    'app:info': none,
    'cluster:contexts': none,
    'cluster:read': z.strictObject({ contexts: z.array(z.string().min(1).max(1000)).min(1).max(50), reading: name }),
    'export:plan': z.strictObject({ folder: path, files }),
    'export:write': z.strictObject({
      plan: z.strictObject({ folder: path, etag: name }),
      files,
      confirmed: z.array(path).max(fileCountLimit),
    }),
    'file:open': z.strictObject({ path }),
    'file:save': z.strictObject({ path, text, etag: name.optional(), overwrite: z.boolean().optional() }),
    'folder:list': z.strictObject({ path: path.optional() }),
    'git:history': z.strictObject({ path }),
    'git:show': z.strictObject({ path, revision: name }),
    'manifests:read': z.strictObject({ folder: path, reading: name }),
    // Several windows may share the handlers; what a window reads goes by an id of its own.
    'reading:progress': z.strictObject({ reading: name }),
    'reading:stop': z.strictObject({ reading: name }),
    'recent:forget': z.strictObject({ path }),
    'recent:list': none,
    'recovery:drop': z.strictObject({ id: name }),
    'recovery:keep': z.strictObject({
      id: name,
      path: path.optional(),
      etag: name.optional(),
      name: z.string().max(255),
      text,
    }),
    'recovery:list': none,
    'review:read': z.strictObject({ path }),
    'review:save': z.strictObject({ path, text, etag: name.optional(), overwrite: z.boolean().optional() }),
    'settings:read': none,
    'settings:write': z.strictObject({ settings: defineSettings() }),
    'template:list': none,
    'file:choose-and-open': none,
    'file:choose-save-path': z.strictObject({ suggestedName: name }),
    'folder:choose': none,
    'picture:save': z.strictObject({
      suggestedName: name,
      bytes: z.instanceof(Uint8Array).refine((b) => b.byteLength <= pictureLimit, 'A picture is not that large.'),
    }),
    'window:close': none,
    'window:close-seen': none,
    'window:document-state': z.strictObject({
      title: z.string().max(500),
      isDirty: z.boolean(),
      path: path.optional(),
    }),
    'window:edit': z.strictObject({
      command: z.enum(['undo', 'redo', 'cut', 'copy', 'paste', 'delete', 'select-all']),
    }),
    'window:menus': z.strictObject({
      menus: z.array(z.strictObject({ label: name, sections: z.array(z.array(defineMenuItem())) })).max(20),
    }),
    'window:open': z.strictObject({ path: path.optional() }),
    'zip:save': z.strictObject({ suggestedName: name, files }),
  } satisfies Record<Channel, z.ZodType>;
  return schemas;
}

function defineMenuItem() {
  const words = z.string().min(1).max(100);
  return z.strictObject({ id: words, label: words, isEnabled: z.boolean(), shortcut: words.optional() });
}

function defineSettings() {
  return z.strictObject({
    theme: z.enum(['system', 'light', 'dark']).optional(),
    panels: z.record(z.string().max(100), z.union([z.boolean(), z.number()])).optional(),
  });
}

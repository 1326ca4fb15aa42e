export type { Channel, DesktopChannel, SharedChannel } from './channel-names.ts';
export {
  channelNames,
  keyHeader,
  keyName,
  requestChannel,
  sharedChannelNames,
} from './channel-names.ts';
export type { ChannelArguments, ChannelResult, ChannelResults, Handlers } from './channels.ts';
export { channelArguments, settingsSchema } from './channels.ts';
export type {
  AppMenu,
  AppMenuItem,
  ExportChange,
  ExportFile,
  ExportPlan,
  ExportPlanEntry,
  FolderEntry,
  FolderListing,
  GitRevision,
  Host,
  HostInfo,
  HostRequest,
  KubeContext,
  ManifestFolder,
  OpenedFile,
  RecentFile,
  Recovery,
  SavedFile,
  SaveRequest,
  Settings,
  TemplateInfo,
} from './host.ts';
export type { Answer } from './host-error.ts';
export { HostError, unwrapAnswer } from './host-error.ts';
export { reviewNameOf } from './review-name.ts';

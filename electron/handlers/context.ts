import type { HostInfo, Recovery } from '../../shared/host/index.ts';
import type { Access } from '../access.ts';
import type { RecentFiles } from '../files/recent-files.ts';

/** What the handlers of one window work with. The same in Electron and behind the web server. */
export interface HandlerContext {
  readonly access: Access;
  readonly recentFiles: RecentFiles;
  readonly recoveries: {
    keep(entry: Recovery): Promise<void>;
    list(): Promise<readonly Recovery[]>;
    drop(id: string): Promise<void>;
  };
  readonly settingsFile: string;
  readonly templatesFolder: string;
  info(): HostInfo;
}

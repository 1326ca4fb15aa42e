import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the application keeps its own state: the place Electron uses for an application of this name, so that desktop
 * and web host share settings. `ZONEWRIGHT_STATE_DIR` names another one.
 */
export function stateFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const named = environment.ZONEWRIGHT_STATE_DIR;
  if (named !== undefined && named !== '') return named;
  switch (platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Zonewright');
    case 'win32':
      return join(environment.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Zonewright');
    default:
      return join(environment.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'Zonewright');
  }
}

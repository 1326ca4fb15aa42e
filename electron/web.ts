/** `node dist/desktop/web.js [DESIGN|FOLDER] [--port N]`: the window in the machine's browser. */
import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { HostInfo } from '../shared/host/index.ts';
import { folderAccess } from './access.ts';
import { recentFilesAt } from './files/recent-files.ts';
import { recoveryAt } from './files/recovery.ts';
import { stateFolder } from './files/state-folder.ts';
import { sharedHandlers } from './handlers/shared.ts';
import { placesBelow, stateOfFolder, userName, versionOf } from './places.ts';
import { targetOf } from './target.ts';
import { startWebServer } from './web-server.ts';

const packageFolder = resolve(import.meta.dirname, '..', '..');

run().catch((error: unknown) => {
  console.error(`zonewright: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { port: { type: 'string' } }, allowPositionals: true });
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Error(`--port ${values.port} is not a port number.`);
  const target = served(positionals[0] ?? '.');
  const state = stateFolder();
  const ofFolder = stateOfFolder(state, target.folder);
  const places = placesBelow(packageFolder);
  const info: HostInfo = {
    shell: 'web',
    platform: platformName(),
    version: versionOf(packageFolder),
    ...userName(),
    ...target.design,
  };
  const handlers = sharedHandlers({
    access: folderAccess(target.folder),
    recentFiles: recentFilesAt(join(ofFolder, 'recent.json')),
    recoveries: recoveryAt(join(ofFolder, 'recovery')),
    settingsFile: join(state, 'settings.json'),
    templatesFolder: places.templates,
    info: () => info,
  });
  const server = await startWebServer({ handlers, rendererFolder: places.renderer, port });
  console.log(`Zonewright serves ${target.folder} to this machine only.`);
  console.log(`Open ${server.newLink()}`);

  const stop = () => void server.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (process.stdin.isTTY) {
    console.log('The address works once. Press Enter for a new one, Ctrl+C to stop.');
    createInterface({ input: process.stdin }).on('line', () => console.log(`Open ${server.newLink()}`));
  }
}

/** A design is served with the folder around it. */
function served(argument: string): { folder: string; design: { openAtStart?: string } } {
  const { kind, path } = targetOf(argument, process.cwd());
  if (kind === 'folder') return { folder: realpathSync(path), design: {} };
  return { folder: realpathSync(dirname(path)), design: { openAtStart: basename(path) } };
}

function platformName(): HostInfo['platform'] {
  const { platform } = process;
  return platform === 'linux' || platform === 'darwin' || platform === 'win32' ? platform : 'other';
}

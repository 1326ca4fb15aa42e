// @ts-check
/**
 * Runs after `npm install` in the repository: builds the command line and links it, so that `npx zonewright` works
 * there. npm does not link a package's own commands into its own node_modules/.bin.
 */
import { existsSync } from 'node:fs';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, packageFolder } from './build.mjs';

const commands = join(packageFolder, 'node_modules', '.bin');

try {
  await mkdir(commands, { recursive: true });
  await link();
  if (existsSync(join(packageFolder, 'node_modules', 'vite'))) await build(['cli']);
} catch (error) {
  // The command line builds itself when it is first used, and says there what is wrong; an install goes on.
  console.error(`zonewright: the command line was not built yet. ${error instanceof Error ? error.message : error}`);
}

async function link() {
  const command = join(commands, 'zonewright');
  await rm(command, { force: true });
  if (process.platform === 'win32') {
    await writeFile(`${command}.cmd`, '@node "%~dp0\\..\\..\\cli\\bin.mjs" %*\r\n');
    return;
  }
  await symlink(join('..', '..', 'cli', 'bin.mjs'), command);
  await chmod(join(packageFolder, 'cli', 'bin.mjs'), 0o755);
}

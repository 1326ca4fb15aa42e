#!/usr/bin/env node
// @ts-check
// What `npx zonewright` starts: the bundled command line, built first where it is missing or older than its sources.
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = join(import.meta.dirname, '..');
const bundle = join(folder, 'dist', 'cli', 'zonewright.js');

// Node 22.1 and newer keep what they made of the bundle for the next start, where they may write.
if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function')
  module.enableCompileCache(join(folder, 'dist', '.compiled'));

if (existsSync(join(folder, 'cli', 'zonewright.ts'))) {
  try {
    const { build } = await import('./dev/build.mjs');
    await build(['cli']);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // In a checkout that can only be read, or without the bundler, the bundle that is there still serves.
    const isHarmless =
      ['EACCES', 'EPERM', 'EROFS', 'ERR_MODULE_NOT_FOUND'].includes(String(code)) && existsSync(bundle);
    if (!isHarmless) {
      console.error(
        `zonewright: the command line could not be built. ${error instanceof Error ? error.message : error}`,
      );
      process.exit(2);
    }
  }
}
await import(pathToFileURL(bundle).href);

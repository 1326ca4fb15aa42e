#!/usr/bin/env node
// @ts-check
// What `npx zonewright` starts: the bundled command line, built first where it is not there yet.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const bundle = join(import.meta.dirname, '..', 'dist', 'cli', 'zonewright.js');
if (!existsSync(bundle)) {
  console.error('zonewright: building the command line once …');
  const { build } = await import('./dev/build.mjs');
  await build(['cli']);
}
await import(pathToFileURL(bundle).href);

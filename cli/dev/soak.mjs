// @ts-check
/**
 * `npm run soak [-- RUNS] [FILE…]`: runs the tests that hold properties, or those of the files named, so many times (3), each
 * time with other examples, and stops at the first that fails. Its seed draws the same examples once more:
 * `ZONEWRIGHT_SEED=N npm run unit -- FILE`.
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from './build.mjs';

const args = process.argv.slice(2);
const runs = /^\d+$/.test(args[0] ?? '') ? Number(args.shift()) : 3;
const files = args.length > 0 ? args : ['shared', 'renderer', 'electron', 'cli'].flatMap(withProperties);

for (let run = 1; run <= runs; run += 1) {
  const seed = randomInt(2 ** 31);
  console.log(`\n== ${run} of ${runs}: ZONEWRIGHT_SEED=${seed}`);
  const vitest = [join(packageFolder, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--reporter=dot', ...files];
  const { status } = spawnSync(process.execPath, vitest, {
    cwd: packageFolder,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ZONEWRIGHT_SEED: String(seed) },
  });
  if (status !== 0) process.exit(1);
}

/** @param {string} area */
function withProperties(area) {
  return readdirSync(join(packageFolder, area), { recursive: true, encoding: 'utf8' })
    .map((name) => join(area, name))
    .filter((path) => /\.test\.tsx?$/.test(path))
    .filter((path) => readFileSync(join(packageFolder, path), 'utf8').includes("from 'fast-check'"));
}

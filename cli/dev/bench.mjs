// @ts-check
/**
 * `npm run bench [-- --update]`: how long the engine takes, and how much memory, for 100, 1,000 and 10,000 workloads with four
 * policies each, from a seed. Parsing and evaluating apart; times are processor time, because machines are shared. Prints how
 * each grows by size, and how it stands to the stored baseline (`--update` stores a new one). Growth is the number to
 * look at: machines differ, growth does not.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '..', '..');
const baselineFile = join(root, 'cli/bench/baseline.json');
const outDir = join(root, 'node_modules/.cache/bench');
const sizes = [100, 1000, 10_000];
const { values } = parseArgs({ options: { update: { type: 'boolean' } } });

/** @typedef {import('../bench/measure.ts').Measurement} Measurement */

// Bundled as the product is: what the development server makes of the sources runs slower.
await mkdir(outDir, { recursive: true });
await build({
  configFile: false,
  root,
  logLevel: 'error',
  build: { ssr: join(root, 'cli/bench/measure.ts'), outDir, emptyOutDir: true, target: 'node20.18', minify: false },
  ssr: { noExternal: true },
});

/** @type {Measurement[]} */
const found = [];
for (const size of sizes) {
  const { stdout } = await promisify(execFile)(process.execPath, [join(outDir, 'measure.js'), String(size)]);
  found.push(JSON.parse(stdout));
}
/** @type {Measurement[]} */
const baseline = JSON.parse(await readFile(baselineFile, 'utf8').catch(() => '[]'));

const total = (/** @type {Measurement} */ m) => m.parse.cpu + m.evaluate.cpu + m.rows.cpu;
const wall = (/** @type {Measurement} */ m) => m.parse.wall + m.evaluate.wall + m.rows.wall;
const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(2)} s`;

table([
  ['workloads', 'policies', 'input', 'classes', 'parse', 'evaluate', 'all rows', 'total', 'clock', 'memory'],
  ...found.map((m) => [
    String(m.workloads),
    String(m.policies),
    `${m.input} MB`,
    String(m.classes),
    seconds(m.parse.cpu),
    seconds(m.evaluate.cpu),
    seconds(m.rows.cpu),
    seconds(total(m)),
    seconds(wall(m)),
    `${m.memory} MB`,
  ]),
]);

console.log('\nGrowth for ten times the input:');
table([
  ['from', 'to', 'parse', 'evaluate', 'all rows', 'total', 'pairs'],
  ...found.slice(1).flatMap((m, i) => {
    const before = found[i];
    if (before === undefined) return [];
    const ratios = [
      m.parse.cpu / before.parse.cpu,
      m.evaluate.cpu / before.evaluate.cpu,
      m.rows.cpu / before.rows.cpu,
      total(m) / total(before),
      m.pairs / before.pairs,
    ];
    return [[String(before.workloads), String(m.workloads), ...ratios.map((r) => `x ${r.toFixed(1)}`)]];
  }),
]);

if (baseline.length > 0) {
  console.log('\nAgainst the baseline (1.0 is the same):');
  table([
    ['workloads', 'parse', 'evaluate', 'all rows', 'total', 'memory'],
    ...found.flatMap((m) => {
      const old = baseline.find((b) => b.workloads === m.workloads);
      if (old === undefined) return [];
      const ratios = [
        m.parse.cpu / old.parse.cpu,
        m.evaluate.cpu / old.evaluate.cpu,
        m.rows.cpu / old.rows.cpu,
        total(m) / total(old),
        m.memory / old.memory,
      ];
      return [[String(m.workloads), ...ratios.map((r) => r.toFixed(2))]];
    }),
  ]);
}
if (values.update === true) {
  await writeFile(baselineFile, `${JSON.stringify(found, undefined, 2)}\n`);
  console.log('\nThe baseline is stored.');
}

/** @param {string[][]} rows */
function table(rows) {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  for (const row of rows) console.log(row.map((cell, i) => cell.padStart(widths[i] ?? 0)).join('  '));
}

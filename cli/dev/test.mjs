// @ts-check
/**
 * `npm test`: everything. Types, format and layers count as one test each; then the unit tests; then the app is driven
 * in a browser and, where an Electron runtime is found, on the desktop. The last line is `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build, packageFolder, parts } from './build.mjs';
import { inOneLine, runEndToEnd } from './e2e.mjs';

/** @typedef {import('./e2e.mjs').Counts} Counts */

/** @type {string[]} */
const notes = [];
/** What failed or passed at its second attempt only, repeated at the end: whoever reads the tail of a log finds it there. @type {string[]} */
const faults = [];
const total = { passed: 0, failed: 0 };

await step('types', () => tool('typescript/bin/tsc', ['-b']));
await step('format and lint', () => tool('@biomejs/biome/bin/biome', ['check', '.', '--max-diagnostics=30']));
await step('layers', () =>
  tool('dependency-cruiser/bin/dependency-cruise.mjs', [
    'shared',
    'renderer',
    'electron',
    'cli',
    'e2e',
    '--config',
    '.dependency-cruiser.mjs',
  ]),
);
await step('unit tests', unitTests);
await step('build', async () => {
  await build(/** @type {import('./build.mjs').Part[]} */ (Object.keys(parts)));
  return { passed: 1, failed: 0 };
});
await step('end to end', async () => {
  const result = await runEndToEnd();
  if (result.desktop === undefined) return result;
  notes.push(`The desktop run had no runtime: ${result.desktop}.`);
  const isRequired = process.env.ZONEWRIGHT_REQUIRE_DESKTOP === '1';
  return isRequired ? { ...result, failed: result.failed + 1 } : result;
});

console.log('');
for (const note of [...notes, ...faults]) console.log(note);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

/**
 * @param {string} name
 * @param {() => Promise<Counts> | Counts} run
 */
async function step(name, run) {
  console.log(`\n== ${name}`);
  const start = performance.now();
  /** @type {Counts} */
  let counts;
  try {
    counts = await run();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    counts = { passed: 0, failed: 1 };
  }
  total.passed += counts.passed;
  total.failed += counts.failed;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  for (const unsteady of counts.unsteady ?? []) faults.push(`Unsteady: ${name}: ${unsteady}`);
  for (const failure of counts.failures ?? []) faults.push(`Failed: ${name}: ${failure}`);
  const outcome = `${name}: ${counts.passed} passed, ${counts.failed} failed, ${seconds} s`;
  console.log(`== ${outcome}`);
  notes.push(outcome);
}

/**
 * @param {string} script below node_modules
 * @param {string[]} args
 * @returns {Counts}
 */
function tool(script, args) {
  return run(script, args) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** @param {string} script @param {string[]} args */
function run(script, args) {
  const path = join(packageFolder, 'node_modules', script);
  return spawnSync(process.execPath, [path, ...args], { cwd: packageFolder, stdio: ['ignore', 'inherit', 'inherit'] })
    .status;
}

/** @returns {Counts} */
function unitTests() {
  const report = join(packageFolder, 'test-results', 'unit.json');
  mkdirSync(join(packageFolder, 'test-results'), { recursive: true });
  rmSync(report, { force: true });
  const status = run('vitest/vitest.mjs', ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`]);
  const { numPassedTests, numTotalTestSuites, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  if (Number(numTotalTestSuites) === 0) return { passed: 0, failed: 1 };
  const failures = failuresIn(testResults);
  // A run that broke down otherwise is a failure too.
  const failed = status === 0 ? failures.length : Math.max(1, failures.length);
  return { passed: Number(numPassedTests), failed, failures };
}

/**
 * Whatever did not pass did not show anything: skipped counts as failed, and so does a file that could not be loaded.
 *
 * @param {readonly { name: string, status: string, assertionResults: readonly { fullName: string, status: string, failureMessages?: readonly string[] }[] }[]} files
 */
function failuresIn(files) {
  return files.flatMap((file) => {
    const path = relative(packageFolder, file.name);
    const tests = file.assertionResults.filter((test) => test.status !== 'passed');
    if (tests.length === 0) return file.status === 'passed' ? [] : [`${path} could not be loaded`];
    return tests.map((test) => `${path}: ${test.fullName}${inOneLine(test.failureMessages?.[0])}`);
  });
}

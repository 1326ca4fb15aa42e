// @ts-check
/**
 * `npm run conformance -- FOLDER [-- --all]`: holds the engine against the answers of others. FOLDER has sets of cases, each
 * with an index.json; docs/conformance.md says how they are read. Prints the cases that disagree or do not apply (with --all
 * every case), totals for each set, and exits with 1 where something disagrees.
 * `npm run conformance -- --import FOLDER`: imports the manifests of the sets instead, and prints for each whether the design
 * means what the manifests allow.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';

const root = resolve(import.meta.dirname, '..', '..');
const { values, positionals } = parseArgs({
  options: { all: { type: 'boolean' }, import: { type: 'boolean' } },
  allowPositionals: true,
});
const [folder, ...more] = positionals;
if (folder === undefined || more.length > 0) {
  console.error('Name one folder of conformance sets: npm run conformance -- FOLDER.');
  process.exit(2);
}

if (values.import === true) {
  const imports = await runnerImport(join(root, 'cli/conformance/imports.ts'), {
    configFile: false,
    root,
    logLevel: 'error',
  });
  const { runImports } = /** @type {typeof import('../conformance/imports.ts')} */ (imports.module);
  /** @type {Record<string, number>} */
  const totals = {};
  console.log(`${'case'.padEnd(100)} workloads  flows    pairs  verdict`);
  for await (const one of runImports(resolve(folder))) {
    totals[one.verdict] = (totals[one.verdict] ?? 0) + 1;
    const counts = `${String(one.workloads).padStart(9)} ${String(one.flows).padStart(6)} ${String(one.pairs).padStart(8)}`;
    console.log(`${one.name.padEnd(100)} ${counts}  ${one.verdict}${one.note === '' ? '' : `: ${one.note}`}`);
  }
  console.log(
    `Altogether: ${Object.entries(totals)
      .map(([verdict, count]) => `${verdict} ${count}`)
      .join(', ')}`,
  );
  if (Object.keys(totals).length === 0) {
    console.error(`${folder} has no set with cases: no index.json with a list named cases was found.`);
    process.exit(2);
  }
  process.exit((totals.differs ?? 0) > 0 ? 1 : 0);
}

const { module } = await runnerImport(join(root, 'cli/conformance/run.ts'), {
  configFile: false,
  root,
  logLevel: 'error',
});
const { countVerdicts, runConformance } = /** @type {typeof import('../conformance/run.ts')} */ (module);

/** @type {import('../conformance/result.ts').CaseResult[]} */
const all = [];
for await (const { name, cases } of runConformance(resolve(folder))) {
  for (const { id, verdict, note } of cases) {
    if (values.all === true || verdict !== 'agreed')
      console.log(`${verdict.replace('-', ' ').padEnd(14)} ${name} ${id}${note === undefined ? '' : `: ${note}`}`);
  }
  console.log(`${name}: ${countVerdicts(cases)}\n`);
  all.push(...cases);
}
if (all.length === 0) {
  console.error(`${folder} has no set with cases: no index.json with a list named cases was found.`);
  process.exit(2);
}
console.log(`Altogether: ${countVerdicts(all)}`);
process.exitCode = all.some((c) => c.verdict === 'disagreed') ? 1 : 0;

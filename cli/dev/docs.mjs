// @ts-check
/**
 * `npm run docs [-- --check]`: writes docs/rules.md, docs/kinds.md and docs/targets.md from the registries, so that they cannot say
 * something else than the program does. With --check nothing is written, and the exit code is 1 where a page is stale.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { dump } from 'js-yaml';
import { runnerImport } from 'vite';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '..', '..');
const note = '<!-- Written by `npm run docs`. Edit the source, not this page. -->';

/**
 * @template T
 * @param {string} path
 * @returns {Promise<T>}
 */
async function load(path) {
  const { module } = await runnerImport(join(root, path), { configFile: false, root, logLevel: 'error' });
  return /** @type {T} */ (module);
}

const { overSample, rules, runRules, sample } = /** @type {typeof import('../../shared/rules/index.ts')} */ (
  await load('shared/rules/index.ts')
);
const { kindNames, kinds, schema } = /** @type {typeof import('../../shared/model/index.ts')} */ (
  await load('shared/model/index.ts')
);

const compiled = /** @type {typeof import('../../shared/compile/index.ts')} */ (await load('shared/compile/index.ts'));
const { proofDocs, reportDocs } = /** @type {typeof import('../../shared/report/index.ts')} */ (
  await load('shared/report/index.ts')
);
// The proof and the report are made from the finished export, so they are no targets of the compiler.
const targets = [...compiled.targets, ...[proofDocs, reportDocs].map((docs) => ({ ...docs, perCluster: false }))];

const pages = { 'docs/rules.md': rulesPage(), 'docs/kinds.md': kindsPage(), 'docs/targets.md': targetsPage() };
const isCheck = process.argv.includes('--check');
for (const [path, text] of Object.entries(pages)) {
  const file = join(root, path);
  if (existsSync(file) && (await readFile(file, 'utf8')) === text) continue;
  if (isCheck) {
    process.stderr.write(`${path} is stale. Run npm run docs.\n`);
    process.exitCode = 1;
  } else {
    await writeFile(file, text);
    process.stdout.write(`${path} is written.\n`);
  }
}

function rulesPage() {
  const lines = [
    note,
    '',
    '# Rules',
    '',
    'What Zonewright finds in a design. A design may change the severity of a rule, or switch it off, with a reason:',
    '',
    ...fenced({ rules: { 'flow/no-owner': { severity: 'off', reason: 'Owners live in the ticket system.' } } }),
    '| rule | severity | finds | fix |',
    '| --- | --- | --- | --- |',
    ...rules.map(
      (r) => `| [${r.id}](#${anchor(r.id)}) | ${r.severity} | ${r.docs.what} | ${offersFix(r) ? 'offered' : ''} |`,
    ),
    '',
    'Examples are laid over this design: a record replaces the one with its id.',
    '',
    ...fenced(sample),
  ];
  for (const rule of rules) {
    lines.push(`## ${rule.id}`, '', `**${rule.title}** (${rule.severity})`, '');
    lines.push(rule.docs.what, '', rule.docs.why, '', rule.docs.todo, '');
    for (const example of rule.examples.bad) {
      const day = example.asOf === undefined ? '' : ` (on ${example.asOf})`;
      lines.push(`Found: ${example.shows}${day}.`, '', ...fenced(example.design));
    }
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

/** @param {(typeof rules)[number]} rule */
function offersFix(rule) {
  return rule.examples.bad.some(({ design, asOf }) =>
    runRules(overSample(design), asOf === undefined ? {} : { asOf }).some((f) => f.rule === rule.id && f.fixable),
  );
}

function kindsPage() {
  /** @type {Record<(typeof kindNames)[number], z.ZodType>} */
  const schemas = {
    zone: schema.zone,
    cluster: schema.cluster,
    pool: schema.pool,
    namespace: schema.namespace,
    workload: schema.workload,
    external: schema.external,
    flow: schema.flow,
    endpoint: schema.storageEndpoint,
    class: schema.storageClass,
    runtime: schema.runtime,
  };
  const lines = [
    note,
    '',
    '# Kinds of records',
    '',
    'What a design may hold, and where. Optional fields may be left out.',
    '',
  ];
  for (const kind of kindNames) {
    const { label, path } = kinds[kind];
    const json = z.toJSONSchema(schemas[kind], { unrepresentable: 'any', io: 'input' });
    const required = new Set(json.required ?? []);
    lines.push(`## ${label}`, '', `At \`${[...path, 'ID'].join('.').replace('*', 'CLUSTER')}\`.`, '');
    lines.push('| field | type | | meaning |', '| --- | --- | --- | --- |');
    for (const [name, field] of Object.entries(json.properties ?? {})) {
      const type = typeOf(field);
      lines.push(`| ${name} | ${type} | ${required.has(name) ? 'required' : ''} | ${meaning(field)} |`);
    }
    lines.push('');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function targetsPage() {
  /** @param {boolean} perCluster */
  const table = (perCluster) => [
    '| target | format and version | files | covers | limits |',
    '| --- | --- | --- | --- | --- |',
    ...targets
      .filter((t) => t.perCluster === perCluster)
      .map((t) => `| ${[t.title, code(t.formats), code(t.files), t.covers, t.limits].join(' | ')} |`),
    '',
  ];
  const lines = [
    note,
    '',
    '# Targets',
    '',
    'What an export holds. A cluster has the files that fit its distribution, engine and version; `coverage.md` says for',
    'each cluster what is enforced there. Values that a design does not have are named placeholders (`REPLACE_ME_...`), and',
    'each is a finding; secrets are always placeholders.',
    '',
    '## In the folder of each cluster',
    '',
    ...table(true),
    '## At the root of the export',
    '',
    ...table(false),
    '## What a cluster passes through',
    '',
    'A cluster’s `platform` fills in what the design has no words for. What the design says wins, so that nothing passed',
    'through weakens the zones. `reservedSystemCPUs` is the list of CPUs that exclusive pools keep for the system.',
    '',
    ...targets.flatMap((t) => (t.platform === undefined ? [] : [`- ${t.title}: ${t.platform}`])),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

/** @param {readonly string[]} texts */
function code(texts) {
  return texts.map((t) => `\`${t}\``).join('<br>');
}

/** @param {unknown} value */
function fenced(value) {
  return ['```yaml', ...dump(value, { lineWidth: 110, flowLevel: 3 }).trimEnd().split('\n'), '```', ''];
}

/**
 * @param {unknown} field
 * @returns {string}
 */
function typeOf(field) {
  if (typeof field !== 'object' || field === null) return 'any';
  const {
    type,
    items,
    enum: values,
    anyOf,
    const: only,
    additionalProperties,
    properties,
  } = /** @type {any} */ (field);
  if (only !== undefined) return `\`${only}\``;
  if (values !== undefined) return values.map((/** @type {unknown} */ v) => `\`${v}\``).join(', ');
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(' or ');
  if (type === 'array') return `list of ${typeOf(items)}`;
  if (type === 'object' && properties !== undefined) return `{${Object.keys(properties).join(', ')}}`;
  if (type === 'object') return `map to ${typeOf(additionalProperties)}`;
  return type ?? 'any';
}

/** @param {unknown} field */
function meaning(field) {
  const text = /** @type {{description?: string} | null} */ (field)?.description ?? '';
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
}

/** @param {string} id */
function anchor(id) {
  return id.replaceAll('/', '');
}

// @ts-check
/**
 * `npm run new -- rule AREA/NAME`: writes a rule that finds nothing yet, with examples to fill in, and its lines in the
 * registry. Its tests run at once and fail until the examples are there.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', '..');
const [what, id = ''] = process.argv.slice(2);
const match = /^([a-z][a-z0-9]*)\/([a-z][a-z0-9]*(?:-[a-z0-9]+)*)$/.exec(id);

if (what !== 'rule' || match === null) {
  process.stderr.write('Usage: npm run new -- rule AREA/NAME, such as rule flow/no-ticket. The name is the fault.\n');
  process.exitCode = 2;
} else {
  const file = join(root, 'shared', 'rules', `${id}.ts`);
  if (existsSync(file)) {
    process.stderr.write(`shared/rules/${id}.ts exists already.\n`);
    process.exitCode = 2;
  } else {
    await newRule(file, camel(`${match[1]}-${match[2]}`));
    process.stdout.write(
      `shared/rules/${id}.ts and its lines in shared/rules/registry.ts are written.\n` +
        `Fill in docs, examples and check; then npm run unit -- shared/rules, and npm run docs.\n`,
    );
  }
}

/**
 * @param {string} file
 * @param {string} name
 */
async function newRule(file, name) {
  const registry = join(root, 'shared', 'rules', 'registry.ts');
  const text = await readFile(registry, 'utf8');
  const imports = [...text.matchAll(/^import \{ (\w+) \} from '\.\/(.+)\.ts';$/gm)].map(([, n = '', path = '']) => ({
    n,
    path,
  }));
  imports.push({ n: name, path: id });
  imports.sort((a, b) => (a.path < b.path ? -1 : 1));
  // The formatter sorts imports by path, so the list line of define.ts stands among them.
  const lines = [...imports.map((i) => ({ ...i, n: `{ ${i.n} }` })), { n: 'type { Rule }', path: 'define' }]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map((i) => `import ${i.n} from './${i.path}.ts';`);
  const head = text.slice(text.indexOf('/** Every rule'), text.indexOf('[\n', text.indexOf('export const rules')) + 2);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, ruleText(name));
  await writeFile(registry, `${lines.join('\n')}\n\n` + `${head}${imports.map((i) => `  ${i.n},\n`).join('')}];\n`);
}

/** @param {string} name */
function ruleText(name) {
  return `import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

export const ${name} = defineRule({
  id: '${id}',
  severity: 'warning',
  title: '',
  docs: { what: '', why: '', todo: '' },
  examples: {
    good: [{ shows: '', design: {} }],
    bad: [{ shows: '', design: {} }],
  },
  *check({ lookup }) {
    for (const flow of lookup.flows) {
      const target = ref('flow', flow.id);
      // Say nothing about what is fine, and about what cannot be judged.
      if (flow.id !== '') continue;
      yield {
        message: \`\${capital(called(lookup, target))} has this fault. It matters for this reason. Do this about it.\`,
        subject: target,
        path: ['flows', flow.id],
      };
    }
  },
});
`;
}

/** @param {string} text */
function camel(text) {
  return text.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
}

// @ts-check
/**
 * Checks every object of every template's and case's export against folders of JSON schemas:
 *
 *   npm run schemas -- FOLDER...
 *
 * A folder may hold, at any depth, `<group>/<kind>_<version>.json`, files that name their apiVersion and kind themselves,
 * and CustomResourceDefinitions as YAML. Unknown fields are errors. Kinds without a schema are counted and listed; unit
 * tests check their fields by tables of our own (shared/compile/emit/cluster/formats.test.ts and those beside emitters). Needs
 * `npm run build`, because it exports through the command line. Exits with 1 where anything failed, 2 for bad usage.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Ajv } from 'ajv';
import { loadAll } from 'js-yaml';

/** @typedef {Record<string, any>} Json */
/** @typedef {{ id: string, body: Json, validate?: import('ajv').ValidateFunction }} Schema */

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders = process.argv.slice(2);
if (folders.length === 0 || folders.some((f) => !existsSync(f) || !statSync(f).isDirectory())) {
  console.error('usage: npm run schemas -- FOLDER...   (folders of JSON schemas)');
  process.exit(2);
}

// Go-only patterns would throw in JavaScript, and formats are Kubernetes' own.
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true, logger: false, inlineRefs: false });
const schemas = readSchemas(folders);
console.log(
  `${schemas.size} kinds with a schema in ${folders.length === 1 ? 'one folder' : `${folders.length} folders`}`,
);

const counts = { valid: 0, failed: 0 };
/** @type {Map<string, number>} Kind to number of objects. */
const withoutSchema = new Map();
const scratch = mkdtempSync(join(tmpdir(), 'zonewright-schemas-'));
try {
  for (const [i, design] of designs().entries()) checkDesign(design, join(scratch, String(i)));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
for (const [kind, count] of [...withoutSchema].sort(([a], [b]) => (a < b ? -1 : 1)))
  console.log(`no schema: ${kind} (${count})`);
const skipped = [...withoutSchema.values()].reduce((sum, n) => sum + n, 0);
console.log(`${counts.valid} objects valid, ${counts.failed} failed, ${skipped} without a schema`);
// An export without objects means that nothing was checked, which is no success.
process.exit(counts.failed > 0 || counts.valid === 0 ? 1 : 0);

/** Templates first, then the compiler's cases; by path. */
function designs() {
  const templates = list(join(root, 'templates')).filter((f) => f.endsWith('.zones.yaml'));
  const cases = list(join(root, 'shared/compile/cases')).filter((f) => basename(f) === 'topology.yaml');
  return [...templates, ...cases];
}

/**
 * @param {string} design
 * @param {string} out
 */
function checkDesign(design, out) {
  const name = relative(root, design);
  // `--unproven`: this judges what is written, whatever the proof says about it.
  const run = spawnSync(process.execPath, [join(root, 'cli/bin.mjs'), 'export', design, '--out', out, '--unproven'], {
    encoding: 'utf8',
  });
  // 1 means findings or a difference: the files are there all the same.
  if (run.status !== 0 && run.status !== 1)
    return fail(name, `export ended with ${run.status ?? run.signal}: ${run.stderr.trim()}`);
  const files = existsSync(out) ? list(out).filter((f) => f.endsWith('.yaml')) : [];
  if (files.length === 0) return fail(name, `export wrote no manifests: ${run.stderr.trim()}`);
  for (const file of files) {
    /** @type {Json[]} */
    let documents;
    try {
      documents = /** @type {Json[]} */ (loadAll(readFileSync(file, 'utf8')));
    } catch (e) {
      fail(`${name} ${relative(out, file)}`, String(e));
      continue;
    }
    for (const object of documents)
      if (object?.apiVersion !== undefined) checkObject(`${name} ${relative(out, file)}`, object, file);
  }
}

/**
 * @param {string} where
 * @param {Json} object
 * @param {string} file
 */
function checkObject(where, object, file) {
  // install-config.yaml of OpenShift has no kind; its file tells what it is.
  const key = `${object.apiVersion} ${object.kind ?? basename(file)}`;
  const schema = schemas.get(key.toLowerCase());
  if (schema === undefined) {
    withoutSchema.set(key, (withoutSchema.get(key) ?? 0) + 1);
    return;
  }
  const validate = validator(schema);
  // The type guard of ajv would narrow the object to nothing.
  const isValid = /** @type {boolean} */ (validate(object));
  if (isValid) counts.valid += 1;
  else {
    const errors = (validate.errors ?? []).map(
      (e) =>
        `${e.instancePath || '/'} ${e.message}${e.params?.additionalProperty ? ` (${e.params.additionalProperty})` : ''}`,
    );
    fail(`${where}: ${object.kind} ${object.metadata?.name ?? ''}`, [...new Set(errors)].join('; '));
  }
}

/**
 * @param {string} where
 * @param {string} message
 */
function fail(where, message) {
  counts.failed += 1;
  console.error(`FAILED ${where}: ${message}`);
}

/** @param {Schema} schema */
function validator(schema) {
  const validate = schema.validate ?? ajv.getSchema(schema.id) ?? ajv.compile(schema.body);
  schema.validate = validate;
  return validate;
}

/**
 * `apiversion kind`, in lower case, to schema. Later folders do not replace what earlier ones have.
 *
 * @param {string[]} all
 */
function readSchemas(all) {
  /** @type {Map<string, Schema>} */
  const found = new Map();
  /** @type {(apiVersion: string, kind: string, schema: Schema) => void} */
  const put = (apiVersion, kind, schema) => {
    const key = `${apiVersion} ${kind}`.toLowerCase();
    if (!found.has(key)) found.set(key, schema);
  };
  for (const file of all.flatMap(list)) {
    if (file.endsWith('.json')) {
      let body;
      try {
        body = withoutBadPatterns(JSON.parse(readFileSync(file, 'utf8')));
      } catch {
        continue;
      }
      const id = pathToFileURL(file).href;
      const apiVersion = single(body.properties?.apiVersion);
      const kind = single(body.properties?.kind);
      const layout = /^([a-z]+)_(v[a-z0-9]+)\.json$/.exec(basename(file));
      if (apiVersion === undefined && layout !== null) {
        put(`${basename(dirname(file))}/${layout[2]}`, layout[1] ?? '', { id: `${id}#closed`, body: closed(body) });
        continue;
      }
      // References between files are relative to the file that holds them.
      ajv.addSchema({ ...body, $id: id }, id);
      if (apiVersion !== undefined && kind !== undefined) put(apiVersion, kind, { id, body });
    } else if (/\.ya?ml$/.test(file)) {
      for (const crd of /** @type {Json[]} */ (loadAll(readFileSync(file, 'utf8')))) {
        if (crd?.kind !== 'CustomResourceDefinition') continue;
        for (const version of crd.spec.versions) {
          const body = version.schema?.openAPIV3Schema;
          if (body === undefined) continue;
          put(`${crd.spec.group}/${version.name}`, crd.spec.names.kind, {
            id: `${file}#${version.name}`,
            body: closed(withoutBadPatterns(body)),
          });
        }
      }
    }
  }
  return found;
}

/** @param {Json | undefined} property */
function single(property) {
  return property?.const ?? (property?.enum?.length === 1 ? property.enum[0] : undefined);
}

/**
 * Schemas of CRDs prune unknown fields instead of refusing them; here every object with properties is closed.
 *
 * @param {any} schema
 * @returns {any}
 */
function closed(schema) {
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = { ...schema };
  if (copy.properties !== undefined) {
    copy.properties = Object.fromEntries(Object.entries(copy.properties).map(([k, v]) => [k, closed(v)]));
    if (copy.additionalProperties === undefined && copy['x-kubernetes-preserve-unknown-fields'] !== true)
      copy.additionalProperties = false;
  } else if (typeof copy.additionalProperties === 'object')
    copy.additionalProperties = closed(copy.additionalProperties);
  if (copy.items !== undefined) copy.items = closed(copy.items);
  // anyOf, oneOf and allOf repeat fields of the object around them, so closing them would refuse the others.
  return copy;
}

/**
 * @param {any} value
 * @returns {any}
 */
function withoutBadPatterns(value) {
  if (Array.isArray(value)) return value.map(withoutBadPatterns);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([k, v]) => k !== 'pattern' || typeof v !== 'string' || compiles(v))
      .map(([k, v]) => [k, withoutBadPatterns(v)]),
  );
}

/** @param {string} pattern */
function compiles(pattern) {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}

/**
 * Every file below a folder, sorted.
 *
 * @param {string} folder
 * @returns {string[]}
 */
function list(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

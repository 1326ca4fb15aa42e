// @ts-check
/**
 * `npm run build [-- PART…] [-- --force]`: bundles the parts that changed since they were built last. Parts: renderer, main, web,
 * preload, cli. Each bundle carries its libraries, so what lies in dist/ runs without node_modules.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export const packageFolder = resolve(import.meta.dirname, '..', '..');
const stampFolder = join(packageFolder, 'dist', '.stamps');

/** The oldest Node that runs the bundles: the one inside the oldest Electron that tests use. */
const nodeTarget = 'node20.18';

/** @typedef {'renderer' | 'main' | 'web' | 'preload' | 'cli'} Part */

/** @type {Record<Part, { entry: string, output: string, sources: string[], format?: 'es' | 'cjs' }>} */
export const parts = {
  renderer: { entry: 'renderer/index.html', output: 'dist/renderer/index.html', sources: ['renderer', 'shared'] },
  main: { entry: 'electron/main.ts', output: 'dist/desktop/main.js', sources: ['electron', 'shared'] },
  web: { entry: 'electron/web.ts', output: 'dist/desktop/web.js', sources: ['electron', 'shared'] },
  preload: {
    entry: 'electron/preload.ts',
    output: 'dist/desktop/preload.cjs',
    sources: ['electron', 'shared/host'],
    format: 'cjs',
  },
  cli: { entry: 'cli/zonewright.ts', output: 'dist/cli/zonewright.js', sources: ['cli', 'electron/files', 'shared'] },
};

const settings = ['package.json', 'package-lock.json', 'vite.config.ts', 'cli/dev/build.mjs'];

/**
 * Builds what is not up to date; answers with the parts that were built.
 * @param {readonly Part[]} wanted
 * @param {{ force?: boolean }} [options]
 */
export async function build(wanted, options = {}) {
  /** @type {Part[]} */
  const built = [];
  for (const part of wanted) {
    const fingerprint = fingerprintOf(part);
    const stamp = join(stampFolder, part);
    const isFresh = existsSync(join(packageFolder, parts[part].output)) && (await readText(stamp)) === fingerprint;
    if (isFresh && options.force !== true) continue;
    // Without a stamp a build that dies half-way is done again.
    await rm(stamp, { force: true });
    await bundle(part);
    await mkdir(stampFolder, { recursive: true });
    await writeFile(stamp, fingerprint);
    built.push(part);
  }
  return built;
}

/** @param {Part} part */
async function bundle(part) {
  const { entry, output, format = 'es' } = parts[part];
  if (!existsSync(join(packageFolder, entry))) throw new Error(`${entry} is missing, so ${output} cannot be built.`);
  // Loaded here, because deciding that nothing has to be built needs no bundler.
  const vite = await import('vite');
  if (part === 'renderer') {
    await vite.build({
      root: join(packageFolder, 'renderer'),
      configFile: join(packageFolder, 'vite.config.ts'),
      logLevel: 'warn',
    });
    return;
  }
  const chunkFolder = `${basename(output, '.js')}-parts`;
  // Built aside and renamed, so that a second start at the same moment never reads half a bundle.
  const aside = join(packageFolder, 'dist', `.building-${part}-${process.pid}`);
  try {
    await vite.build({
      configFile: false,
      root: packageFolder,
      logLevel: 'warn',
      publicDir: false,
      ssr: { noExternal: true, external: ['electron'], target: 'node' },
      build: {
        ssr: join(packageFolder, entry),
        target: nodeTarget,
        outDir: aside,
        emptyOutDir: true,
        minify: false,
        rolldownOptions: {
          external: ['electron'],
          output: {
            format,
            entryFileNames: basename(output),
            // A sandboxed preload script is one file.
            ...(format === 'cjs' ? { codeSplitting: false } : { chunkFileNames: `${chunkFolder}/[name]-[hash].js` }),
          },
        },
      },
    });
    await mkdir(dirname(join(packageFolder, output)), { recursive: true });
    if (existsSync(join(aside, chunkFolder)))
      await putChunks(join(aside, chunkFolder), join(packageFolder, dirname(output), chunkFolder));
    await rename(join(aside, basename(output)), join(packageFolder, output));
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/**
 * Chunks are named by what is in them, so those of the build before stay for whoever started with it; a day later nobody
 * asks for them.
 * @param {string} from
 * @param {string} to
 */
async function putChunks(from, to) {
  await mkdir(to, { recursive: true });
  const names = await readdir(from);
  for (const name of names) await rename(join(from, name), join(to, name));
  const dayAgo = Date.now() - 24 * 60 * 60 * 1000;
  for (const name of await readdir(to)) {
    const file = join(to, name);
    // A second build at the same moment may have taken it away.
    const time = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (!names.includes(name) && time < dayAgo) await rm(file, { force: true });
  }
}

/**
 * Size and time of every source, hashed: reading a thousand files would take longer than some builds. Asked one after the
 * other and at once, because every start of the command line waits for this alone, and promises would double it.
 * @param {Part} part
 */
function fingerprintOf(part) {
  const hash = createHash('sha256').update(`${part} ${process.versions.node}\n`);
  const files = [...settings];
  for (const folder of parts[part].sources) {
    const path = join(packageFolder, folder);
    const names = existsSync(path) ? readdirSync(path, { recursive: true }).map(String) : [];
    // Tests and recorded cases are in no bundle.
    files.push(...names.filter((n) => !/\.test\.tsx?$|(^|[\\/])cases[\\/]/.test(n)).map((n) => join(folder, n)));
  }
  for (const file of files.sort()) {
    const info = statSync(join(packageFolder, file), { throwIfNoEntry: false });
    if (info?.isFile() === true) hash.update(`${file} ${info.size} ${info.mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** @param {string} path */
function readText(path) {
  return readFile(path, 'utf8').catch(() => undefined);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const names = process.argv.slice(2).filter((a) => !a.startsWith('-'));
  const unknown = names.filter((name) => !Object.hasOwn(parts, name));
  if (unknown.length > 0) {
    console.error(`There is no part ${unknown.join(', ')}. Parts: ${Object.keys(parts).join(', ')}.`);
    process.exit(2);
  }
  const wanted = /** @type {Part[]} */ (names.length > 0 ? names : Object.keys(parts));
  try {
    const built = await build(wanted, { force: process.argv.includes('--force') });
    console.error(built.length === 0 ? 'Everything is up to date.' : `Built ${built.join(', ')}.`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

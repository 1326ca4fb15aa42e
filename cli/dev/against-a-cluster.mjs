// @ts-check
/**
 * `npm run against-a-cluster -- CONTEXT [DESIGN…]`: applies the export of every template, or of the designs named, to the
 * cluster of a kubeconfig context, compares what its API server admits with what the proofs say, and deletes it again. For a
 * cluster that is thrown away: everybody who signs in may do everything there meanwhile. Needs kubectl, and of the cluster a
 * controller manager, the admission plugins PodNodeSelector and PodTolerationRestriction, and the custom resources whose
 * objects are to be checked; nodes are not needed. Exits with 1 where the server refuses, warns or disagrees.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { runnerImport } from 'vite';

const root = resolve(import.meta.dirname, '..', '..');
const [context, ...named] = process.argv.slice(2);
const config = new KubeConfig();
config.loadFromDefault();
if (context === undefined || config.getContextObject(context) === null) {
  console.error('Name a context of the kubeconfig: npm run against-a-cluster -- CONTEXT [DESIGN…].');
  process.exit(2);
}
config.setCurrentContext(context);

const { module } = await runnerImport(join(root, 'cli/conformance/api-server.ts'), {
  configFile: false,
  root,
  logLevel: 'error',
});
const { holdAgainst, questionsOf } = /** @type {typeof import('../conformance/api-server.ts')} */ (module);
const templates = readdirSync(join(root, 'templates')).filter((f) => f.endsWith('.zones.yaml'));
const designs = named.length > 0 ? named.map((d) => resolve(d)) : templates.map((t) => join(root, 'templates', t));

kubectl(
  'create',
  'clusterrolebinding',
  'against-a-cluster',
  '--clusterrole=cluster-admin',
  '--group=system:authenticated',
);
const scratch = mkdtempSync(join(tmpdir(), 'zonewright-cluster-'));
let faults = 0;
try {
  for (const [i, design] of designs.entries()) {
    const out = join(scratch, String(i));
    const run = [join(root, 'cli/bin.mjs'), 'export', design, '--out', out, '--unproven'];
    const { status, stderr } = spawnSync(process.execPath, run, { encoding: 'utf8' });
    if (status !== 0 && status !== 1) throw new Error(`${design} cannot be exported: ${stderr}`);
    for (const [cluster, questions] of questionsOf(readFileSync(design, 'utf8'), design)) {
      const result = await holdAgainst(config, join(out, cluster), questions);
      for (const fault of result.faults) console.log(`  ${fault}`);
      const not = result.notServed.length === 0 ? '' : `; not served: ${result.notServed.join(', ')}`;
      const counts = `${result.applied} objects applied, ${result.agreed} of ${questions.length} answers agree`;
      console.log(`${design} ${cluster}: ${counts}, ${result.faults.length} faults${not}`);
      faults += result.faults.length;
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
  kubectl('delete', 'clusterrolebinding', 'against-a-cluster');
}
process.exit(faults > 0 ? 1 : 0);

/** @param {...string} args */
function kubectl(...args) {
  const { status, stderr } = spawnSync('kubectl', ['--context', String(context), ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile, type ExportIndex, indexName } from '../compile/index.ts';
import { loadDesign } from '../document/index.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { exportedFileCount, prove, provenExport } from './index.ts';

describe('provenExport', () => {
  it('should put the proof beside the manifests and into the index, and change no other file', () => {
    const text = readFileSync(new URL('../../templates/one-cluster-three-zones.zones.yaml', import.meta.url), 'utf8');
    const topology = loadDesign(text).document?.topology;
    if (topology === undefined) throw new Error('the template cannot be read');
    const bundle = compile(topology);
    const whole = provenExport(topology, bundle, prove(topology, bundle));
    const before = new Map(bundle.files.map((f) => [f.path, f.text]));
    expect(whole.files.filter((f) => f.text !== before.get(f.path)).map((f) => f.path)).toEqual([
      'PROOF.md',
      'proof.json',
      'report/matrix.csv',
      'report/picture.svg',
      'report/report.html',
      'report/report.md',
      indexName,
    ]);
    const index = JSON.parse(whole.files.find((f) => f.path === indexName)?.text ?? '') as ExportIndex;
    expect(index.files.map((f) => [f.path, f.sha256])).toEqual(
      whole.files.filter((f) => f.path !== indexName).map((f) => [f.path, sha256Hex(f.text)]),
    );
    expect(whole.files.find((f) => f.path === 'PROOF.md')?.text).toContain('**Proven.**');
    expect(provenExport(topology, whole, prove(topology, whole))).toEqual(whole);
    expect([exportedFileCount(bundle), exportedFileCount(whole)]).toEqual([whole.files.length, whole.files.length]);
  });
});

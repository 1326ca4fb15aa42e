import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyze } from '../shared/analysis/index.ts';
import { loadDesign, saveDesign } from '../shared/document/index.ts';

const folder = new URL('../templates/', import.meta.url);
const templates = readdirSync(folder).filter((name) => name.endsWith('.zones.yaml'));

/** Each template has at most one warning, which its comments explain. */
const explained: Readonly<Record<string, readonly string[]>> = {
  'hybrid-with-management.zones.yaml': [],
  'one-cluster-three-zones.zones.yaml': ['flow/skips-a-zone payout-mainframe'],
  'online-boutique.zones.yaml': [],
  'payment-platform.zones.yaml': ['flow/skips-a-zone schemes'],
  'three-zones-three-clusters.zones.yaml': ['flow/skips-a-zone settlement-erp'],
};

function read(name: string) {
  const text = readFileSync(new URL(name, folder), 'utf8');
  return { text, ...loadDesign(text, { file: name }) };
}

describe('templates', () => {
  it('should be those whose warnings are known here', () => {
    expect([...templates].sort()).toEqual(Object.keys(explained).sort());
  });

  it.each(templates)('should load without problems and save without changing a byte: %s', (name) => {
    const { text, document, problems } = read(name);
    expect(problems).toEqual([]);
    expect(document && saveDesign(document, document.topology).text).toBe(text);
  });

  it.each(templates)('should have no error and only the warnings that its comments explain: %s', (name) => {
    const { document } = read(name);
    const found = document === undefined ? [] : analyze(document.topology, { asOf: '2026-11-21' }).problems;
    const grave = found.filter((p) => p.severity !== 'info').map((p) => `${p.rule} ${p.subject?.id}`);
    expect(grave).toEqual(explained[name]);
  });

  it.each(templates)('should export a file for every cluster: %s', (name) => {
    const { document } = read(name);
    const files = document === undefined ? [] : analyze(document.topology).bundle.files.map((f) => f.path);
    for (const cluster of Object.keys(document?.topology.clusters ?? {}))
      expect(files).toContain(`${cluster}/kustomization.yaml`);
  });
});

/**
 * Goldens of the network half: cases/<case>/expected/**. Two cases keep their whole export; the others only what they are
 * about, so that a change of an unrelated file does not rewrite them all.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { schema, type Topology } from '../model/index.ts';
import { compile } from './index.ts';

const whole = ['two-workloads'];
const cases = [
  ...whole,
  'api-server',
  'blocked-by-the-matrix',
  'cilium-mesh',
  'clusters-behind-nodes',
  'clusters-of-one-mesh',
  'clusters-routed',
  'clusters-with-egress-addresses',
  'dual-stack',
  'excepted',
  'from-the-internet-by-load-balancer',
  'gitops',
  'guard-rails-calico',
  'guard-rails-cilium',
  'guard-rails-cluster-network-policy',
  'hosts-by-name',
  'inside-a-zone-denied',
  'named-ports-that-differ',
  'nodes-by-zone',
  'pair-of-clusters',
  'namespace-without-zone',
  'through-a-gateway',
  'through-an-ingress',
  'to-the-internet-without-metadata',
  'zone-to-zone',
];
const aboutFlows =
  /^(firewall\/|gitops\/|[^/]+\/((policies|services|gateways|ingresses)\/|(gateway|ingress)-classes\.yaml$))/;
const aboutBorders = /^[^/]+\/guard-rails\//;

function readCase(name: string): Topology {
  const text = readFileSync(new URL(`cases/${name}/topology.yaml`, import.meta.url), 'utf8');
  return schema.topology.parse(load(text)) as Topology;
}

describe('network cases', () => {
  it.each(cases)('should match the expected files of %s', async (name) => {
    const bundle = compile(readCase(name));
    const about = name.startsWith('guard-rails') ? aboutBorders : aboutFlows;
    const files = new Map(
      bundle.files.filter((f) => whole.includes(name) || about.test(f.path)).map((f) => [f.path, f.text]),
    );
    const said = bundle.problems.filter((p) => p.subject?.kind === 'flow' || p.subject?.kind === 'workload');
    files.set('problems.txt', said.map((p) => `${p.severity} ${p.rule}: ${p.message}\n`).join(''));
    for (const [path, text] of files) {
      await expect(text).toMatchFileSnapshot(`cases/${name}/expected/${path}`);
    }
    const folder = new URL(`cases/${name}/expected`, import.meta.url);
    const there = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
    const stale = there
      .filter((f) => f.isFile())
      .map((f) => `${f.parentPath}/${f.name}`.split('/expected/')[1] ?? '')
      .filter((p) => !files.has(p));
    expect(stale).toEqual([]);
  });
});

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile/index.ts';
import { loadDesign } from '../document/index.ts';
import { lookup, type Topology } from '../model/index.ts';
import { arbitraryTopology } from '../testing/arbitraries.ts';
import { reportAsHtml, reportAsMarkdown } from './design.ts';
import {
  cellText,
  matrixAsCsv,
  matrixAsHtml,
  matrixAsJson,
  matrixAsMarkdown,
  matrixAsText,
  matrixTable,
} from './matrix.ts';
import { pictureFile, pictureOf } from './picture.ts';

const templates = readdirSync('templates').filter((name) => name.endsWith('.zones.yaml'));
const claims = read('one-cluster-three-zones.zones.yaml');

describe('the matrix', () => {
  it('should say in every format what the design writes and what trust decides', () => {
    const table = matrixTable(claims);
    expect(matrixAsText(table)).toMatchInlineSnapshot(`
      "from \\ to  outside      dmz                  app          db
      outside                 443/tcp 8443/tcp #2  (block-all)  (block-all)
      dmz        587/tcp #1   only flows           8080/tcp #5  block-all
      app        443/tcp #1   (block-all)          free inside  5432/tcp 6379/tcp 8200/tcp #5
      db         (block-all)  (block-all)          (block-all)  only flows

      In brackets: not written, so trust decides. After the number sign: how many flows are drawn.
      "
    `);
    expect(matrixAsCsv(table).split('\r\n').slice(0, 3)).toEqual([
      'from,outside,dmz,app,db',
      'outside,,443/tcp 8443/tcp,block-all,block-all',
      'dmz,587/tcp,only flows,8080/tcp,block-all',
    ]);
    expect(matrixAsMarkdown(table)).toContain('| **DMZ** | 587/tcp \\#1 | only flows | 8080/tcp \\#5 | block-all |');
    expect(matrixAsHtml(table)).toContain('<th scope="row">Database</th>');
    const data = JSON.parse(matrixAsJson(table));
    expect(data).toMatchObject({ apiVersion: 'zonewright/v1', kind: 'Matrix' });
    expect(data.cells).toContainEqual({
      from: 'dmz',
      to: 'app',
      access: 'allow-only',
      services: ['8080/tcp'],
      severity: 'high',
      written: true,
      flows: ['brokers-claims', 'mailer-fetch', 'portal-claims', 'portal-customers', 'portal-documents'],
    });
  });

  it('should have a cell for every pair of zones, whatever the design', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        const { axes, cells } = matrixTable(topology);
        expect(cells.length).toBe(axes.length ** 2);
        for (const cell of cells) expect(typeof cellText(cell)).toBe('string');
      }),
      { numRuns: 50 },
    );
  });
});

describe('the report of a design', () => {
  it.each(templates)('should name every zone, flow, owner, ticket and note of %s', (name) => {
    const topology = read(name);
    const { coverage } = compile(topology);
    const pages = [reportAsMarkdown({ topology, coverage }), reportAsHtml({ topology, coverage })];
    const plain = pages.map((page) => page.replaceAll('\\', '').replaceAll('&#39;', "'").replaceAll('&quot;', '"'));
    for (const page of plain) {
      for (const zone of lookup(topology).zones) expect(page).toContain(zone.name ?? zone.id);
      for (const [id, flow] of Object.entries(topology.flows ?? {}))
        for (const said of [id, flow.reason, flow.owner, flow.ticket, flow.until]) expect(page).toContain(said ?? '');
      for (const note of coverage) expect(page).toContain(note.subject);
      expect(page).toContain('Not proven: nobody has compared the manifests with the drawing.');
    }
  });

  it('should let no text of a design become markup', () => {
    const evil = '<script>alert(1)</script> | [x](y) `z`';
    const topology: Topology = {
      ...claims,
      metadata: { name: evil, description: evil },
      zones: { ...claims.zones, dmz: { ...claims.zones?.dmz, trust: 20, name: evil } },
      workloads: { ...claims.workloads, 'portal-web': { namespace: 'portal', name: evil } },
      externals: { ...claims.externals, internet: { kind: 'internet', name: evil } },
    };
    const flows = {
      ...topology.flows,
      'customers-in': { ...(topology.flows?.['customers-in'] ?? never()), reason: evil },
    };
    const report = { topology: { ...topology, flows }, coverage: [] };
    expect(reportAsHtml(report)).not.toMatch(/<script|\]\(y\)<\/a>/);
    expect(pictureFile(report.topology)).not.toContain('<script');
    for (const line of reportAsMarkdown(report)
      .split('\n')
      .filter((l) => l.startsWith('| ') && l.includes('script')))
      expect(line.replaceAll('\\|', '').split('|').length).toBeGreaterThan(4);
    expect(reportAsMarkdown(report)).not.toMatch(/(^|[^\\])<script/);
  });
});

describe('the pages', () => {
  it('should be shown with the styles that they bring along and no others', () => {
    const bundle = compile(claims);
    const page = reportAsHtml({ topology: claims, coverage: bundle.coverage });
    for (const text of [page, matrixAsHtml(matrixTable(claims))]) {
      const [, policy = ''] = /Content-Security-Policy" content="([^"]+)"/.exec(text) ?? [];
      const styles = [...text.matchAll(/<style>(.*?)<\/style>/gs)].map(([, style = '']) => style);
      const allowed = styles.map((style) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`);
      expect(styles.length).toBeGreaterThan(0);
      expect(policy).toBe(`default-src 'none'; style-src ${allowed.join(' ')}; base-uri 'none'; form-action 'none'`);
      expect(text).not.toMatch(/ style=/);
    }
  });
});

describe('the picture', () => {
  it.each(templates)('should draw every workload, external and flow of %s once, inside its frame', (name) => {
    const topology = read(name);
    const svg = pictureOf(topology);
    const [, width = 0, height = 0] = (/viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? []).map(Number);
    const cards = [...svg.matchAll(/<rect class="card[^"]*" x="([\d.]+)" y="([\d.]+)" width="(\d+)" height="(\d+)"/g)];
    const endpoints = Object.keys(topology.storage?.endpoints ?? {}).length;
    const shapes = lookup(topology).workloads.length + Object.keys(topology.externals ?? {}).length + endpoints;
    expect(cards.length).toBe(shapes);
    for (const [, x, y, w, h] of cards) {
      expect(Number(x) + Number(w)).toBeLessThanOrEqual(width);
      expect(Number(y) + Number(h)).toBeLessThanOrEqual(height);
    }
    const legs = Object.values(topology.flows ?? {}).reduce((n, f) => n + (f.via?.proxy === undefined ? 1 : 2), 0);
    expect(svg.match(/<path class="flow"/g)?.length ?? 0).toBe(legs);
  });

  it('should be the same for the same design in any order, and none of it undefined', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        const svg = pictureFile(topology);
        expect(svg).not.toMatch(/undefined|NaN|Infinity/);
        const turned = Object.fromEntries(Object.entries(topology.workloads ?? {}).reverse());
        expect(pictureFile({ ...topology, workloads: turned })).toBe(svg);
      }),
      { numRuns: 60 },
    );
  });
});

function read(name: string): Topology {
  return loadDesign(readFileSync(`templates/${name}`, 'utf8'), { file: name }).document?.topology ?? never();
}

function never(): never {
  throw new Error('the test is wrong');
}

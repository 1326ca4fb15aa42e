import { describe, expect, it } from 'vitest';
import { type Review, type ReviewEntry, reviewEntry } from '../diff/index.ts';
import { emptyTopology, type Topology } from '../model/index.ts';
import {
  countReview,
  picturesOf,
  reviewAsHtml,
  reviewAsJson,
  reviewAsMarkdown,
  reviewAsSarif,
  reviewAsText,
} from './index.ts';

const evil = 'x" onload=alert(1)><script>alert(1)</script>';
const entry: ReviewEntry = reviewEntry({
  id: 'connection:1',
  layer: 'connection',
  class: 'opens',
  severity: 'high',
  change: 'added',
  subject: { kind: 'Connection', id: 'a → b' },
  causes: [{ kind: 'flow', id: 'x' }],
  title: 'a → b',
  message: `a can reach ${evil} [b](javascript:alert) @team on TCP 1, and could not before.`,
  details: ['Ports changed from 1 to 2.'],
  zones: ['dmz'],
});
const object = reviewEntry({
  ...entry,
  id: 'manifest:1',
  layer: 'manifest',
  class: 'neutral',
  severity: 'low',
  message: 'StorageClass fast changed.',
  details: [],
  manifest: {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    name: 'fast',
    fields: [],
    immutable: ['parameters'],
    textBefore: 'kind: StorageClass\nparameters: {}\n',
    textAfter: `kind: StorageClass\nname: ${evil}\n`,
  },
});
const review: Review = {
  groups: [
    { key: 'flow:x', title: `Flow ${evil} added`, class: 'opens', severity: 'high', entries: [entry, object] },
    {
      key: 'zone:a',
      title: 'Zone a changed',
      class: 'neutral',
      severity: 'low',
      entries: [{ ...entry, class: 'neutral' }],
    },
  ],
  records: [],
};
const names = { before: 'a`b', after: 'main:shop' };

describe('a review', () => {
  it('should print each edit with its consequences below it', () => {
    const text = reviewAsText(review);
    expect(text).toContain(`opens       high: Flow ${evil} added\n  connection opens       a can reach`);
    expect(text).toContain('One object has to be made anew.');
  });

  it('should print the objects of an edit that leads to nothing else, and say where nothing differs', () => {
    const text = reviewAsText({ groups: [{ ...review.groups[0], entries: [object] } as Review['groups'][number]] });
    expect(text).toContain('  manifest   neutral     StorageClass fast changed.\n');
    expect(countReview({ groups: [] })).toBe('no differences');
  });

  it('should let no name of a record become markup in a comment, and call nobody', () => {
    const text = reviewAsMarkdown(review, names);
    expect(text).toContain('From `` a`b `` to `main:shop`: 1 opens, 1 neutral.');
    expect(text.replace(/```diff[\s\S]*?```/g, '')).not.toContain('<script>');
    expect(text).toContain('\\[b\\](javascript:alert) &#64;team');
    expect(text).toContain('<summary><b>Flow x&#34; onload=alert(1)&#62;');
  });

  it('should put what opens first and fold the rest away', () => {
    const text = reviewAsMarkdown(review, names);
    expect(text.startsWith('## One edit opens or weakens something\n')).toBe(true);
    expect(text).toMatch(/<details>\n<summary>One more edit, which opens and weakens nothing<\/summary>/);
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
  });

  it('should sum an edit up by the gravest that follows, and never by an object that only follows from it', () => {
    const edit = reviewEntry({ ...entry, id: 'record:1', layer: 'record', message: 'The matrix lets TCP 1 pass.' });
    const of = (...entries: readonly ReviewEntry[]) =>
      reviewAsMarkdown(
        { groups: [{ key: 'matrix:a/b', title: 'T', class: 'opens', severity: 'high', entries }] },
        names,
      )
        .split('\n')
        .find((line) => line.startsWith('| opens'));
    expect(of(edit, object)).toBe('| opens | high | T | The matrix lets TCP 1 pass. |');
    expect(of(edit, { ...entry, message: 'a can reach b.' }, object)).toBe('| opens | high | T | a can reach b. |');
  });

  it('should count what does not fit into a comment', () => {
    const group = review.groups[0];
    const many = { groups: Array.from({ length: 2_000 }, () => group ?? ({} as never)), records: [] };
    const text = reviewAsMarkdown(many, names);
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/\d+ more parts do not fit here\./);
  });

  it('should make a page that runs and loads nothing, whatever names are in it', () => {
    const page = reviewAsHtml(review, names, picturesOf(emptyTopology('a'), emptyTopology('b'), review));
    expect(page).toContain("default-src 'none'; style-src 'sha256-");
    // Only places of the page itself are led to.
    expect(page.replace(/ href="#edit-\d+"/g, '')).not.toMatch(/<script|<[^>]*\s(on\w+|style|href|src)=|https?:/);
    expect(page).toContain('prefers-color-scheme:dark');
    expect(page).toContain('&lt;script&gt;');
  });

  it('should say first what opens and weakens, above the pictures', () => {
    const page = reviewAsHtml(review, names, picturesOf(emptyTopology('a'), emptyTopology('b'), review));
    expect(page.indexOf('<ol class="summary"')).toBeLessThan(page.indexOf('<figure>'));
    expect(page).toContain('<a href="#edit-0">');
    expect(page).toContain('<details class="edit" id="edit-0" open>');
  });

  it('should leave out of a large picture what did not change, and say so', () => {
    const large = (ports: 'all' | readonly []): Topology => ({
      ...emptyTopology('large'),
      zones: { app: { trust: 50 } },
      clusters: { c: { distribution: 'kind', version: '1.37' } },
      namespaces: { n: { cluster: 'c', zone: 'app' } },
      workloads: Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`w${i}`, { namespace: 'n' }])),
      flows: Object.fromEntries(
        Array.from({ length: 300 }, (_, i) => [
          `f${i}`,
          { from: { workload: `w${i}` }, to: { workload: `w${(i + 1) % 300}` }, ports: i === 7 ? ports : 'all' },
        ]),
      ),
    });
    const effect = { class: 'opens', severity: 'high', message: 'It opens.', causes: [] } as const;
    const edit = {
      subject: { kind: 'flow', id: 'f7' },
      change: 'changed',
      moves: [],
      fields: [],
      effects: [effect],
      title: 'Flow w7 → w8 changed',
      class: 'opens',
      severity: 'high',
    } as const;
    const changed = {
      groups: [{ key: 'flow:f7', title: edit.title, class: 'opens', severity: 'high', entries: [entry], edit }],
    } as const;
    const pictures = picturesOf(large([]), large('all'), changed);
    expect(pictures.flowsLeftOut).toBe(299);
    expect(pictures.after.match(/<path class="flow/g)).toHaveLength(1);
    expect(pictures.after).toContain('w7 → w8');
    expect(reviewAsHtml(changed, names, pictures)).toContain('299 flows that did not change are not drawn.');
  });

  it('should say of pictures that nobody drew how they were made', () => {
    const pictures = picturesOf(emptyTopology('a'), emptyTopology('b'), review);
    const said = 'in the zones that an import would propose';
    expect(reviewAsHtml(review, names, { ...pictures, areProposed: true })).toContain(said);
    expect(reviewAsHtml(review, names, pictures)).not.toContain(said);
  });

  it('should give pipelines what opens and weakens, with its place and its cause', () => {
    const sarif = JSON.parse(
      reviewAsSarif(review, { version: '1', about: 'a b.yaml' }, () => ({ file: 'a b.yaml', line: 3 })),
    );
    expect(sarif.runs[0].results).toHaveLength(1);
    expect(sarif.runs[0].results[0]).toMatchObject({
      ruleId: 'diff/connection/opens/high',
      level: 'error',
      locations: [{ physicalLocation: { artifactLocation: { uri: 'a%20b.yaml' }, region: { startLine: 3 } } }],
    });
    const json = JSON.parse(reviewAsJson(review));
    expect(json.kind).toBe('Difference');
    expect(json.entries[0]).toMatchObject({ class: 'opens', layer: 'connection', causes: [{ kind: 'flow', id: 'x' }] });
    expect(json.entries).toContainEqual(expect.objectContaining({ layer: 'manifest', replaced: ['parameters'] }));
  });
});

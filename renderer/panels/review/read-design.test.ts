import { describe, expect, it } from 'vitest';
import { readDesign, readFile, readFolder } from './read-design.ts';

const head = 'apiVersion: zonewright/v1\nkind: Topology\nmetadata: {name: shop}\n';

describe('readDesign', () => {
  it('should read a whole design, and an empty file as one in which nothing is drawn', () => {
    expect(readDesign(`${head}zones: {dmz: {trust: 20}}\n`, 'main').topology.zones).toEqual({ dmz: { trust: 20 } });
    expect(readDesign('\n', 'main').topology.zones).toBeUndefined();
  });

  it('should refuse a design of which only parts can be read, and name the line', () => {
    expect(() => readDesign(`${head}zones:\n  dmz: {trust: 20}\n  db: {trust: high}\n`, 'main')).toThrow(
      /^main cannot be compared, because a part of it cannot be read.*Line 6: /,
    );
  });

  it('should refuse a file with conflicts, one that is no design, and one of another version', () => {
    const conflict = `${head}<<<<<<< ours\nzones: {}\n=======\nzones: {dmz: {trust: 1}}\n>>>>>>> theirs\n`;
    for (const text of [conflict, 'kind: Pod\n', head.replace('zonewright/v1', 'zonewright/v9')])
      expect(() => readDesign(text, 'main')).toThrow(/^main cannot be compared, because .*\.$/s);
  });
});

describe('readFile', () => {
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n';

  it('should take a design for a design, and what prints manifests for these', () => {
    expect(readFile(`${head}zones: {dmz: {trust: 20}}\n`, 'copy.yaml')).toMatchObject({
      kind: 'file',
      title: 'copy.yaml',
    });
    expect(readFile(`---\n# none\n---\n${pod}`, 'rendered.yaml')).toEqual({
      kind: 'folder',
      title: 'rendered.yaml',
      files: [{ path: 'rendered.yaml', text: `---\n# none\n---\n${pod}` }],
    });
  });

  it('should refuse manifests of which a part cannot be read, and what is neither', () => {
    expect(() => readFile(`${pod}---\na: [\n`, 'rendered.yaml')).toThrow(
      /^rendered\.yaml cannot be compared.* Line \d: /,
    );
    expect(() => readFile('hello', 'notes.yaml')).toThrow(/^notes\.yaml cannot be compared/);
  });
});

describe('readFolder', () => {
  const shop = { path: 'shop.zones.yaml', text: `${head}zones: {dmz: {trust: 20}}\n` };
  const pod = { path: 'prod/pod.yaml', text: 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n' };

  it('should take the manifests of a folder, whatever designs lie among them', () => {
    expect(readFolder('C:\\live\\prod', [shop, pod])).toEqual({ kind: 'folder', title: 'prod/', files: [pod] });
  });

  it('should take the design of a folder that holds one, and its review', () => {
    const review = { path: 'shop.review.yaml', text: 'apiVersion: zonewright/v1\nkind: Review\n' };
    expect(readFolder('designs', [shop, review])).toMatchObject({
      kind: 'file',
      title: 'shop.zones.yaml',
      topology: { zones: { dmz: { trust: 20 } } },
    });
  });

  it('should say what to choose where there are several designs, or nothing', () => {
    expect(() => readFolder('designs', [shop, { ...shop, path: 'b.zones.yml' }])).toThrow(
      'designs holds 2 designs and no manifests. Choose one of them as another file.',
    );
    expect(() => readFolder('empty', [])).toThrow('empty holds no manifests.');
  });
});

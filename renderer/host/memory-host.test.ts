import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../shared/lib/sha256.ts';
import { memoryHost } from './memory-host.ts';

describe('memoryHost', () => {
  it('should refuse to overwrite what changed since it was read, until it is confirmed', async () => {
    const host = memoryHost({ files: { 'a.zones.yaml': 'one' } });
    const { etag } = await host.openFile('a.zones.yaml');
    host.files.set('a.zones.yaml', 'two');
    await expect(host.saveFile({ path: 'a.zones.yaml', text: 'three', etag })).rejects.toMatchObject({
      code: 'changed-on-disk',
    });
    await host.saveFile({ path: 'a.zones.yaml', text: 'three', etag, overwrite: true });
    expect(host.files.get('a.zones.yaml')).toBe('three');
    expect((await host.recentFiles()).map((f) => f.path)).toEqual(['a.zones.yaml']);
  });

  it('should plan and write exports by the index, and leave foreign files alone until confirmed', async () => {
    const host = memoryHost({ files: { 'out/c.yaml': 'foreign' } });
    const files = (texts: Record<string, string>) => {
      const list = Object.entries(texts).map(([path, text]) => ({ path, text }));
      const index = { files: list.map(({ path, text }) => ({ path, sha256: sha256Hex(text) })) };
      return [...list, { path: 'zonewright.json', text: JSON.stringify(index) }];
    };
    const first = files({ 'a.yaml': 'a', 'b.yaml': 'b' });
    await host.writeExport(await host.planExport('out', first), first, []);
    const next = files({ 'a.yaml': 'a2', 'c.yaml': 'c' });
    const plan = await host.planExport('out', next);
    expect(plan.entries.map((e) => [e.path, e.change])).toEqual([
      ['a.yaml', 'changed'],
      ['b.yaml', 'removed'],
      ['c.yaml', 'foreign'],
      ['zonewright.json', 'changed'],
    ]);
    expect(await host.writeExport(plan, next, [])).toEqual({ written: 2, removed: 1 });
    expect(host.files.get('out/c.yaml')).toBe('foreign');
    await expect(host.writeExport(plan, next, [])).rejects.toMatchObject({ code: 'changed-on-disk' });
  });

  it('should list folders with their parents, and send requests until the listener stops', async () => {
    const host = memoryHost({ files: { 'x/y/a.yaml': '', 'b.yaml': '' } });
    expect((await host.listFolder()).entries).toEqual([
      { name: 'b.yaml', path: 'b.yaml', isFolder: false },
      { name: 'x', path: 'x', isFolder: true },
    ]);
    expect(await host.listFolder('x/y')).toMatchObject({
      parent: 'x',
      entries: [{ name: 'a.yaml', path: 'x/y/a.yaml' }],
    });
    const seen: unknown[] = [];
    const stop = host.onRequest((request) => seen.push(request));
    host.request({ kind: 'close' });
    stop();
    host.request({ kind: 'close' });
    expect(seen).toEqual([{ kind: 'close' }]);
  });
});

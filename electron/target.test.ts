import * as fs from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { targetArgument, targetOf } from './target.ts';

let folder: string;

beforeEach(async () => {
  folder = await fs.realpath(await fs.mkdtemp(join(tmpdir(), 'zw-target-')));
});
afterEach(() => fs.rm(folder, { recursive: true, force: true }));

describe('targetOf', () => {
  it('should take a file of any name for a design, tell a folder, and count from the working folder', async () => {
    await fs.mkdir(join(folder, 'sub.yaml'));
    await fs.writeFile(join(folder, 'shop'), '');
    expect(targetOf('shop', folder)).toEqual({ kind: 'design', path: join(folder, 'shop') });
    expect(targetOf(join(folder, 'shop'), '/')).toEqual({ kind: 'design', path: join(folder, 'shop') });
    expect(targetOf('sub.yaml', folder)).toEqual({ kind: 'folder', path: join(folder, 'sub.yaml') });
    expect(targetOf('.', folder)).toEqual({ kind: 'folder', path: folder });
  });

  it('should say what is not there, and what is no file', async () => {
    expect(() => targetOf('none.yaml', folder)).toThrow(`${join(folder, 'none.yaml')} is not there.`);
    const server = createServer();
    await new Promise<void>((done) => server.listen(join(folder, 'socket'), done));
    expect(() => targetOf('socket', folder)).toThrow('neither a file nor a folder');
    await new Promise((done) => server.close(done));
  });
});

describe('targetArgument', () => {
  it('should pass over the program, its switches and the folder of the application, once', () => {
    const of = (...argv: string[]) => targetArgument(['electron', ...argv], folder);
    expect(of(folder, 'shop.zones.yaml')).toBe('shop.zones.yaml');
    expect(of('--no-sandbox', '--user-data-dir=/x', `${folder}/`, '--more', 'shop')).toBe('shop');
    expect(of(folder, folder)).toBe(folder);
    expect(of(folder)).toBeUndefined();
    expect(of()).toBeUndefined();
    expect(of('shop')).toBe('shop');
  });
});

import * as fs from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sharedChannelNames } from '../shared/host/index.ts';
import { folderAccess } from './access.ts';
import { recentFilesAt } from './files/recent-files.ts';
import { recoveryAt } from './files/recovery.ts';
import { sharedHandlers } from './handlers/shared.ts';
import { startWebServer, type WebServer } from './web-server.ts';

const html = '<!doctype html><html><head><title>Zonewright</title></head></html>';

let base: string;
let shared: string;
let server: WebServer;
let cookie: string;
let key: string;

beforeEach(async () => {
  base = await fs.realpath(await fs.mkdtemp(join(tmpdir(), 'zw-web-')));
  shared = join(base, 'shared');
  const renderer = join(base, 'renderer');
  await fs.mkdir(join(renderer, 'assets'), { recursive: true });
  await fs.mkdir(shared);
  await fs.writeFile(join(renderer, 'index.html'), html);
  await fs.writeFile(join(renderer, 'assets', 'a.js'), 'export {}');
  await fs.writeFile(join(renderer, '.stamp'), 'hidden');
  await fs.writeFile(join(base, 'secret.yaml'), 'secret: 1');
  await fs.writeFile(join(shared, 'shop.zones.yaml'), 'name: shop');
  const handlers = sharedHandlers({
    access: folderAccess(shared),
    recentFiles: recentFilesAt(join(base, 'state', 'recent.json')),
    recoveries: recoveryAt(join(base, 'state', 'recovery')),
    settingsFile: join(base, 'state', 'settings.json'),
    templatesFolder: join(base, 'templates'),
    info: () => ({ shell: 'web', platform: 'linux', version: '1.2.3' }),
  });
  server = await startWebServer({ handlers, rendererFolder: renderer });
  const entry = await ask({ path: pathOf(server.newLink()) });
  key = /<meta name="zonewright-key" content="([^"]+)">/.exec(entry.body)?.[1] ?? '';
  cookie = (entry.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
});

afterEach(async () => {
  await server.close();
  await fs.rm(base, { recursive: true, force: true });
});

describe('the way in', () => {
  it('should take a token once, and give the page, its key and a cookie that scripts cannot read', async () => {
    const path = pathOf(server.newLink('open=shop.zones.yaml'));
    const first = await ask({ path });
    expect(first.status).toBe(200);
    expect(first.body).toContain('<title>Zonewright</title>');
    expect(first.headers['set-cookie']?.[0]).toMatch(/^zonewright-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
    expect((await ask({ path })).status).toBe(403);
    expect((await ask({ path: '/?token=guess' })).status).toBe(403);
  });

  it('should answer nothing without the cookie, and nothing to a wrong one', async () => {
    const wrong: Array<Record<string, string>> = [
      {},
      { cookie: '' },
      { cookie: `${cookie}x` },
      { cookie: cookie.replace(/-\d+=/, '-1=') },
    ];
    for (const headers of wrong) {
      expect((await ask({ path: '/', headers })).status).toBe(401);
      expect((await call('app:info', {}, { ...own(), cookie: '', ...headers })).status).toBe(401);
    }
  });

  it('should answer no message without the key of the page, which no later answer and no address holds', async () => {
    expect(key).toMatch(/^[\w-]{43}$/);
    // A server on another port of this machine is given the cookie, and could send it here.
    const { 'x-zonewright-key': _, ...stolen } = own();
    expect((await call('app:info', {}, stolen)).status).toBe(401);
    for (const wrong of ['', `${key}x`, cookie.split('=')[1] ?? '']) {
      expect((await call('app:info', {}, { ...own(), 'x-zonewright-key': wrong })).status).toBe(401);
    }
    for (const path of ['/', '/index.html', '/assets/a.js', '/?token=guess']) {
      const reply = await ask({ path, headers: { ...stolen } });
      expect(JSON.stringify([reply.headers, reply.body])).not.toContain(key);
    }
    expect(server.newLink()).not.toContain(key);
    expect((await call('app:info', {})).status).toBe(200);
  });

  it('should listen on loopback only', () => {
    expect(server.address).toBe('127.0.0.1');
    expect(new URL(server.newLink()).hostname).toBe('127.0.0.1');
  });
});

describe('requests from elsewhere', () => {
  it('should be refused by host name, as after DNS rebinding', async () => {
    for (const host of [
      'evil.example',
      `evil.example:${server.port}`,
      '127.0.0.1',
      '127.0.0.1:1',
      `127.0.0.1.evil.example:${server.port}`,
      `[::1]:${server.port}`,
    ]) {
      expect((await ask({ path: '/', headers: { cookie, host } })).status).toBe(403);
      expect((await ask({ path: pathOf(server.newLink()), headers: { host } })).status).toBe(403);
    }
  });

  it('should be refused by origin and by what the browser says of the page', async () => {
    const other = [
      'http://evil.example',
      'null',
      `http://localhost:${server.port}`,
      `https://127.0.0.1:${server.port}`,
      'http://127.0.0.1:1',
    ];
    for (const origin of other) expect((await call('app:info', {}, { ...own(), origin })).status).toBe(403);
    for (const site of ['cross-site', 'same-site']) {
      expect((await call('app:info', {}, { ...own(), 'sec-fetch-site': site })).status).toBe(403);
    }
    const { origin: _, ...without } = own();
    expect((await call('app:info', {}, without)).status).toBe(403);
  });

  it('should be refused as forms, which need no permission to be sent', async () => {
    expect((await call('app:info', {}, { ...own(), 'content-type': 'text/plain' })).status).toBe(415);
  });
});

describe('the pages', () => {
  it('should come with the headers that fence them in', async () => {
    const page = await ask({ path: '/', headers: { cookie } });
    expect(page).toMatchObject({ status: 200, body: html });
    expect(page.headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect((await ask({ path: '/assets/a.js', headers: { cookie } })).headers['content-type']).toMatch(
      /^text\/javascript/,
    );
  });

  it('should be only files of the window: no folders, no hidden files, nothing outside', async () => {
    await fs.symlink(join(base, 'secret.yaml'), join(base, 'renderer', 'link.json'));
    const paths = [
      '/assets',
      '/assets/',
      '/.stamp',
      '/link.json',
      '/../secret.yaml',
      '/%2e%2e/secret.yaml',
      '/..%2fsecret.yaml',
      '/assets/..%5c..%5csecret.yaml',
      '/%00',
      '/a%',
      '//etc/passwd',
      '/etc/passwd',
    ];
    for (const path of paths) expect([path, (await ask({ path, headers: { cookie } })).status]).toEqual([path, 404]);
    expect((await ask({ path: '/', method: 'PUT', headers: { cookie } })).status).toBe(405);
  });
});

describe('the channels', () => {
  it('should all have a handler', async () => {
    for (const channel of sharedChannelNames) {
      const { body } = await call(channel, 'no arguments fit this');
      expect(JSON.parse(body)).toMatchObject({
        ok: false,
        message: expect.stringContaining(`The arguments of ${channel} do not fit`),
      });
    }
  });

  it('should refuse what is no channel, also names that every object has, and those of the desktop', async () => {
    for (const channel of [
      'file:delete',
      'toString',
      '__proto__',
      'constructor',
      '',
      'file:open/x',
      'file:choose-and-open',
      'window:open',
    ]) {
      expect(JSON.parse((await call(channel, {})).body)).toMatchObject({ ok: false, code: 'not-allowed' });
    }
  });

  it('should refuse arguments that do not fit, and messages that are no JSON or too large', async () => {
    for (const args of [
      null,
      [],
      {},
      { path: 7 },
      { path: '' },
      { path: 'a\0b' },
      { path: 'a', more: 1 },
      { path: 'a'.repeat(5000) },
    ]) {
      expect(JSON.parse((await call('file:open', args)).body)).toMatchObject({ ok: false, code: 'not-allowed' });
    }
    expect((await ask({ path: '/rpc/file:open', method: 'POST', headers: own(), body: '{' })).status).toBe(400);
    const large = Buffer.alloc(64 * 1024 * 1024 + 1, 32);
    expect((await ask({ path: '/rpc/file:open', method: 'POST', headers: own(), body: large })).status).toBe(413);
  });

  it('should open, save and list below the folder', async () => {
    const opened = await value('file:open', { path: 'shop.zones.yaml' });
    expect(opened).toMatchObject({
      path: 'shop.zones.yaml',
      name: 'shop.zones.yaml',
      text: 'name: shop',
      writable: true,
    });
    await fs.mkdir(join(shared, 'sub'));
    expect(await value('file:save', { path: 'sub/new.zones.yaml', text: 'name: new' })).toMatchObject({
      path: 'sub/new.zones.yaml',
    });
    expect(await value('folder:list', {})).toEqual({
      path: '.',
      entries: [
        { name: 'sub', path: 'sub', isFolder: true },
        { name: 'shop.zones.yaml', path: 'shop.zones.yaml', isFolder: false },
      ],
    });
    expect(await value('folder:list', { path: 'sub' })).toMatchObject({ path: 'sub', parent: '.' });
    expect((await value('recent:list', {})) as unknown[]).toMatchObject([
      { path: 'sub/new.zones.yaml' },
      { path: 'shop.zones.yaml' },
    ]);
  });

  it('should refuse every way out of the folder, for every channel that takes a path', async () => {
    await fs.symlink(base, join(shared, 'up'));
    await fs.symlink(join(base, 'secret.yaml'), join(shared, 'link.yaml'));
    const ways = [
      '../secret.yaml',
      'x/../../secret.yaml',
      join(base, 'secret.yaml'),
      '/etc/passwd',
      'up/secret.yaml',
      'link.yaml',
      'up/none.yaml',
      '..\\secret.yaml',
      'C:\\x',
      'C:x',
    ];
    for (const path of ways) {
      const answers = [
        await call('file:open', { path }),
        await call('file:save', { path, text: 'taken', overwrite: true }),
        await call('git:history', { path }),
        await call('git:show', { path, revision: 'HEAD' }),
      ];
      for (const answer of answers)
        expect([path, JSON.parse(answer.body)]).toMatchObject([path, { ok: false, code: 'not-allowed' }]);
    }
    for (const folder of ['..', '../shared2', 'up', 'up/new', base, '/']) {
      for (const answer of [
        await call('folder:list', { path: folder }),
        await call('export:plan', { folder, files: [{ path: 'a', text: 'a' }] }),
      ]) {
        expect([folder, JSON.parse(answer.body)]).toMatchObject([folder, { ok: false, code: 'not-allowed' }]);
      }
    }
    expect(await fs.readFile(join(base, 'secret.yaml'), 'utf8')).toBe('secret: 1');
    expect((await fs.readdir(base)).sort()).toEqual(['renderer', 'secret.yaml', 'shared']);
  });

  it('should never follow a folder that is swapped for a link while it is asked for', async () => {
    await fs.mkdir(join(base, 'outside'));
    await fs.writeFile(join(base, 'outside', 'x.yaml'), 'secret: 2');
    const place = join(shared, 'swap');
    let isOver = false;
    const swapping = (async () => {
      while (!isOver) {
        await fs.mkdir(place);
        await fs.writeFile(join(place, 'x.yaml'), 'public: 1');
        await fs.rm(place, { recursive: true });
        await fs.symlink(join(base, 'outside'), place);
        await fs.rm(place);
      }
    })();
    const seen = new Set<string>();
    for (let i = 0; i < 300; i += 1) {
      const answer = JSON.parse((await call('file:open', { path: 'swap/x.yaml' })).body);
      if (answer.ok) seen.add(answer.value.text);
    }
    isOver = true;
    await swapping;
    expect([...seen].filter((text) => text.includes('secret'))).toEqual([]);
  });

  it('should start with default settings where the file is damaged, and keep what is written', async () => {
    await fs.mkdir(join(base, 'state'), { recursive: true });
    for (const damage of ['{', '[]', '{"theme":"pink"}']) {
      await fs.writeFile(join(base, 'state', 'settings.json'), damage);
      expect(await value('settings:read', {})).toEqual({});
    }
    await call('settings:write', { settings: { theme: 'dark', panels: { left: true } } });
    expect(await value('settings:read', {})).toEqual({ theme: 'dark', panels: { left: true } });
  });

  it('should keep unsaved edits until they are dropped', async () => {
    await call('recovery:keep', { id: 'd1', path: 'shop.zones.yaml', name: 'shop', text: 'name: edited' });
    expect(await value('recovery:list', {})).toMatchObject([
      { id: 'd1', path: 'shop.zones.yaml', text: 'name: edited' },
    ]);
    await call('recovery:drop', { id: 'd1' });
    expect(await value('recovery:list', {})).toEqual([]);
  });
});

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Below fetch, which would not send a path with `..` or another host as they are. */
function ask(options: {
  path: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}): Promise<Reply> {
  const { path, method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function own(): Record<string, string> {
  return {
    cookie,
    origin: `http://127.0.0.1:${server.port}`,
    'content-type': 'application/json',
    'x-zonewright-key': key,
  };
}

function call(channel: string, args: unknown, headers = own()): Promise<Reply> {
  return ask({ path: `/rpc/${channel}`, method: 'POST', headers, body: JSON.stringify(args) });
}

async function value(channel: string, args: unknown): Promise<unknown> {
  const answer = JSON.parse((await call(channel, args)).body);
  expect(answer).toMatchObject({ ok: true });
  return answer.value;
}

function pathOf(link: string): string {
  const { pathname, search } = new URL(link);
  return pathname + search;
}

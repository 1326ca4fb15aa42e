import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';

test('the app starts without an error, and its window has no way around the host', async ({ app }) => {
  await expect(app.page).toHaveTitle(/Zonewright/);
  await expect(app.page.locator('#root')).not.toBeEmpty();
  const found = await app.page.evaluate(() => ({
    require: typeof Reflect.get(window, 'require'),
    process: typeof Reflect.get(window, 'process'),
    module: typeof Reflect.get(window, 'module'),
    bridge: Object.keys(Reflect.get(window, 'zonewright') ?? {}).sort(),
    isSecure: window.isSecureContext,
  }));
  expect(found).toEqual({
    require: 'undefined',
    process: 'undefined',
    module: 'undefined',
    bridge: app.shell === 'desktop' ? ['onRequest', 'send'] : [],
    isSecure: true,
  });
  for (const [channel, args] of [
    ['file:delete', {}],
    ['file:open', { path: 7 }],
    ['file:open', { path: '/etc/hostname' }],
  ] as const)
    expect(await send(app.page, channel, args)).toMatchObject({ ok: false });
});

test('the page is fenced in by its content security policy', async ({ app }) => {
  const policy = await app.page.evaluate(async () =>
    (await fetch('index.html')).headers.get('content-security-policy'),
  );
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain('unsafe-eval');
  const outcome = await app.page.evaluate(async () => {
    const violations = new Set<string>();
    const both = new Promise<void>((done) => {
      document.addEventListener('securitypolicyviolation', (event) => {
        violations.add(event.effectiveDirective);
        if (violations.size === 2) done();
      });
    });
    const script = document.createElement('script');
    script.textContent = 'window.smuggled = true';
    document.body.append(script);
    script.remove();
    await fetch('https://example.invalid/').catch(() => undefined);
    await both;
    return { smuggled: Reflect.get(window, 'smuggled'), violations: [...violations].sort() };
  });
  expect(outcome).toEqual({ smuggled: undefined, violations: ['connect-src', 'script-src-elem'] });
  // The browser reports both attempts on the console; they were ours.
  expect(app.errors.filter((error) => !/Content Security Policy/.test(error))).toEqual([]);
  app.errors.length = 0;
});

test('the window cannot be led to another address, nor take one in', async ({ app }) => {
  const before = app.page.url();
  const framed = await app.page.evaluate(async () => {
    const refused = new Promise<string>((done) => {
      document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective), { once: true });
    });
    const frame = document.createElement('iframe');
    frame.src = 'https://example.invalid/';
    document.body.append(frame);
    const directive = await refused;
    frame.remove();
    return directive;
  });
  expect(framed).toBe('frame-src');
  if (app.shell === 'desktop') {
    // A browser lets its user go where they want; the desktop window has only its own page.
    const after = await app.page.evaluate(async () => {
      window.location.href = 'https://example.invalid/';
      // Had the window gone elsewhere, this page and its answer would be gone with it.
      await new Promise((done) => setTimeout(done, 500));
      return { address: window.location.href, isDrawn: (document.getElementById('root')?.childNodes.length ?? 0) > 0 };
    });
    expect(after).toEqual({ address: before, isDrawn: true });
  }
  expect(app.page.url()).toBe(before);
  expect(app.errors.filter((error) => !/Content Security Policy/.test(error))).toEqual([]);
  app.errors.length = 0;
});

test('the window reaches no network; on the desktop not even without its policy', async ({ app }) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  if (app.shell === 'desktop') {
    const inspector = await app.page.context().newCDPSession(app.page);
    await inspector.send('Page.setBypassCSP', { enabled: true });
    await app.page.reload();
  }
  const outcome = await app.page.evaluate(
    (url) => fetch(url, { mode: 'no-cors' }).then(String, () => 'refused'),
    `http://127.0.0.1:${port}/design`,
  );
  server.close();
  expect({ outcome, asked }).toEqual({ outcome: 'refused', asked: [] });
  app.errors.length = 0;
});

test('a reload and a second window are let in again, and no address holds the way in', async ({ app }) => {
  await expect(app.page).toHaveURL(/^(app|http):\/\/[^?]*$/);
  await app.page.reload();
  await expect(app.page.locator('#root')).not.toBeEmpty();
  expect(await send(app.page, 'app:info', {})).toMatchObject({ ok: true });
  if (app.shell === 'web') {
    const second = await app.page.context().newPage();
    await second.goto(app.page.url());
    await expect(second.locator('#root')).not.toBeEmpty();
    expect(await send(second, 'app:info', {})).toMatchObject({ ok: true });
  }
});

/** Sends what the window itself would not. */
function send(page: Page, channel: string, args: unknown): Promise<unknown> {
  return page.evaluate(
    async ([channel, args]) => {
      const bridge = Reflect.get(window, 'zonewright') as
        | { send(channel: string, args: unknown): Promise<unknown> }
        | undefined;
      if (bridge !== undefined) return bridge.send(channel, args).catch(() => ({ ok: false }));
      const response = await fetch(`/rpc/${channel}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-zonewright-key': localStorage.getItem('zonewright-key') ?? '',
        },
        body: JSON.stringify(args),
      });
      return response.json();
    },
    [channel, args] as const,
  );
}

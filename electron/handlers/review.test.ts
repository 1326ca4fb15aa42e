import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderAccess, grantedAccess } from '../access.ts';
import type { HandlerContext } from './context.ts';
import { reviewHandlers } from './review.ts';

let folder: string;

beforeEach(async () => {
  folder = await fs.realpath(await fs.mkdtemp(join(tmpdir(), 'zw-review-')));
  await fs.writeFile(join(folder, 'shop.zones.yaml'), 'name: shop');
});
afterEach(() => fs.rm(folder, { recursive: true, force: true }));

describe('the review beside a design', () => {
  it('should not be led elsewhere by a link that nobody chose', async () => {
    const elsewhere = await fs.mkdtemp(join(tmpdir(), 'zw-elsewhere-'));
    await fs.writeFile(join(elsewhere, 'profile'), 'mine');
    await fs.symlink(join(elsewhere, 'profile'), join(folder, 'shop.review.yaml'));
    const access = grantedAccess();
    const path = join(folder, 'shop.zones.yaml');
    access.grant(path);
    const handlers = reviewHandlers({ access } as HandlerContext);
    await expect(handlers['review:read']({ path })).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(handlers['review:save']({ path, text: 'kind: Review\n', overwrite: true })).rejects.toMatchObject({
      code: 'not-allowed',
    });
    expect(await fs.readFile(join(elsewhere, 'profile'), 'utf8')).toBe('mine');
    await fs.rm(elsewhere, { recursive: true, force: true });
  });

  it('should be absent, then written, then read back, and not overwritten unseen', async () => {
    const handlers = reviewHandlers({ access: folderAccess(folder) } as HandlerContext);
    const path = 'shop.zones.yaml';
    expect(await handlers['review:read']({ path })).toBeUndefined();
    const saved = await handlers['review:save']({ path, text: 'kind: Review\n' });
    expect(saved).toMatchObject({ path: 'shop.review.yaml', name: 'shop.review.yaml' });
    expect(await handlers['review:read']({ path })).toMatchObject({ text: 'kind: Review\n', etag: saved.etag });
    await fs.writeFile(join(folder, 'shop.review.yaml'), 'theirs');
    const stale = { path, text: 'mine', etag: saved.etag };
    await expect(handlers['review:save'](stale)).rejects.toMatchObject({ code: 'changed-on-disk' });
    expect(await fs.readFile(join(folder, 'shop.review.yaml'), 'utf8')).toBe('theirs');
    await handlers['review:save']({ ...stale, overwrite: true });
    expect(await fs.readFile(join(folder, 'shop.review.yaml'), 'utf8')).toBe('mine');
  });

  it('should be open to whoever may touch the design, and to nobody else', async () => {
    const access = grantedAccess();
    const handlers = reviewHandlers({ access } as HandlerContext);
    const path = join(folder, 'shop.zones.yaml');
    await expect(handlers['review:read']({ path })).rejects.toMatchObject({ code: 'not-allowed' });
    access.grant(path);
    await handlers['review:save']({ path, text: 'kind: Review\n' });
    expect(await fs.readFile(join(folder, 'shop.review.yaml'), 'utf8')).toBe('kind: Review\n');
    await expect(
      reviewHandlers({ access: folderAccess(folder) } as HandlerContext)['review:read']({ path: '../x.zones.yaml' }),
    ).rejects.toMatchObject({ code: 'not-allowed' });
  });
});

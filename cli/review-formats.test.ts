/** What one review says, in every format: shops before and after an afternoon of edits. `npm run accept` writes it anew. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { testShell } from './test-shell.ts';

const folder = new URL('cases/review/', import.meta.url);
const shell = testShell();

describe('a review', () => {
  it.each(['txt', 'md', 'html', 'sarif'])('should read as it does in %s', async (format) => {
    const args = ['diff', 'before.zones.yaml', 'after.zones.yaml', '--format', format];
    const { out } = await shell.run(args, { cwd: fileURLToPath(folder) });
    await expect(withoutStyle(out)).toMatchFileSnapshot(fileURLToPath(new URL(`expected/review.${format}`, folder)));
  });

  it('should tell programs the ends of each connection', async () => {
    const args = ['diff', 'before.zones.yaml', 'after.zones.yaml', '--format', 'json'];
    const { entries } = JSON.parse((await shell.run(args, { cwd: fileURLToPath(folder) })).out);
    const told = entries.filter((entry: { layer: string }) => entry.layer === 'connection');
    const path = fileURLToPath(new URL('expected/connections.json', folder));
    await expect(`${JSON.stringify(told, undefined, 2)}\n`).toMatchFileSnapshot(path);
  });
});

/** Of a page what is read; how it looks is not the matter here. */
function withoutStyle(text: string): string {
  return text.replace(/<style>[\s\S]*<\/style>/, '').replace(/sha256-[^']*/, '');
}

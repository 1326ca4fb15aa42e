/** Where the last window stood, so that the next one opens there. */
import { type BrowserWindow, screen } from 'electron';
import { z } from 'zod';
import { readJson, writeJson } from './files/json-store.ts';

const boundsSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(400).max(20_000),
  height: z.number().int().min(300).max(20_000),
  isMaximized: z.boolean(),
});

export type Bounds = z.infer<typeof boundsSchema>;

/** Undefined where nothing good is stored, or where the screen it stood on is gone. */
export async function readBounds(file: string): Promise<Bounds | undefined> {
  const parsed = boundsSchema.safeParse(await readJson(file));
  if (!parsed.success) return undefined;
  const { x, y, width, height } = parsed.data;
  const isVisible = screen.getAllDisplays().some(({ workArea: area }) => {
    return (
      x < area.x + area.width - 50 &&
      x + width > area.x + 50 &&
      y >= area.y - 10 &&
      y < area.y + area.height - 50 &&
      height > 0
    );
  });
  return isVisible ? parsed.data : undefined;
}

export async function keepBounds(file: string, window: BrowserWindow): Promise<void> {
  const bounds: Bounds = { ...window.getNormalBounds(), isMaximized: window.isMaximized() };
  // Losing this is no reason to keep a window open.
  await writeJson(file, bounds).catch(() => undefined);
}

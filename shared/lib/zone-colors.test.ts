import { describe, expect, it } from 'vitest';
import { zoneColors } from './zone-colors.ts';

const all = (['light', 'dark'] as const).flatMap((theme) =>
  [1, 2, 3, 4, 5, 6, 9, 12].flatMap((count) =>
    Array.from({ length: count }, (_, rank) => ({ theme, count, rank, ...zoneColors(rank, count, theme) })),
  ),
);

describe('zoneColors', () => {
  it('should give text at least 4.5 to 1 and lines at least 3 to 1, however many zones there are', () => {
    const faint = all.filter((c) => contrast(c.fill, c.text) < 4.5 || contrast(c.fill, c.line) < 3);
    expect(faint).toEqual([]);
  });

  it('should never be grey, which is the outside', () => {
    expect(all.filter((c) => spread(c.fill) < 6)).toEqual([]);
  });
});

function channels(hex: string): number[] {
  return [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16));
}

function spread(hex: string): number {
  return Math.max(...channels(hex)) - Math.min(...channels(hex));
}

/** As WCAG 2 defines it. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = channels(hex)
    .map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** How many lines a text takes, told before it is drawn, so that long lists know the height of rows that nobody sees yet. */
import { memoBy } from '../../shared/lib/memo.ts';

/**
 * Breaks at spaces, and inside words that are wider than the line. `width` and what `widthOf` answers are in pixels.
 * Browsers know more places to break at, so that they never need more lines than this.
 */
export function countLines(text: string, width: number, widthOf: (part: string) => number): number {
  if (width <= 0) return 1;
  const space = widthOf(' ');
  let lines = 1;
  let used = 0;
  for (const word of text.split(' ')) {
    const own = widthOf(word);
    if (used > 0 && used + space + own <= width) {
      used += space + own;
      continue;
    }
    if (used > 0) lines += 1;
    const more = Math.max(0, Math.ceil(own / width) - 1);
    lines += more;
    used = own - more * width;
  }
  return lines;
}

/** Measures text in a CSS font such as `600 13px Inter`; each word is measured once. */
export const textMeter = memoBy(
  (font: string) => font,
  (font: string): ((part: string) => number) => {
    const context = document.createElement('canvas').getContext('2d');
    if (context === null) return (part) => part.length * 8;
    context.font = font;
    return memoBy(
      (part: string) => part,
      (part: string) => context.measureText(part).width,
    );
  },
);

/** What every part of the picture is drawn with: colours, the width of words, and the marks of a review. */
import type { ReviewMark } from './canvas-types.ts';
import type { Rect } from './geometry.ts';
import { type Look, type Measuring, rect, text } from './svg-shapes.ts';

/** The colours of the window's theme, as hex. */
export interface PictureColors {
  readonly canvas: string;
  readonly panel: string;
  readonly card: string;
  readonly line: string;
  readonly text: string;
  readonly dim: string;
  readonly error: string;
  readonly warning: string;
  readonly fine: string;
  readonly outside: string;
}

export interface PictureOptions extends Measuring {
  readonly colors: PictureColors;
  readonly theme: 'light' | 'dark';
  readonly title: string;
}

export interface Pen extends PictureOptions {
  readonly area: Rect;
}

export function markStroke(review: ReviewMark | undefined, colors: PictureColors): Partial<Look> {
  if (review === undefined) return {};
  if (review === 'removed') return { stroke: colors.dim, strokeWidth: 1.5, dash: '4 3' };
  return { stroke: markColor(review, colors), strokeWidth: 2 };
}

export function markColor(review: ReviewMark, colors: PictureColors): string {
  return {
    added: colors.fine,
    removed: colors.dim,
    changed: colors.warning,
    seen: colors.fine,
    unseen: colors.dim,
    unmeant: colors.error,
    dropped: colors.warning,
  }[review];
}

/** On the upper edge, from the left or up to the right. */
export function tag(
  review: ReviewMark | undefined,
  words: string | undefined,
  place: { readonly x?: number; readonly right?: number; readonly y: number },
  pen: Pen,
): string[] {
  if (review === undefined || words === undefined) return [];
  const { colors } = pen;
  const color = markColor(review, colors);
  const w = pen.measure(words, 10, 600) + 14;
  const at = { x: place.x ?? (place.right ?? 0) - w, y: place.y };
  return [
    rect(
      { ...at, w, h: 16 },
      { fill: colors.panel, stroke: color, radius: 8, ...(review === 'removed' && { dash: '3 2' }) },
    ),
    text(words, at.x + w / 2, at.y + 11.5, { size: 10, weight: 600, fill: color, room: w, anchor: 'middle' }, pen),
  ];
}

export function fade(review: ReviewMark | undefined, shapes: string[]): string[] {
  return review === 'removed' ? ['<g opacity="0.6">', ...shapes, '</g>'] : shapes;
}

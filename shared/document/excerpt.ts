/** A record as it stands in the text, for readers who want to see the lines. */
import type { Path } from '../lib/problem.ts';
import { placeOf } from '../lib/yaml-place.ts';
import type { DesignDocument } from './document.ts';

export interface Excerpt {
  /** Of its first line, from 1. */
  readonly line: number;
  /** Whole lines, without the line end of the last. */
  readonly text: string;
}

/** The lines of what a path leads to; undefined where the text has no such thing. */
export function excerptOf({ source }: DesignDocument, path: Path): Excerpt | undefined {
  const place = placeOf(source.root, path);
  if (path.length > 0 && place.start === placeOf(source.root, path.slice(0, -1)).start) return undefined;
  const from = source.text.lastIndexOf('\n', place.start - 1) + 1;
  const until = source.text.indexOf('\n', Math.max(place.start, place.end - 1));
  const text = source.text.slice(from, until < 0 ? source.text.length : until).trimEnd();
  return { line: source.lines.positionAt(place.start).line, text };
}

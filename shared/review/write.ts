/** Review to text: always the same for the same review, one mark below the other, so that two reviewers' files merge. */
import { sortedEntries } from '../lib/sort.ts';
import { literalLines, writeScalar } from '../lib/yaml-write.ts';
import { apiVersion, type ReviewFile, type ReviewMark, type ReviewSide } from './schema.ts';

export function writeReview({ design, before, after, marks }: ReviewFile): string {
  const lines = [
    `apiVersion: ${apiVersion}`,
    'kind: Review',
    `design: ${scalar(design)}`,
    'before:',
    ...sideLines(before),
    'after:',
    ...sideLines(after),
  ];
  const entries = sortedEntries(marks);
  if (entries.length === 0) return `${[...lines, 'marks: {}'].join('\n')}\n`;
  lines.push('marks:');
  for (const [key, mark] of entries) lines.push(`  ${scalar(key)}:`, ...markLines(mark));
  return `${lines.join('\n')}\n`;
}

function sideLines({ title, revision, hash }: ReviewSide): string[] {
  return fieldLines(2, [
    ['title', title],
    ['revision', revision],
    ['hash', hash],
  ]);
}

function markLines({ title, verdict, comment, by, at, fingerprint }: ReviewMark): string[] {
  return fieldLines(4, [
    ['title', title],
    ['verdict', verdict],
    ['comment', comment],
    ['by', by],
    ['at', at],
    ['fingerprint', fingerprint],
  ]);
}

function fieldLines(indent: number, fields: ReadonlyArray<readonly [string, string | undefined]>): string[] {
  const blanks = ' '.repeat(indent);
  return fields.flatMap(([name, value]) => {
    if (value === undefined) return [];
    const literal = literalLines(value);
    if (literal === undefined) return [`${blanks}${name}: ${scalar(value)}`];
    return [`${blanks}${name}: ${literal.header}`, ...literal.lines.map((l) => (l === '' ? '' : `${blanks}  ${l}`))];
  });
}

function scalar(text: string): string {
  return writeScalar(text, { isFlow: false });
}

/** A review as text: each edit with its consequences below it, gravest first. */
import {
  compareClass,
  type DifferenceClass,
  type Layer,
  type Review,
  type ReviewEntry,
  type ReviewGroup,
} from '../diff/index.ts';
import { oneLine } from '../lib/one-line.ts';

/** The layers as people call them. */
export const layerWords: Readonly<Record<Layer, string>> = {
  record: 'edit',
  connection: 'connection',
  isolation: 'isolation',
  manifest: 'manifest',
};

export function reviewAsText(review: Pick<Review, 'groups'>): string {
  return review.groups.map(groupAsText).join('');
}

/** `2 opens, 1 weakens, 3 neutral`; `no differences`. Edits are counted, each by the gravest thing that follows from it. */
export function countReview(review: Pick<Review, 'groups'>): string {
  const counts = new Map<DifferenceClass, number>();
  for (const group of review.groups) counts.set(group.class, (counts.get(group.class) ?? 0) + 1);
  const parts = [...counts].sort(([a], [b]) => compareClass(a, b)).map(([kind, n]) => `${n} ${kind}`);
  return parts.length === 0 ? 'no differences' : parts.join(', ');
}

/** What an edit leads to, without the objects that are only its text; these are counted. */
export function consequencesOf(group: ReviewGroup): {
  readonly entries: ReviewEntry[];
  readonly objects: ReviewEntry[];
} {
  return {
    entries: group.entries.filter((entry) => entry.layer !== 'manifest'),
    objects: group.entries.filter((entry) => entry.layer === 'manifest'),
  };
}

/** What an entry says beside the title of its group. */
export function sentenceOf(entry: ReviewEntry, group: ReviewGroup): string {
  const start = `${group.title}: `;
  return entry.message.startsWith(start) ? entry.message.slice(start.length) : entry.message;
}

/** An edit in one sentence: the gravest that follows from it, or what it is where nothing as grave does but objects. */
export function whatFollows(group: ReviewGroup): string {
  const grave = consequencesOf(group).entries.filter((entry) => entry.class === group.class);
  const first = grave.find((entry) => entry.layer !== 'record') ?? grave[0] ?? group.entries[0];
  return first === undefined ? '' : sentenceOf(first, group);
}

/** `3 objects of the export change, 1 of them has to be made anew`; empty where none does. */
export function objectsLine(objects: readonly ReviewEntry[]): string {
  if (objects.length === 0) return '';
  const anew = objects.filter((entry) => (entry.manifest?.immutable.length ?? 0) > 0).length;
  if (objects.length === 1) return anew === 1 ? 'One object has to be made anew.' : 'One object changes.';
  const what = `${objects.length} objects change`;
  return anew === 0 ? `${what}.` : `${what}; ${anew} of them ${anew === 1 ? 'has' : 'have'} to be made anew.`;
}

function groupAsText(group: ReviewGroup): string {
  const grade = group.class === 'neutral' ? '' : `${group.severity}: `;
  const { entries, objects } = consequencesOf(group);
  const shown = entries.length > 0 ? entries : objects;
  const lines = shown.flatMap((entry) => [
    `  ${layerWords[entry.layer].padEnd(10)} ${entry.class.padEnd(11)} ${oneLine(sentenceOf(entry, group))}`,
    ...entry.details.map((detail) => `  ${' '.repeat(23)}${oneLine(detail)}`),
  ]);
  const rest = entries.length > 0 ? objectsLine(objects) : '';
  if (rest !== '') lines.push(`  manifest   ${' '.repeat(11)} ${rest}`);
  return `${group.class.padEnd(11)} ${grade}${oneLine(group.title)}\n${lines.map((line) => `${line}\n`).join('')}`;
}

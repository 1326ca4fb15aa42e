/** A review as a comment on a change: what a reviewer has to look at first, everything else folded away. */
import { diffHunks, type Review, type ReviewEntry, type ReviewGroup } from '../diff/index.ts';
import { escapeMarkdown } from './escape.ts';
import { consequencesOf, countReview, objectsLine, sentenceOf, whatFollows } from './review-text.ts';

export interface ReviewNames {
  readonly before: string;
  readonly after: string;
}

/** Comments may hold 65,536 characters on GitHub; what does not fit is counted. */
const mostCharacters = 60_000;
const mostRows = 10;
const mostLines = 120;

export function reviewAsMarkdown(review: Pick<Review, 'groups'>, names: ReviewNames): string {
  const grave = review.groups.filter((group) => group.class === 'opens' || group.class === 'weakens');
  const others = review.groups.filter((group) => !grave.includes(group));
  const head = [
    `## ${headline(grave.length, review.groups.length)}\n`,
    `\nFrom ${code(names.before)} to ${code(names.after)}: ${countReview(review)}.\n`,
    summary(grave),
  ].join('');
  const parts = [...grave.map((group) => section(group)), ...(others.length > 0 ? [folded(others)] : [])];
  let text = head;
  for (const [i, part] of parts.entries()) {
    if (text.length + part.length > mostCharacters) {
      const left = parts.length - i;
      return `${text}\n${left} more ${left === 1 ? 'part does' : 'parts do'} not fit here. Run \`zonewright diff\` to read all of it.\n`;
    }
    text += part;
  }
  return text;
}

function headline(grave: number, all: number): string {
  if (all === 0) return 'No difference';
  if (grave === 0) return 'Nothing opens and nothing is isolated less';
  return grave === 1 ? 'One edit opens or weakens something' : `${grave} edits open or weaken something`;
}

function summary(groups: readonly ReviewGroup[]): string {
  if (groups.length === 0) return '';
  const rows = groups.slice(0, mostRows).map((group) => {
    return `| ${group.class} | ${group.severity} | ${escapeMarkdown(group.title)} | ${escapeMarkdown(whatFollows(group))} |\n`;
  });
  const rest = groups.length - rows.length;
  return `\n| | severity | edit | what follows |\n| --- | --- | --- | --- |\n${rows.join('')}${rest > 0 ? `\n${rest} more below.\n` : ''}`;
}

function section(group: ReviewGroup): string {
  const { entries, objects } = consequencesOf(group);
  const items = (entries.length > 0 ? entries : objects).map((entry) => item(entry, group)).join('');
  const title = `<b>${escapeSummary(group.title)}</b>: ${group.class}, ${group.severity}`;
  return `\n<details>\n<summary>${title}</summary>\n\n${items}${objects.length > 0 ? manifests(objects) : ''}\n</details>\n`;
}

function folded(groups: readonly ReviewGroup[]): string {
  const items = groups.map((group) => {
    const { entries, objects } = consequencesOf(group);
    const lines = (entries.length > 0 ? entries : objects).map((entry) => `  ${item(entry, group)}`).join('');
    const line = entries.length > 0 ? objectsLine(objects) : '';
    return `- **${escapeMarkdown(group.title)}** (${group.class})\n${lines}${line === '' ? '' : `  - ${line}\n`}`;
  });
  const title =
    groups.length === 1
      ? 'One more edit, which opens and weakens nothing'
      : `${groups.length} more edits, which open and weaken nothing`;
  return `\n<details>\n<summary>${title}</summary>\n\n${items.join('')}\n</details>\n`;
}

function item(entry: ReviewEntry, group: ReviewGroup): string {
  const grade = entry.class === 'neutral' ? '' : ` (${entry.severity})`;
  const details = entry.details.map((detail) => `    - ${escapeMarkdown(detail)}\n`).join('');
  return `- ${entry.class}${grade}: ${escapeMarkdown(sentenceOf(entry, group))}\n${details}`;
}

/** The objects with their lines, so that nobody has to look for them in the export. */
function manifests(objects: readonly ReviewEntry[]): string {
  const blocks = objects.map((entry) => {
    const { textBefore = '', textAfter = '' } = entry.manifest ?? {};
    const { hunks, left } = diffHunks(textBefore, textAfter, { around: 2, most: mostLines });
    const lines = hunks.flatMap((hunk) => [
      `@@ line ${hunk[0]?.after ?? hunk[0]?.before ?? 1} @@`,
      ...hunk.map((line) => `${signs[line.change]}${line.text}`),
    ]);
    const fence = '`'.repeat(Math.max(3, ...lines.map((line) => (/^.\s*(`+)/.exec(line)?.[1] ?? '').length + 1)));
    return `${escapeMarkdown(entry.message)}\n\n${fence}diff\n${lines.join('\n')}${left > 0 ? `\n… ${left} more lines` : ''}\n${fence}\n`;
  });
  return `\n<details>\n<summary>${objectsLine(objects)}</summary>\n\n${blocks.join('\n')}\n</details>\n`;
}

const signs = { same: ' ', added: '+', removed: '-' } as const;

/** Inside HTML that stands in Markdown, where both could read it. */
function escapeSummary(text: string): string {
  return text.replace(/[<>&"'@`*_[\]\\#~|!]/g, (c) => `&#${c.charCodeAt(0)};`).replace(/\s+/g, ' ');
}

function code(text: string): string {
  const clean = text.replace(/\s+/g, ' ');
  const fence = '`'.repeat(Math.max(0, ...(clean.match(/`+/g) ?? []).map((run) => run.length)) + 1);
  return fence.length > 1 ? `${fence} ${clean} ${fence}` : `${fence}${clean}${fence}`;
}

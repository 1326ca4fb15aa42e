/** Differences as text, JSON and Markdown. */
import type { Change, ConnectionDifference, DifferenceClass, Entry, Grade } from '../diff/index.ts';
import { compareClass, compareGrade, describeField, type ObjectChange, objectName } from '../diff/index.ts';
import { contains, parseCidr } from '../lib/ip.ts';
import { notPublic } from '../lib/public-ranges.ts';
import { describePorts, formatEnd, isWorkload } from '../reach/index.ts';
import { jsonText } from './json.ts';

/** One line of a difference, whatever it is about: an effect of a changed record, or a changed manifest. */
export interface DifferenceLine {
  readonly class: DifferenceClass;
  readonly severity: Grade;
  readonly layer: 'record' | 'connection' | 'isolation' | 'manifest';
  readonly change: Change;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly before?: unknown;
  readonly after?: unknown;
  readonly causes: ReadonlyArray<{ readonly kind: string; readonly id: string }>;
  readonly message: string;
  /** What it is about, for headings. */
  readonly title: string;
  /** Sentences below the message. */
  readonly details: readonly string[];
}

/** One line per effect of each changed record. */
export function linesOfRecords(entries: readonly Entry[]): DifferenceLine[] {
  return entries.flatMap((entry) =>
    entry.effects.map((effect, i) => ({
      class: effect.class,
      severity: effect.severity,
      layer: 'record' as const,
      change: entry.change,
      subject: entry.subject,
      ...(entry.before !== undefined && { before: entry.before }),
      ...(entry.after !== undefined && { after: entry.after }),
      causes: effect.causes.length > 0 ? effect.causes : [entry.subject],
      message: `${entry.title}: ${effect.message}`,
      title: entry.title,
      details: i === 0 && entry.subject.kind !== 'layout' ? entry.fields.map(describeField) : [],
    })),
  );
}

/** What manifests open and close is said by their connections; the objects themselves are neutral. */
export function linesOfObjects(changes: readonly ObjectChange[]): DifferenceLine[] {
  return changes.map((change) => {
    const name = objectName(change.id);
    const { apiVersion, kind, namespace, name: own, cluster } = change.id;
    return {
      class: 'neutral' as const,
      severity: 'low' as const,
      layer: 'manifest' as const,
      change: change.change,
      subject: { kind, id: [cluster, namespace, own].filter((part) => part !== undefined).join('/') },
      ...(change.before !== undefined && { before: change.before.object }),
      ...(change.after !== undefined && { after: change.after.object }),
      causes: [],
      message: `${name} (${apiVersion}) ${change.change}.`,
      title: `${name} ${change.change}`,
      details: change.fields.map(describeField),
    };
  });
}

/**
 * One line per pair whose connections differ. What opens from or to public addresses is graver than what opens inside;
 * `cluster` stands before the ends where there are several.
 */
export function linesOfConnections(difference: ConnectionDifference, cluster?: string): DifferenceLine[] {
  const start = cluster === undefined ? '' : `${cluster}: `;
  const came = new Set(difference.came.map(formatEnd));
  const went = new Set(difference.went.map(formatEnd));
  const lines = difference.changes.map(({ from, to, before, after, opened, closed }): DifferenceLine => {
    const ends = [formatEnd(from), formatEnd(to)];
    const title = `${start}${ends.join(' => ')}`;
    const isPublic = [from, to].some((end) => !isWorkload(end) && end.cidrs.some(holdsPublic));
    const can = opened.length === 0 ? '' : `can now reach ${ends[1]} on ${describePorts(opened)}`;
    const cannot = closed.length === 0 ? '' : `can no longer reach ${ends[1]} on ${describePorts(closed)}`;
    const reasons = [
      ...ends.filter((end) => came.has(end)).map((end) => `${end} is new`),
      ...ends.filter((end) => went.has(end)).map((end) => `${end} is gone`),
    ];
    return {
      class: opened.length > 0 ? 'opens' : 'closes',
      severity: opened.length === 0 ? 'low' : isPublic ? 'high' : 'medium',
      layer: 'connection',
      change: before.length === 0 ? 'added' : after.length === 0 ? 'removed' : 'changed',
      subject: { kind: 'Connection', id: title },
      ...(before.length > 0 && { before }),
      ...(after.length > 0 && { after }),
      causes: [],
      message: `${start}${ends[0]} ${[can, cannot].filter((text) => text !== '').join(', and ')}${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}.`,
      title,
      details: [],
    };
  });
  const { more } = difference;
  const beyond = (kind: 'opens' | 'closes', count: number): DifferenceLine[] =>
    count === 0
      ? []
      : [
          {
            class: kind,
            severity: kind === 'opens' ? 'medium' : 'low',
            layer: 'connection',
            change: 'changed',
            subject: { kind: 'Connection', id: `${start}more` },
            causes: [],
            message: `${start}${count} more pairs ${kind === 'opens' ? 'open' : 'only close'}; the list ends here.`,
            title: `${start}${count} more pairs`,
            details: [],
          },
        ];
  return [...lines, ...beyond('opens', more.opens), ...beyond('closes', more.closes)];
}

/** Gravest class first, then gravest severity; otherwise in the order given. */
export function sortDifference(lines: readonly DifferenceLine[]): DifferenceLine[] {
  return [...lines].sort((a, b) => compareClass(a.class, b.class) || compareGrade(a.severity, b.severity));
}

export function differenceAsJson(lines: readonly DifferenceLine[]): string {
  return jsonText({
    apiVersion: 'zonewright/v1',
    kind: 'Difference',
    entries: lines.map(({ title: _, details: __, ...entry }) => entry),
  });
}

/** One line each, then what changed in it, indented. */
export function differenceAsText(lines: readonly DifferenceLine[]): string {
  return lines
    .map((line) => {
      const head = `${line.class.padEnd(11)} ${line.class === 'neutral' ? '' : `${line.severity}: `}${line.message}\n`;
      return head + line.details.map((d) => `${' '.repeat(12)}${d}\n`).join('');
    })
    .join('');
}

/** `2 opens, 1 weakens, 3 neutral`; `no differences`. */
export function countDifference(lines: readonly DifferenceLine[]): string {
  const counts = new Map<DifferenceClass, number>();
  for (const line of lines) counts.set(line.class, (counts.get(line.class) ?? 0) + 1);
  const parts = [...counts].sort(([a], [b]) => compareClass(a, b)).map(([kind, n]) => `${n} ${kind}`);
  return parts.length === 0 ? 'no differences' : parts.join(', ');
}

/** A section per class, for a comment on a change. */
export function differenceAsMarkdown(
  lines: readonly DifferenceLine[],
  names: { readonly before: string; readonly after: string },
): string {
  const heading = `# Difference from ${code(names.before)} to ${code(names.after)}\n\n${countDifference(lines)}.\n`;
  const classes = [...new Set(lines.map((l) => l.class))].sort(compareClass);
  const sections = classes.map((kind) => {
    const items = lines
      .filter((l) => l.class === kind)
      .map((line) => {
        const grade = kind === 'neutral' ? '' : ` (${line.severity})`;
        return `- **${escapeMarkdown(line.title)}**${grade}: ${escapeMarkdown(rest(line))}\n${line.details.map((d) => `  - ${escapeMarkdown(d)}\n`).join('')}`;
      });
    return `\n## ${kind.charAt(0).toUpperCase()}${kind.slice(1)}\n\n${items.join('')}`;
  });
  return heading + sections.join('');
}

/** Whether a range has an address that is no special-purpose one. */
function holdsPublic(cidr: string): boolean {
  const range = parseCidr(cidr);
  return (
    range !== undefined &&
    !notPublic[range.family].some((special) => {
      const outer = parseCidr(special);
      return outer !== undefined && contains(outer, range);
    })
  );
}

function rest(line: DifferenceLine): string {
  return line.message.startsWith(`${line.title}: `) ? line.message.slice(line.title.length + 2) : line.message;
}

/** Names come from files that anybody may have written, so nothing of them is markup. */
function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|#!&~]/g, (c) => (c === '<' ? '&lt;' : c === '&' ? '&amp;' : `\\${c}`));
}

function code(text: string): string {
  const clean = text.replace(/\s+/g, ' ');
  const fence = '`'.repeat(Math.max(0, ...(clean.match(/`+/g) ?? []).map((run) => run.length)) + 1);
  return fence.length > 1 ? `${fence} ${clean} ${fence}` : `${fence}${clean}${fence}`;
}

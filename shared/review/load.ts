/** Text to review. A mark that cannot be read is left out with a problem; anything else that is wrong refuses the file. */

import type { z } from 'zod';
import { isMap } from '../lib/is-map.ts';
import type { Path, Problem } from '../lib/problem.ts';
import { parseYaml, placeProblems } from '../lib/yaml.ts';
import { indexLines } from '../lib/yaml-lines.ts';
import { placeOf } from '../lib/yaml-place.ts';
import { plainValue } from '../lib/yaml-value.ts';
import { apiVersion, type ReviewFile, reviewFile } from './schema.ts';

export interface LoadedReview {
  /** Absent where the text is no review. */
  readonly review?: ReviewFile;
  /** Where there are some, writing the review again would lose what they are about. */
  readonly problems: readonly Problem[];
}

export function loadReview(text: string, options: { readonly file?: string } = {}): LoadedReview {
  const { file } = options;
  const lines = indexLines(text);
  const { documents, problems } = parseYaml(text, { version: '1.2' });
  const placed = placeProblems(problems, lines, file);
  const root = documents[0]?.root;
  const problem = (rule: string, message: string, path: Path = []): Problem => ({
    rule,
    severity: 'error',
    message,
    ...(file !== undefined && { file }),
    ...lines.positionAt(root === undefined ? 0 : placeOf(root, path).valueStart),
    ...(path.length > 0 && { path }),
    fixable: false,
  });
  if (root === undefined) {
    const empty = 'The review is empty. Delete the file to begin a new one, or restore it from where it came.';
    return { problems: placed.length > 0 ? placed : [problem('review/empty', empty)] };
  }
  const { value, problems: expansion } = plainValue(root, { duplicates: 'first', merges: false });
  const found = [...placed, ...placeProblems(expansion, lines, file)];
  if (!isMap(value)) return { problems: [...found, problem('review/not-a-review', notAReview)] };
  if (value.kind !== 'Review') return { problems: [...found, problem('review/not-a-review', notAReview, ['kind'])] };
  if (value.apiVersion !== apiVersion) {
    const message = `The review is of version ${String(value.apiVersion)}, and this Zonewright reads ${apiVersion}. Writing it could lose what it does not know; update Zonewright.`;
    return { problems: [...found, problem('review/another-version', message, ['apiVersion'])] };
  }
  return checked({ marks: {}, ...value }, found, problem);
}

function checked(
  value: Readonly<Record<string, unknown>>,
  found: readonly Problem[],
  problem: (rule: string, message: string, path: Path) => Problem,
): LoadedReview {
  const first = reviewFile.safeParse(value);
  if (first.success) return { review: asReview(first.data), problems: found };
  const faults = first.error.issues.map((issue) => {
    const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    return { path, problem: problem('review/bad-value', messageOf(issue, path), path) };
  });
  const problems = [...found, ...faults.map((f) => f.problem)];
  const broken = new Set(faults.map(({ path }) => (path[0] === 'marks' ? path[1] : undefined)));
  if (broken.has(undefined) || !isMap(value.marks)) return { problems };
  const marks = Object.fromEntries(Object.entries(value.marks).filter(([key]) => !broken.has(key)));
  const second = reviewFile.safeParse({ ...value, marks });
  return second.success ? { review: asReview(second.data), problems } : { problems };
}

const notAReview =
  'This file is no review of a design: it does not say kind: Review. Move it elsewhere, because the review of the design beside it would have this name.';

function messageOf(issue: z.core.$ZodIssue, path: Path): string {
  const [section, key, ...rest] = path;
  const place = path.length === 0 ? 'the review' : path.join('.');
  const what =
    section === 'marks' && key !== undefined
      ? `The mark “${key}” cannot be read (${[...rest, plain(issue.message)].join(': ')}), so it does not count.`
      : `${place.charAt(0).toUpperCase()}${place.slice(1)} cannot be read (${plain(issue.message)}).`;
  return `${what} Correct it in the file; until then the review is not written, so that nothing in it is lost.`;
}

function plain(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function asReview({ design, before, after, marks }: z.infer<typeof reviewFile>): ReviewFile {
  return { design, before, after, marks };
}

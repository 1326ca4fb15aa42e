/** From what was typed to an edit of the design: checked against the schema first, then one command. */
import type { z } from 'zod';
import { setField } from '../../../../shared/commands/index.ts';
import type { Path } from '../../../../shared/lib/problem.ts';
import type { DocumentStore } from '../../../store/document-store.ts';

export interface EditTarget {
  readonly documents: DocumentStore;
  /** Where the record stands in the design. */
  readonly base: Path;
  readonly schema: z.ZodType;
}

/**
 * Writes a value at a path below the record; undefined clears it. Returns why it cannot be written, or undefined where
 * it was. Faults that the record had before do not stand in the way of mending another field.
 */
export function editField(target: EditTarget, path: Path, value: unknown, coalesce?: string): string | undefined {
  const { documents, base, schema } = target;
  const before = valueAt(documents.getState().topology, base);
  const after = withValue(before, path, value);
  const known = new Set(issuesOf(schema, before).map((i) => i.key));
  const fresh = issuesOf(schema, after).find((i) => !known.has(i.key));
  if (fresh !== undefined) return fresh.message;
  documents.getState().run(setField, { path: [...base, ...path], value }, coalesce === undefined ? {} : { coalesce });
  return undefined;
}

export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[key] : undefined),
    root,
  );
}

/** A copy with the value at the path; maps on the way are made where they are missing. */
function withValue(root: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(root)) {
    if (rest.length === 0 && value === undefined) return root.filter((_, i) => i !== key);
    return root.with(Number(key), withValue(root[Number(key)], rest, value));
  }
  const map = { ...(root as Record<string, unknown> | undefined) };
  const next = withValue(map[key], rest, value);
  if (next === undefined) delete map[key];
  else map[key] = next;
  return map;
}

function issuesOf(schema: z.ZodType, value: unknown): Array<{ readonly key: string; readonly message: string }> {
  const result = schema.safeParse(value ?? {});
  return result.success
    ? []
    : result.error.issues.map((issue) => ({
        key: `${issue.path.join('/')} ${issue.message}`,
        message: inWords(issue),
      }));
}

/** The schema's message as a sentence to the person who types. */
export function inWords(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_big':
      return issue.origin === 'array'
        ? `At most ${issue.maximum} can be given.`
        : issue.origin === 'string'
          ? `This is too long; at most ${issue.maximum} characters fit.`
          : `Write a number of at most ${issue.maximum}.`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'This cannot be empty.'
        : `Write a number of at least ${issue.minimum}.`;
    case 'invalid_type':
      if (issue.input === undefined && !/received (?!undefined)/.test(issue.message)) return 'This cannot be empty.';
      return issue.expected === 'int' || issue.expected === 'number'
        ? 'Write a whole number.'
        : sentence(issue.message);
    case 'invalid_key':
      return sentence(issue.issues[0]?.message ?? issue.message);
    default:
      return sentence(issue.message);
  }
}

function sentence(message: string): string {
  const text = /^(must|needs)/.test(message) ? `This ${message}` : message;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

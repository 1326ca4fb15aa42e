/** zod's issues as sentences for people: what is wrong, what follows, what to do. */
import type { z } from 'zod';
import type { Path } from '../lib/problem.ts';
import { subjectAt } from './document.ts';
import { nearest } from './nearest.ts';
import type { Shape } from './shape.ts';
import { childShape } from './shape.ts';

type Issue = z.core.$ZodIssue;

export interface Finding {
  readonly rule: string;
  readonly message: string;
  /** What has to be left out: the value itself, or the parent that cannot do without it. */
  readonly path: Path;
  /** The place that is shown. */
  readonly at: Path;
  /** True where the fault is the last key of `at`, not its value. */
  readonly isKey: boolean;
}

/** What is wrong, without what follows from it. `value` is the whole document. */
export function explain(issue: Issue, value: unknown, root: Shape, base: Path = []): Finding[] {
  const path = [...base, ...(issue.path as (string | number)[])];
  const found = valueAt(value, path);
  const shape = shapeAt(root, path);
  const what = nameOf(path);
  const one = (rule: string, message: string, isKey = false): Finding[] => [{ rule, message, path, at: path, isKey }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const at = [...path, key];
        return {
          rule: 'document/unknown-field',
          message: `${nameOf(at)} is not known. ${suggestion(key, shape)}`,
          path: at,
          at,
          isKey: true,
        };
      });
    case 'invalid_key':
      return one(
        'document/bad-name',
        `“${String(path.at(-1))}” cannot be a name in ${uncapital(nameOf(path.slice(0, -1)))}: it ${issue.issues.map((i) => i.message).join(' and ')}. Rename it, here and where it is referred to.`,
        true,
      );
    case 'invalid_union':
      return (
        explainUnion(issue, value, root, path) ??
        one('document/bad-value', `${what} ${issue.message}, but is ${describeValue(found)}.`)
      );
    case 'invalid_value': {
      const values = issue.values.map(String);
      const close = typeof found === 'string' ? nearest(found, values) : undefined;
      const hint =
        close === undefined ? `Write ${orList(values)}.` : `Did you mean ${close}? Possible are ${andList(values)}.`;
      return found === undefined
        ? one('document/missing-field', missing(path, values))
        : one('document/not-allowed', `${what} cannot be ${describeValue(found)}. ${hint}`);
    }
    case 'invalid_type':
      if (found === undefined) return one('document/missing-field', missing(path, undefined, shape));
      return one(
        'document/wrong-type',
        `${what} must be ${typeName(issue.expected, shape)}, but is ${describeValue(found)}. ${typeAdvice(issue.expected, found, shape)}`,
      );
    case 'too_small':
    case 'too_big': {
      const limit = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
      if (issue.origin === 'string')
        return one(
          'document/bad-value',
          `${what} must not be ${found === '' ? 'empty' : 'that long'}. Write ${limit} ${issue.code === 'too_small' ? 'character' : 'characters'}.`,
        );
      if (issue.origin === 'array')
        return one(
          'document/bad-value',
          `${what} must have ${limit} ${issue.code === 'too_small' ? 'entry' : 'entries'}. ${issue.code === 'too_small' ? 'Add one or remove the field' : 'Remove the others'}.`,
        );
      return one(
        'document/bad-value',
        `${what} must be ${limit}, but is ${describeValue(found)}. ${shape.description ?? `Write a number that is ${limit}.`}`,
      );
    }
    case 'invalid_format':
    case 'custom': {
      const detail =
        issue.message.startsWith('must') || issue.message.startsWith('needs')
          ? issue.message
          : `is not right (${issue.message})`;
      return one(
        'document/bad-value',
        `${what} ${detail}; found ${describeValue(found)}. ${shape.description === undefined ? 'Correct the value.' : sentence(shape.description)}`,
      );
    }
    default:
      return one('document/bad-value', `${what} is not right: ${issue.message}. Correct the value.`);
  }
}

/** `trust of zone “dmz”`, as the start of a sentence: `The field trust of zone “dmz”`. */
export function nameOf(path: Path): string {
  const subject = subjectAt(path);
  if (subject === undefined) return path.length === 0 ? 'The document' : `The field ${dotted(path)}`;
  const label = `${kindLabels[subject.kind]} “${subject.id}”`;
  const rest = path.slice(
    subject.kind === 'pool' ? 4 : subject.kind === 'endpoint' || subject.kind === 'class' ? 3 : 2,
  );
  return rest.length === 0 ? capital(label) : `The field ${dotted(rest)} of ${label}`;
}

export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}

function shapeAt(root: Shape, path: Path): Shape {
  return path.reduce<Shape>((shape, step) => childShape(shape, step), root);
}

export function describeValue(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'empty';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') return value === '' ? 'an empty text' : `the text “${shorten(value)}”`;
  return `the ${typeof value} ${String(value)}`;
}

const kindLabels: Readonly<Record<string, string>> = {
  zone: 'zone',
  cluster: 'cluster',
  pool: 'node pool',
  namespace: 'namespace',
  workload: 'workload',
  external: 'external',
  flow: 'flow',
  endpoint: 'storage endpoint',
  class: 'storage class',
  runtime: 'runtime',
};

/** A union's own message is too general where the value clearly is one of the options: then that option's issues are told. */
function explainUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  value: unknown,
  root: Shape,
  path: Path,
): Finding[] | undefined {
  const found = valueAt(value, path);
  const options = shapeAt(root, path).options;
  let chosen = -1;
  if (Array.isArray(found)) chosen = options.findIndex((option) => option.kind === 'list');
  else if (typeof found === 'object' && found !== null) {
    const keys = Object.keys(found);
    const fitting = options.flatMap((option, i) => (keys.some((key) => option.fields.has(key)) ? [i] : []));
    if (fitting.length === 1 && keys.length === 1) chosen = fitting[0] ?? -1;
  }
  const issues = chosen === -1 ? undefined : issue.errors[chosen];
  return issues === undefined || issues.length === 0
    ? undefined
    : issues.flatMap((inner) => explain(inner, value, root, path));
}

function suggestion(key: string, shape: Shape): string {
  const names = [...shape.fields.keys()];
  if (key === '<<') return 'Merge keys are not used in designs; write the fields out.';
  const close = nearest(key, names);
  if (close !== undefined) return `Did you mean ${close}?`;
  return names.length === 0 ? 'Remove it.' : `Known fields are ${andList(names)}. Remove it or correct its name.`;
}

function missing(path: Path, values?: readonly string[], shape?: Shape): string {
  const parent = nameOf(path.slice(0, -1));
  const owner = path.length === 1 ? 'The document' : parent;
  const how =
    values !== undefined
      ? `Write ${orList(values)}.`
      : shape?.description === undefined
        ? 'Add it.'
        : `Add it: ${uncapital(sentence(shape.description))}`;
  return `${owner} has no field ${String(path.at(-1))}, which it needs. ${how}`;
}

function typeName(expected: string, shape: Shape): string {
  switch (expected) {
    case 'int':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'object':
    case 'record':
      return shape.kind === 'map' ? 'a map of names to values' : 'a map of fields';
    default:
      return 'text';
  }
}

function typeAdvice(expected: string, found: unknown, shape: Shape): string {
  if (expected === 'string' && (typeof found === 'number' || typeof found === 'boolean'))
    return `Put it in quotes: "${String(found)}".`;
  if ((expected === 'int' || expected === 'number') && typeof found === 'string' && /^-?\d+(\.\d+)?$/.test(found))
    return `Remove the quotes: ${found}.`;
  if (expected === 'array' && found !== null && typeof found !== 'object')
    return `Put it in brackets: [${String(found)}].`;
  if (expected === 'boolean') return 'Write true or false.';
  if (found === null) return 'Write a value or remove the key.';
  if (expected === 'array') return 'Write a list: [a, b].';
  if (expected === 'object' || expected === 'record')
    return `Write fields below it${shape.fields.size > 0 ? `, such as ${[...shape.fields.keys()].slice(0, 3).join(', ')}` : ', as name: value'}.`;
  return shape.description === undefined ? 'Correct the value.' : sentence(shape.description);
}

function dotted(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');
}

function orList(values: readonly string[]): string {
  return values.length < 2 ? (values[0] ?? '') : `${values.slice(0, -1).join(', ')} or ${values.at(-1) ?? ''}`;
}

function andList(values: readonly string[]): string {
  return values.length < 2 ? (values[0] ?? '') : `${values.slice(0, -1).join(', ')} and ${values.at(-1) ?? ''}`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function uncapital(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

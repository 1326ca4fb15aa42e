/**
 * Holds a plain value against the schema and keeps what is sound. A bad optional field is left out, a bad required one
 * takes its record with it; every loss is a finding. What is left out is always a whole map entry, so that lists in the
 * topology have the same indexes as in the text.
 */
import type { Path } from '../lib/problem.ts';
import type { Topology } from '../model/index.ts';
import type { Finding } from './messages.ts';
import { explain, nameOf } from './messages.ts';
import { apiVersion, rootShape, schema } from './schema.ts';
import type { Shape } from './shape.ts';
import { childShape } from './shape.ts';

export interface Validation {
  /** Undefined where nothing sound is left. */
  readonly topology: Topology | undefined;
  readonly findings: readonly Finding[];
  /** What was left out. */
  readonly dropped: readonly Path[];
}

/** Does not change `value`. */
export function validate(value: Readonly<Record<string, unknown>>, fallbackName: string): Validation {
  const first = schema.safeParse(value);
  // The value itself is returned, not zod's copy: the schema transforms nothing.
  if (first.success) return { topology: value as Topology, findings: [], dropped: [] };

  const current = clone(value) as Record<string, unknown>;
  const findings: Finding[] = [];
  const dropped: Path[] = [];
  const seen = new Set<string>();
  let result: ReturnType<typeof schema.safeParse> = first;
  // Each round takes something away, and zod may then see what it could not see before (a refinement of a repaired map).
  for (let round = 0; round < 50 && !result.success; round += 1) {
    const found = result.error.issues.flatMap((issue) => explain(issue, current, rootShape));
    for (const finding of found) {
      const key = JSON.stringify([finding.rule, finding.at]);
      const cut = drop(current, finding.path, fallbackName);
      if (cut.length > 0) dropped.push(cut);
      if (seen.has(key)) continue;
      seen.add(key);
      findings.push({ ...finding, message: `${finding.message}${consequence(finding.path, cut)}` });
    }
    result = schema.safeParse(current);
  }
  return { topology: result.success ? (current as Topology) : undefined, findings, dropped };
}

/** Without entries that say nothing: an empty section is none, and an empty record is one without fields. Changes `value`. */
export function clearEmpty(value: Record<string, unknown>, shape: Shape = rootShape): Record<string, unknown> {
  for (const [key, field] of Object.entries(value)) {
    const fieldShape = childShape(shape, key);
    const isContainer = fieldShape.kind === 'struct' || fieldShape.kind === 'map' || fieldShape.kind === 'list';
    if (field === null && isContainer) {
      if (shape.kind === 'map' && fieldShape.kind !== 'list') value[key] = {};
      else if (fieldShape.isOptional) delete value[key];
    } else if (isContainer && typeof field === 'object' && field !== null && !Array.isArray(field)) {
      clearEmpty(field as Record<string, unknown>, fieldShape);
    }
  }
  return value;
}

/** Without these the record would say something else, and perhaps allow more, so a bad one takes the record with it. */
const decisive = /^(flows\.[^.]+\.ports\.\d+\.(protocol|endPort|dial)|workloads\.[^.]+\.(labels|selector))(\.|$)/;

function drop(value: Record<string, unknown>, path: Path, fallbackName: string): Path {
  if (path[0] === 'metadata' && (path.length === 1 || path[1] === 'name')) {
    const metadata = value.metadata;
    const isMap = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata);
    value.metadata = { ...(isMap && metadata), name: fallbackName };
    return path;
  }
  if (path.length === 1 && path[0] === 'apiVersion') value.apiVersion = apiVersion;
  if (path.length === 1 && path[0] === 'kind') value.kind = 'Topology';
  const cut = decisive.test(path.join('.')) ? path.slice(0, 2) : path.slice(0, droppableLength(path));
  let at: unknown = value;
  for (const step of cut.slice(0, -1))
    at = typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[step] : undefined;
  const last = cut.at(-1);
  if (typeof at === 'object' && at !== null && last !== undefined)
    delete (at as Record<string | number, unknown>)[last];
  return cut;
}

/** The longest prefix of the path that the schema can do without. */
function droppableLength(path: Path): number {
  let shape = rootShape;
  let length = 0;
  for (const [i, step] of path.entries()) {
    const child = childShape(shape, step);
    const isUnknown = shape.kind === 'struct' && !shape.fields.has(String(step));
    // Fields of a union belong to its options, none of which can do without them.
    const isOptional = shape.kind === 'map' || isUnknown || (shape.kind === 'struct' && child.isOptional);
    if (isOptional) length = i + 1;
    shape = child;
  }
  return length;
}

function consequence(path: Path, cut: Path): string {
  if (cut.length === 0) return '';
  if (path[0] === 'metadata' && (path.length === 1 || path[1] === 'name'))
    return ' Until then the design is named after its file.';
  if (cut.length < path.length) return ` Until then ${uncapital(nameOf(cut))} is left out.`;
  return ' Until then it is left out.';
}

function uncapital(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function clone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clone);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, clone(field)]));
}

/**
 * What a difference between two designs is made of. Records are compared by kind and id, never as text; what a change
 * means for isolation is an effect, and one change may have several (a flow whose port changes opens one and closes one).
 */
import type { Path } from '../lib/problem.ts';
import type { Isolation, Ref, Runtime } from '../model/index.ts';

export type Change = 'added' | 'removed' | 'changed';

/**
 * `opens`: a connection, class, runtime, placement or exposure is possible after and was not before; `closes` the reverse.
 * `weakens`: the same things are possible with less isolation; `strengthens` the reverse. `moves`: possible before and
 * after, from another place. `neutral`: none of these.
 */
export type DifferenceClass = 'opens' | 'weakens' | 'moves' | 'closes' | 'strengthens' | 'neutral';

/** How grave a difference is; the matrix uses the same words. */
export type Grade = 'low' | 'medium' | 'high' | 'critical';

/** Beside the kinds of records: a cell `from/to` of the matrix, a setting of a rule, the metadata, all of the layout. */
export interface EntrySubject {
  readonly kind: Ref['kind'] | 'matrix' | 'rule' | 'metadata' | 'layout';
  readonly id: string;
}

/** One value inside a record. `before` or `after` is absent where the value is not there. Lists change as a whole. */
export interface FieldChange {
  /** From the record, not from the document. */
  readonly path: Path;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** `what` says what a record left and entered: a workload its namespace, a namespace its zone or cluster, and so on. */
export interface Move {
  readonly what: 'zone' | 'cluster' | 'namespace';
  readonly from?: string;
  readonly to?: string;
}

export interface Effect {
  readonly class: DifferenceClass;
  readonly severity: Grade;
  /** A sentence that ends with a period. */
  readonly message: string;
  /** Other records that make it so, such as the flow that a looser matrix lets through. */
  readonly causes: readonly Ref[];
}

export interface Entry {
  readonly subject: EntrySubject;
  readonly change: Change;
  /** The id it had before; a pool's is `cluster/pool`. */
  readonly renamedFrom?: string;
  readonly moves: readonly Move[];
  /** Empty for added and removed records. */
  readonly fields: readonly FieldChange[];
  /** The whole record (a cluster without its pools); references inside it carry the ids of the newer design. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** The gravest class among the effects. */
  readonly class: DifferenceClass;
  readonly severity: Grade;
  /** At least one, gravest first. */
  readonly effects: readonly Effect[];
  /** `Flow orders → orders-db added`. */
  readonly title: string;
}

/** An entry before it is judged. */
export type RecordChange = Omit<Entry, 'class' | 'severity' | 'effects' | 'title'>;

/** What the caller knows and records do not say. */
export interface Facts {
  /** The isolation of a runtime that does not name its own: the catalogue's answer. */
  isolationOf?(runtime: Runtime): Isolation | undefined;
  /** Whether a network plugin enforces policies at all; undefined where that is not known. */
  enforcesPolicies?(cni: string): boolean | undefined;
}

const classRank: Readonly<Record<DifferenceClass, number>> = {
  opens: 0,
  weakens: 1,
  moves: 2,
  closes: 3,
  strengthens: 4,
  neutral: 5,
};
const grades: readonly Grade[] = ['low', 'medium', 'high', 'critical'];

export function compareClass(a: DifferenceClass, b: DifferenceClass): number {
  return classRank[a] - classRank[b];
}

/** Gravest first. */
export function compareGrade(a: Grade, b: Grade): number {
  return grades.indexOf(b) - grades.indexOf(a);
}

/** Opening and weakening come first, by how grave they are; then the rest by class. */
export function compareGravity(
  a: { readonly class: DifferenceClass; readonly severity: Grade },
  b: { readonly class: DifferenceClass; readonly severity: Grade },
): number {
  const isHarm = (kind: DifferenceClass) => kind === 'opens' || kind === 'weakens';
  if (isHarm(a.class) && isHarm(b.class)) return compareGrade(a.severity, b.severity) || compareClass(a.class, b.class);
  return compareClass(a.class, b.class) || compareGrade(a.severity, b.severity);
}

export function raiseGrade(grade: Grade, by = 1): Grade {
  return grades[Math.max(0, Math.min(grades.length - 1, grades.indexOf(grade) + by))] ?? grade;
}

/**
 * What every reader and judge returns beside its result. Broken input is normal: functions return a result and
 * problems, and throw only when we ourselves are wrong.
 */
export type Severity = 'error' | 'warning' | 'info';

/** Which record a problem is about. `kind` is a record kind of the model (`workload`) or a Kubernetes kind (`Pod`). */
export interface Subject {
  readonly kind: string;
  readonly id: string;
}

/** The way to a value inside a document: map keys and list indexes, from the root. */
export type Path = ReadonlyArray<string | number>;

export interface Problem {
  /** `area/name-of-the-fault`, e.g. `flow/against-the-matrix`. */
  readonly rule: string;
  readonly severity: Severity;
  /** What is wrong, why it matters, what to do; each a sentence. */
  readonly message: string;
  readonly file?: string;
  /** Counted from 1. */
  readonly line?: number;
  /** Counted from 1, in UTF-16 code units as editors count. */
  readonly column?: number;
  readonly subject?: Subject;
  /** The value in the design that the problem is about; positions are looked up with it. */
  readonly path?: Path;
  /** True where the rule offers a fix. */
  readonly fixable: boolean;
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** True where `severity` is at least as grave as `threshold`. */
export function atLeast(severity: Severity, threshold: Severity): boolean {
  return rank[severity] <= rank[threshold];
}

export function compareSeverity(a: Severity, b: Severity): number {
  return rank[a] - rank[b];
}

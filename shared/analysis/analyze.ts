/**
 * The facade: everything that is computed from a design, in one call. The result is plain data, so that it crosses to the
 * window from a worker, and to a pipeline as JSON, as it is.
 */
import { type Bundle, compile } from '../compile/index.ts';
import type { Problem, Severity } from '../lib/problem.ts';
import { isKind, ref, refKey, type Topology } from '../model/index.ts';
import { compareFindings, type Finding, runRules } from '../rules/index.ts';

export interface AnalyzeOptions {
  /** `YYYY-MM-DD`: the day against which expiry is judged. Without it nothing expires. It changes no export. */
  readonly asOf?: string;
}

export interface Analysis {
  /** Findings of the rules and problems of the export, gravest first; what both say is there once. */
  readonly problems: readonly Finding[];
  readonly bundle: Bundle;
  /** Indexes into `problems` by record (`zone:dmz`), for marks on the picture. Records without problems are absent. */
  readonly problemsByRef: Readonly<Record<string, readonly number[]>>;
  readonly counts: Readonly<Record<Severity, number>>;
}

export function analyze(topology: Topology, options: AnalyzeOptions = {}): Analysis {
  const findings = runRules(topology, options);
  const bundle = compile(topology);
  const said = new Set(findings.flatMap((f) => [f.subject, ...f.also].map((r) => (r ? `${f.rule} ${refKey(r)}` : ''))));
  const fresh = bundle.problems.filter(
    (p) => !(sameFault[p.rule] ?? []).some((rule) => said.has(`${rule} ${keyOf(p)}`)),
  );
  const problems = [...findings, ...fresh.map(asFinding)].sort(compareFindings);

  const problemsByRef: Record<string, number[]> = {};
  const counts = { error: 0, warning: 0, info: 0 };
  problems.forEach((problem, i) => {
    counts[problem.severity] += 1;
    const keys = new Set([problem.subject, ...problem.also].flatMap((r) => (r === undefined ? [] : [refKey(r)])));
    for (const key of keys) {
      const list = problemsByRef[key];
      if (list === undefined) problemsByRef[key] = [i];
      else list.push(i);
    }
  });
  return { problems, bundle, problemsByRef, counts };
}

/**
 * Where the compiler leaves something out for a fault that a rule finds as well, the rule's words are shown: it knows
 * the design and offers a fix. Where a design has switched the rule off, the compiler's words remain.
 */
export const sameFault: Readonly<Record<string, readonly string[]>> = {
  'compile/api-server-without-address': ['external/api-server-unknown'],
  'compile/flow-blocked-by-the-matrix': ['flow/against-the-matrix'],
  'compile/flow-outside': ['flow/to-itself'],
  'compile/flow-without-entry': ['flow/no-via', 'flow/not-exposed'],
  'compile/flow-without-proxy': ['flow/no-via'],
  'compile/flow-end-missing': ['reference/dangling'],
  'compile/flow-end-without-zone': ['namespace/no-zone'],
  'compile/legacy-runtime': ['runtime/legacy'],
  'compile/unknown-runtime': ['runtime/unknown'],
  'compile/pool-without-kvm': ['runtime/needs-kvm'],
  'compile/namespace-name-twice': ['namespace/duplicate-name'],
  'compile/storage-class-second-default': ['storage/two-defaults'],
  'compile/zone-not-exposed': ['flow/not-exposed'],
  'compile/zone-without-nodes': ['namespace/zone-without-pool'],
};

function keyOf({ subject }: Problem): string {
  return subject === undefined ? '' : `${subject.kind}:${subject.id}`;
}

function asFinding(problem: Problem): Finding {
  const { subject, ...rest } = problem;
  // The compiler may name an object of Kubernetes, which no record of the design stands for.
  if (subject === undefined || !isKind(subject.kind)) return { ...rest, also: [] };
  return { ...rest, subject: ref(subject.kind, subject.id), also: [] };
}

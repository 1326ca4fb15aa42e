/** What analysis says about each record, in the form in which the picture shows it. */

import { isEqual } from '../../shared/lib/is-equal.ts';
import { compareSeverity, type Problem, type Severity } from '../../shared/lib/problem.ts';
import type { FlowState } from './canvas-types.ts';

export interface Finding {
  readonly severity: Severity;
  /** One message per line. */
  readonly text: string;
}

export interface Findings {
  /** By `kind:id`. */
  readonly of: ReadonlyMap<string, Finding>;
  /** By id of the flow; flows with nothing special are not in it. */
  readonly flows: ReadonlyMap<string, FlowState>;
}

export const noFindings: Findings = { of: new Map(), flows: new Map() };

const stateOfRule: Readonly<Record<string, FlowState>> = {
  'flow/against-the-matrix': 'blocked',
  'flow/expired': 'expired',
  'flow/exception-expired': 'expired',
  'flow/outward': 'outward',
  'flow/skips-a-zone': 'skips',
};
const gravest: readonly FlowState[] = ['blocked', 'expired', 'exception', 'outward', 'skips', 'plain'];

/** The graver of two states of a flow. */
export function graver(a: FlowState, b: FlowState): FlowState {
  return gravest.indexOf(a) <= gravest.indexOf(b) ? a : b;
}

/** Given the findings of before, what is equal keeps its identity: most edits change no finding. */
export function findingsOf(problems: readonly Problem[], before: Findings = noFindings): Findings {
  const of = new Map<string, Finding>();
  const flows = new Map<string, FlowState>();
  for (const problem of problems) {
    const { subject } = problem;
    if (subject === undefined) continue;
    const key = `${subject.kind}:${subject.id}`;
    const had = of.get(key);
    of.set(key, {
      severity:
        had !== undefined && compareSeverity(had.severity, problem.severity) <= 0 ? had.severity : problem.severity,
      text: had === undefined ? problem.message : `${had.text}\n${problem.message}`,
    });
    const state = stateOfRule[problem.rule];
    if (subject.kind === 'flow' && state !== undefined)
      flows.set(subject.id, graver(state, flows.get(subject.id) ?? 'plain'));
  }
  return {
    of: isEqualMap(before.of, of) ? before.of : of,
    flows: isEqualMap(before.flows, flows) ? before.flows : flows,
  };
}

function isEqualMap<T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): boolean {
  return a.size === b.size && [...b].every(([key, value]) => isEqual(a.get(key), value));
}

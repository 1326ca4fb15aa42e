import { compareSeverity } from '../lib/problem.ts';
import { compareText } from '../lib/sort.ts';
import { findRecord, lookup, type Ref, type Topology } from '../model/index.ts';
import type { Finding, Rule, RuleContext } from './define.ts';
import { rules } from './registry.ts';

export interface RunOptions {
  /** `YYYY-MM-DD`: the day against which expiry is judged. Without it nothing expires. */
  readonly asOf?: string;
}

const ruleIds = new Set(rules.map((rule) => rule.id));

/** All findings on a design, gravest first, then by rule and record. The design's `rules` set severities or switch off. */
export function runRules(topology: Topology, options: RunOptions = {}): Finding[] {
  return rules.flatMap((rule) => runRule(rule, topology, options)).sort(compareFindings);
}

export function runRule(rule: Rule, topology: Topology, { asOf }: RunOptions = {}): Finding[] {
  const settings = topology.rules;
  const setting = settings !== undefined && Object.hasOwn(settings, rule.id) ? settings[rule.id] : undefined;
  if (setting?.severity === 'off') return [];
  const severity = setting?.severity ?? rule.severity;
  const context: RuleContext = { topology, lookup: lookup(topology), ruleIds, ...(asOf !== undefined && { asOf }) };
  // A reference may lead nowhere, which the loader tells; the picture can mark only what is there.
  const exists = (r: Ref) => findRecord(topology, r) !== undefined;
  return [...rule.check(context)].map(({ message, subject, path, also = [], fix, alternatives }) => ({
    rule: rule.id,
    severity,
    message,
    ...(subject !== undefined && exists(subject) && { subject }),
    path,
    fixable: fix !== undefined,
    also: also.filter(exists),
    ...(fix !== undefined && { fix }),
    ...(alternatives !== undefined && alternatives.length > 0 && { alternatives }),
  }));
}

export function compareFindings(a: Finding, b: Finding): number {
  return (
    compareSeverity(a.severity, b.severity) ||
    compareText(a.rule, b.rule) ||
    compareText(a.subject?.kind ?? '', b.subject?.kind ?? '') ||
    compareText(a.subject?.id ?? '', b.subject?.id ?? '') ||
    compareText((a.path ?? []).join('/'), (b.path ?? []).join('/')) ||
    compareText(a.message, b.message)
  );
}

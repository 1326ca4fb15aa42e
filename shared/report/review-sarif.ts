/** A review as SARIF 2.1.0, for tools that show findings beside the lines of a change. */
import { type DifferenceClass, entriesOf, type Grade, type Review, type ReviewEntry } from '../diff/index.ts';
import { located, type SarifPlace, sarif } from './sarif.ts';

const titles: Readonly<Record<DifferenceClass, string>> = {
  opens: 'Something is possible that was not before',
  weakens: 'The same is possible with less isolation',
  moves: 'The same is possible from another place',
  closes: 'Something is no longer possible',
  strengthens: 'The same is possible with more isolation',
  neutral: 'Nothing is opened, closed or isolated otherwise',
};
const levels: Readonly<Record<Grade, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
};
/** What GitHub and others sort by: 0 to 10. */
const scores: Readonly<Record<Grade, string>> = { critical: '9.5', high: '8.0', medium: '5.0', low: '2.0' };

/** What a reviewer is asked to do, whatever the rule. */
const help = 'Look at the edit on this line. Accept what it does, narrow it, or take it back.';

/**
 * Only what opens and weakens is a result; the rest is not what somebody has to look at. `about` names what is compared:
 * code hosts keep results of different names apart, so that the review of one file does not replace that of another.
 * `placeOf` finds the line of a result.
 */
export function reviewAsSarif(
  review: Pick<Review, 'groups'>,
  tool: { readonly version: string; readonly about: string },
  placeOf: (entry: ReviewEntry) => SarifPlace | undefined,
): string {
  const found = entriesOf(review).filter((entry) => entry.class === 'opens' || entry.class === 'weakens');
  const rules = [...new Set(found.map(ruleOf))].sort();
  return sarif(
    { version: tool.version, id: `zonewright-diff/${tool.about}/`, rules: rules.map(ruleRecord) },
    found.map((entry) => ({
      rule: ruleOf(entry),
      level: levels[entry.severity],
      message: entry.message,
      more: { partialFingerprints: { 'zonewrightEntry/v1': entry.id }, ...located(placeOf(entry), entry.subject) },
    })),
  );
}

function ruleRecord(id: string) {
  const [, , kind, grade] = id.split('/') as [string, string, DifferenceClass, Grade];
  return {
    id,
    shortDescription: { text: `${titles[kind]}.` },
    fullDescription: { text: `${titles[kind]}. It is graded ${grade} by the trust of the zones and by the matrix.` },
    help: { text: help },
    defaultConfiguration: { level: levels[grade] },
    properties: { tags: ['security'], 'security-severity': scores[grade] },
  };
}

function ruleOf(entry: ReviewEntry): string {
  return `diff/${entry.layer}/${entry.class}/${entry.severity}`;
}

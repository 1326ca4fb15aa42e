/** What every report in SARIF 2.1.0 (OASIS) shares: one run, its rules, and where a result is. */
import type { Subject } from '../lib/problem.ts';
import { jsonText } from './json.ts';

export interface SarifPlace {
  readonly file: string;
  /** From 1; columns count UTF-16 code units. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

interface Rule {
  readonly id: string;
}

interface Result {
  /** The id of one of the rules. */
  readonly rule: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly message: string;
  /** What SARIF calls further properties of a result: `locations`, `partialFingerprints`. */
  readonly more: object;
}

/** `id` tells runs apart that code hosts are to keep beside each other. */
export function sarif(
  { version, id, rules }: { readonly version: string; readonly id?: string; readonly rules: readonly Rule[] },
  results: readonly Result[],
): string {
  const indexes = new Map(rules.map((rule, index) => [rule.id, index]));
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Zonewright', version, rules } },
        ...(id !== undefined && { automationDetails: { id } }),
        columnKind: 'utf16CodeUnits',
        results: results.map(({ rule, level, message, more }) => ({
          ruleId: rule,
          ruleIndex: indexes.get(rule),
          level,
          message: { text: message },
          ...more,
        })),
      },
    ],
  });
}

/** The one location of a result: a place in a file, and the record that it is about. */
export function located(place: SarifPlace | undefined, subject: Subject | undefined): object {
  if (place === undefined && subject === undefined) return {};
  return {
    locations: [
      {
        ...(place !== undefined && { physicalLocation: physical(place) }),
        ...(subject !== undefined && {
          logicalLocations: [
            { name: subject.id, kind: subject.kind, fullyQualifiedName: `${subject.kind}:${subject.id}` },
          ],
        }),
      },
    ],
  };
}

function physical({ file, line, column }: SarifPlace) {
  return {
    artifactLocation: { uri: uriOf(file) },
    ...(line !== undefined && { region: { startLine: line, ...(column !== undefined && { startColumn: column }) } }),
  };
}

/** A path as a relative URI; absolute paths become file URIs. */
function uriOf(file: string): string {
  const path = file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  if (path.startsWith('/')) return `file://${path}`;
  return /^[a-z]%3A\//i.test(path) ? `file:///${path.replace('%3A', ':')}` : path;
}

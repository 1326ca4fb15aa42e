import type { Problem, Severity } from '../lib/problem.ts';
import type { SourceObject } from '../reach/index.ts';

/** What an import has to say about an object. */
export function finding(
  rule: string,
  severity: Severity,
  message: string,
  at: { readonly source?: SourceObject; readonly kind: string; readonly id: string },
): Problem {
  const { source } = at;
  return {
    rule: `import/${rule}`,
    severity,
    message,
    ...(source?.file !== undefined && { file: source.file }),
    ...(source?.line !== undefined && { line: source.line }),
    subject: { kind: at.kind, id: at.id },
    fixable: false,
  };
}

/** `a`, `b` and 3 more. */
export function listed(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).map((name) => `“${name}”`);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  const last = shown.at(-1) ?? '';
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${last}` : last;
}

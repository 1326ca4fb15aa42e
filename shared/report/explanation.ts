/** Explanations as text. */
import type { ExplanationText } from '../reach/index.ts';

/** The verdict, then each direction with what was asked on the way, then what would turn it; a blank line between. */
export function explanationsAsText(texts: readonly ExplanationText[]): string {
  return texts
    .map(({ verdict, directions, changes }) =>
      [
        `${verdict}\n`,
        ...directions.flatMap(({ decision, steps }) => [`  ${decision}\n`, ...steps.map((step) => `    ${step}\n`)]),
        ...changes.map((change) => `  ${change}\n`),
      ].join(''),
    )
    .join('\n');
}

/** Design to text: the loaded text with the edits in it, and canonical text where there was none. */
import type { Problem } from '../lib/problem.ts';
import { placeOf } from '../lib/yaml-place.ts';
import type { Topology } from '../model/index.ts';
import type { DesignDocument } from './document.ts';
import { equalValues } from './equal.ts';
import { loadDesign } from './load.ts';
import { patch } from './patch.ts';
import { rootShape } from './schema.ts';
import { childShape, orderedEntries } from './shape.ts';
import { validate } from './validate.ts';
import { writeEntry } from './write.ts';

export interface SaveResult {
  readonly text: string;
  /** Of the saved text, as loading it gives them, and what saving had to do beyond a patch. */
  readonly problems: Problem[];
  /** The saved text as a document: what the next save starts from. */
  readonly document: DesignDocument;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Patches the loaded text so that it says `topology`. Untouched records keep their bytes. The result is loaded again and
 * compared; should a patch ever say something else, the smallest section concerned is written anew instead.
 */
export function saveDesign(document: DesignDocument, topology: Topology): SaveResult {
  const { source } = document;
  const { text, file } = source;
  if (equalValues(document.topology, topology))
    return check(text, document, topology, []) ?? { text, problems: [], document };

  const wanted = withoutEmpty(validate(topology as Fields, source.fallbackName).topology ?? topology);
  if (!source.isMigrated) {
    const patched = patch(text, source.root, document.topology as Fields, topology as Fields, rootShape);
    const result = check(patched, document, wanted, []);
    if (result !== undefined) return result;
    const rewrite = new Set(changedSections(document.topology as Fields, topology as Fields));
    const unreadable = unreadableText(document, rewrite);
    const rewritten =
      patch(text, source.root, document.topology as Fields, topology as Fields, rootShape, { rewrite }) + unreadable;
    const second = check(rewritten, document, wanted, [rewritingProblem([...rewrite].join(', '), file)]);
    if (second !== undefined) return second;
  }
  const whole = newDesign(topology) + unreadableText(document, undefined);
  const last = check(whole, document, wanted, [rewritingProblem('the whole file', file)]);
  if (last !== undefined) return last;
  const message =
    'The design could not be written so that it loads as it is, so nothing was changed. Undo the last edits and save again.';
  return {
    text,
    problems: [
      { rule: 'document/not-written', severity: 'error', message, ...(file !== undefined && { file }), fixable: false },
    ],
    document,
  };
}

/** Canonical text for a design without a file: sections and fields in schema order, two blanks per level. */
export function newDesign(topology: Topology): string {
  const lines = orderedEntries(topology, rootShape).flatMap(([key, value]) =>
    writeEntry(key, value, childShape(rootShape, key), { step: 2 }, 0),
  );
  return `${lines.join('\n')}\n`;
}

/** Loads the text and says whether it is what was wanted. */
function check(
  text: string,
  document: DesignDocument,
  wanted: Topology,
  notes: readonly Problem[],
): SaveResult | undefined {
  const { file } = document.source;
  const loaded = loadDesign(text, file === undefined ? {} : { file });
  if (loaded.document === undefined || !equalValues(withoutEmpty(loaded.document.topology), withoutEmpty(wanted)))
    return undefined;
  return { text, problems: [...notes, ...loaded.problems], document: loaded.document };
}

/** An empty section and none are the same design. */
function withoutEmpty(topology: Topology): Topology {
  const entries = Object.entries(topology).filter(
    ([, section]) => typeof section !== 'object' || section === null || Object.keys(section).length > 0,
  );
  return Object.fromEntries(entries) as Topology;
}

function changedSections(before: Fields, after: Fields): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !equalValues(before[key], after[key]),
  );
}

function rewritingProblem(what: string, file: string | undefined): Problem {
  const message = `The text of ${what} could not be edited in place and was written anew, without its comments. Compare it with the version before.`;
  return {
    rule: 'document/rewritten',
    severity: 'warning',
    message,
    ...(file !== undefined && { file }),
    fixable: false,
  };
}

/** What could not be read in sections that are written anew, as comments, so that it is not lost. */
function unreadableText(document: DesignDocument, sections: ReadonlySet<string> | undefined): string {
  const { root, text } = document.source;
  const parts = document.unreadable.filter(({ path }) => sections === undefined || sections.has(String(path[0])));
  if (parts.length === 0) return '';
  const lines = parts.flatMap(({ path }) => {
    const { start, end } = placeOf(root, path);
    return [`${path.join('.')}:`, ...text.slice(start, end).split(/\r\n|\n|\r/)];
  });
  return `\n# Could not be read:\n${lines.map((line) => `# ${line}`).join('\n')}\n`;
}

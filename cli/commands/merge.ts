import { resolve } from 'node:path';
import { saveText } from '../../electron/files/write-atomic.ts';
import { analyze } from '../../shared/analysis/index.ts';
import { type MergeConflict, mergeDesigns, valueText } from '../../shared/diff/index.ts';
import {
  type DesignDocument,
  loadDesign,
  locate,
  mergeTexts,
  positionOf,
  saveDesign,
} from '../../shared/document/index.ts';
import { isEqual } from '../../shared/lib/is-equal.ts';
import type { Problem } from '../../shared/lib/problem.ts';
import type { Topology } from '../../shared/model/index.ts';
import { jsonText, problemsAsText } from '../../shared/report/index.ts';
import { type CliCommand, InputError, oneOf, textOption, UsageError } from '../command.ts';
import { readDesignSide } from '../design.ts';

export const command: CliCommand = {
  help: `Usage: zonewright merge BASE OURS THEIRS --out FILE [OPTIONS]

Puts two edits of one design together. What only one side changed is taken, whatever stands on the lines around it; where
both changed one field, or one changed or needs what the other removed, ours stays and the conflict is named. The result
is our text with their edits in it, comments among them where the lines around are as they were, and it is always a
design that loads. An empty file is a design in which nothing is drawn yet, as git gives it for a file that two branches
added. Findings that the merged design has and none of the sides are printed: edits that touch no common field
may still not go together.

  --out FILE           where to write the result; may be OURS itself
  --path FILE          what to call the design in conflicts, where the files are temporary ones of git
  --format txt|json    how to print the conflicts (default: txt)

As a merge driver of git:
  git config merge.zonewright.driver 'zonewright merge %O %A %B --out %A --path %P'
  echo '*.zones.yaml merge=zonewright' >> .gitattributes

Exit codes: 0 merged, 1 merged but for the conflicts that are named, 2 bad usage or unreadable input.
`,
  options: { out: { type: 'string' }, path: { type: 'string' }, format: { type: 'string' } },
  async run({ values, positionals }, io) {
    const format = oneOf(values, 'format', ['txt', 'json'], 'txt');
    const out = textOption(values, 'out');
    const [first, second, third, ...more] = positionals;
    if (first === undefined || second === undefined || third === undefined || more.length > 0)
      throw new UsageError('name three designs: the common base, ours and theirs.');
    if (out === undefined) throw new UsageError('say with --out where the result goes.');

    const base = await readDesignSide(first, io);
    const ours = await readDesignSide(second, io);
    const theirs = await readDesignSide(third, io);
    const { merged, conflicts } = mergeDesigns(base.topology, ours.topology, theirs.topology);
    const saved = saveDesign(withEditsOf(theirs, base, ours), merged);
    const lost = saved.problems.filter((p) => p.rule === 'document/not-written');
    if (lost.length > 0) throw new InputError(problemsAsText(lost).trimEnd());
    await saveText({ path: resolve(io.cwd, out), text: saved.text, overwrite: true });

    const placed = conflicts.map((conflict) => {
      const position = positionOf(saved.document, conflict.path);
      return {
        ...conflict,
        file: textOption(values, 'path') ?? out,
        ...(position !== undefined && { line: position.line, column: position.column }),
      };
    });
    if (format === 'json')
      await io.stdout(
        jsonText({
          apiVersion: 'zonewright/v1',
          kind: 'Merge',
          conflicts: placed.map(({ title, subject, field, base: was, ours: mine, theirs: other, ...place }) => ({
            subject,
            field,
            ...(was !== undefined && { base: was }),
            ...(mine !== undefined && { ours: mine }),
            ...(other !== undefined && { theirs: other }),
            file: place.file,
            ...('line' in place && { line: place.line, column: place.column }),
            message: sentence({ title, base: was, ours: mine, theirs: other }),
          })),
        }),
      );
    else
      await io.stdout(
        placed.map((c) => `${c.file}${'line' in c ? `:${c.line}:${c.column}` : ''}: ${sentence(c)}\n`).join(''),
      );
    const rewritten = saved.problems.filter((p) => p.rule === 'document/rewritten');
    if (rewritten.length > 0) io.stderr(problemsAsText(rewritten));
    const sides = [base.topology, ours.topology, theirs.topology];
    const brought = locate(broughtTogether(sides, merged), saved.document);
    if (brought.length > 0) {
      const file = textOption(values, 'path') ?? out;
      io.stderr(
        `Together the edits bring what neither has alone:\n${problemsAsText(brought.map((p) => ({ ...p, file })))}`,
      );
    }
    io.stderr(
      conflicts.length === 0
        ? 'merged\n'
        : `${conflicts.length} ${conflicts.length === 1 ? 'conflict' : 'conflicts'}\n`,
    );
    return conflicts.length === 0 ? 0 : 1;
  },
};

/** Errors and warnings of the merged design that none of the sides has: edits of different places that do not go together. */
function broughtTogether(sides: readonly Topology[], merged: Topology): readonly Problem[] {
  const keyOf = ({ rule, message }: Problem) => `${rule} ${message}`;
  const known = new Set(sides.flatMap((side) => analyze(side).problems.map(keyOf)));
  return analyze(merged).problems.filter((p) => p.severity !== 'info' && !known.has(keyOf(p)));
}

/** Our document with the comments, the order and the spelling that theirs brings; ours alone where that cannot be read. */
function withEditsOf(theirs: DesignDocument, base: DesignDocument, ours: DesignDocument): DesignDocument {
  const [before, mine, other] = [base, ours, theirs].map((side) => side.source.text);
  const text = mergeTexts(before ?? '', mine ?? '', other ?? '');
  const { document } = loadDesign(text, { file: ours.source.file });
  return document === undefined || document.unreadable.length > 0 ? ours : document;
}

function sentence({ title, base, ours, theirs }: Pick<MergeConflict, 'title' | 'base' | 'ours' | 'theirs'>): string {
  const was = base === undefined ? 'It was not there before.' : `Before it was ${shown(base)}.`;
  return `${title}: ours ${verb(ours, base)}, theirs ${verb(theirs, base)}. ${was} Ours is kept; where theirs is right, edit it, then git add the design.`;
}

function verb(value: unknown, base: unknown): string {
  if (value === undefined) return 'removed it';
  return isEqual(value, base) ? 'keeps it' : `says ${shown(value)}`;
}

function shown(value: unknown): string {
  const text = valueText(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

/** Comparing two designs, off the main thread. */
import {
  drawManifests,
  driftOf,
  isNamedCluster,
  placeManifests,
  reviewDesigns,
  reviewManifests,
} from '../../shared/analysis/index.ts';
import { compile, indexName } from '../../shared/compile/index.ts';
import { type DesignDocument, excerptOf, loadDesign, newDesign, saveDesign } from '../../shared/document/index.ts';
import { Collector } from '../../shared/importing/index.ts';
import type { Path, Problem } from '../../shared/lib/problem.ts';
import { fingerprintOf } from '../../shared/review/index.ts';
import type { ComparedAnswer, Excerpt, LinesAnswer, ReviewRequest, SentSide } from './review-client.ts';
import { answerQuestions } from './worker-questions.ts';

interface Known {
  readonly side: SentSide;
  readonly hash: string;
  /** The text that saving the side would write; made when a line in it is asked for. */
  document?: DesignDocument | undefined;
}

let before: Known | undefined;
let after: Known | undefined;

answerQuestions(answer);

function answer(request: ReviewRequest): ComparedAnswer | LinesAnswer {
  if (request.ask === 'lines') {
    const found = { before: lines(before, request.pathBefore), after: lines(after, request.pathAfter) };
    return {
      ...(found.before !== undefined && { before: found.before }),
      ...(found.after !== undefined && { after: found.after }),
    };
  }
  if (request.before !== undefined) before = known(request.before);
  if (request.after !== undefined) after = known(request.after);
  if (before === undefined || after === undefined) throw new Error('a side was never sent');
  return {
    ...compare(before.side, after.side),
    hashes: { before: before.hash, after: after.hash },
  };
}

/** A design against a folder is what is drawn against what is live. */
function compare(older: SentSide, newer: SentSide): Omit<ComparedAnswer, 'hashes'> {
  if (older.files === undefined && newer.files === undefined)
    return { review: reviewDesigns(older.topology, newer.topology), gaps: [] };
  if (older.files !== undefined || newer.files === undefined) {
    const [before, after] = [objectsOf(older), objectsOf(newer)];
    const drawn = newer.files === undefined ? undefined : drawManifests(before, after);
    return { review: reviewManifests(before, after), gaps: [], ...(drawn !== undefined && { drawn }) };
  }
  const isCluster = isNamedCluster(older.topology);
  const collector = new Collector({ name: 'live', byFolder: newer.byFolder === true, isCluster });
  const rank = (path: string) => (path === indexName ? 0 : 1);
  for (const { path, text } of [...newer.files].sort((a, b) => rank(a.path) - rank(b.path))) collector.add(path, text);
  const { review, compared, problems } = driftOf(older.topology, collector.clusters());
  const gaps = [...collector.problems, ...problems].filter((p) => p.severity !== 'info').map(sentenceOf);
  return { review, gaps, ...(compared.size > 1 && { clusters: compared }) };
}

function sentenceOf({ file, line, message }: Problem): string {
  const place = [file, line].filter((part) => part !== undefined).join(':');
  return place === '' ? message : `${place}: ${message}`;
}

function known(side: SentSide): Known {
  return { side, hash: fingerprintOf(side.files ?? side.topology) };
}

/** What stands in a folder, or what a design exports. */
function objectsOf({ topology, files }: SentSide) {
  return placeManifests(files ?? compile(topology).files, '').objects;
}

function lines(of: Known | undefined, path: Path | undefined): Excerpt | undefined {
  if (of === undefined || path === undefined) return undefined;
  of.document ??= documentOf(of.side);
  return of.document && excerptOf(of.document, path);
}

function documentOf({ topology, source }: SentSide): DesignDocument | undefined {
  const loaded = source === undefined ? undefined : loadDesign(source).document;
  return loaded === undefined ? loadDesign(newDesign(topology)).document : saveDesign(loaded, topology).document;
}

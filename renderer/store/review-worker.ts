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
import { memoWeak, once } from '../../shared/lib/memo.ts';
import type { Path, Problem } from '../../shared/lib/problem.ts';
import { fingerprintOf } from '../../shared/review/index.ts';
import type { ComparedAnswer, Excerpt, LinesAnswer, ReviewRequest, SentSide, SideOrHeld } from './review-client.ts';
import { answerQuestions, type Tell } from './worker-questions.ts';

interface Known {
  readonly side: SentSide;
  /** The text that saving the side would write; made when a line in it is asked for. */
  readonly document: () => DesignDocument | undefined;
}

/** The sides of the last question. What was made of a design for a comparison is kept with it. */
let held: { readonly before: Known; readonly after: Known } | undefined;

answerQuestions(answer);

function answer(request: ReviewRequest, tell: Tell): ComparedAnswer | LinesAnswer {
  held = { before: known(request.before), after: known(request.after) };
  const { before, after } = held;
  if (request.ask === 'lines') {
    const found = { before: lines(before, request.pathBefore), after: lines(after, request.pathAfter) };
    return {
      ...(found.before !== undefined && { before: found.before }),
      ...(found.after !== undefined && { after: found.after }),
    };
  }
  return {
    ...compare(before.side, after.side, tell),
    hashes: { before: hashOf(before.side), after: hashOf(after.side) },
  };
}

function known(side: SideOrHeld): Known {
  if (typeof side !== 'string') return { side, document: once(() => documentOf(side)) };
  const found = held?.[side];
  if (found === undefined) throw new Error('a side was never sent');
  return found;
}

const hashOf = memoWeak(({ files, topology }: SentSide) => fingerprintOf(files ?? topology));

/** A design against a folder is what is drawn against what is live. */
function compare(older: SentSide, newer: SentSide, tell: Tell): Omit<ComparedAnswer, 'hashes'> {
  if (older.files === undefined && newer.files === undefined)
    return { review: reviewDesigns(older.topology, newer.topology, tell), gaps: [] };
  tell('Reading manifests…');
  if (older.files !== undefined || newer.files === undefined) {
    const [before, after] = [objectsOf(older), objectsOf(newer)];
    const drawn = newer.files === undefined ? undefined : drawManifests(before, after);
    return { review: reviewManifests(before, after, tell), gaps: [], ...(drawn !== undefined && { drawn }) };
  }
  const isCluster = isNamedCluster(older.topology);
  const collector = new Collector({ name: 'live', byFolder: newer.byFolder === true, isCluster });
  const rank = (path: string) => (path === indexName ? 0 : 1);
  for (const { path, text } of [...newer.files].sort((a, b) => rank(a.path) - rank(b.path))) collector.add(path, text);
  tell('Comparing what is drawn with what is live…');
  const { review, compared, problems } = driftOf(older.topology, collector.clusters());
  const gaps = [...collector.problems, ...problems].filter((p) => p.severity !== 'info').map(sentenceOf);
  // No difference of nothing would pass for an answer.
  if (compared.size === 0) throw new Error(`Nothing could be compared. ${gaps.join(' ')}`);
  return { review, gaps, ...(compared.size > 1 && { clusters: compared }) };
}

function sentenceOf({ file, line, message }: Problem): string {
  const place = [file, line].filter((part) => part !== undefined).join(':');
  return place === '' ? message : `${place}: ${message}`;
}

/** What stands in a folder, or what a design exports. */
const objectsOf = memoWeak(
  ({ topology, files }: SentSide) => placeManifests(files ?? compile(topology).files, '').objects,
);

function lines({ document }: Known, path: Path | undefined): Excerpt | undefined {
  const found = path === undefined ? undefined : document();
  return path === undefined || found === undefined ? undefined : excerptOf(found, path);
}

function documentOf({ topology, source }: SentSide): DesignDocument | undefined {
  const loaded = source === undefined ? undefined : loadDesign(source).document;
  return loaded === undefined ? loadDesign(newDesign(topology)).document : saveDesign(loaded, topology).document;
}

/** The questions a window asks of one state of a design, answered in plain data. */
import type { Ref, Topology } from '../model/index.ts';
import { type BlastRadius, blastRadius } from './blast-radius.ts';
import type { ExplainAnswer, ExplainQuestion } from './explain-answer.ts';
import { explainPair } from './explain-pair.ts';
import { type ReachModel, reachModel } from './reach-model.ts';
import { type ReachTableRow, reachTable } from './reach-table.ts';

export type ReachQuestion =
  | { readonly ask: 'explain'; readonly question: ExplainQuestion }
  | { readonly ask: 'table'; readonly workload: string }
  | { readonly ask: 'blast'; readonly origin: Ref };

/** The answer to each kind of question. */
export interface ReachAnswers {
  readonly explain: ExplainAnswer;
  readonly table: readonly ReachTableRow[];
  readonly blast: BlastRadius;
}

export type AnswerTo<Q extends ReachQuestion> = ReachAnswers[Q['ask']];

/** Compiles at once; clusters are evaluated when the first question about them comes. */
export function reachAnswerer(topology: Topology): <Q extends ReachQuestion>(question: Q) => AnswerTo<Q> {
  const model = reachModel(topology);
  return <Q extends ReachQuestion>(question: Q) => answer(model, question) as AnswerTo<Q>;
}

function answer(model: ReachModel, question: ReachQuestion): ReachAnswers[ReachQuestion['ask']] {
  switch (question.ask) {
    case 'explain':
      return explainPair(model, question.question);
    case 'table':
      return reachTable(model, question.workload);
    case 'blast':
      return blastRadius(model, question.origin);
  }
}

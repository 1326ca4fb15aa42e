/** Questions about who can reach whom, off the main thread. The design is sent once per revision and kept with its answers. */
import { type ReachQuestion, reachAnswerer } from '../../shared/analysis/index.ts';
import type { ReachRequest } from './reach-client.ts';
import { answerQuestions } from './worker-questions.ts';

interface Known {
  readonly revision: number;
  readonly answer: <Q extends ReachQuestion>(question: Q) => unknown;
  /** By question. */
  readonly answers: Map<string, unknown>;
}

let known: Known | undefined;

answerQuestions(({ revision, topology, question }: ReachRequest) => {
  if (topology !== undefined) known = { revision, answer: reachAnswerer(topology), answers: new Map() };
  if (known?.revision !== revision) throw new Error('the design was never sent');
  // The panel and the picture ask the same.
  const key = JSON.stringify(question);
  const answer = known.answers.get(key) ?? known.answer(question);
  known.answers.set(key, answer);
  return answer;
});

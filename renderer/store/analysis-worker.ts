/** analyze() off the main thread, so that judging and compiling never hold up typing. */
import { analyze } from '../../shared/analysis/index.ts';
import type { AnalysisQuestion } from './analysis-client.ts';
import { answerQuestions } from './worker-questions.ts';

answerQuestions(({ topology, asOf }: AnalysisQuestion) => analyze(topology, { asOf }));

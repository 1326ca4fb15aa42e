/** The proof of the export, in a worker of its own: compiled, printed, read back, evaluated, and held against the drawing. */
import { prove } from '../../shared/analysis/index.ts';
import { compile } from '../../shared/compile/index.ts';
import type { AnalysisQuestion } from './analysis-client.ts';
import { answerQuestions } from './worker-questions.ts';

answerQuestions(({ topology }: AnalysisQuestion) => prove(topology, compile(topology)));

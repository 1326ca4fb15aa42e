/** analyze() off the main thread, so that judging and compiling never hold up typing. */
import { analyze } from '../../shared/analysis/index.ts';
import type { AnalysisAnswer, AnalysisQuestion } from './analysis-client.ts';

self.onmessage = (event: MessageEvent<AnalysisQuestion>) => {
  const { revision, topology, asOf } = event.data;
  const answer: AnalysisAnswer = { revision, analysis: analyze(topology, { asOf }) };
  self.postMessage(answer);
};

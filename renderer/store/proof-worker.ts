/** The proof of the export, in a worker of its own: compiled, printed, read back, evaluated, and held against the drawing. */
import { prove } from '../../shared/analysis/index.ts';
import { compile } from '../../shared/compile/index.ts';
import type { AnalysisQuestion, ProofAnswer } from './analysis-client.ts';

self.onmessage = (event: MessageEvent<AnalysisQuestion>) => {
  const { revision, topology } = event.data;
  const answer: ProofAnswer = { revision, proof: prove(topology, compile(topology)) };
  self.postMessage(answer);
};

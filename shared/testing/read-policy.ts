/** What the engine says of a policy object by itself: what nobody would take, and what it cannot judge. */
import type { KubeObject } from '../k8s/index.ts';
import { evaluate } from '../reach/index.ts';

export function policyProblems(object: KubeObject): string[] {
  return evaluate([{ object }]).problems.map((problem) => problem.message);
}

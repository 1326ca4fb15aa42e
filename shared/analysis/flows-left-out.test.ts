import { expect, test } from 'vitest';
import type { Problem } from '../lib/problem.ts';
import { flowsLeftOut } from './flows-left-out.ts';

const problem = (rule: string, severity: Problem['severity'], kind: string, id: string): Problem => ({
  rule,
  severity,
  message: 'It is not exported.',
  fixable: false,
  subject: { kind, id },
});

test('should name each flow once that the compiler left out, and nothing else', () => {
  expect(
    flowsLeftOut([
      problem('compile/flow-blocked', 'error', 'flow', 'a'),
      problem('compile/flow-without-entry', 'error', 'flow', 'a'),
      problem('compile/flow-by-name', 'warning', 'flow', 'b'),
      problem('compile/namespace', 'error', 'namespace', 'c'),
      problem('matrix/blocked', 'error', 'flow', 'd'),
      problem('compile/zone-not-exposed', 'error', 'flow', 'e'),
    ]),
  ).toEqual(['a', 'e']);
});

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { CelEvaluator } from './index.ts';

describe('CelEvaluator', () => {
  it('should tell what is true, what fails, and what it cannot evaluate', () => {
    const cel = new CelEvaluator();
    expect(cel.evaluate('1 + 1 == 2', {})).toEqual({ kind: 'value', value: true });
    expect(cel.evaluate('object.a == 1', { object: new Map() })).toMatchObject({ kind: 'error' });
    expect(cel.evaluate('authorizer.path("/x").check("get").allowed()', {})).toMatchObject({ kind: 'cannot-say' });
    expect(cel.evaluate('1 +', {})).toMatchObject({ kind: 'cannot-say' });
    expect(cel.evaluate('1', {})).toEqual({ kind: 'cannot-say', reason: '“1” gives no true or false' });
  });

  it('should take lists and maps as long as a large cluster needs', () => {
    const names = Array.from({ length: 5000 }, (_, i) => `'n${i}'`);
    const map = `{${names.map((n) => `${n}: 'z'`).join(', ')}}`;
    expect(new CelEvaluator().evaluate(`'n4999' in ${map} && 'n7' in [${names.join(', ')}]`, {})).toEqual({
      kind: 'value',
      value: true,
    });
  });

  it('should read maps of texts as they stand, whatever their keys', () => {
    const cel = new CelEvaluator();
    const isTrue = (expression: string) =>
      expect(cel.evaluate(expression, { x: 'constructor' })).toEqual({ kind: 'value', value: true });
    isTrue("x in {'constructor': 'a', 'b': 'c'} && {'constructor': 'a'}[x] == 'a'");
    isTrue("!('z' in {'b': 'c'}) && size({'a': 'b', 'c': 'd'}) == 2");
    isTrue("{'a': 'b'} == {'a': 'b'} && {'a': 'b'} != {'a': 'c'}");
    isTrue("'{' + ': ' + '}' == '{: }'");
    expect(cel.evaluate("{'a': 'b'}['z'] == 'b'", {})).toMatchObject({ kind: 'error' });
    expect(cel.evaluate("'a' in {'constructor': 1}", {})).toMatchObject({ kind: 'cannot-say' });
  });

  it('should match by RE2, in time that grows with the text only', () => {
    const cel = new CelEvaluator();
    const check = (expression: string, value: boolean) =>
      expect(cel.evaluate(expression, { x: 'Ab', long: `${'a'.repeat(60)}!` })).toEqual({ kind: 'value', value });
    // For each of these JavaScript's engine has another answer, none, or needs longer than anybody lives.
    check("long.matches('^(a+)+$')", false);
    check("x.matches('(?i)^aB\\\\z')", true);
    check("['x', 'Ab'].exists(n, n.matches('^\\\\pL{2}$'))", true);
    check("{'k': x.matches('^[[:upper:]]')}['k'] ? 'y'.matches('y') : false", true);
    // Only a call is one.
    check("'.matches(' + x == '.matches(Ab'", true);
  });

  it('should take a pattern that is none for an error only where the API server meets it while it evaluates', () => {
    const cel = new CelEvaluator();
    for (const pattern of ['(?=a)a', '(a)\\\\1', 'a*+', '(', 'a{1001}'])
      expect(cel.evaluate(`x.matches('${pattern}')`, { x: 'a' })).toMatchObject({
        kind: 'cannot-say',
        reason: expect.stringContaining('parsing regexp'),
      });
    expect(cel.evaluate('x.matches(p)', { x: 'a', p: '(?=a)a' })).toMatchObject({ kind: 'error' });
    expect(cel.evaluate('x.matches(1)', { x: 'a' })).toMatchObject({ kind: 'cannot-say' });
  });

  it('should need no code from strings, which the content policy of the window forbids', () => {
    const script = `
      import { Environment } from '@marcbachmann/cel-js';
      import { RE2JS } from 're2js';
      let isForbidden = false;
      try { new Function('return 1')(); } catch { isForbidden = true; }
      const cel = new Environment({ enableOptionalTypes: true, unlistedVariablesAreDyn: true });
      const run = cel.parse("a.?b.orValue(1) == 1 && [1, 2].all(x, x > 0) && 'k' in {'k': 'v'}");
      console.log(isForbidden, run({ a: new Map() }), RE2JS.compile('^a+$').test('aa'));`;
    const args = ['--disallow-code-generation-from-strings', '--input-type=module', '--eval', script];
    expect(execFileSync(process.execPath, args, { encoding: 'utf8' }).trim()).toBe('true true true');
  });
});

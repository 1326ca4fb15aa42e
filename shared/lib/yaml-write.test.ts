import * as fc from 'fast-check';
import { load, YAML11_SCHEMA } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { arbitraryText } from '../testing/arbitraries.ts';
import { literalLines, writeScalar } from './yaml-write.ts';

const anyString = fc.oneof(arbitraryText, fc.string({ unit: 'binary', maxLength: 10 }), fc.string({ maxLength: 10 }));

describe('written scalars', () => {
  it('should be read back by YAML 1.2 and 1.1, alone, in blocks and in braces', () => {
    fc.assert(
      fc.property(anyString, fc.constantFrom(undefined, 'single' as const, 'double' as const), (text, quotes) => {
        const style = quotes === undefined ? {} : { quotes };
        const block = writeScalar(text, { isFlow: false, ...style });
        const flow = writeScalar(text, { isFlow: true, ...style });
        expect(load(`a: ${block}\nb: {c: ${flow}, d: [${flow}]}\n`)).toEqual({ a: text, b: { c: text, d: [text] } });
        // Dates are left without quotes, as people write them; YAML 1.1 would make them timestamps.
        if (!/^\d{4}-/.test(text)) expect(load(`a: ${block}\n`, { schema: YAML11_SCHEMA })).toEqual({ a: text });
      }),
      { numRuns: 2000 },
    );
  });

  it('should be literal blocks only where those say the same', () => {
    fc.assert(
      fc.property(
        fc.array(anyString, { minLength: 2, maxLength: 4 }).map((lines) => lines.join('\n')),
        (text) => {
          const literal = literalLines(text);
          if (literal !== undefined)
            expect(
              load(`a: ${literal.header}\n${literal.lines.map((l) => (l === '' ? '' : `  ${l}`)).join('\n')}\nb: 1\n`),
            ).toEqual({ a: text, b: 1 });
        },
      ),
    );
    expect(literalLines('a\nb')).toEqual({ header: '|-', lines: ['a', 'b'] });
  });

  it('should be numbers, booleans and null', () => {
    expect([1, -0.5, 1e21, true, null].map((value) => writeScalar(value, { isFlow: false }))).toEqual([
      '1',
      '-0.5',
      '1e+21',
      'true',
      'null',
    ]);
  });
});

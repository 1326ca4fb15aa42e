import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { yamlTokens } from './yaml-tokens.ts';

const kindsOf = (line: string) => yamlTokens(line).map((t) => `${t.kind}:${t.text}`);

describe('yamlTokens', () => {
  it('should tell keys, strings, numbers and comments apart', () => {
    expect(kindsOf('  - port: 8443 # https')).toEqual([
      'mark:  - ',
      'key:port',
      'mark::',
      'plain: ',
      'number:8443',
      'comment: # https',
    ]);
    expect(kindsOf('name: "a: b"')).toEqual(['key:name', 'mark::', 'plain: ', 'string:"a: b"']);
  });

  it('should not take a colon inside a value for a key', () => {
    expect(kindsOf('image: registry.example.com:5000/a')).toEqual([
      'key:image',
      'mark::',
      'plain: ',
      'plain:registry.example.com:5000/a',
    ]);
  });

  it('should never lose or invent a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...' -:#"\'{}[],ab1.|>~\t') }), (line) => {
        expect(
          yamlTokens(line)
            .map((t) => t.text)
            .join(''),
        ).toBe(line);
      }),
    );
  });
});

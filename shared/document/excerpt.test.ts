import { describe, expect, it } from 'vitest';
import { excerptOf } from './excerpt.ts';
import { loadDesign } from './load.ts';

const text = `apiVersion: zonewright/v1
kind: Topology
metadata: {name: shop}
zones:
  dmz: {trust: 20}
  app:
    trust: 50   # the middle
    intraZone: deny

namespaces: {}
`;

function check(path: readonly string[]) {
  const { document } = loadDesign(text);
  if (document === undefined) throw new Error('it must load');
  return excerptOf(document, path);
}

describe('excerptOf', () => {
  it('should give the whole lines of a record, comments among them', () => {
    expect(check(['zones', 'app'])).toEqual({
      line: 6,
      text: '  app:\n    trust: 50   # the middle\n    intraZone: deny',
    });
    expect(check(['zones', 'dmz'])).toEqual({ line: 5, text: '  dmz: {trust: 20}' });
    expect(check([])).toMatchObject({ line: 1, text: text.trimEnd() });
    expect(check(['metadata'])).toEqual({ line: 3, text: 'metadata: {name: shop}' });
  });

  it('should give nothing for what the text does not have', () => {
    expect(check(['zones', 'db'])).toBeUndefined();
    expect(check(['flows', 'a'])).toBeUndefined();
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Topology } from '../model/index.ts';
import { arbitraryTopology } from '../testing/arbitraries.ts';
import { equalValues } from './equal.ts';
import { loadDesign, newDesign, saveDesign } from './index.ts';

describe('loading and saving', () => {
  it('should load from canonical text exactly what was written', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        const { document, problems } = loadDesign(newDesign(topology));
        expect(problems.filter((p) => p.severity !== 'info')).toEqual([]);
        expect(document?.topology).toEqual(topology);
        expect(document?.unreadable).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('should change no byte of a design that was not edited', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        const text = newDesign(topology);
        const document = load(text);
        expect(saveDesign(document, structuredClone(document.topology)).text).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  it('should patch one design into any other', () => {
    fc.assert(
      fc.property(arbitraryTopology(), arbitraryTopology(), fc.constantFrom('\n', '\r\n'), (before, after, eol) => {
        const document = load(newDesign(before).replaceAll('\n', eol));
        const saved = saveDesign(document, after);
        expect(saved.problems.filter((p) => p.rule === 'document/rewritten')).toEqual([]);
        expect(equalValues(withoutEmpty(load(saved.text).topology), withoutEmpty(after))).toBe(true);
        if (eol === '\r\n') expect(saved.text.replaceAll('\r\n', '')).not.toContain('\n');
      }),
      { numRuns: 300 },
    );
  });
});

function load(text: string) {
  const { document } = loadDesign(text);
  if (document === undefined) throw new Error('does not load');
  return document;
}

function withoutEmpty(topology: Topology): object {
  return Object.fromEntries(
    Object.entries(topology).filter(([, v]) => typeof v !== 'object' || Object.keys(v).length > 0),
  );
}

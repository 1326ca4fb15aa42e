import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Topology } from '../model/index.ts';
import { arbitraryTopology } from '../testing/arbitraries.ts';
import type { MessyOptions } from '../testing/messy-yaml.ts';
import { printMessy } from '../testing/messy-yaml.ts';
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
      { numRuns: 100 },
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
      { numRuns: 150 },
    );
  });

  it('should load what a careless hand wrote, and change no byte of it unasked', () => {
    fc.assert(
      fc.property(arbitraryTopology(), arbitraryStyle, (topology, style) => {
        const text = printMessy(topology, messy(style));
        const document = load(text);
        expect(document.topology).toEqual(topology);
        expect(saveDesign(document, structuredClone(document.topology)).text).toBe(text);
      }),
      { numRuns: 100 },
    );
  });

  it('should patch what a careless hand wrote into any other design', () => {
    fc.assert(
      fc.property(arbitraryTopology(), arbitraryTopology(), arbitraryStyle, (before, after, style) => {
        const document = load(printMessy(before, messy(style)));
        const saved = saveDesign(document, after);
        expect(saved.problems.filter((p) => p.rule === 'document/rewritten')).toEqual([]);
        expect(equalValues(withoutEmpty(load(saved.text).topology), withoutEmpty(after))).toBe(true);
        expect(saved.text.startsWith('\uFEFF')).toBe(style.hasByteOrderMark);
        expect(saved.text.endsWith('\n')).toBe(style.hasFinalBreak);
      }),
      { numRuns: 200 },
    );
  });

  it('should survive any damage to a file, and still save edits into what is left', () => {
    const damage = fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(8),
        fc.constantFrom(
          '',
          ' ',
          '\n',
          ':',
          '- ',
          '{',
          '}',
          '[',
          ']',
          '"',
          "'",
          '#',
          '&a ',
          '*a',
          '|',
          '>',
          '!',
          '? ',
          '\t',
          ',',
          '%',
          '---\n',
          '<<',
          '\u0000',
        ),
      ),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(arbitraryTopology({ most: 2 }), arbitraryStyle, damage, (topology, style, cuts) => {
        let text = printMessy(topology, messy(style));
        for (const [at, length, put] of cuts)
          text = text.slice(0, at % text.length) + put + text.slice((at % text.length) + length);
        const { document, problems } = loadDesign(text);
        expect(problems.every((p) => p.message.endsWith('.') && p.line !== undefined)).toBe(true);
        expect(document === undefined && problems.length === 0).toBe(false);
        if (document === undefined) return;
        const edited = {
          ...document.topology,
          externals: { ...document.topology.externals, 'new-one': { names: ['a.example'] } },
        };
        const saved = saveDesign(document, edited);
        expect(saved.problems.filter((p) => p.rule === 'document/not-written')).toEqual([]);
        expect(equalValues(withoutEmpty(load(saved.text).topology), withoutEmpty(edited))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('should change exactly one line when one field changes', () => {
    fc.assert(
      fc.property(arbitraryTopology(), arbitraryStyle, fc.nat(), (topology, style, pick) => {
        const text = printMessy(topology, messy(style));
        const document = load(text);
        const edited = structuredClone(document.topology);
        const fields = editableFields(edited);
        const field = fields[pick % fields.length];
        if (field === undefined) throw new Error('every design has a trust level');
        field.holder[field.key] = typeof field.holder[field.key] === 'number' ? 97 : 'edited #1';
        const saved = saveDesign(document, edited);
        const before = text.split('\n');
        const after = saved.text.split('\n');
        expect(after.length).toBe(before.length);
        expect(after.filter((line, i) => line !== before[i])).toHaveLength(1);
        expect(saved.document.topology).toEqual(edited);
      }),
      { numRuns: 100 },
    );
  });
});

interface Field {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/** Fields that take any number up to 100, or any text, and that do not have the new value yet. */
function editableFields(value: unknown): Field[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.entries(holder).flatMap(([key, child]) => {
    if (key === 'labels' || key === 'parameters') return [];
    const isFree = /^(description|owner|reason|ticket|trust|replicas|nodes|x|y|w|h|dial)$/.test(key);
    return isFree && typeof child !== 'object' ? [{ holder, key }].filter(() => child !== 97) : editableFields(child);
  });
}

const arbitraryStyle = fc.record({
  step: fc.integer({ min: 1, max: 4 }),
  eol: fc.constantFrom('\n' as const, '\r\n' as const),
  hasByteOrderMark: fc.boolean(),
  hasFinalBreak: fc.boolean(),
  seed: fc.integer({ min: 1, max: 0x7fffffff }),
});

/** Styles are many small decisions; a seed keeps them out of fast-check's shrinking, which is about the designs. */
function messy({ seed, ...style }: typeof arbitraryStyle extends fc.Arbitrary<infer S> ? S : never): MessyOptions {
  let state = seed;
  return {
    ...style,
    next(below) {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return (state >> 8) % below;
    },
  };
}

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

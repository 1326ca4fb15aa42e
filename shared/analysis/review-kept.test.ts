import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryTopology } from '../testing/arbitraries.ts';
import { reviewDesigns } from './index.ts';

const design = arbitraryTopology({ most: 3 });

describe('reviewDesigns', () => {
  it('should always answer alike, whatever it kept of either design from reviews before', () => {
    fc.assert(
      fc.property(design, design, design, (before, one, other) => {
        reviewDesigns(before, one);
        reviewDesigns(other, before);
        expect(reviewDesigns(before, other)).toEqual(reviewDesigns(structuredClone(before), structuredClone(other)));
      }),
      { numRuns: 10 },
    );
  });

  it('should say what it is doing, each stage as it begins', () => {
    const told: string[] = [];
    const [before, after] = fc.sample(fc.tuple(design, design), { numRuns: 1, seed: 3 })[0] ?? [];
    if (before === undefined || after === undefined) throw new Error('no example');
    reviewDesigns(before, after, (stage) => told.push(stage));
    expect(told.slice(0, 3)).toEqual(['Comparing records…', 'Compiling both versions…', 'Comparing exports…']);
    expect(told.at(-1)).toBe('Putting the review together…');
    expect(told).toContainEqual(expect.stringMatching(/^Comparing connections/));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile/index.ts';
import { arbitraryTopology } from '../testing/arbitraries.ts';
import { prove, proveConnectionsOf, reviewDesigns } from './index.ts';

describe('proveConnectionsOf', () => {
  it('should always say of what a review compiled what the whole proof says of the export', () => {
    const design = arbitraryTopology({ most: 3 });
    fc.assert(
      fc.property(design, design, (before, after) => {
        reviewDesigns(before, after);
        expect(proveConnectionsOf(after)).toEqual(prove(after, compile(after)).connections);
      }),
      { numRuns: 10 },
    );
  });
});

import { describe, expect, it } from 'vitest';
import { comparedIn } from './compared-in.ts';

const file = (path: string, objects = 0) => ({ path, objects });
const compared = (...files: ReadonlyArray<ReturnType<typeof file>>) => comparedIn(files, ({ objects }) => objects > 0);

describe('comparedIn', () => {
  const [shop, bank] = [file('shop.zones.yaml'), file('x/BANK.ZONES.YML')];
  const [review, pod] = [file('shop.review.yaml'), file('pod.yaml', 1)];

  it('should take manifests before designs, and say which designs that leaves out', () => {
    expect(compared(shop, pod, bank)).toEqual({ kind: 'manifests', files: [pod], leftOut: [shop, bank] });
    expect(compared(review, pod)).toEqual({ kind: 'manifests', files: [review, pod], leftOut: [] });
  });

  it('should take the one design where nothing beside it is an object of a cluster', () => {
    expect(compared(review, shop)).toEqual({ kind: 'design', file: shop });
  });

  it('should leave the choice among several designs to somebody', () => {
    expect(compared(shop, review, bank)).toEqual({ kind: 'designs', files: [shop, bank] });
  });

  it('should ask no file what it holds where there is no design', () => {
    const asked: string[] = [];
    const files = [pod, review];
    comparedIn(files, ({ path }) => asked.push(path) > 0);
    expect(asked).toEqual([]);
    expect(comparedIn([], () => true)).toEqual({ kind: 'manifests', files: [], leftOut: [] });
  });
});

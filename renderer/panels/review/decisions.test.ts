import { expect, test } from 'vitest';
import type { ReviewMark } from '../../../shared/review/index.ts';
import { takenBack } from './decisions.ts';

const mark = (verdict: 'accepted' | 'rejected', comment?: string): ReviewMark => ({
  title: 'An edit',
  verdict,
  fingerprint: 'f',
  ...(comment !== undefined && { comment }),
});

test('should take back every mark of a decision and no other', () => {
  const step = { before: { a: undefined, b: mark('rejected') }, after: { a: mark('accepted'), b: mark('accepted') } };
  const marks = { a: mark('accepted'), b: mark('accepted'), c: mark('accepted') };
  expect(takenBack(marks, step)).toEqual({ b: mark('rejected'), c: mark('accepted') });
});

test('should leave a mark that somebody else changed since', () => {
  const step = { before: { a: undefined, b: undefined }, after: { a: mark('accepted'), b: mark('accepted') } };
  const marks = { a: mark('accepted', 'Ours is the older one.'), b: mark('accepted') };
  expect(takenBack(marks, step)).toEqual({ a: mark('accepted', 'Ours is the older one.') });
});

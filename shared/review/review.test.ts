import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintOf, loadReview, matchMarks, type ReviewFile, writeReview } from './index.ts';

const hash = 'a'.repeat(32);
const review: ReviewFile = {
  design: 'shop.zones.yaml',
  before: { title: 'main', revision: 'main', hash },
  after: { title: 'open design', hash },
  marks: {
    'record flow/orders-db': {
      title: 'Flow orders → orders-db added',
      verdict: 'rejected',
      comment: 'Why is this needed?\nAsk the team: "now".',
      by: 'ann',
      at: '2026-11-28T09:30:00Z',
      fingerprint: hash,
    },
    'record zone/dmz': { title: 'Zone DMZ changed', verdict: 'accepted', fingerprint: hash },
  },
};

function check(text: string): string[] {
  return loadReview(text, { file: 'shop.review.yaml' }).problems.map((p) => `${p.line}:${p.column} ${p.rule}`);
}

describe('the file of a review', () => {
  it('should read back what was written, for any review', () => {
    const text = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
    const hex = fc.stringMatching(/^[0-9a-f]{32}$/);
    const side = fc.record({ title: text, revision: fc.option(text, { nil: undefined }), hash: hex });
    const mark = fc.record({
      title: text,
      verdict: fc.constantFrom('accepted', 'rejected', undefined),
      comment: fc.option(fc.string({ minLength: 1, unit: 'binary' }), { nil: undefined }),
      by: fc.option(text, { nil: undefined }),
      fingerprint: hex,
    });
    const key = text.filter((k) => k !== '__proto__');
    const any = fc.record({ design: text, before: side, after: side, marks: fc.dictionary(key, mark) });
    fc.assert(
      fc.property(any, (value) => {
        const wanted = JSON.parse(JSON.stringify(value));
        // Lone surrogates are no text in UTF-8.
        fc.pre(!/[\uD800-\uDFFF]/u.test(JSON.stringify(wanted)));
        expect(loadReview(writeReview(value as ReviewFile))).toEqual({ review: wanted, problems: [] });
      }),
      { numRuns: 300 },
    );
  });

  it('should be readable, one field a line', () => {
    expect(writeReview(review)).toBe(`apiVersion: zonewright/v1
kind: Review
design: shop.zones.yaml
before:
  title: main
  revision: main
  hash: ${hash}
after:
  title: open design
  hash: ${hash}
marks:
  record flow/orders-db:
    title: Flow orders → orders-db added
    verdict: rejected
    comment: |-
      Why is this needed?
      Ask the team: "now".
    by: ann
    at: 2026-11-28T09:30:00Z
    fingerprint: ${hash}
  record zone/dmz:
    title: Zone DMZ changed
    verdict: accepted
    fingerprint: ${hash}
`);
  });

  it('should keep the other marks where one cannot be read, and say where', () => {
    const text = writeReview(review).replace('verdict: accepted', 'verdict: perhaps');
    const { review: read, problems } = loadReview(text, { file: 'shop.review.yaml' });
    expect(Object.keys(read?.marks ?? {})).toEqual(['record flow/orders-db']);
    expect(problems).toMatchObject([{ rule: 'review/bad-value', line: 23, file: 'shop.review.yaml' }]);
    expect(problems[0]?.message).toMatch(/^The mark “record zone\/dmz” cannot be read \(verdict: .*\.$/);
  });

  it('should refuse what is no review, with the place', () => {
    expect(check('')).toEqual(['1:1 review/empty']);
    expect(check('- a\n')).toEqual(['1:1 review/not-a-review']);
    expect(check('apiVersion: zonewright/v1\nkind: Topology\n')).toEqual(['2:7 review/not-a-review']);
    expect(check(writeReview(review).replace('zonewright/v1', 'zonewright/v9'))).toEqual([
      '1:13 review/another-version',
    ]);
    expect(check(writeReview(review).replace(`  hash: ${hash}\n`, ''))).toEqual(['4:1 review/bad-value']);
    expect(check('a: [')).toEqual(['1:5 yaml/syntax']);
  });
});

describe('matchMarks', () => {
  it('should say which marks still apply, which speak of something else, and which of nothing', () => {
    const matched = matchMarks(review.marks, [
      { key: 'record flow/orders-db', fingerprint: 'b'.repeat(32) },
      { key: 'record workload/a', fingerprint: hash },
    ]);
    expect([Object.keys(matched.applying), Object.keys(matched.changed), Object.keys(matched.gone)]).toEqual([
      [],
      ['record flow/orders-db'],
      ['record zone/dmz'],
    ]);
    expect(Object.keys(matchMarks(review.marks, [{ key: 'record zone/dmz', fingerprint: hash }]).applying)).toEqual([
      'record zone/dmz',
    ]);
  });
});

describe('fingerprintOf', () => {
  it('should not depend on the order of keys, nor on keys without a value, but on everything else', () => {
    expect(fingerprintOf({ a: 1, b: [{ c: 2, d: undefined }] })).toBe(fingerprintOf({ b: [{ c: 2 }], a: 1 }));
    expect(fingerprintOf([1, 2])).not.toBe(fingerprintOf([2, 1]));
    expect(fingerprintOf({ a: '1' })).not.toBe(fingerprintOf({ a: 1 }));
  });
});

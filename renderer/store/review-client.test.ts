import { describe, expect, it } from 'vitest';
import { emptyTopology } from '../../shared/model/index.ts';
import { type ComparedAnswer, createReviewClient, type LinesAnswer, type ReviewRequest } from './review-client.ts';

const side = (name: string) => ({ topology: emptyTopology(name) });
const review = { groups: [], records: [] };

function setUp() {
  const requests: ReviewRequest[] = [];
  const underWay: Array<{ resolve(answer: ComparedAnswer | LinesAnswer): void; reject(error: Error): void }> = [];
  const client = createReviewClient((request) => {
    requests.push(request);
    return new Promise((resolve, reject) => underWay.push({ resolve, reject }));
  });
  const answer = () => underWay.shift()?.resolve({ review, gaps: [], hashes: { before: '', after: '' } });
  const fail = (message: string) => underWay.shift()?.reject(new Error(message));
  return { client, requests, answer, fail };
}

describe('createReviewClient', () => {
  it('should send a side once, and only the newest question of those that wait', async () => {
    const { client, requests, answer } = setUp();
    const [a, b, c, d] = [side('a'), side('b'), side('c'), side('d')];
    const first = client.compare(a, b);
    const second = client.compare(a, c);
    const third = client.compare(a, d);
    expect(requests).toHaveLength(1);
    answer();
    await first;
    expect(await second).toBeUndefined();
    expect(requests[1]).toMatchObject({ ask: 'compare', after: d });
    expect(requests[1]).not.toHaveProperty('before');
    answer();
    expect((await third)?.review).toBe(review);
  });

  it('should send both sides again after a failure, and pass the failure on', async () => {
    const { client, requests, answer, fail } = setUp();
    const [a, b] = [side('a'), side('b')];
    const first = client.compare(a, b);
    fail('out of memory');
    await expect(first).rejects.toThrow('out of memory');
    const second = client.compare(a, b);
    expect(requests[1]).toMatchObject({ before: a, after: b });
    answer();
    await second;
  });
});

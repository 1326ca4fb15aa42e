import { describe, expect, it } from 'vitest';
import { emptyTopology } from '../../shared/model/index.ts';
import { createReviewClient, type ReviewReply, type ReviewRequest } from './review-client.ts';

const side = (name: string) => ({ topology: emptyTopology(name) });
const review = { groups: [], records: [] };

function setUp() {
  const requests: ReviewRequest[] = [];
  let reply: (reply: ReviewReply) => void = () => {};
  const client = createReviewClient((onReply) => {
    reply = onReply;
    return (request) => requests.push(request);
  });
  const answer = (request: ReviewRequest | undefined, part: Partial<ReviewReply> = {}) =>
    reply({
      serial: request?.serial ?? -1,
      answer: { review, gaps: [], hashes: { before: '', after: '' } },
      ...part,
    });
  return { client, requests, answer };
}

describe('createReviewClient', () => {
  it('should send a side once, and only the newest question of those that wait', async () => {
    const { client, requests, answer } = setUp();
    const [a, b, c, d] = [side('a'), side('b'), side('c'), side('d')];
    const first = client.compare(a, b);
    const second = client.compare(a, c);
    const third = client.compare(a, d);
    expect(requests).toHaveLength(1);
    answer(requests[0]);
    await first;
    expect(await second).toBeUndefined();
    expect(requests[1]).toMatchObject({ ask: 'compare', after: d });
    expect(requests[1]).not.toHaveProperty('before');
    answer(requests[1]);
    expect((await third)?.review).toBe(review);
  });

  it('should send both sides again after a failure, and pass the failure on', async () => {
    const { client, requests, answer } = setUp();
    const [a, b] = [side('a'), side('b')];
    const first = client.compare(a, b);
    answer(requests[0], { failure: 'out of memory' });
    await expect(first).rejects.toThrow('out of memory');
    const second = client.compare(a, b);
    expect(requests[1]).toMatchObject({ before: a, after: b });
    answer(requests[1]);
    await second;
  });
});

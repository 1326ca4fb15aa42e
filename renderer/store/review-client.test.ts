import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyTopology } from '../../shared/model/index.ts';
import { type ComparedAnswer, createReviewClient, type LinesAnswer, type ReviewRequest } from './review-client.ts';

const side = (name: string) => ({ topology: emptyTopology(name) });
const review = { groups: [], records: [] };
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(side) as [Side, Side, Side, Side];
type Side = ReturnType<typeof side>;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A line to a worker that answers when it is told to. */
function line() {
  const requests: ReviewRequest[] = [];
  const stopped: string[] = [];
  let underWay: Array<{ resolve(answer: ComparedAnswer | LinesAnswer): void; reject(error: Error): void }> = [];
  return {
    requests,
    stopped,
    ask: (request: ReviewRequest) => {
      requests.push(request);
      return new Promise<ComparedAnswer | LinesAnswer>((resolve, reject) => underWay.push({ resolve, reject }));
    },
    stop: (reason: string) => {
      stopped.push(reason);
      for (const { reject } of underWay) reject(new Error(reason));
      underWay = [];
    },
    answer: () => underWay.shift()?.resolve({ review, gaps: [], hashes: { before: '', after: '' } }),
    fail: (message: string) => underWay.shift()?.reject(new Error(message)),
  };
}

function setUp() {
  const [comparer, reader] = [line(), line()];
  return { client: createReviewClient(comparer, reader), comparer, reader };
}

describe('createReviewClient', () => {
  it('should send a side once, and only the newest question of those that wait', async () => {
    const { client, comparer } = setUp();
    const first = client.compare(a, b);
    const second = client.compare(a, c);
    const third = client.compare(a, d);
    expect(comparer.requests).toHaveLength(1);
    comparer.answer();
    await first;
    expect(await second).toBeUndefined();
    expect(comparer.requests[1]).toEqual({ ask: 'compare', before: 'before', after: d });
    comparer.answer();
    expect((await third)?.review).toBe(review);
  });

  it('should name the sides that the worker holds where they change places', async () => {
    const { client, comparer } = setUp();
    const first = client.compare(a, b);
    comparer.answer();
    await first;
    void client.compare(b, a);
    expect(comparer.requests[1]).toEqual({ ask: 'compare', before: 'after', after: 'before' });
  });

  it.each([
    ['a text', { source: 'other' }],
    ['files', { files: [] }],
  ])('should send a side again that has %s of its own', async (_, other) => {
    const { client, comparer } = setUp();
    const first = client.compare(a, b);
    comparer.answer();
    await first;
    void client.compare(a, { ...b, ...other });
    expect(comparer.requests[1]).toEqual({ ask: 'compare', before: 'before', after: { ...b, ...other } });
  });

  it('should send both sides again after a failure, and pass the failure on', async () => {
    const { client, comparer } = setUp();
    const first = client.compare(a, b);
    comparer.fail('out of memory');
    await expect(first).rejects.toThrow('out of memory');
    const second = client.compare(a, b);
    expect(comparer.requests[1]).toEqual({ ask: 'compare', before: a, after: b });
    comparer.answer();
    await second;
  });

  it('should end what takes long where something newer is asked, and answer that', async () => {
    const { client, comparer } = setUp();
    const first = client.compare(a, b);
    vi.advanceTimersByTime(5000);
    const second = client.compare(a, c);
    expect(await first).toBeUndefined();
    expect(comparer.stopped).toHaveLength(1);
    expect(comparer.requests[1]).toEqual({ ask: 'compare', before: a, after: c });
    comparer.answer();
    expect((await second)?.review).toBe(review);
  });

  it('should call off what is under way and what waits, and compare again when asked to', async () => {
    const { client, comparer } = setUp();
    const questions = [client.compare(a, b), client.compare(a, c)];
    client.stop();
    expect(await Promise.all(questions)).toEqual([undefined, undefined]);
    expect(comparer.stopped).toHaveLength(1);
    const again = client.compare(a, c);
    comparer.answer();
    expect((await again)?.review).toBe(review);
  });

  it('should read lines of what was compared last, also while something newer is compared or was called off', async () => {
    const { client, comparer, reader } = setUp();
    expect(await client.lines({ before: ['zones'] })).toEqual({});
    const first = client.compare(a, b);
    comparer.answer();
    await first;
    void client.compare(a, c);
    void client.lines({ before: ['zones'] });
    expect(reader.requests[0]).toEqual({ ask: 'lines', before: a, after: b, pathBefore: ['zones'] });
    client.stop();
    void client.lines({ after: ['flows'] });
    expect(reader.requests[1]).toEqual({ ask: 'lines', before: 'before', after: 'after', pathAfter: ['flows'] });
    expect(reader.stopped).toEqual([]);
  });
});

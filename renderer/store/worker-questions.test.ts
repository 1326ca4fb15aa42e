import { afterEach, describe, expect, it, vi } from 'vitest';
import { answerQuestions, type Tell, workerLine } from './worker-questions.ts';

afterEach(() => vi.unstubAllGlobals());

type Heard = { data: unknown };

/** A worker as the window sees it, whose end runs here and answers when told to. */
function line(answer: (question: string, tell: Tell) => string) {
  const workers: Array<{ die(message: string): void; run(): void; isEnded: boolean }> = [];
  const start = () => {
    const own = { onmessage: (_: Heard) => {}, onerror: (_: { message: string }) => {} };
    const asked: Heard[] = [];
    const end = { onmessage: (_: Heard) => {}, postMessage: (data: unknown) => own.onmessage({ data }) };
    vi.stubGlobal('self', end);
    answerQuestions(answer);
    const worker = {
      isEnded: false,
      die: (message: string) => own.onerror({ message }),
      run: () => {
        for (const each of asked.splice(0)) end.onmessage(each);
      },
    };
    workers.push(worker);
    return Object.assign(own, {
      postMessage: (data: unknown) => asked.push({ data }),
      terminate: () => {
        worker.isEnded = true;
      },
    }) as unknown as Worker;
  };
  return { workers, ...workerLine<string, string>(start, 'It broke off.') };
}

const echo = (question: string) => `${question}!`;

describe('workerLine', () => {
  it('should start one worker with the first question, and give each question its own answer', async () => {
    const { ask, workers } = line(echo);
    expect(workers).toHaveLength(0);
    const answers = Promise.all([ask('a'), ask('b')]);
    workers[0]?.run();
    expect(await answers).toEqual(['a!', 'b!']);
    expect(workers).toHaveLength(1);
  });

  it('should hand on how far the answer is, and the answer after it', async () => {
    const { ask, workers } = line((question, tell) => {
      tell('half');
      return echo(question);
    });
    const told: string[] = [];
    const answer = ask('a', (progress) => told.push(progress));
    workers[0]?.run();
    expect([await answer, told]).toEqual(['a!', ['half']]);
  });

  it('should reject with the fault of an answer, and go on with the same worker', async () => {
    const { ask, workers } = line((question) => {
      if (question === 'bad') throw new Error('no such thing');
      return echo(question);
    });
    const failed = expect(ask('bad')).rejects.toThrow('no such thing');
    const answer = ask('a');
    workers[0]?.run();
    await failed;
    expect([await answer, workers.length, workers[0]?.isEnded]).toEqual(['a!', 1, false]);
  });

  it('should reject all that is under way where the worker dies, and take another one for the next question', async () => {
    const { ask, workers } = line(echo);
    const lost = [ask('a'), ask('b')].map((answer) => expect(answer).rejects.toThrow('It broke off.'));
    workers[0]?.die('');
    await Promise.all(lost);
    const answer = ask('c');
    workers[1]?.run();
    expect([await answer, workers.length, workers[0]?.isEnded]).toEqual(['c!', 2, true]);
  });

  it('should end the worker and reject what is under way when it is stopped', async () => {
    const { ask, stop, workers } = line(echo);
    const stopped = expect(ask('a')).rejects.toThrow('The reading was stopped.');
    stop('The reading was stopped.');
    await stopped;
    expect(workers[0]?.isEnded).toBe(true);
  });
});

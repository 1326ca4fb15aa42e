/**
 * Questions to a worker, each with its answer, and both ends of the line: the window asks, the worker answers. A fault
 * while answering is the asker's to show; a worker that died, perhaps for lack of memory, is replaced at the next question.
 */

interface Asked<Question> {
  readonly serial: number;
  readonly question: Question;
}

type Told<Answer> = { readonly serial: number } & (
  | { readonly progress: string }
  | { readonly answer: Answer }
  | { readonly failure: string }
);

/** Hears how far the answer is, in words for people. */
export type Tell = (progress: string) => void;

/** Rejects with what went wrong. The window gives a worker, tests give a function. */
export type Ask<Question, Answer> = (question: Question, tell?: Tell) => Promise<Answer>;

export interface WorkerLine<Question, Answer> {
  readonly ask: Ask<Question, Answer>;
  /** Ends the worker at once and what it holds with it; what is under way rejects with the reason. */
  stop(reason: string): void;
}

/** The window's end. The worker starts with the first question; `brokeOff` says what ended where the worker does not. */
export function workerLine<Question, Answer>(start: () => Worker, brokeOff: string): WorkerLine<Question, Answer> {
  interface Waiter {
    readonly resolve: (answer: Answer) => void;
    readonly reject: (error: Error) => void;
    readonly tell: Tell | undefined;
  }
  const waiters = new Map<number, Waiter>();
  let worker: Worker | undefined;
  let serial = 0;
  const hear = ({ data }: MessageEvent<Told<Answer>>) => {
    const waiter = waiters.get(data.serial);
    if ('progress' in data) {
      waiter?.tell?.(data.progress);
      return;
    }
    waiters.delete(data.serial);
    if ('failure' in data) waiter?.reject(new Error(data.failure));
    else waiter?.resolve(data.answer);
  };
  const stop = (reason: string) => {
    worker?.terminate();
    worker = undefined;
    const lost = [...waiters.values()];
    waiters.clear();
    for (const { reject } of lost) reject(new Error(reason));
  };
  const started = () => {
    const fresh = start();
    fresh.onmessage = hear;
    fresh.onerror = (event) => stop(event.message || brokeOff);
    return fresh;
  };
  return {
    ask: (question, tell) =>
      new Promise((resolve, reject) => {
        worker ??= started();
        serial += 1;
        waiters.set(serial, { resolve, reject, tell });
        const asked: Asked<Question> = { serial, question };
        worker.postMessage(asked);
      }),
    stop,
  };
}

/** The worker's end: answers whatever it is asked, one question after the other. */
export function answerQuestions<Question, Answer>(answer: (question: Question, tell: Tell) => Answer): void {
  self.onmessage = ({ data: { serial, question } }: MessageEvent<Asked<Question>>) => {
    const reply = (told: Told<Answer>) => self.postMessage(told);
    try {
      reply({ serial, answer: answer(question, (progress) => reply({ serial, progress })) });
    } catch (error) {
      reply({ serial, failure: error instanceof Error ? error.message : String(error) });
    }
  };
}

/**
 * Which edits led to a changed connection. Provenance comes first: the changed policies that decide over it name the
 * records they were made from. Where that leaves several edits, each is applied alone and asked whether it does it. A
 * review is given a number of trials, and says where they did not suffice.
 */
import { type Comparison, editKey, type ReviewSubject, translator, type Unit, type UnitChange } from '../diff/index.ts';
import { memoWeak } from '../lib/memo.ts';

export interface Candidate {
  readonly subject: ReviewSubject;
  /** Added or removed things that others refer to: without them nothing happens, but they do nothing by themselves. */
  readonly isGround: boolean;
}

export interface FoundCauses {
  /** The edits that do it by themselves; otherwise all that may have part in it. Empty where none is known. */
  readonly causes: readonly ReviewSubject[];
  /** True where it would have taken more trials than a review is given to tell which of them it was. */
  readonly isUntried: boolean;
}

/** How many trials one review is given, by the objects of a side: each costs as much as a compile and a comparison. */
function mostTrials(objects: number): number {
  if (objects > 20_000) return 3;
  return objects > 2_000 ? 4 : 12;
}

/** `Trial` is what some edits do by themselves. */
export class CauseFinder<Trial> {
  private readonly trials = new Map<string, Trial>();

  private readonly most: number;

  /** Who acts among candidates; kept, because many pairs have the same ones. */
  private readonly split = memoWeak((candidates: readonly Candidate[]) => {
    const ground = candidates.filter((c) => c.isGround).map((c) => c.subject);
    const acting = candidates.filter((c) => !c.isGround).map((c) => c.subject);
    return { acting, all: [...acting, ...ground] };
  });

  /** One and the same answer for the same causes of the same candidates. */
  private readonly answers = memoWeak((_: readonly Candidate[]) => new Map<string, FoundCauses>());

  /** `applyOnly` applies these edits, and no other, to the older side. */
  constructor(
    objects: number,
    private readonly applyOnly: (subjects: readonly ReviewSubject[]) => Trial,
  ) {
    this.most = mostTrials(objects);
  }

  /**
   * Gravest first is not known here: the edit that does it by itself leads, what it stands on follows. `shows`: whether a
   * trial shows what the causes are asked for.
   */
  pick(candidates: readonly Candidate[], shows: (trial: Trial) => boolean): FoundCauses {
    const { acting, all } = this.split(candidates);
    const answers = acting.length <= 1 ? [] : acting.map((subject) => this.isDoneBy([subject], shows));
    const key = answers.join();
    let found = this.answers(candidates).get(key);
    if (found === undefined) {
      const alone = acting.filter((_, i) => answers[i] === true);
      found =
        alone.length > 0
          ? { causes: alone, isUntried: false }
          : { causes: all, isUntried: answers.includes(undefined) };
      this.answers(candidates).set(key, found);
    }
    return found;
  }

  /**
   * Of edits that provenance says nothing about, those that do it: each by itself where there are few; otherwise by
   * halving, as long as one half does it without the other.
   */
  search(edits: readonly ReviewSubject[], shows: (trial: Trial) => boolean): FoundCauses {
    const isDone = (some: readonly ReviewSubject[]) => this.isDoneBy(some, shows);
    if (edits.length <= few) {
      const answers = edits.map((subject) => isDone([subject]));
      return { causes: edits.filter((_, i) => answers[i] === true), isUntried: answers.includes(undefined) };
    }
    let left = edits;
    while (left.length > 1) {
      const middle = Math.ceil(left.length / 2);
      const halves = [left.slice(0, middle), left.slice(middle)];
      const answers: Array<boolean | undefined> = [];
      const doing = halves.find((half) => {
        const answer = isDone(half);
        answers.push(answer);
        return answer === true;
      });
      // Neither half does it alone, so that edits of both are needed; or nobody may ask any more.
      if (doing === undefined) return { causes: left === edits ? [] : left, isUntried: answers.includes(undefined) };
      left = doing;
    }
    return { causes: left, isUntried: false };
  }

  /** Undefined where no more trials are left. */
  private isDoneBy(subjects: readonly ReviewSubject[], shows: (trial: Trial) => boolean): boolean | undefined {
    const [only] = subjects;
    const key = only !== undefined && subjects.length === 1 ? keyOf(only) : subjects.map(keyOf).join('\u0000');
    let trial = this.trials.get(key);
    if (trial === undefined) {
      if (this.trials.size >= this.most) return undefined;
      trial = this.applyOnly(subjects);
      this.trials.set(key, trial);
    }
    return shows(trial);
  }
}

const keyOf = memoWeak(editKey);

/** So many edits are tried one by one. */
const few = 4;

/** Whether one comparison opens or closes, between the same ends, part of what another does. */
export function explains(trial: Comparison | undefined, comparison: Comparison, change: UnitChange): boolean {
  const [from, to] = [change.from[0], change.to[0]];
  if (trial === undefined || from === undefined || to === undefined) return false;
  const own = changesOf(trial)(unitIn(trial, comparison, from), unitIn(trial, comparison, to));
  if (own.length === 0) return false;
  const translate = tableOf(comparison)(trial);
  const opened = translate(comparison.ports.subtract(change.has, change.had));
  const closed = translate(comparison.ports.subtract(change.had, change.has));
  const { ports } = trial;
  return own.some(
    ({ had, has }) =>
      ports.intersect(ports.subtract(has, had), opened) !== 0 ||
      ports.intersect(ports.subtract(had, has), closed) !== 0,
  );
}

const tableOf = memoWeak((comparison: Comparison) =>
  memoWeak((trial: Comparison) => translator(comparison.ports, trial.ports)),
);

/** The key of a workload, or the index of the piece of a comparison's address space in which that of another one begins. */
function unitIn(trial: Comparison, comparison: Comparison, unit: Unit): string | number | undefined {
  if (unit.piece === undefined) return unit.key;
  const wanted = comparison.sides[0].pieces[unit.piece];
  if (wanted === undefined) return undefined;
  return trial.sides[0].pieces.findIndex(
    (piece) => piece.family === wanted.family && piece.start <= wanted.start && wanted.start <= piece.end,
  );
}

/** The changes between two ends. Asked for each pair of another comparison, so they are found by their groups. */
const changesOf = memoWeak(({ changes }: Comparison) => {
  const groups = new Map<string | number, UnitChange['from']>();
  const between = new Map<UnitChange['from'], Map<UnitChange['to'], UnitChange[]>>();
  for (const change of changes) {
    for (const group of [change.from, change.to])
      if (!between.has(group)) {
        between.set(group, new Map());
        for (const unit of group) groups.set(unit.piece ?? unit.key, group);
      }
    const found = between.get(change.from);
    const known = found?.get(change.to);
    if (known === undefined) found?.set(change.to, [change]);
    else known.push(change);
  }
  return (from: string | number | undefined, to: string | number | undefined): readonly UnitChange[] => {
    const [sender, receiver] = [from, to].map((end) => (end === undefined ? undefined : groups.get(end)));
    if (sender === undefined || receiver === undefined) return [];
    return between.get(sender)?.get(receiver) ?? [];
  };
});

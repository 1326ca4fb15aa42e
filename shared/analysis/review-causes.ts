/**
 * Which edits led to a changed connection. Provenance comes first: the changed policies that decide over it name the
 * records they were made from. Where that leaves several edits, each is applied alone and asked whether it does it.
 */
import type { Comparison, ReviewSubject, UnitChange } from '../diff/index.ts';
import { editKey } from '../diff/index.ts';

export interface Candidate {
  readonly subject: ReviewSubject;
  /** Added or removed things that others refer to: without them nothing happens, but they do nothing by themselves. */
  readonly isGround: boolean;
}

/** How many edits are applied alone in one review, by the objects of a side: each trial costs as much as a compile. */
function mostTrials(objects: number): number {
  return objects > 2_000 ? 2 : 12;
}

export class CauseFinder {
  private readonly trials = new Map<string, ReadonlyMap<string, Comparison>>();

  private readonly most: number;

  /** `applyAlone` compares, by cluster, the older side with itself after this one edit. */
  constructor(
    objects: number,
    private readonly applyAlone: (subject: ReviewSubject) => ReadonlyMap<string, Comparison>,
  ) {
    this.most = mostTrials(objects);
  }

  /** Gravest first is not known here: the edit that does it by itself leads, what it stands on follows. */
  pick(
    cluster: string,
    comparison: Comparison,
    change: UnitChange,
    candidates: readonly Candidate[],
  ): readonly ReviewSubject[] {
    const ground = candidates.filter((c) => c.isGround).map((c) => c.subject);
    const acting = candidates.filter((c) => !c.isGround).map((c) => c.subject);
    if (acting.length <= 1) return [...acting, ...ground];
    const alone = acting.filter((subject) => this.doesAlone(subject, cluster, comparison, change));
    return alone.length > 0 ? alone : [...acting, ...ground];
  }

  /** Of edits that provenance says nothing about, those that do it alone. */
  search(
    cluster: string,
    comparison: Comparison,
    change: UnitChange,
    edits: readonly ReviewSubject[],
  ): readonly ReviewSubject[] {
    return edits.filter((subject) => this.doesAlone(subject, cluster, comparison, change));
  }

  private doesAlone(subject: ReviewSubject, cluster: string, comparison: Comparison, change: UnitChange): boolean {
    const key = editKey(subject);
    let trial = this.trials.get(key);
    if (trial === undefined) {
      if (this.trials.size >= this.most) return false;
      trial = this.applyAlone(subject);
      this.trials.set(key, trial);
    }
    const found = trial.get(cluster);
    return found !== undefined && explains(found, comparison, change);
  }
}

/** Whether one comparison opens or closes, between the same ends, part of what another does. */
function explains(trial: Comparison, comparison: Comparison, change: UnitChange): boolean {
  const [from, to] = [change.from[0], change.to[0]];
  if (from === undefined || to === undefined) return false;
  const wanted = {
    opened: comparison.ports.ranges(comparison.ports.subtract(change.has, change.had)),
    closed: comparison.ports.ranges(comparison.ports.subtract(change.had, change.has)),
  };
  const { ports } = trial;
  return trial.changes.some((own) => {
    if (!holds(trial, own.from, comparison, from) || !holds(trial, own.to, comparison, to)) return false;
    const opened = ports.subtract(own.has, own.had);
    const closed = ports.subtract(own.had, own.has);
    return (
      ports.intersect(opened, ports.of(wanted.opened)) !== 0 || ports.intersect(closed, ports.of(wanted.closed)) !== 0
    );
  });
}

function holds(
  trial: Comparison,
  group: UnitChange['from'],
  comparison: Comparison,
  unit: UnitChange['from'][number],
): boolean {
  if (unit.piece === undefined) return group.some((own) => own.key === unit.key && own.piece === undefined);
  const wanted = comparison.sides[0].pieces[unit.piece];
  return group.some((own) => {
    const piece = own.piece === undefined ? undefined : trial.sides[0].pieces[own.piece];
    return (
      piece !== undefined &&
      wanted !== undefined &&
      piece.family === wanted.family &&
      piece.start <= wanted.start &&
      wanted.start <= piece.end
    );
  });
}

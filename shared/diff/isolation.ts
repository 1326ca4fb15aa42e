/**
 * The layer of isolation: how well things are kept apart, as facts that both sides state in the same way. A fact that
 * ranks lower than before weakens, one that ranks higher strengthens; facts about what is possible at all open and close.
 */
import { compareText, unique } from '../lib/sort.ts';
import { compareGrade, type Grade, raiseGrade } from './entry.ts';
import { digest, type ReviewEntry, type ReviewSubject, reviewEntry } from './review.ts';

export interface IsolationFact {
  /** The same on both sides for the same question. */
  readonly key: string;
  /** Higher is better kept apart. */
  readonly rank: number;
  /** The state in words that fit after a colon: `runs in runc, which shares the kernel of its node`. */
  readonly state: string;
  readonly subject: ReviewSubject;
  /** What people call the subject. */
  readonly title: string;
  /** Zones concerned, sorted. */
  readonly zones: readonly string[];
  /** Where nobody knows its zone. */
  readonly namespace?: string;
  /** How grave it is to lose it. */
  readonly grade: Grade;
  /** `possible`: a lower rank lets something happen that could not, so it opens and closes. */
  readonly about: 'strength' | 'possible';
  /** The cluster whose objects say it; absent where a design does. */
  readonly cluster?: string;
  /** The place that it is about: a namespace, or a cluster. */
  readonly holder?: string;
  /**
   * How it is on a side that does not say it; absent where such a side is not asked. A side without the place is asked
   * only where that counts `anywhere`: a lost guard guards nothing there, while nothing can be exposed where nothing is.
   */
  readonly absent?: { readonly rank: number; readonly state: string; readonly anywhere?: boolean };
  /** What the rank cannot tell apart: where this differs, nobody knows which side is stronger. */
  readonly print?: string;
  /** What a reviewer has to find out where the prints differ; default: whether it keeps out as much. */
  readonly toRead?: string;
  /** What is asked, each by itself: who asks all of it and more is stronger. */
  readonly asks?: readonly string[];
  /** Whatever an edit can be found by: objects of an export, or keys of records such as `pool:prod/a`. */
  readonly sources: ReadonlyArray<object | string>;
}

export interface FactChange {
  readonly before: IsolationFact;
  readonly after: IsolationFact;
  /** `unclear`: both say something else, and the facts do not tell which is stronger. */
  readonly way: 'loss' | 'gain' | 'unclear';
}

/**
 * What differs between the facts of two sides, in the order of their keys; one fact may be stronger by its rank and yet ask
 * something else. Questions that one side does not ask are left out.
 */
export function diffFacts(before: readonly IsolationFact[], after: readonly IsolationFact[]): FactChange[] {
  const older = new Map(before.map((fact) => [fact.key, fact]));
  return [...after]
    .sort((a, b) => compareText(a.key, b.key))
    .flatMap((fact) => {
      const was = older.get(fact.key);
      return was === undefined ? [] : waysOf(was, fact).map((way) => ({ before: was, after: fact, way }));
    });
}

function waysOf(before: IsolationFact, after: IsolationFact): Array<FactChange['way']> {
  if (after.rank < before.rank) return ['loss'];
  const byRank: Array<FactChange['way']> = after.rank > before.rank ? ['gain'] : [];
  const text = textWay(before, after);
  return text === undefined || text === byRank[0] ? byRank : [...byRank, text];
}

function textWay(before: IsolationFact, after: IsolationFact): FactChange['way'] | undefined {
  if (before.print === undefined || after.print === undefined) return undefined;
  if (before.print !== after.print) return 'unclear';
  const [had, has] = [new Set(before.asks), new Set(after.asks)];
  const isLess = [...had].some((ask) => !has.has(ask));
  const isMore = [...has].some((ask) => !had.has(ask));
  if (isLess && isMore) return 'unclear';
  return isLess ? 'loss' : isMore ? 'gain' : undefined;
}

/** What trying shows of two texts that nobody can compare: in words what the newer lets in and refuses unlike the older. */
export interface TriedTexts {
  /** How many objects were tried. */
  readonly tried: number;
  readonly letsIn?: string;
  readonly refuses?: string;
  /** Why nothing was tried, without a period. */
  readonly cannotSay?: string;
}

/** Changes that say the same of several subjects of one zone, for one cause, are one entry. */
export function isolationEntries(
  changes: readonly FactChange[],
  causesOf: (change: FactChange) => readonly ReviewSubject[],
  tryTexts: (change: FactChange) => TriedTexts | undefined = () => undefined,
): ReviewEntry[] {
  const groups = new Map<string, Group>();
  for (const change of changes) {
    const causes = causesOf(change);
    const { before, after, way } = change;
    const tried = way === 'unclear' ? tryTexts(change) : undefined;
    const key = JSON.stringify([
      way,
      tried,
      before.state,
      after.state,
      after.zones,
      after.about,
      after.subject.kind,
      causes,
    ]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { changes: [change], causes, tried });
    else known.changes.push(change);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group.changes;
    return first === undefined ? [] : [entryOf(group, first)];
  });
}

interface Group {
  readonly changes: FactChange[];
  readonly causes: readonly ReviewSubject[];
  readonly tried: TriedTexts | undefined;
}

function entryOf({ changes, causes, tried }: Group, { before, after, way }: FactChange): ReviewEntry {
  const isText = way === 'unclear';
  const isStricter = tried?.refuses !== undefined && tried.letsIn === undefined;
  const isUnclear = isText && tried?.letsIn === undefined && !isStricter;
  const isLoss = way !== 'gain' && !isStricter;
  const grade = [before.grade, after.grade].sort(compareGrade)[0] ?? 'low';
  const titles = changes.map((change) => change.after.title);
  const shown =
    titles.length <= 3 ? titles.join(', ') : `${titles.slice(0, 2).join(', ')} and ${titles.length - 2} more`;
  const namespaces = unique(changes.flatMap((change) => change.after.namespace ?? [])).sort();
  const kinds = { strength: ['weakens', 'strengthens'], possible: ['opens', 'closes'] } as const;
  return reviewEntry({
    id: `isolation:${digest([...changes.map((change) => change.after.key), ...(isText ? ['text'] : [])])}`,
    layer: 'isolation',
    class: kinds[after.about][isLoss ? 0 : 1],
    severity: isUnclear ? raiseGrade(grade, -1) : isLoss ? grade : 'low',
    change: 'changed',
    subject: changes.length === 1 ? after.subject : { kind: after.subject.kind, id: shown },
    before: before.state,
    after: after.state,
    causes,
    title: shown,
    message: isText ? `${shown}: ${textMessage(after, tried)}` : `${shown}: ${after.state}. Before: ${before.state}.`,
    details: titles.length > 3 ? [`${titles.join(', ')}.`] : [],
    zones: after.zones,
    ...(namespaces.length > 0 && { namespaces }),
  });
}

function textMessage({ state, toRead: own }: IsolationFact, tried: TriedTexts | undefined): string {
  const { letsIn, refuses, cannotSay, tried: count = 0 } = tried ?? {};
  if (letsIn !== undefined) {
    const too = refuses === undefined ? '' : ` It refuses ${refuses}, which it let in.`;
    return `it lets in ${letsIn}, which it refused before.${too}`;
  }
  if (refuses !== undefined)
    return `it refuses ${refuses}, which it let in before. None of ${count} tried objects gets in that did not.`;
  if (own !== undefined) return `${state}, but not as before. ${own}`;
  const toRead = 'hether it keeps out as much has to be read in its text.';
  if (cannotSay !== undefined) return `${state}, but not as before. It cannot be tried: ${cannotSay}. W${toRead}`;
  return count === 0
    ? `${state}, but not as before. W${toRead}`
    : `${state}, but not as before. None of ${count} tried objects tells the two apart, so w${toRead}`;
}

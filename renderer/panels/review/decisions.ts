/** What a reviewer decides, and the file that it goes to. */
import { useEffect, useMemo } from 'react';
import type { ReviewEntry } from '../../../shared/diff/index.ts';
import { isEqual } from '../../../shared/lib/is-equal.ts';
import type { ReviewMark } from '../../../shared/review/index.ts';
import { useHost } from '../../host/host-context.tsx';
import { useSessionState } from '../../session/session-context.tsx';
import type { DecisionStep } from '../../store/review-store.ts';
import { useDocument, useStores } from '../../store/stores.tsx';
import { createMarksKeeper, type MarksKeeper } from './marks-keeper.ts';
import type { Marks } from './review-rows.ts';

export interface Decisions {
  decide(entries: readonly ReviewEntry[], verdict: 'accepted' | 'rejected'): void;
  /** An empty text takes the comment away. */
  comment(entry: ReviewEntry, text: string): void;
  clear(entries: readonly ReviewEntry[]): void;
  /** Forgets marks about differences that are no longer there. */
  forget(ids: readonly string[]): void;
  /** Takes the last decision back as a whole. A mark that somebody else changed since stays as they left it. */
  takeBack(): void;
  readonly keeper: MarksKeeper;
}

export function useDecisions(): Decisions {
  const host = useHost();
  const { review } = useStores();
  const user = useSessionState((s) => s.info?.user);
  const path = useDocument((s) => s.origin.path);
  const name = useDocument((s) => s.origin.name);
  const documentId = useDocument((s) => s.documentId);
  const keeper = useMemo(() => createMarksKeeper(host, review), [host, review]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another document asks for its own file, whatever its path
  useEffect(() => {
    void keeper.open(path, name);
  }, [keeper, path, name, documentId]);
  useEffect(() => {
    const onFocus = () => void keeper.refresh();
    window.addEventListener('focus', onFocus);
    return () => window.removeEventListener('focus', onFocus);
  }, [keeper]);

  return useMemo(() => {
    const change = (
      entries: readonly ReviewEntry[],
      edit: (mark: ReviewMark, entry: ReviewEntry) => ReviewMark | undefined,
    ) => {
      const { marks, steps } = review.getState();
      const before: Record<string, ReviewMark | undefined> = {};
      const after: Record<string, ReviewMark | undefined> = {};
      for (const entry of entries) {
        const had = marks[entry.id] ?? { title: entry.title, fingerprint: entry.print };
        const edited = edit(had, entry);
        const next = edited && { ...edited, title: entry.title };
        if (isEqual(marks[entry.id], next)) continue;
        before[entry.id] = marks[entry.id];
        after[entry.id] = next;
      }
      if (Object.keys(after).length === 0) return;
      review.setState({ marks: withMarks(marks, after), steps: [...steps, { before, after }] });
      void keeper.save();
    };
    const stamp = () => ({
      ...(user !== undefined && { by: user }),
      at: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    });
    return {
      keeper,
      decide: (entries, verdict) =>
        change(entries, ({ comment }, { title, print }) => ({
          title,
          verdict,
          ...(comment !== undefined && { comment }),
          ...stamp(),
          fingerprint: print,
        })),
      comment: (entry, text) =>
        change([entry], ({ comment: _, ...mark }) => {
          if (text === '') return mark.verdict === undefined ? undefined : mark;
          return { ...mark, ...stamp(), comment: text };
        }),
      takeBack: () => {
        const { marks, steps } = review.getState();
        const last = steps.at(-1);
        if (last === undefined) return;
        review.setState({ marks: takenBack(marks, last), steps: steps.slice(0, -1) });
        void keeper.save();
      },
      clear: (entries) => change(entries, () => undefined),
      forget: (ids) => {
        const gone = new Set(ids);
        const { marks } = review.getState();
        review.setState({ marks: Object.fromEntries(Object.entries(marks).filter(([id]) => !gone.has(id))) });
        void keeper.save();
      },
    };
  }, [keeper, review, user]);
}

/** The marks without what a decision did to them, as far as nobody changed them since. */
export function takenBack(marks: Marks, { before, after }: DecisionStep): Marks {
  const ours = Object.entries(before).filter(([id]) => isEqual(marks[id], after[id]));
  return withMarks(marks, Object.fromEntries(ours));
}

/** The marks with some of them replaced; undefined takes one away. */
function withMarks(marks: Marks, changed: DecisionStep['after']): Marks {
  const next: Record<string, ReviewMark> = { ...marks };
  for (const [id, mark] of Object.entries(changed)) {
    if (mark === undefined) delete next[id];
    else next[id] = mark;
  }
  return next;
}

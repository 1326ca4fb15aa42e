/** What a reviewer decides, and the file that it goes to. */
import { useEffect, useMemo } from 'react';
import type { ReviewEntry } from '../../../shared/diff/index.ts';
import type { ReviewMark } from '../../../shared/review/index.ts';
import { useHost } from '../../host/host-context.tsx';
import { useSessionState } from '../../session/session-context.tsx';
import { useDocument, useStores } from '../../store/stores.tsx';
import { createMarksKeeper, type MarksKeeper } from './marks-keeper.ts';

export interface Decisions {
  decide(entries: readonly ReviewEntry[], verdict: 'accepted' | 'rejected'): void;
  /** An empty text takes the comment away. */
  comment(entry: ReviewEntry, text: string): void;
  clear(entries: readonly ReviewEntry[]): void;
  /** Forgets marks about differences that are no longer there. */
  forget(ids: readonly string[]): void;
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
      const marks = { ...review.getState().marks };
      for (const entry of entries) {
        const had = marks[entry.id] ?? { title: entry.title, fingerprint: entry.print };
        const next = edit(had, entry);
        if (next === undefined) delete marks[entry.id];
        else marks[entry.id] = { ...next, title: entry.title };
      }
      review.setState({ marks });
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

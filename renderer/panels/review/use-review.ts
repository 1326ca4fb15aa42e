/** Keeps the comparison in step with the design: the review in ui-store is what the canvas marks and this panel lists. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { facts } from '../../../shared/analysis/index.ts';
import { compile } from '../../../shared/compile/index.ts';
import { diffBundles, diffTopology, type FileChange } from '../../../shared/diff/index.ts';
import { loadDesign } from '../../../shared/document/index.ts';
import type { GitRevision } from '../../../shared/host/index.ts';
import type { Topology } from '../../../shared/model/index.ts';
import { useHost } from '../../host/host-context.tsx';
import { useAnalysis, useDocument, useStores, useUi } from '../../store/stores.tsx';
import { type ReviewSource, reviewSource } from './review-source.ts';

/** Compares the design with its source again whenever either changes. */
export function useReviewInStep(): void {
  const { ui } = useStores();
  const documentId = useDocument((s) => s.documentId);
  const topology = useDocument((s) => s.topology);
  const saved = useDocument((s) => s.saved);
  const chosen = useStore(reviewSource, (s) => (s.documentId === documentId ? s.source : undefined));
  const source = useMemo<ReviewSource | undefined>(
    () => chosen ?? (saved === undefined ? undefined : { kind: 'saved' }),
    [chosen, saved],
  );
  const before = source?.kind === 'fixed' ? source.before : source === undefined ? undefined : saved;
  const title = source?.kind === 'fixed' ? source.title : 'saved state';

  useEffect(() => {
    if (reviewSource.getState().documentId !== documentId) {
      reviewSource.setState({ documentId, source: undefined, failure: undefined, reviewed: new Set() });
    }
  }, [documentId]);
  useEffect(() => {
    if (before === undefined) {
      ui.getState().set({ review: undefined });
      return;
    }
    const entries = diffTopology(before, topology, facts);
    const earlier = ui.getState().review;
    const selected =
      earlier?.before === before && (earlier.selected ?? 0) < entries.length ? earlier.selected : undefined;
    ui.getState().set({
      review: { title, before, entries, show: earlier?.show ?? 'both', ...(selected !== undefined && { selected }) },
    });
  }, [before, topology, title, ui]);
}

export interface SourceChoice {
  /** What the select shows as chosen. */
  readonly value: string;
  readonly hasSaved: boolean;
  readonly revisions: readonly GitRevision[];
  /** Why there are no revisions; absent while they load or where there are some. */
  readonly noRevisions?: string;
  readonly failure?: string;
  choose(value: string): void;
}

/** What the design can be compared with, and how to choose. */
export function useSourceChoice(): SourceChoice {
  const host = useHost();
  const documentId = useDocument((s) => s.documentId);
  const path = useDocument((s) => s.origin.path);
  const hasSaved = useDocument((s) => s.saved !== undefined);
  const state = useStore(reviewSource);
  const [history, setHistory] = useState<{ readonly revisions: readonly GitRevision[]; readonly why?: string }>({
    revisions: [],
  });

  useEffect(() => {
    let isCurrent = true;
    if (path === undefined) {
      setHistory({ revisions: [], why: 'Revisions are there once the design is saved in a git repository.' });
      return;
    }
    host.gitHistory(path).then(
      (revisions) => isCurrent && setHistory({ revisions }),
      (error: unknown) => isCurrent && setHistory({ revisions: [], why: messageOf(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [host, path]);

  const choose = useCallback(
    (value: string) => {
      const keep = (source: ReviewSource) =>
        reviewSource.setState({ documentId, source, failure: undefined, reviewed: new Set() });
      const fail = (error: unknown) => reviewSource.setState({ documentId, failure: messageOf(error) });
      if (value === 'saved') keep({ kind: 'saved' });
      else if (value === 'file') {
        host
          .chooseAndOpen()
          .then((file) => {
            if (file !== undefined)
              keep({ kind: 'fixed', value: 'file', title: file.name, before: readBefore(file.text, file.name) });
          })
          .catch(fail);
      } else if (path !== undefined && value.startsWith('git:')) {
        const revision = value.slice(4);
        host
          .gitShow(path, revision)
          .then((text) => {
            const title = /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 8) : revision;
            keep({ kind: 'fixed', value, title, before: readBefore(text, title) });
          })
          .catch(fail);
      }
    },
    [host, documentId, path],
  );
  const source = state.documentId === documentId ? state.source : undefined;
  return {
    value: source?.kind === 'fixed' ? source.value : source !== undefined || hasSaved ? 'saved' : '',
    hasSaved,
    revisions: history.revisions,
    ...(history.why !== undefined && { noRevisions: history.why }),
    ...(state.failure !== undefined && { failure: state.failure }),
    choose,
  };
}

/** The files of both versions; undefined until both are compiled. */
export function useFileChanges(): readonly FileChange[] | undefined {
  const before = useUi((s) => s.review?.before);
  const after = useAnalysis((s) => s.analysis?.bundle);
  const [older, setOlder] = useState<{
    readonly topology: Topology;
    readonly files: ReturnType<typeof compile>['files'];
  }>();
  useEffect(() => {
    if (before === undefined) return;
    // After the list has been painted: compiling a large design takes a moment.
    const timer = setTimeout(() => setOlder({ topology: before, files: compile(before).files }), 0);
    return () => clearTimeout(timer);
  }, [before]);
  return useMemo(
    () =>
      older === undefined || older.topology !== before || after === undefined
        ? undefined
        : diffBundles(older, after).filter((f) => f.change !== 'same'),
    [older, before, after],
  );
}

function readBefore(text: string, name: string): Topology {
  const { document, problems } = loadDesign(text, { file: name });
  if (document === undefined) {
    throw new Error(
      `${name} cannot be compared, because it is not a design that can be read. ${problems[0]?.message ?? ''}`,
    );
  }
  return document.topology;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

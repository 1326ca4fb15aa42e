/** Choosing the two sides of a comparison, and reading what was chosen. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { GitRevision } from '../../../shared/host/index.ts';
import { emptyTopology } from '../../../shared/model/index.ts';
import type { ReviewFile } from '../../../shared/review/index.ts';
import { useHost } from '../../host/host-context.tsx';
import { tellReading } from '../../host/tell-reading.ts';
import { askClusters } from '../../store/cluster-choice.ts';
import { type ReviewSide, titleOfSide } from '../../store/review-store.ts';
import { useDocument, useReview, useStores } from '../../store/stores.tsx';
import { readDesign, readFile, readFolder } from './read-design.ts';

export type SideName = 'before' | 'after';

export interface RevisionList {
  readonly revisions: readonly GitRevision[];
  readonly isLoading: boolean;
  /** Why there are none. */
  readonly why?: string;
}

/** The history of the open design's file. */
export function useRevisions(): RevisionList {
  const host = useHost();
  const path = useDocument((s) => s.origin.path);
  const [list, setList] = useState<RevisionList>({ revisions: [], isLoading: true });
  useEffect(() => {
    let isCurrent = true;
    if (path === undefined) {
      const why = 'Revisions are there once the design is saved in a git repository.';
      setList({ revisions: [], isLoading: false, why });
      return;
    }
    setList({ revisions: [], isLoading: true });
    host.gitHistory(path).then(
      (revisions) => isCurrent && setList({ revisions, isLoading: false }),
      (error: unknown) => isCurrent && setList({ revisions: [], isLoading: false, why: messageOf(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [host, path]);
  return list;
}

export type Choice =
  | { readonly kind: 'open' }
  | { readonly kind: 'saved' }
  | { readonly kind: 'file' }
  | { readonly kind: 'disk' }
  | { readonly kind: 'folder' }
  | { readonly kind: 'clusters' }
  | { readonly kind: 'git'; readonly revision: GitRevision };

/** Reads what is chosen and makes it a side; what cannot be read is said, and the comparison stays as it was. */
export function useChooseSide(): (name: SideName, choice: Choice) => Promise<void> {
  const host = useHost();
  const { documents, review } = useStores();
  return useCallback(
    async (name, choice) => {
      const { documentId, origin } = documents.getState();
      const read = async (): Promise<ReviewSide | undefined> => {
        if (choice.kind === 'open') return { kind: 'open' };
        if (choice.kind === 'saved') return { kind: 'saved' };
        if (choice.kind === 'file') {
          const file = await host.chooseAndOpen();
          return file && readFile(file.text, file.name);
        }
        if (choice.kind === 'folder') {
          const folder = await host.chooseFolder();
          if (folder === undefined) return undefined;
          const tell = (reading: string) => review.setState({ reading });
          tell('Reading files…');
          const { files, unreadable } = await tellReading(host, () => host.readManifests(folder), tell);
          const [fault] = unreadable;
          if (fault !== undefined) throw new Error(`${folder} cannot be compared as a whole. ${fault}`);
          return readFolder(folder, files);
        }
        if (choice.kind === 'clusters') {
          const found = await askClusters('What runs there is compared with what is drawn.');
          if (found === undefined) return undefined;
          const { files, unreadable } = found.folder;
          return {
            kind: 'folder',
            title: `${found.contexts.join(', ')}, live`,
            files,
            byFolder: true,
            withheld: unreadable,
          };
        }
        if (origin.path === undefined) return undefined;
        if (choice.kind === 'disk') {
          const file = await host.openFile(origin.path);
          return { kind: 'disk', title: `${file.name} on disk`, ...readDesign(file.text, file.name) };
        }
        const { revision } = choice;
        const title = revisionTitle(revision);
        const text = await host.gitShow(origin.path, revision.revision);
        const about = [revision.kind === 'commit' ? revision.title : undefined, revision.author, day(revision.date)]
          .filter((part) => part !== undefined)
          .join(' · ');
        return { kind: 'git', title, about, revision: revision.revision, ...readDesign(text, title) };
      };
      try {
        const side = await read();
        if (side === undefined || documents.getState().documentId !== documentId) return;
        const other = name === 'before' ? 'after' : 'before';
        const now = review.getState();
        // The same live side twice would compare a thing with itself: then the sides change places.
        const isSame =
          side.kind !== 'git' && side.kind !== 'file' && side.kind !== 'folder' && now[other].kind === side.kind;
        review.setState({
          [name]: side,
          ...(isSame && { [other]: now[name] }),
          failure: undefined,
        });
      } catch (error) {
        review.setState({ failure: messageOf(error) });
      } finally {
        review.setState({ reading: undefined });
      }
    },
    [host, documents, review],
  );
}

type StoredSides = Pick<ReviewFile, 'before' | 'after'>;

/** Whether a review that was kept is of the two sides that are compared. */
export function isOfSides(stored: StoredSides, before: ReviewSide, after: ReviewSide): boolean {
  const isSame = (kept: StoredSides['before'], side: ReviewSide) =>
    kept.title === titleOfSide(side) && kept.revision === (side.kind === 'git' ? side.revision : undefined);
  return isSame(stored.before, before) && isSame(stored.after, after);
}

/** Takes up a review that was kept: compares its two sides. Undefined where one is a file, which has to be chosen anew. */
export function useResume(stored: StoredSides | undefined): (() => Promise<void>) | undefined {
  const host = useHost();
  const path = useDocument((s) => s.origin.path);
  const choose = useChooseSide();
  if (stored === undefined || path === undefined) return undefined;
  const kept = [stored.before, stored.after];
  if (!kept.every(({ title, revision }) => revision !== undefined || title in liveSides)) return undefined;
  return async () => {
    const isInGit = kept.some((side) => side.revision !== undefined);
    const revisions = isInGit ? await host.gitHistory(path).catch(() => []) : [];
    const choiceOf = ({ title, revision }: StoredSides['before']): Choice => {
      if (revision === undefined) return { kind: liveSides[title as keyof typeof liveSides] };
      const known = revisions.find((r) => r.revision === revision);
      return { kind: 'git', revision: known ?? { kind: title === revision ? 'branch' : 'commit', revision, title } };
    };
    await choose('before', choiceOf(stored.before));
    await choose('after', choiceOf(stored.after));
  };
}

/** Sides that are there again in another window, by their titles. */
const liveSides = { 'open design': 'open', 'saved state': 'saved' } as const;

/** The two designs, once both are there. */
export function useSides() {
  const documentId = useDocument((s) => s.documentId);
  const topology = useDocument((s) => s.topology);
  const saved = useDocument((s) => s.saved);
  const source = useDocument((s) => s.document?.source.text);
  const isOurs = useReview((s) => s.documentId === documentId);
  const before = useReview((s) => s.before);
  const after = useReview((s) => s.after);
  return useMemo(() => {
    const of = (side: ReviewSide) => {
      if (side.kind === 'folder')
        return { chosen: side, topology: noDesign, files: side.files, byFolder: side.byFolder };
      const design = side.kind === 'open' ? topology : side.kind === 'saved' ? saved : side.topology;
      const text = side.kind === 'open' || side.kind === 'saved' ? source : side.text;
      return design === undefined
        ? undefined
        : {
            chosen: side,
            topology: design,
            files: undefined,
            byFolder: undefined,
            ...(text !== undefined && { source: text }),
          };
    };
    const [a, b] = [of(before), of(after)];
    return !isOurs || a === undefined || b === undefined ? undefined : { before: a, after: b };
  }, [isOurs, topology, saved, source, before, after]);
}

/** What stands for the design of a folder that has none. */
const noDesign = emptyTopology('manifests');

export function revisionTitle({ kind, revision }: GitRevision): string {
  return kind === 'commit' ? revision.slice(0, 8) : revision;
}

/** `2026-11-28`: of any ISO date. */
export function day(date: string | undefined): string | undefined {
  return date?.slice(0, 10);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

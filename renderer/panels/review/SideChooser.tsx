import {
  FileDiff,
  FileText,
  FolderTree,
  GitBranch,
  GitCommitHorizontal,
  HardDrive,
  Save,
  Server,
  Tag,
} from 'lucide-react';
import { useMemo, useState } from 'react';
import type { GitRevision } from '../../../shared/host/index.ts';
import type { ReviewSide } from '../../store/review-store.ts';
import { useDocument, useReview } from '../../store/stores.tsx';
import { FindDialog, FindNote, type FindRow, type FindSection } from '../../ui/FindDialog.tsx';
import { type Choice, day, revisionTitle, type SideName, useChooseSide, useRevisions } from './sides.ts';

/** The note is author and date, the end the short hash of a commit. */
interface Option extends FindRow {
  readonly choice: Choice;
}

/** More rows than this are not drawn; typing narrows them down. */
const mostRows = 300;

/** What one side of the comparison shall be: what is open or saved, another file, or the file as git remembers it. */
export function SideChooser({ side, onClose }: { readonly side: SideName; readonly onClose: () => void }) {
  const [query, setQuery] = useState('');
  const choose = useChooseSide();
  const { revisions, isLoading, why } = useRevisions();
  const sections = useSections(
    revisions,
    query,
    useReview((s) => s[side === 'before' ? 'after' : 'before'].kind),
  );

  const take = (option: Option) => {
    onClose();
    void choose(side, option.choice);
  };
  const title = side === 'before' ? 'Compare from' : 'Compare to';
  return (
    <FindDialog
      width={640}
      title={title}
      testId="review-chooser"
      rowTestId={(row) => `review-side-${row.id}`}
      label="Find a revision"
      placeholder={`${title}… a message, author, date or hash`}
      query={query}
      onQuery={setQuery}
      sections={sections}
      onTake={take}
      onClose={onClose}
      isLoading={isLoading}
    >
      {sections.length === 0 && !isLoading && (
        <FindNote>Nothing matches. Try an author, a day, or part of a hash.</FindNote>
      )}
      {isLoading && <FindNote>Reading the history…</FindNote>}
      {why !== undefined && query === '' && <FindNote>{why}</FindNote>}
    </FindDialog>
  );
}

const icons = { commit: GitCommitHorizontal, branch: GitBranch, tag: Tag } as const;

/** `other`: what the other side is. What would be compared with itself is offered last, not first. */
function useSections(
  revisions: readonly GitRevision[],
  query: string,
  other: ReviewSide['kind'],
): readonly FindSection<Option>[] {
  const hasSaved = useDocument((s) => s.saved !== undefined);
  const hasFile = useDocument((s) => s.origin.path !== undefined);
  const name = useDocument((s) => s.origin.name);
  return useMemo(() => {
    const here: Option[] = [
      {
        id: 'open',
        label: 'Open design',
        note: name,
        icon: <FileText size={15} aria-hidden />,
        choice: { kind: 'open' },
      },
      ...(hasSaved
        ? [
            {
              id: 'saved',
              label: 'Saved state',
              note: 'as this window saved or opened it',
              icon: <Save size={15} aria-hidden />,
              choice: { kind: 'saved' } as const,
            },
          ]
        : []),
      ...(hasFile
        ? [
            {
              id: 'disk',
              label: 'On disk',
              note: 'as the file is right now',
              icon: <HardDrive size={15} aria-hidden />,
              choice: { kind: 'disk' } as const,
            },
          ]
        : []),
      {
        id: 'file',
        label: 'Another file…',
        note: 'a design, or manifests in one file',
        icon: <FileDiff size={15} aria-hidden />,
        choice: { kind: 'file' },
      },
      {
        id: 'folder',
        label: 'Folder of manifests…',
        note: 'compared with what a design exports',
        icon: <FolderTree size={15} aria-hidden />,
        choice: { kind: 'folder' },
      },
      {
        id: 'clusters',
        label: 'Running clusters…',
        note: 'what is live, read with your kubeconfig',
        icon: <Server size={15} aria-hidden />,
        choice: { kind: 'clusters' },
      },
    ];
    // Of the other kinds there are many: another file is another side.
    const isOther = ({ choice: { kind } }: Option) => kind === other && (kind === 'open' || kind === 'saved');
    const of = (kind: GitRevision['kind']) => revisions.filter((r) => r.kind === kind).map(optionOf);
    const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let room = mostRows;
    return [
      { title: 'Here', rows: [...here.filter((o) => !isOther(o)), ...here.filter(isOther)] },
      { title: 'Branches', rows: of('branch') },
      { title: 'Tags', rows: of('tag') },
      { title: 'Commits that changed the file', rows: of('commit') },
    ].flatMap((section): FindSection<Option>[] => {
      const rows = section.rows.filter((o) => matches(o, words)).slice(0, room);
      room -= rows.length;
      return rows.length === 0 ? [] : [{ ...section, rows }];
    });
  }, [revisions, query, other, hasSaved, hasFile, name]);
}

function optionOf(revision: GitRevision): Option {
  const Icon = icons[revision.kind];
  const isCommit = revision.kind === 'commit';
  return {
    id: isCommit ? revision.revision.slice(0, 8) : revision.revision,
    label: revision.title,
    note: [revision.author, day(revision.date)].filter((part) => part !== undefined).join(' · '),
    ...(isCommit && { end: <code className="find__code">{revisionTitle(revision)}</code> }),
    icon: <Icon size={15} aria-hidden />,
    choice: { kind: 'git', revision },
  };
}

function matches(option: Option, words: readonly string[]): boolean {
  const hash = option.choice.kind === 'git' ? option.choice.revision.revision : '';
  const text = `${option.label} ${option.note} ${hash}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

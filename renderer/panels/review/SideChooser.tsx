import {
  FileDiff,
  FileText,
  FolderTree,
  GitBranch,
  GitCommitHorizontal,
  HardDrive,
  Save,
  Search,
  Server,
  Tag,
} from 'lucide-react';
import { type ReactNode, useId, useMemo, useState } from 'react';
import type { GitRevision } from '../../../shared/host/index.ts';
import { useDocument } from '../../store/stores.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { useActiveRow } from '../../ui/use-active-row.ts';
import { type Choice, day, revisionTitle, type SideName, useChooseSide, useRevisions } from './sides.ts';
import './side-chooser.css';

interface Option {
  readonly id: string;
  readonly label: string;
  /** Author and date. */
  readonly note: string;
  /** The short hash of a commit. */
  readonly code?: string;
  readonly icon: ReactNode;
  readonly choice: Choice;
}

interface Section {
  readonly title: string;
  readonly options: readonly Option[];
}

/** More rows than this are not drawn; typing narrows them down. */
const mostRows = 300;

/** What one side of the comparison shall be: what is open or saved, another file, or the file as git remembers it. */
export function SideChooser({ side, onClose }: { readonly side: SideName; readonly onClose: () => void }) {
  const [query, setQuery] = useState('');
  const base = useId();
  const choose = useChooseSide();
  const { revisions, isLoading, why } = useRevisions();
  const sections = useSections(revisions, query);
  const found = useMemo(() => sections.flatMap((s) => s.options), [sections]);

  const take = (option: Option) => {
    onClose();
    void choose(side, option.choice);
  };
  const { active, setActive, list, onKeyDown } = useActiveRow(found, take);
  let index = -1;
  const title = side === 'before' ? 'Compare from' : 'Compare to';
  return (
    <Dialog bare width={640} title={title} testId="review-chooser" onClose={onClose}>
      <div className="side-chooser__input">
        <Search size={16} aria-hidden />
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${base}-list`}
          aria-activedescendant={found[active] && `${base}-${active}`}
          aria-label="Find a revision"
          placeholder={
            side === 'before'
              ? 'Compare from… a message, author, date or hash'
              : 'Compare to… a message, author, date or hash'
          }
          data-testid="review-chooser-input"
          spellCheck={false}
          autoFocus
          value={query}
          onChange={(e) => {
            setQuery(e.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div
        className="side-chooser__list"
        role="listbox"
        id={`${base}-list`}
        aria-label={title}
        ref={list}
        tabIndex={-1}
      >
        {sections.map((section) => (
          <div key={section.title} role="presentation">
            <p className="side-chooser__heading" role="presentation">
              {section.title}
            </p>
            {section.options.map((option) => {
              index += 1;
              const own = index;
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the input above takes the keys
                <div
                  key={option.id}
                  id={`${base}-${own}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={own === active}
                  data-testid={`review-side-${option.id}`}
                  className={`side-chooser__row${own === active ? ' is-active' : ''}`}
                  onPointerMove={() => setActive(own)}
                  onClick={() => take(option)}
                >
                  <span className="side-chooser__icon">{option.icon}</span>
                  <span className="side-chooser__label" title={option.label}>
                    {option.label}
                  </span>
                  <span className="side-chooser__note">{option.note}</span>
                  {option.code !== undefined && <code className="side-chooser__code">{option.code}</code>}
                </div>
              );
            })}
          </div>
        ))}
        {found.length === 0 && (
          <p className="side-chooser__none">Nothing matches. Try an author, a day, or part of a hash.</p>
        )}
        {isLoading && <p className="side-chooser__none">Reading the history…</p>}
        {why !== undefined && query === '' && <p className="side-chooser__none">{why}</p>}
      </div>
    </Dialog>
  );
}

const icons = { commit: GitCommitHorizontal, branch: GitBranch, tag: Tag } as const;

function useSections(revisions: readonly GitRevision[], query: string): readonly Section[] {
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
        note: '',
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
        note: 'read with your kubeconfig: what is live against what is drawn',
        icon: <Server size={15} aria-hidden />,
        choice: { kind: 'clusters' },
      },
    ];
    const of = (kind: GitRevision['kind']) => revisions.filter((r) => r.kind === kind).map(optionOf);
    const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let room = mostRows;
    return [
      { title: 'Here', options: here },
      { title: 'Branches', options: of('branch') },
      { title: 'Tags', options: of('tag') },
      { title: 'Commits that changed the file', options: of('commit') },
    ].flatMap((section): Section[] => {
      const options = section.options.filter((o) => matches(o, words)).slice(0, room);
      room -= options.length;
      return options.length === 0 ? [] : [{ ...section, options }];
    });
  }, [revisions, query, hasSaved, hasFile, name]);
}

function optionOf(revision: GitRevision): Option {
  const Icon = icons[revision.kind];
  const isCommit = revision.kind === 'commit';
  return {
    id: isCommit ? revision.revision.slice(0, 8) : revision.revision,
    label: revision.title,
    note: [revision.author, day(revision.date)].filter((part) => part !== undefined).join(' · '),
    ...(isCommit && { code: revisionTitle(revision) }),
    icon: <Icon size={15} aria-hidden />,
    choice: { kind: 'git', revision },
  };
}

function matches(option: Option, words: readonly string[]): boolean {
  const hash = option.choice.kind === 'git' ? option.choice.revision.revision : '';
  const text = `${option.label} ${option.note} ${hash}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

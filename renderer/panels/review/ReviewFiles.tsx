import { useMemo, useState } from 'react';
import type { FileChange } from '../../../shared/diff/index.ts';
import { useUi } from '../../store/stores.tsx';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { DiffView } from '../../ui/DiffView.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { refsOf } from './review-groups.ts';
import { useFileChanges } from './use-review.ts';

const marks = { added: '+', removed: '−', changed: '~', same: '=' } as const;

/** The manifests of both versions, file by file. */
export function ReviewFiles() {
  const files = useFileChanges();
  const entry = useUi((s) => (s.review?.selected === undefined ? undefined : s.review.entries[s.review.selected]));
  const [onlySelected, setOnlySelected] = useState(true);
  const [path, setPath] = useState<string>();
  const isComparing = useUi((s) => s.review !== undefined);

  const shown = useMemo(() => {
    if (files === undefined || entry === undefined || !onlySelected) return files ?? [];
    const keys = new Set(refsOf(entry).map((r) => `${r.kind}:${r.id}`));
    if (entry.renamedFrom !== undefined) keys.add(`${entry.subject.kind}:${entry.renamedFrom}`);
    return files.filter((f) => f.causes.some((c) => keys.has(`${c.kind}:${c.id}`)));
  }, [files, entry, onlySelected]);
  const open = files?.find((f) => f.path === path);

  return (
    <div className="review-files" data-testid="review-files">
      <div className="review-files__head">
        {open === undefined ? (
          <>
            <h3>Manifests</h3>
            <span className="review-files__count" data-testid="review-file-count">
              {!isComparing
                ? 'nothing to compare with yet'
                : files === undefined
                  ? 'comparing…'
                  : `${files.length} ${files.length === 1 ? 'file differs' : 'files differ'}`}
            </span>
            {entry !== undefined && (
              <Checkbox isOn={onlySelected} onChange={setOnlySelected} label="Only those of the selected difference" />
            )}
          </>
        ) : (
          <>
            <Button look="link" size="small" onClick={() => setPath(undefined)} testId="review-files-back">
              All files
            </Button>
            <h3>{open.path}</h3>
          </>
        )}
      </div>
      {open !== undefined ? (
        <DiffView
          before={open.before ?? ''}
          after={open.after ?? ''}
          label={`Changes of ${open.path}`}
          testId="review-file-diff"
        />
      ) : (
        <FileList files={shown} isReady={files !== undefined} onOpen={setPath} />
      )}
    </div>
  );
}

function FileList({
  files,
  isReady,
  onOpen,
}: {
  readonly files: readonly FileChange[];
  readonly isReady: boolean;
  readonly onOpen: (path: string) => void;
}) {
  if (!isReady) return null;
  if (files.length === 0)
    return <EmptyState title="No manifest differs">What is exported stays the same, byte by byte.</EmptyState>;
  return (
    <ul className="review-files__list">
      {files.map((file) => (
        <li key={file.path}>
          <button type="button" onClick={() => onOpen(file.path)} data-testid={`review-file-${file.path}`}>
            <span
              className={`review-files__mark review-files__mark--${file.change}`}
              role="img"
              aria-label={file.change}
            >
              {marks[file.change]}
            </span>
            <span className="review-files__path">{file.path}</span>
            <span className="review-files__change">{file.change}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Chooses a file or folder in windows whose shell has no dialogs of its own. */
import { CornerLeftUp, FileText, Folder } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { FolderEntry, FolderListing } from '../../../shared/host/index.ts';
import type { ChooserRequest } from '../../host/chooser.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { chooserStore } from './chooser-store.ts';
import './chooser.css';

export function ChooserDialog() {
  const request = useStore(chooserStore, (s) => s.request);
  const answer = useStore(chooserStore, (s) => s.answer);
  if (request === undefined || answer === undefined) return null;
  return <OpenChooser request={request} answer={answer} />;
}

const words = {
  open: { title: 'Open a design', accept: 'Open', path: 'File' },
  save: { title: 'Save the design', accept: 'Save', path: 'File' },
  folder: { title: 'Choose a folder', accept: 'Choose', path: 'Folder' },
} as const;

interface OpenChooserProps {
  readonly request: ChooserRequest;
  readonly answer: (path: string | undefined) => void;
}

function OpenChooser({ request, answer }: OpenChooserProps) {
  const [listing, setListing] = useState<FolderListing>();
  const [path, setPath] = useState('');
  const [error, setError] = useState<string>();
  const [overwriting, setOverwriting] = useState<string>();
  const { title, accept, path: label } = words[request.kind];

  const go = (folder?: string) => {
    request.list(folder).then(
      (found) => {
        setListing(found);
        setError(undefined);
        if (request.kind === 'folder') setPath(found.path);
        else if (request.kind === 'save')
          setPath((now) => join(found.path, baseName(now) || (request.suggestedName ?? 'design.zones.yaml')));
      },
      (reason: unknown) => setError(reason instanceof Error ? reason.message : String(reason)),
    );
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the folder is read once, when the dialog opens
  useEffect(() => go(), []);

  const take = async (wanted: string) => {
    const typed = normal(wanted.trim());
    const chosen = request.kind === 'save' ? withEnding(typed) : typed;
    if (chosen === '') return;
    if (request.kind === 'save' && overwriting !== chosen && (await exists(request, chosen))) {
      setOverwriting(chosen);
      return;
    }
    answer(chosen);
  };
  const open = (entry: FolderEntry) => {
    if (entry.isFolder) go(entry.path);
    else void take(entry.path);
  };
  return (
    <Dialog
      title={title}
      width={560}
      testId="chooser"
      onClose={() => answer(undefined)}
      footer={
        <>
          <Button look="quiet" testId="chooser-cancel" onClick={() => answer(undefined)}>
            Cancel
          </Button>
          <Button look="primary" testId="chooser-accept" disabled={path.trim() === ''} onClick={() => void take(path)}>
            {overwriting === undefined ? accept : 'Replace'}
          </Button>
        </>
      }
    >
      <label className="chooser__path">
        <span>{label}</span>
        <input
          className="ui-input ui-input--mono"
          data-testid="chooser-path"
          spellCheck={false}
          data-autofocus
          value={path}
          onChange={(e) => {
            setPath(e.target.value);
            setOverwriting(undefined);
          }}
          onKeyDown={(e) => {
            if (e.key === 'Enter') void take(path);
          }}
        />
      </label>
      {error !== undefined && (
        <p className="ui-field__error" role="alert">
          {error}
        </p>
      )}
      {overwriting !== undefined && (
        <p className="chooser__warning" role="alert">{`${baseName(overwriting)} is there already. Replace it?`}</p>
      )}
      <ul className="chooser__list" aria-label="Folder">
        {listing?.parent !== undefined && (
          <li>
            <button type="button" onClick={() => go(listing.parent)}>
              <CornerLeftUp size={15} aria-hidden />
              Parent folder
            </button>
          </li>
        )}
        {listing?.entries
          .filter((e) => e.isFolder || request.kind !== 'folder')
          .map((entry) => (
            <li key={entry.path}>
              <button
                type="button"
                data-testid={`chooser-entry-${entry.name}`}
                title={entry.path}
                aria-current={entry.path === path}
                onClick={() => (entry.isFolder ? go(entry.path) : setPath(entry.path))}
                onDoubleClick={() => open(entry)}
              >
                {entry.isFolder ? <Folder size={15} aria-hidden /> : <FileText size={15} aria-hidden />}
                <span>{entry.name}</span>
              </button>
            </li>
          ))}
        {listing?.entries.length === 0 && <li className="chooser__none">This folder is empty.</li>}
      </ul>
    </Dialog>
  );
}

function baseName(path: string): string {
  return path.split('/').at(-1) ?? '';
}

/** The root of what may be seen is `.` or empty; paths below it do not name it. */
function join(folder: string, name: string): string {
  if (folder === '' || folder === '.') return name;
  return folder.endsWith('/') ? `${folder}${name}` : `${folder}/${name}`;
}

function normal(path: string): string {
  return path === '.' ? path : path.replace(/^(\.\/+)+/, '').replace(/\/{2,}/g, '/');
}

/** Looks where the file would go, which need not be the folder that is shown. */
async function exists(request: ChooserRequest, path: string): Promise<boolean> {
  const slash = path.lastIndexOf('/');
  const folder = slash > 0 ? path.slice(0, slash) : undefined;
  try {
    const { entries } = await request.list(folder);
    return entries.some((e) => !e.isFolder && normal(e.path) === path);
  } catch {
    // A folder that is not there yet holds nothing; any other fault shows when the file is written.
    return false;
  }
}

function withEnding(path: string): string {
  return path === '' || /\.ya?ml$/.test(path) ? path : `${path}.zones.yaml`;
}

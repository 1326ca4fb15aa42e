/** Writing the manifests: into a folder, with a look at what changes there first, or as one zip. */
import { Archive, FolderOpen } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useExport } from '../../session/use-export.ts';
import { useAnalysis, useDocument, useStores } from '../../store/stores.tsx';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Coverage, findingsOf, isUnread, Problems, Unproven, Unread } from './Doubts.tsx';
import { Preview, writeLabel } from './Preview.tsx';
import { type Step, useWriting } from './use-writing.ts';
import './export.css';

export function ExportDialog({ onClose }: { readonly onClose: () => void }) {
  const { ui } = useStores();
  const name = useDocument((s) => s.topology.metadata.name);
  // What is exported is what the window shows and what was proven: answers about an older revision are waited for.
  const { bundle, isCompiled, isProven } = useExport();
  const files = useMemo(() => (bundle?.files ?? []).map(({ path, text }) => ({ path, text })), [bundle]);
  const { step, error, confirmed, setConfirmed, back, chooseFolder, zip, write } = useWriting(files);
  const proof = useAnalysis((s) => s.proof);
  const unread = useDocument((s) => s.loadProblems).filter(isUnread);
  const [isUnprovenWanted, setUnprovenWanted] = useState(false);
  const extra = findingsOf(proof, 'extra');
  const isBlocked = unread.length > 0 || (proof === undefined || extra.length > 0 ? !isUnprovenWanted : false);
  const isReady = isProven && !isBlocked;
  const waiting = isCompiled ? (isProven ? undefined : 'Proving…') : 'Compiling…';
  const saved = (path: string) => {
    onClose();
    ui.getState().show({ tone: 'success', text: `Exported ${files.length} files to ${path}.` });
  };

  const isPreview = step.kind === 'preview';
  return (
    <Dialog
      title={isPreview ? 'Export preview' : 'Export manifests'}
      width={isPreview ? 1280 : 560}
      tall={isPreview}
      testId="export-dialog"
      step={step.kind === 'choose' ? `choose ${isReady}` : step.kind}
      onClose={onClose}
      footer={
        step.kind === 'done' ? (
          <Button look="primary" testId="export-close" data-autofocus onClick={onClose}>
            Done
          </Button>
        ) : step.kind === 'preview' ? (
          <>
            <span className="export__folder" title={step.plan.folder}>
              {`Into ${step.plan.folder}`}
            </span>
            <Button look="quiet" onClick={back}>
              Back
            </Button>
            <Button look="primary" testId="export-write" data-autofocus onClick={() => void write(step.plan)}>
              {writeLabel(step.plan, confirmed)}
            </Button>
          </>
        ) : undefined
      }
    >
      {error !== undefined && (
        <p className="export__error" role="alert">
          {error}
        </p>
      )}
      {step.kind === 'choose' && (
        <>
          <Problems />
          <Unread problems={unread} />
          {isProven && unread.length === 0 && (
            <Unproven
              findings={extra}
              missing={findingsOf(proof, 'missing')}
              hasProof={proof !== undefined}
              isWanted={isUnprovenWanted}
              onChange={setUnprovenWanted}
            />
          )}
          <div className="export__choices">
            <button
              type="button"
              data-testid="export-folder"
              data-autofocus
              disabled={!isReady}
              onClick={() => void chooseFolder()}
            >
              <FolderOpen size={22} strokeWidth={1.5} aria-hidden />
              <strong>To a folder…</strong>
              <span>Shows what changes there before anything is written.</span>
            </button>
            <button
              type="button"
              data-testid="export-zip"
              disabled={!isReady}
              onClick={() => void zip(`${name}.zip`, saved)}
            >
              <Archive size={22} strokeWidth={1.5} aria-hidden />
              <strong>As a zip…</strong>
              <span>{waiting ?? `All ${files.length} files in one archive.`}</span>
            </button>
          </div>
          <Coverage notes={bundle?.coverage ?? []} />
        </>
      )}
      {step.kind === 'busy' && <p className="export__busy">{step.text}</p>}
      {step.kind === 'preview' && (
        <Preview plan={step.plan} wanted={files} confirmed={confirmed} onConfirm={setConfirmed} />
      )}
      {step.kind === 'done' && (
        <Done
          step={step}
          clusters={files.flatMap(({ path }) => /^([^/]+)\/kustomization\.yaml$/.exec(path)?.[1] ?? [])}
        />
      )}
    </Dialog>
  );
}

function Done({
  step: { folder, written, removed },
  clusters,
}: {
  readonly step: Extract<Step, { readonly kind: 'done' }>;
  readonly clusters: readonly string[];
}) {
  return (
    <div className="export__done" data-testid="export-done">
      <p>
        <strong>{`Wrote ${written} ${written === 1 ? 'file' : 'files'}${removed > 0 ? ` and removed ${removed}` : ''}.`}</strong>
      </p>
      <p className="export__path">{`The folder is ${folder}.`}</p>
      <p>Apply each cluster with its own context. APPLY.md beside it says in which order, and what to look at.</p>
      <pre>{clusters.map((cluster) => `kubectl apply -k ${folder}/${cluster}`).join('\n')}</pre>
    </div>
  );
}

/** Starting from manifests: read a folder, correct which namespace goes into which zone, and draw it. */
import { FolderOpen, Redo2, Server, Undo2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Problem } from '../../../shared/lib/problem.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ProposalView } from './ProposalView.tsx';
import { type Step, useImport } from './use-import.ts';
import './import.css';

export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const { step, error, read, readClusters, draw, stop, takeBack, back, correct } = useImport();
  const [byFolder, setByFolder] = useState(false);
  const isProposal = step.kind === 'proposal';
  useUndoKeys(isProposal, takeBack);
  return (
    <Dialog
      title="Import manifests"
      testId="import-dialog"
      step={step.kind}
      width={isProposal ? 1280 : 520}
      tall={isProposal}
      onClose={onClose}
      footer={
        isProposal ? (
          <ProposalButtons step={step} onTakeBack={takeBack} onBack={back} onDraw={() => void draw()} />
        ) : undefined
      }
    >
      {error !== undefined && (
        <p className="import__error" role="alert" data-testid="import-error">
          {error}
        </p>
      )}
      {step.kind === 'choose' && (
        <Sources
          byFolder={byFolder}
          onByFolder={setByFolder}
          onFolder={() => void read(byFolder)}
          onClusters={() => void readClusters()}
        />
      )}
      {step.kind === 'busy' && (
        <div className="import__busy">
          <p role="status" data-testid="import-progress">
            {step.text}
          </p>
          <Button testId="import-stop" data-autofocus onClick={stop}>
            Stop
          </Button>
        </div>
      )}
      {step.kind === 'proposal' && (
        <>
          <p className="import__lead">
            {step.isExport
              ? 'This folder is exactly what its own design exports. Without corrections that design is given back as it was.'
              : 'Drag namespaces between zones, or choose a zone at each. Nothing is drawn before you say so.'}
          </p>
          <Unread problems={step.problems.filter((p) => p.severity !== 'info')} />
          <ProposalView proposal={step.proposal} onChange={correct} />
        </>
      )}
    </Dialog>
  );
}

/** Where manifests may come from. */
function Sources({
  byFolder,
  onByFolder,
  onFolder,
  onClusters,
}: {
  readonly byFolder: boolean;
  readonly onByFolder: (byFolder: boolean) => void;
  readonly onFolder: () => void;
  readonly onClusters: () => void;
}) {
  return (
    <div className="import__choose">
      <p>
        Choose a folder of manifests: what a repository holds, what “helm template” or “kustomize build” printed, or an
        export of Zonewright. Namespaces are put into zones as a proposal, which you correct before it is drawn.
      </p>
      <Button
        look="primary"
        icon={<FolderOpen size={15} aria-hidden />}
        testId="import-choose"
        data-autofocus
        onClick={onFolder}
      >
        Choose a folder…
      </Button>
      <Checkbox
        isOn={byFolder}
        label="Each folder in it is a cluster of its own"
        testId="import-by-folder"
        onChange={onByFolder}
      />
      <p>
        Or read clusters with your kubeconfig and your rights. Only lists of what a design holds are asked for, and
        never Secrets.
      </p>
      <Button icon={<Server size={15} aria-hidden />} testId="import-clusters" onClick={onClusters}>
        Read clusters…
      </Button>
    </div>
  );
}

function ProposalButtons({
  step,
  onTakeBack,
  onBack,
  onDraw,
}: {
  readonly step: Extract<Step, { readonly kind: 'proposal' }>;
  readonly onTakeBack: (isRedo: boolean) => void;
  readonly onBack: () => void;
  readonly onDraw: () => void;
}) {
  return (
    <>
      <Button
        look="quiet"
        icon={<Undo2 size={15} aria-hidden />}
        testId="import-undo"
        disabled={step.past.length === 0}
        onClick={() => onTakeBack(false)}
      >
        Undo
      </Button>
      <Button
        look="quiet"
        icon={<Redo2 size={15} aria-hidden />}
        testId="import-redo"
        disabled={step.undone.length === 0}
        onClick={() => onTakeBack(true)}
      >
        Redo
      </Button>
      <span className="import__space" />
      <Button look="quiet" testId="import-back" onClick={onBack}>
        Back
      </Button>
      <Button look="primary" testId="import-draw" data-autofocus onClick={onDraw}>
        Draw the design
      </Button>
    </>
  );
}

/** What takes no part, before anything is drawn: a zone may be missing for it. */
function Unread({ problems }: { readonly problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <details className="import__unread" data-testid="import-unread">
      <summary>
        {problems.length === 1
          ? 'Something was not read, or not as it stands. See what.'
          : `${problems.length} things were not read, or not as they stand. See which.`}
      </summary>
      <ul>
        {problems.map(({ message }) => (
          <li key={message}>{message}</li>
        ))}
      </ul>
    </details>
  );
}

/** Wherever the focus is, except where a text has an undo of its own. */
function useUndoKeys(isOn: boolean, takeBack: (isRedo: boolean) => void): void {
  useEffect(() => {
    if (!isOn) return;
    const onKey = (event: KeyboardEvent) => {
      const isUndo = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'z';
      const isRedo = isUndo ? event.shiftKey : event.ctrlKey && event.key.toLowerCase() === 'y';
      if ((!isUndo && !isRedo) || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      takeBack(isRedo);
    };
    // Before the dialog, which keeps keys to itself.
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [isOn, takeBack]);
}

/** Starting from manifests: read a folder, correct which namespace goes into which zone, and draw it. */
import { FolderOpen, Redo2, Server, Undo2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { newDesign } from '../../../shared/document/index.ts';
import type { ManifestFolder } from '../../../shared/host/index.ts';
import type { Proposal } from '../../../shared/importing/index.ts';
import type { Problem } from '../../../shared/lib/problem.ts';
import { useHost } from '../../host/host-context.tsx';
import { tellReading } from '../../host/tell-reading.ts';
import { messageOf } from '../../session/message-of.ts';
import { useSession } from '../../session/session-context.tsx';
import { askClusters } from '../../store/cluster-choice.ts';
import { type ImportClient, workerImportClient } from '../../store/import-client.ts';
import { useStores } from '../../store/stores.tsx';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ProposalView } from './ProposalView.tsx';
import './import.css';

type Step =
  | { readonly kind: 'choose' }
  | { readonly kind: 'busy'; readonly text: string }
  | {
      readonly kind: 'proposal';
      readonly name: string;
      readonly wanted: Proposal;
      readonly proposal: Proposal;
      /** What corrections were made to, the last one last, and what was taken back. */
      readonly past: readonly Proposal[];
      readonly undone: readonly Proposal[];
      readonly isExport: boolean;
      readonly problems: readonly Problem[];
    };

export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const host = useHost();
  const session = useSession();
  const { documents, ui } = useStores();
  const client = useRef<ImportClient>(undefined);
  const [step, setStep] = useState<Step>({ kind: 'choose' });
  const [error, setError] = useState<string>();
  const [byFolder, setByFolder] = useState(false);
  useEffect(() => () => client.current?.stop(), []);

  const tell = (text: string) => setStep((now) => (now.kind === 'busy' ? { kind: 'busy', text } : now));
  const attempt = async (text: string, work: () => Promise<Step | undefined>) => {
    const before = step;
    setError(undefined);
    setStep({ kind: 'busy', text });
    try {
      setStep((await work()) ?? before);
    } catch (reason) {
      setError(messageOf(reason));
      // Whoever stops the worker loses what it has read.
      setStep(client.current === undefined ? { kind: 'choose' } : before);
    }
  };
  const stop = () => {
    void host.stopReading();
    client.current?.stop();
    client.current = undefined;
  };

  const propose = async (name: string, { files, unreadable }: ManifestFolder, byFolder: boolean): Promise<Step> => {
    client.current ??= workerImportClient();
    const { proposal, isExport, problems } = await client.current.read({ name, files, byFolder }, tell);
    const faults = unreadable.map(
      (message): Problem => ({ rule: 'import/unreadable', severity: 'warning', message, fixable: false }),
    );
    const fresh = { wanted: proposal, proposal, past: [], undone: [] };
    return { kind: 'proposal', name, ...fresh, isExport, problems: [...faults, ...problems.map(withPlace)] };
  };

  const read = () =>
    attempt('Reading manifests…', async () => {
      const folder = await host.chooseFolder();
      if (folder === undefined) return undefined;
      const read = await tellReading(host, () => host.readManifests(folder), tell);
      return propose(folder.split(/[\\/]/).at(-1) || 'imported', read, byFolder);
    });

  const readClusters = () =>
    attempt('Reading clusters…', async () => {
      const read = await askClusters('Each context becomes a cluster of one design.');
      if (read === undefined) return undefined;
      const [only, ...more] = read.contexts;
      return propose(more.length === 0 ? (only ?? 'imported') : 'imported', read.folder, true);
    });

  const draw = () =>
    attempt('Drawing…', async () => {
      if (step.kind !== 'proposal' || client.current === undefined) return undefined;
      const isCorrected = step.proposal !== step.wanted;
      const { topology, check, problems } = await client.current.draw(
        isCorrected || !step.isExport ? step.proposal : undefined,
      );
      await session.openText(`${step.name}.zones.yaml`, newDesign(topology));
      const { loadProblems } = documents.getState();
      documents.setState({ loadProblems: [...step.problems, ...problems, ...loadProblems] });
      const differing = check.counts.extra + check.counts.missing;
      ui.getState().show(
        differing === 0
          ? { tone: 'success', text: `The design means what the manifests allow: ${check.pairs} pairs are equal.` }
          : {
              tone: 'warning',
              text: `The design and the manifests differ on ${differing} pairs; the problems name each.`,
            },
      );
      return { kind: 'choose' };
    });

  const isProposal = step.kind === 'proposal';
  const takeBack = (isRedo: boolean) => {
    if (step.kind !== 'proposal') return;
    const { proposal, past, undone } = step;
    const [from, onto] = isRedo ? [undone, past] : [past, undone];
    const found = from.at(-1);
    if (found === undefined) return;
    const [rest, more] = [from.slice(0, -1), [...onto, proposal]];
    setStep({ ...step, proposal: found, past: isRedo ? more : rest, undone: isRedo ? rest : more });
  };
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
          <>
            <Button
              look="quiet"
              icon={<Undo2 size={15} aria-hidden />}
              testId="import-undo"
              disabled={step.past.length === 0}
              onClick={() => takeBack(false)}
            >
              Undo
            </Button>
            <Button
              look="quiet"
              icon={<Redo2 size={15} aria-hidden />}
              testId="import-redo"
              disabled={step.undone.length === 0}
              onClick={() => takeBack(true)}
            >
              Redo
            </Button>
            <span className="import__space" />
            <Button look="quiet" testId="import-back" onClick={() => setStep({ kind: 'choose' })}>
              Back
            </Button>
            <Button look="primary" testId="import-draw" data-autofocus onClick={() => void draw()}>
              Draw the design
            </Button>
          </>
        ) : undefined
      }
    >
      {error !== undefined && (
        <p className="import__error" role="alert" data-testid="import-error">
          {error}
        </p>
      )}
      {step.kind === 'choose' && (
        <div className="import__choose">
          <p>
            Choose a folder of manifests: what a repository holds, what “helm template” or “kustomize build” printed, or
            an export of Zonewright. Namespaces are put into zones as a proposal, which you correct before it is drawn.
          </p>
          <Button
            look="primary"
            icon={<FolderOpen size={15} aria-hidden />}
            testId="import-choose"
            data-autofocus
            onClick={() => void read()}
          >
            Choose a folder…
          </Button>
          <Checkbox
            isOn={byFolder}
            label="Each folder in it is a cluster of its own"
            testId="import-by-folder"
            onChange={setByFolder}
          />
          <p>
            Or read clusters with your kubeconfig and your rights. Only lists of what a design holds are asked for, and
            never Secrets.
          </p>
          <Button icon={<Server size={15} aria-hidden />} testId="import-clusters" onClick={() => void readClusters()}>
            Read clusters…
          </Button>
        </div>
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
          <ProposalView
            proposal={step.proposal}
            onChange={(proposal) => {
              if (proposal !== step.proposal)
                setStep({ ...step, proposal, past: [...step.past, step.proposal], undone: [] });
            }}
          />
        </>
      )}
    </Dialog>
  );
}

/** Files of the estate are no part of the design, so what is wrong in them says where it is. */
function withPlace({ file, line, column: _, ...problem }: Problem): Problem {
  const place = [file, line].filter((part) => part !== undefined).join(':');
  return place === '' ? problem : { ...problem, message: `${place}: ${problem.message}` };
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

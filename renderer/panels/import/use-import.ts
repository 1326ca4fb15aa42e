/** The steps from manifests to a design: what is read, what is proposed and corrected, and what is drawn of it. */
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

export type Step =
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

export function useImport() {
  const host = useHost();
  const session = useSession();
  const { documents, ui } = useStores();
  const client = useRef<ImportClient>(undefined);
  const [step, setStep] = useState<Step>({ kind: 'choose' });
  const [error, setError] = useState<string>();
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

  const read = (byFolder: boolean) =>
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

  const takeBack = (isRedo: boolean) => {
    if (step.kind !== 'proposal') return;
    const { proposal, past, undone } = step;
    const [from, onto] = isRedo ? [undone, past] : [past, undone];
    const found = from.at(-1);
    if (found === undefined) return;
    const [rest, more] = [from.slice(0, -1), [...onto, proposal]];
    setStep({ ...step, proposal: found, past: isRedo ? more : rest, undone: isRedo ? rest : more });
  };

  return {
    step,
    error,
    read,
    readClusters,
    draw,
    stop,
    /** Undo of corrections, or redo. */
    takeBack,
    back: () => setStep({ kind: 'choose' }),
    correct: (proposal: Proposal) => {
      if (step.kind === 'proposal' && proposal !== step.proposal)
        setStep({ ...step, proposal, past: [...step.past, step.proposal], undone: [] });
    },
  };
}

/** Files of the estate are no part of the design, so what is wrong in them says where it is. */
function withPlace({ file, line, column: _, ...problem }: Problem): Problem {
  const place = [file, line].filter((part) => part !== undefined).join(':');
  return place === '' ? problem : { ...problem, message: `${place}: ${problem.message}` };
}

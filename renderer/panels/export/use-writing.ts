/** The steps of writing an export: where to, what changes there, and what was written. */
import { useState } from 'react';
import type { ExportPlan } from '../../../shared/host/index.ts';
import { useHost } from '../../host/host-context.tsx';
import { messageOf } from '../../session/message-of.ts';

export type Step =
  | { readonly kind: 'choose' }
  | { readonly kind: 'busy'; readonly text: string }
  | { readonly kind: 'preview'; readonly plan: ExportPlan }
  | { readonly kind: 'done'; readonly folder: string; readonly written: number; readonly removed: number };

export function useWriting(files: ReadonlyArray<{ readonly path: string; readonly text: string }>) {
  const host = useHost();
  const [step, setStep] = useState<Step>({ kind: 'choose' });
  const [error, setError] = useState<string>();
  /** Files of others that may be overwritten or removed all the same. */
  const [confirmed, setConfirmed] = useState<ReadonlySet<string>>(new Set());

  const attempt = async (text: string, work: () => Promise<Step>) => {
    const before = step;
    setError(undefined);
    setStep({ kind: 'busy', text });
    try {
      setStep(await work());
    } catch (reason) {
      setError(messageOf(reason));
      setStep(before);
    }
  };
  return {
    step,
    error,
    confirmed,
    setConfirmed,
    back: () => setStep({ kind: 'choose' }),
    chooseFolder: () =>
      attempt('Comparing with the folder…', async () => {
        const folder = await host.chooseFolder();
        setConfirmed(new Set());
        if (folder === undefined) return { kind: 'choose' };
        return { kind: 'preview', plan: await host.planExport(folder, files) };
      }),
    zip: (name: string, onSaved: (path: string) => void) =>
      attempt('Writing the archive…', async () => {
        const path = await host.saveZip(name, files);
        if (path !== undefined) onSaved(path);
        return { kind: 'choose' };
      }),
    write: ({ folder, etag }: ExportPlan) =>
      attempt('Writing…', async () => {
        const result = await host.writeExport({ folder, etag }, files, [...confirmed]);
        return { kind: 'done', folder, ...result };
      }),
  };
}

/** Writing the manifests: into a folder, with a look at what changes there first, or as one zip. */
import { Archive, FolderOpen } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { Proof } from '../../../shared/analysis/index.ts';
import type { CoverageNote } from '../../../shared/compile/index.ts';
import { describeReplaced, replacedObjects } from '../../../shared/diff/index.ts';
import type { ExportChange, ExportPlan, ExportPlanEntry } from '../../../shared/host/index.ts';
import type { Problem } from '../../../shared/lib/problem.ts';
import { describeFinding, describePlatformFinding } from '../../../shared/report/index.ts';
import { useHost } from '../../host/host-context.tsx';
import { messageOf } from '../../session/message-of.ts';
import { useExport } from '../../session/use-export.ts';
import { countBySeverity, useProblems } from '../../session/use-problems.ts';
import { useAnalysis, useDocument, useStores } from '../../store/stores.tsx';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { DiffView } from '../../ui/DiffView.tsx';
import './export.css';

type Step =
  | { readonly kind: 'choose' }
  | { readonly kind: 'busy'; readonly text: string }
  | { readonly kind: 'preview'; readonly plan: ExportPlan }
  | { readonly kind: 'done'; readonly folder: string; readonly written: number; readonly removed: number };

/** What the manifests make possible though it is not drawn, or what they do not though it is: in words, of all four proofs. */
function findingsOf(proof: Proof | undefined, kind: 'extra' | 'missing'): string[] {
  if (proof === undefined) return [];
  const { connections, placement, storage, runtime } = proof;
  return [
    ...connections.findings.filter((f) => f.kind === kind).map(describeFinding),
    ...[placement, storage, runtime].flatMap((p) =>
      p.findings.filter((f) => f.kind === kind).map(describePlatformFinding),
    ),
  ];
}

export function ExportDialog({ onClose }: { readonly onClose: () => void }) {
  const host = useHost();
  const { ui } = useStores();
  const name = useDocument((s) => s.topology.metadata.name);
  // What is exported is what the window shows and what was proven: answers about an older revision are waited for.
  const { bundle, isCompiled, isProven } = useExport();
  const [step, setStep] = useState<Step>({ kind: 'choose' });
  const [error, setError] = useState<string>();
  const [confirmed, setConfirmed] = useState<ReadonlySet<string>>(new Set());
  const proof = useAnalysis((s) => s.proof);
  const unread = useDocument((s) => s.loadProblems).filter(isUnread);
  const [isUnprovenWanted, setUnprovenWanted] = useState(false);
  const extra = findingsOf(proof, 'extra');
  const isBlocked = unread.length > 0 || (proof === undefined || extra.length > 0 ? !isUnprovenWanted : false);
  const isReady = isProven && !isBlocked;
  const waiting = isCompiled ? (isProven ? undefined : 'Proving…') : 'Compiling…';
  const files = useMemo(() => (bundle?.files ?? []).map(({ path, text }) => ({ path, text })), [bundle]);

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
  const preview = (folder: string) => host.planExport(folder, files).then((plan): Step => ({ kind: 'preview', plan }));
  const chooseFolder = () =>
    attempt('Comparing with the folder…', async () => {
      const folder = await host.chooseFolder();
      setConfirmed(new Set());
      return folder === undefined ? { kind: 'choose' } : preview(folder);
    });
  const zip = () =>
    attempt('Writing the archive…', async () => {
      const path = await host.saveZip(`${name}.zip`, files);
      if (path !== undefined) {
        onClose();
        ui.getState().show({ tone: 'success', text: `Exported ${files.length} files to ${path}.` });
      }
      return { kind: 'choose' };
    });
  const write = (plan: ExportPlan) =>
    attempt('Writing…', async () => {
      const result = await host.writeExport({ folder: plan.folder, etag: plan.etag }, files, [...confirmed]);
      return { kind: 'done', folder: plan.folder, ...result };
    });

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
            <Button look="quiet" onClick={() => setStep({ kind: 'choose' })}>
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
            <button type="button" data-testid="export-zip" disabled={!isReady} onClick={() => void zip()}>
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
        <div className="export__done" data-testid="export-done">
          <p>
            <strong>{`Wrote ${step.written} ${step.written === 1 ? 'file' : 'files'}${step.removed > 0 ? ` and removed ${step.removed}` : ''}.`}</strong>
          </p>
          <p className="export__path">{`The folder is ${step.folder}.`}</p>
          <p>Apply each cluster with its own context. APPLY.md beside it says in which order, and what to look at.</p>
          <pre>
            {files
              .flatMap(({ path }) => /^([^/]+)\/kustomization\.yaml$/.exec(path)?.[1] ?? [])
              .map((cluster) => `kubectl apply -k ${step.folder}/${cluster}`)
              .join('\n')}
          </pre>
        </div>
      )}
    </Dialog>
  );
}

/** So many that the choices below stay in view. */
function FirstOf({ texts }: { readonly texts: readonly string[] }) {
  const shown = [...new Set(texts)];
  return (
    <ul>
      {shown.slice(0, 4).map((text) => (
        <li key={text}>{text}</li>
      ))}
      {shown.length > 4 && <li>{`and ${shown.length - 4} more`}</li>}
    </ul>
  );
}

/** Errors do not forbid an export: the manifests are right for what could be compiled, and the list says what is not in. */
function Problems() {
  const problems = useProblems();
  const { ui } = useStores();
  const errors = problems.filter((p) => p.severity === 'error');
  if (errors.length === 0) return null;
  const counts = countBySeverity(problems);
  return (
    <section className="export__problems" aria-label="Errors">
      <p>
        <strong>{`${counts.error} ${counts.error === 1 ? 'error' : 'errors'} in the design.`}</strong> What is wrong may
        be left out of the export. You can go on, or look at them first.
      </p>
      <FirstOf texts={errors.map((p) => p.message)} />
      <Button
        look="link"
        onClick={() =>
          ui.getState().set({ dialog: undefined, view: 'design', bottomOpen: true, bottomTab: 'problems' })
        }
      >
        Show the problems
      </Button>
    </section>
  );
}

/** What could not be read is missing from the drawing, so its export would not be the file's. */
function isUnread(problem: Problem): boolean {
  return problem.severity === 'error' && /^(document|yaml)\//.test(problem.rule);
}

function Unread({ problems }: { readonly problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <section className="export__problems" aria-label="Unreadable parts" data-testid="export-unread">
      <p>
        <strong>Part of the file could not be read.</strong> It is missing here, so an export would allow or forbid
        something else than the file says. Set it here and save, or correct the file and open it again.
      </p>
      <FirstOf texts={problems.map((p) => `Line ${p.line ?? '?'}: ${p.message}`)} />
    </section>
  );
}

interface UnprovenProps {
  readonly findings: readonly string[];
  /** What is drawn and would not work; it keeps nobody from exporting. */
  readonly missing: readonly string[];
  readonly hasProof: boolean;
  readonly isWanted: boolean;
  readonly onChange: (isWanted: boolean) => void;
}

/** Manifests that allow more than is drawn are written only on purpose. */
function Unproven({ findings, missing, hasProof, isWanted, onChange }: UnprovenProps) {
  if (hasProof && findings.length === 0)
    return missing.length === 0 ? null : (
      <section className="export__problems" aria-label="Not proven" data-testid="export-missing">
        <p>
          <strong>The manifests do not allow everything that is drawn.</strong> These will not work when they are
          applied. The proof says why.
        </p>
        <FirstOf texts={missing} />
      </section>
    );
  return (
    <section className="export__problems" aria-label="Not proven" data-testid="export-unproven">
      <p>
        <strong>{hasProof ? 'The manifests allow what is not drawn.' : 'The manifests could not be proven.'}</strong>{' '}
        They are not written unless you say so.
      </p>
      <FirstOf texts={findings} />
      <Checkbox label="Write them all the same" isOn={isWanted} onChange={onChange} testId="export-anyway" />
    </section>
  );
}

/** What no manifest of this export can hold, before anybody counts on it. */
function Coverage({ notes }: { readonly notes: readonly CoverageNote[] }) {
  const { ui } = useStores();
  const open = [...new Map(notes.filter((n) => n.state === 'not-enforced').map((n) => [n.subject, n])).values()];
  if (open.length === 0) return null;
  return (
    <section className="export__coverage" aria-label="Coverage" data-testid="export-coverage">
      <p>
        <strong>{`${open.length} ${open.length === 1 ? 'thing' : 'things'} the manifests cannot enforce.`}</strong>{' '}
        Among them:{' '}
        {open
          .slice(0, 3)
          .map((n) => n.subject)
          .join('; ')}
        . Each is named, with what is enforced and by which object, in the coverage.md of its cluster.
      </p>
      <Button
        look="link"
        testId="export-read-coverage"
        onClick={() => ui.getState().set({ dialog: undefined, view: 'manifests', manifest: { path: 'coverage' } })}
      >
        Read the coverage note
      </Button>
    </section>
  );
}

const changeWords: Readonly<Record<ExportChange, { readonly mark: string; readonly word: string }>> = {
  added: { mark: '+', word: 'added' },
  changed: { mark: '~', word: 'changed' },
  removed: { mark: '−', word: 'removed' },
  edited: { mark: '!', word: 'edited by hand' },
  foreign: { mark: '!', word: 'not ours' },
  same: { mark: '=', word: 'same' },
};
const order: readonly ExportChange[] = ['edited', 'foreign', 'changed', 'added', 'removed', 'same'];

interface PreviewProps {
  readonly plan: ExportPlan;
  readonly wanted: ReadonlyArray<{ readonly path: string; readonly text: string }>;
  readonly confirmed: ReadonlySet<string>;
  readonly onConfirm: (paths: ReadonlySet<string>) => void;
}

function Preview({ plan, wanted, confirmed, onConfirm }: PreviewProps) {
  const [showSame, setShowSame] = useState(false);
  const sorted = useMemo(
    () =>
      [...plan.entries]
        .sort((a, b) => order.indexOf(a.change) - order.indexOf(b.change))
        .filter((e) => showSame || e.change !== 'same'),
    [plan, showSame],
  );
  const [selected, setSelected] = useState<string>();
  const current = sorted.find((e) => e.path === selected) ?? sorted[0];
  const texts = useMemo(() => new Map(wanted.map((f) => [f.path, f.text])), [wanted]);
  const counts = order
    .map((change) => ({ change, n: plan.entries.filter((e) => e.change === change).length }))
    .filter((c) => c.n > 0);
  const replaced = useMemo(
    () =>
      new Map(
        plan.entries.flatMap((e) => {
          const [before, after] = [e.before, texts.get(e.path)];
          if (e.change !== 'changed' || before === undefined || after === undefined || !/\.ya?ml$/.test(e.path))
            return [];
          const found = replacedObjects(before, after);
          return found.length === 0 ? [] : [[e.path, found] as const];
        }),
      ),
    [plan, texts],
  );
  const replacedHere = current === undefined ? undefined : replaced.get(current.path);
  const currentPath = current?.path;
  useEffect(() => {
    if (currentPath !== undefined) setSelected(currentPath);
  }, [currentPath]);
  return (
    <div className="export__preview">
      <div className="export__counts" data-testid="export-counts">
        {counts.map(({ change, n }) => (
          <span key={change} className={`export__count export__count--${change}`}>
            {`${n} ${changeWords[change].word}`}
          </span>
        ))}
        <Checkbox label="Show equal files" isOn={showSame} onChange={setShowSame} />
      </div>
      <div className="export__panes">
        <ul className="export__files" aria-label="Files">
          {sorted.length === 0 && <li className="export__none">The folder holds exactly this export already.</li>}
          {sorted.map((e) => (
            <li key={e.path} className={e === current ? 'is-on' : undefined}>
              {needsConsent(e) && (
                <Checkbox
                  labelHidden
                  label={e.wanted === 'removed' ? `Remove ${e.path}` : `Overwrite ${e.path}`}
                  testId={`export-confirm-${e.path}`}
                  isOn={confirmed.has(e.path)}
                  onChange={(isOn) => {
                    const next = new Set(confirmed);
                    if (isOn) next.add(e.path);
                    else next.delete(e.path);
                    onConfirm(next);
                  }}
                />
              )}
              <button
                type="button"
                data-testid={`export-file-${e.path}`}
                title={`${e.path}: ${changeWords[e.change].word}`}
                onClick={() => setSelected(e.path)}
              >
                <span className={`export__mark export__mark--${e.change}`} aria-hidden>
                  {changeWords[e.change].mark}
                </span>
                <span className="export__name">{e.path}</span>
                <span className="visually-hidden">{changeWords[e.change].word}</span>
                {replaced.has(e.path) && <span className="export__replace">replace</span>}
              </button>
            </li>
          ))}
        </ul>
        <div className="export__diff">
          {current !== undefined && (
            <>
              {needsConsent(current) && (
                <p className="export__note">
                  {current.change === 'edited'
                    ? 'Somebody edited this file since it was exported. It stays as it is unless you tick it.'
                    : 'Zonewright did not write this file. It stays as it is unless you tick it.'}
                </p>
              )}
              {replacedHere !== undefined && (
                <p className="export__note" data-testid="export-replace">
                  Kubernetes lets nobody change {replacedHere.map(describeReplaced).join('; ')}. Delete the{' '}
                  {replacedHere.length === 1 ? 'object' : 'objects'} before you apply; APPLY.md says how.
                </p>
              )}
              <DiffView
                key={current.path}
                label={`Change of ${current.path}`}
                before={current.before ?? ''}
                after={
                  current.change === 'removed' || current.wanted === 'removed' ? '' : (texts.get(current.path) ?? '')
                }
              />
            </>
          )}
        </div>
      </div>
    </div>
  );
}

function needsConsent(entry: ExportPlanEntry): boolean {
  return entry.change === 'edited' || entry.change === 'foreign';
}

function writeLabel(plan: ExportPlan, confirmed: ReadonlySet<string>): string {
  const n = plan.entries.filter(
    (e) => ['added', 'changed', 'removed'].includes(e.change) || (needsConsent(e) && confirmed.has(e.path)),
  ).length;
  return n === 0 ? 'Nothing to write' : `Write ${n} ${n === 1 ? 'change' : 'changes'}`;
}

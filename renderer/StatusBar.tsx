import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { exportedFileCount, flowsLeftOut } from '../shared/analysis/index.ts';
import { canvasView } from './canvas/index.ts';
import { useSessionState } from './session/session-context.tsx';
import { countBySeverity, useProblems } from './session/use-problems.ts';
import { useAnalysis, useDocument, useStores } from './store/stores.tsx';

export function StatusBar() {
  const problems = useProblems();
  const counts = countBySeverity(problems);
  const { ui } = useStores();
  return (
    <footer className="status-bar" data-testid="status-bar">
      <ProofState />
      <PlatformState />
      <BundleState />
      <span className="status-bar__gap" />
      <button
        type="button"
        className="status-bar__button"
        data-testid="status-problems"
        onClick={() => ui.getState().set({ view: 'design', bottomOpen: true, bottomTab: 'problems' })}
      >
        {counts.error === 0 && counts.warning === 0 ? (
          <span className="is-fine">✓ No problems</span>
        ) : (
          <>
            {counts.error > 0 && <span className="is-error">{plural(counts.error, 'error')}</span>}
            {counts.warning > 0 && <span className="is-warning">{plural(counts.warning, 'warning')}</span>}
          </>
        )}
        {counts.info > 0 && <span>{plural(counts.info, 'note')}</span>}
      </button>
      <Zoom />
      <FileState />
    </footer>
  );
}

/** One calm line when the export allows exactly what is drawn; otherwise what differs. It never claims more than was proven. */
function ProofState() {
  const proof = useAnalysis((s) => s.proof?.connections);
  const provenRevision = useAnalysis((s) => s.provenRevision);
  const failure = useAnalysis((s) => s.failure);
  const revision = useDocument((s) => s.revision);
  const notExported = useAnalysis((s) => s.analysis && flowsLeftOut(s.analysis.bundle.problems).length);
  if (failure !== undefined) {
    return (
      <ProofButton tone="is-error" title={failure}>
        ✕ Judging failed; what is shown may be old
      </ProofButton>
    );
  }
  if (proof === undefined || provenRevision !== revision) {
    return (
      <ProofButton tone="is-dim" title="Holding the export against the drawing.">
        Proving…
      </ProofButton>
    );
  }
  const { counts, equal } = proof;
  const differing = (
    [
      [counts.extra, 'allowed though not drawn'],
      [counts.missing, 'drawn though not allowed'],
      [counts['extra-by-address'], 'extra by address'],
      [counts['cannot-say'], 'that cannot be judged'],
    ] as const
  ).filter(([count]) => count > 0);
  if (equal === 0 && differing.length === 0 && !notExported) {
    return (
      <ProofButton tone="is-dim" title="A proof compares drawn flows with policies in a cluster.">
        Nothing to prove yet
      </ProofButton>
    );
  }
  // What is left out is left out of the picture that is proven too, so it has to be said beside “proven”.
  const missing = notExported
    ? `${plural(notExported, 'drawn flow')} ${notExported === 1 ? 'is' : 'are'} not exported`
    : '';
  const isFine = differing.length === 0 && missing === '';
  const tone = counts.extra + counts.missing > 0 ? 'is-error' : isFine ? 'is-fine' : 'is-warning';
  const text =
    differing.length === 0 && missing !== ''
      ? `▲ Proven, but ${missing} · ${plural(equal, 'connection')}`
      : differing.length === 0
        ? `✓ Proven: the policies allow exactly what is drawn · ${plural(equal, 'connection')}`
        : `${tone === 'is-error' ? '✕' : '▲'} ${differing.map(([count, words]) => `${count} ${words}`).join(' · ')}${missing === '' ? '' : ` · ${missing}`} · ${equal} proven`;
  return (
    <ProofButton tone={tone} title={proof.choices.join('\n')}>
      {text}
    </ProofButton>
  );
}

interface ProofButtonProps {
  readonly tone: string;
  readonly title: string;
  readonly children: string;
}

/** One button whatever the proof says, so that a click counts while the answer is on its way. */
function ProofButton({ tone, title, children }: ProofButtonProps) {
  const { ui } = useStores();
  return (
    <button
      type="button"
      className={`status-bar__button ${tone}`}
      data-testid="status-proof"
      title={title}
      onClick={() => ui.getState().set({ view: 'design', bottomOpen: true, bottomTab: 'proof' })}
    >
      {children}
    </button>
  );
}

/** Placement, storage and runtimes: a word each while they are proven, a count for each kind of difference otherwise. */
function PlatformState() {
  const proof = useAnalysis((s) => s.proof);
  const provenRevision = useAnalysis((s) => s.provenRevision);
  const revision = useDocument((s) => s.revision);
  if (proof === undefined) return null;
  const isOld = provenRevision !== revision;
  return (['placement', 'storage', 'runtime'] as const).map((name) => {
    const { counts, equal, findings } = proof[name];
    const differing = (
      [
        [counts.extra, 'extra'],
        [counts.missing, 'missing'],
        [counts['cannot-say'], 'cannot be said'],
      ] as const
    ).filter(([count]) => count > 0);
    // A design without zones in a cluster asks nothing, so there is nothing to claim.
    if (equal === 0 && differing.length === 0) return null;
    const tone =
      differing.length === 0 || isOld ? 'is-dim' : counts.extra + counts.missing > 0 ? 'is-error' : 'is-warning';
    const text =
      differing.length === 0
        ? '✓'
        : `${tone === 'is-error' ? '✕ ' : '▲ '}${differing.map((d) => d.join(' ')).join(' · ')}`;
    const more = findings.length > shownFindings ? [`and ${findings.length - shownFindings} more`] : [];
    return (
      <span
        key={name}
        className={tone}
        data-testid={`status-${name}`}
        title={[...findings.slice(0, shownFindings).map((f) => `${f.what} ${f.reason}`), ...more].join('\n')}
      >
        {isOld ? `${name} …` : `${name} ${text}`}
      </span>
    );
  });
}

/** How many findings fit into a tooltip. */
const shownFindings = 5;

/** How much would be exported. */
function BundleState() {
  const bundle = useAnalysis((s) => s.analysis?.bundle);
  const isBusy = useAnalysis((s) => s.isBusy);
  const text = useMemo(() => {
    const objects = bundle?.files.reduce((n, f) => n + f.objects.length, 0);
    if (bundle === undefined || objects === undefined) return 'Compiling…';
    if (objects === 0) return 'Nothing to export yet';
    return `${plural(objects, 'object')} in ${plural(exportedFileCount(bundle), 'file')}`;
  }, [bundle]);
  if (bundle === undefined) return <span className="is-dim">{text}</span>;
  return (
    <span className={isBusy ? 'is-dim' : undefined} data-testid="status-bundle">
      {text}
    </span>
  );
}

function Zoom() {
  const zoom = useStore(canvasView, (s) => (s.api === undefined ? undefined : s.zoom));
  if (zoom === undefined) return null;
  return <span className="status-bar__zoom" data-testid="status-zoom">{`${Math.round(zoom * 100)} %`}</span>;
}

function FileState() {
  const isDirty = useDocument((s) => s.isDirty);
  const path = useDocument((s) => s.origin.path);
  const savedAt = useSessionState((s) => s.savedAt);
  const isSaving = useSessionState((s) => s.isSaving);
  const now = useNow(5000);
  if (isSaving) return <span data-testid="status-file">saving…</span>;
  const saved =
    savedAt === undefined ? (path === undefined ? 'not saved yet' : 'as on disk') : `saved ${ago(now - savedAt)}`;
  return <span data-testid="status-file">{isDirty && path !== undefined ? 'unsaved edits' : saved}</span>;
}

function useNow(every: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

function ago(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return `${Math.floor(seconds / 3600)} h ago`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

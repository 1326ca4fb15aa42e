/** What a window shows before a design is open: templates, recent designs, recovered edits, and why a file did not open. */
import { FileText, FolderOpen, Plus, RotateCcw, X } from 'lucide-react';
import { useMemo } from 'react';
import { ActionButton } from '../../actions/ActionButton.tsx';
import { useSession, useSessionState } from '../../session/session-context.tsx';
import type { OpenFailure } from '../../session/session-state.ts';
import { useStores, useUi } from '../../store/stores.tsx';
import { Button } from '../../ui/Button.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { describeTemplate } from './describe-template.ts';
import { Thumbnail } from './Thumbnail.tsx';
import './templates.css';

export function StartPanel() {
  const failure = useSessionState((s) => s.failure);
  const isReady = useSessionState((s) => s.isReady);
  if (failure !== undefined) return <FailureView failure={failure} />;
  if (!isReady) return <div className="start" data-testid="start-loading" aria-busy="true" />;
  return (
    <div className="start" data-testid="start-screen">
      <div className="start__page">
        <header className="start__head">
          <div>
            <h1>Draw zones. Export what enforces them.</h1>
            <p>Start from a template, open a design, import what is there, or draw on an empty canvas.</p>
          </div>
          <div className="start__buttons">
            <ActionButton id="file.import" withIcon />
            <ActionButton id="file.open" withIcon />
          </div>
        </header>
        <Recoveries />
        <Templates />
        <Recent />
      </div>
    </div>
  );
}

function Templates() {
  const session = useSession();
  const templates = useSessionState((s) => s.templates);
  const described = useMemo(() => templates.map(describeTemplate), [templates]);
  return (
    <section aria-labelledby="start-templates">
      <h2 id="start-templates" className="start__heading">
        Templates
      </h2>
      <ul className="start__cards">
        {described.map((t) => (
          <li key={t.id}>
            <button
              type="button"
              className="start__card"
              data-testid={`template-${t.id}`}
              onClick={() => void session.openTemplate(t.id)}
            >
              <span className="start__picture">{t.topology && <Thumbnail topology={t.topology} />}</span>
              <span className="start__title">{t.title}</span>
              <span className="start__text">{t.description}</span>
              <span className="start__facts">{t.facts}</span>
            </button>
          </li>
        ))}
        <li>
          <button
            type="button"
            className="start__card"
            data-testid="template-empty"
            onClick={() => void session.newDesign()}
          >
            <span className="start__picture start__picture--empty">
              <Plus size={28} strokeWidth={1.5} aria-hidden />
            </span>
            <span className="start__title">Empty design</span>
            <span className="start__text">Nothing but the outside. Draw the first zone.</span>
          </button>
        </li>
      </ul>
    </section>
  );
}

function Recent() {
  const session = useSession();
  const recent = useSessionState((s) => s.recent);
  if (recent.length === 0) return null;
  return (
    <section aria-labelledby="start-recent">
      <h2 id="start-recent" className="start__heading">
        Recent designs
      </h2>
      <ul className="start__list">
        {recent.slice(0, 8).map((file) => (
          <li key={file.path}>
            <button
              type="button"
              className="start__row"
              data-testid="recent-file"
              title={file.path}
              onClick={() => void session.openPath(file.path)}
            >
              <FileText size={15} aria-hidden />
              <span className="start__name">{file.name}</span>
              <span className="start__path">
                {/* Cut off at its beginning, and still read from left to right. */}
                <bdi>{file.path === file.name ? '' : file.path}</bdi>
              </span>
              <time className="start__time" dateTime={file.openedAt}>
                {when(file.openedAt)}
              </time>
            </button>
            <IconButton
              label={`Forget ${file.name}`}
              icon={<X size={14} aria-hidden />}
              onClick={() => void session.forgetRecent(file.path)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Recoveries() {
  const session = useSession();
  const recoveries = useSessionState((s) => s.recoveries);
  if (recoveries.length === 0) return null;
  return (
    <section aria-labelledby="start-recovered" className="start__recovered" data-testid="recoveries">
      <h2 id="start-recovered" className="start__heading">
        Unsaved edits
      </h2>
      <ul className="start__list">
        {recoveries.map((r) => (
          <li key={r.id}>
            <RotateCcw size={15} aria-hidden />
            <span
              className="start__name"
              title={r.path ?? r.name}
            >{`Unsaved changes of ${r.name} from ${when(r.savedAt)}`}</span>
            <Button size="small" look="primary" testId="recovery-restore" onClick={() => void session.restore(r)}>
              Restore
            </Button>
            <Button size="small" testId="recovery-discard" onClick={() => void session.discardRecovery(r.id)}>
              Discard
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function FailureView({ failure }: { readonly failure: OpenFailure }) {
  const session = useSession();
  const started = useUi((s) => s.started);
  const name = useStores().documents.getState().origin.name;
  return (
    <div className="start" data-testid="open-failure">
      <div className="start__page start__page--narrow">
        <h1>{`${failure.name} could not be opened`}</h1>
        <p>The file on disk is untouched.</p>
        {failure.message !== undefined && <p className="start__failure">{failure.message}</p>}
        {failure.problems.length > 0 && (
          <ul className="start__problems">
            {failure.problems.map((p) => (
              <li key={`${p.rule}:${p.line}:${p.column}:${p.message}`}>
                <code>{[p.file ?? failure.name, p.line, p.column].filter((x) => x !== undefined).join(':')}</code>
                <span>{p.message}</span>
              </li>
            ))}
          </ul>
        )}
        <div className="start__buttons">
          {failure.path !== undefined && (
            <Button
              look="primary"
              testId="failure-retry"
              onClick={() => {
                session.dismissFailure();
                void session.openPath(failure.path ?? '');
              }}
            >
              Try again
            </Button>
          )}
          <Button
            icon={<FolderOpen size={15} aria-hidden />}
            testId="failure-open"
            onClick={() => void session.chooseAndOpen()}
          >
            Open another…
          </Button>
          <Button look="quiet" testId="failure-back" onClick={() => session.dismissFailure()}>
            {started ? `Back to ${name}` : 'Back to the start'}
          </Button>
        </div>
      </div>
    </div>
  );
}

function when(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const sameDay = date.toDateString() === new Date().toDateString();
  const two = (n: number) => String(n).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return sameDay ? time : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}

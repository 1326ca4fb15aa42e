/** What somebody who holds a workload or a zone can reach, hop by hop; the canvas shows the same. */
import { X } from 'lucide-react';
import { useEffect } from 'react';
import { findRecord, lookup, type Ref, refKey } from '../../../shared/model/index.ts';
import { useReach } from '../../store/reach-client.ts';
import { useDocument, useStores, useUi } from '../../store/stores.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import './explain.css';

const mostShown = 40;

export function BlastPanel({ origin }: { readonly origin: Ref }) {
  const { ui } = useStores();
  const topology = useDocument((s) => s.topology);
  const isThere = findRecord(topology, origin) !== undefined;
  const { answer, failure } = useReach(isThere ? { ask: 'blast', origin } : undefined);
  const selection = useUi((s) => s.selection);
  const index = lookup(topology);
  useEscape();
  const reached = answer?.levels.reduce((n, level) => n + level.refs.length, 0) ?? 0;
  const own = answer === undefined ? [] : Object.values(answer.hops).filter((hop) => hop === 0);
  const isSelected = (r: Ref) => selection.some((s) => refKey(s) === refKey(r));
  return (
    <aside className="explain blast" data-testid="blast" aria-label="Blast radius">
      <header className="explain__head">
        <h2>Blast radius</h2>
        <IconButton
          label="Close (Escape)"
          icon={<X size={16} aria-hidden />}
          testId="blast-close"
          onClick={() => ui.getState().set({ blast: undefined })}
        />
      </header>
      <p className="blast__lead">
        {'Somebody holds '}
        <strong>{index.titleOf(origin)}</strong>
        {'. By the exported manifests, hop by hop:'}
      </p>
      {failure !== undefined && <p className="explain__empty is-error">{`This could not be answered: ${failure}`}</p>}
      {!isThere && <p className="explain__empty">It is not in the design any more.</p>}
      {answer === undefined ? (
        isThere && failure === undefined && <p className="explain__empty">Asking the manifests…</p>
      ) : (
        <>
          <p className="blast__sum" data-testid="blast-sum">
            {own.length === 0
              ? 'No workload runs there.'
              : reached === 0
                ? 'Nothing else can be reached.'
                : `${reached} ${reached === 1 ? 'end' : 'ends'} within reach, ${answer.levels.length === 1 ? 'all in one hop' : `in up to ${answer.levels.length} hops`}.`}
          </p>
          {answer.levels.map(({ hop, refs }) => (
            <section key={hop} className="blast__level" data-testid={`blast-hop-${hop}`}>
              <h3>
                <span className={`hop-badge is-hop-${Math.min(hop, 4)}`}>{hop}</span>
                {hop === 1 ? 'one hop' : `${hop} hops`}
                <span className="blast__count">{refs.length}</span>
              </h3>
              <ul>
                {refs.slice(0, mostShown).map((r) => (
                  <li key={refKey(r)}>
                    <button
                      type="button"
                      className={`blast__row${isSelected(r) ? ' is-on' : ''}`}
                      onClick={() => ui.getState().revealRefs([r])}
                    >
                      <span>{index.titleOf(r)}</span>
                      <span className="blast__where">{placeOf(index, r)}</span>
                    </button>
                  </li>
                ))}
                {refs.length > mostShown && <li className="blast__more">{`and ${refs.length - mostShown} more`}</li>}
              </ul>
            </section>
          ))}
          {answer.isolation.length > 0 && (
            <section className="blast__isolation" data-testid="blast-isolation">
              <h3>When the container itself is broken out of</h3>
              {answer.isolation.map((note) => (
                <div key={note.text} className={`blast__note is-${note.isolation}`}>
                  {answer.isolation.length > 1 && (
                    <p className="blast__who">
                      {note.workloads
                        .slice(0, 5)
                        .map((id) => index.titleOf({ kind: 'workload', id }))
                        .join(', ')}
                      {note.workloads.length > 5 && ` and ${note.workloads.length - 5} more`}
                    </p>
                  )}
                  <p>{note.text}</p>
                  {note.atRisk.length > 0 && (
                    <p className="blast__risk">
                      {note.atRisk.slice(0, mostShown).map((id) => (
                        <button
                          key={id}
                          type="button"
                          className="explain__link"
                          onClick={() => ui.getState().revealRefs([{ kind: 'workload', id }])}
                        >
                          {index.titleOf({ kind: 'workload', id })}
                        </button>
                      ))}
                      {note.atRisk.length > mostShown && `and ${note.atRisk.length - mostShown} more`}
                    </p>
                  )}
                </div>
              ))}
            </section>
          )}
        </>
      )}
    </aside>
  );
}

function placeOf(index: ReturnType<typeof lookup>, r: Ref): string {
  if (r.kind === 'external') return 'outside';
  const zone = index.zoneOf(r);
  return zone === undefined ? '' : index.titleOf({ kind: 'zone', id: zone });
}

/** Escape ends it, before it deselects anything. */
function useEscape(): void {
  const { ui } = useStores();
  useEffect(() => {
    const onKeyDown = (e: KeyboardEvent) => {
      if (e.key !== 'Escape' || ui.getState().dialog !== undefined) return;
      e.stopPropagation();
      e.preventDefault();
      ui.getState().set({ blast: undefined });
    };
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, [ui]);
}

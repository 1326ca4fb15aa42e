import { useState } from 'react';
import type { ReachTableRow } from '../../../../shared/analysis/index.ts';
import type { Ref } from '../../../../shared/model/index.ts';
import { portsText } from '../../../../shared/reach/index.ts';
import { ActionButton } from '../../../actions/ActionButton.tsx';
import { useReach } from '../../../store/reach-client.ts';
import { useStores } from '../../../store/stores.tsx';
import { Section } from '../../../ui/Section.tsx';

/** Rows of one direction that are shown before somebody asks for all. */
const mostRows = 15;

/** Who can reach a workload and whom it can reach, as the engine reads the exported manifests; each row says why. */
export function ReachSection({ of }: { readonly of: Ref }) {
  if (of.kind !== 'workload' && of.kind !== 'zone' && of.kind !== 'namespace') return null;
  return (
    <Section title="Reachability by the manifests" testId="reachability">
      {of.kind === 'workload' && <Table workload={of.id} />}
      <div className="inspector__actions">
        <ActionButton id="go.blast-radius" />
        {of.kind === 'workload' && <ActionButton id="go.explain" label="Why?" />}
      </div>
    </Section>
  );
}

function Table({ workload }: { readonly workload: string }) {
  const { answer, isBusy, failure } = useReach({ ask: 'table', workload });
  const [isWhole, setWhole] = useState(false);
  if (failure !== undefined) return <p className="inspector__text">{`This could not be answered: ${failure}`}</p>;
  if (answer === undefined) return <p className="inspector__text">Asking the manifests…</p>;
  if (answer.length === 0) return <p className="inspector__text">There is nobody else in the export.</p>;
  const incoming = answer.filter((row) => row.direction === 'in');
  const outgoing = answer.filter((row) => row.direction === 'out');
  const shown = isWhole ? answer : [...incoming.slice(0, mostRows), ...outgoing.slice(0, mostRows)];
  return (
    <>
      <ul className="inspector__list" style={{ opacity: isBusy ? 0.6 : 1 }}>
        {shown.map((row) => (
          <Row key={`${row.direction} ${JSON.stringify(row.peer)}`} row={row} workload={workload} />
        ))}
      </ul>
      {shown.length < answer.length && (
        <button type="button" className="inspector__more" data-testid="reach-all" onClick={() => setWhole(true)}>
          {`Show all ${answer.length}`}
        </button>
      )}
    </>
  );
}

function Row({ row, workload }: { readonly row: ReachTableRow; readonly workload: string }) {
  const { ui } = useStores();
  const { direction, peer, title, ports } = row;
  const isAllowed = ports.length > 0;
  const self = { kind: 'workload', id: workload } as const;
  const what = isAllowed ? portsText(ports).replaceAll('TCP ', '') : 'any';
  return (
    <li>
      <button
        type="button"
        className="inspector__row"
        data-testid={`reach-${direction}-${peer.kind === 'addresses' ? 'addresses' : peer.id}`}
        title="Why?"
        onClick={() =>
          ui.getState().set({
            blast: undefined,
            explain: direction === 'in' ? { from: peer, to: self } : { from: self, to: peer },
          })
        }
      >
        <span className="inspector__row-main">
          {direction === 'in' ? `${title} → ${what}` : `→ ${title}${isAllowed ? ` ${what}` : ''}`}
        </span>
        <span className={`inspector__verdict${isAllowed ? ' is-fine' : ''}`}>{isAllowed ? 'allowed' : 'denied'}</span>
      </button>
    </li>
  );
}

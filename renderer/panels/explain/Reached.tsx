/** Whom one end reaches, or who reaches it, while the other end is not chosen: each row asks why. */
import { type AskedEnd, endKey, type ReachTableRow } from '../../../shared/analysis/index.ts';
import { portsText } from '../../../shared/reach/index.ts';
import { useReach } from '../../store/reach-client.ts';

interface ReachedProps {
  readonly workload: string;
  /** `out`: the workload sends, and receivers are listed. */
  readonly direction: ReachTableRow['direction'];
  readonly onChoose: (peer: AskedEnd) => void;
}

export function Reached({ workload, direction, onChoose }: ReachedProps) {
  const { answer, failure } = useReach({ ask: 'table', workload });
  if (failure !== undefined)
    return <p className="explain__empty is-error">{`This could not be answered: ${failure}`}</p>;
  if (answer === undefined) return <p className="explain__empty">Asking the manifests…</p>;
  const rows = answer.filter((row) => row.direction === direction);
  const reached = rows.filter((row) => row.ports.length > 0);
  const others = rows.filter((row) => row.ports.length === 0);
  const list = (title: string, shown: readonly ReachTableRow[]) =>
    shown.length > 0 && (
      <section className="explain__reached">
        <h3>
          {title} <span className="explain__label">{shown.length}</span>
        </h3>
        <ul>
          {shown.map((row) => (
            <li key={endKey(row.peer)}>
              <button type="button" data-testid={`explain-peer-${endKey(row.peer)}`} onClick={() => onChoose(row.peer)}>
                <span>{row.title}</span>
                <span className="explain__label">{row.ports.length > 0 ? portsText(row.ports) : ''}</span>
              </button>
            </li>
          ))}
        </ul>
      </section>
    );
  return (
    <div data-testid="explain-reached">
      <p className="explain__empty">
        {direction === 'out'
          ? 'What this workload reaches, by the exported manifests. Choose a receiver to see why.'
          : 'Who reaches this workload, by the exported manifests. Choose a sender to see why.'}
      </p>
      {list(direction === 'out' ? 'Can reach' : 'Can be reached by', reached)}
      {list(direction === 'out' ? 'Cannot reach' : 'Cannot be reached by', others)}
    </div>
  );
}

/** What the selected entry means and what can be done about it; and what became of every line of the log. */
import { X } from 'lucide-react';
import { useMemo } from 'react';
import { lookup, type Topology } from '../../../shared/model/index.ts';
import { type Account, accountProblems } from '../../../shared/observed/index.ts';
import { isDropped, type ObservedEntry } from '../../store/observed-store.ts';
import { useDocument, useObserved, useStores } from '../../store/stores.tsx';
import { Button } from '../../ui/Button.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { ChooseLog } from './ChooseLog.tsx';
import { drawSeen } from './draw-seen.ts';
import { titleOfEnd } from './observed-words.ts';
import { useMending } from './use-mending.ts';

export function ObservedDetails() {
  const entry = useObserved((s) => s.entries.find((e) => e.id === s.selected));
  const account = useObserved((s) => s.observed?.account);
  return (
    <div className="observed__details">
      {entry !== undefined && <Selected entry={entry} />}
      {account !== undefined && <AccountOfLines account={account} />}
    </div>
  );
}

function Selected({ entry }: { readonly entry: ObservedEntry }) {
  const topology = useDocument((s) => s.topology);
  const mend = useMending();
  const drawn = useMemo(
    () => (entry.class === 'not-drawn' ? drawSeen(topology, entry.seen) : undefined),
    [entry, topology],
  );
  const why = drawn !== undefined && 'why' in drawn ? drawn.why : undefined;
  return (
    <section className="observed__selected" data-testid="observed-selected">
      <p>{[meaningOf(entry, topology), why].filter(Boolean).join(' ')}</p>
      {drawn !== undefined && why === undefined && (
        <Button
          size="small"
          look="primary"
          testId="observed-draw"
          title="Enter in the list"
          onClick={() => mend(entry)}
        >
          Draw the flow
        </Button>
      )}
      {entry.class === 'never-seen' && (
        <Button size="small" testId="observed-remove" title="Delete in the list" onClick={() => mend(entry)}>
          Remove the flow
        </Button>
      )}
    </section>
  );
}

function meaningOf(entry: ObservedEntry, topology: Topology): string {
  if (entry.class === 'never-seen')
    return `Flow “${entry.flow}” is drawn and no line of the log tells of it. If the log is long enough to trust, it can be removed.`;
  const { seen } = entry;
  const [from, to] = [titleOfEnd(topology, seen.from), titleOfEnd(topology, seen.to)];
  const port = `${seen.port}/${seen.protocol.toLowerCase()}`;
  if (entry.class === 'drawn') {
    const index = lookup(topology);
    const causes = seen.causes.map((c) => `${c.kind} “${c.kind === 'flow' ? c.id : index.titleOf(c)}”`).join(', ');
    return `${from} reaches ${to} on ${port}, as drawn by ${causes}.`;
  }
  return isDropped(seen)
    ? `${from} tries to reach ${to} on ${port}. Nothing drawn means it, and a policy drops it already.`
    : `${from} reaches ${to} on ${port}, and nothing drawn means it: an export would break it.`;
}

function AccountOfLines({ account }: { readonly account: Account }) {
  const { observed } = useStores();
  const name = useObserved((s) => s.log?.name ?? '');
  const { lines, laidOver, repeats, ofNodes } = account;
  const number = (n: number) => n.toLocaleString('en');
  return (
    <section className="observed__account" data-testid="observed-account">
      <div className="observed__account-head">
        <strong title={name}>{name}</strong>
        <ChooseLog label="Another…" />
        <IconButton
          label="Take the log away"
          testId="observed-close"
          icon={<X size={14} aria-hidden />}
          onClick={() => observed.getState().close()}
        />
      </div>
      <p>
        {`${number(lines)} lines, ${number(laidOver)} of them listed. ${number(repeats)} tell of the same connections again (replies, services), ${number(ofNodes)} of nodes.`}
      </p>
      <ul>
        {accountProblems(account).map(({ rule, severity, message }) => (
          <li key={rule} data-testid={`observed-account-${rule.split('/')[1]}`}>
            <span className={`severity-mark severity-mark--${severity}`} role="img" aria-label={severity}>
              {severity === 'warning' ? '▲' : '○'}
            </span>
            {message}
          </li>
        ))}
      </ul>
    </section>
  );
}

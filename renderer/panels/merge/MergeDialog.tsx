/** Where somebody else changed the file meanwhile: what comes in, and what has to be decided, by record and field. */
import { useMemo, useState } from 'react';
import { facts } from '../../../shared/analysis/index.ts';
import {
  describeField,
  diffFields,
  diffTopology,
  type Merge,
  type MergeConflict,
  resolveConflicts,
  valueText,
} from '../../../shared/diff/index.ts';
import { isMap } from '../../../shared/lib/is-map.ts';
import { useSession } from '../../session/session-context.tsx';
import { useDocument } from '../../store/stores.tsx';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import './merge.css';

type Choice = 'ours' | 'theirs';

export function MergeDialog({ merge, onClose }: { readonly merge: Merge; readonly onClose: () => void }) {
  const session = useSession();
  const ours = useDocument((s) => s.topology);
  const name = useDocument((s) => s.origin.name);
  const [choices, setChoices] = useState<ReadonlyMap<MergeConflict, Choice>>(new Map());
  const { conflicts } = merge;
  const incoming = useMemo(
    () => diffTopology(ours, merge.merged, facts).filter((e) => e.subject.kind !== 'layout'),
    [ours, merge],
  );
  const left = conflicts.length - choices.size;
  const all = (choice: Choice) => setChoices(new Map(conflicts.map((c) => [c, choice])));
  const finish = () =>
    session.finishMerge(resolveConflicts(merge, new Set(conflicts.filter((c) => choices.get(c) === 'theirs'))));
  return (
    <Dialog
      title={`Merge with ${name} on disk`}
      testId="merge-dialog"
      width={880}
      tall={conflicts.length > 3}
      onClose={onClose}
      footer={
        <>
          {conflicts.length > 1 && (
            <span className="merge__all">
              <Button look="quiet" testId="merge-all-ours" onClick={() => all('ours')}>
                All mine
              </Button>
              <Button look="quiet" testId="merge-all-theirs" onClick={() => all('theirs')}>
                All theirs
              </Button>
            </span>
          )}
          <Button look="quiet" testId="merge-cancel" onClick={onClose}>
            Cancel
          </Button>
          <Button
            look="primary"
            testId="merge-finish"
            disabled={left > 0}
            {...(conflicts.length === 0 && { 'data-autofocus': true })}
            onClick={finish}
          >
            {left > 0 ? `${left} left to decide` : 'Merge'}
          </Button>
        </>
      }
    >
      {incoming.length > 0 ? (
        <details className="merge__incoming" open={conflicts.length === 0}>
          <summary data-testid="merge-incoming">
            {`${incoming.length} ${incoming.length === 1 ? 'change comes' : 'changes come'} in from the file as ${incoming.length === 1 ? 'it is' : 'they are'}`}
          </summary>
          <ul>
            {incoming.slice(0, 200).map((entry) => (
              <li key={`${entry.subject.kind} ${entry.subject.id}`}>{entry.title}</li>
            ))}
            {incoming.length > 200 && <li>{`and ${incoming.length - 200} more`}</li>}
          </ul>
        </details>
      ) : (
        <p className="merge__incoming">Nothing else comes in from the file.</p>
      )}
      {conflicts.length > 0 && (
        <div className="merge__conflicts">
          <div className="merge__head" aria-hidden>
            <span>Both changed</span>
            <span>Before</span>
            <span>Mine</span>
            <span>Theirs</span>
          </div>
          {conflicts.map((conflict, i) => (
            <Conflict
              key={conflict.path.join('/')}
              conflict={conflict}
              number={i}
              choice={choices.get(conflict)}
              onChoose={(choice) => setChoices(new Map(choices).set(conflict, choice))}
            />
          ))}
        </div>
      )}
    </Dialog>
  );
}

function Conflict({
  conflict,
  number,
  choice,
  onChoose,
}: {
  readonly conflict: MergeConflict;
  readonly number: number;
  readonly choice: Choice | undefined;
  readonly onChoose: (choice: Choice) => void;
}) {
  const { title, base, ours, theirs } = conflict;
  return (
    <fieldset
      className={`merge__row${choice === undefined ? '' : ' is-decided'}`}
      data-testid={`merge-conflict-${conflict.subject.kind}-${conflict.subject.id}`}
    >
      <legend className="visually-hidden">{title}</legend>
      <span className="merge__title" aria-hidden>
        {title}
      </span>
      <span className="merge__value is-base">{base === undefined ? 'not there' : valueText(base)}</span>
      {(['ours', 'theirs'] as const).map((side) => (
        <label key={side} className={`merge__value merge__choice${choice === side ? ' is-on' : ''}`}>
          <input
            type="radio"
            name={`conflict-${number}`}
            data-testid={`merge-${side}`}
            aria-label={`${side === 'ours' ? 'Mine' : 'Theirs'}: ${textOf(side === 'ours' ? ours : theirs, base)}`}
            checked={choice === side}
            {...(number === 0 && side === 'ours' && { 'data-autofocus': true })}
            onChange={() => onChoose(side)}
          />
          <span>{textOf(side === 'ours' ? ours : theirs, base)}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Of a whole record only what its side changed: the rest is the same as before. */
function textOf(value: unknown, base: unknown): string {
  if (value === undefined) return base === undefined ? 'not there' : 'removed';
  if (!isMap(base) || !isMap(value)) return valueText(value);
  const changes = diffFields(base, value).map(describeField);
  return changes.length === 0 ? 'kept as it was' : changes.join(' ');
}

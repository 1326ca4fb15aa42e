/** What an export changes in a folder, before anything is written: the files on the left, the one that is chosen on the right. */
import { useEffect, useMemo, useState } from 'react';
import { describeReplaced, replacedObjects } from '../../../shared/diff/index.ts';
import type { ExportChange, ExportPlan, ExportPlanEntry } from '../../../shared/host/index.ts';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { DiffView } from '../../ui/DiffView.tsx';

const changeWords: Readonly<Record<ExportChange, { readonly mark: string; readonly word: string }>> = {
  added: { mark: '+', word: 'added' },
  changed: { mark: '~', word: 'changed' },
  removed: { mark: '−', word: 'removed' },
  edited: { mark: '!', word: 'edited by hand' },
  foreign: { mark: '!', word: 'not ours' },
  same: { mark: '=', word: 'same' },
};
const order: readonly ExportChange[] = ['edited', 'foreign', 'changed', 'added', 'removed', 'same'];

type Replaced = ReturnType<typeof replacedObjects>;

interface PreviewProps {
  readonly plan: ExportPlan;
  readonly wanted: ReadonlyArray<{ readonly path: string; readonly text: string }>;
  readonly confirmed: ReadonlySet<string>;
  readonly onConfirm: (paths: ReadonlySet<string>) => void;
}

export function Preview({ plan, wanted, confirmed, onConfirm }: PreviewProps) {
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
  const replaced = useMemo(() => replacedIn(plan, texts), [plan, texts]);
  const currentPath = current?.path;
  useEffect(() => {
    if (currentPath !== undefined) setSelected(currentPath);
  }, [currentPath]);
  return (
    <div className="export__preview">
      <div className="export__counts" data-testid="export-counts">
        <Counts entries={plan.entries} />
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
              <FileButton entry={e} isReplaced={replaced.has(e.path)} onClick={() => setSelected(e.path)} />
            </li>
          ))}
        </ul>
        <div className="export__diff">
          {current !== undefined && (
            <Change entry={current} text={texts.get(current.path) ?? ''} replaced={replaced.get(current.path)} />
          )}
        </div>
      </div>
    </div>
  );
}

/** By path, the objects that Kubernetes lets nobody change in place. */
function replacedIn(plan: ExportPlan, texts: ReadonlyMap<string, string>): ReadonlyMap<string, Replaced> {
  return new Map(
    plan.entries.flatMap(({ path, change, before }) => {
      const after = texts.get(path);
      if (change !== 'changed' || before === undefined || after === undefined || !/\.ya?ml$/.test(path)) return [];
      const found = replacedObjects(before, after);
      return found.length === 0 ? [] : [[path, found] as const];
    }),
  );
}

function Counts({ entries }: { readonly entries: readonly ExportPlanEntry[] }) {
  const counts = order.map((change) => ({ change, n: entries.filter((e) => e.change === change).length }));
  return counts
    .filter(({ n }) => n > 0)
    .map(({ change, n }) => (
      <span key={change} className={`export__count export__count--${change}`}>
        {`${n} ${changeWords[change].word}`}
      </span>
    ));
}

function FileButton({
  entry: { path, change },
  isReplaced,
  onClick,
}: {
  readonly entry: ExportPlanEntry;
  readonly isReplaced: boolean;
  readonly onClick: () => void;
}) {
  const { mark, word } = changeWords[change];
  return (
    <button type="button" data-testid={`export-file-${path}`} title={`${path}: ${word}`} onClick={onClick}>
      <span className={`export__mark export__mark--${change}`} aria-hidden>
        {mark}
      </span>
      <span className="export__name">{path}</span>
      <span className="visually-hidden">{word}</span>
      {isReplaced && <span className="export__replace">replace</span>}
    </button>
  );
}

function Change({
  entry,
  text,
  replaced,
}: {
  readonly entry: ExportPlanEntry;
  /** What is exported there. */
  readonly text: string;
  readonly replaced: Replaced | undefined;
}) {
  return (
    <>
      {needsConsent(entry) && (
        <p className="export__note">
          {entry.change === 'edited'
            ? 'Somebody edited this file since it was exported. It stays as it is unless you tick it.'
            : 'Zonewright did not write this file. It stays as it is unless you tick it.'}
        </p>
      )}
      {replaced !== undefined && (
        <p className="export__note" data-testid="export-replace">
          Kubernetes lets nobody change {replaced.map(describeReplaced).join('; ')}. Delete the{' '}
          {replaced.length === 1 ? 'object' : 'objects'} before you apply; APPLY.md says how.
        </p>
      )}
      <DiffView
        key={entry.path}
        label={`Change of ${entry.path}`}
        before={entry.before ?? ''}
        after={entry.change === 'removed' || entry.wanted === 'removed' ? '' : text}
      />
    </>
  );
}

function needsConsent(entry: ExportPlanEntry): boolean {
  return entry.change === 'edited' || entry.change === 'foreign';
}

/** What the button says that writes it. */
export function writeLabel(plan: ExportPlan, confirmed: ReadonlySet<string>): string {
  const n = plan.entries.filter(
    (e) => ['added', 'changed', 'removed'].includes(e.change) || (needsConsent(e) && confirmed.has(e.path)),
  ).length;
  return n === 0 ? 'Nothing to write' : `Write ${n} ${n === 1 ? 'change' : 'changes'}`;
}

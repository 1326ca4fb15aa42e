import { Search } from 'lucide-react';
import { type ReactNode, useId, useMemo, useState } from 'react';
import { allRefs, kinds, lookup, type Ref, ref, refKey } from '../../../shared/model/index.ts';
import { kindIcons } from '../../actions/kind-icons.ts';
import { actions, canRun, runAction } from '../../actions/registry.ts';
import { shortcutOf, useActionContext } from '../../actions/use-actions.tsx';
import { useDocument, useUi } from '../../store/stores.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { useActiveRow } from '../../ui/use-active-row.ts';
import { rank } from './match.ts';
import './command-palette.css';

interface Candidate {
  readonly id: string;
  readonly label: string;
  readonly note: string;
  readonly icon?: ReactNode;
  readonly shortcut?: string | undefined;
  run(): void;
}

const most = 60;

/** `all`: actions and records. `records`: the design only, as a search. */
export function CommandPalette({
  scope,
  onClose,
}: {
  readonly scope: 'all' | 'records';
  readonly onClose: () => void;
}) {
  const [query, setQuery] = useState('');
  const base = useId();
  const candidates = useCandidates(scope);
  const found = useMemo(() => search(candidates, query), [candidates, query]);

  const choose = (candidate: Candidate) => {
    onClose();
    // The palette is gone before the action looks at focus and selection.
    queueMicrotask(() => candidate.run());
  };
  const { active, setActive, list, onKeyDown } = useActiveRow(found, choose);
  return (
    <Dialog
      bare
      width={580}
      title={scope === 'all' ? 'Command palette' : 'Search the design'}
      testId="command-palette"
      onClose={onClose}
    >
      <div className="command-palette__input">
        <Search size={16} aria-hidden />
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${base}-list`}
          aria-activedescendant={found[active] && `${base}-${found[active].id}`}
          aria-label={scope === 'all' ? 'Find an action or a record' : 'Find a record'}
          placeholder={scope === 'all' ? 'Find an action or a record' : 'Find a zone, workload, flow…'}
          data-testid="command-palette-input"
          spellCheck={false}
          autoFocus
          value={query}
          onChange={(e) => {
            setQuery(e.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div
        className="command-palette__list"
        role="listbox"
        id={`${base}-list`}
        aria-label="Results"
        ref={list}
        tabIndex={-1}
      >
        {found.length === 0 && <p className="command-palette__none">Nothing matches. Try the start of a word.</p>}
        {found.map((c, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input above takes the keys
          <div
            key={c.id}
            id={`${base}-${c.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === active}
            data-testid={`palette-${c.id}`}
            className={`command-palette__row${i === active ? ' is-active' : ''}`}
            onPointerMove={() => setActive(i)}
            onClick={() => choose(c)}
          >
            <span className="command-palette__icon">{c.icon}</span>
            <span className="command-palette__label">{c.label}</span>
            <span className="command-palette__note">{c.note}</span>
            {c.shortcut !== undefined && <kbd className="ui-kbd">{c.shortcut}</kbd>}
          </div>
        ))}
      </div>
    </Dialog>
  );
}

function useCandidates(scope: 'all' | 'records'): readonly Candidate[] {
  const context = useActionContext();
  const topology = useDocument((s) => s.topology);
  const started = useUi((s) => s.started);
  return useMemo(() => {
    const index = lookup(topology);
    const records = started
      ? allRefs(topology).map((r): Candidate => {
          const title = index.titleOf(r);
          const Icon = kindIcons[r.kind];
          const shown = title === r.id || r.kind === 'pool' ? title : `${title} (${r.id})`;
          return {
            id: refKey(r),
            label: shown,
            icon: <Icon size={15} aria-hidden />,
            note: [kinds[r.kind].label, where(r)].filter((s) => s !== '').join(' · '),
            run: () => context.stores.ui.getState().revealRefs([r]),
          };
        })
      : [];
    function where(r: Ref): string {
      if (r.kind === 'flow') return '';
      const zone = index.zoneOf(r);
      const cluster = r.kind === 'cluster' ? undefined : index.clusterOf(r);
      const zoneTitle =
        r.kind === 'zone' || r.kind === 'external' || zone === undefined ? undefined : index.titleOf(ref('zone', zone));
      const clusterTitle = cluster === undefined ? undefined : index.titleOf(ref('cluster', cluster));
      return [clusterTitle, zoneTitle].filter((s) => s !== undefined).join(' · ');
    }
    if (scope === 'records') return records;
    const possible = actions
      .filter((a) => a.id !== 'go.command-palette' && canRun(a, context))
      .map((a): Candidate => {
        const Icon = a.icon;
        return {
          id: a.id,
          label: a.label,
          note: a.group,
          icon: <Icon size={15} aria-hidden />,
          shortcut: shortcutOf(a.id),
          run: () => void runAction(a, context),
        };
      });
    return [...possible, ...records];
  }, [scope, context, topology, started]);
}

function search(candidates: readonly Candidate[], query: string): readonly Candidate[] {
  if (query.trim() === '') return candidates.slice(0, most);
  return candidates
    .flatMap((c) => {
      const value = rank(c.label, query) ?? rank(`${c.label} ${c.note}`, query);
      return value === undefined ? [] : [{ c, value }];
    })
    .sort((a, b) => a.value - b.value)
    .slice(0, most)
    .map(({ c }) => c);
}

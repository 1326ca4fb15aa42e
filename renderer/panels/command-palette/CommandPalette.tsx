import { useMemo, useState } from 'react';
import { allRefs, kinds, lookup, type Ref, ref, refKey } from '../../../shared/model/index.ts';
import { kindIcons } from '../../actions/kind-icons.ts';
import { actions, canRun, runAction } from '../../actions/registry.ts';
import { shortcutOf, useActionContext } from '../../actions/use-actions.tsx';
import { useDocument, useUi } from '../../store/stores.tsx';
import { FindDialog, FindNote, type FindRow } from '../../ui/FindDialog.tsx';
import { rank } from './match.ts';

interface Candidate extends FindRow {
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
  const candidates = useCandidates(scope);
  const found = useMemo(() => search(candidates, query), [candidates, query]);

  const choose = (candidate: Candidate) => {
    onClose();
    // The palette is gone before the action looks at focus and selection.
    queueMicrotask(() => candidate.run());
  };
  const isAll = scope === 'all';
  return (
    <FindDialog
      width={580}
      title={isAll ? 'Command palette' : 'Search the design'}
      testId="command-palette"
      rowTestId={(row) => `palette-${row.id}`}
      label={isAll ? 'Find an action or a record' : 'Find a record'}
      placeholder={isAll ? 'Find an action or a record' : 'Find a zone, workload, flow…'}
      query={query}
      onQuery={setQuery}
      sections={[{ rows: found }]}
      onTake={choose}
      onClose={onClose}
    >
      {found.length === 0 && <FindNote>Nothing matches. Try the start of a word.</FindNote>}
    </FindDialog>
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
        const shortcut = shortcutOf(a.id);
        return {
          id: a.id,
          label: a.label,
          note: a.group,
          icon: <Icon size={15} aria-hidden />,
          ...(shortcut !== undefined && { end: <kbd className="ui-kbd">{shortcut}</kbd> }),
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

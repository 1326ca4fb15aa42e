import { Search, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { removeRecords } from '../../../shared/commands/index.ts';
import type { Severity } from '../../../shared/lib/problem.ts';
import { parseRefKey, type Ref, refKey } from '../../../shared/model/index.ts';
import { runCalls } from '../../actions/apply-fix.ts';
import { kindIcons } from '../../actions/kind-icons.ts';
import { renaming } from '../../canvas/index.ts';
import { useProblems } from '../../session/use-problems.ts';
import { useStores, useTopology, useUi } from '../../store/stores.tsx';
import { type TreeItem, TreeList } from '../../ui/TreeList.tsx';
import { hasSameOutline, outlineRows, outlineTree } from './outline-items.ts';
import './outline.css';

export function OutlinePanel({ onContextMenu }: { readonly onContextMenu: (at: { x: number; y: number }) => void }) {
  const topology = useTopology(hasSameOutline);
  const selection = useUi((s) => s.selection);
  const [folded, setFolded] = useState<ReadonlySet<string>>(
    new Set(['group:flows', 'group:runtimes', 'group:classes']),
  );
  const [filter, setFilter] = useState('');
  const [editing, setEditing] = useState<string>();
  const { ui, documents } = useStores();
  const worst = useWorst();
  const tree = useMemo(() => outlineTree(topology), [topology]);
  const rows = useMemo(() => outlineRows(tree, folded, filter), [tree, folded, filter]);
  const selected = useMemo(() => new Set(selection.map(refKey)), [selection]);

  const items = useMemo(
    () =>
      rows.map(({ node, depth, isExpanded }): TreeItem => {
        const Icon = node.ref && kindIcons[node.ref.kind];
        const severity = worst.get(node.key);
        return {
          id: node.key,
          depth,
          label: node.label,
          isExpandable: node.children.length > 0,
          isExpanded,
          isDim: node.ref === undefined,
          ...(Icon !== undefined && { icon: <Icon size={13} aria-hidden /> }),
          ...(node.ref ? node.note !== undefined && { note: node.note } : { note: node.children.length }),
          ...(node.ref && { testId: `outline-${node.ref.kind}-${node.ref.id}` }),
          ...(severity && { end: <SeverityMark severity={severity} /> }),
          ...(editing === node.key &&
            node.ref && {
              editor: <NameEditor refOf={node.ref} name={node.label} onDone={() => setEditing(undefined)} />,
            }),
        };
      }),
    [rows, worst, editing],
  );
  const refOf = (key: string): Ref | undefined => parseRefKey(key);
  const toggle = (key: string) =>
    setFolded((before) => {
      const after = new Set(before);
      if (!after.delete(key)) after.add(key);
      return after;
    });
  return (
    <section className="outline" aria-label="Outline" data-testid="outline">
      <h2 className="panel-heading outline__heading">Outline</h2>
      <div className="outline__search">
        <Search size={13} aria-hidden />
        <input
          type="text"
          aria-label="Filter the outline"
          placeholder="Filter"
          data-testid="outline-filter"
          spellCheck={false}
          value={filter}
          onChange={(e) => setFilter(e.target.value)}
          onKeyDown={(e) => e.key === 'Escape' && setFilter('')}
        />
        {filter !== '' && (
          <button type="button" aria-label="Clear the filter" onClick={() => setFilter('')}>
            <X size={12} aria-hidden />
          </button>
        )}
      </div>
      {items.length === 0 ? (
        <p className="outline__empty">{filter === '' ? 'Nothing is drawn yet.' : `Nothing is called “${filter}”.`}</p>
      ) : (
        <TreeList
          label="Outline of the design"
          testId="outline-tree"
          items={items}
          selected={selected}
          onToggle={toggle}
          onSelect={(key, { extend }) => {
            const ref = refOf(key);
            if (ref === undefined) toggle(key);
            else ui.getState().select([ref], { extend });
          }}
          onOpen={(key) => {
            const ref = refOf(key);
            if (ref !== undefined) ui.getState().revealRefs([ref]);
          }}
          onRename={(key) => refOf(key) && setEditing(key)}
          onDelete={(key) => {
            const ref = refOf(key);
            if (ref === undefined) return;
            documents.getState().run(removeRecords, { refs: [ref] });
            ui.getState().select([]);
          }}
          onContextMenu={(key, at) => {
            if (refOf(key) !== undefined) onContextMenu(at);
          }}
        />
      )}
    </section>
  );
}

/** Typing a name means the same here as in the picture. */
function NameEditor({
  refOf,
  name,
  onDone,
}: {
  readonly refOf: Ref;
  readonly name: string;
  readonly onDone: () => void;
}) {
  const { documents, ui } = useStores();
  const finish = (text: string) => {
    onDone();
    const { calls, ref } = renaming(documents.getState().topology, refOf, text);
    runCalls({ documents }, `Rename ${name}`, calls);
    ui.getState().select([ref]);
  };
  return (
    <input
      className="ui-input"
      aria-label="New name"
      defaultValue={name}
      // biome-ignore lint/a11y/noAutofocus: the input appears because the user asked to rename
      autoFocus
      onFocus={(e) => e.currentTarget.select()}
      onClick={(e) => e.stopPropagation()}
      onBlur={(e) => finish(e.currentTarget.value)}
      onKeyDown={(e) => {
        e.stopPropagation();
        if (e.key === 'Enter') finish(e.currentTarget.value);
        if (e.key === 'Escape') onDone();
      }}
    />
  );
}

function SeverityMark({ severity }: { readonly severity: Severity }) {
  return (
    <span
      className={`severity-mark severity-mark--${severity}`}
      title={`Has ${severity === 'info' ? 'notes' : `${severity}s`}`}
    >
      {severity === 'error' ? '●' : '▲'}
    </span>
  );
}

/** The gravest finding per record; notes are left to the problems panel. */
function useWorst(): ReadonlyMap<string, Severity> {
  const problems = useProblems();
  return useMemo(() => {
    const worst = new Map<string, Severity>();
    for (const p of problems) {
      if (p.subject === undefined || p.severity === 'info') continue;
      const key = `${p.subject.kind}:${p.subject.id}`;
      if (!worst.has(key)) worst.set(key, p.severity);
    }
    return worst;
  }, [problems]);
}

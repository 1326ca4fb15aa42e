import { ChevronRight } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { type TreeLine, treeAction } from './tree-keys.ts';
import { VirtualRows, type VirtualRowsHandle } from './VirtualRows.tsx';

export interface TreeItem extends TreeLine {
  readonly label: string;
  readonly icon?: ReactNode;
  /** After the label, dim. */
  readonly note?: ReactNode;
  /** At the right end. */
  readonly end?: ReactNode;
  readonly isDim?: boolean;
  readonly testId?: string;
  /** In place of the label: an input while it is being renamed. */
  readonly editor?: ReactNode;
}

export interface TreeListProps {
  readonly items: readonly TreeItem[];
  readonly selected: ReadonlySet<string>;
  readonly label: string;
  readonly onSelect: (id: string, options: { readonly extend: boolean }) => void;
  readonly onToggle: (id: string) => void;
  /** Enter or double click. */
  readonly onOpen?: (id: string) => void;
  readonly onRename?: (id: string) => void;
  readonly onDelete?: (id: string) => void;
  readonly onContextMenu?: (id: string, at: { readonly x: number; readonly y: number }) => void;
  readonly testId?: string;
}

const rowHeight = 26;

/** A tree as a flat list of visible rows; the caller keeps what is expanded. Arrow keys, Home, End, Enter and F2 work. */
export function TreeList(props: TreeListProps) {
  const { items, selected } = props;
  const base = useId();
  const rows = useRef<VirtualRowsHandle>(null);
  const [active, setActive] = useState<string>();
  const activeIndex = items.findIndex((i) => i.id === active);
  const firstSelected = items.findIndex((i) => selected.has(i.id));
  const firstSelectedId = items[firstSelected]?.id;

  // Only a new selection moves the list, not every change of its rows.
  // biome-ignore lint/correctness/useExhaustiveDependencies: firstSelected follows from firstSelectedId
  useEffect(() => {
    if (firstSelectedId === undefined) return;
    setActive(firstSelectedId);
    rows.current?.reveal(firstSelected);
  }, [firstSelectedId]);

  const go = (index: number) => {
    const item = items[Math.max(0, Math.min(index, items.length - 1))];
    if (item === undefined) return;
    setActive(item.id);
    props.onSelect(item.id, { extend: false });
    rows.current?.reveal(items.indexOf(item));
  };
  const acts = { toggle: props.onToggle, open: props.onOpen, rename: props.onRename, delete: props.onDelete };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.target instanceof HTMLInputElement) return;
    const action = treeAction(e.key, items, activeIndex);
    if (action === undefined) return;
    if (action.do === 'go') go(action.index);
    else if (action.do !== 'stay') {
      const act = acts[action.do];
      if (act === undefined) return;
      act(action.id);
    }
    e.preventDefault();
    e.stopPropagation();
  };

  return (
    <VirtualRows
      handle={rows}
      className="ui-tree"
      role="tree"
      label={props.label}
      testId={props.testId}
      tabIndex={0}
      activeDescendant={activeIndex >= 0 ? `${base}-${active}` : undefined}
      count={items.length}
      rowHeight={rowHeight}
      onKeyDown={onKeyDown}
      row={(index) => {
        const item = items[index];
        if (item === undefined) return null;
        return (
          <TreeRow
            key={item.id}
            id={`${base}-${item.id}`}
            item={item}
            isSelected={selected.has(item.id)}
            isActive={item.id === active}
            onSelect={(extend) => {
              setActive(item.id);
              props.onSelect(item.id, { extend });
            }}
            onToggle={props.onToggle}
            onOpen={props.onOpen}
            onContextMenu={props.onContextMenu}
          />
        );
      }}
    />
  );
}

interface TreeRowProps extends Pick<TreeListProps, 'onToggle' | 'onOpen' | 'onContextMenu'> {
  readonly id: string;
  readonly item: TreeItem;
  readonly isSelected: boolean;
  readonly isActive: boolean;
  readonly onSelect: (extend: boolean) => void;
}

function TreeRow({ id, item, isSelected, isActive, onSelect, onToggle, onOpen, onContextMenu }: TreeRowProps) {
  const select = (e: MouseEvent) => onSelect(e.shiftKey || e.ctrlKey || e.metaKey);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree holds the focus and names the active row
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys
    <div
      id={id}
      role="treeitem"
      aria-level={item.depth + 1}
      aria-selected={isSelected}
      aria-expanded={item.isExpandable ? item.isExpanded : undefined}
      data-testid={item.testId}
      className={`ui-tree__row${isSelected ? ' is-selected' : ''}${isActive ? ' is-active' : ''}${item.isDim ? ' is-dim' : ''}`}
      style={{ height: rowHeight, paddingLeft: 4 + item.depth * 14 }}
      title={item.label}
      onClick={select}
      onDoubleClick={() => onOpen?.(item.id)}
      onContextMenu={(e) => {
        if (onContextMenu === undefined) return;
        e.preventDefault();
        if (!isSelected) select(e);
        onContextMenu(item.id, { x: e.clientX, y: e.clientY });
      }}
    >
      {item.isExpandable ? (
        <button
          type="button"
          tabIndex={-1}
          className={`ui-tree__chevron${item.isExpanded ? ' is-open' : ''}`}
          aria-label={item.isExpanded ? `Fold ${item.label}` : `Unfold ${item.label}`}
          onClick={(e) => {
            e.stopPropagation();
            onToggle(item.id);
          }}
        >
          <ChevronRight size={12} aria-hidden />
        </button>
      ) : (
        <span className="ui-tree__chevron" />
      )}
      {item.icon !== undefined && <span className="ui-tree__icon">{item.icon}</span>}
      {item.editor ?? <span className="ui-tree__label">{item.label}</span>}
      {item.note !== undefined && <span className="ui-tree__note">{item.note}</span>}
      {item.end !== undefined && <span className="ui-tree__end">{item.end}</span>}
    </div>
  );
}

import { ChevronRight } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { VirtualRows, type VirtualRowsHandle } from './VirtualRows.tsx';

export interface TreeItem {
  readonly id: string;
  /** From 0. */
  readonly depth: number;
  readonly label: string;
  readonly icon?: ReactNode;
  /** After the label, dim. */
  readonly note?: ReactNode;
  /** At the right end. */
  readonly end?: ReactNode;
  readonly isExpandable: boolean;
  readonly isExpanded: boolean;
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
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.target instanceof HTMLInputElement) return;
    const item = items[activeIndex];
    const handled = () => {
      e.preventDefault();
      e.stopPropagation();
    };
    if (e.key === 'ArrowDown') {
      handled();
      go(activeIndex + 1);
    } else if (e.key === 'ArrowUp') {
      handled();
      go(activeIndex <= 0 ? 0 : activeIndex - 1);
    } else if (e.key === 'Home') {
      handled();
      go(0);
    } else if (e.key === 'End') {
      handled();
      go(items.length - 1);
    } else if (item !== undefined && e.key === 'ArrowRight') {
      handled();
      if (item.isExpandable && !item.isExpanded) props.onToggle(item.id);
      else if (item.isExpanded) go(activeIndex + 1);
    } else if (item !== undefined && e.key === 'ArrowLeft') {
      handled();
      if (item.isExpanded && item.isExpandable) props.onToggle(item.id);
      else {
        for (let i = activeIndex - 1; i >= 0; i -= 1) {
          if ((items[i]?.depth ?? 0) < item.depth) {
            go(i);
            break;
          }
        }
      }
    } else if (item !== undefined && e.key === 'Enter') {
      handled();
      props.onOpen?.(item.id);
    } else if (item !== undefined && e.key === 'F2' && props.onRename !== undefined) {
      handled();
      props.onRename(item.id);
    } else if (item !== undefined && (e.key === 'Delete' || e.key === 'Backspace') && props.onDelete !== undefined) {
      handled();
      props.onDelete(item.id);
    }
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
        const select = (e: MouseEvent) => {
          setActive(item.id);
          props.onSelect(item.id, { extend: e.shiftKey || e.ctrlKey || e.metaKey });
        };
        return (
          // biome-ignore lint/a11y/useFocusableInteractive: the tree holds the focus and names the active row
          // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys
          <div
            key={item.id}
            id={`${base}-${item.id}`}
            role="treeitem"
            aria-level={item.depth + 1}
            aria-selected={selected.has(item.id)}
            aria-expanded={item.isExpandable ? item.isExpanded : undefined}
            data-testid={item.testId}
            className={`ui-tree__row${selected.has(item.id) ? ' is-selected' : ''}${item.id === active ? ' is-active' : ''}${item.isDim ? ' is-dim' : ''}`}
            style={{ height: rowHeight, paddingLeft: 4 + item.depth * 14 }}
            title={item.label}
            onClick={select}
            onDoubleClick={() => props.onOpen?.(item.id)}
            onContextMenu={(e) => {
              if (props.onContextMenu === undefined) return;
              e.preventDefault();
              if (!selected.has(item.id)) select(e);
              props.onContextMenu(item.id, { x: e.clientX, y: e.clientY });
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
                  props.onToggle(item.id);
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
      }}
    />
  );
}

import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

export type MenuItem =
  | {
      readonly kind: 'item';
      readonly id: string;
      readonly label: string;
      readonly icon?: ReactNode;
      readonly shortcut?: string;
      readonly isDisabled?: boolean;
      readonly isDanger?: boolean;
      readonly onRun: () => void;
    }
  | { readonly kind: 'separator'; readonly id: string }
  | { readonly kind: 'heading'; readonly id: string; readonly label: string };

export interface MenuProps {
  readonly items: readonly MenuItem[];
  /** In pixels of the window. */
  readonly at: { readonly x: number; readonly y: number };
  readonly label: string;
  readonly onClose: () => void;
  readonly testId?: string;
}

/** A menu that opens at a point: below a button or at the pointer. It stays inside the window. */
export function Menu({ items, at, label, onClose, testId }: MenuProps) {
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState(at);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const { width, height } = element.getBoundingClientRect();
    setPlace({
      x: Math.max(4, Math.min(at.x, window.innerWidth - width - 4)),
      y: Math.max(4, Math.min(at.y, window.innerHeight - height - 4)),
    });
  }, [at.x, at.y]);

  useEffect(() => {
    const before = document.activeElement;
    buttons(box.current)[0]?.focus();
    const away = (e: PointerEvent) => {
      if (e.target instanceof Node && !box.current?.contains(e.target)) onClose();
    };
    window.addEventListener('pointerdown', away, true);
    window.addEventListener('blur', onClose);
    return () => {
      window.removeEventListener('pointerdown', away, true);
      window.removeEventListener('blur', onClose);
      if (before instanceof HTMLElement && before.isConnected && document.activeElement === document.body)
        before.focus();
    };
  }, [onClose]);

  const onKeyDown = (e: KeyboardEvent) => {
    const all = buttons(box.current);
    const index = all.indexOf(document.activeElement as HTMLButtonElement);
    const go = (to: number) => {
      e.preventDefault();
      all[(to + all.length) % all.length]?.focus();
    };
    e.stopPropagation();
    if (e.key === 'Escape' || e.key === 'Tab') {
      e.preventDefault();
      onClose();
    } else if (e.key === 'ArrowDown') go(index + 1);
    else if (e.key === 'ArrowUp') go(index - 1);
    else if (e.key === 'Home') go(0);
    else if (e.key === 'End') go(all.length - 1);
    else if (e.key.length === 1 && e.key !== ' ' && !e.ctrlKey && !e.metaKey) {
      const next = [...all.slice(index + 1), ...all].find((b) =>
        b.textContent?.toLowerCase().startsWith(e.key.toLowerCase()),
      );
      next?.focus();
    }
  };

  return createPortal(
    <div
      ref={box}
      className="ui-menu"
      role="menu"
      aria-label={label}
      data-testid={testId}
      tabIndex={-1}
      style={{ left: place.x, top: place.y }}
      onKeyDown={onKeyDown}
      onContextMenu={(e) => e.preventDefault()}
    >
      {items.map((item) => {
        if (item.kind === 'separator') return <hr key={item.id} className="ui-menu__separator" />;
        if (item.kind === 'heading') {
          return (
            <div key={item.id} className="ui-menu__heading">
              {item.label}
            </div>
          );
        }
        return (
          <button
            key={item.id}
            type="button"
            role="menuitem"
            tabIndex={-1}
            disabled={item.isDisabled}
            data-testid={`menu-${item.id}`}
            className={`ui-menu__item${item.isDanger ? ' is-danger' : ''}`}
            onClick={() => {
              onClose();
              item.onRun();
            }}
          >
            <span className="ui-menu__icon">{item.icon}</span>
            <span className="ui-menu__label">{item.label}</span>
            {item.shortcut !== undefined && <kbd className="ui-kbd">{item.shortcut}</kbd>}
          </button>
        );
      })}
    </div>,
    document.body,
  );
}

function buttons(box: HTMLElement | null): HTMLButtonElement[] {
  return [...(box?.querySelectorAll<HTMLButtonElement>('button:not(:disabled)') ?? [])];
}

import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef } from 'react';
import { IconButton } from './IconButton.tsx';
import { dialogOpened } from './open-dialogs.ts';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons at the foot, the main one last. */
  readonly footer?: ReactNode;
  readonly width?: number;
  /** Fills most of the window: for content that scrolls inside. */
  readonly tall?: boolean;
  readonly testId?: string;
  /** Where it goes through several: with each, what it asks for takes the focus. */
  readonly step?: string;
  /** Without a heading and a close button, for palettes that are one input. */
  readonly bare?: boolean;
}

/** Covers the window until it is answered: only for what cannot be undone or needs an answer. */
export function Dialog({ title, onClose, children, footer, width = 480, tall, testId, step, bare }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // Closed while it is still there, it gives the focus back to where it was.
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    if (!element.open) element.showModal();
    const closed = dialogOpened(element);
    return () => {
      closed();
      element.close();
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step asks for something of its own
  useEffect(() => {
    // The browser focuses the first button it finds, the one that closes; what the dialog asks for comes before it.
    box.current?.querySelector<HTMLElement>('[data-autofocus]:not(:disabled)')?.focus();
  }, [step]);
  return (
    <dialog
      ref={box}
      className={`ui-dialog${tall ? ' ui-dialog--tall' : ''}${bare ? ' ui-dialog--bare' : ''}`}
      style={{ width }}
      data-testid={testId}
      aria-labelledby={titleId}
      onCancel={(e) => {
        e.preventDefault();
        onClose();
      }}
      onPointerDown={(e) => {
        if (e.target === box.current && bare) onClose();
      }}
      onKeyDown={(e) => e.stopPropagation()}
    >
      <div className="ui-dialog__box">
        {bare ? (
          <h2 id={titleId} className="visually-hidden">
            {title}
          </h2>
        ) : (
          <header className="ui-dialog__head">
            <h2 id={titleId}>{title}</h2>
            <IconButton label="Close" icon={<X size={16} aria-hidden />} onClick={onClose} />
          </header>
        )}
        <div className="ui-dialog__body">{children}</div>
        {footer !== undefined && <footer className="ui-dialog__foot">{footer}</footer>}
      </div>
    </dialog>
  );
}

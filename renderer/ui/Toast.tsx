import { CircleAlert, CircleCheck, Info, TriangleAlert, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from './Button.tsx';
import { IconButton } from './IconButton.tsx';

export interface ToastProps {
  readonly tone: 'info' | 'success' | 'warning' | 'error';
  readonly text: string;
  readonly action?: { readonly label: string; readonly onRun: () => void };
  readonly onClose: () => void;
}

const icons = { info: Info, success: CircleCheck, warning: TriangleAlert, error: CircleAlert } as const;

/** A message that goes by itself; errors stay until they are closed. */
export function Toast({ tone, text, action, onClose }: ToastProps) {
  const Icon = icons[tone];
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    if (tone === 'error') return;
    const timer = setTimeout(() => close.current(), action === undefined ? 5000 : 9000);
    return () => clearTimeout(timer);
  }, [tone, action]);
  return (
    <div className={`ui-toast ui-toast--${tone}`} role={tone === 'error' ? 'alert' : 'status'} data-testid="toast">
      <Icon size={16} aria-hidden className="ui-toast__icon" />
      <span className="ui-toast__text">{text}</span>
      {action !== undefined && (
        <Button look="link" onClick={action.onRun} testId="toast-action">
          {action.label}
        </Button>
      )}
      <IconButton label="Dismiss" icon={<X size={14} aria-hidden />} onClick={onClose} />
    </div>
  );
}

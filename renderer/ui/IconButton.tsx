import type { ButtonHTMLAttributes, ReactNode } from 'react';

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'title' | 'aria-label'> {
  /** Read out and shown on hover: the icon alone says nothing to those who cannot see it. */
  readonly label: string;
  readonly icon: ReactNode;
  /** Keys to show beside the label on hover. */
  readonly shortcut?: string;
  readonly testId?: string;
  readonly isOn?: boolean;
}

export function IconButton({ label, icon, shortcut, testId, isOn, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      data-testid={testId}
      {...rest}
      aria-label={label}
      aria-pressed={isOn}
      title={shortcut === undefined ? label : `${label} (${shortcut})`}
      className={['ui-icon-button', isOn ? 'is-on' : '', className ?? ''].join(' ').trim()}
    >
      {icon}
    </button>
  );
}

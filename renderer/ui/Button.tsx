import type { ButtonHTMLAttributes, ReactNode } from 'react';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: 'plain' | 'primary' | 'quiet' | 'link' | 'danger';
  readonly size?: 'normal' | 'small';
  readonly icon?: ReactNode;
  readonly testId?: string;
}

export function Button({ look = 'plain', size = 'normal', icon, testId, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      data-testid={testId}
      {...rest}
      className={['ui-button', `ui-button--${look}`, size === 'small' ? 'ui-button--small' : '', className ?? '']
        .join(' ')
        .trim()}
    >
      {icon}
      {children !== undefined && <span className="ui-button__label">{children}</span>}
    </button>
  );
}

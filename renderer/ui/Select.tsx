import { ChevronDown } from 'lucide-react';

export interface SelectOption {
  readonly value: string;
  readonly label: string;
  /** Options of one group stand together under its name. */
  readonly group?: string;
}

export interface SelectProps {
  readonly value: string;
  readonly options: readonly SelectOption[];
  readonly onChange: (value: string) => void;
  /** Shown for the empty value; without it there is no empty choice unless the value itself is empty. */
  readonly emptyLabel?: string;
  readonly id?: string;
  readonly label?: string;
  readonly testId?: string;
  readonly disabled?: boolean;
  readonly size?: 'normal' | 'small';
}

/** A value that is not among the options is shown as it is, so that a broken design can be seen and mended. */
export function Select({
  value,
  options,
  onChange,
  emptyLabel,
  id,
  label,
  testId,
  disabled,
  size = 'normal',
}: SelectProps) {
  const isKnown = value === '' || options.some((o) => o.value === value);
  const groups = new Map<string, SelectOption[]>();
  for (const option of options) {
    const name = option.group ?? '';
    groups.set(name, [...(groups.get(name) ?? []), option]);
  }
  return (
    <span className={`ui-select${value === '' ? ' is-default' : ''}${size === 'small' ? ' ui-select--small' : ''}`}>
      <select
        id={id}
        aria-label={label}
        data-testid={testId}
        disabled={disabled}
        value={value}
        onChange={(e) => onChange(e.target.value)}
      >
        {(emptyLabel !== undefined || value === '') && <option value="">{emptyLabel ?? 'Choose…'}</option>}
        {!isKnown && <option value={value}>{`${value} (does not exist)`}</option>}
        {[...groups].map(([name, members]) =>
          name === '' ? (
            members.map((o) => (
              <option key={o.value} value={o.value}>
                {o.label}
              </option>
            ))
          ) : (
            <optgroup key={name} label={name}>
              {members.map((o) => (
                <option key={o.value} value={o.value}>
                  {o.label}
                </option>
              ))}
            </optgroup>
          ),
        )}
      </select>
      <ChevronDown size={14} aria-hidden />
    </span>
  );
}

export interface ToggleProps {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly label: string;
  readonly hint?: string;
  readonly id?: string;
  readonly testId?: string;
  readonly disabled?: boolean;
  /** True where nothing is written and the default shows. */
  readonly isDefault?: boolean;
}

export function Toggle({ isOn, onChange, label, hint, id, testId, disabled, isDefault }: ToggleProps) {
  return (
    <label className={`ui-toggle${isDefault ? ' is-default' : ''}`} title={hint}>
      <input
        id={id}
        type="checkbox"
        role="switch"
        data-testid={testId}
        checked={isOn}
        aria-checked={isOn}
        disabled={disabled}
        onChange={(e) => onChange(e.target.checked)}
      />
      <span className="ui-toggle__track" aria-hidden />
      <span className="ui-toggle__label">{label}</span>
    </label>
  );
}

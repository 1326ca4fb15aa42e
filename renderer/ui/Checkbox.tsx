export interface CheckboxProps {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly label: string;
  /** Hides the label from view, where the row around it says the same. */
  readonly labelHidden?: boolean;
  readonly testId?: string;
  readonly disabled?: boolean;
}

export function Checkbox({ isOn, onChange, label, labelHidden, testId, disabled }: CheckboxProps) {
  return (
    <label className="ui-checkbox">
      <input
        type="checkbox"
        data-testid={testId}
        checked={isOn}
        disabled={disabled}
        onChange={(e) => onChange(e.target.checked)}
      />
      <span className={labelHidden ? 'visually-hidden' : undefined}>{label}</span>
    </label>
  );
}

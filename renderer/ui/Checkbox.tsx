export interface CheckboxProps {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly label: string;
  /** Dim, in a line of its own, for what tells equal labels apart. */
  readonly note?: string;
  /** Hides the label from view, where the row around it says the same. */
  readonly labelHidden?: boolean;
  readonly testId?: string;
  readonly disabled?: boolean;
}

export function Checkbox({ isOn, onChange, label, note, labelHidden, testId, disabled }: CheckboxProps) {
  return (
    <label className={`ui-checkbox${note === undefined ? '' : ' ui-checkbox--two-lines'}`}>
      <input
        type="checkbox"
        data-testid={testId}
        checked={isOn}
        disabled={disabled}
        onChange={(e) => onChange(e.target.checked)}
      />
      <span className={labelHidden ? 'visually-hidden' : 'ui-checkbox__words'}>
        {label}
        {note !== undefined && (
          <span className="ui-checkbox__note" title={note}>
            {note}
          </span>
        )}
      </span>
    </label>
  );
}

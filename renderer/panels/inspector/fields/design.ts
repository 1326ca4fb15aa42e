import { rules } from '../../../../shared/rules/index.ts';
import { type Field, options } from './define.ts';

export const metadataFields: readonly Field[] = [
  { editor: 'text', path: ['name'], label: 'Name' },
  { editor: 'text', path: ['description'], label: 'Description', multiline: true },
  {
    editor: 'text',
    path: ['labelPrefix'],
    label: 'Label prefix',
    hint: 'Labels in exports are <prefix>/zone and so on.',
    mono: true,
    placeholder: () => 'zonewright (default)',
  },
];

const ruleIds = rules.map((r) => ({ value: r.id, label: r.title }));

export const rulesField: Field = {
  editor: 'table',
  of: 'map',
  path: [],
  label: 'Severity of single rules',
  keyLabel: 'Rule',
  keys: () => ruleIds,
  make: () => ({ severity: 'off', reason: 'why this design deviates' }),
  columns: [
    {
      editor: 'select',
      path: ['severity'],
      label: 'Severity',
      options: options(['error', 'warning', 'info', 'off'], {
        error: 'Error',
        warning: 'Warning',
        info: 'Note',
        off: 'Off',
      }),
    },
    { editor: 'text', path: ['reason'], label: 'Reason' },
  ],
  add: 'Set a rule',
};

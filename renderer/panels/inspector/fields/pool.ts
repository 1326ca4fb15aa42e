import { type Field, options } from './define.ts';
import { recordOptions } from './record-options.ts';

export const poolFields: readonly Field[] = [
  { editor: 'select', path: ['zone'], label: 'Zone', options: recordOptions('zone') },
  { editor: 'number', path: ['nodes'], label: 'Nodes' },
  {
    editor: 'list',
    path: ['addresses'],
    label: 'Node addresses',
    hint: 'Ranges that no other pool has. Firewalls then tell zones of one cluster apart.',
    mono: true,
    placeholder: () => 'None of its own, such as 10.1.0.0/26',
  },
  {
    editor: 'list',
    path: ['runtimes'],
    label: 'Installed runtimes',
    options: recordOptions('runtime'),
    placeholder: () => 'The engine’s own',
    keepsEmpty: true,
  },
  { editor: 'toggle', path: ['kvm'], label: 'Nodes offer /dev/kvm', default: false },
  { editor: 'pairs', path: ['labels'], label: 'Node labels', placeholder: () => 'key: value' },
  {
    editor: 'table',
    of: 'list',
    path: ['taints'],
    label: 'More taints',
    hint: 'Beside the one of the zone.',
    make: () => ({ key: 'dedicated', effect: 'NoSchedule' }),
    columns: [
      { editor: 'text', path: ['key'], label: 'Key', mono: true },
      { editor: 'text', path: ['value'], label: 'Value', mono: true },
      {
        editor: 'select',
        path: ['effect'],
        label: 'Effect',
        options: options(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
      },
    ],
    add: 'Add a taint',
  },
  { editor: 'text', path: ['description'], label: 'Description', multiline: true },
];

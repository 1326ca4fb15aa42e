import type { Field } from './define.ts';
import { recordOptions } from './record-options.ts';

export const namespaceFields: readonly Field[] = [
  { editor: 'text', path: ['name'], label: 'Name in the cluster', mono: true, placeholder: ({ ref }) => ref?.id ?? '' },
  { editor: 'select', path: ['cluster'], label: 'Cluster', options: recordOptions('cluster') },
  {
    editor: 'select',
    path: ['zone'],
    label: 'Zone',
    options: recordOptions('zone'),
    empty: () => 'No zone: default deny only',
  },
  { editor: 'text', path: ['owner'], label: 'Owner', placeholder: () => 'Nobody' },
  { editor: 'pairs', path: ['labels'], label: 'Labels', placeholder: () => 'key: value' },
  { editor: 'text', path: ['description'], label: 'Description', multiline: true },
];

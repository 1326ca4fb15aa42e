import { storageTypes } from '../../../../shared/catalog/index.ts';
import { schema } from '../../../../shared/model/index.ts';
import { type Field, options } from './define.ts';
import { recordOptions } from './record-options.ts';

export const endpointFields: readonly Field[] = [
  { editor: 'text', path: ['name'], label: 'Name', placeholder: ({ ref }) => ref?.id ?? '' },
  { editor: 'select', path: ['zone'], label: 'Zone', options: recordOptions('zone') },
  {
    editor: 'select',
    path: ['type'],
    label: 'Type',
    options: () => schema.storageTypes.map((value) => ({ value, label: storageTypes[value].label })),
  },
  { editor: 'list', path: ['addresses'], label: 'Addresses', mono: true, placeholder: () => '10.9.0.5 or a DNS name' },
  {
    editor: 'text',
    path: ['export'],
    label: 'Export',
    hint: 'The path, pool, file system or policy on it.',
    mono: true,
  },
  {
    editor: 'pairs',
    path: ['parameters'],
    label: 'Parameters',
    hint: 'Shared by all its classes.',
    placeholder: () => 'key: value',
  },
  { editor: 'text', path: ['description'], label: 'Description', multiline: true },
];

export const classFields: readonly Field[] = [
  { editor: 'text', path: ['name'], label: 'Name', mono: true, placeholder: ({ ref }) => ref?.id ?? '' },
  { editor: 'select', path: ['endpoint'], label: 'Storage endpoint', options: recordOptions('endpoint') },
  {
    editor: 'select',
    path: ['reclaim'],
    label: 'Reclaim policy',
    options: options(['Delete', 'Retain']),
    empty: () => 'Delete (default)',
  },
  {
    editor: 'select',
    path: ['binding'],
    label: 'Volume binding',
    options: options(['Immediate', 'WaitForFirstConsumer']),
    empty: () => 'What the storage needs',
  },
  { editor: 'toggle', path: ['expansion'], label: 'Volumes can grow', default: true },
  { editor: 'toggle', path: ['default'], label: 'Default class of its clusters', default: false },
  { editor: 'pairs', path: ['parameters'], label: 'Parameters', placeholder: () => 'key: value' },
  { editor: 'list', path: ['mountOptions'], label: 'Mount options', mono: true, placeholder: () => 'nfsvers=4.1' },
  { editor: 'text', path: ['description'], label: 'Description', multiline: true },
];

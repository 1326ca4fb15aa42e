import { storageTypes } from '../../../../shared/catalog/index.ts';
import { type StorageEndpoint, schema } from '../../../../shared/model/index.ts';
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
  {
    editor: 'group',
    path: ['secret'],
    label: 'Secret',
    hint: 'With which the driver signs in (Ceph), in the namespace of the driver.',
    add: 'Name the Secret',
    make: ({ ref }) => ({ name: ref?.id ?? 'storage', namespace: 'storage-driver' }),
    fields: [
      { editor: 'text', path: ['name'], label: 'Name', mono: true },
      { editor: 'text', path: ['namespace'], label: 'Namespace', mono: true, hint: 'One that no zone can read.' },
    ],
  },
  {
    editor: 'list',
    path: ['locations'],
    label: 'Locations',
    hint: 'Where its volumes may lie: availability zones, in the words of the driver.',
    mono: true,
    placeholder: () => 'Anywhere',
  },
  {
    editor: 'text',
    path: ['locationKey'],
    label: 'Label of locations',
    mono: true,
    placeholder: ({ record }) =>
      storageTypes[(record as unknown as StorageEndpoint).type]?.topologyKey ?? 'Its driver reports none',
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
  {
    editor: 'table',
    of: 'map',
    path: ['attributes'],
    label: 'Attributes',
    hint: 'What a volume can be changed to while it is in use (VolumeAttributesClass).',
    keyLabel: 'Name',
    newKey: () => 'fast',
    make: () => ({ iops: '6000' }),
    columns: [{ editor: 'pairs', path: [], label: 'Parameters', placeholder: () => 'iops: 6000' }],
    add: 'Add attributes',
  },
  { editor: 'list', path: ['mountOptions'], label: 'Mount options', mono: true, placeholder: () => 'nfsvers=4.1' },
  { editor: 'text', path: ['description'], label: 'Description', multiline: true },
];

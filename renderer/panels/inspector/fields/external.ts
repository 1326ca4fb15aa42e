import { type Field, options } from './define.ts';

export const externalFields: readonly Field[] = [
  { editor: 'text', path: ['name'], label: 'Name', placeholder: ({ ref }) => ref?.id ?? '' },
  {
    editor: 'select',
    path: ['kind'],
    label: 'Stands for',
    options: options(['internet', 'apiServer'], {
      internet: 'The internet: every public address',
      apiServer: 'The API server of the other end’s cluster',
    }),
    empty: () => 'The addresses and names below',
  },
  { editor: 'list', path: ['cidrs'], label: 'Address ranges', mono: true, placeholder: () => '203.0.113.0/24' },
  {
    editor: 'list',
    path: ['names'],
    label: 'DNS names',
    hint: '*.example.com is possible where the network plugin can do it.',
    mono: true,
    placeholder: () => 'api.partner.example',
  },
  { editor: 'number', path: ['trust'], label: 'Trust', hint: 'Only grades severity.', placeholder: () => 'Not graded' },
  { editor: 'text', path: ['description'], label: 'Description', multiline: true },
];

import { runtimeInfo, runtimes } from '../../../../shared/catalog/index.ts';
import { type Runtime, schema } from '../../../../shared/model/index.ts';
import { type Field, type FieldContext, options } from './define.ts';

const info = ({ record }: FieldContext) => runtimeInfo((record as unknown as Runtime).from);

const isolationLabels = {
  'shared-kernel': 'Shared kernel',
  'user-space-kernel': 'User-space kernel',
  'virtual-machine': 'Virtual machine',
  wasm: 'WebAssembly sandbox',
} as const;

export const runtimeFields: readonly Field[] = [
  { editor: 'text', path: ['name'], label: 'Name', placeholder: (c) => info(c)?.label ?? c.ref?.id ?? '' },
  {
    editor: 'text',
    path: ['from'],
    label: 'From the catalogue',
    mono: true,
    suggestions: () => runtimes.map((r) => r.id),
  },
  { editor: 'text', path: ['handler'], label: 'Handler', mono: true, placeholder: (c) => info(c)?.handler ?? '' },
  {
    editor: 'select',
    path: ['isolation'],
    label: 'Isolation',
    options: options(schema.isolations, isolationLabels),
    empty: (c) => {
      const known = info(c)?.isolation;
      return known === undefined ? 'Not known' : `${isolationLabels[known]} (catalogue)`;
    },
  },
  {
    editor: 'text',
    path: ['overhead', 'cpu'],
    label: 'CPU overhead',
    mono: true,
    placeholder: (c) => info(c)?.overhead?.cpu ?? 'None',
  },
  {
    editor: 'text',
    path: ['overhead', 'memory'],
    label: 'Memory overhead',
    mono: true,
    placeholder: (c) => info(c)?.overhead?.memory ?? 'None',
  },
  { editor: 'text', path: ['description'], label: 'Description', multiline: true },
];

import { schema } from '../../../../shared/model/index.ts';
import { type Field, options } from './define.ts';
import { recordOptions } from './record-options.ts';

export const exposureLabels = {
  loadBalancer: 'Load balancer',
  nodePort: 'Node port',
  gateway: 'Gateway',
  ingress: 'Ingress',
  direct: 'Direct',
} as const;

export const zoneFields: readonly Field[] = [
  { editor: 'text', path: ['name'], label: 'Name', placeholder: ({ ref }) => ref?.id ?? '' },
  {
    editor: 'number',
    path: ['trust'],
    label: 'Trust',
    hint: '0 to 100, unique in the design. Inward means towards more trust.',
  },
  {
    editor: 'select',
    path: ['intraZone'],
    label: 'Inside the zone',
    hint: 'May workloads of the zone reach each other without a flow?',
    options: options(['allow', 'deny'], { allow: 'Everything may talk', deny: 'Only drawn flows' }),
    empty: () => 'Everything may talk (default)',
  },
  {
    editor: 'list',
    path: ['runtimes'],
    label: 'Allowed runtimes',
    hint: 'The first is the default of its workloads.',
    options: recordOptions('runtime'),
    placeholder: () => 'Any runtime',
    firstNote: 'default',
    keepsEmpty: true,
  },
  {
    editor: 'list',
    path: ['storageClasses'],
    label: 'Allowed storage classes',
    options: recordOptions('class'),
    placeholder: () => 'None',
    keepsEmpty: true,
  },
  {
    editor: 'list',
    path: ['exposure'],
    label: 'Entry from outside',
    hint: 'How traffic from outside may enter; none means not at all.',
    options: options(schema.exposureKinds, exposureLabels),
    placeholder: () => 'Not at all',
  },
  {
    editor: 'select',
    path: ['dns'],
    label: 'DNS',
    hint: 'May workloads ask the DNS of their cluster?',
    options: options(['cluster', 'none'], { cluster: 'Cluster DNS', none: 'None' }),
    empty: () => 'Cluster DNS (default)',
  },
  {
    editor: 'select',
    path: ['podSecurity'],
    label: 'Pod Security',
    options: options(schema.podSecurityLevels),
    empty: () => 'baseline (default)',
  },
  {
    editor: 'list',
    path: ['images', 'registries'],
    label: 'Image registries',
    hint: 'Prefixes that image names must have, written in full.',
    placeholder: () => 'Any registry',
    mono: true,
  },
  {
    editor: 'select',
    path: ['images', 'pin'],
    label: 'Images are named by',
    options: options(['none', 'tag', 'digest'], { none: 'Anything', tag: 'Tag, not latest', digest: 'Digest' }),
    empty: () => 'Anything (default)',
  },
  {
    editor: 'select',
    path: ['cpu'],
    label: 'CPUs',
    hint: 'Exclusive: node pools get the static CPU manager.',
    options: options(['shared', 'exclusive'], { shared: 'Shared', exclusive: 'Exclusive' }),
    empty: () => 'Shared (default)',
  },
  { editor: 'text', path: ['description'], label: 'Description', multiline: true },
];

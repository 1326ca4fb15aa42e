import { schema, type Workload } from '../../../../shared/model/index.ts';
import { formatPairs } from '../editors/pairs.ts';
import { type Field, type FieldContext, options } from './define.ts';
import { recordOptions } from './record-options.ts';

const workload = ({ record }: FieldContext) => record as unknown as Workload;
const portNames = (context: FieldContext) =>
  Object.keys(workload(context).ports ?? {}).map((name) => ({ value: name, label: name }));
const portNumber = (context: FieldContext, name: string) => workload(context).ports?.[name]?.port ?? 80;

export const workloadFields: readonly Field[] = [
  {
    editor: 'text',
    path: ['name'],
    label: 'Name in the namespace',
    mono: true,
    placeholder: ({ ref }) => ref?.id ?? '',
  },
  {
    editor: 'pairs',
    path: ['labels'],
    label: 'Pod labels',
    placeholder: ({ ref }) => `app: ${ref?.id ?? ''}`,
  },
  {
    editor: 'table',
    of: 'map',
    path: ['ports'],
    label: 'Ports',
    keyLabel: 'Name',
    newKey: () => 'http',
    make: () => ({ port: 8080 }),
    columns: [
      { editor: 'number', path: ['port'], label: 'Port' },
      {
        editor: 'select',
        path: ['protocol'],
        label: 'Protocol',
        options: options(schema.protocols),
        empty: () => 'TCP',
      },
    ],
    add: 'Add a port',
  },
  {
    editor: 'select',
    path: ['runtime'],
    label: 'Runtime',
    options: recordOptions('runtime'),
    empty: ({ index, ref, record }) => {
      const zone = index.get('zone', index.get('namespace', (record as { namespace?: string }).namespace)?.zone);
      const first = zone?.runtimes?.[0];
      return ref === undefined || first === undefined ? 'The engine’s default' : `${first} (from zone)`;
    },
  },
  {
    editor: 'table',
    of: 'map',
    path: ['storage'],
    label: 'Storage',
    keyLabel: 'Claim',
    newKey: () => 'data',
    make: () => ({ size: '10Gi' }),
    columns: [
      { editor: 'select', path: ['class'], label: 'Class', options: recordOptions('class'), empty: () => 'Default' },
      { editor: 'text', path: ['size'], label: 'Size', mono: true, placeholder: () => '1Gi' },
    ],
    inTwoLines: true,
    add: 'Add a claim',
  },
  { editor: 'number', path: ['replicas'], label: 'Replicas', placeholder: () => '1' },
  {
    editor: 'select',
    path: ['kind'],
    label: 'Kind',
    options: options(schema.workloadKinds),
    empty: () => 'Deployment (default)',
  },
  { editor: 'select', path: ['namespace'], label: 'Namespace', options: recordOptions('namespace') },
  {
    editor: 'group',
    path: ['service'],
    label: 'Service',
    add: 'Add a Service',
    make: () => ({}),
    fields: [
      {
        editor: 'select',
        path: ['type'],
        label: 'Type',
        options: options(['ClusterIP', 'NodePort', 'LoadBalancer']),
        empty: () => 'ClusterIP (default)',
      },
      {
        editor: 'table',
        of: 'map',
        path: ['ports'],
        label: 'Dialled ports',
        hint: 'Where another port is dialled than the pods listen on.',
        keyLabel: 'Port',
        keys: portNames,
        make: portNumber,
        columns: [{ editor: 'number', path: [], label: 'Dialled' }],
        add: 'Add a dialled port',
      },
      {
        editor: 'table',
        of: 'map',
        path: ['nodePorts'],
        label: 'Node ports',
        keyLabel: 'Port',
        keys: portNames,
        make: () => 30080,
        columns: [{ editor: 'number', path: [], label: 'Node port' }],
        add: 'Add a node port',
      },
      {
        editor: 'list',
        path: ['addresses'],
        label: 'Outside addresses',
        mono: true,
        placeholder: () => '198.51.100.7',
      },
      {
        editor: 'select',
        path: ['externalTrafficPolicy'],
        label: 'External traffic policy',
        options: options(['Local', 'Cluster']),
        empty: () => 'Local (default)',
      },
    ],
  },
  {
    editor: 'pairs',
    path: ['selector'],
    label: 'Selector',
    hint: 'The part of the labels that policies use.',
    placeholder: ({ record, ref }) =>
      `${formatPairs((record as unknown as Workload).labels ?? { app: ref?.id ?? '' }).join(', ')} (all labels)`,
  },
  {
    editor: 'toggle',
    path: ['hostNetwork'],
    label: 'Runs on the host network',
    hint: 'Network policies do not hold for pods on the host network.',
    default: false,
  },
  { editor: 'text', path: ['owner'], label: 'Owner', placeholder: (context) => namespaceOwner(context) ?? 'Nobody' },
  { editor: 'text', path: ['description'], label: 'Description', multiline: true },
];

function namespaceOwner(context: FieldContext): string | undefined {
  const owner = context.index.get('namespace', workload(context).namespace)?.owner;
  return owner === undefined ? undefined : `${owner} (from namespace)`;
}

import { cnis, distributionInfo, newestKubernetes } from '../../../../shared/catalog/index.ts';
import { type Cluster, schema } from '../../../../shared/model/index.ts';
import { type Field, type FieldContext, options } from './define.ts';
import { recordOptions } from './record-options.ts';

const distributionOptions = () =>
  schema.distributions.map((value) => ({ value, label: distributionInfo(value).label }));

const cluster = ({ record }: FieldContext) => record as unknown as Cluster;

export const clusterFields: readonly Field[] = [
  { editor: 'text', path: ['name'], label: 'Name', placeholder: ({ ref }) => ref?.id ?? '' },
  { editor: 'select', path: ['distribution'], label: 'Distribution', options: distributionOptions },
  { editor: 'text', path: ['version'], label: 'Kubernetes version', mono: true, placeholder: () => newestKubernetes },
  {
    editor: 'group',
    path: ['cni'],
    label: 'Network plugin',
    add: 'Name a network plugin',
    make: () => ({ name: 'calico' }),
    fields: [
      { editor: 'text', path: ['name'], label: 'Plugin', suggestions: () => cnis.map((c) => c.id) },
      { editor: 'text', path: ['version'], label: 'Version', mono: true },
      {
        editor: 'select',
        path: ['clusterNetworkPolicy'],
        label: 'ClusterNetworkPolicy',
        hint: 'The version that the cluster’s CRDs serve; the guard rails of the zones are exported in it then.',
        options: options(['v1alpha2', 'v1beta1']),
        empty: () => 'The plugin’s own kinds',
      },
    ],
  },
  {
    editor: 'group',
    path: ['engine'],
    label: 'Container engine',
    add: 'Name a container engine',
    make: () => ({ name: 'containerd' }),
    fields: [
      { editor: 'select', path: ['name'], label: 'Engine', options: options(['containerd', 'cri-o']) },
      { editor: 'text', path: ['version'], label: 'Version', mono: true },
    ],
  },
  { editor: 'list', path: ['networks', 'pods'], label: 'Pod network', mono: true, placeholder: () => '10.20.0.0/16' },
  {
    editor: 'list',
    path: ['networks', 'services'],
    label: 'Service network',
    mono: true,
    placeholder: () => '10.21.0.0/16',
  },
  { editor: 'list', path: ['networks', 'nodes'], label: 'Node networks', mono: true, placeholder: () => '10.1.0.0/24' },
  {
    editor: 'select',
    path: ['seenAs'],
    label: 'Seen from other clusters as',
    hint: 'As what other clusters see its pods.',
    options: options(['routed', 'node', 'egress', 'mesh'], {
      routed: 'Pod addresses (routed)',
      node: 'Node addresses',
      egress: 'Egress addresses',
      mesh: 'Identities of a mesh',
    }),
    empty: () => 'Node addresses (default)',
  },
  {
    editor: 'list',
    path: ['egress', 'cluster'],
    label: 'Egress addresses',
    mono: true,
    placeholder: () => 'Of the whole cluster',
  },
  {
    editor: 'table',
    of: 'map',
    path: ['egress', 'zones'],
    label: 'Egress by zone',
    keyLabel: 'Zone',
    keys: recordOptions('zone'),
    make: () => [],
    columns: [{ editor: 'list', path: [], label: 'Addresses', mono: true, keepsEmpty: true }],
    add: 'Add a zone',
  },
  {
    editor: 'table',
    of: 'map',
    path: ['egress', 'namespaces'],
    label: 'Egress by namespace',
    keyLabel: 'Namespace',
    keys: recordOptions('namespace'),
    make: () => [],
    columns: [{ editor: 'list', path: [], label: 'Addresses', mono: true, keepsEmpty: true }],
    add: 'Add a namespace',
  },
  { editor: 'text', path: ['mesh'], label: 'Mesh', hint: 'Clusters of one mesh share the name.' },
  {
    editor: 'group',
    path: ['api'],
    label: 'API server',
    add: 'Set the API address',
    make: (context) => ({ address: firstHost(cluster(context).networks?.nodes?.[0]) }),
    fields: [
      { editor: 'text', path: ['address'], label: 'Address', mono: true },
      { editor: 'number', path: ['port'], label: 'Port', placeholder: () => '6443' },
      {
        editor: 'list',
        path: ['endpoints'],
        label: 'Seen by pods at',
        hint: 'Addresses behind the Service kubernetes: the control plane’s nodes.',
        mono: true,
        placeholder: () => 'The address above',
      },
    ],
  },
  { editor: 'number', path: ['controlPlane', 'count'], label: 'Control plane nodes', placeholder: () => '1' },
  {
    editor: 'select',
    path: ['controlPlane', 'zone'],
    label: 'Control plane zone',
    options: recordOptions('zone'),
    empty: () => 'No zone',
  },
  {
    editor: 'select',
    path: ['replaces'],
    label: 'Replaces',
    hint: 'Blue-green: this cluster holds that one’s namespaces as well, and flows hold for either being the active one.',
    options: (context) => recordOptions('cluster')(context).filter((o) => o.value !== context.ref?.id),
    empty: () => 'No cluster',
  },
  {
    editor: 'table',
    of: 'map',
    path: ['pools'],
    label: 'Node pools',
    keyLabel: 'Pool',
    newKey: (context) => `${zoneToAdd(context) ?? 'pool'}-a`,
    make: (context) => ({ zone: zoneToAdd(context) ?? 'zone', nodes: 3 }),
    columns: [
      { editor: 'select', path: ['zone'], label: 'Zone', options: recordOptions('zone') },
      { editor: 'number', path: ['nodes'], label: 'Nodes' },
    ],
    inTwoLines: true,
    add: 'Add a pool',
  },
  {
    editor: 'json',
    path: ['platform'],
    label: 'Platform',
    hint: 'Passed through to the distribution’s format, as JSON: instance types, images, regions.',
  },
  { editor: 'text', path: ['description'], label: 'Description', multiline: true },
];

/** The outermost zone in which the cluster has no nodes yet, else the outermost. */
function zoneToAdd({ index, ref }: FieldContext): string | undefined {
  const pooled = new Set(ref === undefined ? [] : index.poolsOf(ref.id).map((p) => p.zone));
  return (index.zones.find((z) => !pooled.has(z.id)) ?? index.zones[0])?.id;
}

function firstHost(network: string | undefined): string {
  const match = /^(\d+\.\d+\.\d+)\.\d+\//.exec(network ?? '');
  return match === null ? '10.0.0.10' : `${match[1]}.10`;
}

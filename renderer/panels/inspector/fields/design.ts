import { schema } from '../../../../shared/model/index.ts';
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
  {
    editor: 'list',
    path: ['administrators', 'groups'],
    label: 'Groups of administrators',
    hint: 'Who may give namespaces and nodes their zone.',
    mono: true,
    placeholder: () => 'Those of each distribution (default)',
  },
  {
    editor: 'list',
    path: ['administrators', 'users'],
    label: 'Users who administrate',
    mono: true,
    placeholder: () => 'None by name',
  },
  {
    editor: 'group',
    path: ['gitops'],
    label: 'GitOps',
    hint: 'Adds objects for Argo CD or Flux to exports, in gitops/.',
    add: 'Apply exports by GitOps',
    make: () => ({ repository: 'https://git.example/zones.git', tools: ['argocd'] }),
    fields: [
      {
        editor: 'text',
        path: ['repository'],
        label: 'Repository',
        mono: true,
        hint: 'Where exports are committed. Never with a password.',
      },
      {
        editor: 'text',
        path: ['revision'],
        label: 'Branch or commit',
        mono: true,
        placeholder: () => 'main (default)',
      },
      {
        editor: 'text',
        path: ['path'],
        label: 'Folder of the export',
        mono: true,
        placeholder: () => 'the top (default)',
      },
      {
        editor: 'list',
        path: ['tools'],
        label: 'Tools',
        options: options(schema.gitopsTools, { argocd: 'Argo CD', flux: 'Flux' }),
      },
      {
        editor: 'select',
        path: ['stage'],
        label: 'Rollout',
        hint: 'How far the first rollout has come.',
        options: options(schema.rolloutStages, {
          observe: 'All allowed, admission warns',
          isolate: 'Default deny, admission warns',
          enforce: 'Everything is in force',
        }),
        empty: () => 'Everything is in force (default)',
      },
    ],
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
  inTwoLines: true,
  add: 'Set a rule',
};

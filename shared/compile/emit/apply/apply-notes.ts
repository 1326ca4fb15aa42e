/** `APPLY.md`: what has to be there, and the exact commands by which the export of a cluster takes effect. */
import { immutableFields, type KubeObject } from '../../../k8s/index.ts';
import { oneLine } from '../../../lib/one-line.ts';
import { sortBy, unique } from '../../../lib/sort.ts';
import type { EmittedFile, TargetDocs } from '../../define.ts';
import type { ClusterIr } from '../../ir.ts';
import { rowsOf } from '../firewall/rows.ts';
import { appliedObjects, rolloutPath } from './kustomization.ts';
import { prerequisitesOf } from './prerequisites.ts';
import {
  type AppliedKinds,
  applyCommand,
  leftoverCommand,
  removeCommands,
  selectorOf,
  unnamedCommands,
} from './prune.ts';

export const applyNotesDocs: TargetDocs = {
  title: 'Apply notes',
  formats: ['Markdown'],
  files: ['APPLY.md'],
  covers:
    'What has to be there first; the commands of the first rollout, of every later one, and of the way back; what is replaced rather than changed.',
  limits: 'It runs nothing.',
};

export function applyNotes(ir: ClusterIr, files: readonly EmittedFile[], kinds: AppliedKinds): EmittedFile[] {
  const objects = appliedObjects(files);
  const sections = [
    [`# Apply the export of cluster ${ir.id}`, '', 'Run the commands in this folder, with kubectl set to the cluster.'],
    beforehand(ir, files, objects),
    ...(objects.length === 0 ? [left(ir, kinds)] : applied(ir, objects, kinds)),
    afterwards(ir, objects),
    [
      '`inventory/` lists the workloads and node pools of the design for review. It is not applied. `coverage.md` says what the manifests cannot enforce.',
    ],
  ];
  const text = sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
  return [{ path: 'APPLY.md', text: `${text}\n`, causes: [{ kind: 'cluster', id: ir.id }] }];
}

function beforehand(ir: ClusterIr, files: readonly EmittedFile[], objects: readonly KubeObject[]): string[] {
  const items: string[] = [];
  if (files.some((f) => f.path.startsWith('cluster/')))
    items.push(
      'The cluster is made with its configuration in `cluster/`. An existing cluster: compare and change it by hand.',
    );
  if (files.some((f) => f.path === 'nodes/steps.md'))
    items.push(
      'The nodes are prepared and labelled as `nodes/steps.md` says. Pods that are pinned to a zone wait until its nodes carry their labels.',
    );
  if (objects.length > 0)
    items.push(...prerequisitesOf(ir, objects).map(({ text, command }) => `${oneLine(text)} \`${command}\``));
  return items.length === 0 ? [] : ['## What has to be there', '', ...items.map((item) => `- [ ] ${item}`)];
}

/** What a cluster to which nothing is applied any more may have from earlier exports. */
function left(ir: ClusterIr, { pruned, unnamed }: AppliedKinds): string[] {
  return [
    '## What earlier exports left',
    '',
    'Nothing of this design is applied here. Where an earlier export was, this deletes what it allowed; the default deny of its namespaces stays:',
    '',
    ...fence([leftoverCommand(ir, pruned), ...unnamedCommands(ir, unnamed)].join('\n')),
  ];
}

function applied(ir: ClusterIr, objects: readonly KubeObject[], { pruned, unnamed }: AppliedKinds): string[][] {
  const command = (folder: string) => fence(applyCommand(ir, folder, pruned));
  const at = (stage: 'observe' | 'isolate') => `../${rolloutPath(ir.id, stage)}`;
  return [
    gitopsNote(ir),
    [
      '## The first time, in a cluster that is in use',
      '',
      'No step ends a connection that is drawn. A new cluster needs only the last one.',
      '',
      '1. Allow everything that is drawn, deny nothing; admission warns and writes to the audit log.',
      '',
      ...command(at('observe')),
      '',
      '   Read the warnings: restart workloads one by one (`kubectl rollout restart`), and look for `validation.policy.admission.k8s.io` in the audit log. Back: the last commands of this page.',
      '',
      '2. Deny what is not drawn. In a mesh or between clusters, do step 1 in all of them first.',
      '',
      ...command(at('isolate')),
      '',
      '   Look for connections that fail, draw what was forgotten, export again, and repeat both steps. Back: the command of step 1.',
      '',
      '3. Refuse what admission only warned about: the next section. Back: the command of step 2; where namespaces are refused, wait some seconds and run it again.',
    ],
    [
      '## Every time',
      '',
      'Look at what would change, then apply; what is no longer drawn is deleted.',
      '',
      ...fence('kubectl diff -k .'),
      '',
      'It does not show what is deleted: the command that applies does, with `--dry-run=server` at its end, in the lines that say “pruned”.',
      '',
      ...(objects.some((o) => o.metadata.name === 'zonewright-namespaces')
        ? [
            'Where an earlier export is applied, first tell its admission of new namespaces, and wait some seconds:',
            '',
            ...fence('kubectl apply -k first'),
            '',
          ]
        : []),
      ...command('.'),
      '',
      'kubectl calls `--prune` alpha. It deletes only what carries that label, has a kind of that list, and lies in a namespace of this export or in none. What earlier exports left in namespaces that are no longer drawn goes by:',
      '',
      ...fence(leftoverCommand(ir, pruned)),
      '',
      'The default deny stays there, so nothing opens; delete it too, or the namespace, when nobody needs it. This lists all namespaces that were ever applied:',
      '',
      ...fence(`kubectl get namespaces -l ${selectorOf(ir)}`),
      '',
      ...(unnamed.length === 0
        ? []
        : [
            'kubectl refuses kinds that a cluster does not know, so kinds of which this export holds nothing stand in commands of their own. Where an earlier export had some, as with a gateway that is no longer drawn, this deletes them:',
            '',
            ...fence(unnamedCommands(ir, unnamed).join('\n')),
            '',
          ]),
      'Admission judges pods only when they are created: restart the workloads that ran before.',
    ],
    replaced(objects),
    [
      '## Take everything back',
      '',
      'From step 1 of the first time, which opens everything. After it nothing restricts any more. Namespaces, Services, gateways, ingresses and classes stay, because something may use them.',
      '',
      ...fence(removeCommands(ir, pruned).join('\n')),
    ],
  ];
}

function gitopsNote(ir: ClusterIr): string[] {
  const gitops = ir.lookup.topology.metadata?.gitops;
  if (gitops === undefined) return [];
  const files = gitops.tools.map((t) => `\`../gitops/${t}.yaml\``).join(' and ');
  return [
    '## By GitOps',
    '',
    `Commit the export to ${gitops.repository} and apply ${files} where that tool runs; it then does what the commands below do, at every commit. The first time, set the design’s \`gitops.stage\` to observe, then to isolate, then take it away; each is an export and a commit. The way back is the stage before.`,
  ];
}

/** Kinds of this export that the API server lets nobody change in part. */
function replaced(objects: readonly KubeObject[]): string[] {
  const fixed = objects.filter((o) => o.metadata.namespace === undefined && immutableFields(o).length > 0);
  if (fixed.length === 0) return [];
  const kinds = sortBy(unique(fixed.map((o) => o.kind)), (kind) => kind);
  return [
    '## What is replaced, not changed',
    '',
    'The API server refuses to change these fields; the preview of an export and a review mark such a change with “replace”. Delete the object, then apply. Volumes and running pods stay as they are; claims and pods that come in between wait or are refused.',
    '',
    ...kinds.map((kind) => {
      const of = fixed.filter((o) => o.kind === kind);
      const fields = of[0] === undefined ? [] : immutableFields(of[0]);
      return `- ${kind}: ${fields.join(', ')}. \`kubectl delete ${kind.toLowerCase()} NAME\``;
    }),
  ];
}

function afterwards(ir: ClusterIr, objects: readonly KubeObject[]): string[] {
  const items: string[] = [];
  const counted = [
    ...ir.network.services.map((s) => ({ what: `Service ${s.name} of workload ${s.workload}`, of: s.addresses })),
    ...ir.network.gateways
      .filter((g) => g.kind === 'gateway')
      .map((g) => ({ what: `Gateway ${g.proxy}`, of: g.addresses })),
  ].filter(({ of }) => of.length > 0);
  if (counted.length > 0) {
    items.push('- See that the load balancers have the addresses that the design counts on:');
    items.push(...counted.map(({ what, of }) => `  - ${oneLine(what)}: ${of.join(', ')}`));
  }
  if (rowsOf([ir]).length > 0)
    items.push(
      '- Hand `../firewall/rows.csv` to whoever runs the firewalls; `../firewall/zones.nft` holds the same rules for a Linux router.',
    );
  if (items.length === 0) return [];
  return [objects.length === 0 ? '## Besides' : '## Afterwards', '', ...items];
}

function fence(command: string): string[] {
  return ['```', ...command.split('\n'), '```'];
}

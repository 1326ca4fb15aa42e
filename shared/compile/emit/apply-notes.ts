/** `APPLY.md`: in which order the export of a cluster takes effect, in as few words as do. */
import type { EmittedFile, TargetDocs } from '../define.ts';
import type { ClusterIr } from '../ir.ts';

export const applyNotesDocs: TargetDocs = {
  title: 'Apply notes',
  formats: ['Markdown'],
  files: ['APPLY.md'],
  covers: 'In which order the export of a cluster takes effect.',
  limits: 'It runs nothing.',
};

export function applyNotes(ir: ClusterIr, files: readonly EmittedFile[]): EmittedFile[] {
  const has = (path: string) => files.some((f) => f.path === path);
  const under = (folder: string) => files.some((f) => f.path.startsWith(folder));
  const steps: string[] = [];
  if (under('cluster/'))
    steps.push(
      'Make the cluster with its configuration in `cluster/`. An existing cluster: compare and change it by hand.',
    );
  if (has('nodes/steps.md'))
    steps.push(
      'Prepare and label the nodes as `nodes/steps.md` says. Pods that are pinned to a zone wait until its nodes carry their labels.',
    );
  const gitops = ir.lookup.topology.metadata?.gitops;
  if (has('kustomization.yaml') && gitops !== undefined)
    steps.push(
      `Commit the export to ${gitops.repository} and apply ${gitops.tools.map((t) => `\`../gitops/${t}.yaml\``).join(' and ')} where that tool runs; it then does the next two steps at every commit.`,
    );
  if (has('kustomization.yaml')) {
    if (has('placement/namespaces.yaml')) {
      steps.push(
        'Where an earlier export is applied: `kubectl apply -f placement/namespaces.yaml`, and wait some seconds. The earlier policy refuses namespaces and zones that it does not know.',
      );
    }
    steps.push('Look at what would change: `kubectl diff -k .`');
    steps.push('Apply: `kubectl apply -k .`');
    steps.push(
      'Give the admission policies some seconds, then restart the workloads that ran before: admission judges pods only when they are created.',
    );
  }
  if (has('kustomization.yaml')) {
    steps.push(
      'Where an earlier export is applied: what is no longer in this one stays in the cluster and in force. `zonewright diff` of the two folders names each object that is gone; remove it with `kubectl delete`. All carry the label `app.kubernetes.io/managed-by=zonewright`.',
    );
  }
  if (ir.network.services.some((s) => s.addresses.length > 0)) {
    steps.push('See that the load balancers have the addresses that the design counts on:');
  }
  const addresses = ir.network.services
    .filter((s) => s.addresses.length > 0)
    .map((s) => `   - Service ${s.name} of workload ${s.workload}: ${s.addresses.join(', ')}`);
  if (ir.network.firewall.length + ir.storage.firewall.length > 0) {
    steps.push(
      'Hand `../firewall/rows.csv` to whoever runs the firewalls; `../firewall/zones.nft` holds the same rules for a Linux router.',
    );
  }
  const lines = [`# Apply the export of cluster ${ir.id}`, ''];
  for (const [i, step] of steps.entries()) {
    lines.push(`${i + 1}. ${step}`);
    if (step.endsWith(':')) lines.push(...addresses);
  }
  lines.push(
    '',
    'New namespaces deny everything from the first moment. In a cluster that is already in use, apply at a quiet time: connections that are not drawn end.',
    '',
    '`inventory/` lists the workloads and node pools of the design for review. It is not applied. `coverage.md` says what the manifests cannot enforce.',
  );
  return [{ path: 'APPLY.md', text: `${lines.join('\n')}\n`, causes: [{ kind: 'cluster', id: ir.id }] }];
}

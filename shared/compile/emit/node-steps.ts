/**
 * What an administrator runs and copies for the nodes of a cluster. Labels that tell zone and runtimes are protected from
 * kubelets, so no configuration file can set them. Every command is complete in one line, without shell variables or loops.
 */
import { ref } from '../../model/index.ts';
import type { Emitter } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import { formatTaint, type PoolIr } from '../lower/cluster.ts';
import { causes } from '../provenance.ts';
import { isSynced } from './cluster/capi.ts';
import { nodeSetup } from './cluster/eksctl-nodes.ts';
import { kindNodeNames } from './cluster/kind.ts';
import { egressSteps } from './egress/steps.ts';
import { containerdDropIn, runscFiles } from './node/containerd.ts';
import { crioDropIn } from './node/crio.ts';

/** Above this many nodes a command per pool would be longer than anybody reads; one placeholder then stands for each node. */
const mostNames = 20;

export const nodeSteps: Emitter = {
  id: 'node-steps',
  docs: {
    title: 'Node steps',
    formats: ['Markdown'],
    files: ['nodes/steps.md'],
    covers:
      'The commands and copies that no configuration can carry: protected labels, taints where nothing else sets them, and nodes for egress addresses.',
    limits: 'It runs nothing; nodes that join later need the same steps.',
  },
  applies: (ir) => ir.nodes.pools.length > 0 || egressSteps(ir).length > 0,
  emit: (ir) => {
    const kindNames = ir.cluster.distribution === 'kind' ? kindNodeNames(ir) : undefined;
    const sections = ir.nodes.pools.map((pool) => section(ir, pool, kindNames?.get(pool.name)));
    const intro = [
      `# Nodes of cluster ${ir.id}`,
      '',
      'Kubelets may not set the labels below on themselves (admission plugin NodeRestriction), so that a node that was taken',
      ir.cluster.distribution === 'capi'
        ? 'over cannot claim another zone or runtime. Cluster API copies them from its machines to nodes, with few exceptions below.'
        : 'over cannot claim another zone or runtime. An administrator sets them for every node, also for nodes that join later.',
      ...(kindNames === undefined
        ? ['', 'Replace every NODE name by the name of a node of that pool, as `kubectl get nodes` prints it.']
        : []),
      '',
    ];
    return {
      files: [
        {
          path: 'nodes/steps.md',
          text: `${[...intro, ...sections.flat(), ...egressSteps(ir)].join('\n').trimEnd()}\n`,
          causes: causes([ref('cluster', ir.id)], ...ir.nodes.pools.map((p) => p.causes)),
        },
      ],
      problems: [],
      coverage: [],
    };
  },
};

function section(ir: ClusterIr, pool: PoolIr, names: readonly string[] | undefined): string[] {
  const lines = [`## Pool ${pool.name}: zone ${pool.zone}, ${pool.nodes} ${pool.nodes === 1 ? 'node' : 'nodes'}`, ''];
  const needs = needsOf(ir, pool);
  if (needs.length > 0) lines.push('A node needs, before it joins:', '', ...needs.map((need) => `- ${need}`), '');
  const copies = copiesOf(ir, pool).map((c) => `- \`${c.path}\` to \`${c.onNode}\``);
  if (copies.length > 0) {
    lines.push('Before a node joins, copy to it:', '', ...copies, '');
    lines.push(`Then restart the engine: \`systemctl restart ${ir.nodes.engineService}\``, '');
  }
  // Nodes of OpenShift are made by its operator, also anew, with what the machine config pool of their role holds.
  const isOpenshift = ir.cluster.distribution === 'openshift';
  if (isOpenshift && (pool.needsDropIn || pool.exclusiveCpus))
    lines.push(
      `First \`oc apply -f cluster/openshift/pool-${pool.name}.yaml\`: by the role below its nodes get what it holds.`,
      '',
    );
  if (pool.exclusiveCpus && ir.nodes.distribution.ownNodes && !isOpenshift) {
    lines.push(
      'A node that already ran with another CPU manager policy needs its state removed: drain it, stop the kubelet, delete `/var/lib/kubelet/cpu_manager_state`, start the kubelet.',
      '',
    );
  }
  const targets = names ?? placeholders(pool);
  if (targets.length === 0) {
    lines.push('No nodes yet.', '');
    return lines;
  }
  const list = targets.join(' ');
  const labels = Object.entries(pool.protectedLabels).filter(([k]) => !isSetByMachines(ir, k));
  if (labels.length < Object.keys(pool.protectedLabels).length)
    lines.push(
      'The machines of this pool bring their labels and the files of the engine (MachineDeployment, KubeadmConfigTemplate).',
      '',
    );
  if (labels.length === 0) return lines;
  lines.push(targets.length < pool.nodes ? 'For every node:' : 'For all its nodes:', '', '```');
  lines.push(`kubectl label node ${list} ${labels.map(([k, v]) => `${k}=${v}`).join(' ')} --overwrite`);
  if (!ir.nodes.configuresPools) {
    const own = Object.entries(pool.labels).map(([k, v]) => `${k}=${v}`);
    if (own.length > 0) lines.push(`kubectl label node ${list} ${own.join(' ')} --overwrite`);
    if (pool.taints.length > 0)
      lines.push(`kubectl taint node ${list} ${pool.taints.map(formatTaint).join(' ')} --overwrite`);
  }
  lines.push('```', '');
  return lines;
}

/** Nothing for the runtime that every installation of the engine has, and nothing where somebody else sets nodes up. */
function needsOf(ir: ClusterIr, pool: PoolIr): string[] {
  const isOurs =
    ir.nodes.distribution.ownNodes || (ir.cluster.distribution === 'eks' && nodeSetup(ir, pool) === 'nodeadm');
  if (!isOurs) return [];
  return pool.runtimes.flatMap(({ id, info }) => {
    if (info === undefined || info.id === ir.nodes.engine.builtinRuntime) return [];
    const needs = [...info.onNode, ...(ir.nodes.engine.name === 'cri-o' ? [info.crio?.onNode ?? []].flat() : [])];
    return needs.map((need) => `for runtime ${id}: ${need}`);
  });
}

function isSetByMachines(ir: ClusterIr, label: string): boolean {
  return ir.cluster.distribution === 'capi' && isSynced(label);
}

function placeholders(pool: PoolIr): string[] {
  if (pool.nodes > mostNames) return [`NODE-${pool.name}`];
  return Array.from({ length: pool.nodes }, (_, i) => `NODE-${pool.name}-${i + 1}`);
}

function copiesOf(ir: ClusterIr, pool: PoolIr): ReadonlyArray<{ readonly path: string; readonly onNode: string }> {
  if (['capi', 'openshift'].includes(ir.cluster.distribution)) return [];
  const patches = {
    path: `nodes/${pool.name}/patches/kubeletconfiguration+merge.yaml`,
    onNode: '/etc/kubernetes/patches/kubeletconfiguration+merge.yaml',
  };
  return [
    ...(ir.nodes.containerd === undefined || !pool.needsDropIn
      ? []
      : [containerdDropIn(ir, pool), ...runscFiles(pool, 'containerd')]),
    ...(ir.nodes.engine.name === 'cri-o' && pool.needsDropIn
      ? [crioDropIn(ir, pool), ...runscFiles(pool, 'crio')]
      : []),
    ...(pool.exclusiveCpus && ir.cluster.distribution === 'kubeadm' ? [patches] : []),
  ];
}

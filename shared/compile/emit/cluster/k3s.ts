/** K3s: /etc/rancher/k3s/config.yaml of servers and of the agents of each pool. Source: docs.k3s.io, cli/server and cli/agent. */
import type { Emitter } from '../../define.ts';
import type { ClusterIr } from '../../ir.ts';
import type { ConfigMap } from '../config-yaml.ts';
import { type RancherFlavour, rancherFiles } from './rancher.ts';

/** Plugins that come with K3s: Flannel, with the policy controller of kube-router. */
const builtinCnis = ['flannel', 'kube-router'];

const flavour: RancherFlavour = {
  id: 'k3s',
  label: 'K3s',
  joinPort: (ir) => ir.cluster.api?.port ?? 6443,
  server,
  bringsPlugin,
  firstOfSeveral: { 'cluster-init': true },
  everywhere: [],
};

export const k3s: Emitter = {
  id: 'cluster/k3s',
  docs: {
    title: 'K3s',
    formats: ['k3s config.yaml'],
    files: ['cluster/k3s/server.yaml', 'cluster/k3s/join-server.yaml', 'cluster/k3s/agent/POOL.yaml'],
    covers:
      'Address ranges, admission plugins, the built-in network plugin or none, taints and labels of each pool, exclusive CPUs.',
    limits:
      'Token (placeholder); protected labels, which nodes/steps.md sets; the release, which the installer chooses.',
    platform: '`server` and `agent`: settings for the files of servers and of agents.',
  },
  applies: (ir) => ir.cluster.distribution === 'k3s',
  emit: (ir) => ({
    ...rancherFiles(ir, flavour),
    coverage: [
      {
        cluster: ir.id,
        state: 'enforced',
        subject: 'Packaged ingress of K3s',
        text: `Traefik${ir.spansZones ? ' and ServiceLB are' : ' is'} switched off in the configuration, because ${ir.spansZones ? 'they' : 'it'} would open ports on nodes whatever the design exposes.`,
      },
    ],
  }),
};

function bringsPlugin(ir: ClusterIr): boolean {
  return builtinCnis.includes(ir.cluster.cni?.name ?? ir.nodes.distribution.defaultCni ?? '');
}

function server(ir: ClusterIr): ConfigMap {
  return {
    // Where several zones share the nodes, ServiceLB would open the ports of one zone's Services on the nodes of all.
    disable: ir.spansZones ? ['servicelb', 'traefik'] : ['traefik'],
    ...(!bringsPlugin(ir) && { 'flannel-backend': 'none', 'disable-network-policy': true }),
  };
}

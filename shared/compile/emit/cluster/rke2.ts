/** RKE2: /etc/rancher/rke2/config.yaml of servers and of the agents of each pool. Source: docs.rke2.io, server_config. */
import type { Emitter } from '../../define.ts';
import type { ClusterIr } from '../../ir.ts';
import type { ConfigMap } from '../config-yaml.ts';
import { type RancherFlavour, rancherFiles } from './rancher.ts';

/** Plugins that RKE2 brings along; any other is installed by hand, with `cni: none`. */
const bundledCnis = ['calico', 'canal', 'cilium', 'flannel'];

const flavour: RancherFlavour = {
  id: 'rke2',
  label: 'RKE2',
  // Nodes join at the supervisor, not at the API server.
  joinPort: () => 9345,
  server,
  bringsPlugin: (ir) => bundledCnis.includes(cniOf(ir)),
  firstOfSeveral: {},
  // The hardening profile checks the host of every node, so it stands in all files or has no effect on some.
  everywhere: ['profile'],
};

export const rke2: Emitter = {
  id: 'cluster/rke2',
  docs: {
    title: 'RKE2',
    formats: ['rke2 config.yaml'],
    files: ['cluster/rke2/server.yaml', 'cluster/rke2/join-server.yaml', 'cluster/rke2/agent/POOL.yaml'],
    covers:
      'Address ranges, admission plugins, network plugin, hardening profile, taints and labels of each pool, exclusive CPUs.',
    limits:
      'Token (placeholder); protected labels, which nodes/steps.md sets; kernel settings that a profile needs; the release, which the installer chooses.',
    platform: '`server` and `agent`: settings for the files of servers and of agents; `profile`: for both.',
  },
  applies: (ir) => ir.cluster.distribution === 'rke2',
  emit: (ir) => ({
    ...rancherFiles(ir, flavour),
    coverage: [
      {
        cluster: ir.id,
        state: 'enforced',
        subject: 'Packaged ingress of RKE2',
        text: 'The packaged ingress controller is switched off in the configuration, because it would open ports on every node whatever the design exposes.',
      },
      ...(ir.cluster.platform?.profile === undefined
        ? []
        : [
            {
              cluster: ir.id,
              state: 'not-enforced' as const,
              subject: `Profile ${JSON.stringify(ir.cluster.platform.profile)}`,
              text: 'RKE2 checks the kernel settings and the etcd user that this profile needs and does not start without them; prepare every host for it.',
            },
          ]),
    ],
  }),
};

function server(ir: ClusterIr): ConfigMap {
  const cni = cniOf(ir);
  return { cni: bundledCnis.includes(cni) ? cni : 'none', 'ingress-controller': 'none' };
}

function cniOf(ir: ClusterIr): string {
  return ir.cluster.cni?.name ?? ir.nodes.distribution.defaultCni ?? '';
}

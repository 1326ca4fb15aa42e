/**
 * kubeadm (v1beta4): one file for `kubeadm init`, one for every way to join, since kubeadm refuses a file that holds a kind
 * twice. Secrets are never part of a design: token, CA hash and certificate key are placeholders, replaced when a node joins.
 */
import { kubernetesFeatureSince, kubernetesHas } from '../../../catalog/index.ts';
import type { Problem } from '../../../lib/problem.ts';
import { ref } from '../../../model/index.ts';
import type { EmittedFile, Emitter } from '../../define.ts';
import type { ClusterIr } from '../../ir.ts';
import type { PoolIr } from '../../lower/cluster.ts';
import { causes } from '../../provenance.ts';
import { type ConfigMap, installsPlugin, printConfig, withPlatform } from '../config-yaml.ts';
import { exclusiveCpus } from './exclusive-cpus.ts';
import { checkRanges, nodeMaskArgs } from './ranges.ts';

const kubeadmVersion = 'kubeadm.k8s.io/v1beta4';
const endpointPlaceholder = 'REPLACE_ME_CONTROL_PLANE_ENDPOINT';
const documentKinds = [
  'InitConfiguration',
  'ClusterConfiguration',
  'KubeletConfiguration',
  'KubeProxyConfiguration',
  'JoinConfiguration',
];

export const kubeadm: Emitter = {
  id: 'cluster/kubeadm',
  docs: {
    title: 'kubeadm',
    formats: ['kubeadm.k8s.io/v1beta4', 'kubelet.config.k8s.io/v1beta1', 'kubeproxy.config.k8s.io/v1alpha1'],
    files: [
      'cluster/kubeadm/init.yaml',
      'cluster/kubeadm/join-control-plane.yaml',
      'cluster/kubeadm/join/POOL.yaml',
      'nodes/POOL/patches/',
    ],
    covers: 'Address ranges, admission plugins, engine, taints and labels of each pool, exclusive CPUs.',
    limits: 'Tokens and certificates (placeholders); protected labels, which nodes/steps.md sets; the network plugin.',
    platform:
      'One map per document: InitConfiguration, ClusterConfiguration, KubeletConfiguration, KubeProxyConfiguration, JoinConfiguration.',
  },
  applies: (ir) => ir.cluster.distribution === 'kubeadm',
  emit: (ir) => {
    const problems: Problem[] = [...checkRanges(ir), ...checkPlatform(ir)];
    const because = causes([ref('cluster', ir.id)]);
    const files: EmittedFile[] = [
      {
        path: 'cluster/kubeadm/init.yaml',
        text: printConfig(initDocuments(ir), [
          // Uploaded, the certificates are there for the other nodes of the control plane.
          `kubeadm init --config init.yaml${ir.nodes.controlPlaneCount > 1 ? ' --upload-certs' : ''}, on the first control-plane node of ${ir.id}.`,
          installsPlugin(ir.cluster.cni?.name),
        ]),
        causes: because,
      },
    ];
    if (ir.nodes.controlPlaneCount > 1) {
      files.push({
        path: 'cluster/kubeadm/join-control-plane.yaml',
        text: printConfig(
          [joinControlPlane(ir)],
          [
            `kubeadm join --config join-control-plane.yaml, on the other control-plane nodes of ${ir.id}.`,
            'Replace token and hash with those of `kubeadm token create --print-join-command`, the certificate key with the one',
            'that `kubeadm init` printed; it is gone after two hours, `kubeadm init phase upload-certs --upload-certs` makes another.',
          ],
        ),
        causes: because,
      });
    }
    for (const pool of ir.nodes.pools) {
      files.push({
        path: `cluster/kubeadm/join/${pool.name}.yaml`,
        text: printConfig(
          [joinPool(ir, pool)],
          [
            `kubeadm join --config ${pool.name}.yaml, on every node of pool ${pool.name} (zone ${pool.zone}).`,
            'Replace token and hash with those of `kubeadm token create --print-join-command`.',
          ],
        ),
        causes: pool.causes,
      });
      if (pool.exclusiveCpus) {
        files.push({
          path: `nodes/${pool.name}/patches/kubeletconfiguration+merge.yaml`,
          text: printConfig(
            [{ apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration', ...exclusiveCpus(ir) }],
            [`Copy to /etc/kubernetes/patches on every node of pool ${pool.name} before it joins.`],
          ),
          causes: pool.causes,
        });
      }
    }
    problems.push(...placeholderProblems(ir));
    if (!kubernetesHas(ir.cluster.version, 'kubeadmV1beta4')) {
      problems.push({
        rule: 'compile/kubeadm-version',
        severity: 'warning',
        message: `Cluster “${ir.id}” runs Kubernetes ${ir.cluster.version}, whose kubeadm does not read ${kubeadmVersion}. It is the oldest that is written. Use Kubernetes ${kubernetesFeatureSince('kubeadmV1beta4')} or newer, or convert the file by hand.`,
        subject: { kind: 'cluster', id: ir.id },
        path: ['clusters', ir.id, 'version'],
        fixable: false,
      });
    }
    return { files, problems, coverage: [] };
  },
};

function initDocuments(ir: ClusterIr): ConfigMap[] {
  const { nodes, cluster } = ir;
  const { pods = [], services = [] } = cluster.networks ?? {};
  const networking: ConfigMap = {
    ...(pods.length > 0 && { podSubnet: pods.join(',') }),
    ...(services.length > 0 && { serviceSubnet: services.join(',') }),
    dnsDomain: 'cluster.local',
  };
  const maskArgs = nodeMaskArgs(ir);
  const documents: ConfigMap[] = [
    {
      apiVersion: kubeadmVersion,
      kind: 'InitConfiguration',
      nodeRegistration: { criSocket: nodes.engine.criSocket, taints: controlPlaneTaints },
    },
    {
      apiVersion: kubeadmVersion,
      kind: 'ClusterConfiguration',
      clusterName: ir.id,
      kubernetesVersion: nodes.kubernetesVersion,
      ...(needsEndpoint(ir) && { controlPlaneEndpoint: endpointOf(ir) }),
      networking,
      apiServer: { extraArgs: [{ name: 'enable-admission-plugins', value: nodes.admissionPlugins.join(',') }] },
      ...(maskArgs.length > 0 && { controllerManager: { extraArgs: maskArgs } }),
    },
    { apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration', cgroupDriver: 'systemd' },
    {
      apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
      kind: 'KubeProxyConfiguration',
      // Every network plugin works beside iptables; nftables, which a design may pass through, has to be set in some
      // plugins as well.
      ...(!hasProxyMode(ir) && { mode: 'iptables' }),
    },
  ];
  return documents.map((d) => withPlatform(cluster.platform?.[String(d.kind)], d));
}

function hasProxyMode(ir: ClusterIr): boolean {
  const given = ir.cluster.platform?.KubeProxyConfiguration;
  return typeof given === 'object' && given !== null && 'mode' in given;
}

function joinControlPlane(ir: ClusterIr): ConfigMap {
  return withPlatform(ir.cluster.platform?.JoinConfiguration, {
    apiVersion: kubeadmVersion,
    kind: 'JoinConfiguration',
    discovery: discovery(ir),
    controlPlane: { certificateKey: 'REPLACE_ME_CERTIFICATE_KEY' },
    nodeRegistration: { criSocket: ir.nodes.engine.criSocket, taints: controlPlaneTaints },
  });
}

function joinPool(ir: ClusterIr, pool: PoolIr): ConfigMap {
  const labels = Object.entries(pool.labels).map(([k, v]) => `${k}=${v}`);
  return withPlatform(ir.cluster.platform?.JoinConfiguration, {
    apiVersion: kubeadmVersion,
    kind: 'JoinConfiguration',
    discovery: discovery(ir),
    nodeRegistration: {
      criSocket: ir.nodes.engine.criSocket,
      taints: pool.taints.map(
        (t): ConfigMap => ({ key: t.key, ...(t.value !== undefined && { value: t.value }), effect: t.effect }),
      ),
      // Zone and runtime labels are protected: a kubelet that tried to set them would not start.
      ...(labels.length > 0 && { kubeletExtraArgs: [{ name: 'node-labels', value: labels.join(',') }] }),
    },
    // KubeletConfiguration counts for the whole cluster at init; what differs by pool is a patch on the node.
    ...(pool.exclusiveCpus && { patches: { directory: '/etc/kubernetes/patches' } }),
  });
}

const controlPlaneTaints: readonly ConfigMap[] = [
  { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
];

function discovery(ir: ClusterIr): ConfigMap {
  return {
    bootstrapToken: {
      apiServerEndpoint: endpointOf(ir),
      token: 'REPLACE_ME_TOKEN',
      caCertHashes: ['sha256:REPLACE_ME_CA_CERT_HASH'],
    },
  };
}

function needsEndpoint(ir: ClusterIr): boolean {
  return ir.nodes.apiEndpoint !== undefined || ir.nodes.controlPlaneCount > 1 || ir.nodes.pools.length > 0;
}

function endpointOf(ir: ClusterIr): string {
  return ir.nodes.apiEndpoint ?? `${endpointPlaceholder}:6443`;
}

function placeholderProblems(ir: ClusterIr): Problem[] {
  const problems: Problem[] = [];
  const base = { rule: 'compile/placeholder', subject: { kind: 'cluster', id: ir.id }, fixable: false };
  if (ir.nodes.apiEndpoint === undefined && needsEndpoint(ir)) {
    problems.push({
      ...base,
      severity: 'warning',
      message: `Cluster “${ir.id}” has no API address, so nodes cannot find it. Its kubeadm files hold “${endpointPlaceholder}” instead. Give the cluster an API address.`,
      path: ['clusters', ir.id, 'api'],
    });
  }
  if (ir.nodes.pools.length > 0 || ir.nodes.controlPlaneCount > 1) {
    const key = ir.nodes.controlPlaneCount > 1 ? ', “REPLACE_ME_CERTIFICATE_KEY”' : '';
    problems.push({
      ...base,
      severity: 'info',
      message: `The kubeadm files of cluster “${ir.id}” hold “REPLACE_ME_TOKEN”, “REPLACE_ME_CA_CERT_HASH”${key}. Secrets never stand in a design; fill them in when a node joins, as the head of each file says.`,
      path: ['clusters', ir.id],
    });
  }
  return problems;
}

function checkPlatform(ir: ClusterIr): Problem[] {
  return Object.keys(ir.cluster.platform ?? {})
    .filter((key) => !documentKinds.includes(key) && key !== 'reservedSystemCPUs')
    .map((key) => ({
      rule: 'compile/platform-key',
      severity: 'warning',
      message: `Cluster “${ir.id}” passes “${key}” through to kubeadm, which has no such document. It is not exported. Use ${documentKinds.join(', ')}.`,
      subject: { kind: 'cluster', id: ir.id },
      path: ['clusters', ir.id, 'platform', key],
      fixable: false,
    }));
}

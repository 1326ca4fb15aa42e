/**
 * The definition of a design: what `NAME.zones.yaml` may hold. Types (topology.ts), validation (shared/document) and the
 * published JSON Schema all come from here. Descriptions show up in editors, so they speak to people who write the file
 * by hand: they give units, shapes and defaults.
 *
 * Optional means that the file may leave it out; defaults are applied by whoever asks (lookup.ts), never written into
 * the record, so that loading and saving a file changes nothing in it.
 */
import { z } from 'zod';
import {
  address,
  cidr,
  controllerName,
  date,
  description,
  id,
  labelKey,
  labels,
  labelValue,
  name,
  port,
  portName,
  protocol,
  quantity,
  ref,
  secretName,
  text,
  trust,
} from './schema-values.ts';

export { idPattern, protocols } from './schema-values.ts';

export const exposureKinds = ['loadBalancer', 'nodePort', 'gateway', 'ingress', 'direct'] as const;
export const podSecurityLevels = ['privileged', 'baseline', 'restricted'] as const;
export const severities = ['low', 'medium', 'high', 'critical'] as const;

export const zone = z.strictObject({
  name: name.optional().describe('What people call it; default: the id.'),
  description,
  trust: trust.describe('0 to 100, unique in the design. Inward means towards more trust.'),
  intraZone: z
    .enum(['allow', 'deny'])
    .optional()
    .describe('May workloads of the zone reach each other without a flow? Default: allow.'),
  dns: z.enum(['cluster', 'none']).optional().describe('May workloads ask the DNS of their cluster? Default: cluster.'),
  exposure: z
    .array(z.enum(exposureKinds))
    .optional()
    .describe('How traffic from outside may enter; empty or absent: not at all.'),
  controllers: z
    .strictObject({
      gateway: controllerName.optional().describe('What serves its GatewayClass: gateway.envoyproxy.io/dmz.'),
      ingress: controllerName.optional().describe('What serves its IngressClass: haproxy.org/ingress-controller/dmz.'),
    })
    .optional()
    .describe(
      'Controllers of its gateways and ingresses, which no other zone shares. Without one its class is made by hand.',
    ),
  runtimes: z.array(ref('runtime')).optional().describe('Allowed runtimes; the first is the default.'),
  storageClasses: z.array(ref('storage class')).optional().describe('Allowed storage classes.'),
  podSecurity: z
    .enum(podSecurityLevels)
    .optional()
    .describe('Pod Security level of its namespaces; default: baseline.'),
  images: z
    .strictObject({
      registries: z
        .array(z.string().min(1))
        .optional()
        .describe('Prefixes that image names must have, written in full: registry.example.com/team. Absent: any.'),
      pin: z
        .enum(['none', 'tag', 'digest'])
        .optional()
        .describe('How exactly an image must be named: by a tag that is not latest, by digest; default: none.'),
    })
    .optional(),
  cpu: z
    .enum(['shared', 'exclusive'])
    .optional()
    .describe('exclusive: node pools get the static CPU manager. Default: shared.'),
});

export const matrixCell = z.strictObject({
  access: z
    .enum(['allow-all', 'allow-only', 'block-all'])
    .describe('What drawn flows may do from the one zone to the other.'),
  services: z
    .array(z.string().min(1))
    .optional()
    .describe('With allow-only: the ports, such as 443/tcp or 8000-8010/udp.'),
  severity: z.enum(severities).optional().describe('How grave a flow against this cell is.'),
  description,
});

const taint = z.strictObject({
  key: labelKey,
  value: labelValue.optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
});

export const pool = z.strictObject({
  description,
  zone: ref('zone'),
  nodes: z.int().min(0).max(5000).describe('How many nodes.'),
  addresses: z
    .array(cidr)
    .optional()
    .describe(
      'Address ranges that its nodes have and no other pool’s; default: anywhere in the cluster’s node networks.',
    ),
  runtimes: z.array(ref('runtime')).optional().describe('Runtimes installed on its nodes.'),
  kvm: z.boolean().optional().describe('Do its nodes offer /dev/kvm? Default: false.'),
  labels: labels.optional(),
  taints: z.array(taint).optional().describe('Taints beside the one of the zone.'),
});

export const distributions = ['kubeadm', 'kind', 'k3s', 'rke2', 'capi', 'openshift', 'eks', 'managed'] as const;

export const cluster = z.strictObject({
  name: name.optional().describe('What people call it; default: the id.'),
  description,
  distribution: z.enum(distributions),
  version: z
    .string()
    .regex(/^\d+\.\d+(\.\d+)?$/, 'must be a Kubernetes version in quotes, such as "1.37"')
    .describe('The Kubernetes version, in quotes: "1.37".'),
  cni: z
    .strictObject({
      name: name.describe('An id of the catalogue: calico, cilium, ...'),
      version: z.string().optional(),
      clusterNetworkPolicy: z
        .enum(['v1alpha2', 'v1beta1'])
        .optional()
        .describe(
          'The version of policy.networking.k8s.io ClusterNetworkPolicy that the cluster’s CRDs serve: v1alpha2 from release 0.2, v1beta1 from 0.3. Where the plugin enforces it, the guard rails of the zones are exported in it; absent: in the plugin’s own kinds.',
        ),
    })
    .optional(),
  engine: z.strictObject({ name: z.enum(['containerd', 'cri-o']), version: z.string().optional() }).optional(),
  networks: z
    .strictObject({
      pods: z.array(cidr).max(2).optional(),
      services: z.array(cidr).max(2).optional(),
      nodes: z.array(cidr).optional(),
    })
    .optional()
    .describe('Address ranges, one per family.'),
  api: z
    .strictObject({
      address: z.string().min(1).describe('An address or DNS name.'),
      port: port.optional().describe('Default: 6443.'),
      endpoints: z
        .array(address)
        .optional()
        .describe(
          'The addresses at which pods meet it, behind the Service kubernetes: those of the control plane nodes. Default: address, where it is one.',
        ),
    })
    .optional(),
  controlPlane: z
    .strictObject({ count: z.int().min(1).max(9).optional().describe('Default: 1.'), zone: ref('zone').optional() })
    .optional(),
  seenAs: z
    .enum(['routed', 'node', 'egress', 'mesh'])
    .optional()
    .describe(
      'As what other clusters see its pods: their own addresses, node addresses, fixed egress addresses, or identities of a mesh. Default: node.',
    ),
  egress: z
    .strictObject({
      cluster: z.array(address).optional(),
      zones: z.record(id, z.array(address)).optional(),
      namespaces: z.record(id, z.array(address)).optional(),
    })
    .optional()
    .describe('With seenAs egress: the addresses, by cluster, zone or namespace; the nearest wins.'),
  mesh: z.string().min(1).optional().describe('With seenAs mesh: clusters of one mesh share the name.'),
  replaces: ref('cluster')
    .optional()
    .describe(
      'Blue-green: this one holds that one’s namespaces as well; flows and firewall rows hold for either being the active one.',
    ),
  platform: z.record(z.string(), z.unknown()).optional().describe('Passed through to the distribution’s format.'),
  pools: z.record(id, pool).optional(),
});

export const namespace = z.strictObject({
  name: id.optional().describe('Its name in the cluster; default: the id.'),
  description,
  cluster: ref('cluster'),
  zone: ref('zone').optional().describe('The zone it belongs to. Without one it gets default deny and nothing else.'),
  owner: text.optional(),
  labels: labels.optional(),
});

export const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod'] as const;

const workloadPort = z.strictObject({ port, protocol: protocol.optional().describe('Default: TCP.') });

export const workload = z.strictObject({
  name: name.optional().describe('Its name in the namespace; default: the id.'),
  description,
  namespace: ref('namespace'),
  kind: z.enum(workloadKinds).optional().describe('Default: Deployment.'),
  labels: labels.optional().describe('Labels of its pods; default: app: the id.'),
  selector: labels.optional().describe('The part of the labels that policies use; default: all labels.'),
  replicas: z.int().min(0).max(100000).optional().describe('Default: 1.'),
  ports: z.record(portName, workloadPort).optional().describe('Ports its pods listen on, by name.'),
  runtime: ref('runtime').optional().describe('Default: the first runtime of its zone.'),
  storage: z
    .record(id, z.strictObject({ class: ref('storage class').optional(), size: quantity.optional() }))
    .optional()
    .describe('Claims, by name.'),
  service: z
    .strictObject({
      type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer']).optional().describe('Default: ClusterIP.'),
      ports: z
        .record(portName, port)
        .optional()
        .describe('Port name to the port that is dialled; default: the same number.'),
      nodePorts: z.record(portName, port).optional().describe('Port name to node port.'),
      addresses: z.array(address).optional().describe('Addresses it is reached at from outside the cluster.'),
      externalTrafficPolicy: z.enum(['Local', 'Cluster']).optional().describe('Default: Local.'),
    })
    .optional(),
  hostNetwork: z
    .boolean()
    .optional()
    .describe('Default: false. Network policies do not hold for pods on the host network.'),
  owner: text.optional(),
});

const externalKinds = ['internet', 'apiServer'] as const;

export const external = z.strictObject({
  name: name.optional(),
  description,
  kind: z
    .enum(externalKinds)
    .optional()
    .describe(
      'internet: every public address, unless cidrs narrows it. apiServer: the API server of the cluster of the other end.',
    ),
  cidrs: z.array(cidr).optional(),
  names: z
    .array(z.string().min(1))
    .optional()
    .describe('DNS names; *.example.com is possible where the CNI can do it.'),
  trust: trust.optional().describe('Only grades severity.'),
});

const endShapes = [
  z.strictObject({ workload: ref('workload') }),
  z.strictObject({ namespace: ref('namespace') }),
  z.strictObject({ zone: ref('zone') }),
  z.strictObject({ external: ref('external') }),
] as const;
export const end = z.union(endShapes, 'must name exactly one of workload, namespace, zone, external');

export const flowPort = z
  .strictObject({
    protocol: protocol.optional().describe('Default: TCP.'),
    port: z.union([port, portName], 'must be a port number, 1 to 65535, or the name of a port of the receiver'),
    endPort: port.optional().describe('The end of a range that starts at `port`, inclusive.'),
    dial: port.optional().describe('The port that is dialled where it differs (Service, load balancer).'),
  })
  .refine((p) => p.endPort === undefined || (typeof p.port === 'number' && p.endPort >= p.port), {
    message: 'needs a port number that is not above endPort',
    path: ['endPort'],
  });

export const flow = z.strictObject({
  description,
  from: end,
  to: end,
  ports: z.union(
    [z.literal('all'), z.array(flowPort).min(1)],
    'must be "all" or a list such as [{protocol: TCP, port: 443}]',
  ),
  via: z
    .strictObject({
      kind: z.enum(exposureKinds),
      proxy: ref('workload').optional().describe('With gateway or ingress: the workload that forwards.'),
    })
    .optional()
    .describe('From outside: how it enters.'),
  reason: text.optional(),
  owner: text.optional(),
  ticket: text.optional(),
  until: date.optional(),
  exception: z
    .strictObject({ reason: z.string().min(1), owner: z.string().min(1), until: date })
    .optional()
    .describe('Lets a flow pass that the matrix blocks.'),
});

export const storageTypes = [
  'nfs',
  'ceph-rbd',
  'cephfs',
  'vsphere',
  'ebs',
  'efs',
  'azure-disk',
  'azure-file',
  'gce-pd',
  'trident',
  'longhorn',
  'local',
] as const;

export const storageEndpoint = z.strictObject({
  name: name.optional(),
  description,
  zone: ref('zone').describe('Where it stands.'),
  type: z.enum(storageTypes),
  addresses: z.array(z.string().min(1)).optional().describe('Addresses or DNS names that nodes connect to.'),
  export: z.string().optional().describe('The path, pool, file system or policy on it.'),
  parameters: z
    .record(z.string(), z.string())
    .optional()
    .describe('Parameters all its classes share, such as clusterID.'),
  secret: z
    .strictObject({ name: secretName, namespace: id.describe('The namespace of the driver, which no zone can read.') })
    .optional()
    .describe('The Secret with which the driver signs in (Ceph).'),
  locations: z
    .array(labelValue.min(1))
    .optional()
    .describe('Where its volumes may lie, in the words of the driver: availability zones such as eu-central-1a.'),
  locationKey: labelKey
    .optional()
    .describe('The label of nodes that tells a location; default: the one that the type of storage reports.'),
});

export const storageClass = z.strictObject({
  name: name.optional(),
  description,
  endpoint: ref('storage endpoint'),
  reclaim: z.enum(['Delete', 'Retain']).optional().describe('Default: Delete.'),
  binding: z
    .enum(['Immediate', 'WaitForFirstConsumer'])
    .optional()
    .describe('Default: what the type of storage needs.'),
  expansion: z.boolean().optional().describe('Default: true.'),
  default: z.boolean().optional().describe('The default class of its clusters. Default: false.'),
  parameters: z.record(z.string(), z.string()).optional(),
  mountOptions: z.array(z.string()).optional(),
  attributes: z
    .record(
      id,
      z
        .record(z.string().min(1), z.string())
        .refine((all) => Object.keys(all).length > 0, 'must name at least one parameter, such as iops'),
    )
    .optional()
    .describe(
      'Variants that a volume can be changed to while it is in use, by name, each with parameters of the driver such as iops. Exported as VolumeAttributesClass <class>-<name>.',
    ),
});

export const isolations = ['shared-kernel', 'user-space-kernel', 'virtual-machine', 'wasm'] as const;

export const runtime = z.strictObject({
  name: name.optional(),
  description,
  from: name.describe('An id of the catalogue: runc, crun, gvisor, kata-qemu, ...'),
  handler: id.optional().describe('Handler in the container engine; default: the catalogue’s.'),
  isolation: z.enum(isolations).optional().describe('Default: the catalogue’s.'),
  overhead: z.strictObject({ cpu: quantity.optional(), memory: quantity.optional() }).optional(),
});

const rect = z.strictObject({
  x: z.number(),
  y: z.number(),
  w: z.number(),
  h: z.number(),
  locked: z.boolean().optional(),
});
const point = z.strictObject({ x: z.number(), y: z.number(), locked: z.boolean().optional() });

export const layout = z.strictObject({
  zones: z.record(id, rect).optional(),
  segments: z.record(id, z.record(id, rect)).optional().describe('By cluster, then zone.'),
  namespaces: z.record(id, rect).optional(),
  workloads: z.record(id, point).optional(),
  externals: z.record(id, point).optional(),
  storage: z.record(id, point).optional(),
});

export const ruleSetting = z.strictObject({
  severity: z.enum(['error', 'warning', 'info', 'off']),
  reason: z.string().min(1).describe('Why this design deviates.'),
});

export const gitopsTools = ['argocd', 'flux'] as const;

export const rolloutStages = ['observe', 'isolate', 'enforce'] as const;

export const gitops = z.strictObject({
  repository: z
    .string()
    .regex(
      /^(https?:\/\/[^\s@/]+|ssh:\/\/([^\s@/:]+@)?[^\s@/]+)\/[^\s]+$|^[A-Za-z0-9._-]+@[^\s:@/]+:[^\s]+$/,
      'must be an address such as https://git.example/zones.git or git@git.example:zones.git, without a password',
    )
    .describe('The Git repository that exports are committed to; without a password.'),
  revision: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/+-]*$/, 'must be the name of a branch, or a commit')
    .optional()
    .describe('Branch, or commit in full; default: main.'),
  path: z
    .string()
    .regex(
      /^(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)*$/,
      'must be a folder in the repository, such as exports/zones',
    )
    .optional()
    .describe('The folder of the export in it; default: the top.'),
  tools: z.array(z.enum(gitopsTools)).min(1).describe('Which tools apply the export: argocd, flux.'),
  stage: z
    .enum(rolloutStages)
    .optional()
    .describe(
      'How far the first rollout has come: observe (all allowed, admission warns), isolate (default deny, admission warns), enforce (everything). Default: enforce.',
    ),
});

export const administrators = z.strictObject({
  groups: z.array(z.string().min(1)).optional().describe('Groups of users: platform-admins.'),
  users: z
    .array(z.string().min(1))
    .optional()
    .describe('Users: alice@example.com, or system:serviceaccount:argocd:argocd-application-controller.'),
});

export const metadata = z.strictObject({
  name: z.string().min(1),
  description,
  labelPrefix: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9.]{0,200}[a-z0-9])?$/, 'must be a DNS name such as zones.example.com')
    .optional()
    .describe('Labels in exports are <prefix>/zone and so on; default: zonewright.'),
  gitops: gitops.optional().describe('With it the export holds objects by which GitOps tools apply it.'),
  administrators: administrators
    .optional()
    .describe(
      'Who may change what says the zone of namespaces and nodes; default: the administrators’ group of each distribution (system:masters, kubeadm:cluster-admins). The accounts of the GitOps tools always belong to them.',
    ),
});

export const apiVersion = 'zonewright/v1';

export const topology = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('Topology'),
  metadata,
  zones: z.record(id, zone).optional(),
  matrix: z
    .record(id, z.record(id, matrixCell))
    .optional()
    .describe('From zone, to zone; `outside` stands for all externals.'),
  clusters: z.record(id, cluster).optional(),
  namespaces: z.record(id, namespace).optional(),
  workloads: z.record(id, workload).optional(),
  externals: z.record(id, external).optional(),
  flows: z.record(id, flow).optional(),
  storage: z
    .strictObject({
      endpoints: z.record(id, storageEndpoint).optional(),
      classes: z.record(id, storageClass).optional(),
    })
    .optional(),
  runtimes: z.record(id, runtime).optional(),
  rules: z.record(z.string(), ruleSetting).optional().describe('Severity of single rules in this design.'),
  layout: layout.optional(),
});

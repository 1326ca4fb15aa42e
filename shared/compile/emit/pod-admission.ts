/**
 * Guard rails on what pods ask of their node and which images they run. Judged on pods, which is what holds, and on every
 * kind that makes pods, so that an author sees the refusal where the mistake is.
 */
import { kubernetesHas } from '../../catalog/index.ts';
import type { KubeObject } from '../../k8s/index.ts';
import type { Emitter } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import type { ImagesIr, ZoneLimitsIr } from '../lower/limits.ts';
import { celText, type NamedExpression, type ResourceRule, type Validation, validatingPair } from './zone-admission.ts';

const create = ['CREATE'] as const;
const both = ['CREATE', 'UPDATE'] as const;

/** Every kind of Kubernetes that makes pods. */
const makersOfPods: readonly ResourceRule[] = [
  { apiGroups: [''], apiVersions: ['*'], operations: both, resources: ['replicationcontrollers'] },
  {
    apiGroups: ['apps'],
    apiVersions: ['*'],
    operations: both,
    resources: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'],
  },
  { apiGroups: ['batch'], apiVersions: ['*'], operations: both, resources: ['cronjobs', 'jobs'] },
];

/**
 * Controllers update what they own; an object from before the policy must not become one that nobody can touch. So an
 * update is judged where it changes the pod.
 */
const podOf: readonly NamedExpression[] = [
  { name: 'pod', expression: podSpec('object') },
  {
    name: 'isUnchanged',
    expression: `request.operation == 'UPDATE' && ${podSpec('oldObject')} == variables.pod`,
  },
];

export const podAdmission: Emitter = {
  id: 'pod-admission',
  docs: {
    title: 'Pod admission',
    formats: [
      'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy',
      'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding',
    ],
    files: ['guards/pods-ZONE.yaml'],
    covers:
      'No access to network, processes, IPC and ports of the node; images of the zone’s registries alone, pinned as it asks, also for init and ephemeral containers.',
    limits: 'Pods that a node starts from its own files; what an image holds.',
  },
  applies: (ir) => ir.limits.zones.length > 0 && kubernetesHas(ir.cluster.version, 'validatingAdmissionPolicy'),
  emit: (ir) => ({
    files: ir.limits.zones.map((zone) => ({
      path: `guards/pods-${zone.zone}.yaml`,
      inKustomization: true,
      objects: [...host(ir, zone), ...images(ir, zone)].map((object) => ({ object, causes: zone.causes })),
    })),
    problems: [],
    coverage: [],
  }),
};

function host(ir: ClusterIr, zone: ZoneLimitsIr): KubeObject[] {
  const unless = (expression: string) => `variables.isUnchanged || ${expression}`;
  const noPorts = (containers: string) =>
    `${containers}.all(c, c.?ports.orValue([]).all(p, p.?hostPort.orValue(0) == 0))`;
  return validatingPair(ir, zone.zone, 'host', {
    // None of these fields of a pod can be changed later.
    rules: [{ apiGroups: [''], apiVersions: ['*'], operations: create, resources: ['pods'] }, ...makersOfPods],
    variables: podOf,
    except: zone.onHost,
    validations: [
      {
        expression: unless('!variables.pod.?hostNetwork.orValue(false)'),
        message: `Pods of zone ${zone.zone} may not use the network of their node, where network policies do not hold.`,
      },
      {
        expression: unless('(!variables.pod.?hostPID.orValue(false) && !variables.pod.?hostIPC.orValue(false))'),
        message: `Pods of zone ${zone.zone} may not share processes or IPC with their node.`,
      },
      {
        expression: unless(
          `(${noPorts('variables.pod.containers')} && ${noPorts('variables.pod.?initContainers.orValue([])')})`,
        ),
        message: `Pods of zone ${zone.zone} may not open ports of their node (hostPort).`,
      },
    ],
  });
}

function images(ir: ClusterIr, zone: ZoneLimitsIr): KubeObject[] {
  if (zone.images === undefined) return [];
  const named = (list: string) => `variables.pod.${list}.map(c, c.?image.orValue(''))`;
  return validatingPair(ir, zone.zone, 'images', {
    rules: [
      // The image is what can be changed in a pod that runs, and a container for debugging comes as a subresource.
      { apiGroups: [''], apiVersions: ['*'], operations: both, resources: ['pods', 'pods/ephemeralcontainers'] },
      ...makersOfPods,
    ],
    variables: [
      ...podOf,
      {
        name: 'images',
        expression: [
          named('containers'),
          named('?initContainers.orValue([])'),
          named('?ephemeralContainers.orValue([])'),
          "variables.pod.?volumes.orValue([]).filter(v, has(v.image)).map(v, v.image.?reference.orValue(''))",
        ].join(' + '),
      },
    ],
    validations: [...registries(zone.zone, zone.images), ...pin(zone.zone, zone.images)],
  });
}

function registries(zone: string, { prefixes }: ImagesIr): Validation[] {
  if (prefixes.length === 0) return [];
  return [
    {
      expression: `variables.isUnchanged || variables.images.all(i, ${prefixes.map(hasPrefix).join(' || ')})`,
      message: `Zone ${zone} takes images from ${oneLine(prefixes.join(', '))} only, written in full.`,
    },
  ];
}

/**
 * A prefix ends where a part of the name ends: `registry.example.com/dmz` does not stand for `registry.example.com/dmz-2`.
 * What follows the name of a host after a `:` would be a port, and with it another registry.
 */
function hasPrefix(prefix: string): string {
  const begins = (text: string) => `i.startsWith(${celText(text)})`;
  if (!prefix.includes('/')) return begins(`${prefix}/`);
  return [`i == ${celText(prefix)}`, ...['/', ':', '@'].map((end) => begins(prefix + end))].join(' || ');
}

const digest = "i.matches('@sha256:[a-f0-9]{64}$')";

function pin(zone: string, images: ImagesIr): Validation[] {
  if (images.pin === 'none') return [];
  if (images.pin === 'digest')
    return [
      {
        expression: `variables.isUnchanged || variables.images.all(i, ${digest})`,
        message: `Zone ${zone} takes images by digest only (name@sha256:...).`,
      },
    ];
  return [
    {
      // A tag holds no `/`, which tells it from the port of a registry.
      expression: `variables.isUnchanged || variables.images.all(i, ${digest} || (i.matches(':[A-Za-z0-9_][A-Za-z0-9_.-]*$') && !i.endsWith(':latest')))`,
      message: `Zone ${zone} takes images by digest or by a tag that is not latest.`,
    },
  ];
}

function podSpec(object: string): string {
  return `(${object}.kind == 'Pod' ? ${object}.spec : ${object}.kind == 'CronJob' ? ${object}.spec.jobTemplate.spec.template.spec : ${object}.spec.template.spec)`;
}

/** Messages of policies are one line each. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

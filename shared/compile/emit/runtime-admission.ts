/**
 * Admission per zone: which runtime classes its pods may name, and what a pod gets that names none. A RuntimeClass itself
 * restricts nobody. A pod's runtime class cannot be changed later, so the rules look at CREATE alone.
 */
import { kubernetesHas } from '../../catalog/index.ts';
import type { KubeObject } from '../../k8s/index.ts';
import type { Emitter } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import type { ZoneRuntimeIr } from '../lower/runtime.ts';
import { celList, mutatingPair, type ResourceRule, validatingPair } from './zone-admission.ts';

const pods: ResourceRule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };
const field = 'object.spec.runtimeClassName';

export const runtimeAdmission: Emitter = {
  id: 'runtime-admission',
  docs: {
    title: 'Runtime admission',
    formats: [
      'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy',
      'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding',
      'admissionregistration.k8s.io/v1 MutatingAdmissionPolicy',
      'admissionregistration.k8s.io/v1 MutatingAdmissionPolicyBinding',
    ],
    files: ['runtimes/admission-ZONE.yaml'],
    covers: 'Pods run under a runtime of their zone; the first is the default from Kubernetes 1.36 on.',
    limits: 'Pods that a node starts from its own files; pods that ran before.',
  },
  applies: (ir) => ir.runtimes.zones.length > 0 && kubernetesHas(ir.cluster.version, 'validatingAdmissionPolicy'),
  emit: (ir) => ({
    files: ir.runtimes.zones.map((zone) => ({
      path: `runtimes/admission-${zone.zone}.yaml`,
      inKustomization: true,
      objects: [...setDefault(ir, zone), ...allowed(ir, zone)].map((object) => ({ object, causes: zone.causes })),
    })),
    problems: [],
    coverage: [],
  }),
};

/** The API server runs this before it validates, and fills in overhead and node selector of the class afterwards. */
function setDefault(ir: ClusterIr, zone: ZoneRuntimeIr): KubeObject[] {
  if (zone.unset !== 'set') return [];
  return mutatingPair(ir, zone.zone, 'default-runtime', {
    rules: [pods],
    condition: { name: 'no-runtime-class', expression: `!has(${field})` },
    mutation: {
      patchType: 'ApplyConfiguration',
      applyConfiguration: { expression: `Object{spec: Object.spec{runtimeClassName: "${zone.defaultClass}"}}` },
    },
  });
}

function allowed(ir: ClusterIr, zone: ZoneRuntimeIr): KubeObject[] {
  return validatingPair(ir, zone.zone, 'runtime', {
    rules: [pods],
    validations: [{ expression: expressionOf(zone), message: messageOf(zone) }],
  });
}

function expressionOf(zone: ZoneRuntimeIr): string {
  const listed = `${field} in ${celList(zone.allowed)}`;
  if (zone.unset === 'admit') return zone.allowed.length === 0 ? `!has(${field})` : `!has(${field}) || ${listed}`;
  return zone.allowed.length === 0 ? 'false' : `has(${field}) && ${listed}`;
}

function messageOf(zone: ZoneRuntimeIr): string {
  if (!zone.restricted) return `Zone ${zone.zone} offers no runtime classes; its pods use the default of their node.`;
  if (zone.allowed.length === 0) return `Zone ${zone.zone} offers no runtime class that can be used.`;
  const must = zone.unset === 'refuse' ? ' Name one of them.' : '';
  return `Zone ${zone.zone} offers the runtime classes ${zone.allowed.join(', ')} only.${must}`;
}

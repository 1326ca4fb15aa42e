/**
 * ValidatingAdmissionPolicies per zone: the allow list of storage classes. The policy on claims is the one that enforces,
 * because StatefulSets and ephemeral volumes become claims through controllers; those on templates and pods refuse early,
 * where an author sees it, and close the volumes that need no claim.
 */
import { kubernetesHas } from '../../catalog/index.ts';
import type { KubeObject } from '../../k8s/index.ts';
import type { Emitter } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import type { ZoneStorageIr } from '../lower/storage-ir.ts';
import { celList, notBeingDeleted, validatingPair } from './zone-admission.ts';

/**
 * Volumes that bring no storage from elsewhere, after the list of the Pod Security Standards, without inline `csi`. A list
 * of what is allowed stays closed when Kubernetes gets a new type.
 */
const harmlessVolumes = [
  'configMap',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

const oldClassAnnotation = 'volume.beta.kubernetes.io/storage-class';

export const storageAdmission: Emitter = {
  id: 'storage-admission',
  docs: {
    title: 'Storage admission',
    formats: [
      'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy',
      'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding',
    ],
    files: ['storage/admission-ZONE.yaml'],
    covers:
      'Claims, StatefulSet templates and volumes of pods use classes and volume attributes classes of their zone alone; volumes that bypass classes and data from other namespaces are refused.',
    limits: 'Volumes that somebody with the right to create PersistentVolumes makes by hand.',
  },
  applies: (ir) => ir.storage.zones.length > 0 && kubernetesHas(ir.cluster.version, 'validatingAdmissionPolicy'),
  emit: (ir) => ({
    files: ir.storage.zones.map((zone) => ({
      path: `storage/admission-${zone.zone}.yaml`,
      inKustomization: true,
      objects: [...claims(ir, zone), ...templates(ir, zone), ...volumes(ir, zone)].map((object) => ({
        object,
        causes: zone.causes,
      })),
    })),
    problems: [],
    coverage: [],
  }),
};

function claims(ir: ClusterIr, zone: ZoneStorageIr): KubeObject[] {
  return validatingPair(ir, zone.zone, 'claims', {
    // Kubernetes gives a waiting claim the default class later, by an update.
    rules: [
      {
        apiGroups: [''],
        apiVersions: ['v1'],
        operations: ['CREATE', 'UPDATE'],
        resources: ['persistentvolumeclaims'],
      },
    ],
    matchConditions: [notBeingDeleted],
    validations: [
      {
        // DefaultStorageClass has filled in the default by now, so a claim without a class, or with "", has none for good.
        expression: zone.allowed.length === 0 ? 'false' : named('object.spec.storageClassName', zone.allowed),
        message: offer(zone),
      },
      {
        // Kubernetes still reads it, and before the field: GetPersistentVolumeClaimClass of component-helpers.
        expression: `!has(object.metadata.annotations) || !('${oldClassAnnotation}' in object.metadata.annotations)`,
        message: `Claims of zone ${zone.zone} name their class in the field storageClassName only, not in the annotation ${oldClassAnnotation}.`,
      },
      {
        // With a ReferenceGrant a claim can be filled from a namespace of another zone.
        expression: "object.spec.?dataSourceRef.?namespace.orValue('') == ''",
        message: `Claims of zone ${zone.zone} take no data from other namespaces (dataSourceRef.namespace).`,
      },
      // Unlike the class it can be changed while the claim is in use.
      ...(ir.storage.attributes === undefined
        ? []
        : [
            {
              expression: `object.spec.?volumeAttributesClassName.orValue('') in ${celList(['', ...zone.attributes])}`,
              message:
                zone.attributes.length === 0
                  ? `Zone ${zone.zone} offers no volume attributes class.`
                  : `Zone ${zone.zone} offers the volume attributes classes ${zone.attributes.join(', ')} only.`,
            },
          ]),
    ],
  });
}

function templates(ir: ClusterIr, zone: ZoneStorageIr): KubeObject[] {
  return validatingPair(ir, zone.zone, 'claim-templates', {
    rules: [
      { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['statefulsets'] },
    ],
    matchConditions: [notBeingDeleted],
    validations: [
      {
        expression:
          zone.allowed.length === 0
            ? '!has(object.spec.volumeClaimTemplates) || size(object.spec.volumeClaimTemplates) == 0'
            : `!has(object.spec.volumeClaimTemplates) || object.spec.volumeClaimTemplates.all(t, ${template('t.spec.storageClassName', zone)})`,
        message: offer(zone),
      },
    ],
  });
}

function volumes(ir: ClusterIr, zone: ZoneStorageIr): KubeObject[] {
  const field = 'v.ephemeral.volumeClaimTemplate.spec.storageClassName';
  const ephemeral = zone.allowed.length === 0 ? '!has(v.ephemeral)' : `!has(v.ephemeral) || (${template(field, zone)})`;
  return validatingPair(ir, zone.zone, 'volumes', {
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
    validations: [
      { expression: `!has(object.spec.volumes) || object.spec.volumes.all(v, ${ephemeral})`, message: offer(zone) },
      {
        expression: `!has(object.spec.volumes) || object.spec.volumes.all(v, ${harmlessVolumes.map((t) => `has(v.${t})`).join(' || ')})`,
        message: `Pods of zone ${zone.zone} get storage through claims only: hostPath, nfs, iscsi, csi and other volumes that bypass the storage classes are refused.`,
      },
    ],
  });
}

function named(field: string, allowed: readonly string[]): string {
  return `has(${field}) && ${field} in ${celList(allowed)}`;
}

/** Templates are not given the default class yet, so they may leave it out where the zone allows the default. */
function template(field: string, zone: ZoneStorageIr): string {
  return zone.mayLeaveOut ? `!has(${field}) || ${field} in ${celList(zone.allowed)}` : named(field, zone.allowed);
}

function offer(zone: ZoneStorageIr): string {
  return zone.allowed.length === 0
    ? `Zone ${zone.zone} offers no storage class.`
    : `Zone ${zone.zone} offers the storage classes ${zone.allowed.join(', ')} only.`;
}

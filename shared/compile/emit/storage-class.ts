/**
 * StorageClass (storage.k8s.io/v1): one for each class that a zone of the cluster may use; and VolumeAttributesClass, which
 * has no spec either, for what its volumes can be changed to.
 */
import type { KubeObject } from '../../k8s/index.ts';
import type { Emitter } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import type { StorageClassIr } from '../lower/storage-ir.ts';
import { managedLabels } from './zone-admission.ts';

export const storageClasses: Emitter = {
  id: 'storage-class',
  docs: {
    title: 'Storage classes',
    formats: ['storage.k8s.io/v1 StorageClass', 'storage.k8s.io/v1 VolumeAttributesClass'],
    files: ['storage/storage-classes.yaml'],
    covers:
      'Every class that a zone of the cluster may use, with the endpoint in its parameters and where its volumes may lie; from Kubernetes 1.34 on also what volumes can be changed to.',
    limits: 'The driver and its credentials, which are installed apart.',
  },
  applies: (ir) => ir.storage.classes.length > 0,
  emit: (ir) => ({
    files: [
      {
        path: 'storage/storage-classes.yaml',
        inKustomization: true,
        objects: [
          ...ir.storage.classes.map((c) => ({ object: storageClass(ir, c), causes: c.causes })),
          ...(ir.storage.attributes ?? []).map((a) => ({
            causes: a.causes,
            object: {
              apiVersion: 'storage.k8s.io/v1',
              kind: 'VolumeAttributesClass',
              metadata: { name: a.name, labels: managedLabels(ir) },
              driverName: a.driver,
              parameters: a.parameters,
            },
          })),
        ],
      },
    ],
    problems: [],
    coverage: [],
  }),
};

function storageClass(ir: ClusterIr, c: StorageClassIr): KubeObject {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {
      name: c.name,
      labels: managedLabels(ir),
      // Annotations are text; the value has to be the word, not a boolean.
      ...(c.isDefault && { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }),
    },
    provisioner: c.provisioner,
    ...(Object.keys(c.parameters).length > 0 && { parameters: c.parameters }),
    ...(c.mountOptions.length > 0 && { mountOptions: c.mountOptions }),
    reclaimPolicy: c.reclaim,
    volumeBindingMode: c.binding,
    allowVolumeExpansion: c.expansion,
    // These expressions have no operator: the label has one of the values.
    ...(c.topology && {
      allowedTopologies: [{ matchLabelExpressions: [{ key: c.topology.key, values: c.topology.values }] }],
    }),
  };
}

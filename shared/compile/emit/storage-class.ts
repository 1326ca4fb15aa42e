/** StorageClass (storage.k8s.io/v1): one for each class that a zone of the cluster may use. */
import type { Emitter } from '../define.ts';
import { managedLabels } from './zone-admission.ts';

export const storageClasses: Emitter = {
  id: 'storage-class',
  docs: {
    title: 'Storage classes',
    formats: ['storage.k8s.io/v1 StorageClass'],
    files: ['storage/storage-classes.yaml'],
    covers: 'Every class that a zone of the cluster may use, with the endpoint in its parameters.',
    limits: 'The driver and its credentials, which are installed apart.',
  },
  applies: (ir) => ir.storage.classes.length > 0,
  emit: (ir) => ({
    files: [
      {
        path: 'storage/storage-classes.yaml',
        inKustomization: true,
        objects: ir.storage.classes.map((c) => ({
          causes: c.causes,
          object: {
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
          },
        })),
      },
    ],
    problems: [],
    coverage: [],
  }),
};

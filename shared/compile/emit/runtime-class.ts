/** RuntimeClass (node.k8s.io/v1): handler, overhead and scheduling stand at the top; the kind has no spec and no namespace. */
import type { Emitter } from '../define.ts';
import { managedLabels } from './zone-admission.ts';

export const runtimeClasses: Emitter = {
  id: 'runtime-class',
  docs: {
    title: 'Runtime classes',
    formats: ['node.k8s.io/v1 RuntimeClass'],
    files: ['runtimes/runtime-classes.yaml'],
    covers: 'Every runtime that a zone of the cluster may use: handler, overhead, and the nodes that have it.',
    limits: 'Installing the runtime on nodes.',
  },
  applies: (ir) => ir.runtimes.classes.length > 0,
  emit: (ir) => ({
    files: [
      {
        path: 'runtimes/runtime-classes.yaml',
        inKustomization: true,
        objects: ir.runtimes.classes.map((c) => ({
          causes: c.causes,
          object: {
            apiVersion: 'node.k8s.io/v1',
            kind: 'RuntimeClass',
            metadata: { name: c.id, labels: managedLabels(ir) },
            handler: c.handler,
            ...(c.overhead && { overhead: { podFixed: c.overhead } }),
            // No tolerations: a class that tolerated a zone's taint would open that zone's nodes to every zone that may use it.
            ...(c.nodeSelector && { scheduling: { nodeSelector: c.nodeSelector } }),
          },
        })),
      },
    ],
    problems: [],
    coverage: [],
  }),
};

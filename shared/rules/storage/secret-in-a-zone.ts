import { ref } from '../../model/index.ts';
import { called, defineRule } from '../define.ts';

export const secretInAZone = defineRule({
  id: 'storage/secret-in-a-zone',
  severity: 'error',
  title: 'Key of the storage in a namespace of a zone',
  docs: {
    what: 'The Secret with which a storage driver signs in lies in a namespace of a zone, or in one that claims choose.',
    why: 'Whoever may read Secrets there can sign in to the storage itself, past claims, quotas and admission, and reach the data of every zone on it.',
    todo: 'Keep it in the namespace of the driver, which belongs to no zone.',
  },
  examples: {
    good: [
      {
        shows: 'the namespace of the driver',
        design: {
          storage: {
            endpoints: {
              ceph: { zone: 'app', type: 'ceph-rbd', secret: { name: 'ceph', namespace: 'ceph-csi-rbd' } },
            },
          },
        },
      },
    ],
    bad: [
      {
        shows: 'a namespace of a zone',
        design: {
          storage: {
            endpoints: { ceph: { zone: 'app', type: 'ceph-rbd', secret: { name: 'ceph', namespace: 'orders' } } },
          },
        },
      },
      {
        shows: 'the namespace of whoever makes a claim, by a parameter',
        design: {
          storage: {
            endpoints: {
              ceph: {
                zone: 'app',
                type: 'ceph-rbd',
                // biome-ignore lint/suspicious/noTemplateCurlyInString: the driver fills it in, not JavaScript.
                parameters: { 'csi.storage.k8s.io/node-stage-secret-namespace': '${pvc.namespace}' },
              },
            },
          },
        },
      },
    ],
  },
  *check({ lookup }) {
    const zoned = new Map(
      lookup.namespaces
        .filter((n) => n.zone !== undefined)
        .map((n) => [lookup.nameOf(ref('namespace', n.id)), n] as const),
    );
    const { endpoints = {}, classes = {} } = lookup.topology.storage ?? {};
    for (const id of Object.keys(endpoints).sort()) {
      const { secret, parameters } = endpoints[id] ?? {};
      const path = ['storage', 'endpoints', id];
      if (secret !== undefined) yield* judge(secret.namespace, 'endpoint', id, [...path, 'secret', 'namespace']);
      for (const [key, value] of Object.entries(parameters ?? {}))
        if (isSecretNamespace(key)) yield* judge(value, 'endpoint', id, [...path, 'parameters', key]);
    }
    for (const id of Object.keys(classes).sort())
      for (const [key, value] of Object.entries(classes[id]?.parameters ?? {}))
        if (isSecretNamespace(key)) yield* judge(value, 'class', id, ['storage', 'classes', id, 'parameters', key]);

    function* judge(namespace: string, kind: 'endpoint' | 'class', id: string, path: readonly string[]) {
      const found = zoned.get(namespace);
      const isChosen = /\$\{pvc\./.test(namespace);
      if (found === undefined && !isChosen) return;
      const where =
        found === undefined
          ? 'the namespace of whoever makes a claim'
          : `${called(lookup, ref('namespace', found.id))} of a zone`;
      yield {
        message: `The key of ${called(lookup, ref(kind, id))} lies in ${where}. Whoever may read Secrets there can sign in to the storage itself, past every quota and policy. Keep it in the namespace of the driver, which belongs to no zone.`,
        subject: ref(kind, id),
        path,
        also: found === undefined ? [] : [ref('namespace', found.id)],
      };
    }
  },
});

/** Parameters of every CSI driver: `csi.storage.k8s.io/provisioner-secret-namespace` and its like. */
function isSecretNamespace(key: string): boolean {
  return /^csi\.storage\.k8s\.io\/[a-z-]+-secret-namespace$/.test(key);
}

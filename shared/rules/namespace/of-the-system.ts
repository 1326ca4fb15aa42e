import { distributionInfo } from '../../catalog/index.ts';
import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

export const ofTheSystem = defineRule({
  id: 'namespace/of-the-system',
  severity: 'error',
  title: 'Namespace of the cluster itself',
  docs: {
    what: 'The design holds a namespace that Kubernetes or the distribution runs on, such as kube-system.',
    why: 'Everything in it is denied by default and pinned to the nodes of one zone. DNS, the network plugin and kube-proxy stop working, and with them the cluster.',
    todo: 'Take it out of the design. DNS is allowed to every zone without it.',
  },
  examples: {
    good: [{ shows: 'namespaces of applications', design: {} }],
    bad: [
      {
        shows: 'kube-system in a zone',
        design: { namespaces: { 'kube-system': { cluster: 'prod', zone: 'app' } } },
      },
      {
        shows: 'another id for it',
        design: { namespaces: { dns: { name: 'kube-system', cluster: 'prod', zone: 'app' } } },
      },
    ],
  },
  *check({ lookup }) {
    for (const namespace of lookup.namespaces) {
      const name = namespace.name ?? namespace.id;
      const cluster = lookup.get('cluster', namespace.cluster);
      const dns = cluster === undefined ? undefined : distributionInfo(cluster.distribution).dns.namespace;
      if (!/^(kube|openshift)-/.test(name) && name !== dns) continue;
      yield {
        message: `${capital(called(lookup, ref('namespace', namespace.id)))} is “${name}”, which the cluster itself runs on. The export would deny its pods all that is not drawn and pin them to one zone, and the cluster would stop working. Take it out of the design; DNS is allowed without it.`,
        subject: ref('namespace', namespace.id),
        path: ['namespaces', namespace.id],
        fix: {
          label: 'Take it out of the design',
          commands: [{ id: 'record/remove', args: { refs: [ref('namespace', namespace.id)] } }],
        },
      };
    }
  },
});

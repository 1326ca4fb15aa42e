import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

export const noZone = defineRule({
  id: 'namespace/no-zone',
  severity: 'error',
  title: 'Namespace without a zone',
  docs: {
    what: 'A namespace belongs to no zone.',
    why: 'It gets default deny and nothing else: no flow reaches its workloads, and no guard rail of a zone holds for it.',
    todo: 'Put the namespace into a zone.',
  },
  examples: {
    good: [{ shows: 'namespaces in zones', design: {} }],
    bad: [{ shows: 'a namespace in none', design: { namespaces: { tools: { cluster: 'prod' } } } }],
  },
  *check({ lookup }) {
    for (const namespace of lookup.namespaces) {
      if (namespace.zone !== undefined) continue;
      const zones = lookup.zonesOfCluster(namespace.cluster);
      const [only] = zones;
      yield {
        message: `${capital(called(lookup, ref('namespace', namespace.id)))} belongs to no zone. It gets default deny and nothing else, so nothing reaches its workloads. Put it into a zone.`,
        subject: ref('namespace', namespace.id),
        path: ['namespaces', namespace.id],
        ...(only !== undefined &&
          zones.length === 1 && {
            fix: {
              label: `Put it into zone “${only}”`,
              commands: [{ id: 'namespace/move', args: { ids: [namespace.id], zone: only } }],
            },
          }),
      };
    }
  },
});

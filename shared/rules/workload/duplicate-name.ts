import { ref } from '../../model/index.ts';
import { called, defineRule, listed } from '../define.ts';
import { sharing } from '../same-name.ts';

export const duplicateWorkloadName = defineRule({
  id: 'workload/duplicate-name',
  severity: 'error',
  title: 'Two workloads of one name',
  docs: {
    what: 'Two workloads of one namespace have the same name there.',
    why: 'Their Services, and for equal kinds the workloads themselves, would overwrite each other.',
    todo: 'Give one of them another name, or move it to another namespace.',
  },
  examples: {
    good: [{ shows: 'one name in two namespaces', design: { workloads: { web: { name: 'api', namespace: 'web' } } } }],
    bad: [
      {
        shows: 'a name that is another’s id',
        design: { workloads: { backend: { name: 'api', namespace: 'orders' } } },
      },
    ],
  },
  *check({ lookup }) {
    const name = (id: string) => lookup.nameOf(ref('workload', id));
    for (const [first, ...others] of sharing(lookup.workloads, (w) => JSON.stringify([w.namespace, name(w.id)]))) {
      for (const other of others) {
        yield {
          message: `Workloads ${listed([first?.id ?? '', other.id])} are both called “${name(other.id)}” in ${called(lookup, ref('namespace', other.namespace))}. One would overwrite the other. Give one of them another name.`,
          subject: ref('workload', other.id),
          path: ['workloads', other.id, ...(other.name === undefined ? [] : ['name'])],
          also: first === undefined ? [] : [ref('workload', first.id)],
        };
      }
    }
  },
});

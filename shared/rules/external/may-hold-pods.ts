import { overlaps, parseCidr } from '../../lib/ip.ts';
import { endRef, ref } from '../../model/index.ts';
import { called, defineRule } from '../define.ts';

/** Where pods have their addresses: private, shared and unique-local ranges. */
const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];

const office = { externals: { office: { cidrs: ['10.0.0.0/8'] } } };
const flows = { ask: { from: { workload: 'api' }, to: { external: 'office' }, ports: [{ port: 443 }] } };

export const mayHoldPods = defineRule({
  id: 'external/may-hold-pods',
  severity: 'warning',
  title: 'Private range that may hold pods',
  docs: {
    what: 'A flow goes to or comes from an external with private ranges, and a cluster at its other end does not say which addresses its pods have.',
    why: 'To most network plugins a range in a policy also means the pods inside it. Where the pods of the cluster lie in the range, the flow lets pods through that are drawn as no part of it. The export leaves pod ranges out, if it knows them.',
    todo: 'Write the pod ranges of the cluster (networks.pods), or narrow the ranges of the external.',
  },
  examples: {
    good: [
      { shows: 'a cluster that says its pod ranges', design: { ...office, flows } },
      {
        shows: 'public ranges',
        design: { clusters: { prod: { distribution: 'kubeadm', version: '1.37' } } },
      },
    ],
    bad: [
      {
        shows: 'a cluster that does not',
        design: {
          clusters: { prod: { distribution: 'kubeadm', version: '1.37', networks: { pods: [] } } },
          ...office,
          flows,
        },
      },
    ],
  },
  *check({ lookup }) {
    const reported = new Set<string>();
    for (const flow of lookup.flows) {
      const [from, to] = [endRef(flow.from), endRef(flow.to)];
      const [outside, inside] = from.kind === 'external' ? [from, to] : [to, from];
      if (outside.kind !== 'external' || inside.kind === 'external') continue;
      const { kind, cidrs = [] } = lookup.get('external', outside.id) ?? {};
      const suspect = kind === undefined ? cidrs.filter(isPrivate) : [];
      if (suspect.length === 0) continue;
      const homes = lookup.workloadsOf(inside).flatMap((w) => lookup.homesOf(w.namespace));
      for (const id of new Set(homes)) {
        const key = `${outside.id} ${id}`;
        if (reported.has(key) || (lookup.get('cluster', id)?.networks?.pods ?? []).length > 0) continue;
        reported.add(key);
        yield {
          message: `Flow “${flow.id}” names the private range ${suspect.join(', ')} of ${called(lookup, outside)}, and ${called(lookup, ref('cluster', id))} does not say which addresses its pods have. To most network plugins a range also means pods inside it, so pods of other zones may get through. Write the pod ranges of the cluster (networks.pods), which the export then leaves out.`,
          subject: outside,
          path: ['externals', outside.id, 'cidrs'],
          also: [ref('cluster', id), ref('flow', flow.id)],
        };
      }
    }
  },
});

function isPrivate(cidr: string): boolean {
  const range = parseCidr(cidr);
  return privateRanges.some((text) => {
    const own = parseCidr(text);
    return range !== undefined && own !== undefined && range.family === own.family && overlaps(range, own);
  });
}

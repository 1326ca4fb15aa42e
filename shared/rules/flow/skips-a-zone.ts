import { outside, ref } from '../../model/index.ts';
import { called, defineRule, listed } from '../define.ts';
import { judge } from '../legs.ts';

export const skipsAZone = defineRule({
  id: 'flow/skips-a-zone',
  severity: 'warning',
  title: 'Flow skips a zone',
  docs: {
    what: 'A flow that the matrix or an exception permits passes over at least one zone that lies between its ends.',
    why: 'Zones in between are there to inspect and to stop: a flow past them gives an attacker the shorter way.',
    todo: 'Draw the flow through a workload of the zone in between, or say in its reason why it has to be so.',
  },
  examples: {
    good: [{ shows: 'a flow to the next zone', design: {} }],
    bad: [
      {
        shows: 'a flow from the outermost zone to the innermost',
        design: {
          matrix: { dmz: { db: { access: 'allow-only', services: ['5432/tcp'] } } },
          flows: { direct: { from: { workload: 'gateway' }, to: { workload: 'store' }, ports: [{ port: 'sql' }] } },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const flow of lookup.flows) {
      for (const { leg, permitted } of judge(lookup, flow)) {
        const from = lookup.tierOf(leg.fromZone);
        const to = lookup.tierOf(leg.toZone);
        if (!(permitted || flow.exception !== undefined) || from === undefined || to === undefined) continue;
        const between = lookup.zones.slice(Math.min(from, to) + 1, Math.max(from, to));
        // The API server stands in no zone, so there is none between it and a workload.
        const isApiServer = [leg.from, leg.to].some(
          (end) => end.kind === 'external' && lookup.get('external', end.id)?.kind === 'apiServer',
        );
        if (between.length === 0 || isApiServer) continue;
        const zoneName = (id: string) => (id === outside ? 'outside' : called(lookup, ref('zone', id)));
        yield {
          message: `Flow “${flow.id}” goes from ${zoneName(leg.fromZone)} straight to ${zoneName(leg.toZone)}, past ${listed(between.map((z) => z.id))}. What those zones inspect and stop does not see it. Lead it through a workload there, or say in its reason why it has to be so.`,
          subject: ref('flow', flow.id),
          path: ['flows', flow.id],
          also: [leg.from, leg.to, ...between.map((z) => ref('zone', z.id))],
        };
      }
    }
  },
});

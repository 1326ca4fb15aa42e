import { endRef, outside, ref } from '../../model/index.ts';
import { called, defineRule } from '../define.ts';
import { judge } from '../legs.ts';

export const againstTheMatrix = defineRule({
  id: 'flow/against-the-matrix',
  severity: 'error',
  title: 'Flow against the matrix',
  docs: {
    what: 'A flow goes from one zone to another where the matrix, or trust where the matrix is silent, blocks it.',
    why: 'The matrix is what the security team agreed to. A flow against it is not exported, so the picture shows a connection that will not exist.',
    todo: 'Remove the flow, draw it through the zones in between, permit it in the matrix, or give it an exception with reason, owner and end.',
  },
  examples: {
    good: [
      { shows: 'a flow one zone inward', design: {} },
      {
        shows: 'a blocked flow with an exception',
        design: {
          flows: {
            legacy: {
              from: { workload: 'api' },
              to: { workload: 'gateway' },
              ports: [{ port: 'https' }],
              exception: { reason: 'migration', owner: 'arch', until: '2027-01-31' },
            },
          },
        },
      },
      {
        shows: 'a flow on the dialled port that the matrix lists',
        design: { matrix: { outside: { dmz: { access: 'allow-only', services: ['443/tcp'] } } } },
      },
    ],
    bad: [
      {
        shows: 'a flow outward',
        design: {
          flows: { back: { from: { workload: 'api' }, to: { workload: 'gateway' }, ports: [{ port: 'https' }] } },
        },
      },
      {
        shows: 'a port that the matrix does not list',
        design: { matrix: { dmz: { app: { access: 'allow-only', services: ['443/tcp', '8000-8079'] } } } },
      },
      {
        shows: 'all ports where only some are listed',
        design: {
          matrix: { dmz: { app: { access: 'allow-only', services: ['8080/tcp'] } } },
          flows: { call: { from: { zone: 'dmz' }, to: { zone: 'app' }, ports: 'all' } },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const flow of lookup.flows) {
      if (flow.exception !== undefined) continue;
      for (const { leg, decision, permitted } of judge(lookup, flow)) {
        if (permitted) continue;
        const zoneName = (id: string) => (id === outside ? 'outside' : called(lookup, ref('zone', id)));
        const says =
          decision.access === 'allow-only'
            ? `permits only ${decision.services.join(', ') || 'nothing'} there`
            : decision.written
              ? 'blocks that'
              : 'does not mention that, and trust permits only one zone inward';
        yield {
          message: `Flow “${flow.id}” goes from ${zoneName(leg.fromZone)} to ${zoneName(leg.toZone)}, but the matrix ${says}. It is not exported, so the connection will not work. Remove the flow, permit it in the matrix, or give it an exception with reason, owner and end.`,
          subject: ref('flow', flow.id),
          path: ['flows', flow.id],
          also: [endRef(flow.from), endRef(flow.to)],
          fix: {
            label: 'Remove the flow',
            commands: [{ id: 'record/remove', args: { refs: [ref('flow', flow.id)] } }],
          },
        };
      }
    }
  },
});

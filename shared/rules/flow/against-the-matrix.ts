import { endRef, formatShortPorts, outside, ref, type Topology, writtenCell } from '../../model/index.ts';
import { called, defineRule, type Fix } from '../define.ts';
import { judge, type Leg } from '../legs.ts';

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
      {
        shows: 'a call of the API server, which no gateway forwards',
        design: {
          externals: { kubernetes: { kind: 'apiServer' } },
          flows: {
            call: {
              from: { external: 'kubernetes' },
              to: { workload: 'api' },
              ports: [{ port: 'http' }],
              via: { kind: 'gateway', proxy: 'gateway' },
            },
          },
        },
      },
    ],
  },
  *check({ topology, lookup }) {
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
          alternatives: permitting(topology, leg),
        };
      }
    }
  },
});

/** Permits what the leg needs and no more; a leg whose ports nobody knows can be permitted by nobody. */
function permitting(topology: Topology, { fromZone: from, toZone: to, ports }: Leg): Fix[] {
  if (ports !== 'all' && ports.length === 0) return [];
  const { services: listed = [], ...written } = writtenCell(topology, from, to) ?? { access: 'allow-only' as const };
  const needed =
    ports === 'all'
      ? []
      : ports.map((p) => `${formatShortPorts([{ port: p.start, endPort: p.end }])}/${p.protocol.toLowerCase()}`);
  const cell =
    ports === 'all'
      ? { ...written, access: 'allow-all' as const }
      : {
          ...written,
          access: 'allow-only' as const,
          services: [...new Set([...(written.access === 'allow-only' ? listed : []), ...needed])],
        };
  return [{ label: 'Permit it in the matrix', commands: [{ id: 'matrix/set', args: { from, to, cell } }] }];
}

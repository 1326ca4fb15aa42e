import { endRef, ref } from '../../model/index.ts';
import { called, defineRule } from '../define.ts';
import { exposeAndEnter, inWords, plainWays } from '../ways-in.ts';

export const noVia = defineRule({
  id: 'flow/no-via',
  severity: 'error',
  title: 'Flow from outside that does not say how it enters',
  docs: {
    what: 'A flow from an external names no way in, names a gateway or ingress without the workload that forwards, or a flow that does not come from outside names one.',
    why: 'The way in decides which address the receiver sees and which connections there are, so no policy can be written without it.',
    todo: 'Choose loadBalancer, nodePort, gateway, ingress or direct, and with gateway or ingress the proxy.',
  },
  examples: {
    good: [{ shows: 'a flow through a load balancer', design: {} }],
    bad: [
      {
        shows: 'no way in',
        design: {
          flows: { in: { from: { external: 'internet' }, to: { workload: 'gateway' }, ports: [{ port: 'https' }] } },
        },
      },
      {
        shows: 'no way in, into a zone that is not exposed',
        design: {
          flows: { in: { from: { external: 'internet' }, to: { workload: 'api' }, ports: [{ port: 'http' }] } },
        },
      },
      {
        shows: 'a gateway without a proxy',
        design: {
          flows: {
            in: {
              from: { external: 'internet' },
              to: { workload: 'api' },
              ports: [{ port: 'http' }],
              via: { kind: 'gateway' },
            },
          },
        },
      },
      {
        shows: 'a way in for a flow that is inside already',
        design: {
          flows: {
            call: {
              from: { workload: 'gateway' },
              to: { workload: 'api' },
              ports: [{ port: 'http' }],
              via: { kind: 'nodePort' },
            },
          },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const flow of lookup.flows) {
      const from = endRef(flow.from);
      const to = endRef(flow.to);
      const subject = ref('flow', flow.id);
      if (from.kind !== 'external') {
        if (flow.via === undefined) continue;
        yield {
          message: `Flow “${flow.id}” says how it enters from outside, but it comes from ${called(lookup, from)}. The way in has no meaning there. Remove it, or let the flow begin at an external.`,
          subject,
          path: ['flows', flow.id, 'via'],
          also: [from],
          fix: {
            label: 'Remove the way in',
            commands: [{ id: 'field/set', args: { path: ['flows', flow.id, 'via'], value: undefined } }],
          },
        };
        continue;
      }
      // The API server calls pods by itself; it comes in by no way that a zone would have to offer.
      if (to.kind === 'external' || lookup.get('external', from.id)?.kind === 'apiServer') continue;
      const zone = lookup.zones.find((z) => z.id === lookup.zoneOf(to));
      const [way] = plainWays(zone);
      if (flow.via === undefined) {
        yield {
          message: `Flow “${flow.id}” comes from outside and does not say how it enters. The way in decides which address ${called(lookup, to)} sees, so no policy can be written. Choose loadBalancer, nodePort, gateway, ingress or direct.`,
          subject,
          path: ['flows', flow.id],
          also: [from, to],
          ...(way !== undefined
            ? {
                fix: {
                  label: `Enter by ${inWords[way]}`,
                  commands: [{ id: 'field/set', args: { path: ['flows', flow.id, 'via'], value: { kind: way } } }],
                },
              }
            : zone !== undefined && {
                fix: exposeAndEnter(flow.id, zone, 'loadBalancer'),
                alternatives: [exposeAndEnter(flow.id, zone, 'direct')],
              }),
        };
      } else if ((flow.via.kind === 'gateway' || flow.via.kind === 'ingress') && flow.via.proxy === undefined) {
        yield {
          message: `Flow “${flow.id}” enters by ${flow.via.kind} and does not name the workload that forwards. Two connections are meant, to the proxy and from it, and neither can be written. Choose the proxy.`,
          subject,
          path: ['flows', flow.id, 'via'],
          also: [from, to],
        };
      }
    }
  },
});

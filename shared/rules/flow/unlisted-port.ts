import { endRef, formatShortPorts, recordPath, ref, unlistedPorts, withPorts } from '../../model/index.ts';
import { called, defineRule, listed } from '../define.ts';

export const unlistedPort = defineRule({
  id: 'flow/unlisted-port',
  severity: 'warning',
  title: 'Port that the receiver does not list',
  docs: {
    what: 'A flow names a port by number, its receiver lists ports, and that number with that protocol is none of them.',
    why: 'The policy opens a port on which nothing is known to listen, while the one that listens may stay shut.',
    todo: 'Choose a port that the receiver lists, or add the port to the receiver.',
  },
  examples: {
    good: [
      { shows: 'a port that the receiver lists', design: {} },
      {
        shows: 'the number of a listed port',
        design: {
          flows: { call: { from: { workload: 'gateway' }, to: { workload: 'api' }, ports: [{ port: 8080 }] } },
        },
      },
      {
        shows: 'a receiver that lists no ports',
        design: {
          workloads: { batch: { namespace: 'orders' } },
          flows: { call: { from: { workload: 'gateway' }, to: { workload: 'batch' }, ports: [{ port: 9999 }] } },
        },
      },
      {
        shows: 'a range that holds a listed port',
        design: {
          flows: {
            call: { from: { workload: 'gateway' }, to: { workload: 'api' }, ports: [{ port: 8000, endPort: 8099 }] },
          },
        },
      },
    ],
    bad: [
      {
        shows: 'a number that the receiver does not list',
        design: {
          flows: { call: { from: { workload: 'gateway' }, to: { workload: 'api' }, ports: [{ port: 9999 }] } },
        },
      },
      {
        shows: 'a listed number with another protocol',
        design: {
          flows: {
            call: { from: { workload: 'gateway' }, to: { workload: 'api' }, ports: [{ port: 8080, protocol: 'UDP' }] },
          },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const flow of lookup.flows) {
      const to = endRef(flow.to);
      const workload = to.kind === 'workload' ? lookup.get('workload', to.id) : undefined;
      if (workload === undefined || flow.ports === 'all') continue;
      const has = Object.entries(workload.ports ?? {}).map(([name, p]) => `${name} ${formatShortPorts([p])}`);
      if (has.length === 0) continue;
      for (const port of unlistedPorts(flow.ports, workload)) {
        const text = formatShortPorts([port]);
        const added = withPorts(workload, [port]);
        yield {
          message: `Flow “${flow.id}” goes to port ${text}, but ${called(lookup, to)} lists ${listed(has)}. The policy would open a port on which nothing is known to listen. Choose a port that is listed, or add ${text} to the workload.`,
          subject: ref('flow', flow.id),
          path: ['flows', flow.id, 'ports', flow.ports.indexOf(port), 'port'],
          also: [to],
          ...(Object.keys(added).length > has.length && {
            fix: {
              label: `Add port ${text} to the workload`,
              commands: [{ id: 'field/set', args: { path: [...recordPath(to), 'ports'], value: added } }],
            },
          }),
        };
      }
    }
  },
});

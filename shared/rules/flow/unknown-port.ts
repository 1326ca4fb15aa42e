import { endRef, protocolOf, ref } from '../../model/index.ts';
import { called, defineRule, listed } from '../define.ts';

export const unknownPort = defineRule({
  id: 'flow/unknown-port',
  severity: 'error',
  title: 'Named port that does not exist',
  docs: {
    what: 'A flow names a port that its receiver, or one of its receivers, does not have, or has with another protocol.',
    why: 'A network policy with a port name that no pod has opens nothing, and the API server accepts it without a word.',
    todo: 'Name a port that the receiver lists, write the number, or add the port to the receiver.',
  },
  examples: {
    good: [{ shows: 'a port that the receiver lists', design: {} }],
    bad: [
      {
        shows: 'a name that the receiver does not have',
        design: {
          flows: { call: { from: { workload: 'gateway' }, to: { workload: 'api' }, ports: [{ port: 'grpc' }] } },
        },
      },
      {
        shows: 'a name with another protocol',
        design: {
          flows: {
            call: {
              from: { workload: 'gateway' },
              to: { workload: 'api' },
              ports: [{ port: 'http', protocol: 'UDP' }],
            },
          },
        },
      },
      {
        shows: 'a name at an external',
        design: { flows: { out: { from: { zone: 'dmz' }, to: { external: 'internet' }, ports: [{ port: 'https' }] } } },
      },
    ],
  },
  *check({ lookup }) {
    for (const flow of lookup.flows) {
      if (flow.ports === 'all') continue;
      const to = endRef(flow.to);
      if (lookup.get(to.kind, to.id) === undefined) continue;
      const receivers = lookup.workloadsOf(to);
      for (const [i, port] of flow.ports.entries()) {
        const name = port.port;
        if (typeof name !== 'string') continue;
        const base = { subject: ref('flow', flow.id), path: ['flows', flow.id, 'ports', i, 'port'] };
        if (to.kind === 'external') {
          yield {
            ...base,
            message: `Flow “${flow.id}” names port “${name}”, but ${called(lookup, to)} lies outside and has no named ports. Nothing would be opened. Write the number.`,
            also: [to],
          };
          continue;
        }
        const without = receivers.filter((w) => {
          const found = Object.hasOwn(w.ports ?? {}, name) ? w.ports?.[name] : undefined;
          return found === undefined || protocolOf(found) !== protocolOf(port);
        });
        if (without.length === 0) continue;
        const [first] = without;
        const has = unique(without.flatMap((w) => Object.keys(w.ports ?? {})));
        const offer =
          has.length === 0
            ? 'Write the number, or list the port at the receiver.'
            : `Choose ${listed(has)}, write the number, or list the port at the receiver.`;
        const only = without.length === 1 && has.length === 1 ? has[0] : undefined;
        const soleReceiver = receivers.length === 1 ? only : undefined;
        const protocol = first?.ports?.[soleReceiver ?? '']?.protocol;
        yield {
          ...base,
          message: `Flow “${flow.id}” names port “${name}” (${protocolOf(port)}), which ${listed(without.map((w) => w.id))} does not have. A policy on that name opens nothing there. ${offer}`,
          also: without.map((w) => ref('workload', w.id)),
          ...(soleReceiver !== undefined && {
            fix: {
              label: `Use port “${soleReceiver}”`,
              commands: [
                { id: 'field/set', args: { path: base.path, value: soleReceiver } },
                { id: 'field/set', args: { path: ['flows', flow.id, 'ports', i, 'protocol'], value: protocol } },
              ],
            },
          }),
        };
      }
    }
  },
});

function unique(items: readonly string[]): string[] {
  return [...new Set(items)].sort();
}

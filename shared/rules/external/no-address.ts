import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

export const externalNoAddress = defineRule({
  id: 'external/no-address',
  severity: 'error',
  title: 'External without addresses',
  docs: {
    what: 'An external is not the internet and has neither address ranges nor DNS names, or is asked to send but has only names.',
    why: 'A policy needs addresses to open anything, and nobody can tell the address of a sender from a name: its flows are not exported.',
    todo: 'Write down its address ranges, or DNS names where flows only go to it.',
  },
  examples: {
    good: [
      { shows: 'the internet', design: {} },
      { shows: 'address ranges', design: { externals: { partner: { cidrs: ['203.0.113.0/24'] } } } },
    ],
    bad: [
      { shows: 'an external of which nothing is known', design: { externals: { partner: { name: 'Partner' } } } },
      {
        shows: 'a sender that has only names',
        design: {
          externals: { partner: { names: ['api.example.com'] } },
          flows: {
            'partner-in': {
              from: { external: 'partner' },
              to: { workload: 'gateway' },
              ports: [{ port: 'https' }],
              via: { kind: 'loadBalancer' },
            },
          },
        },
      },
    ],
  },
  *check({ lookup, topology }) {
    for (const [id, external] of Object.entries(topology.externals ?? {})) {
      if (external.kind !== undefined || (external.cidrs?.length ?? 0) > 0) continue;
      const target = ref('external', id);
      const sends = lookup.flowsOf(target).filter((flow) => 'external' in flow.from && flow.from.external === id);
      const named = (external.names?.length ?? 0) > 0;
      if (named && sends.length === 0) continue;
      yield {
        message: named
          ? `${capital(called(lookup, target))} has only DNS names, but flows come from it. Nobody can tell a sender’s address from a name, so they are not exported. Write down its address ranges.`
          : `${capital(called(lookup, target))} has neither address ranges nor DNS names. A policy needs them, so its flows are not exported. Write them down.`,
        subject: target,
        path: ['externals', id],
        also: sends.map((flow) => ref('flow', flow.id)),
      };
    }
  },
});

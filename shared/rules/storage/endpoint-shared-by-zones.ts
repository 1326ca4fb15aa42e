import { ref } from '../../model/index.ts';
import { called, defineRule } from '../define.ts';

export const endpointSharedByZones = defineRule({
  id: 'storage/endpoint-shared-by-zones',
  severity: 'warning',
  title: 'One storage behind two zones',
  docs: {
    what: 'Two storage endpoints of different zones have the same address and the same export.',
    why: 'They are one place under two names. What one zone writes there the other can read, and no network policy sees it.',
    todo: 'Give each zone an export of its own, or say in both descriptions why they share one.',
  },
  examples: {
    good: [
      {
        shows: 'one filer with an export for each zone',
        design: {
          storage: {
            endpoints: {
              a: { zone: 'dmz', type: 'nfs', addresses: ['10.9.0.5'], export: '/dmz' },
              b: { zone: 'db', type: 'nfs', addresses: ['10.9.0.5'], export: '/db' },
            },
          },
        },
      },
    ],
    bad: [
      {
        shows: 'one export for two zones',
        design: {
          storage: {
            endpoints: {
              a: { zone: 'dmz', type: 'nfs', addresses: ['10.9.0.5'], export: '/all' },
              b: { zone: 'db', type: 'nfs', addresses: ['10.9.0.5'], export: '/all' },
            },
          },
        },
      },
    ],
  },
  *check({ lookup }) {
    const endpoints = Object.entries(lookup.topology.storage?.endpoints ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [i, [id, endpoint]] of endpoints.entries()) {
      for (const [otherId, other] of endpoints.slice(i + 1)) {
        if (endpoint.zone === other.zone || endpoint.export !== other.export) continue;
        const address = endpoint.addresses?.find((a) => other.addresses?.includes(a));
        if (address === undefined) continue;
        yield {
          message: `Storage endpoints “${id}” and “${otherId}” stand in ${called(lookup, ref('zone', endpoint.zone))} and ${called(lookup, ref('zone', other.zone))}, but both are ${address}${endpoint.export === undefined ? '' : `, ${endpoint.export}`}. What one zone writes there the other can read, and no network policy sees it. Give each zone an export of its own.`,
          subject: ref('endpoint', id),
          path: ['storage', 'endpoints', id],
          also: [ref('endpoint', otherId), ref('zone', endpoint.zone), ref('zone', other.zone)],
        };
      }
    }
  },
});

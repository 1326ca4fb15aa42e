import { type Entry, type ExposureKind, endRef, ref, type Zone } from '../../model/index.ts';
import { called, defineRule, type Fix } from '../define.ts';
import { legsOf } from '../legs.ts';
import { expose, exposeAndEnter, inWords, plainWays } from '../ways-in.ts';

export const notExposed = defineRule({
  id: 'flow/not-exposed',
  severity: 'error',
  title: 'Flow from outside into a zone that is not exposed that way',
  docs: {
    what: 'A flow from an external enters a zone in a way that the zone’s exposure does not name.',
    why: 'A zone without exposure accepts no flow from outside, so the flow would be drawn and never work, or the zone be opened by accident.',
    todo: 'Enter through a zone that is exposed, choose a way in that the zone names, or add the way to the zone’s exposure.',
  },
  examples: {
    good: [{ shows: 'a way in that the zone names', design: {} }],
    bad: [
      {
        shows: 'a zone that is not exposed at all',
        design: {
          flows: {
            in: {
              from: { external: 'internet' },
              to: { workload: 'api' },
              ports: [{ port: 'http' }],
              via: { kind: 'loadBalancer' },
            },
          },
        },
      },
      {
        shows: 'another way in than the zone names',
        design: {
          flows: {
            in: {
              from: { external: 'internet' },
              to: { workload: 'gateway' },
              ports: [{ port: 'https' }],
              via: { kind: 'nodePort' },
            },
          },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const flow of lookup.flows) {
      const via = flow.via?.kind;
      const [entry] = legsOf(lookup, flow);
      if (via === undefined || entry?.from.kind !== 'external') continue;
      if (lookup.get('external', entry.from.id)?.kind === 'apiServer') continue;
      const zone = lookup.zones.find((z) => z.id === entry.toZone);
      const isProxied = via === 'gateway' || via === 'ingress';
      if (zone === undefined || zone.exposure?.includes(via)) continue;
      const names = zone.exposure?.length ? `only by ${zone.exposure.join(', ')}` : 'in no way';
      yield {
        message: `Flow “${flow.id}” enters ${called(lookup, ref('zone', entry.toZone))} by ${via}, but that zone may be entered from outside ${names}. The flow cannot work. Enter through an exposed zone, or add ${via} to the zone’s exposure.`,
        subject: ref('flow', flow.id),
        path: ['flows', flow.id, 'via', 'kind'],
        also: [endRef(flow.to), ref('zone', entry.toZone)],
        fix: expose(zone, via),
        alternatives: isProxied ? [] : others(flow.id, zone, via),
      };
    }
  },
});

/** Entering as the zone allows already, else exposing it directly: for receivers with addresses of their own. */
function others(flow: string, zone: Entry<Zone>, via: ExposureKind): Fix[] {
  const allowed = plainWays(zone);
  if (allowed.length === 0) return via === 'direct' ? [] : [exposeAndEnter(flow, zone, 'direct')];
  return allowed.map((way) => ({
    label: `Enter by ${inWords[way]}`,
    commands: [{ id: 'field/set', args: { path: ['flows', flow, 'via', 'kind'], value: way } }],
  }));
}

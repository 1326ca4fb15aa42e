/** The ways into a zone from outside, in words and as fixes. */
import type { Entry, ExposureKind, Zone } from '../model/index.ts';
import type { Fix } from './define.ts';

export const inWords: Readonly<Record<ExposureKind, string>> = {
  loadBalancer: 'load balancer',
  nodePort: 'node port',
  gateway: 'gateway',
  ingress: 'ingress',
  direct: 'its own addresses',
};

/** The ways that need no proxy. */
type PlainWay = Exclude<ExposureKind, 'gateway' | 'ingress'>;

/** Those by which a zone may be entered without a proxy. */
export function plainWays(zone: Zone | undefined): readonly PlainWay[] {
  return (zone?.exposure ?? []).filter((way): way is PlainWay => way !== 'gateway' && way !== 'ingress');
}

/** Lets a zone be entered in a way. */
export function expose(zone: Entry<Zone>, way: ExposureKind): Fix {
  return {
    label: way === 'direct' ? 'Expose the zone directly' : `Expose the zone by ${inWords[way]}`,
    commands: [
      { id: 'field/set', args: { path: ['zones', zone.id, 'exposure'], value: [...(zone.exposure ?? []), way] } },
    ],
  };
}

/** Lets a zone be entered in a way, and the flow enter it so. */
export function exposeAndEnter(flow: string, zone: Entry<Zone>, way: PlainWay): Fix {
  const { label, commands } = expose(zone, way);
  const enter = { id: 'field/set', args: { path: ['flows', flow, 'via'], value: { kind: way } } } as const;
  return { label, commands: [...commands, enter] };
}

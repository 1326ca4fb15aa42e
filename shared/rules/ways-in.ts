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

/** Lets a zone be entered in a way, and the flow enter it so. A gateway or ingress would also need a proxy. */
export function exposeAndEnter(flow: string, zone: Entry<Zone>, way: 'loadBalancer' | 'nodePort' | 'direct'): Fix {
  return {
    label: way === 'direct' ? 'Expose the zone directly' : `Expose the zone by ${inWords[way]}`,
    commands: [
      { id: 'field/set', args: { path: ['zones', zone.id, 'exposure'], value: [...(zone.exposure ?? []), way] } },
      { id: 'field/set', args: { path: ['flows', flow, 'via'], value: { kind: way } } },
    ],
  };
}

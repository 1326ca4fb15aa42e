import { describe, expect, it } from 'vitest';
import { expose, exposeAndEnter, plainWays } from './ways-in.ts';

const zone = { id: 'dmz', trust: 20, exposure: ['gateway', 'nodePort'] } as const;
const toExposure = (value: readonly string[]) => ({
  id: 'field/set',
  args: { path: ['zones', 'dmz', 'exposure'], value },
});

describe('expose', () => {
  it('should add the way to those that a zone has, and say it in words', () => {
    expect(expose(zone, 'direct')).toEqual({
      label: 'Expose the zone directly',
      commands: [toExposure(['gateway', 'nodePort', 'direct'])],
    });
    expect(expose(zone, 'loadBalancer').label).toBe('Expose the zone by load balancer');
  });
});

describe('exposeAndEnter', () => {
  it('should let the flow enter by the way that it exposes', () => {
    expect(exposeAndEnter('in', { id: 'dmz', trust: 20 }, 'loadBalancer')).toEqual({
      label: 'Expose the zone by load balancer',
      commands: [
        toExposure(['loadBalancer']),
        { id: 'field/set', args: { path: ['flows', 'in', 'via'], value: { kind: 'loadBalancer' } } },
      ],
    });
  });
});

describe('plainWays', () => {
  it('should give the ways that need no proxy', () => {
    expect([plainWays(zone), plainWays(undefined)]).toEqual([['nodePort'], []]);
  });
});

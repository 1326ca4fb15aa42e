import { describe, expect, it } from 'vitest';
import { unlistedPorts, withPorts } from './listed-ports.ts';

const api = { namespace: 'web', ports: { http: { port: 8080 }, dns: { port: 53, protocol: 'UDP' as const } } };

describe('ports that a workload does not list', () => {
  it('should be told by number and protocol', () => {
    expect(unlistedPorts([{ port: 8080 }, { port: 53 }, { port: 53, protocol: 'UDP' }], api)).toEqual([{ port: 53 }]);
  });

  it('should leave names, all, and ranges around a listed port alone', () => {
    expect(unlistedPorts('all', api)).toEqual([]);
    expect(unlistedPorts([{ port: 'grpc' }, { port: 8000, endPort: 8080 }], api)).toEqual([]);
    expect(unlistedPorts([{ port: 8081, endPort: 8090 }], api)).toHaveLength(1);
  });
});

describe('adding ports to a workload', () => {
  it('should keep what is there and name the new ones apart', () => {
    const taken = { namespace: 'web', ports: { 'tcp-9000': { port: 9001 } } };
    expect(withPorts(taken, [{ port: 9000 }, { port: 53, protocol: 'UDP' }, { port: 1, endPort: 9 }])).toEqual({
      'tcp-9000': { port: 9001 },
      'tcp-9000-2': { port: 9000 },
      'udp-53': { port: 53, protocol: 'UDP' },
    });
  });
});

import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { emptyTopology, type Flow, type Topology } from '../../model/index.ts';
import { type Reconnection, reconnectFlow } from './reconnect.ts';

const design: Topology = {
  ...emptyTopology('shop'),
  workloads: {
    web: { namespace: 'front' },
    orders: { namespace: 'back', ports: { http: { port: 8080 }, dns: { port: 53, protocol: 'UDP' } } },
    stock: { namespace: 'back', ports: { http: { port: 9090 } } },
  },
  externals: { internet: { kind: 'internet' } },
  flows: {
    order: {
      from: { workload: 'web' },
      to: { workload: 'orders' },
      ports: [{ port: 'http', dial: 80 }, { port: 'dns' }],
      reason: 'Orders',
      owner: 'team-web',
    },
    visit: { from: { external: 'internet' }, to: { workload: 'web' }, ports: 'all', via: { kind: 'loadBalancer' } },
  },
};

function check(change: Reconnection, expected: Partial<Flow>): void {
  const after = produce(design, (draft) => reconnectFlow.run(draft, change));
  const before = design.flows?.[change.id];
  expect(after).toEqual({ ...design, flows: { ...design.flows, [change.id]: { ...before, ...expected } } });
}

describe('flow/reconnect', () => {
  it('should keep the name of a port that the new receiver has, and the number of one that it has not', () => {
    check(
      { id: 'order', end: 'to', to: { workload: 'stock' } },
      { to: { workload: 'stock' }, ports: [{ port: 'http' }, { port: 53, protocol: 'UDP' }] },
    );
  });

  it('should keep everything else of a flow whose sender changes', () => {
    check({ id: 'order', end: 'from', to: { workload: 'stock' } }, { from: { workload: 'stock' } });
  });

  it('should take the way in away from a flow that no longer comes from outside', () => {
    const after = produce(design, (draft) =>
      reconnectFlow.run(draft, { id: 'visit', end: 'from', to: { workload: 'stock' } }),
    );
    expect(after.flows?.visit).toEqual({ from: { workload: 'stock' }, to: { workload: 'web' }, ports: 'all' });
  });

  it('should give a flow that comes from outside the way in that it is told, unless it has one', () => {
    const via = { kind: 'gateway' } as const;
    check({ id: 'order', end: 'from', to: { external: 'internet' }, via }, { from: { external: 'internet' }, via });
    check({ id: 'visit', end: 'from', to: { external: 'internet' }, via }, {});
  });

  it('should refuse ends that do not exist', () => {
    expect(() => check({ id: 'order', end: 'to', to: { workload: 'nobody' } }, {})).toThrow(
      'there is no workload:nobody',
    );
    expect(() => check({ id: 'nothing', end: 'to', to: { workload: 'web' } }, {})).toThrow('there is no flow:nothing');
  });
});

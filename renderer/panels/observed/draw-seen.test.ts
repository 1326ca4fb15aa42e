import { describe, expect, it } from 'vitest';
import { type Command, commands } from '../../../shared/commands/index.ts';
import type { Topology } from '../../../shared/model/index.ts';
import { FlowLog, layOver, type SeenConnection } from '../../../shared/observed/index.ts';
import { createDocumentStore } from '../../store/document-store.ts';
import { drawSeen } from './draw-seen.ts';

const design: Topology = {
  apiVersion: 'zonewright/v1',
  kind: 'Topology',
  metadata: { name: 'shop' },
  zones: { app: { trust: 50, intraZone: 'deny', exposure: ['direct'] } },
  clusters: { prod: { distribution: 'kubeadm', version: '1.37' } },
  namespaces: { shop: { cluster: 'prod', zone: 'app' } },
  workloads: { front: { namespace: 'shop' }, api: { namespace: 'shop', ports: { http: { port: 8080 } } } },
  externals: { bank: { cidrs: ['203.0.113.0/24'] } },
  matrix: { app: { outside: { access: 'allow-all' } }, outside: { app: { access: 'allow-all' } } },
};

/** What the log says after one line, and what drawing the first thing that is not drawn makes of the design. */
function check(line: {
  from: object | string;
  to: object | string;
  port: number;
  protocol?: string;
  names?: string[];
}) {
  const end = (e: object | string) => (typeof e === 'string' ? { labels: ['reserved:world'] } : e);
  const ip = (e: object | string) => (typeof e === 'string' ? e : '10.0.0.1');
  const log = new FlowLog();
  const l4 = { [line.protocol ?? 'TCP']: { destination_port: line.port } };
  const IP = { source: ip(line.from), destination: ip(line.to) };
  const flow = { l4, IP, source: end(line.from), destination: end(line.to), destination_names: line.names };
  log.write(JSON.stringify({ flow }));
  log.end();
  const [seen] = layOver(design, log).notDrawn;
  const drawn = drawSeen(design, seen as SeenConnection);
  if ('why' in drawn) return drawn.why;
  const store = createDocumentStore();
  store.getState().open({ topology: design, origin: { name: 'shop', writable: true }, loadProblems: [] });
  for (const call of drawn.calls) store.getState().run(commands[call.id] as Command<unknown>, call.args);
  const { topology } = store.getState();
  // Drawn means drawn: the same log has nothing left that is not.
  expect(layOver(topology, log).notDrawn).toEqual([]);
  return { flow: topology.flows?.[drawn.flow], externals: Object.keys(topology.externals ?? {}) };
}

const pod = (pod_name: string, namespace = 'shop') => ({ namespace, pod_name, labels: [] });

describe('drawSeen', () => {
  it('should draw the one port that was seen, by its name where the receiver lists it', () => {
    expect(check({ from: pod('front-0'), to: pod('api-0'), port: 8080 })).toMatchObject({
      flow: { from: { workload: 'front' }, to: { workload: 'api' }, ports: [{ port: 'http' }] },
    });
    expect(check({ from: pod('front-0'), to: pod('api-0'), port: 53, protocol: 'UDP' })).toMatchObject({
      flow: { ports: [{ port: 53, protocol: 'UDP' }] },
    });
  });

  it('should end a flow at the external that holds the address, and otherwise at a new one with that address alone', () => {
    expect(check({ from: pod('api-0'), to: '203.0.113.9', port: 443 })).toMatchObject({
      flow: { to: { external: 'bank' } },
      externals: ['bank'],
    });
    expect(check({ from: pod('api-0'), to: '198.51.100.7', port: 25, names: ['MX.mail.example.'] })).toMatchObject({
      flow: { to: { external: 'mx-mail-example' } },
      externals: ['bank', 'mx-mail-example'],
    });
    expect(check({ from: '2001:db8::7', to: pod('api-0'), port: 8080 })).toMatchObject({
      flow: { from: { external: '2001-db8-7' }, to: { workload: 'api' }, via: { kind: 'direct' } },
    });
  });

  it('should draw nothing to pods that no workload is, and say what to do', () => {
    expect(check({ from: pod('front-0'), to: pod('x-0', 'elsewhere'), port: 80 })).toBe(
      'elsewhere/x-0 is no workload of the design. Draw its workload, and then the flow.',
    );
    expect(check({ from: pod('front-0'), to: pod('x-0'), port: 80 })).toContain('shop/x-0 is no workload');
  });
});

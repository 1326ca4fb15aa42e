import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlowLog, looksLikeFlowLog } from './flow-log.ts';

const line = (from: string, to: string, port: number, time?: string) =>
  JSON.stringify({
    flow: {
      time,
      verdict: 'FORWARDED',
      l4: { TCP: { destination_port: port } },
      source: { namespace: 'shop', pod_name: from, labels: [] },
      destination: { namespace: 'shop', pod_name: to, labels: [] },
    },
  });

function read(...pieces: string[]) {
  const log = new FlowLog();
  for (const piece of pieces) log.write(piece);
  log.end();
  const { lines, repeats, ofNodes, unread, withoutPort } = log;
  return { lines, repeats, ofNodes, unread, withoutPort, connections: [...log.connections()] };
}

describe('FlowLog', () => {
  it('should read the same wherever its text is cut', () => {
    const text = [line('a', 'b', 80), 'broken', '', line('a', 'b', 80, 'Tuesday'), line('b', 'c', 443)].join('\r\n');
    const whole = read(text);
    expect(whole.connections.map((c) => [c.from.pod, c.to.pod, c.port, c.count, c.lines.first])).toEqual([
      ['a', 'b', 80, 2, [1, 4]],
      ['b', 'c', 443, 1, [5]],
    ]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: text.length })), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        expect(read(...places.slice(1).map((end, i) => text.slice(places[i], end)))).toEqual(whole);
      }),
    );
  });

  it('should keep no line that is too long to be a flow', () => {
    const junk = 'x'.repeat(600_000);
    const { unread, connections } = read(junk, junk, junk, '\n', line('a', 'b', 80), '\n', junk, junk);
    expect(unread).toEqual({ count: 2, first: [1, 3] });
    expect(connections).toHaveLength(1);
  });

  it('should number the first lines of each sort and count the rest', () => {
    const { unread } = read('[]\n'.repeat(500));
    expect(unread.count).toBe(500);
    expect(unread.first).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it('should take neither replies nor their protocols for connections, however an agent says so', () => {
    const told = (more: object) =>
      JSON.stringify({
        IP: { source: '10.0.0.1', destination: '10.0.0.2' },
        l4: { TCP: { destination_port: 80 } },
        source: { namespace: 'shop', pod_name: 'a' },
        destination: { namespace: 'shop', pod_name: 'b' },
        ...more,
      });
    const { repeats, connections } = read(
      [
        told({ is_reply: true }),
        told({ is_reply: null, reply: true }),
        told({ type: 'L7', l7: { type: 'RESPONSE' } }),
        told({ l4: { TCP: { destination_port: 40000, flags: { SYN: true, ACK: true } } } }),
        told({ type: 'L7', l7: { type: 'REQUEST' }, verdict: 'FORWARDED' }),
        told({ is_reply: false, l4: { TCP: { destination_port: 80, flags: { SYN: true } } }, verdict: 'REDIRECTED' }),
        told({ is_reply: false, verdict: 'AUDIT' }),
        told({ is_reply: false, verdict: 'DROPPED' }),
      ].join('\n'),
    );
    expect(repeats).toBe(4);
    expect(connections.map((c) => [c.from.pod, c.port, c.count, c.dropped])).toEqual([['a', 80, 4, 1]]);
  });

  it('should tell the own node, other nodes and the API server apart', () => {
    const from = (destination: object, source: object = { namespace: 'shop', pod_name: 'a' }) =>
      JSON.stringify({
        IP: { source: '10.0.0.1', destination: '10.1.0.10' },
        l4: { TCP: { destination_port: 6443 } },
        source,
        destination,
      });
    const reserved = (...names: string[]) => ({ labels: names.map((name) => `reserved:${name}`) });
    const log = new FlowLog();
    for (const line of [
      from(reserved('host')),
      from(reserved('remote-node')),
      from(reserved('kube-apiserver', 'remote-node')),
      from(reserved('host', 'kube-apiserver')),
      from({ namespace: 'shop', pod_name: 'b' }, reserved('host', 'kube-apiserver')),
      from({ namespace: 'shop', pod_name: 'b' }, reserved('remote-node')),
    ])
      log.write(`${line}\n`);
    expect([log.ofNodes, log.behindNodes.first]).toEqual([2, [2, 6]]);
    expect([...log.connections()].map((c) => [c.to.isApiServer, c.to.address, c.count])).toEqual([
      [true, '10.1.0.10', 2],
    ]);
  });

  it('should know addresses of both families, and what DNS called them', () => {
    const { connections } = read(
      JSON.stringify({
        IP: { source: 'fd00::1', destination: '2001:db8::9', ipVersion: 'IPv6' },
        l4: { UDP: { destination_port: 443 } },
        source: { namespace: 'shop', pod_name: 'a' },
        destination: { labels: ['fqdn:*.mail.example', 'reserved:world-ipv6'] },
        destination_names: ['eu.mail.example'],
      }),
    );
    expect(connections.map((c) => [c.to.address, c.to.names, c.protocol])).toEqual([
      ['2001:db8::9', ['eu.mail.example', '*.mail.example'], 'UDP'],
    ]);
  });

  it('should count lines through all files', () => {
    const log = new FlowLog();
    log.begin('flows.log');
    log.write(`${line('a', 'b', 80)}\n${line('a', 'b', 80)}`);
    log.begin('flows-1.log.gz');
    log.write('broken\n');
    log.end();
    expect([log.files, log.unread.first]).toEqual([
      [
        { name: 'flows.log', before: 0 },
        { name: 'flows-1.log.gz', before: 2 },
      ],
      [3],
    ]);
  });

  it('should call a line unread that does not say who sent or received', () => {
    expect(read(JSON.stringify({ l4: { TCP: { destination_port: 1 } } })).unread.first).toEqual([1]);
  });
});

describe('looksLikeFlowLog', () => {
  it('should tell a log by one of its first lines, and take no design and no manifest for one', () => {
    expect(looksLikeFlowLog(line('a', 'b', 80))).toBe(true);
    expect(looksLikeFlowLog(`hubble-relay: connected\n\n${line('a', 'b', 80)}\n{"cut`)).toBe(true);
    expect(looksLikeFlowLog('{"node_status":{"state_change":"NODE_CONNECTED"}}')).toBe(true);
    expect(looksLikeFlowLog('{"apiVersion":"zonewright/v1","kind":"Topology"}')).toBe(false);
    expect(looksLikeFlowLog('apiVersion: zonewright/v1\nflows: {a: {from: {zone: x}}}\n')).toBe(false);
    expect(looksLikeFlowLog('')).toBe(false);
  });
});

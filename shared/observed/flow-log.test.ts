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

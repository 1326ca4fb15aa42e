import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hubbleLine } from '../e2e/hubble-log.ts';
import { testShell } from './test-shell.ts';

const { run, put } = testShell();

const design = `apiVersion: zonewright/v1
kind: Topology
metadata: {name: shop}
zones:
  app: {trust: 50, intraZone: deny}
clusters:
  prod: {distribution: kind, version: "1.37"}
namespaces:
  shop: {cluster: prod, zone: app}
workloads:
  web: {namespace: shop}
  api: {namespace: shop}
flows:
  orders: {from: {workload: web}, to: {workload: api}, ports: [{port: 8080}]}
`;
const line = (port: number) => `${hubbleLine({ from: 'shop/web-0', to: 'shop/api-0', port })}\n`;

describe('zonewright observed', () => {
  it('should read a log and what it was rotated to as one, packed or not', async () => {
    await put('x.zones.yaml', design);
    await put('events.log', `${line(8080)}no flow\n`);
    // Rotated files are often packed one behind the other.
    const packed = [gzipSync(line(8080)), gzipSync(`${line(22)}again no flow\n`)];
    await put('events-1.log.gz', Buffer.concat(packed));
    const { code, out, err } = await run(['observed', 'x.zones.yaml', 'events.log', 'events-1.log.gz']);
    expect(code).toBe(1);
    expect(out).toContain('web to api, TCP 8080: 2 times');
    expect(out).toContain('web to api, TCP 22: once');
    expect(err).toContain('2 lines are no flow of Hubble and passed over: lines events.log:2 and events-1.log.gz:3.');
  });

  it('should read standard input, packed or not', async () => {
    await put('x.zones.yaml', design);
    for (const stdin of [line(8080), gzipSync(line(8080))])
      expect(await run(['observed', 'x.zones.yaml', '-'], { stdin })).toMatchObject({
        code: 0,
        out: expect.stringContaining('web to api, TCP 8080: once'),
      });
  });

  it('should say of a file that it is packed and cut off', async () => {
    await put('x.zones.yaml', design);
    await put('cut.gz', gzipSync(line(8080).repeat(100)).subarray(0, 60));
    expect(await run(['observed', 'x.zones.yaml', 'cut.gz'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('cut.gz is packed with gzip and cannot be unpacked'),
    });
    expect((await run(['observed', 'x.zones.yaml', 'gone.log'])).code).toBe(2);
    expect((await run(['observed', 'x.zones.yaml'])).code).toBe(2);
  });
});

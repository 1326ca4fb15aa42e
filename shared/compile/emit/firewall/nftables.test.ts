import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, parseAddress, parseCidr } from '../../../lib/ip.ts';
import type { Topology } from '../../../model/index.ts';
import { arbitraryTopology } from '../../../testing/arbitraries.ts';
import { design, readCase } from '../../../testing/cluster-ir.ts';
import { compile } from '../../index.ts';

/** The words that nft keeps for itself and that an id could be. */
const keywords = new Set([
  'fwd',
  'dup',
  'log',
  'limit',
  'map',
  'set',
  'table',
  'chain',
  'meta',
  'ip',
  'tcp',
  'counter',
]);
const portless = new Set(['icmp', 'ipip']);
const cidr = String.raw`[0-9a-f.:]+\/\d+`;
const ports = String.raw`\d+(?:-\d+)?`;
const statement = new RegExp(
  `^\\t\\t(?:meta nfproto ipv[46] ?)?(?:ip6? [sd]addr (?:${cidr}|!= \\{ ${cidr}(?:, ${cidr})* \\}) ?)*(?:(?:tcp|udp|sctp) dport (?:${ports}|\\{ ${ports}(?:, ${ports})+ \\}) |meta l4proto (?:tcp|udp|sctp|4) |icmp(?:v6)? type echo-request )?counter accept comment "[A-Za-z0-9 -]{1,128}"$`,
);

function rulesOf(topology: Topology): string | undefined {
  return compile(topology).files.find((f) => f.path === 'firewall/zones.nft')?.text;
}

/** What is wrong with the text, by the part of nft's grammar that it uses. */
function complaints(text: string): string[] {
  const found: string[] = [];
  const chains = [...text.matchAll(/^\tchain (\S+) \{$/gm)].map((m) => m[1] ?? '');
  for (const chain of chains) if (keywords.has(chain) || !/^[a-z][a-z0-9_.-]{0,254}$/.test(chain)) found.push(chain);
  if (new Set(chains).size !== chains.length) found.push('a chain twice');
  for (const [, target = ''] of text.matchAll(/^\t\tjump (.+)$/gm))
    if (!chains.includes(target) || chains.indexOf(target) > chains.indexOf('forward')) found.push(`jump ${target}`);
  if (chains.at(-1) !== 'forward') found.push('no chain with a hook at the end');
  const body = text.slice(0, text.indexOf('\tchain forward'));
  for (const line of body.split('\n')) if (line.startsWith('\t\t') && !statement.test(line)) found.push(line);
  if (/\{\s*\}/.test(text)) found.push('an empty set');
  if (text.includes('flush ruleset')) found.push('flushes what is not its own');
  return found;
}

/** Does the rule set let the first packet of a connection through? Reads the text, not what it was made from. */
function isAccepted(text: string, from: string, to: string, protocol: string, port: number): boolean {
  return text.split('\n').some((line) => {
    if (!statement.test(line)) return false;
    const source = parseAddress(from);
    const isV4 = source?.family === 4;
    const family = /meta nfproto ipv([46])/.exec(line)?.[1];
    if (family !== undefined && (family === '4') !== isV4) return false;
    for (const [, kind = '', side = '', not, many, one = ''] of line.matchAll(
      /(ip6?) ([sd])addr (!= )?(?:\{ ([^}]+) \}|(\S+))/g,
    )) {
      if ((kind === 'ip') !== isV4) return false;
      const inside = (many ?? one).split(', ').some((range) => within(range, side === 's' ? from : to));
      if (inside === (not !== undefined)) return false;
    }
    const transport = /(tcp|udp|sctp) dport (?:\{ ([^}]+) \}|(\S+))/.exec(line);
    const ping = /(icmp(?:v6)?) type/.exec(line)?.[1];
    if (ping !== undefined) return protocol === 'icmp' && (ping === 'icmp') === isV4;
    const carried = /l4proto (\S+)/.exec(line)?.[1];
    if (transport === null) return carried === undefined || carried === (protocol === 'ipip' ? '4' : protocol);
    return (
      transport[1] === protocol &&
      (transport[2] ?? transport[3] ?? '').split(', ').some((range) => {
        const [start = 0, end = start] = range.split('-').map(Number);
        return port >= start && port <= end;
      })
    );
  });
}

function within(range: string, address: string): boolean {
  const outer = parseCidr(range);
  const inner = parseCidr(`${address}/${address.includes(':') ? 128 : 32}`);
  return outer !== undefined && inner !== undefined && outer.family === inner.family && contains(outer, inner);
}

/** In a network namespace of its own where that is allowed; as it is where not. Undefined where nft is not installed. */
const nft = [
  ['unshare', '-rn', 'nft', '--check', '--file', '-'],
  ['nft', '--check', '--file', '-'],
].find(([program = '', ...args]) => spawnSync(program, args, { input: 'add table inet probe\n' }).status === 0);

/** What nft says of a text: its status and complaints. */
function checkedByNft(text: string): string {
  const [program = '', ...args] = nft ?? [];
  const run = spawnSync(program, args, { input: text, encoding: 'utf8' });
  return `${run.status} ${run.stderr}`;
}

const cases = readdirSync(new URL('../../cases/', import.meta.url), { withFileTypes: true })
  .filter((e) => e.isDirectory())
  .map((e) => e.name);

describe('firewall rules', () => {
  const texts = cases.map((name) => [name, rulesOf(readCase(name))] as const).filter(([, text]) => text !== undefined);

  it('should be text that nft reads, for every case', () => {
    expect(texts.length).toBeGreaterThan(4);
    for (const [name, text = ''] of texts) expect(complaints(text), name).toEqual([]);
  });

  // The name of the test is what a report says: without nft only our own reading of its grammar was checked.
  if (nft === undefined) {
    it('was not checked by nft itself, which cannot run here', () => {
      expect(process.env.ZONEWRIGHT_REQUIRE_NFT, 'nft is required here, and it cannot run').toBeUndefined();
    });
  } else {
    it('should be accepted by nft itself, for every case, and a text with a fault refused', () => {
      for (const [name, text = ''] of texts) expect(checkedByNft(text), name).toBe('0 ');
      expect(checkedByNft(texts[0]?.[1]?.replace('accept', 'acept') ?? '')).not.toBe('0 ');
    });
  }

  it('should be text that nft reads, for any design, and accept exactly what the rows of the table say', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        const bundle = compile(topology);
        const text = bundle.files.find((f) => f.path === 'firewall/zones.nft')?.text ?? '';
        if (text !== '') expect(complaints(text)).toEqual([]);
        const rows = rowsFrom(bundle.files.find((f) => f.path === 'firewall/rows.csv')?.text);
        for (const row of rows) {
          const [from, to] = [host(row.from), host(row.to)];
          if (from === undefined || to === undefined) continue;
          const port = row.port === '' ? 9 : Number(row.port);
          const protocol = row.protocol === 'all' ? 'tcp' : row.protocol.toLowerCase();
          if (!row.except) expect(isAccepted(text, from, to, protocol, port), JSON.stringify(row)).toBe(true);
          const others = rows.filter((o) => within(o.from, from) && within(o.to, to));
          const isOpen = others.some(
            (o) =>
              o.protocol === 'all' ||
              (o.protocol.toLowerCase() === protocol &&
                (portless.has(protocol) || (65_535 >= Number(o.port) && 65_535 <= Number(o.end)))),
          );
          if (!isOpen) expect(isAccepted(text, from, to, protocol, 65_535)).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['cilium', ['icmp type echo-request', 'icmpv6 type echo-request', 'tcp dport 4240', 'udp dport 8472']],
    ['calico', ['meta l4proto 4', 'tcp dport { 179, 5473 }', 'udp dport 4789']],
  ])('should let nodes with %s speak protocols without ports', (name, expected) => {
    const text =
      rulesOf(
        design({
          apiVersion: 'zonewright/v1',
          kind: 'Topology',
          metadata: { name: 'x' },
          zones: { app: { trust: 50 }, db: { trust: 80 } },
          clusters: {
            prod: {
              distribution: 'kubeadm',
              version: '1.37.1',
              cni: { name },
              pools: {
                a: { zone: 'app', nodes: 1, addresses: ['10.1.1.0/24', 'fd00:1::/64'] },
                d: { zone: 'db', nodes: 1, addresses: ['10.1.2.0/24', 'fd00:2::/64'] },
              },
            },
          },
        }),
      ) ?? '';
    const found = [...text.matchAll(/saddr (?:10\.1\.1|fd00:1:).* ip6? daddr \S+ (.*) counter/g)].map((m) => m[1]);
    expect([...new Set(found)].sort()).toEqual(expected);
    expect(complaints(text)).toEqual([]);
    if (nft !== undefined) expect(checkedByNft(text)).toBe('0 ');
  });

  it('should merge ports, cut exceptions out, and keep the pairs of zones apart', () => {
    const text = rulesOf(
      design({
        apiVersion: 'zonewright/v1',
        kind: 'Topology',
        metadata: { name: 'x' },
        zones: { log: { trust: 50 }, set: { trust: 60 } },
        matrix: { log: { outside: { access: 'allow-all' } }, set: { outside: { access: 'allow-all' } } },
        clusters: { prod: { distribution: 'kubeadm', version: '1.37.1', networks: { nodes: ['10.1.0.0/24'] } } },
        namespaces: { a: { cluster: 'prod', zone: 'log' }, b: { cluster: 'prod', zone: 'set' } },
        workloads: { w: { namespace: 'a' }, v: { namespace: 'b' } },
        externals: {
          partner: { cidrs: ['203.0.113.0/24'] },
          all: { cidrs: ['0.0.0.0/0'] },
        },
        flows: {
          out: {
            from: { workload: 'w' },
            to: { external: 'partner' },
            ports: [
              { port: 8000, endPort: 8010 },
              { port: 8005, endPort: 8020 },
              { port: 443 },
              { port: 53, protocol: 'UDP' },
            ],
          },
          any: { from: { workload: 'v' }, to: { external: 'all' }, ports: [{ port: 443 }] },
        },
      }),
    );
    expect(text).toContain(
      'ip saddr 10.1.0.0/24 ip daddr 203.0.113.0/24 tcp dport { 443, 8000-8020 } counter accept comment "out"',
    );
    expect(text).toContain('udp dport 53 counter');
    // Wide egress never means the metadata address.
    expect(text).toMatch(
      /meta nfproto ipv4 ip saddr 10\.1\.0\.0\/24 ip daddr != \{ 169\.254\.169\.254\/32 \} tcp dport 443/,
    );
    expect([...(text ?? '').matchAll(/jump (\S+)/g)].map((m) => m[1])).toEqual([
      'from-log.to-outside',
      'from-set.to-outside',
    ]);
    expect(complaints(text ?? '')).toEqual([]);
  });

  it('should leave out what is known by name only, and say so', () => {
    const topology = design({
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata: { name: 'x' },
      zones: { app: { trust: 50, storageClasses: ['c', 'd'] } },
      clusters: { prod: { distribution: 'kubeadm', version: '1.37.1', networks: { nodes: ['10.1.0.0/24'] } } },
      namespaces: { a: { cluster: 'prod', zone: 'app' } },
      storage: {
        endpoints: {
          nas: { zone: 'app', type: 'nfs', addresses: ['nas.example'], export: '/x' },
          near: { zone: 'app', type: 'nfs', addresses: ['10.9.0.5'], export: '/x' },
        },
        classes: { c: { endpoint: 'nas' }, d: { endpoint: 'near' } },
      },
    });
    const { files, problems } = compile(topology);
    const text = files.find((f) => f.path === 'firewall/zones.nft')?.text ?? '';
    expect(text).toMatch(/ip daddr 10\.9\.0\.5\/32 tcp dport \S+ counter accept comment "storage near"/);
    expect(text).toContain('# Not written');
    expect(complaints(text)).toEqual([]);
    expect(problems.filter((p) => p.rule === 'compile/firewall-by-name').map((p) => p.subject?.id)).toEqual(['nas']);
  });

  it('should notice what nft would refuse', () => {
    const good = rulesOf(readCase('clusters-routed')) ?? '';
    expect(complaints(good)).toEqual([]);
    expect(complaints(good.replaceAll(/from-\S+?(?= |$)/gm, 'log'))).not.toEqual([]);
    expect(complaints(good.replace(/dport \S+/, 'dport { }'))).not.toEqual([]);
    expect(complaints(good.replace(/comment "/, 'comment "a\\"'))).not.toEqual([]);
  });
});

function rowsFrom(csv = '') {
  return csv
    .split('\r\n')
    .slice(1, -1)
    .flatMap((line) => {
      // Free text with commas and quotes stands behind the columns that are read here, except for names in quotes.
      const cells = [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((m) => m[1] ?? '');
      const [from = '', holes = '', to = '', toHoles = ''] = [cells[5], cells[6], cells[12], cells[13]];
      return [
        {
          from,
          to,
          except: holes !== '' || toHoles !== '',
          protocol: cells[14] ?? '',
          port: cells[15] ?? '',
          end: cells[16] ?? '',
        },
      ];
    });
}

/** The first address of a range. */
function host(range: string): string | undefined {
  const text = range.split('/')[0] ?? '';
  return parseAddress(text) === undefined ? undefined : text;
}

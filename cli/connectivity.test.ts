import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testShell } from './test-shell.ts';

const templates = new URL('../templates/', import.meta.url).pathname;
const boutique = join(templates, 'online-boutique.zones.yaml');
const retail = join(templates, 'three-zones-three-clusters.zones.yaml');
const shell = testShell();
const { run, put } = shell;

function deployment(namespace: string, name: string, ports = '{ name: http, containerPort: 8080 }'): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: c, ports: [${ports}] }] }
`;
}

const dbPolicy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: data }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress:
    - from:
        - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }
        - ipBlock: { cidr: 10.0.0.0/8 }
      ports:
        - port: http
`;

async function putShop(root: string, policy = dbPolicy): Promise<void> {
  await put(`${root}/web.yaml`, deployment('shop', 'web'));
  await put(`${root}/db.yaml`, deployment('data', 'db'));
  await put(`${root}/policy.yaml`, policy);
}

const everyPort = (['TCP', 'UDP', 'SCTP'] as const).map((protocol) => ({ protocol, start: 1, end: 65535 }));
const http = [{ protocol: 'TCP', start: 8080, end: 8080 }];
const web = { namespace: 'shop', kind: 'Deployment', name: 'web' };
const db = { namespace: 'data', kind: 'Deployment', name: 'db' };

describe('zonewright connectivity', () => {
  it('should read a file that is mostly empty lines as quickly as any other', async () => {
    await put('live.yaml', `${'\n'.repeat(400_000)}${deployment('shop', 'web')}`);
    const { code, out } = await run(['connectivity', 'live.yaml']);
    expect([code, out.includes('shop/web')]).toEqual([0, true]);
  });

  it('should print nothing that a terminal or the log of a pipeline obeys', async () => {
    await put('live.yaml', deployment('shop', '"web\\n::error::\\e[2J"'));
    const { out, err } = await run(['connectivity', 'live.yaml']);
    expect(err).toContain('[manifest/bad-name]');
    expect(out + err).not.toMatch(/[^\P{Cc}\n]|^::/mu);
    const { err: refused } = await run(['connectivity', 'no\u001b[2Jwhere']);
    expect(refused).toContain('no\ufffd[2Jwhere');
  });

  it('should list every allowed connection and no other, as JSON in the shape of the contract', async () => {
    await putShop('live');
    const { code, out, err } = await run(['connectivity', 'live', '--format', 'json']);
    expect({ code, err }).toEqual({
      code: 0,
      err: 'Note: Only TCP, UDP and SCTP are judged; Kubernetes defines nothing for ICMP and other protocols.\nNote: An ipBlock matches addresses outside the cluster only; Kubernetes leaves it to the network plugin whether pods match.\n',
    });
    const outside = ['0.0.0.0/5', '8.0.0.0/7', '10.0.0.0/8', '11.0.0.0/8', '12.0.0.0/6', '16.0.0.0/4', '32.0.0.0/3'];
    const others = [...outside, '64.0.0.0/2', '128.0.0.0/1', '::/0'].map((cidr) => ({ cidr }));
    expect(JSON.parse(out)).toEqual({
      apiVersion: 'zonewright/v1',
      kind: 'Connectivity',
      connections: [
        { from: db, to: web, ports: everyPort },
        ...others.map((to) => ({ from: db, to, ports: everyPort })),
        { from: web, to: db, ports: http },
        ...others.map((to) => ({ from: web, to, ports: everyPort })),
        ...others.flatMap((from) => [
          ...(from.cidr === '10.0.0.0/8' ? [{ from, to: db, ports: http }] : []),
          { from, to: web, ports: everyPort },
        ]),
      ],
      problems: [],
    });
  });

  it('should put addresses together for people', async () => {
    await putShop('live');
    expect((await run(['connectivity', 'live'])).out).toBe(
      [
        'data/db[Deployment] => shop/web[Deployment]: all connections',
        'data/db[Deployment] => 0.0.0.0/0, ::/0: all connections',
        'shop/web[Deployment] => data/db[Deployment]: TCP 8080',
        'shop/web[Deployment] => 0.0.0.0/0, ::/0: all connections',
        '10.0.0.0/8 => data/db[Deployment]: TCP 8080',
        '0.0.0.0/0, ::/0 => shop/web[Deployment]: all connections',
        '',
      ].join('\n'),
    );
  });

  it('should print CSV, Markdown and DOT', async () => {
    await putShop('live');
    const csv = (await run(['connectivity', 'live', '--format', 'csv'])).out.split('\n');
    expect(csv[0]).toBe(
      'from_cluster,from_namespace,from_kind,from_name,from_cidr,to_cluster,to_namespace,to_kind,to_name,to_cidr,protocol,start,end',
    );
    expect(csv).toContain(',shop,Deployment,web,,,data,Deployment,db,,TCP,8080,8080');
    expect(csv).toContain(',,,,10.0.0.0/8,,data,Deployment,db,,TCP,8080,8080');
    expect((await run(['connectivity', 'live', '--format', 'md'])).out).toContain(
      '| shop/web\\[Deployment\\] | data/db\\[Deployment\\] | TCP 8080 |\n',
    );
    const dot = (await run(['connectivity', 'live', '--format', 'dot'])).out;
    expect(dot).toContain('    "shop/web[Deployment]" [shape=box, label="web\\nDeployment"];\n');
    expect(dot).toContain('  "shop/web[Deployment]" -> "data/db[Deployment]" [label="TCP 8080"];\n');
    expect(dot.endsWith('}\n')).toBe(true);
  });

  it('should judge what a design exports, cluster by cluster, the same from the design and from its folder', async () => {
    for (const design of [boutique, retail]) {
      await run(['export', design, '--out', 'out', '--unproven']);
      const exported = await run(['connectivity', 'out', '--format', 'json']);
      const drawn = await run(['connectivity', design, '--format', 'json']);
      expect(JSON.parse(exported.out).connections).toEqual(JSON.parse(drawn.out).connections);
      expect(JSON.parse(exported.out).problems).toEqual([]);
      const ends = JSON.parse(drawn.out).connections.map((c: { from: { cluster?: string } }) => c.from.cluster);
      expect(new Set(ends.filter(Boolean))).toEqual(design === retail ? new Set(['core', 'data', 'edge']) : new Set());
      await rm(join(shell.folder, 'out'), { recursive: true });
    }
  });

  it('should find no connection in a design that has no cluster yet', async () => {
    await put('new.zones.yaml', 'apiVersion: zonewright/v1\nkind: Topology\nmetadata: { name: new }\nzones: {}\n');
    const { code, out } = await run(['connectivity', 'new.zones.yaml', '--format', 'json']);
    expect({ code, connections: JSON.parse(out).connections }).toEqual({ code: 0, connections: [] });
  });

  it('should read one file of manifests and standard input', async () => {
    const text = [deployment('shop', 'web'), deployment('data', 'db'), dbPolicy].join('---\n');
    await put('all.yaml', text);
    const fromFile = await run(['connectivity', 'all.yaml']);
    expect(fromFile.out).toContain('shop/web[Deployment] => data/db[Deployment]: TCP 8080\n');
    expect((await run(['connectivity', '-'], { stdin: text })).out).toBe(fromFile.out);
  });

  it('should name what it cannot read, and judge the rest', async () => {
    await putShop('live');
    await put('live/broken.yaml', 'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ include "n" . }}-x\n');
    await put('live/no-spec.yaml', 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: empty }\n');
    await put(
      'live/odd.yaml',
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: odd, namespace: shop }\nspec:\n  podSelector: {}\n  ingress: 5\n',
    );
    await put(
      'live/istio.yaml',
      'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: { name: c, namespace: shop }\nspec: {}\n',
    );
    await put('live/kustomization.yaml', 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n');
    await writeFile(join(shell.folder, 'live/binary.yaml'), Buffer.from([0x00, 0x80, 0xff]));
    const result = await run(['connectivity', 'live', '--format', 'json']);
    expect(result.code).toBe(0);
    const { connections, problems } = JSON.parse(result.out);
    expect(connections).toContainEqual({ from: web, to: db, ports: http });
    expect(
      problems.map((p: { rule: string; file?: string; line?: number }) => [p.rule, p.file, p.line]).sort(),
    ).toEqual([
      ['file/unreadable', 'live/binary.yaml', undefined],
      ['manifest/invalid-policy', 'live/odd.yaml', 6],
      ['manifest/no-pod-template', 'live/no-spec.yaml', 1],
      ['manifest/policy-not-judged', 'live/istio.yaml', 1],
      ['yaml/syntax', 'live/broken.yaml', 4],
    ]);
    const text = await run(['connectivity', 'live']);
    expect(text.err).toContain('live/odd.yaml:6');
    expect(text.err).toContain('AuthorizationPolicy');
  });

  it.each([
    [['connectivity']],
    [['connectivity', 'nowhere']],
    [['connectivity', 'live', '--format', 'pdf']],
    [['connectivity', 'empty']],
  ])('should refuse %j with code 2 and say why', async (args) => {
    await putShop('live');
    await mkdir(join(shell.folder, 'empty'));
    const result = await run(args);
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(result.err).toMatch(/\.\n/);
  });

  it('should go on without a folder it may not open', async () => {
    await putShop('live');
    await put('live/secret/x.yaml', deployment('shop', 'hidden'));
    await chmod(join(shell.folder, 'live/secret'), 0o000);
    const result = await run(['connectivity', 'live']);
    await chmod(join(shell.folder, 'live/secret'), 0o700);
    expect(result.code).toBe(0);
    // Root may open everything, so there is either the workload or the message.
    expect(`${result.out}${result.err}`).toMatch(/shop\/hidden\[Deployment\]|live\/secret.*\[file\/unreadable\]/);
  });

  it('should hand on a large answer in pieces', async () => {
    const many = Array.from({ length: 120 }, (_, i) => deployment('shop', `w${i}`)).join('---\n');
    const { chunks } = await run(['connectivity', '-'], { stdin: many });
    expect(chunks.length).toBeGreaterThan(5);
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThan(70_000);
  });
});

describe('zonewright explain', () => {
  it('should name the rule that allows, with its line', async () => {
    await putShop('live');
    const { code, out } = await run(['explain', 'live', '--from', 'shop/web', '--to', 'db', '--port', '8080/tcp']);
    expect(code).toBe(0);
    expect(out).toBe(
      [
        'shop/web[Deployment] can reach data/db[Deployment] on TCP 8080.',
        '  Leaving shop/web[Deployment]: allowed. No policy isolates the pods for egress, so everything is allowed.',
        '  Entering data/db[Deployment]: allowed. In the network policies, spec.ingress[0] of NetworkPolicy data/db (live/policy.yaml:7) allows it.',
        '  To deny it, take the peer or the port out of spec.ingress[0] of NetworkPolicy data/db (live/policy.yaml:7).',
        '',
      ].join('\n'),
    );
    expect((await run(['explain', 'live', '--from', 'web', '--to', 'db', '--port', 'http'])).out).toBe(out);
  });

  it('should tell all ports apart where none is named, as JSON too', async () => {
    await putShop('live');
    const result = await run(['explain', 'live', '--from', 'web', '--to', 'data/db[Deployment]', '--format', 'json']);
    const { kind, explanations } = JSON.parse(result.out);
    expect(kind).toBe('Explanation');
    expect(explanations.map((e: { verdict: string; ports: unknown }) => [e.verdict, e.ports])).toEqual([
      ['allowed', http],
      [
        'denied',
        [
          { protocol: 'TCP', start: 1, end: 8079 },
          { protocol: 'TCP', start: 8081, end: 65535 },
          { protocol: 'UDP', start: 1, end: 65535 },
          { protocol: 'SCTP', start: 1, end: 65535 },
        ],
      ],
    ]);
    expect(explanations[1].smallestChange).toEqual([
      expect.objectContaining({
        kind: 'add-port',
        place: expect.objectContaining({ file: 'live/policy.yaml', line: 7 }),
      }),
    ]);
  });

  it('should answer for addresses and ranges, each part that policies tell apart', async () => {
    await putShop('live');
    const inside = await run(['explain', 'live', '--from', '10.2.3.4', '--to', 'db', '--port', '8080']);
    expect(inside.out).toContain('10.2.3.4/32 can reach data/db[Deployment] on TCP 8080.');
    const wide = await run(['explain', 'live', '--from', '10.0.0.0/7', '--to', 'db', '--port', '8080']);
    expect(wide.out).toContain('10.0.0.0/8 can reach data/db[Deployment] on TCP 8080.');
    expect(wide.out).toContain('11.0.0.0/8 cannot reach data/db[Deployment] on TCP 8080.');
  });

  it.each([
    [['--from', 'web'], 'both --from and --to'],
    [['--from', 'web', '--to', 'bd'], 'no workload "bd"'],
    [['--from', 'web', '--to', 'db', '--port', '70000'], 'from 1 to 65535'],
    [['--from', 'web', '--to', 'db', '--port', 'ftp'], 'no port named "ftp"'],
    [['--from', 'web', '--to', 'db', '--port', '80/icmp'], '443/TCP'],
    [['--from', '1.1.1.1', '--to', '8.8.8.8'], 'both addresses'],
  ])('should refuse %j', async (args, reason) => {
    await putShop('live');
    const result = await run(['explain', 'live', ...args]);
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(result.err).toContain(reason);
  });

  it('should ask which one is meant where a name is not unique', async () => {
    await putShop('live');
    await put('live/more.yaml', deployment('other', 'web'));
    const result = await run(['explain', 'live', '--from', 'web', '--to', 'db']);
    expect(result.code).toBe(2);
    expect(result.err).toContain('other/web[Deployment] to data/db[Deployment]; shop/web[Deployment]');
  });

  it('should say that workloads of two clusters meet by address only', async () => {
    const known = await run(['connectivity', retail, '--format', 'json']);
    const edge = JSON.parse(known.out).connections.find(
      (c: { from: { cluster?: string; name: string; namespace: string } }) => c.from.cluster === 'edge',
    ).from;
    const across = await run([
      'explain',
      retail,
      '--from',
      'shop/orders',
      '--to',
      `edge:${edge.namespace}/${edge.name}`,
    ]);
    expect(across.code).toBe(2);
    expect(across.err).toContain('different clusters');
  });
});

describe('zonewright diff of folders', () => {
  const lines = async (...args: string[]) => {
    const result = await run(['diff', 'before', 'after', '--format', 'json', ...args]);
    const entries = JSON.parse(result.out).entries as Array<Record<string, unknown>>;
    return { code: result.code, connections: entries.filter((e) => e.layer === 'connection') };
  };

  it('should say which connections open and which close, and fail on what opens', async () => {
    await putShop('before');
    await putShop('after', dbPolicy.replace('port: http', 'port: 9090'));
    const { code, connections } = await lines('--fail-on', 'opens');
    expect(code).toBe(1);
    const nine = [{ protocol: 'TCP', start: 9090, end: 9090 }];
    expect(connections.map((e) => [e.class, e.change, e.before, e.after, e.message])).toEqual([
      [
        'opens',
        'changed',
        http,
        nine,
        'shop/web[Deployment] can reach data/db[Deployment] on TCP 9090, and can no longer on TCP 8080.',
      ],
      [
        'opens',
        'changed',
        http,
        nine,
        '10.0.0.0/8 can reach data/db[Deployment] on TCP 9090, and can no longer on TCP 8080.',
      ],
    ]);
  });

  it('should pass what only closes, and tell it by its ends', async () => {
    await putShop('before');
    await putShop('after', dbPolicy.replace('        - ipBlock: { cidr: 10.0.0.0/8 }\n', ''));
    const { code, connections } = await lines('--fail-on', 'opens');
    expect(code).toBe(0);
    expect(connections).toHaveLength(1);
    expect(connections[0]).toMatchObject({
      class: 'closes',
      severity: 'low',
      layer: 'connection',
      change: 'removed',
      subject: { kind: 'Connection', id: '10.0.0.0/8 → data/db[Deployment]' },
      before: http,
      causes: [{ kind: 'NetworkPolicy', id: 'data/db' }],
      message: '10.0.0.0/8 can no longer reach data/db[Deployment] on TCP 8080.',
    });
  });

  it('should name workloads that came and went as the reason', async () => {
    await putShop('before');
    await putShop('after');
    await rm(join(shell.folder, 'after/web.yaml'));
    await put('after/api.yaml', deployment('shop', 'api', '{ name: grpc, containerPort: 9000 }'));
    const { connections } = await lines();
    const toDb = connections.filter((e) => /^shop.* → data\/db/.test((e.subject as { id: string }).id));
    expect(toDb.map((e) => [e.message, e.causes])).toEqual([
      [
        'shop/api[Deployment] can reach data/db[Deployment] on TCP 8080, and could not before.',
        [{ kind: 'Deployment', id: 'shop/api' }],
      ],
      [
        'shop/web[Deployment] can no longer reach data/db[Deployment] on TCP 8080.',
        [{ kind: 'Deployment', id: 'shop/web' }],
      ],
    ]);
    const toPublic = connections.find((e) =>
      String(e.message).startsWith('shop/api[Deployment] can reach any address'),
    );
    expect(toPublic).toMatchObject({ class: 'opens', severity: 'critical' });
  });

  it('should find no difference in another order or another spelling', async () => {
    await putShop('before');
    const moved = [dbPolicy.replace('port: http', 'port: 8080'), deployment('data', 'db'), deployment('shop', 'web')];
    await put('after/all.yaml', moved.join('---\n'));
    expect((await lines('--fail-on', 'opens')).connections).toEqual([]);
  });
});

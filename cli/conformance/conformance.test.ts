import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readConnections, readDiff, readExplanations, readList } from './np-guard-text.ts';
import { countVerdicts, runConformance, type SetResult } from './run.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zonewright-conformance-'));
  return () => rm(folder, { recursive: true, force: true });
});

async function put(path: string, content: unknown): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
}

async function results(): Promise<SetResult[]> {
  const found: SetResult[] = [];
  for await (const set of runConformance(folder)) found.push(set);
  return found;
}

const pod = (namespace: string, name: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: ${namespace}, labels: { app: ${name} } }\nspec: { containers: [{ name: c }] }\n`;
const pods = [pod('x', 'a'), pod('x', 'b')].join('---\n');
const denyB =
  'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: b, namespace: x }\nspec: { podSelector: { matchLabels: { app: b } } }\n';

describe('runConformance', () => {
  it('should judge tables, and name the first cell that differs', async () => {
    await put('set/index.json', {
      cases: [
        { id: 'right', dir: 'cases/right' },
        { id: 'wrong', steps: [{ dir: 'cases/wrong', flags: [] }] },
        { id: 'checks', dir: 'cases/checks' },
        { id: 'strange' },
      ],
    });
    const table = { order: ['x/a', 'x/b'], port: 80, protocol: 'TCP' };
    for (const name of ['right', 'wrong', 'checks']) await put(`set/cases/${name}/all.yaml`, `${pods}---\n${denyB}`);
    await put('set/cases/right/expected.json', { ...table, matrix: ['.X', '..'] });
    await put('set/cases/wrong/expected.json', { ...table, matrix: ['..', '..'] });
    await put('set/cases/checks/expected.json', {
      checks: [
        { src: 'x/a', dst: 'x/b', protocol: 'TCP', port: 80, allowed: false },
        { src: 'external:203.0.113.7', dst: 'x/a', protocol: 'UDP', port: 53, allowed: true },
      ],
    });
    const [set, ...others] = await results();
    expect(others).toEqual([]);
    expect(set).toEqual({
      name: 'set',
      cases: [
        { id: 'right', verdict: 'agreed' },
        { id: 'wrong', verdict: 'disagreed', note: 'combined x/a -> x/b TCP/80: expected allowed (1 of 2 differ)' },
        { id: 'checks', verdict: 'agreed' },
        { id: 'strange', verdict: 'not-applicable', note: 'the case is of no known form' },
      ],
    });
    expect(countVerdicts(set?.cases ?? [])).toBe('agreed 2, disagreed 1, not applicable 1');
  });

  it('should judge lists, differences, single verdicts and refusals', async () => {
    const list = [
      '0.0.0.0-9.255.255.255[External] => x/a[Pod] : All Connections',
      '10.0.0.0-255.255.255.255[External] => x/a[Pod] : All Connections',
      'x/a[Pod] => 0.0.0.0-255.255.255.255[External] : All Connections',
      'x/b[Pod] => 0.0.0.0-255.255.255.255[External] : All Connections',
      'x/b[Pod] => x/a[Pod] : All Connections',
    ];
    await put('np/in/before/all.yaml', pods);
    await put('np/in/after/all.yaml', `${pods}---\n${denyB}`);
    await put(
      'np/in/bad/all.yaml',
      `${pods}---\n${denyB.replace('podSelector', 'podSelectors')}---\n${denyB.replace('{ podSelector', '{ ingress: 5, podSelector')}`,
    );
    await put('np/out/list.txt', list.join('\n'));
    await put('np/out/short.txt', list.slice(0, 4).join('\n'));
    await put(
      'np/out/diff.txt',
      [
        'Connectivity diff:',
        'diff-type: removed, source: 0.0.0.0-255.255.255.255[External], destination: x/b[Pod], ref1: All Connections, ref2: No Connections',
        'diff-type: removed, source: x/a[Pod], destination: x/b[Pod], ref1: All Connections, ref2: No Connections',
      ].join('\n'),
    );
    const base = { inputs: ['in/after'], expected: { txt: 'out/list.txt' }, options: {} };
    await put('np/index.json', {
      cases: [
        { ...base, id: 'list', op: 'list' },
        { ...base, id: 'short', op: 'list', expected: { txt: 'out/short.txt' } },
        {
          ...base,
          id: 'focus',
          op: 'list',
          expected: { txt: 'out/short.txt' },
          options: { focusWorkloads: ['a'], focusDirection: 'egress' },
        },
        { ...base, id: 'diff', op: 'diff', inputs: ['in/before', 'in/after'], expected: { txt: 'out/diff.txt' } },
        {
          ...base,
          id: 'eval',
          op: 'eval',
          expectedAllowed: false,
          options: { src: 'x/a', dst: 'x/b', port: '80', protocol: 'TCP' },
        },
        { ...base, id: 'error', op: 'list-error', inputs: ['in/bad'] },
        { ...base, id: 'no error', op: 'list-error' },
      ],
    });
    expect((await results())[0]?.cases.map((c) => [c.id, c.verdict, c.note])).toEqual([
      ['list', 'agreed', undefined],
      ['short', 'disagreed', 'x/b[Pod] => x/a[Pod]: expected no connections, found all connections (1 of 36 differ)'],
      ['focus', 'agreed', undefined],
      ['diff', 'agreed', undefined],
      ['eval', 'agreed', undefined],
      ['error', 'agreed', undefined],
      ['no error', 'disagreed', 'expected a refusal, but nothing is found wrong (1 of 1 differ)'],
    ]);
  });

  it('should judge what the ingress controller forwards to the backends of Ingress and Route', async () => {
    const service = (name: string, target: string) =>
      `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: x }\nspec: { selector: { app: ${name} }, ports: [{ name: web, port: 80, targetPort: ${target} }] }\n`;
    const ingress =
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: i, namespace: x }\nspec: { rules: [{ http: { paths: [{ path: /, backend: { service: { name: a, port: { name: web } } } }] } }] }\n';
    const route =
      'apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: { name: r, namespace: x }\nspec: { to: { kind: Service, name: b } }\n';
    await put(
      'np/in/all.yaml',
      [pods, service('a', '8080'), service('b', '9090'), ingress, route, denyB].join('---\n'),
    );
    const everywhere = [
      '0.0.0.0-255.255.255.255[External] => x/a[Pod] : All Connections',
      'x/a[Pod] => 0.0.0.0-255.255.255.255[External] : All Connections',
      'x/b[Pod] => 0.0.0.0-255.255.255.255[External] : All Connections',
      'x/b[Pod] => x/a[Pod] : All Connections',
    ];
    await put('np/out/right.txt', [...everywhere, '{ingress-controller} => x/a[Pod] : TCP 8080'].join('\n'));
    await put('np/out/wrong.txt', everywhere.join('\n'));
    const cases = ['right', 'wrong'].map((id) => ({
      id,
      op: 'list',
      inputs: ['in'],
      expected: { txt: `out/${id}.txt` },
      options: {},
    }));
    await put('np/index.json', { cases });
    expect((await results())[0]?.cases).toEqual([
      { id: 'right', verdict: 'agreed' },
      {
        id: 'wrong',
        verdict: 'disagreed',
        note: '{ingress-controller} => x/a[Pod]: expected no connections, found TCP 8080 (1 of 8 differ)',
      },
    ]);
  });

  it('should go on after a case that cannot be run', async () => {
    await put('set/index.json', { cases: [{ id: 'gone', dir: 'cases/gone' }] });
    expect((await results())[0]?.cases[0]).toMatchObject({ id: 'gone', verdict: 'disagreed' });
  });
});

describe('reading the answers of np-guard', () => {
  it('should keep the last protocol for tokens without one', () => {
    const one = (protocol: string, start: number, end = start) => ({ protocol, start, end });
    expect(readConnections('TCP 8080,9090-9095,UDP 53')).toEqual([
      one('TCP', 8080),
      one('TCP', 9090, 9095),
      one('UDP', 53),
    ]);
    expect(readConnections('No Connections')).toEqual([]);
    expect(readConnections('All Connections')).toHaveLength(3);
  });

  it('should read lists up to the exposure analysis, and lists about one connection', () => {
    expect(readList('a => b : TCP 1\nExposure Analysis Result:\nc => d : TCP 1\n').map((c) => c.from)).toEqual(['a']);
    expect(readList('Permitted connections on UDP 52:\na => b\n')).toEqual([
      { from: 'a', to: 'b', ports: [{ protocol: 'UDP', start: 52, end: 52 }] },
    ]);
  });

  it('should read differences as text and as CSV alike', () => {
    const text =
      'diff-type: changed, source: a, destination: b, ref1: TCP 1,2, ref2: UDP 3, workloads-diff-info: workload b added';
    const csv =
      'diff-type,source,destination,ref1,ref2,workloads-diff-info\nchanged,a,b,"TCP 1,2",UDP 3,workload b added\n';
    expect(readDiff(csv)).toEqual(readDiff(text));
    expect(readDiff(text)[0]).toMatchObject({ from: 'a', to: 'b', after: [{ protocol: 'UDP', start: 3, end: 3 }] });
  });

  it('should read who decided in each direction', () => {
    const text = [
      'Connections between a => b:',
      'Denied connections:',
      '\tDenied TCP:[1-79,81-65535], UDP due to the following policies and rules:',
      '\t\tEgress (Allowed) due to the system default (Allow all)',
      '\t\tIngress (Denied)',
      "\t\t\tAdminNetworkPolicy 'p' denies connections by Ingress rule no-way",
    ].join('\n');
    expect(readExplanations(text)).toEqual([
      {
        from: 'a',
        to: 'b',
        verdict: 'denied',
        ports: [
          { protocol: 'TCP', start: 1, end: 79 },
          { protocol: 'TCP', start: 81, end: 65535 },
          { protocol: 'UDP', start: 1, end: 65535 },
        ],
        directions: {
          egress: { verdict: 'allowed', rules: [] },
          ingress: { verdict: 'denied', rules: ['AdminNetworkPolicy p no-way'] },
        },
      },
    ]);
  });
});

/** Sets whose answers are tables of verdicts (rows from, columns to), or lists of single checks. */
import { join } from 'node:path';
import { looseCidr, parseAddress } from '../../shared/lib/ip.ts';
import { evaluate, type Protocol, protocols, type Reach } from '../../shared/reach/index.ts';
import { readInput, readJson } from './input.ts';
import { type CaseResult, Tally } from './result.ts';

export interface TableCase {
  readonly id: string;
  readonly dir?: string;
  readonly steps?: ReadonlyArray<{ readonly dir: string; readonly flags?: readonly string[] }>;
}

type Table = readonly string[];

interface Expected {
  readonly order?: readonly string[];
  readonly port?: number;
  readonly protocol?: string;
  readonly matrix?: Table | Readonly<Record<string, Table>>;
  readonly ingress?: Readonly<Record<string, Table>>;
  readonly egress?: Readonly<Record<string, Table>>;
  readonly combined?: Readonly<Record<string, Table>>;
  readonly checks?: ReadonlyArray<{
    readonly src: string;
    readonly dst: string;
    readonly protocol: string;
    readonly port: number;
    readonly allowed: boolean;
  }>;
}

type Side = 'ingress' | 'egress' | 'combined';

export async function judgeTables(root: string, one: TableCase): Promise<CaseResult> {
  const tally = new Tally();
  for (const step of one.steps ?? [{ dir: one.dir ?? '', flags: [] }]) {
    const folder = join(root, step.dir);
    const { sources } = await readInput(folder);
    const expected = (await readJson(join(folder, 'expected.json'))) as Expected;
    const addresses = [...(expected.order ?? []), ...(expected.checks ?? []).flatMap((c) => [c.src, c.dst])].flatMap(
      (name) => {
        const address = parseAddress(withoutPrefix(name));
        return address === undefined ? [] : [`${withoutPrefix(name)}/${address.family === 4 ? 32 : 128}`];
      },
    );
    const reach = evaluate(sources, {
      cut: addresses,
      ipBlockMatchesPods: step.flags?.includes('ipBlock-matches-pod-IPs') === true,
    });
    compareStep(reach, expected, tally);
  }
  return tally.compared === 0
    ? { id: one.id, verdict: 'not-applicable', note: 'the case asks nothing' }
    : tally.result(one.id);
}

function compareStep(reach: Reach, expected: Expected, tally: Tally): void {
  const ask = (side: Side, from: string, to: string, protocol: string, port: number, allowed: boolean) => {
    const [a, b] = [thingOf(reach, from), thingOf(reach, to)];
    const known = protocols.find((p): p is Protocol => p === protocol);
    const label = () => `${side} ${from} -> ${to} ${protocol}/${port}: expected ${allowed ? 'allowed' : 'denied'}`;
    if (a === undefined || b === undefined || known === undefined) {
      tally.expect(false, () => `${label()}, but an end is not there`);
      return;
    }
    const found =
      side === 'combined'
        ? reach.allowed(a, b)
        : side === 'ingress'
          ? reach.permits('ingress', b, a)
          : reach.permits('egress', a, b);
    tally.expect(reach.ports.has(found, known, port) === allowed, label);
  };
  const compareTable = (side: Side, key: string, table: Table) => {
    const [protocol = '', port = ''] = key.split('/');
    const order = expected.order ?? [];
    table.forEach((row, i) => {
      [...row].forEach((cell, j) => {
        // The diagonal is a pod and itself; a blank was not asked.
        if (i !== j && cell !== ' ') ask(side, order[i] ?? '', order[j] ?? '', protocol, Number(port), cell === '.');
      });
    });
  };
  const { matrix } = expected;
  if (isTable(matrix)) compareTable('combined', `${expected.protocol}/${expected.port}`, matrix);
  else for (const [key, table] of Object.entries(matrix ?? {})) compareTable('combined', key, table);
  for (const side of ['ingress', 'egress', 'combined'] as const) {
    for (const [key, table] of Object.entries(expected[side] ?? {})) compareTable(side, key, table);
  }
  for (const { src, dst, protocol, port, allowed } of expected.checks ?? [])
    ask('combined', src, dst, protocol, port, allowed);
}

function isTable(value: Expected['matrix']): value is Table {
  return Array.isArray(value);
}

/** `namespace/pod`, `external:ADDRESS` or an address. */
function thingOf(reach: Reach, name: string): number | undefined {
  const address = parseAddress(withoutPrefix(name));
  if (address !== undefined) {
    const piece = reach.pieces.findIndex(
      (p) => p.family === address.family && p.start <= address.value && address.value <= p.end,
    );
    return reach.pods.length + piece;
  }
  if (looseCidr(name) !== undefined) return undefined;
  const pod = reach.pods.findIndex((p) => `${p.namespace}/${p.name}` === name);
  return pod < 0 ? undefined : pod;
}

function withoutPrefix(name: string): string {
  return name.replace(/^external:/, '');
}

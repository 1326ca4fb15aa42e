/** Cases of np-guard's netpol-analyzer: lists of connections, differences, explanations, single verdicts, refusals. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diffConnections } from '../../shared/diff/index.ts';
import { looseCidr, parseAddress } from '../../shared/lib/ip.ts';
import {
  asCidrs,
  describePorts,
  type EvaluateOptions,
  evaluate,
  explain,
  formatEnd,
  isWorkload,
  type PortRange,
  protocols,
  type Reach,
  type ReachEnd,
  workloadsOf,
} from '../../shared/reach/index.ts';
import { backendPorts, isProxy, proxy, proxyPod } from './ingress-controller.ts';
import { readInput } from './input.ts';
import { type ExpectedReason, readConnections, readDiff, readExplanations, readList } from './np-guard-text.ts';
import { type CaseResult, Tally } from './result.ts';

export interface NpGuardCase {
  readonly id: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly expected: Readonly<Record<string, string>>;
  readonly expectedAllowed?: boolean;
  readonly options?: {
    readonly focusWorkloads?: readonly string[];
    readonly focusWorkloadPeers?: readonly string[];
    readonly focusDirection?: 'ingress' | 'egress';
    readonly focusConn?: string;
    readonly exposure?: boolean;
    readonly explainOnly?: string;
    readonly src?: string;
    readonly dst?: string;
    readonly port?: string;
    readonly protocol?: string;
  };
}

/** How the ingress controller is named where cases ask for one workload only. */
const proxyName = 'ingress-controller/ingress-controller[Pod]';

/** np-guard holds pods on the host network like others, and never matches pods by an ipBlock. */
const options: EvaluateOptions = { hostNetwork: 'as-pods', ipBlockMatchesPods: false };

export async function judgeNpGuard(root: string, one: NpGuardCase): Promise<CaseResult> {
  const inputs = await Promise.all(one.inputs.map((input) => readInput(join(root, input))));
  if (one.op === 'list-error' || one.op === 'diff-error') {
    const problems = inputs.flatMap(({ sources, problems: own }) => [...own, ...evaluate(sources, options).problems]);
    const tally = new Tally();
    tally.expect(
      problems.some((p) => p.severity !== 'info'),
      () => 'expected a refusal, but nothing is found wrong',
    );
    return tally.result(one.id);
  }
  const [first, second] = inputs;
  if (first === undefined) return { id: one.id, verdict: 'not-applicable', note: 'the case has no input' };
  if (one.op === 'eval') return judgeOne(one, first.sources);
  const file = one.expected.txt ?? one.expected.csv;
  if (file === undefined) return { id: one.id, verdict: 'not-applicable', note: 'the case has no answer' };
  const text = await readFile(join(root, file), 'utf8');
  if (one.op === 'list') return judgeList(one, first.sources, file.endsWith('.csv') ? listOfCsv(text) : text);
  if (one.op === 'explain') return judgeReasons(one, first.sources, text);
  if (one.op === 'diff' && second !== undefined) return judgeDiff(one, first.sources, second.sources, text);
  return { id: one.id, verdict: 'not-applicable', note: `${one.op} has no counterpart here` };
}

type Sources = Parameters<typeof evaluate>[0];

export function judgeList(one: Pick<NpGuardCase, 'id' | 'options'>, sources: Sources, text: string): CaseResult {
  const lines = readList(text);
  const own = lines.filter((line) => line.from !== proxy && line.to !== proxy);
  const world = new World(
    sources,
    own.flatMap((line) => [line.from, line.to]),
  );
  const { ports } = world.reach;
  const focus = one.options?.focusConn;
  const probe = focus === undefined ? undefined : ports.of(readConnections(focus.replace('-', ' ').toUpperCase()));
  const narrowed = (set: number) => (probe === undefined ? set : ports.intersect(set, probe));
  const expected = new Map<string, number>();
  const tally = new Tally();
  for (const line of own) {
    const [from, to] = [world.unitsOf(line.from), world.unitsOf(line.to)];
    if (from.length === 0 || to.length === 0)
      tally.expect(false, () => `${line.from} => ${line.to}: an end is not there`);
    for (const a of from) {
      for (const b of to) {
        const key = `${a.name} => ${b.name}`;
        expected.set(key, ports.union(expected.get(key) ?? 0, narrowed(ports.of(line.ports))));
      }
    }
  }
  for (const from of world.units) {
    for (const to of world.units) {
      if (from === to || (from.isAddress && to.isAddress) || !isInFocus(one, from.name, to.name)) continue;
      const key = `${from.name} => ${to.name}`;
      const [wanted, found] = [expected.get(key) ?? 0, narrowed(world.allowed(from, to))];
      tally.expect(
        wanted === found,
        () => `${key}: expected ${describePorts(ports.ranges(wanted))}, found ${describePorts(ports.ranges(found))}`,
      );
    }
  }
  for (const to of world.units.filter((unit) => !unit.isAddress && isInFocus(one, proxyName, unit.name))) {
    const line = lines.find((l) => l.from === proxy && l.to === to.name);
    const [wanted, found] = [narrowed(ports.of(line?.ports ?? [])), narrowed(world.forwarded(to))];
    tally.expect(
      wanted === found,
      () =>
        `${proxy} => ${to.name}: expected ${describePorts(ports.ranges(wanted))}, found ${describePorts(ports.ranges(found))}`,
    );
  }
  return tally.result(one.id, leftOut(false, one.options?.exposure));
}

function judgeOne(one: NpGuardCase, sources: Sources): CaseResult {
  const { src = '', dst = '', port = '', protocol = 'TCP' } = one.options ?? {};
  const world = new World(sources, [src, dst]);
  const tally = new Tally();
  const [from, to] = [world.podOf(src), world.podOf(dst)];
  const known = protocols.find((p) => p === protocol.toUpperCase());
  const found =
    from !== undefined &&
    to !== undefined &&
    known !== undefined &&
    world.reach.ports.has(world.reach.allowed(from, to), known, Number(port));
  tally.expect(
    from !== undefined && to !== undefined && found === one.expectedAllowed,
    () => `${src} => ${dst} ${protocol} ${port}: expected ${String(one.expectedAllowed)}, found ${String(found)}`,
  );
  return tally.result(one.id);
}

export function judgeDiff(one: Pick<NpGuardCase, 'id'>, before: Sources, after: Sources, text: string): CaseResult {
  const lines = readDiff(text);
  const own = lines.filter((line) => line.from !== proxy && line.to !== proxy);
  const names = own.flatMap((line) => [line.from, line.to]);
  const world = new World([...before, ...after], names);
  const { ports } = world.reach;
  const tally = new Tally();
  const asText = (had: readonly PortRange[], has: readonly PortRange[]) =>
    `${describePorts(ports.ranges(ports.of(had)))} to ${describePorts(ports.ranges(ports.of(has)))}`;
  const spread = (
    changes: ReadonlyArray<{ readonly from: string; readonly to: string; readonly text: string }>,
  ): Map<string, string> => {
    const found = new Map<string, string>();
    for (const change of changes) {
      for (const a of world.unitsOf(change.from))
        for (const b of world.unitsOf(change.to)) found.set(`${a.name} => ${b.name}`, change.text);
    }
    return found;
  };
  const expected = spread(own.map((c) => ({ ...c, text: asText(c.before, c.after) })));
  const difference = diffConnections(before, after, { ...options, cut: world.reach.cut, most: 1_000_000 });
  const nameOf = (end: ReachEnd) => (isWorkload(end) ? formatEnd(end) : end.cidrs.join());
  const found = spread(
    difference.changes.map((c) => ({ from: nameOf(c.from), to: nameOf(c.to), text: asText(c.before, c.after) })),
  );
  for (const key of new Set([...expected.keys(), ...found.keys()])) {
    tally.expect(
      expected.get(key) === found.get(key),
      () => `${key}: expected ${expected.get(key) ?? 'no change'}, found ${found.get(key) ?? 'no change'}`,
    );
  }
  if (tally.compared === 0) tally.expect(true, () => '');
  return tally.result(one.id, leftOut(lines.length > own.length, false));
}

function judgeReasons(one: NpGuardCase, sources: Sources, text: string): CaseResult {
  const reasons = readExplanations(text);
  const own = reasons.filter((r) => r.from !== proxy && r.to !== proxy);
  const world = new World(
    sources,
    own.flatMap((r) => [r.from, r.to]),
  );
  const tally = new Tally();
  for (const reason of own) {
    const [from, to] = [world.unitsOf(reason.from), world.unitsOf(reason.to)];
    if (from.length === 0 || to.length === 0)
      tally.expect(false, () => `${reason.from} => ${reason.to}: an end is not there`);
    for (const a of from) {
      for (const b of to) {
        for (const range of reason.ports) compareReason(world.reach, reason, a, b, range, tally);
      }
    }
  }
  if (tally.compared === 0) return { id: one.id, verdict: 'not-applicable', note: 'the answer explains no pair' };
  return tally.result(one.id, leftOut(reasons.length > own.length, one.options?.exposure));
}

function compareReason(reach: Reach, reason: ExpectedReason, a: Unit, b: Unit, range: PortRange, tally: Tally): void {
  const [from = 0, to = 0] = [a.things[0], b.things[0]];
  const found = explain(reach, from, to, range.protocol, range.start);
  const label = `${a.name} => ${b.name} ${range.protocol} ${range.start}`;
  tally.expect(found.verdict === reason.verdict, () => `${label}: expected ${reason.verdict}, found ${found.verdict}`);
  for (const side of found.directions) {
    const wanted = reason.directions[side.direction];
    if (wanted === undefined) continue;
    const rules =
      side.decision.by === 'rule'
        ? side.decision.places.map((place) => {
            const name = place.namespace === undefined ? place.name : `${place.namespace}/${place.name}`;
            return `${place.kind} ${name} ${place.ruleName ?? place.rule + 1}`;
          })
        : [];
    // Of several rules of one policy that allow the same, np-guard may name only one.
    const policiesOf = (list: readonly string[]) =>
      [...new Set(list.map((rule) => rule.replace(/ [^ ]*$/, '')))].sort().join();
    tally.expect(
      side.verdict === wanted.verdict &&
        wanted.rules.every((rule) => rules.includes(rule)) &&
        policiesOf(wanted.rules) === policiesOf(rules),
      () =>
        `${label} ${side.direction}: expected ${wanted.verdict} by ${wanted.rules.join('; ') || 'no rule'}, found ${side.verdict} by ${rules.join('; ') || 'no rule'}`,
    );
  }
}

function isInFocus({ options: asked }: Pick<NpGuardCase, 'options'>, from: string, to: string): boolean {
  const { focusWorkloads, focusWorkloadPeers, focusDirection } = asked ?? {};
  if (focusWorkloads === undefined) return true;
  const fits = (list: readonly string[] | undefined, name: string) => {
    const full = name.replace(/\[.*$/, '');
    return list === undefined || list.some((text) => full === text || full.split('/')[1] === text);
  };
  const out = fits(focusWorkloads, from) && fits(focusWorkloadPeers, to);
  const into = fits(focusWorkloads, to) && fits(focusWorkloadPeers, from);
  return (focusDirection !== 'ingress' && out) || (focusDirection !== 'egress' && into);
}

function leftOut(hasProxy: boolean, exposure: boolean | undefined): string | undefined {
  const parts = [
    ...(hasProxy ? ['lines of the ingress controller'] : []),
    ...(exposure === true ? ['exposure to hypothetical peers'] : []),
  ];
  return parts.length === 0 ? undefined : `without ${parts.join(' and ')}`;
}

/** A workload, or a piece of the address space (IPv4, which is all that np-guard knows). */
interface Unit {
  readonly name: string;
  readonly isAddress: boolean;
  readonly things: readonly number[];
}

/** An evaluation that is cut at the ranges the answer names, with its ends by np-guard's names. */
class World {
  readonly reach: Reach;
  readonly units: readonly Unit[];
  private readonly byName: ReadonlyMap<string, Unit>;
  private readonly proxyThing: number;
  private readonly backends: ReadonlyMap<number, readonly PortRange[]>;

  constructor(sources: Sources, names: readonly string[]) {
    this.reach = evaluate([...sources, proxyPod], { ...options, cut: names.flatMap(cidrsOf) });
    const { pods, pieces } = this.reach;
    this.proxyThing = pods.findIndex(isProxy);
    this.backends = backendPorts(this.reach, sources);
    this.units = [
      ...workloadsOf(this.reach)
        .filter(({ end }) => !isProxy(end))
        .map(({ end, things }) => ({ name: formatEnd(end), isAddress: false, things })),
      ...pieces.flatMap((piece, i) =>
        piece.family === 4 ? [{ name: asCidrs([piece]).join(), isAddress: true, things: [pods.length + i] }] : [],
      ),
    ];
    this.byName = new Map(this.units.map((unit) => [unit.name, unit]));
  }

  /** A workload, or the pieces of an address range. */
  unitsOf(name: string): readonly Unit[] {
    const known = this.byName.get(name);
    if (known !== undefined) return [known];
    const ranges = spansOf(name);
    return this.units.filter((unit) => {
      const piece = unit.isAddress ? this.reach.pieces[(unit.things[0] ?? 0) - this.reach.pods.length] : undefined;
      return (
        piece !== undefined &&
        ranges.some((r) => piece.family === r.family && r.start <= piece.start && piece.end <= r.end)
      );
    });
  }

  /** A pod by its own name, which need not be that of its workload; or an address. */
  podOf(name: string): number | undefined {
    const address = this.unitsOf(`${name}/32`)[0];
    if (address !== undefined) return address.things[0];
    const index = this.reach.pods.findIndex((pod) => {
      const { metadata } = pod.source.object;
      return `${metadata.namespace ?? 'default'}/${metadata.name}` === name;
    });
    return index < 0 ? undefined : index;
  }

  /** What the ingress controller forwards to a workload and may. */
  forwarded(to: Unit): number {
    const { ports } = this.reach;
    return to.things.reduce((sum, thing) => {
      const backend = ports.of(this.backends.get(thing) ?? []);
      return ports.union(sum, ports.intersect(backend, this.reach.allowed(this.proxyThing, thing)));
    }, 0);
  }

  allowed(from: Unit, to: Unit): number {
    let sum = 0;
    for (const a of from.things) for (const b of to.things) sum = this.reach.ports.union(sum, this.reach.allowed(a, b));
    return sum;
  }
}

/** The ranges of `A-B[External]`, a list of CIDRs, or an address. */
function spansOf(name: string) {
  return name
    .replace(/\[External\]$/, '')
    .split(',')
    .flatMap((text) => {
      const [first = '', last = first] = text.trim().split('-');
      const [start, end] = [parseAddress(first), parseAddress(last)];
      if (start !== undefined && end !== undefined)
        return [{ family: start.family, start: start.value, end: end.value }];
      const cidr = looseCidr(text.trim());
      return cidr === undefined ? [] : [cidr];
    });
}

function cidrsOf(name: string): string[] {
  return asCidrs(spansOf(name));
}

function listOfCsv(text: string): string {
  return text
    .split('\n')
    .slice(1)
    .map((line) => {
      const [from, to, ...ports] = line.split(',');
      return `${from} => ${to} : ${ports.join().replaceAll('"', '')}`;
    })
    .join('\n');
}

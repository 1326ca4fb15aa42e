import { hostCidr, looseCidr } from '../../shared/lib/ip.ts';
import type { Problem } from '../../shared/lib/problem.ts';
import {
  describeExplanation,
  type ExplainedPorts,
  ends,
  evaluate,
  explain,
  explainPorts,
  formatEnd,
  groupByClass,
  isWorkload,
  type Protocol,
  protocols,
  type Reach,
  type ReachEnd,
  thingsOf,
} from '../../shared/reach/index.ts';
import {
  endRecord,
  explanationsAsText,
  jsonText,
  problemRecord,
  problemsAsText,
  problemsAtLeast,
} from '../../shared/report/index.ts';
import { type CliCommand, oneOf, textOption, UsageError } from '../command.ts';
import { readManifestInput } from '../manifests.ts';

export const command: CliCommand = {
  help: `Usage: zonewright explain FILE|DIR --from X --to Y [OPTIONS]

Says for a pair what is allowed and what is denied, which rule of which policy decided, what nearly matched, and the
smallest change that would turn the answer. FILE and DIR are those of zonewright connectivity.

  --from X, --to Y     a workload as NAMESPACE/NAME, or NAME where it is unique (Kind behind it in brackets, and
                       CLUSTER: before it, where needed), or an address or range outside the cluster
  --port PORT          one port only: 443/TCP, 443 (TCP), or a named port of the receiver
  --format txt|json    how to print the explanation (default: txt)

Exit codes: 0 fine, allowed or not; 2 bad usage or unreadable input.
`,
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    port: { type: 'string' },
    format: { type: 'string' },
  },
  async run({ values, positionals }, io) {
    const format = oneOf(values, 'format', ['txt', 'json'], 'txt');
    const [argument, ...more] = positionals;
    if (argument === undefined || more.length > 0)
      throw new UsageError('name one design, or one folder or file of manifests.');
    const asked = { from: textOption(values, 'from'), to: textOption(values, 'to') };
    if (asked.from === undefined || asked.to === undefined) throw new UsageError('say both --from and --to.');
    const port = textOption(values, 'port');

    const ranges = [asked.from, asked.to].flatMap((text) => rangeOf(text) ?? []);
    if (ranges.length === 2)
      throw new UsageError('--from and --to are both addresses, and between addresses no policy of a cluster decides.');
    const input = await readManifestInput(argument, io);
    const clusters = input.clusters.map(({ cluster, sources }) => ({
      cluster: input.clusters.length > 1 ? cluster : undefined,
      reach: evaluate(sources, { cut: ranges }),
    }));
    const pair = findPair(clusters, asked.from, asked.to);
    const { cluster, reach } = pair;
    const problems: readonly Problem[] = [...input.problems, ...reach.problems];
    const wanted = port === undefined ? undefined : portOf(port, reach, pair.to.things);
    const found = explainPair(reach, pair.from, pair.to, wanted);
    if (format === 'json') {
      await io.stdout(
        jsonText({
          apiVersion: 'zonewright/v1',
          kind: 'Explanation',
          explanations: found.map(({ from, to, entry }) => ({
            from: isWorkload(from) ? endRecord(from, cluster) : from,
            to: isWorkload(to) ? endRecord(to, cluster) : to,
            ports: entry.ports,
            verdict: entry.explanation.verdict,
            directions: entry.explanation.directions,
            smallestChange: entry.explanation.smallestChange,
            text: describeExplanation(from, to, entry),
          })),
          choices: reach.choices,
          problems: problems.map(problemRecord),
        }),
      );
      return 0;
    }
    io.stderr(problemsAsText(problemsAtLeast(problems, 'warning')));
    await io.stdout(explanationsAsText(found.map(({ from, to, entry }) => describeExplanation(from, to, entry))));
    for (const choice of reach.choices) io.stderr(`Note: ${choice}\n`);
    return 0;
  },
};

interface Candidate {
  readonly cluster: string | undefined;
  readonly reach: Reach;
}

/** An end that was asked for, and its things. */
interface FoundEnd {
  readonly end: ReachEnd;
  readonly things: readonly number[];
}

interface Explained {
  readonly from: ReachEnd;
  readonly to: ReachEnd;
  readonly entry: ExplainedPorts;
}

function findPair(clusters: readonly Candidate[], from: string, to: string) {
  const senders = clusters.flatMap((c) => findEnds(c, from).map((end) => ({ ...c, end })));
  const receivers = clusters.flatMap((c) => findEnds(c, to).map((end) => ({ ...c, end })));
  for (const [found, text] of [
    [senders, from],
    [receivers, to],
  ] as const) {
    if (found.length === 0) throw new UsageError(notFound(clusters, text));
  }
  const pairs = senders.flatMap((a) =>
    receivers.flatMap((b) => (a.reach === b.reach ? [{ ...a, from: a.end, to: b.end }] : [])),
  );
  const [pair, ...others] = pairs;
  if (pair === undefined)
    throw new UsageError(
      `${from} and ${to} are in different clusters. Between clusters only addresses are known: name the address instead of the workload that is in the other cluster.`,
    );
  if (others.length > 0) {
    const names = pairs.map(
      (p) => `${p.cluster === undefined ? '' : `${p.cluster}:`}${formatEnd(p.from.end)} to ${formatEnd(p.to.end)}`,
    );
    throw new UsageError(`more than one pair fits: ${names.slice(0, 5).join('; ')}. Name one of them.`);
  }
  return pair;
}

function findEnds({ cluster, reach }: Candidate, text: string): FoundEnd[] {
  const range = rangeOf(text);
  if (range !== undefined) {
    const outer = looseCidr(range);
    const things = reach.pieces.flatMap((piece, i) =>
      outer !== undefined && piece.family === outer.family && outer.start <= piece.start && piece.end <= outer.end
        ? [reach.pods.length + i]
        : [],
    );
    return [{ end: { cidrs: [range] }, things }];
  }
  const prefix = cluster === undefined ? '' : `${cluster}:`;
  return ends(reach).flatMap((end): FoundEnd[] => {
    if (!isWorkload(end)) return [];
    const full = `${end.namespace}/${end.name}`;
    const names = [full, end.name].flatMap((name) => [name, `${name}[${end.kind}]`]);
    const fits = names.some((name) => text === name || text === `${prefix}${name}` || text === `${prefix} ${name}`);
    return fits ? [{ end, things: thingsOf(reach, end) }] : [];
  });
}

/** Canonical CIDR for an address or a range; undefined for anything else. */
function rangeOf(text: string): string | undefined {
  return hostCidr(text) ?? (looseCidr(text) === undefined ? undefined : text);
}

function notFound(clusters: readonly Candidate[], text: string): string {
  const last = text.replace(/\[.*/, '').split(/[/:]/).at(-1) ?? text;
  const known = clusters.flatMap(({ reach }) => ends(reach).filter(isWorkload).map(formatEnd));
  const near = known.filter((name) => last !== '' && name.includes(last));
  const shown = (near.length > 0 ? near : known).slice(0, 8);
  return `there is no workload ${JSON.stringify(text)}.${shown.length === 0 ? ' The input has no workloads at all.' : ` There ${shown.length === 1 ? 'is' : 'are'}: ${shown.join(', ')}${(near.length > 0 ? near : known).length > shown.length ? ', and more' : ''}.`}`;
}

function portOf(text: string, reach: Reach, receivers: readonly number[]): { protocol: Protocol; port: number } {
  const [number = '', word = 'TCP'] = text.split('/');
  const protocol = protocols.find((p) => p === word.toUpperCase());
  if (protocol === undefined || text.split('/').length > 2)
    throw new UsageError(`--port must be like 443/TCP, 53/UDP or 443, not ${JSON.stringify(text)}.`);
  if (/^\d+$/.test(number)) {
    const port = Number(number);
    if (port < 1 || port > 65535) throw new UsageError(`--port must be from 1 to 65535, not ${number}.`);
    return { protocol, port };
  }
  const named = receivers
    .flatMap((thing) => reach.pods[thing]?.ports ?? [])
    .find((p) => p.name === number && (!text.includes('/') || p.protocol === protocol));
  if (named === undefined)
    throw new UsageError(`the receiver has no port named ${JSON.stringify(number)}. Give a number: 443/TCP.`);
  return { protocol: named.protocol, port: named.port };
}

/** Things that policies tell apart get entries of their own; equal entries are put together. */
function explainPair(
  reach: Reach,
  from: FoundEnd,
  to: FoundEnd,
  port: { readonly protocol: Protocol; readonly port: number } | undefined,
): Explained[] {
  const found: Explained[] = [];
  const known = new Set<string>();
  for (const sender of groupByClass(reach, from)) {
    for (const receiver of groupByClass(reach, to)) {
      const [a = 0, b = 0] = [sender.things[0], receiver.things[0]];
      const entries =
        port === undefined
          ? explainPorts(reach, a, b)
          : [
              {
                ports: [{ protocol: port.protocol, start: port.port, end: port.port }],
                explanation: explain(reach, a, b, port.protocol, port.port),
              },
            ];
      for (const entry of entries) {
        const key = JSON.stringify([sender.end, receiver.end, entry]);
        if (known.has(key)) continue;
        known.add(key);
        found.push({ from: sender.end, to: receiver.end, entry });
      }
    }
  }
  return found;
}

/**
 * Why one end of a design can or cannot reach another, from its exported manifests: the verdict, each direction's way
 * through the tiers of policies with the rules and their lines, and what would turn the answer. Plain data for a window.
 */
import { isOneMesh, seenFrom } from '../proof/index.ts';
import {
  type ExplainedPorts,
  explain,
  explainPorts,
  formatEnd,
  groupByClass,
  type PortRange,
  portsText,
  protocols,
} from '../reach/index.ts';
import type { ExplainAnswer, ExplainedCase, ExplainedDirection, ExplainQuestion } from './explain-answer.ts';
import { crossing } from './explain-crossing.ts';
import { changeOf, directionOf } from './explain-direction.ts';
import { aboutPair, meaning, proxyLegs } from './explain-meaning.ts';
import {
  type AskedEnd,
  allowedAt,
  allowedPorts,
  type ClusterReach,
  isHiddenByNodes,
  type Meeting,
  type ReachModel,
  titleOf,
} from './reach-model.ts';

export function explainPair(model: ReachModel, question: ExplainQuestion): ExplainAnswer {
  const { from, to, port } = question;
  const asked = port && [{ protocol: port.protocol, start: port.port, end: port.port }];
  const names = { from: titleOf(model, from), to: titleOf(model, to) };
  const drawn = meaning(model, from, to);
  const refuse = (headline: string): ExplainAnswer => ({
    verdict: 'denied',
    headline,
    cases: [],
    notes: [],
    drawn: [],
    legs: [],
    choices: [],
  });
  if (from.kind === 'workload' && to.kind === 'workload' && from.id === to.id)
    return refuse('A workload is never compared with itself. Choose two different ends.');
  const inside = [from, to].flatMap((end) => (end.kind === 'workload' ? [end.id] : []));
  if (inside.length === 0)
    return refuse('Between two ends outside every cluster no policy decides. Choose a workload for one of them.');
  for (const id of inside) {
    if (model.clusterOf(id)?.things.has(id) !== true)
      return refuse(
        `The export does not hold “${id}”, so nothing can be said about it. Put its namespace into a cluster.`,
      );
  }
  const found = foundAt(model, from, to, asked);
  const cases = [...found.cases].sort((a, b) => Number(a.verdict === 'denied') - Number(b.verdict === 'denied'));
  const isAllowed = cases.some((c) => c.verdict === 'allowed');
  const verdict = isAllowed ? (cases.every((c) => c.verdict === 'allowed') ? 'allowed' : 'partly') : 'denied';
  const open = asked ?? allowedPorts(model, from, to);
  const what = !isAllowed && port === undefined ? 'on any port' : `on ${portsText(isAllowed ? open : (asked ?? []))}`;
  const only = verdict === 'partly' ? (port === undefined ? ' only' : ' at some of its addresses') : '';
  return {
    verdict,
    headline: `${names.from} ${isAllowed ? 'can' : 'cannot'} reach ${names.to} ${what}${only}.`,
    cases,
    notes: found.notes,
    drawn,
    legs: proxyLegs(model, from, to),
    choices: found.choices,
  };
}

interface Found {
  readonly cases: readonly ExplainedCase[];
  readonly notes: readonly string[];
  readonly choices: readonly string[];
}

/** In every cluster in which the ends meet: and where a cluster replaces another each case says which. */
function foundAt(model: ReachModel, from: AskedEnd, to: AskedEnd, asked: readonly PortRange[] | undefined): Found {
  const meetings =
    from.kind === 'workload' && to.kind === 'workload'
      ? model.meetings(from.id, to.id)
      : [from, to].flatMap((end) =>
          end.kind === 'workload' ? model.homesOf(end.id).map((home): Meeting => [home, home]) : [],
        );
  const isPlural = [from, to].some((end) => end.kind === 'workload' && model.homesOf(end.id).length > 1);
  const all = meetings.map(([a, b]): Found => {
    const found =
      a === b || from.kind !== 'workload' || to.kind !== 'workload'
        ? casesInside(model, a, from, to, asked)
        : casesBetween(model, [a, b], from.id, to.id, asked);
    if (!isPlural) return found;
    const where = a === b ? `in ${a.cluster}` : `from ${a.cluster} to ${b.cluster}`;
    return { ...found, cases: found.cases.map((c) => ({ ...c, title: `${c.title} · ${where}` })) };
  });
  return {
    cases: all.flatMap((f) => f.cases),
    notes: [...new Set(all.flatMap((f) => f.notes))],
    choices: [...new Set(all.flatMap((f) => f.choices))].sort(),
  };
}

function casesInside(
  model: ReachModel,
  own: ClusterReach,
  from: AskedEnd,
  to: AskedEnd,
  asked: readonly PortRange[] | undefined,
): Found {
  const home = from.kind === 'workload' ? from : to;
  if (home.kind !== 'workload') return { cases: [], notes: [], choices: [] };
  const notes: string[] = [];
  const thingsOf = (end: AskedEnd, direction: 'ingress' | 'egress') =>
    end.kind === 'workload' ? [own.things.get(end.id) ?? 0] : model.addressesOf(end, home.id, direction, own);
  const [senders, receivers] = [thingsOf(from, 'ingress'), thingsOf(to, 'egress')];
  if (from.kind === 'external' && isHiddenByNodes(model, home.id))
    notes.push(
      `The service of ${titleOf(model, home)} hides its clients behind its own nodes (externalTrafficPolicy: Cluster), so the addresses of the nodes are judged.`,
    );
  for (const [end, things] of [
    [from, senders],
    [to, receivers],
  ] as const)
    if (things.length === 0)
      notes.push(`${titleOf(model, end)} has no address that policies could name, so nothing can be judged.`);

  const groups = new Map<string, { readonly entry: ExplainedPorts; readonly cidrs: string[] }>();
  const endOf = (end: AskedEnd) => (end.kind === 'workload' ? { namespace: '', kind: '', name: '' } : { cidrs: [] });
  for (const a of groupByClass(own.reach, { end: endOf(from), things: senders }))
    for (const b of groupByClass(own.reach, { end: endOf(to), things: receivers })) {
      const cidrs = ['cidrs' in a.end ? a.end.cidrs : [], 'cidrs' in b.end ? b.end.cidrs : []].flat();
      for (const entry of entriesOf(own, a.things[0] ?? 0, b.things[0] ?? 0, asked)) {
        const key = JSON.stringify([entry.ports, entry.explanation.directions.map((d) => [d.verdict, d.decision])]);
        const known = groups.get(key);
        if (known === undefined) groups.set(key, { entry, cidrs });
        else known.cidrs.push(...cidrs);
      }
    }
  const isSplit = new Set([...groups.values()].map((g) => g.cidrs.join())).size > 1;
  const about = aboutPair(model, from, to);
  const cases = [...groups.values()].map(({ entry, cidrs }): ExplainedCase => {
    const { directions, verdict, smallestChange } = entry.explanation;
    const what = portsText(entry.ports);
    const context = { model, about, what, from: titleOf(model, from), to: titleOf(model, to) };
    return {
      verdict,
      title: isSplit ? `${what} · ${shortRanges(cidrs)}` : what,
      directions: [
        directionOf(context, entry.explanation.tiers, directions[0], `Leaving ${context.from}`),
        directionOf(context, entry.explanation.tiers, directions[1], `Entering ${context.to}`),
      ],
      changes: smallestChange.map((change) => changeOf(context, change, verdict)),
    };
  });
  return { cases, notes, choices: own.reach.choices };
}

function casesBetween(
  model: ReachModel,
  [a, b]: Meeting,
  from: string,
  to: string,
  asked: readonly PortRange[] | undefined,
): Found {
  const { index } = model;
  const records = [index.get('cluster', a.cluster), index.get('cluster', b.cluster)];
  const [ends, way] = [
    { from: { kind: 'workload', id: from } as const, to: { kind: 'workload', id: to } as const },
    crossing(model, [a, b], from, to),
  ];
  if (way === undefined) return { cases: [], notes: [], choices: [] };
  const table = a.reach.ports;
  const open = table.of(allowedAt(model, [a, b], from, to));
  const all = table.of(asked ?? protocols.map((protocol) => ({ protocol, start: 1, end: 65535 })));
  const about = aboutPair(model, ends.from, ends.to);
  const parts = [
    { verdict: 'allowed' as const, ports: table.ranges(table.intersect(all, open)) },
    { verdict: 'denied' as const, ports: table.ranges(table.subtract(all, open)) },
  ].filter((part) => part.ports.length > 0);
  const cases = parts.map(({ verdict, ports }): ExplainedCase => {
    const what = portsText(ports);
    const context = { model, about, what, from: titleOf(model, ends.from), to: titleOf(model, ends.to) };
    const probe = { protocol: ports[0]?.protocol ?? 'TCP', port: ports[0]?.start ?? 1 };
    const [out, into] = way.legsFor(probe.protocol, probe.port);
    const outward = { ...context, what: out?.what ?? what, to: out?.address ?? context.to };
    const inward = { ...context, from: into?.address ?? context.from };
    // A side that lets it through already needs no change, and says how to deny it instead.
    const isWanted = (leg: typeof out) => leg?.direction.verdict === verdict;
    const outChanges = (isWanted(out) ? (out?.smallestChange ?? []) : []).map((change) =>
      changeOf(outward, change, verdict),
    );
    const inChanges = (isWanted(into) ? (into?.smallestChange ?? []) : []).map((change) =>
      changeOf(inward, change, verdict),
    );
    const changes =
      verdict === 'denied'
        ? [...(out === undefined ? [{ text: way.addressNeeded }] : outChanges), ...inChanges]
        : inChanges;
    return {
      verdict,
      title: what,
      directions: [
        out === undefined
          ? nowhere('egress', `Leaving ${context.from}`, way.noAddress)
          : directionOf(
              { ...context, what: out.what, to: out.address },
              a.reach.tiers,
              out.direction,
              `Leaving ${context.from} for ${out.address}`,
            ),
        into === undefined
          ? nowhere(
              'ingress',
              `Entering ${context.to}`,
              `${context.from} is seen from no known address, so no rule can name it.`,
            )
          : directionOf(
              { ...context, from: into.address },
              b.reach.tiers,
              into.direction,
              `Entering ${context.to} from ${into.address}`,
            ),
      ],
      changes,
    };
  });
  const [x, y] = records;
  const mesh =
    x !== undefined && y !== undefined && isOneMesh(x, y) && !way.byIdentity
      ? [
          'Both clusters belong to one mesh, whose own kind of policy decides; what stands here is judged by address only.',
        ]
      : [];
  return {
    cases,
    notes: [
      way.byIdentity
        ? `The two are in different clusters of one mesh, “${a.cluster}” and “${b.cluster}”, and each side’s policies know the other’s pods by name.`
        : `The two are in different clusters, “${a.cluster}” and “${b.cluster}”. No policy knows a pod of the other cluster, so each side is judged by the addresses it sees${seenFrom(index, { cluster: a.cluster, workload: from }).length > 0 ? ': whoever shares them is allowed the same' : ''}.`,
      ...mesh,
    ],
    choices: [...new Set([...a.reach.choices, ...b.reach.choices])].sort(),
  };
}

function nowhere(direction: 'egress' | 'ingress', title: string, decision: string): ExplainedDirection {
  return { direction, title, verdict: 'denied', decision, tiers: [] };
}

function entriesOf(
  { reach }: ClusterReach,
  from: number,
  to: number,
  asked: readonly PortRange[] | undefined,
): readonly ExplainedPorts[] {
  if (asked === undefined) return explainPorts(reach, from, to);
  return asked.map((range) => ({
    ports: [range],
    explanation: explain(reach, from, to, range.protocol, range.start),
  }));
}

function shortRanges(cidrs: readonly string[]): string {
  const text = formatEnd({ cidrs });
  const parts = text.split(', ');
  return parts.length <= 2 ? text : `${parts[0]} and ${parts.length - 1} more`;
}

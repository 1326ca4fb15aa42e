import { unique } from '../lib/sort.ts';
import { lookup, ref, schema, type Topology, type Zone } from '../model/index.ts';
import { effect, gradeOfDistance, gradeOfZone, type Judgement } from './classify-context.ts';
import { isolationRank, isolationText } from './classify-runtime.ts';
import { type Effect, type Facts, type Grade, raiseGrade } from './entry.ts';

export function judgeZone(id: string, { before, after, facts }: Judgement): Effect[] {
  const a = lookup(before).get('zone', id);
  const b = lookup(after).get('zone', id);
  if (a === undefined || b === undefined) return [];
  const grade = gradeOfZone(id, before, after);
  const added = <T>(of: (zone: Zone) => readonly T[] | undefined) =>
    (of(b) ?? []).filter((x) => !(of(a) ?? []).includes(x));
  const removed = <T>(of: (zone: Zone) => readonly T[] | undefined) =>
    (of(a) ?? []).filter((x) => !(of(b) ?? []).includes(x));
  const effects: Effect[] = [];
  if (b.trust < a.trust)
    effects.push(
      effect(
        'weakens',
        gradeOfDistance(a.trust - b.trust),
        `It is trusted ${b.trust} instead of ${a.trust}, so what protects it weighs less.`,
      ),
    );

  const intra = [a.intraZone ?? 'allow', b.intraZone ?? 'allow'];
  if (intra[0] === 'deny' && intra[1] === 'allow') {
    effects.push(effect('opens', raiseGrade(grade), 'Workloads of the zone can reach each other on all ports.'));
  }
  if (intra[0] === 'allow' && intra[1] === 'deny') {
    effects.push(effect('closes', 'low', 'Workloads of the zone reach each other only by drawn flows.'));
  }
  const dns = [a.dns ?? 'cluster', b.dns ?? 'cluster'];
  if (dns[0] === 'none' && dns[1] === 'cluster')
    effects.push(effect('opens', grade, 'Workloads of the zone can ask DNS.'));
  if (dns[0] === 'cluster' && dns[1] === 'none')
    effects.push(effect('closes', 'low', 'Workloads of the zone can no longer ask DNS.'));

  for (const kind of added((z) => z.exposure)) {
    effects.push(effect('opens', raiseGrade(grade), `The zone can be entered from outside by ${kind}.`));
  }
  for (const kind of removed((z) => z.exposure)) {
    effects.push(effect('closes', 'low', `The zone can no longer be entered from outside by ${kind}.`));
  }
  for (const item of added((z) => z.storageClasses)) {
    effects.push(effect('opens', grade, `Storage class ${item} can be used in the zone.`, [ref('class', item)]));
  }
  for (const item of removed((z) => z.storageClasses)) {
    effects.push(
      effect('closes', 'low', `Storage class ${item} can no longer be used in the zone.`, [ref('class', item)]),
    );
  }
  return [...effects, ...judgeRuntimes(id, a, b, before, after, facts), ...judgeGuards(a, b, grade)];
}

function judgeRuntimes(id: string, a: Zone, b: Zone, before: Topology, after: Topology, facts: Facts): Effect[] {
  const grade = gradeOfZone(id, before, after);
  const rankB = (runtime: string | undefined) => isolationRank(runtime, before, facts);
  const rankA = (runtime: string | undefined) => isolationRank(runtime, after, facts);
  const known = (ranks: ReadonlyArray<number | undefined>) => ranks.filter((r) => r !== undefined);
  const weakestBefore = Math.min(...known((a.runtimes ?? []).map(rankB)));
  const effects: Effect[] = [];
  for (const runtime of (b.runtimes ?? []).filter((r) => !(a.runtimes ?? []).includes(r))) {
    const rank = rankA(runtime);
    const isWeaker = rank !== undefined && rank < weakestBefore && (a.runtimes ?? []).length > 0;
    const text = `Runtime ${runtime} (${isolationText(runtime, after, facts)}) is admitted in the zone`;
    effects.push(
      isWeaker
        ? effect('weakens', raiseGrade(grade), `${text}; it isolates less than any before.`, [ref('runtime', runtime)])
        : effect('opens', 'low', `${text}.`, [ref('runtime', runtime)]),
    );
  }
  const weakestAfter = Math.min(...known((b.runtimes ?? []).map(rankA)));
  for (const runtime of (a.runtimes ?? []).filter((r) => !(b.runtimes ?? []).includes(r))) {
    const rank = rankB(runtime);
    const isStronger = rank !== undefined && rank < weakestAfter && (b.runtimes ?? []).length > 0;
    const text = `Runtime ${runtime} is no longer admitted in the zone`;
    effects.push(
      isStronger
        ? effect('strengthens', 'low', `${text}; the rest isolates more.`)
        : effect('closes', 'low', `${text}.`),
    );
  }
  const [first, now] = [a.runtimes?.[0], b.runtimes?.[0]];
  const [wasRank, isRank] = [rankB(first), rankA(now)];
  if (first !== now && wasRank !== undefined && isRank !== undefined && wasRank !== isRank) {
    effects.push(
      isRank < wasRank
        ? effect(
            'weakens',
            raiseGrade(grade),
            `The default runtime is ${now} (${isolationText(now, after, facts)}) instead of ${first}.`,
          )
        : effect(
            'strengthens',
            'low',
            `The default runtime is ${now} (${isolationText(now, after, facts)}) instead of ${first}.`,
          ),
    );
  }
  return effects;
}

/** Guard rails that admission enforces: Pod Security, images, whole CPUs. */
function judgeGuards(a: Zone, b: Zone, grade: Grade): Effect[] {
  const effects: Effect[] = [];
  const compare = (before: number, now: number, looser: string, stricter: string) => {
    if (now < before) effects.push(effect('weakens', grade, looser));
    if (now > before) effects.push(effect('strengthens', 'low', stricter));
  };
  const level = (z: Zone) => z.podSecurity ?? 'baseline';
  compare(
    schema.podSecurityLevels.indexOf(level(a)),
    schema.podSecurityLevels.indexOf(level(b)),
    `Pod Security falls from ${level(a)} to ${level(b)}.`,
    `Pod Security rises from ${level(a)} to ${level(b)}.`,
  );
  const pins = ['none', 'tag', 'digest'];
  const pin = (z: Zone) => z.images?.pin ?? 'none';
  const must = pin(b) === 'none' ? 'need not be pinned' : `have to be pinned by ${pin(b)}`;
  const pinned = `Images ${must}. Before: ${pin(a) === 'none' ? 'not at all' : `by ${pin(a)}`}.`;
  compare(pins.indexOf(pin(a)), pins.indexOf(pin(b)), pinned, pinned);
  const cpu = (z: Zone) => (z.cpu === 'exclusive' ? 1 : 0);
  compare(
    cpu(a),
    cpu(b),
    'Workloads no longer get whole CPUs of their own.',
    'Workloads can get whole CPUs of their own.',
  );

  // Without a list any registry is allowed; a prefix covers all that begins with it.
  const covers = (list: readonly string[] | undefined, prefix: string) =>
    list === undefined || list.some((p) => prefix === p || prefix.startsWith(`${p}/`));
  const [older, newer] = [a.images?.registries, b.images?.registries];
  const more = (newer ?? []).filter((p) => !covers(older, p));
  const fewer = (older ?? []).filter((p) => !covers(newer, p));
  if (newer === undefined && older !== undefined)
    effects.push(effect('weakens', grade, 'Images may come from any registry.'));
  if (more.length > 0)
    effects.push(effect('weakens', grade, `Images may come from ${unique(more).join(', ')} as well.`));
  if (older === undefined && newer !== undefined)
    effects.push(effect('strengthens', 'low', `Images may come from ${unique(newer).join(', ')} only.`));
  if (fewer.length > 0)
    effects.push(effect('strengthens', 'low', `Images may no longer come from ${unique(fewer).join(', ')}.`));
  return effects;
}

/** Storage endpoints, storage classes and runtimes as records of their own. */
import { sortBy } from '../lib/sort.ts';
import { lookup, ref, type Topology } from '../model/index.ts';
import { effect, gradeOfZone, type Judgement } from './classify-context.ts';
import { distanceOfMove } from './classify-place.ts';
import { isolationRank, isolationText } from './classify-runtime.ts';
import { zoneName } from './describe.ts';
import { compareGrade, type Effect, raiseGrade } from './entry.ts';
import { isSame } from './fields.ts';

export function judgeEndpoint(id: string, { before, after }: Judgement): Effect[] {
  const [a, b] = [lookup(before).get('endpoint', id), lookup(after).get('endpoint', id)];
  if (a === undefined || b === undefined) return [];
  const effects: Effect[] = [];
  if (a.zone !== b.zone) {
    const text = `It stands in ${zoneName(b.zone, after)} instead of ${zoneName(a.zone, before)}.`;
    effects.push(effect('moves', distanceOfMove({ from: a.zone, to: b.zone }, before, after), text));
  }
  if (!isSame(a.addresses, b.addresses) || a.export !== b.export) {
    effects.push(effect('moves', 'low', 'Its volumes lie at another address or path.'));
  }
  if (!isSame(a.locations, b.locations))
    effects.push(effect('moves', 'low', 'Its volumes may lie in other locations.'));
  const [wasEncrypted, isEncrypted] = [a, b].map(({ parameters = {} }) =>
    Object.entries(parameters).some(([key, value]) => /^(is)?encrypt(ed|ion)$/i.test(key) && value === 'true'),
  );
  if (wasEncrypted && !isEncrypted)
    effects.push(effect('weakens', gradeOfZone(b.zone, before, after), 'Its volumes are no longer encrypted.'));
  if (!wasEncrypted && isEncrypted) effects.push(effect('strengthens', 'low', 'Its volumes are encrypted.'));
  // Another name for the same place is a way between zones that no policy sees.
  const wasTwin = new Set(twinsOf(id, before));
  for (const twin of twinsOf(id, after).filter((t) => !wasTwin.has(t))) {
    const zone = lookup(after).get('endpoint', twin)?.zone;
    const text = `It is the same place as ${twin} of ${zoneName(zone, after)}, so the two zones share storage.`;
    effects.push(effect('weakens', gradeOfZone(b.zone, after), text, [ref('endpoint', twin)]));
  }
  // Whoever runs in the namespace of a Secret may mount it.
  const readers = (secret: string | undefined, topology: Topology) =>
    lookup(topology).namespaces.filter((n) => secret !== undefined && (n.name ?? n.id) === secret);
  const [reader] = readers(b.secret?.namespace, after);
  if (reader !== undefined && a.secret?.namespace !== b.secret?.namespace) {
    const text = `Its Secret lies in namespace ${reader.name ?? reader.id} of ${zoneName(reader.zone, after)}, where pods can read it.`;
    effects.push(effect('weakens', gradeOfZone(b.zone, before, after), text, [ref('namespace', reader.id)]));
  }
  return effects;
}

/** Endpoints of other zones with the same address and export. */
function twinsOf(id: string, topology: Topology): string[] {
  const own = lookup(topology).get('endpoint', id);
  return Object.entries(topology.storage?.endpoints ?? {})
    .filter(([other, e]) => other !== id && e.zone !== own?.zone && e.export === own?.export)
    .filter(([, e]) => e.addresses?.some((a) => own?.addresses?.includes(a)))
    .map(([other]) => other)
    .sort();
}

export function judgeClass(id: string, { before, after }: Judgement): Effect[] {
  const [a, b] = [lookup(before).get('class', id), lookup(after).get('class', id)];
  if (a === undefined || b === undefined || a.endpoint === b.endpoint) return [];
  const zones = zonesUsing(b.endpoint, after);
  const wasShared = zonesUsing(b.endpoint, before).length > 1 || zonesUsing(a.endpoint, before).length > 1;
  const text = `Its volumes lie on ${b.endpoint} instead of ${a.endpoint}`;
  if (zones.length > 1 && !wasShared) {
    const names = zones.map((z) => zoneName(z, after)).join(', ');
    return [
      effect('weakens', gradeOfZone(zones.at(-1), after), `${text}; ${names} share that endpoint.`, [
        ref('endpoint', b.endpoint),
      ]),
    ];
  }
  return [effect('moves', 'low', `${text}.`, [ref('endpoint', b.endpoint)])];
}

export function judgeRuntime(id: string, { before, after, facts }: Judgement): Effect[] {
  const [was, is] = [isolationRank(id, before, facts), isolationRank(id, after, facts)];
  if (was === undefined || is === undefined || was === is) return [];
  const text = `Pods of this runtime get: ${isolationText(id, after, facts)}, instead of: ${isolationText(id, before, facts)}.`;
  if (is > was) return [effect('strengthens', 'low', text)];
  const zones = lookup(after).zones.filter((z) => z.runtimes?.includes(id));
  const [worst = 'low'] = zones.map((z) => raiseGrade(gradeOfZone(z.id, after))).sort(compareGrade);
  return [
    effect(
      'weakens',
      worst,
      text,
      zones.map((z) => ref('zone', z.id)),
    ),
  ];
}

/** The zones that may use a class of the endpoint, outermost first. */
function zonesUsing(endpoint: string, topology: Topology): string[] {
  const index = lookup(topology);
  const zones = index.zones.filter((z) => z.storageClasses?.some((c) => index.get('class', c)?.endpoint === endpoint));
  return sortBy(zones, (z) => z.trust).map((z) => z.id);
}

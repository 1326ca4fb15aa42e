/**
 * The proof of runtimes: which runtime classes a pod of each namespace can be admitted with, also of classes that somebody
 * makes later, and what a pod gets that names none.
 */
import { unique } from '../lib/sort.ts';
import type { Ref } from '../model/index.ts';
import type { MeantNamespace } from './intent/index.ts';
import {
  isOwn,
  type JudgedCluster,
  madeFor,
  type PlatformFindings,
  type PodSpec,
  podRequest,
  whoJudges,
} from './platform.ts';

export function proveRuntimes(judged: JudgedCluster, findings: PlatformFindings): void {
  for (const alike of judged.alike) {
    const [first] = alike;
    const answers = candidates(judged).map((name) => ({ name, ...admits(judged, first, name) }));
    const unnamed = withoutClass(judged, first);
    for (const namespace of alike) {
      const base = {
        cluster: judged.meant.cluster,
        subject: { kind: 'namespace', id: namespace.id } as Ref,
      };
      const zone: Ref[] = namespace.zone === undefined ? [] : [{ kind: 'zone', id: namespace.zone }];
      for (const { name, outcome, why } of answers) {
        const isMeant = namespace.runtimes.includes(name);
        if ((outcome === 'admitted') === isMeant && outcome !== 'cannot-say') findings.agree();
        else
          findings.add({
            ...base,
            kind: outcome === 'cannot-say' ? 'cannot-say' : isMeant ? 'missing' : 'extra',
            what:
              outcome === 'cannot-say'
                ? `Whether pods of namespace “${namespace.name}” may use runtime class “${name}” cannot be said.`
                : isMeant
                  ? `Zone “${namespace.zone}” offers runtime “${name}”, and pods of namespace “${namespace.name}” that name it are refused.`
                  : `Pods of namespace “${namespace.name}” can use ${titleOf(judged, name)}, which zone “${namespace.zone}” does not offer.`,
            reason: outcome === 'admitted' ? whoJudges(judged, namespace, { resource: 'pods' }, 'pods') : why,
            causes: [...zone, ...(judged.meant.runtimes.has(name) ? [{ kind: 'runtime' as const, id: name }] : [])],
          });
      }
      for (const { cause, reason } of namespace.unmadeRuntimes)
        findings.add({
          ...base,
          kind: 'missing',
          what: `Zone “${namespace.zone}” offers runtime “${cause.id}”, and no pod can be given it.`,
          reason: `It is not exported: ${reason}.`,
          causes: [...zone, cause],
        });
      const fault = faultOfUnnamed(namespace, unnamed);
      if (fault === undefined) findings.agree();
      else
        findings.add({
          ...base,
          ...fault,
          reason: `${fault.reason} ${whoJudges(judged, namespace, { resource: 'pods' }, 'pods')}`,
          causes: zone,
        });
    }
  }
}

type Answer = { readonly outcome: 'admitted' | 'refused' | 'cannot-say'; readonly why: string };

/** With the best of all placements: where a pod may run is another proof's question. */
function admits(judged: JudgedCluster, namespace: MeantNamespace, runtimeClassName: string): Answer {
  let answer: Answer = { outcome: 'refused', why: '' };
  for (const place of placements(judged, namespace)) {
    const verdict = judged.admission.admit({
      ...podRequest(namespace, { ...place, runtimeClassName }),
      ifClassExisted: !namespace.runtimes.includes(runtimeClassName),
    });
    const why = (verdict.outcome === 'refused' ? verdict.messages : verdict.reasons.map((r) => `${r}.`)).join(' ');
    if (verdict.outcome === 'admitted') return { outcome: 'admitted', why };
    if (verdict.outcome === 'cannot-say' || answer.why === '') answer = { outcome: verdict.outcome, why };
  }
  return answer;
}

type Unnamed = Answer & { readonly given?: string };

function withoutClass(judged: JudgedCluster, namespace: MeantNamespace): Unnamed {
  let answer: Unnamed = { outcome: 'refused', why: '' };
  for (const place of placements(judged, namespace)) {
    const { outcome, object, messages, reasons } = judged.admission.admit(podRequest(namespace, place));
    const why = (outcome === 'refused' ? messages : reasons.map((r) => `${r}.`)).join(' ');
    const given = (object as { readonly spec?: { readonly runtimeClassName?: unknown } }).spec?.runtimeClassName;
    if (outcome === 'admitted') return { outcome, why, ...(typeof given === 'string' && { given }) };
    if (outcome === 'cannot-say' || answer.why === '') answer = { outcome, why };
  }
  return answer;
}

function placements(judged: JudgedCluster, namespace: MeantNamespace): PodSpec[] {
  const { runtimeClassName: _, ...accepted } = judged.accepted.get(namespace.id) ?? {};
  const own = judged.groups.filter((g) => isOwn(judged.meant, g, namespace.zone)).map(madeFor);
  return [accepted, ...(judged.accepted.has(namespace.id) ? [] : own)];
}

function faultOfUnnamed(namespace: MeantNamespace, unnamed: Unnamed) {
  const who = `A pod of namespace “${namespace.name}” that names no runtime class`;
  const wanted = namespace.defaultRuntime;
  if (unnamed.outcome === 'cannot-say')
    return { kind: 'cannot-say' as const, what: `What ${who.toLowerCase()} gets cannot be said.`, reason: unnamed.why };
  if (unnamed.outcome === 'refused') {
    const isFine =
      namespace.runtimes.length + namespace.unmadeRuntimes.length > 0 &&
      !(wanted !== undefined && namespace.canGiveDefault);
    if (isFine) return undefined;
    return {
      kind: 'missing' as const,
      what: `${who} is refused${wanted === undefined ? '' : `, and should be given “${wanted}”`}.`,
      reason: unnamed.why,
    };
  }
  if (unnamed.given === wanted && wanted !== undefined) return undefined;
  if (unnamed.given === undefined && namespace.mayUseNodeDefault) return undefined;
  return {
    kind: 'extra' as const,
    what: `${who} runs under ${unnamed.given === undefined ? 'what its node runs by default' : `“${unnamed.given}”`}, and zone “${namespace.zone}” wants ${wanted === undefined ? 'none of its own' : `“${wanted}”`}.`,
    reason: 'Nothing gives it the default of its zone, and nothing refuses it.',
  };
}

/** Every runtime that the cluster has or the design names, and one that somebody makes later. */
function candidates(judged: JudgedCluster): string[] {
  const known = unique([...judged.admission.runtimeClasses, ...judged.meant.runtimes]).sort();
  return [...known, laterThan(known)];
}

function titleOf(judged: JudgedCluster, name: string): string {
  return judged.meant.runtimes.has(name) || judged.admission.runtimeClasses.includes(name)
    ? `runtime class “${name}”`
    : 'a runtime class that somebody makes later';
}

function laterThan(known: readonly string[]): string {
  let name = 'made-later';
  while (known.includes(name)) name = `${name}-x`;
  return name;
}

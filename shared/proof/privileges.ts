/** Part of the proof of runtimes: what pods of each namespace may ask of their node, against the Pod Security level of its zone. */
import type { Ref } from '../model/index.ts';
import type { MeantNamespace } from './intent/index.ts';
import { type JudgedCluster, type PlatformFindings, type PodSpec, podRequest } from './platform.ts';

type Level = MeantNamespace['podSecurity'];

/** Pods that tell one level from the next; what each of them is, and the levels that let it in. */
const probes: ReadonlyArray<{
  readonly container: object;
  readonly what: string;
  readonly levels: readonly Level[];
}> = [
  {
    container: { name: 'main', securityContext: { privileged: true } },
    what: 'with a privileged container',
    levels: ['privileged'],
  },
  { container: { name: 'main' }, what: 'without a security context', levels: ['privileged', 'baseline'] },
];

export function provePrivileges(judged: JudgedCluster, findings: PlatformFindings): void {
  for (const alike of judged.alike) {
    const [first] = alike;
    const accepted = judged.accepted.get(first.id);
    // Where no pod gets in at all, the proofs of placement and runtimes say so.
    if (accepted === undefined) continue;
    for (const { container, what, levels } of probes) {
      const spec: PodSpec = { ...accepted, containers: [container] };
      const { outcome, messages, reasons } = judged.admission.admit(podRequest(first, spec));
      for (const namespace of alike) {
        const isMeant = levels.includes(namespace.podSecurity);
        if (outcome !== 'cannot-say' && (outcome === 'admitted') === isMeant) {
          findings.agree();
          continue;
        }
        const pods = `Pods of namespace “${namespace.name}” ${what}`;
        const zone: Ref[] = namespace.zone === undefined ? [] : [{ kind: 'zone', id: namespace.zone }];
        const level = `the Pod Security level of zone “${namespace.zone}” is ${namespace.podSecurity}`;
        findings.add({
          kind: outcome === 'cannot-say' ? 'cannot-say' : isMeant ? 'missing' : 'extra',
          cluster: judged.meant.cluster,
          subject: { kind: 'namespace', id: namespace.id },
          what:
            outcome === 'cannot-say'
              ? `Whether pods of namespace “${namespace.name}” ${what} are admitted cannot be said.`
              : `${pods} are ${outcome}, and ${level}.`,
          reason:
            outcome === 'admitted'
              ? 'The labels of the namespace hold its pods to a lower level, or to none.'
              : (outcome === 'refused' ? messages : reasons.map((r) => `${r}.`)).join(' '),
          causes: zone,
        });
      }
    }
  }
}

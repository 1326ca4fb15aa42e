/**
 * The proofs of placement, storage and runtimes: the exported objects themselves are asked what they admit, and the answers
 * held against what the design means. Namespaces that no policy tells apart are asked once.
 */
import { lookup, type Topology } from '../model/index.ts';
import { type MeantCluster, meantClusters } from './intent/index.ts';
import { provePlacement } from './placement.ts';
import { type ClusterExport, type Heard, judgeCluster, PlatformFindings, type PlatformProof } from './platform.ts';
import { provePrivileges } from './privileges.ts';
import { proveRuntimes } from './runtime.ts';
import { proveStorage } from './storage.ts';

export interface PlatformProofs {
  readonly placement: PlatformProof;
  readonly storage: PlatformProof;
  readonly runtime: PlatformProof;
}

export function provePlatform(topology: Topology, exports: readonly ClusterExport[], heard?: Heard): PlatformProofs {
  const meant = meantClusters(lookup(topology));
  const placement = new PlatformFindings();
  const storage = new PlatformFindings();
  const runtime = new PlatformFindings();
  for (const printed of exports) {
    const cluster = meant.get(printed.cluster);
    if (cluster === undefined || cluster.namespaces.length === 0) continue;
    if (cluster.unguarded !== undefined) {
      sayUnguarded(cluster, cluster.unguarded, { placement, storage, runtime });
      continue;
    }
    const judged = judgeCluster(cluster, printed, heard);
    provePlacement(judged, placement);
    proveStorage(judged, storage);
    proveRuntimes(judged, runtime);
    provePrivileges(judged, runtime);
    for (const { cause, reason } of cluster.unmade)
      placement.add({
        kind: 'missing',
        cluster: cluster.cluster,
        subject: cause,
        what: `${cause.kind === 'namespace' ? 'Namespace' : 'Record'} “${cause.id}” is not exported, so nothing of it runs.`,
        reason: `It cannot be exported: ${reason}.`,
        causes: [cause],
      });
  }
  return { placement: placement.proof, storage: storage.proof, runtime: runtime.proof };
}

function sayUnguarded(
  { cluster, namespaces }: MeantCluster,
  why: string,
  findings: Readonly<Record<keyof PlatformProofs, PlatformFindings>>,
): void {
  if (namespaces.every((n) => n.zone === undefined)) return;
  const say = (into: PlatformFindings, what: string) =>
    into.add({
      kind: 'cannot-say',
      cluster,
      subject: { kind: 'cluster', id: cluster },
      what,
      reason: `${why}, so nothing judges pods and claims. Use a newer Kubernetes.`,
      causes: [{ kind: 'cluster', id: cluster }],
    });
  say(findings.placement, `Where pods run in cluster “${cluster}” is up to whoever creates them.`);
  say(
    findings.storage,
    `Which storage claims use in cluster “${cluster}” is up to whoever creates them, but for the quotas.`,
  );
  say(findings.runtime, `Under which runtime pods run in cluster “${cluster}” is up to whoever creates them.`);
}

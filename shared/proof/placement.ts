/**
 * The proof of placement: where the pods of each workload can run, and where a pod could that somebody wrote to get onto
 * nodes of another zone. Everything hangs on the zone labels of namespaces, so whether these can be changed is asked too.
 */
import { type AdmissionRequest, groupsFor, type NodeGroup, type Verdict } from '../admission/index.ts';
import { sortBy, unique } from '../lib/sort.ts';
import type { Ref } from '../model/index.ts';
import type { MeantNamespace, MeantPool, MeantWorkload } from './intent/index.ts';
import {
  isOwn,
  type JudgedCluster,
  madeFor,
  type PlatformFindings,
  type PodSpec,
  podOfWorkload,
  podRequest,
  whoJudges,
} from './platform.ts';

export function provePlacement(judged: JudgedCluster, findings: PlatformFindings): void {
  const memo = new Map<string, Landing>();
  for (const alike of judged.alike) {
    for (const namespace of alike) {
      for (const workload of judged.meant.workloads.filter((w) => w.namespace === namespace.id))
        proveWorkload(judged, namespace, alike[0], workload, memo, findings);
    }
    proveHostile(judged, alike, findings);
  }
  proveStrangers(judged, findings);
  proveLabels(judged, findings);
  for (const namespace of judged.meant.namespaces.filter((n) => n.zone === undefined)) {
    if (judged.groups.length === 0) continue;
    findings.add({
      kind: 'cannot-say',
      cluster: judged.meant.cluster,
      subject: { kind: 'namespace', id: namespace.id },
      what: `Where pods of namespace “${namespace.name}” may run is not drawn.`,
      reason: 'It belongs to no zone, so no admission policy is bound to it. Put it into a zone.',
      causes: [],
    });
  }
}

type Landing =
  | { readonly kind: 'lands'; readonly groups: readonly string[] }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'cannot-say'; readonly why: string };

function landing(judged: JudgedCluster, namespace: MeantNamespace, spec: PodSpec): Landing {
  const verdict: Verdict = judged.admission.admit(podRequest(namespace, spec));
  if (verdict.outcome === 'refused') return { kind: 'refused', why: verdict.messages.join(' ') };
  if (verdict.outcome === 'cannot-say') return { kind: 'cannot-say', why: sentence(verdict.reasons.join('; ')) };
  return { kind: 'lands', groups: groupsFor(verdict.object, judged.groups) };
}

function proveWorkload(
  judged: JudgedCluster,
  namespace: MeantNamespace,
  representative: MeantNamespace,
  workload: MeantWorkload,
  memo: Map<string, Landing>,
  findings: PlatformFindings,
): void {
  const { meant } = judged;
  const subject: Ref = { kind: 'workload', id: workload.id };
  const base = { cluster: meant.cluster, subject, causes: [subject, ...zoneRef(namespace)] };
  const spec = podOfWorkload(judged, namespace, workload);
  if (spec === undefined) {
    findings.add({
      ...base,
      kind: 'cannot-say',
      what: `Where workload “${workload.id}” runs cannot be said.`,
      reason: 'The inventory does not hold it.',
    });
    return;
  }
  const key = `${representative.id} ${JSON.stringify(spec)}`;
  let found = memo.get(key);
  if (found === undefined) {
    found = landing(judged, representative, spec);
    memo.set(key, found);
  }
  const title = `workload “${workload.id}”`;
  if (found.kind === 'cannot-say') {
    findings.add({ ...base, kind: 'cannot-say', what: `Where ${title} runs cannot be said.`, reason: found.why });
    return;
  }
  if (found.kind === 'refused') {
    findings.add({ ...base, kind: 'missing', what: `Pods of ${title} are refused.`, reason: found.why });
    return;
  }
  const { groups } = found;
  const fitting = meant.pools.filter(
    (p) => p.zone === namespace.zone && (workload.runtime === undefined || p.runtimes.has(workload.runtime)),
  );
  const extra = groups.filter((name) => !fitting.some((p) => p.name === name));
  const missing = fitting.filter((p) => !p.isReserved && !groups.includes(p.name));
  for (const name of extra) {
    const pool = meant.pools.find((p) => p.name === name);
    findings.add({
      ...base,
      kind: 'extra',
      causes: [...base.causes, ...poolRef(pool)],
      what:
        pool?.zone === namespace.zone
          ? `Pods of ${title} can run on pool “${name}”, whose nodes do not have runtime “${workload.runtime}”.`
          : `Pods of ${title} can run on pool “${name}” of zone “${pool?.zone ?? '?'}”, and belong to zone “${namespace.zone}”.`,
      reason: whyThere(judged, namespace, name),
    });
  }
  for (const pool of missing) {
    findings.add({
      ...base,
      kind: 'missing',
      causes: [...base.causes, ...poolRef(pool)],
      what: `Pods of ${title} cannot run on pool “${pool.name}” of their zone.`,
      reason: 'Their node selector or tolerations do not fit the labels and taints of its nodes.',
    });
  }
  if (extra.length + missing.length === 0) findings.agree();
}

interface Attempt {
  readonly spec: PodSpec;
  /** Completes “A pod that …”. */
  readonly what: string;
}

function proveHostile(
  judged: JudgedCluster,
  alike: readonly [MeantNamespace, ...MeantNamespace[]],
  findings: PlatformFindings,
): void {
  const [first] = alike;
  const accepted = judged.accepted.get(first.id);
  const foreign = judged.groups.filter((g) => !isOwn(judged.meant, g, first.zone));
  // Where no pod is admitted at all, none gets anywhere; the proof of runtimes says why.
  if (accepted === undefined || foreign.length === 0) return;
  const runtime = accepted.runtimeClassName === undefined ? {} : { runtimeClassName: accepted.runtimeClassName };
  const reached = new Map<string, string>();
  let unsure: string | undefined;
  for (const { spec, what } of attempts(judged, accepted, foreign)) {
    const found = landing(judged, first, { ...runtime, ...spec });
    if (found.kind === 'cannot-say') unsure ??= found.why;
    if (found.kind !== 'lands') continue;
    for (const name of found.groups)
      if (foreign.some((g) => g.name === name) && !reached.has(name)) reached.set(name, what);
  }
  for (const namespace of alike) {
    const base = { cluster: judged.meant.cluster, subject: { kind: 'namespace', id: namespace.id } as Ref };
    for (const [name, what] of reached) {
      const pool = judged.meant.pools.find((p) => p.name === name);
      findings.add({
        ...base,
        kind: 'extra',
        what: `Whoever may create pods in namespace “${namespace.name}” of zone “${namespace.zone}” can run them on pool “${name}” of zone “${pool?.zone ?? '?'}”: a pod that ${what} is admitted.`,
        reason: `${whyThere(judged, namespace, name)} ${whoJudges(judged, namespace, { resource: 'pods' }, 'pods')}`,
        causes: [...zoneRef(namespace), ...poolRef(pool)],
      });
    }
    if (unsure !== undefined && reached.size === 0)
      findings.add({
        ...base,
        kind: 'cannot-say',
        what: `Whether pods of namespace “${namespace.name}” can get onto nodes of other zones cannot be said.`,
        reason: unsure,
        causes: zoneRef(namespace),
      });
    if (unsure === undefined && reached.size === 0) findings.agree();
  }
}

/** Pods that somebody might write to get onto other nodes. Groups that look alike are tried once. */
function attempts(judged: JudgedCluster, accepted: PodSpec, foreign: readonly NodeGroup[]): Attempt[] {
  const everything = [{ operator: 'Exists' }];
  const own = accepted.nodeSelector;
  const keys = unique(foreign.flatMap((g) => g.taints.map((t) => t.key)));
  const kinds = new Map(foreign.map((g) => [JSON.stringify([g.labels, g.taints]), g]));
  return [
    { spec: {}, what: 'asks for nothing' },
    { spec: { tolerations: everything }, what: 'tolerates every taint' },
    { spec: { nodeSelector: own, tolerations: everything }, what: 'tolerates every taint' },
    ...keys.map((key) => ({
      spec: { tolerations: [{ key, operator: 'Exists' }] },
      what: `tolerates every value of ${key}`,
    })),
    ...[...kinds.values()].flatMap((group): Attempt[] => {
      const made = madeFor(group);
      const { tolerations } = made;
      return [
        { spec: made, what: `asks for nodes of pool “${group.name}” and tolerates their taints` },
        { spec: { nodeSelector: group.labels }, what: `asks for nodes of pool “${group.name}”` },
        { spec: { tolerations }, what: `tolerates the taints of pool “${group.name}”` },
        { spec: { ...made, nodeName: group.name }, what: `names a node of pool “${group.name}”` },
        { spec: { nodeName: group.name }, what: `names a node of pool “${group.name}”` },
        {
          spec: { nodeName: group.name, tolerations: everything },
          what: `names a node of pool “${group.name}” and tolerates every taint`,
        },
      ];
    }),
    // A runtime class may bring tolerations of its own.
    ...judged.admission.runtimeClasses.map((runtimeClassName) => ({
      spec: { runtimeClassName },
      what: `names runtime class “${runtimeClassName}”`,
    })),
  ];
}

/**
 * Where zones share a cluster, taints keep off what no admission of ours judges: pods of namespaces without a zone that
 * ask for nothing special.
 */
function proveStrangers(judged: JudgedCluster, findings: PlatformFindings): void {
  const { meant, groups } = judged;
  const zones = unique([...meant.pools.map((p) => p.zone), ...meant.namespaces.flatMap((n) => n.zone ?? [])]);
  if (zones.length < 2) return;
  const reached = new Set(groupsFor({ spec: {} }, groups));
  for (const pool of meant.pools) {
    const group = groups.find((g) => g.name === pool.name);
    if (group === undefined)
      findings.add({
        kind: 'cannot-say',
        cluster: meant.cluster,
        subject: { kind: 'pool', id: pool.id },
        what: `Which pods can run on pool “${pool.name}” cannot be said.`,
        reason: 'The export does not hold its nodes.',
        causes: poolRef(pool),
      });
    else if (reached.has(pool.name))
      findings.add({
        kind: 'extra',
        cluster: meant.cluster,
        subject: { kind: 'pool', id: pool.id },
        what: `Pods of namespaces without a zone can run on pool “${pool.name}” of zone “${pool.zone}”.`,
        reason: `Its nodes join without a taint${group.taintsFrom === undefined ? '' : ` (${group.taintsFrom})`}, and admission judges only the pods of zones.`,
        causes: [...poolRef(pool), { kind: 'zone', id: pool.zone }],
      });
    else findings.agree();
  }
}

/** Who may change a namespace must not be able to move it to another zone, nor to take it out of its own. */
function proveLabels(judged: JudgedCluster, findings: PlatformFindings): void {
  const { meant } = judged;
  const zones = unique(meant.namespaces.flatMap((n) => n.zone ?? [])).sort();
  const [someZone] = zones;
  if (someZone === undefined) return;
  for (const namespace of meant.namespaces) {
    const other = zones.find((z) => z !== namespace.zone);
    const tries = [
      { label: undefined, what: `can take namespace “${namespace.name}” out of its zone` },
      ...(other === undefined
        ? []
        : [{ label: other, what: `can put namespace “${namespace.name}” into zone “${other}”` }]),
    ].filter((t) => t.label !== namespace.zone);
    judgeLabels(judged, findings, { kind: 'namespace', id: namespace.id }, namespace.name, tries, zoneRef(namespace));
  }
  for (const namespace of meant.namespaces) proveGiven(judged, namespace, findings);
  const made = freeName(meant.namespaces.map((n) => n.name));
  judgeLabels(
    judged,
    findings,
    { kind: 'cluster', id: meant.cluster },
    made,
    zones
      .slice(0, 1)
      .map((label) => ({ label, what: `can make a namespace of zone “${label}” that the design does not hold` })),
    [{ kind: 'zone', id: someZone }],
  );
}

/** Whoever administrates the cluster must be able to make a namespace as the design has it. */
function proveGiven(judged: JudgedCluster, namespace: MeantNamespace, findings: PlatformFindings): void {
  const { meant, admission } = judged;
  const { zone } = namespace;
  if (zone === undefined) return;
  const labels = admission.namespaceLabels(namespace.name);
  const verdict = admission.admit({
    resource: 'namespaces',
    operation: 'CREATE',
    object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace.name, labels } },
    user: meant.administrator,
  });
  if (labels[meant.zoneLabel] === zone && verdict.outcome === 'admitted') findings.agree();
  else
    findings.add({
      kind: verdict.outcome === 'cannot-say' ? 'cannot-say' : 'missing',
      cluster: meant.cluster,
      subject: { kind: 'namespace', id: namespace.id },
      what: `Administrators cannot make namespace “${namespace.name}” in zone “${zone}”.`,
      reason:
        verdict.outcome === 'admitted'
          ? `The exported namespace does not carry the label ${meant.zoneLabel} with its zone.`
          : sentence([...verdict.messages, ...verdict.reasons].join('; ').replace(/\.$/, '')),
      causes: zoneRef(namespace),
    });
}

/** The API server takes labels of a namespace also from whoever may write its status or finalize it. */
const waysToLabels = ['namespaces', 'namespaces/status', 'namespaces/finalize'];

function judgeLabels(
  judged: JudgedCluster,
  findings: PlatformFindings,
  subject: Ref,
  name: string,
  tries: ReadonlyArray<{ readonly label: string | undefined; readonly what: string }>,
  causes: readonly Ref[],
): void {
  const { meant, admission } = judged;
  const isNew = subject.kind === 'cluster';
  for (const { label, what } of tries) {
    const before = admission.namespaceLabels(name);
    const { [meant.zoneLabel]: _, ...rest } = before;
    const labels = label === undefined ? rest : { ...rest, [meant.zoneLabel]: label };
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
    const oldObject = { ...object, metadata: { name, labels: before } };
    const requests: readonly AdmissionRequest[] = isNew
      ? [{ resource: 'namespaces', operation: 'CREATE', object }]
      : waysToLabels.map((resource) => ({ resource, operation: 'UPDATE', object, oldObject }));
    const verdict = requests.map((r) => admission.admit(r)).find((v) => v.outcome !== 'refused');
    if (verdict === undefined) findings.agree();
    else
      findings.add({
        kind: verdict.outcome === 'admitted' ? 'extra' : 'cannot-say',
        cluster: meant.cluster,
        subject,
        what: `Whoever may change namespaces ${what}.`,
        reason:
          verdict.outcome === 'admitted'
            ? `No admission policy protects the label ${meant.zoneLabel}, by which everything of a zone is bound.`
            : sentence(verdict.reasons.join('; ')),
        causes,
      });
  }
}

function whyThere(judged: JudgedCluster, namespace: MeantNamespace, pool: string): string {
  const group = judged.groups.find((g) => g.name === pool);
  const zoneTaint = group?.taints.find((t) => t.key === judged.meant.zoneLabel);
  const from = group?.taintsFrom === undefined ? '' : ` (${group.taintsFrom})`;
  const isForeign = group !== undefined && !isOwn(judged.meant, group, namespace.zone);
  if (isForeign && zoneTaint === undefined)
    return `The nodes of pool “${pool}” join without a taint for their zone${from}, and nothing else keeps the pods off.`;
  return `Neither their node selector nor a taint of the nodes of pool “${pool}” keeps the pods off.`;
}

function freeName(taken: readonly string[]): string {
  const known = new Set(taken);
  let name = 'made-later';
  while (known.has(name)) name = `${name}-x`;
  return name;
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

function zoneRef(namespace: MeantNamespace): Ref[] {
  return namespace.zone === undefined ? [] : [{ kind: 'zone', id: namespace.zone }];
}

function poolRef(pool: MeantPool | undefined): Ref[] {
  return pool === undefined ? [] : sortBy([{ kind: 'pool' as const, id: pool.id }], (r) => r.id);
}

/**
 * Runtimes of one cluster: which RuntimeClasses it has, on which nodes they can run, which each of its zones admits, and
 * what a pod gets that names none.
 */
import {
  distributionInfo,
  engineInfo,
  kubernetesFeatureSince,
  kubernetesHas,
  legacyRuntime,
  type RuntimeInfo,
  runtimeInfo,
} from '../../catalog/index.ts';
import type { Problem } from '../../lib/problem.ts';
import { sortBy, unique } from '../../lib/sort.ts';
import { type Isolation, type Pool, type Ref, type Runtime, ref } from '../../model/index.ts';
import type { CoverageNote } from '../bundle.ts';
import { causes } from '../provenance.ts';
import type { ClusterScope, Lowered, ZoneScope } from '../scope.ts';

export interface RuntimeClassIr {
  /** The id of the record, and the name of the RuntimeClass. */
  readonly id: string;
  readonly handler: string;
  readonly isolation: Isolation;
  /** Kubernetes quantities; absent where nothing is published or measured. */
  readonly overhead?: { readonly cpu?: string; readonly memory?: string };
  /** Only where some pool of the cluster has not the handler: the scheduler does not know handlers by itself. */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly causes: readonly Ref[];
}

export interface ZoneRuntimeIr {
  readonly zone: string;
  /** False where the zone names no runtimes: its pods may name no class and get what their node runs by default. */
  readonly restricted: boolean;
  /** Names of the RuntimeClasses that its pods may use, sorted. */
  readonly allowed: readonly string[];
  /**
   * A pod that names no class: `set`: it is given `defaultClass` by a MutatingAdmissionPolicy. `admit`: it is admitted and
   * runs under the node's own default. `refuse`: it is refused.
   */
  readonly unset: 'set' | 'admit' | 'refuse';
  readonly defaultClass?: string;
  readonly causes: readonly Ref[];
}

export interface RuntimeIr {
  /** Sorted by id. */
  readonly classes: readonly RuntimeClassIr[];
  /** Zones with a namespace in this cluster, outermost first. */
  readonly zones: readonly ZoneRuntimeIr[];
}

/**
 * The label of nodes that have a runtime. Like the zone's label it stands below `node-restriction.kubernetes.io`, so that
 * no kubelet can claim a runtime it has not.
 */
export function runtimeLabel(runtimeId: string): string {
  return `runtime.node-restriction.kubernetes.io/${runtimeId}`;
}

/** The handler key of the engine, RuntimeClass and node configuration alike. */
export function handlerOf(runtime: Runtime): string {
  return runtime.handler ?? runtimeInfo(runtime.from)?.handler ?? runtime.from;
}

/** Whether nodes of a pool can run a runtime: what the pool names, and what every installation of the engine has. */
export function poolHasRuntime(scope: ClusterScope, pool: Pick<Pool, 'runtimes'>, runtimeId: string): boolean {
  if (pool.runtimes?.includes(runtimeId)) return true;
  const record = scope.lookup.get('runtime', runtimeId);
  return record !== undefined && record.from === builtinRuntime(scope) && handlerOf(record) === record.from;
}

/** The catalogue id of what runs a pod without a runtime class. */
export function builtinRuntime(scope: ClusterScope): string {
  const distribution = distributionInfo(scope.cluster.distribution);
  return (
    distribution.defaultRuntime ?? engineInfo(scope.cluster.engine?.name ?? distribution.defaultEngine).builtinRuntime
  );
}

/** A runtime of the design that can be exported. Legacy and unknown ones are reported and left out everywhere. */
export function usableRuntime(
  scope: ClusterScope,
  id: string,
): { readonly record: Runtime; readonly info?: RuntimeInfo } | undefined {
  const record = scope.lookup.get('runtime', id);
  if (record === undefined || legacyRuntime(record.from) !== undefined) return undefined;
  const info = runtimeInfo(record.from);
  if (info !== undefined) return { record, info };
  return record.handler !== undefined && record.isolation !== undefined ? { record } : undefined;
}

export function lowerRuntime(scope: ClusterScope): Lowered<RuntimeIr> {
  const problems: Problem[] = [];
  const occupied = scope.zones.filter((z) => z.namespaces.length > 0);
  const users = new Map<string, string[]>();
  for (const zone of occupied) {
    for (const id of unique(zone.record.runtimes ?? [])) users.set(id, [...(users.get(id) ?? []), zone.id]);
  }
  const classes: RuntimeClassIr[] = [];
  for (const [id, zones] of sortBy(users, ([key]) => key)) {
    const made = lowerClass(scope, id, zones, problems);
    if (made !== undefined) classes.push(made);
  }
  const exported = new Set(classes.map((c) => c.id));
  const zones = occupied.map((z) => lowerZone(scope, z, exported));
  return { part: { classes, zones }, problems, coverage: coverageOf(scope, zones, classes) };
}

function lowerClass(
  scope: ClusterScope,
  id: string,
  zones: readonly string[],
  problems: Problem[],
): RuntimeClassIr | undefined {
  const record = scope.lookup.get('runtime', id);
  // A dangling reference is a finding of the drawing.
  if (record === undefined) return undefined;
  const usable = usableRuntime(scope, id);
  if (usable === undefined) {
    problems.push(unusable(id, record));
    return undefined;
  }
  const info = usable.info;
  const isolation = record.isolation ?? info?.isolation;
  if (isolation === undefined) return undefined;
  const overhead = { ...info?.overhead, ...record.overhead };
  const pools = scope.lookup.poolsOf(scope.id);
  const having = pools.filter((p) => poolHasRuntime(scope, p, id));
  return {
    id,
    handler: handlerOf(record),
    isolation,
    ...((overhead.cpu !== undefined || overhead.memory !== undefined) && { overhead }),
    ...(having.length < pools.length && { nodeSelector: { [runtimeLabel(id)]: 'true' } }),
    causes: causes(
      [ref('cluster', scope.id), ref('runtime', id)],
      zones.map((z) => ref('zone', z)),
      having.length < pools.length ? pools.map((p) => ref('pool', p.id)) : [],
    ),
  };
}

function lowerZone(scope: ClusterScope, zone: ZoneScope, exported: ReadonlySet<string>): ZoneRuntimeIr {
  const named = unique(zone.record.runtimes ?? []);
  if (named.length === 0) {
    return { zone: zone.id, restricted: false, allowed: [], unset: 'admit', causes: [ref('zone', zone.id)] };
  }
  const allowed = sortBy(
    named.filter((id) => exported.has(id)),
    (id) => id,
  );
  const because = causes(
    [ref('zone', zone.id)],
    allowed.map((id) => ref('runtime', id)),
  );
  const base = { zone: zone.id, restricted: true, allowed, causes: because };
  const [first] = named;
  if (first === undefined || !exported.has(first)) return { ...base, unset: 'refuse' };
  if (kubernetesHas(scope.cluster.version, 'mutatingAdmissionPolicy'))
    return { ...base, unset: 'set', defaultClass: first };
  const record = scope.lookup.get('runtime', first);
  const isNodeDefault =
    record !== undefined && record.from === builtinRuntime(scope) && handlerOf(record) === record.from;
  return { ...base, unset: isNodeDefault ? 'admit' : 'refuse', defaultClass: first };
}

function unusable(id: string, record: Runtime): Problem {
  const legacy = legacyRuntime(record.from);
  const base = {
    severity: 'error' as const,
    subject: { kind: 'runtime', id },
    path: ['runtimes', id, 'from'],
    fixable: false,
  };
  if (legacy !== undefined) {
    return {
      ...base,
      rule: 'compile/legacy-runtime',
      message: `Runtime “${id}” is ${legacy.label}, which nobody should use any more. ${legacy.reason} It is not exported and no zone admits it. Use “${legacy.successor}” instead.`,
    };
  }
  return {
    ...base,
    rule: 'compile/unknown-runtime',
    message: `Runtime “${id}” starts from “${record.from}”, which the catalogue does not know, so its handler and isolation are unknown. It is not exported and no zone admits it. Give it a handler and an isolation, or start it from a known runtime.`,
  };
}

function coverageOf(
  scope: ClusterScope,
  zones: readonly ZoneRuntimeIr[],
  classes: readonly RuntimeClassIr[],
): CoverageNote[] {
  const notes: CoverageNote[] = [];
  const cluster = scope.id;
  if (!kubernetesHas(scope.cluster.version, 'validatingAdmissionPolicy')) {
    return [
      {
        cluster,
        state: 'not-enforced',
        subject: 'Runtimes',
        text: `Kubernetes ${scope.cluster.version} has no ValidatingAdmissionPolicy (it came with ${kubernetesFeatureSince('validatingAdmissionPolicy')}), so pods may use any runtime class.`,
      },
    ];
  }
  if (zones.length > 0) {
    notes.push({
      cluster,
      state: 'enforced',
      subject: 'Runtimes',
      text: 'Pods may only name the runtime classes of their zone, by ValidatingAdmissionPolicy.',
    });
  }
  for (const zone of zones) {
    if (zone.unset === 'set') {
      notes.push({
        cluster,
        state: 'enforced',
        subject: `Default runtime of zone “${zone.zone}”`,
        text: `A pod that names no runtime class is given “${zone.defaultClass}”, by MutatingAdmissionPolicy.`,
      });
    } else if (zone.restricted && zone.unset === 'refuse') {
      notes.push({
        cluster,
        state: 'enforced',
        subject: `Default runtime of zone “${zone.zone}”`,
        text: `A pod that names no runtime class is refused: giving it the default of the zone needs Kubernetes ${kubernetesFeatureSince('mutatingAdmissionPolicy')} and a default that can be exported.`,
      });
    } else {
      notes.push({
        cluster,
        state: 'not-enforced',
        subject: `Default runtime of zone “${zone.zone}”`,
        text: `A pod that names no runtime class runs under what its node’s engine is set to; the export expects ${builtinRuntime(scope)}.`,
      });
    }
  }
  if (
    scope.cluster.cni?.name === 'cilium' &&
    classes.some((c) => c.isolation === 'user-space-kernel' || c.isolation === 'virtual-machine')
  ) {
    notes.push({
      cluster,
      state: 'not-enforced',
      subject: 'Sandboxed pods under Cilium',
      text: 'Cilium’s load balancing at sockets does not see the sockets inside a sandbox, so Services do not resolve there: set socketLB.hostNamespaceOnly=true in its configuration. Policies hold all the same.',
    });
  }
  if (classes.length > 0) {
    notes.push({
      cluster,
      state: 'not-enforced',
      subject: 'Static pods',
      text: 'Pods that a node starts from its own files pass no admission: whoever can write to a node decides their runtime.',
    });
  }
  return notes;
}

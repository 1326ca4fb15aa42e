/** Pods and what owns them, as workloads of a design. Each pod that policies could tell apart is a workload of its own. */
import type { Problem } from '../lib/problem.ts';
import { schema, type Workload, type WorkloadKind } from '../model/index.ts';
import type { SourceObject } from '../reach/index.ts';
import type { EstateCluster, EstateNamespace, EstateWorkload } from './estate.ts';
import { finding } from './findings.ts';
import { Ids, isId } from './ids.ts';
import { field, listAt, podTemplate, textAt, textsAt } from './objects.ts';
import { containerPorts, serviceRecord, servicesFor } from './services.ts';

export interface DrawnWorkload {
  readonly id: string;
  readonly record: Workload;
  readonly thing: number;
  readonly source: SourceObject;
}

/** What workloads name that other parts of the design hold. */
export interface Names {
  /** Ids of storage classes by the name in the cluster. */
  readonly classes: ReadonlyMap<string, string>;
  /** Ids of runtimes by the name of the RuntimeClass. */
  readonly runtimes: ReadonlyMap<string, string>;
}

export function drawWorkloads(
  cluster: EstateCluster,
  namespace: EstateNamespace,
  namespaceId: string,
  ids: Ids,
  names: Names,
  problems: Problem[],
): DrawnWorkload[] {
  const titles = new Set<string>();
  const own = namespace.workloads.map(({ thing, source }) => ({ thing, source, pod: cluster.reach.pods[thing] }));
  return own.flatMap(({ thing, source, pod }): DrawnWorkload[] => {
    if (pod === undefined) return [];
    let title = pod.name;
    for (let n = 2; titles.has(title); n += 1) title = `${pod.name}-${n}`;
    titles.add(title);
    if (title !== pod.name) {
      problems.push(
        finding(
          'same-name',
          'info',
          `There are several pods of ${namespace.name}/${pod.name} that policies can tell apart: of another kind, or with other labels. Each is a workload of its own; this one is called “${title}”.`,
          { source, kind: pod.kind, id: `${namespace.name}/${pod.name}` },
        ),
      );
    }
    const id = ids.take(title, 'workload');
    const record = recordOf(cluster, namespace, { thing, source }, names, problems);
    const rest = own.filter((o) => o.thing !== thing).map((o) => o.pod?.labels ?? {});
    return [
      {
        id,
        thing,
        source,
        record: {
          ...(title !== id && { name: title }),
          namespace: namespaceId,
          ...withSelector(id, record, source, rest),
        },
      },
    ];
  });
}

type Bare = Omit<Workload, 'namespace' | 'name'>;

function recordOf(
  cluster: EstateCluster,
  namespace: EstateNamespace,
  { thing, source }: EstateWorkload,
  names: Names,
  problems: Problem[],
): Bare {
  const { object } = source;
  const pod = cluster.reach.pods[thing];
  const spec = field(podTemplate(object), 'spec');
  const kind = kindOf(pod?.kind ?? object.kind);
  if (kind === undefined) {
    problems.push(
      finding(
        'kind-not-drawn',
        'info',
        `A design knows no ${pod?.kind ?? object.kind}; ${namespace.name}/${pod?.name ?? object.metadata.name} is drawn as a Deployment. Its pods and policies are the same.`,
        { source, kind: pod?.kind ?? object.kind, id: `${namespace.name}/${pod?.name ?? object.metadata.name}` },
      ),
    );
  }
  const labels = validLabels(pod?.labels ?? {}, source, problems);
  const services = servicesFor(cluster, namespace.name, pod?.labels ?? {});
  const ports = containerPorts(source, services);
  const replicas = replicasOf(object, kind);
  const runtime = runtimeOf(spec, names);
  const storage = claimsOf(cluster, namespace.name, source, names);
  const [service] = services;
  return {
    ...(kind !== undefined && kind !== 'Deployment' && { kind }),
    labels,
    ...(replicas !== undefined && replicas !== 1 && { replicas }),
    ...(Object.keys(ports).length > 0 && { ports }),
    ...(runtime !== undefined && { runtime }),
    ...(Object.keys(storage).length > 0 && { storage }),
    ...(service !== undefined && { service: serviceRecord(service, ports) }),
    ...(pod?.hostNetwork === true && { hostNetwork: true }),
  };
}

/** What policies select the workload by: its controller's own selector, as long as that picks none of its neighbours. */
function withSelector(
  id: string,
  { labels, ...rest }: Bare,
  source: SourceObject,
  others: ReadonlyArray<Readonly<Record<string, string>>>,
): Bare {
  const wanted = textsAt(source.object, 'spec', 'selector', 'matchLabels');
  const entries = Object.entries(wanted);
  const picks = (theirs: Readonly<Record<string, string>>) => entries.every(([k, v]) => theirs[k] === v);
  const all = Object.keys(labels ?? {}).length;
  const isOwn = entries.length > 0 && entries.length < all && picks(labels ?? {}) && !others.some(picks);
  const isDefault = all === 1 && labels?.app === id;
  return { ...(!isDefault && { labels }), ...(isOwn && { selector: wanted }), ...rest } as Bare;
}

function kindOf(kind: string): WorkloadKind | undefined {
  return schema.workloadKinds.find((known) => known === kind);
}

function validLabels(
  labels: Readonly<Record<string, string>>,
  source: SourceObject,
  problems: Problem[],
): Readonly<Record<string, string>> {
  const kept = Object.entries(labels).filter(
    ([key, value]) => schema.workload.shape.labels.safeParse({ [key]: value }).success,
  );
  if (kept.length < Object.keys(labels).length) {
    const { kind, metadata } = source.object;
    problems.push(
      finding(
        'bad-label',
        'warning',
        `Labels of the pods of ${kind} ${metadata.name} are no Kubernetes labels, and a cluster would refuse them; they are left out. Correct them in the manifest.`,
        { source, kind, id: metadata.name },
      ),
    );
  }
  return Object.fromEntries(kept);
}

function replicasOf(object: SourceObject['object'], kind: WorkloadKind | undefined): number | undefined {
  const found =
    kind === 'CronJob'
      ? field(object, 'spec', 'jobTemplate', 'spec', 'parallelism')
      : field(object, 'spec', kind === 'Job' ? 'parallelism' : 'replicas');
  return typeof found === 'number' && Number.isInteger(found) && found >= 0 && found <= 100000 ? found : undefined;
}

function runtimeOf(spec: unknown, names: Names): string | undefined {
  const name = textAt(spec, 'runtimeClassName');
  return name === undefined ? undefined : names.runtimes.get(name);
}

/** Claims by the name of the volume, with their class and size. */
function claimsOf(
  cluster: EstateCluster,
  namespace: string,
  source: SourceObject,
  names: Names,
): NonNullable<Workload['storage']> {
  const found: Record<string, { class?: string; size?: string }> = {};
  const add = (name: string, claim: unknown) => {
    const size = field(claim, 'resources', 'requests', 'storage');
    const storageClass = names.classes.get(textAt(claim, 'storageClassName') ?? '');
    const text = typeof size === 'number' ? String(size) : size;
    found[isId(name) ? name : new Ids(Object.keys(found)).take(name, 'data')] = {
      ...(storageClass !== undefined && { class: storageClass }),
      ...(typeof text === 'string' && /^[0-9]+(\.[0-9]+)?(m|k|[MGTPE]|[KMGTPE]i)?$/.test(text) && { size: text }),
    };
  };
  for (const template of listAt(source.object, 'spec', 'volumeClaimTemplates'))
    add(textAt(template, 'metadata', 'name') ?? 'data', field(template, 'spec'));
  const claims = cluster.objects.get('PersistentVolumeClaim') ?? [];
  const owner = source.object.metadata.name;
  for (const volume of listAt(field(podTemplate(source.object), 'spec'), 'volumes')) {
    const name = textAt(volume, 'name') ?? 'data';
    const ephemeral = field(volume, 'ephemeral', 'volumeClaimTemplate', 'spec');
    if (ephemeral !== undefined) add(name, ephemeral);
    const claimName = textAt(volume, 'persistentVolumeClaim', 'claimName');
    if (claimName === undefined) continue;
    const claim = claims.find(
      ({ object }) => object.metadata.name === claimName && (object.metadata.namespace ?? 'default') === namespace,
    );
    const own = claimName.startsWith(`${owner}-`) ? claimName.slice(owner.length + 1) : claimName;
    add(isId(own) ? own : name, field(claim?.object, 'spec'));
  }
  return found;
}

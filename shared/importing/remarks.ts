/** What is among the objects and fits nowhere in a design: said here, so that nothing is dropped without a word. */
import type { Problem } from '../lib/problem.ts';
import { sortBy, sortedEntries } from '../lib/sort.ts';
import type { SourceObject } from '../reach/index.ts';
import type { Estate, EstateCluster } from './estate.ts';
import { finding, listed } from './findings.ts';
import { managedBy } from './infer-zones.ts';
import { field, listAt, podTemplate, textAt, textsAt } from './objects.ts';
import { keyOf, type Proposal } from './proposal.ts';
import { servicesOf } from './services.ts';

export function remarks(estate: Estate, proposal: Proposal): Problem[] {
  return estate.clusters.flatMap((cluster) => [
    ...nothingRestricted(cluster),
    ...policiesWithoutPods(cluster),
    ...hostNetwork(cluster, proposal),
    ...servicesWithoutPods(cluster),
    ...hiddenClients(cluster),
    ...claimsWithoutClass(cluster),
    ...waysIn(cluster),
    ...foreignAdmission(cluster),
    ...kindsNotRead(cluster),
  ]);
}

/** Arrows between everything say less to a person than one sentence. */
function nothingRestricted({ id, reach, namespaces }: EstateCluster): Problem[] {
  if (reach.policies.length > 0 || namespaces.every((n) => n.workloads.length === 0)) return [];
  return [
    finding(
      'nothing-restricted',
      'warning',
      `No policy of cluster “${id}” restricts anything: every pod may reach every other and every address, and so the design draws a flow on all ports from and to each zone. Draw the flows that are needed, and remove those of all ports.`,
      { kind: 'cluster', id },
    ),
  ];
}

function policiesWithoutPods({ reach }: EstateCluster): Problem[] {
  const acting = new Set<SourceObject>();
  for (let thing = 0; thing < reach.pods.length; thing += 1) {
    // Probes and the stand-in for DNS are no pods of the estate.
    if (reach.pods[thing]?.source.file === undefined && reach.pods[thing]?.name.startsWith('zonewright_')) continue;
    for (const direction of ['ingress', 'egress'] as const) {
      for (const { isolatedBy, rules } of reach.chain(thing, direction)) {
        for (const policy of isolatedBy) acting.add(policy.source);
        for (const { policy } of rules) acting.add(policy.source);
      }
    }
  }
  return reach.policies
    .filter(
      ({ source }) => !acting.has(source) && textsAt(source.object, 'metadata', 'labels')[managedBy] !== 'zonewright',
    )
    .map(({ kind, namespace, name, source }) =>
      finding(
        'policy-selects-nothing',
        'warning',
        `${kind} ${namespace === undefined ? name : `${namespace}/${name}`} selects no pod of the manifests, so it protects nothing. Correct its selector, or remove it; the design does not hold it.`,
        { source, kind, id: name },
      ),
    );
}

function hostNetwork(cluster: EstateCluster, proposal: Proposal): Problem[] {
  const zones = new Map(proposal.namespaces.map((n) => [keyOf(n), n.zone]));
  return cluster.namespaces.flatMap((n) =>
    zones.get(keyOf({ cluster: cluster.id, name: n.name })) === undefined
      ? []
      : n.workloads
          .filter((w) => cluster.reach.isUnseen(w.thing))
          .map(({ source, thing }) => {
            const pod = cluster.reach.pods[thing];
            return finding(
              'host-network',
              'warning',
              `${pod?.kind} ${n.name}/${pod?.name} runs on the network of its nodes. Most network plugins hold no policy for it, so no arrow could say whom it reaches; it is drawn without arrows.`,
              { source, kind: pod?.kind ?? 'Pod', id: `${n.name}/${pod?.name ?? ''}` },
            );
          }),
  );
}

function servicesWithoutPods(cluster: EstateCluster): Problem[] {
  return servicesOf(cluster).flatMap((source): Problem[] => {
    const { object } = source;
    const namespace = object.metadata.namespace ?? 'default';
    const selector = Object.entries(textsAt(object, 'spec', 'selector'));
    const own = cluster.namespaces.find((n) => n.name === namespace)?.workloads ?? [];
    const isMet = own.some(({ thing }) => {
      const labels = cluster.reach.pods[thing]?.labels ?? {};
      return selector.every(([key, value]) => labels[key] === value);
    });
    if (selector.length > 0 && isMet) return [];
    const id = `${namespace}/${object.metadata.name}`;
    if (textAt(object, 'spec', 'type') === 'ExternalName') {
      const name = textAt(object, 'spec', 'externalName') ?? '';
      return [
        finding(
          'service-leads-outside',
          'info',
          `Service ${id} stands for the name ${name} outside the cluster. Draw it as an external with that name where a flow to it matters.`,
          { source, kind: 'Service', id },
        ),
      ];
    }
    return [
      finding(
        'service-without-pods',
        'info',
        selector.length === 0
          ? `Service ${id} has no selector: its addresses are set by somebody else. It is not drawn.`
          : `Service ${id} selects no pod of the manifests. It is not drawn; correct its selector where it should.`,
        { source, kind: 'Service', id },
      ),
    ];
  });
}

function hiddenClients(cluster: EstateCluster): Problem[] {
  return servicesOf(cluster).flatMap((source) => {
    const { object } = source;
    const isOutside = ['LoadBalancer', 'NodePort'].includes(textAt(object, 'spec', 'type') ?? '');
    if (!isOutside || textAt(object, 'spec', 'externalTrafficPolicy') === 'Local') return [];
    const id = `${object.metadata.namespace ?? 'default'}/${object.metadata.name}`;
    return [
      finding(
        'client-hidden',
        'info',
        `Service ${id} hides its clients: with externalTrafficPolicy Cluster its pods see addresses of nodes, so no policy can tell clients apart. Set it to Local where policies should.`,
        { source, kind: 'Service', id },
      ),
    ];
  });
}

function claimsWithoutClass(cluster: EstateCluster): Problem[] {
  const classes = new Set(
    (cluster.objects.get('storage.k8s.io/StorageClass') ?? []).map((s) => s.object.metadata.name),
  );
  const missing = new Map<string, string[]>();
  const ask = (name: string | undefined, owner: string) => {
    if (name === undefined || name === '' || classes.has(name)) return;
    const own = missing.get(name);
    if (own === undefined) missing.set(name, [owner]);
    else own.push(owner);
  };
  for (const { object } of cluster.objects.get('PersistentVolumeClaim') ?? [])
    ask(textAt(object, 'spec', 'storageClassName'), object.metadata.name);
  for (const { source } of cluster.namespaces.flatMap((n) => n.workloads)) {
    for (const template of listAt(source.object, 'spec', 'volumeClaimTemplates'))
      ask(textAt(template, 'spec', 'storageClassName'), source.object.metadata.name);
    for (const volume of listAt(podTemplate(source.object), 'spec', 'volumes'))
      ask(textAt(volume, 'ephemeral', 'volumeClaimTemplate', 'spec', 'storageClassName'), source.object.metadata.name);
  }
  return sortBy(missing, ([name]) => name).map(([name, owners]) =>
    finding(
      'no-storage-class',
      'warning',
      `Claims of ${listed(owners)} ask for the storage class ${name}, which is not among the manifests. They have no class in the design; import the StorageClass as well.`,
      { kind: 'StorageClass', id: name },
    ),
  );
}

/** Ingress, Gateway and Route lead to Services through pods of a controller, which is seldom among the manifests. */
function waysIn(cluster: EstateCluster): Problem[] {
  const kinds = ['networking.k8s.io/Ingress', 'route.openshift.io/Route', 'gateway.networking.k8s.io/HTTPRoute'];
  return kinds.flatMap((kind) =>
    (cluster.objects.get(kind) ?? []).map((source) => {
      const { object } = source;
      const id = `${object.metadata.namespace ?? 'default'}/${object.metadata.name}`;
      return finding(
        'way-in',
        'info',
        `${object.kind} ${id} lets traffic in through the pods of its controller${backends(object)}. A policy judges the controller’s pods, not the ${object.kind}: draw the controller as a workload, and the flow through it as a gateway or ingress.`,
        { source, kind: object.kind, id },
      );
    }),
  );
}

function backends(object: SourceObject['object']): string {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      const own = textAt(value, 'service', 'name') ?? textAt(value, 'serviceName');
      if (own !== undefined) names.add(own);
      Object.values(value).forEach(visit);
    }
  };
  visit(object.spec);
  const to = textAt(object, 'spec', 'to', 'name');
  if (to !== undefined) names.add(to);
  for (const rule of listAt(object, 'spec', 'rules'))
    for (const backend of listAt(rule, 'backendRefs')) names.add(textAt(backend, 'name') ?? '');
  names.delete('');
  return names.size === 0 ? '' : ` to ${listed([...names])}`;
}

/** Admission that Zonewright did not write may hold more than a design can say. */
function foreignAdmission(cluster: EstateCluster): Problem[] {
  const kinds = [
    'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
    'admissionregistration.k8s.io/MutatingAdmissionPolicy',
    'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
    'admissionregistration.k8s.io/MutatingWebhookConfiguration',
  ];
  const foreign = kinds.flatMap((kind) =>
    (cluster.objects.get(kind) ?? []).filter(
      ({ object }) => textsAt(object, 'metadata', 'labels')[managedBy] !== 'zonewright',
    ),
  );
  const [first] = foreign;
  if (first === undefined) return [];
  const names = foreign.map(({ object }) => object.metadata.name);
  return [
    finding(
      'admission-not-drawn',
      'info',
      `Cluster “${cluster.id}” has admission of its own (${listed(names)}). A design cannot hold it, and exports leave it alone; check that it and the design do not contradict each other.`,
      { source: first, kind: first.object.kind, id: first.object.metadata.name },
    ),
  ];
}

const read = new Set([
  ...['Namespace', 'Node', 'Service', 'PersistentVolumeClaim', 'ResourceQuota', 'storage.k8s.io/StorageClass'],
  ...['node.k8s.io/RuntimeClass', 'networking.k8s.io/NetworkPolicy', 'networking.k8s.io/Ingress'],
  ...['route.openshift.io/Route', 'gateway.networking.k8s.io/HTTPRoute'],
]);

/** One line for all kinds that no design holds: roles, accounts, autoscalers and the like. */
function kindsNotRead(cluster: EstateCluster): Problem[] {
  const policies = new Set(cluster.reach.policies.map((p) => p.source));
  const counts: Record<string, number> = {};
  for (const [kind, sources] of cluster.objects) {
    if (read.has(kind) || kind.startsWith('admissionregistration.k8s.io/')) continue;
    const rest = sources.filter((s) => podTemplate(s.object) === undefined && !policies.has(s) && !isLeftOut(s));
    if (rest.length > 0) counts[kind] = rest.length;
  }
  const told = sortedEntries(counts).map(([kind, count]) => `${kind.split('/').at(-1)} (${count})`);
  if (told.length === 0) return [];
  return [
    finding(
      'not-part-of-a-design',
      'info',
      `Cluster “${cluster.id}” holds objects that are not part of a design: ${told.join(', ')}.`,
      { kind: 'cluster', id: cluster.id },
    ),
  ];
}

/** Policies that could not be read have a finding of their own. */
function isLeftOut({ object }: SourceObject): boolean {
  return /Policy$/.test(object.kind) && field(object, 'spec') !== undefined;
}

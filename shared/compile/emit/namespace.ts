/** Namespaces: their zone, their Pod Security level, and where admission plugins pin pods, the nodes of their zone. */
import type { KubeObject } from '../../k8s/index.ts';
import { sortedEntries } from '../../lib/sort.ts';
import type { Ref } from '../../model/index.ts';
import type { CoverageNote } from '../bundle.ts';
import type { Emitter } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import { podSecurityOf } from '../lower/limits.ts';
import { causes } from '../provenance.ts';
import { type NamespaceScope, nodeZoneLabel } from '../scope.ts';

export const namespaces: Emitter = {
  id: 'namespace',
  docs: {
    title: 'Namespaces',
    formats: ['v1 Namespace'],
    files: ['namespaces.yaml'],
    covers:
      'Zone label and Pod Security level of every namespace; where zones share nodes also the node selector and tolerations that admission plugins read.',
    limits: 'Nothing keeps pods of older releases from running on until they are restarted.',
  },
  applies: (ir) => ir.namespaces.length > 0,
  emit: (ir) => ({
    files: [
      {
        path: 'namespaces.yaml',
        inKustomization: true,
        objects: ir.namespaces.map((n) => ({ object: namespaceObject(ir, n), causes: namespaceCauses(n) })),
      },
    ],
    problems: ir.namespaces.flatMap((n) =>
      Object.keys(n.record.labels ?? {})
        .filter((key) => isProtected(ir, key))
        .map((key) => ({
          rule: 'compile/namespace-label-protected',
          severity: 'warning' as const,
          message: `Namespace “${n.id}” sets the label “${key}”, which Zonewright derives from its zone; the label of the record is not exported. Remove it from the record.`,
          subject: { kind: 'namespace', id: n.id },
          path: ['namespaces', n.id, 'labels', key],
          fixable: false,
        })),
    ),
    coverage: coverageOf(ir),
  }),
};

function coverageOf(ir: ClusterIr): CoverageNote[] {
  const levels = new Map<string, string[]>();
  for (const n of ir.namespaces) {
    const level = podSecurityOf(ir.lookup.get('zone', n.zone));
    levels.set(level, [...(levels.get(level) ?? []), n.name]);
  }
  const free = levels.get('privileged') ?? [];
  const held = sortedEntries(Object.fromEntries(levels)).filter(([level]) => level !== 'privileged');
  return [
    ...(held.length === 0
      ? []
      : [
          {
            cluster: ir.id,
            state: 'enforced' as const,
            subject: 'Pod Security',
            text: `The labels of each Namespace hold its pods to a level of the Pod Security Standards: ${held.map(([level, names]) => `${level} (${some(names)})`).join(', ')}. They judge pods alone; whoever writes a Deployment is warned.${levels.has('restricted') ? ' What restricted asks of a pod stands in inventory/workloads.yaml; whether an image runs with it, the design does not say.' : ''}`,
          },
        ]),
    ...(free.length === 0
      ? []
      : [
          {
            cluster: ir.id,
            state: 'not-enforced' as const,
            subject: 'Pod Security',
            text: `Pods of ${some(free)} may ask for every privilege, because their zone says so; what other policies refuse stays refused.`,
          },
        ]),
  ];
}

/** The first few of many. */
function some(names: readonly string[]): string {
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

function namespaceObject(ir: ClusterIr, namespace: NamespaceScope): KubeObject {
  const level = podSecurityOf(ir.lookup.get('zone', namespace.zone));
  const annotations = annotationsOf(ir, namespace);
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: namespace.name,
      labels: {
        ...Object.fromEntries(sortedEntries(namespace.record.labels).filter(([key]) => !isProtected(ir, key))),
        'app.kubernetes.io/managed-by': 'zonewright',
        ...(namespace.zone !== undefined && { [ir.zoneLabel]: namespace.zone }),
        // `enforce` judges pods alone; `warn` and `audit` also say it where somebody writes a Deployment. The newest
        // version of the standard applies, so that a new Kubernetes never means an old check.
        ...Object.fromEntries(
          ['enforce', 'audit', 'warn'].flatMap((mode) => [
            [`pod-security.kubernetes.io/${mode}`, level],
            [`pod-security.kubernetes.io/${mode}-version`, 'latest'],
          ]),
        ),
      },
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
  };
}

/** Plugins of the API server read these; where they are off the annotations say nothing, and admission policies pin the pods. */
function annotationsOf(ir: ClusterIr, { zone }: NamespaceScope): Record<string, string> {
  if (zone === undefined || !ir.spansZones) return {};
  const selector = `${nodeZoneLabel}=${zone}`;
  const toleration = { key: ir.zoneLabel, operator: 'Equal', value: zone, effect: 'NoSchedule' };
  return {
    ...(ir.cluster.distribution === 'openshift' && { 'openshift.io/node-selector': selector }),
    ...(ir.nodes.admissionPlugins.includes('PodNodeSelector') && {
      'scheduler.alpha.kubernetes.io/node-selector': selector,
    }),
    ...(ir.nodes.admissionPlugins.includes('PodTolerationRestriction') && {
      'scheduler.alpha.kubernetes.io/defaultTolerations': JSON.stringify([toleration]),
    }),
  };
}

function isProtected(ir: ClusterIr, key: string): boolean {
  return (
    key === ir.zoneLabel ||
    key.startsWith('pod-security.kubernetes.io/') ||
    key === 'kubernetes.io/metadata.name' ||
    key === 'app.kubernetes.io/managed-by'
  );
}

function namespaceCauses(namespace: NamespaceScope): Ref[] {
  const zone: Ref[] = namespace.zone === undefined ? [] : [{ kind: 'zone', id: namespace.zone }];
  return causes(
    [
      { kind: 'namespace', id: namespace.id },
      { kind: 'cluster', id: namespace.record.cluster },
    ],
    zone,
  );
}

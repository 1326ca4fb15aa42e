/**
 * ResourceQuota: zeros for every class of the cluster that a namespace's zone does not allow. It only stops classes that
 * are named, and counts no claim without a class, so the admission policies beside it are the allow list.
 */
import type { Problem } from '../../lib/problem.ts';
import type { Emitter } from '../define.ts';
import type { StorageQuotaIr } from '../lower/storage-ir.ts';
import { managedLabels } from './zone-admission.ts';

const suffix = '.storageclass.storage.k8s.io';
/** The part of a quota key before the `/` is a DNS subdomain. */
const maxKeyPrefix = 253;

export const resourceQuotas: Emitter = {
  id: 'resource-quota',
  docs: {
    title: 'Storage quotas',
    formats: ['v1 ResourceQuota'],
    files: ['storage/resource-quotas.yaml'],
    covers: 'Zero for every storage class that the zone of a namespace does not name.',
    limits: 'Claims without a class and classes made later; the admission of storage covers them.',
  },
  applies: (ir) => ir.storage.quotas.length > 0,
  emit: (ir) => {
    const problems: Problem[] = ir.storage.classes
      .filter((c) => tooLong(c.name) && ir.storage.quotas.some((q) => q.denied.includes(c.name)))
      .map((c) => ({
        rule: 'compile/storage-class-name-too-long',
        severity: 'warning',
        message: `Storage class “${c.id}” has a name of ${c.name.length} characters, too long for the key of a ResourceQuota. Only the admission policies keep other zones from it. Use at most ${maxKeyPrefix - suffix.length} characters.`,
        subject: { kind: 'class', id: c.id },
        path: ['storage', 'classes', c.id, 'name'],
        fixable: false,
      }));
    return {
      files: [
        {
          path: 'storage/resource-quotas.yaml',
          inKustomization: true,
          objects: ir.storage.quotas.flatMap((q) =>
            [{ name: 'zone-storage', spec: { hard: hardOf(q) } }, ...attributesOf(q)].map(({ name, spec }) => ({
              causes: q.causes,
              object: {
                apiVersion: 'v1',
                kind: 'ResourceQuota',
                metadata: { name, namespace: q.namespace, labels: managedLabels(ir, q.zone) },
                spec,
              },
            })),
          ),
        },
      ],
      problems,
      coverage: [],
    };
  },
};

function hardOf(quota: StorageQuotaIr): Record<string, string> {
  const hard: Record<string, string> = {};
  // A namespace that may use no class at all may have no claim at all, also of classes that somebody adds later.
  if (quota.none) {
    hard.persistentvolumeclaims = '0';
    hard['requests.storage'] = '0';
  }
  for (const name of quota.denied) {
    if (tooLong(name)) continue;
    hard[`${name}${suffix}/persistentvolumeclaims`] = '0';
    hard[`${name}${suffix}/requests.storage`] = '0';
  }
  return hard;
}

/** A quota with a scope counts only the claims in it: those that ask for one of these VolumeAttributesClasses. */
function attributesOf({ deniedAttributes: values, none }: StorageQuotaIr) {
  if (values.length === 0 || none) return [];
  const scope = { scopeName: 'VolumeAttributesClass', operator: 'In', values };
  return [
    {
      name: 'zone-storage-attributes',
      spec: { hard: { persistentvolumeclaims: '0' }, scopeSelector: { matchExpressions: [scope] } },
    },
  ];
}

function tooLong(name: string): boolean {
  return name.length + suffix.length > maxKeyPrefix;
}

/**
 * The proof of storage: which classes a namespace can use under quota and admission, by a claim, by a claim that names no
 * class or an empty one, by claims that controllers make for StatefulSets and ephemeral volumes, and which volumes bring
 * storage past the classes. Whether the early refusals stand, on templates and pods, is asked on its own: without them
 * the claim is refused all the same, and a workload hangs where nobody looks.
 */
import type { AdmissionUser } from '../admission/index.ts';
import { unique } from '../lib/sort.ts';
import type { Ref } from '../model/index.ts';
import type { MeantNamespace } from './intent/index.ts';
import {
  type JudgedCluster,
  type PlatformFindings,
  type PodSpec,
  podRequest,
  whoJudges,
  withImage,
} from './platform.ts';

/** Volumes with which a pod brings its storage along, past claims and classes. */
const directVolumes: ReadonlyArray<readonly [string, object]> = [
  ['nfs', { server: '192.0.2.1', path: '/' }],
  ['iscsi', { targetPortal: '192.0.2.1:3260', iqn: 'iqn.2001-04.com.example:storage', lun: 0 }],
  ['csi', { driver: 'csi.example.com' }],
  ['rbd', { monitors: ['192.0.2.1:6789'], image: 'image' }],
  ['cephfs', { monitors: ['192.0.2.1:6789'] }],
  ['fc', { wwids: ['3600508b400105e210000900000490000'] }],
  ['hostPath', { path: '/' }],
];

/** Who makes a claim, and for what. */
const makers: ReadonlyArray<{ readonly user?: AdmissionUser; readonly words: string }> = [
  { words: '' },
  { user: controller('statefulset-controller'), words: ' for a StatefulSet' },
  { user: controller('ephemeral-volume-controller'), words: ' for an ephemeral volume' },
];

export function proveStorage(judged: JudgedCluster, findings: PlatformFindings): void {
  for (const alike of judged.alike) {
    const [first] = alike;
    const answers = questions(judged, first).map((q) => ({ ...q, ...q.ask() }));
    for (const namespace of alike) {
      const base = { cluster: judged.meant.cluster, subject: { kind: 'namespace', id: namespace.id } as Ref };
      const causes: Ref[] = namespace.zone === undefined ? [] : [{ kind: 'zone', id: namespace.zone }];
      for (const { isMeant, outcome, why, extra, missing, resource, group, plural } of answers) {
        if (outcome === 'cannot-say')
          findings.add({
            ...base,
            kind: 'cannot-say',
            what: `Cannot say whether: ${extra(namespace)}`,
            reason: why,
            causes,
          });
        else if ((outcome === 'admitted') === isMeant) findings.agree();
        else if (isMeant) findings.add({ ...base, kind: 'missing', what: missing(namespace), reason: why, causes });
        else
          findings.add({
            ...base,
            kind: 'extra',
            what: extra(namespace),
            reason: whoJudges(judged, namespace, { resource, ...(group && { group }) }, plural),
            causes,
          });
      }
      for (const { cause, reason } of namespace.unmadeClasses)
        findings.add({
          ...base,
          kind: 'missing',
          what: `Zone “${namespace.zone}” offers storage class “${cause.id}”, and no claim can use it.`,
          reason: `It is not exported: ${reason}.`,
          causes: [...causes, cause],
        });
    }
  }
  for (const namespace of judged.meant.namespaces.filter((n) => n.zone === undefined)) {
    const usable = classNames(judged).filter(
      (name) => claim(judged, namespace, { storageClassName: name }).outcome === 'admitted',
    );
    if (usable.length === 0) findings.agree();
    else
      findings.add({
        kind: 'extra',
        cluster: judged.meant.cluster,
        subject: { kind: 'namespace', id: namespace.id },
        what: `Claims of namespace “${namespace.name}” can use ${usable.map((n) => `“${n}”`).join(', ')}, and it belongs to no zone.`,
        reason: 'No quota sets these classes to zero there.',
        causes: [],
      });
  }
}

interface Answer {
  readonly outcome: 'admitted' | 'refused' | 'cannot-say';
  readonly why: string;
}

interface Question {
  readonly isMeant: boolean;
  readonly resource: string;
  /** Default: the core group. */
  readonly group?: string;
  readonly plural: string;
  ask(): Answer;
  extra(namespace: MeantNamespace): string;
  missing(namespace: MeantNamespace): string;
}

function questions(judged: JudgedCluster, first: MeantNamespace): Question[] {
  const names = classNames(judged);
  const later = laterThan(names);
  const allowed = new Set(first.classes);
  const isDefaultAllowed = judged.meant.defaultClass !== undefined && allowed.has(judged.meant.defaultClass);
  const pod = judged.accepted.get(first.id);
  const cases: ReadonlyArray<{ name: string | undefined; isMeant: boolean; words: string }> = [
    ...names.map((name) => ({ name, isMeant: allowed.has(name), words: `of storage class “${name}”` })),
    { name: later, isMeant: false, words: 'of a storage class that somebody makes later' },
    { name: undefined, isMeant: isDefaultAllowed, words: 'without a storage class' },
    { name: '', isMeant: false, words: 'of the empty storage class, which takes any volume that has none' },
  ];
  const claims = makers.flatMap((maker) =>
    cases.map(({ name, isMeant, words }): Question => {
      const spec = name === undefined ? {} : { storageClassName: name };
      const what = `a claim ${words}${maker.words}`;
      return {
        isMeant,
        resource: 'persistentvolumeclaims',
        plural: 'claims',
        ask: () => claim(judged, first, spec, { user: maker.user }),
        extra: (n) => `Namespace “${n.name}” can make ${what}, which zone “${n.zone}” does not offer.`,
        missing: (n) => `Zone “${n.zone}” offers it, and ${what} is refused in namespace “${n.name}”.`,
      };
    }),
  );
  const old = [...names.filter((n) => !allowed.has(n)), later].map((name): Question => {
    const spec = first.classes[0] === undefined ? {} : { storageClassName: first.classes[0] };
    return {
      isMeant: false,
      resource: 'persistentvolumeclaims',
      plural: 'claims',
      ask: () => claim(judged, first, spec, { annotations: { 'volume.beta.kubernetes.io/storage-class': name } }),
      extra: (n) =>
        `Namespace “${n.name}” can make a claim ${name === later ? 'of a storage class that somebody makes later' : `of storage class “${name}”`} by the annotation volume.beta.kubernetes.io/storage-class, which wins over the field; zone “${n.zone}” does not offer it.`,
      missing: () => '',
    };
  });
  const others = [...attributes(judged, first), ...fromElsewhere(judged, first)];
  if (pod === undefined) return [...claims, ...old, ...others];
  const ephemeral = cases.map(({ name, isMeant, words }): Question => {
    const spec = name === undefined ? {} : { storageClassName: name };
    return {
      isMeant,
      resource: 'pods',
      plural: 'pods',
      ask: () => {
        const volume = { name: 'v', ephemeral: { volumeClaimTemplate: { spec: claimSpec(spec) } } };
        return podAnswer(judged, first, { ...pod, volumes: [volume] });
      },
      extra: (n) =>
        `Pods of namespace “${n.name}” may ask for an ephemeral volume ${words}, which zone “${n.zone}” does not offer.`,
      missing: (n) =>
        `Zone “${n.zone}” offers it, and a pod with an ephemeral volume ${words} is refused in namespace “${n.name}”.`,
    };
  });
  const templates = cases.map(({ name, isMeant, words }): Question => {
    const spec = name === undefined ? {} : { storageClassName: name };
    return {
      isMeant,
      resource: 'statefulsets',
      group: 'apps',
      plural: 'StatefulSets',
      ask: () => statefulSet(judged, first, spec, pod),
      extra: (n) =>
        `StatefulSets of namespace “${n.name}” may ask for claims ${words}, which zone “${n.zone}” does not offer.`,
      missing: (n) =>
        `Zone “${n.zone}” offers it, and a StatefulSet with claims ${words} is refused in namespace “${n.name}”.`,
    };
  });
  const direct = directVolumes.map(
    ([type, source]): Question => ({
      isMeant: false,
      resource: 'pods',
      plural: 'pods',
      ask: () => podAnswer(judged, first, { ...pod, volumes: [{ name: 'v', [type]: source }] }),
      extra: (n) =>
        `Pods of namespace “${n.name}” can mount ${type} volumes, which bypass the storage classes of zone “${n.zone}”.`,
      missing: () => '',
    }),
  );
  return [...claims, ...old, ...others, ...ephemeral, ...templates, ...direct];
}

/** A claim can be made with a VolumeAttributesClass, and changed to one while it is in use. */
function attributes(judged: JudgedCluster, first: MeantNamespace): Question[] {
  const [storageClassName] = first.classes;
  if (!judged.meant.hasAttributes || storageClassName === undefined) return [];
  const names = unique([
    ...judged.admission.attributesClasses,
    ...judged.meant.namespaces.flatMap((n) => n.attributes),
  ]).sort();
  return [...names, laterThan(names)].flatMap((name) =>
    (['CREATE', 'UPDATE'] as const).map((operation): Question => {
      const what = `${operation === 'CREATE' ? 'make a claim with' : 'change a claim to'} ${names.includes(name) ? `volume attributes class “${name}”` : 'a volume attributes class that somebody makes later'}`;
      return {
        isMeant: first.attributes.includes(name),
        resource: 'persistentvolumeclaims',
        plural: 'claims',
        ask: () => claim(judged, first, { storageClassName, volumeAttributesClassName: name }, { operation }),
        extra: (n) => `Namespace “${n.name}” can ${what}, which zone “${n.zone}” does not offer.`,
        missing: (n) => `Zone “${n.zone}” offers it, and namespace “${n.name}” cannot ${what}.`,
      };
    }),
  );
}

/** With a ReferenceGrant of the other side, a claim can be filled from a namespace of another zone. */
function fromElsewhere(judged: JudgedCluster, first: MeantNamespace): Question[] {
  const [storageClassName] = first.classes;
  if (storageClassName === undefined) return [];
  const dataSourceRef = { kind: 'PersistentVolumeClaim', name: 'c', namespace: 'elsewhere' };
  return [
    {
      isMeant: false,
      resource: 'persistentvolumeclaims',
      plural: 'claims',
      ask: () => claim(judged, first, { storageClassName, dataSourceRef }),
      extra: (n) => `Claims of namespace “${n.name}” can be filled with data of other namespaces, also of other zones.`,
      missing: () => '',
    },
  ];
}

function claim(
  judged: JudgedCluster,
  namespace: MeantNamespace,
  spec: object,
  {
    annotations,
    user,
    operation = 'CREATE',
  }: {
    readonly operation?: 'CREATE' | 'UPDATE';
    readonly annotations?: Readonly<Record<string, string>>;
    readonly user?: AdmissionUser | undefined;
  } = {},
): Answer {
  const metadata = { name: 'probe', namespace: namespace.name, ...(annotations && { annotations }) };
  const object = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec: claimSpec(spec) };
  return answerOf(
    judged.admission.admit({
      resource: 'persistentvolumeclaims',
      operation,
      namespace: namespace.name,
      object,
      ...(operation === 'UPDATE' && { oldObject: { ...object, spec: claimSpec({}) } }),
      ...(user && { user }),
    }),
  );
}

function statefulSet(judged: JudgedCluster, namespace: MeantNamespace, spec: object, pod: PodSpec): Answer {
  return answerOf(
    judged.admission.admit({
      group: 'apps',
      resource: 'statefulsets',
      operation: 'CREATE',
      namespace: namespace.name,
      object: {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'probe', namespace: namespace.name },
        spec: {
          template: { spec: withImage(namespace, pod) },
          volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec(spec) }],
        },
      },
    }),
  );
}

function podAnswer(judged: JudgedCluster, namespace: MeantNamespace, spec: Readonly<Record<string, unknown>>): Answer {
  return answerOf(judged.admission.admit(podRequest(namespace, spec)));
}

function answerOf({ outcome, messages, reasons }: ReturnType<JudgedCluster['admission']['admit']>): Answer {
  return { outcome, why: (outcome === 'refused' ? messages : reasons.map((r) => `${r}.`)).join(' ') };
}

function controller(name: string): AdmissionUser {
  return {
    username: `system:serviceaccount:kube-system:${name}`,
    groups: ['system:authenticated', 'system:serviceaccounts', 'system:serviceaccounts:kube-system'],
  };
}

function claimSpec(spec: object): object {
  return { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec };
}

/** Classes that the cluster has, and classes of the design that other clusters have. */
function classNames(judged: JudgedCluster): string[] {
  return unique([...judged.admission.storageClasses, ...judged.meant.namespaces.flatMap((n) => n.classes)]).sort();
}

function laterThan(known: readonly string[]): string {
  let name = 'made-later';
  while (known.includes(name)) name = `${name}-x`;
  return name;
}

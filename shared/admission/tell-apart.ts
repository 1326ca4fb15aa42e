/**
 * Two versions of a validating admission policy, told apart by what they do. Both judge the same requests: the objects that
 * are there, and others made of the fields, texts and numbers that the expressions of both look at. What one lets in and
 * the other refuses is a witness. Where there is none, they may still differ for objects that nobody tried.
 */
import type { KubeObject } from '../k8s/index.ts';
import { isMap } from '../lib/is-map.ts';
import { sortBy, unique } from '../lib/sort.ts';
import { type Admission, admissionOf } from './admit.ts';
import { type Fields, fieldAt, listAt, mapAt, textAt, textMapAt, textsAt, withField } from './fields.ts';
import { enforceLabel } from './pod-security.ts';
import { expressionsOf, type Policy, readPolicies } from './policy.ts';
import { type FieldPath, readsOf } from './reads.ts';
import type { AdmissionRequest, AdmissionUser } from './request.ts';

export interface ToldApart {
  /** How many requests both versions were asked. */
  readonly tried: number;
  /** What the newer version lets in and the older refuses, in words: `a Pod in namespace shop with spec.hostPID: true`. */
  readonly letsIn?: string;
  /** What the newer version refuses and the older lets in. */
  readonly refuses?: string;
  /** Why nothing could be tried, without a period. */
  readonly cannotSay?: string;
}

/** Requests that two versions are asked at most; a thousand take some tenths of a second. */
const mostTries = 3_000;
const mostExamples = 40;

/** `name` is the policy's, on both sides. Its parameters are not known, and so one that takes some is not told apart. */
export function tellApart(before: readonly KubeObject[], after: readonly KubeObject[], name: string): ToldApart {
  const [older, newer] = [before, after].map((side) =>
    readPolicies(side, 'Validating').find((policy) => policy.name === name),
  );
  if (older === undefined || newer === undefined) return { tried: 0, cannotSay: 'it is on one side only' };
  const namespaces = namespacesFor([older, newer], before, after);
  const judges = [before, after].map((side) =>
    admissionOf([
      ...namespaces,
      ...side.filter((o) => o.kind === 'ValidatingAdmissionPolicy' && o.metadata.name === name),
      ...side.filter((o) => o.kind === 'ValidatingAdmissionPolicyBinding' && textAt(o, 'spec', 'policyName') === name),
    ]),
  );
  const [was, is] = judges;
  if (was === undefined || is === undefined) return { tried: 0, cannotSay: 'it is on one side only' };
  const trial = new Trial(was, is);
  const places = apart(namespaces, was, is);
  for (const asked of resourcesOf([older, newer])) {
    trial.room = Math.max(trial.room, 500);
    tryResource(trial, asked, [older, newer], places, [...after, ...before]);
  }
  return trial.answer();
}

interface Resource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly operations: ReadonlyArray<'CREATE' | 'UPDATE'>;
}

/** A request with what makes it differ from what is there, in words. */
interface Try {
  readonly request: AdmissionRequest;
  readonly example?: string;
  readonly edits: readonly string[];
}

class Trial {
  room = mostTries;
  private tried = 0;
  private letsIn: Try | undefined;
  private refuses: Try | undefined;
  private cannotSay: string | undefined;
  private said = 0;

  constructor(
    private readonly before: Admission,
    private readonly after: Admission,
  ) {}

  /** The number of complaints of either version. */
  ask(one: Try): readonly [number, number] {
    this.room -= 1;
    this.tried += 1;
    const [was, is] = [this.before.admit(one.request), this.after.admit(one.request)];
    const unsure = [was, is].find((verdict) => verdict.outcome === 'cannot-say');
    if (unsure === undefined) {
      this.said += 1;
      if (was.outcome === 'refused' && is.outcome === 'admitted') this.letsIn ??= one;
      if (was.outcome === 'admitted' && is.outcome === 'refused') this.refuses ??= one;
    } else this.cannotSay ??= unsure.reasons[0];
    return [was.messages.length, is.messages.length];
  }

  get isDone(): boolean {
    return this.room <= 0 || (this.letsIn !== undefined && this.refuses !== undefined);
  }

  answer(): ToldApart {
    return {
      tried: this.said,
      ...(this.letsIn !== undefined && { letsIn: wordsOf(this.letsIn) }),
      ...(this.refuses !== undefined && { refuses: wordsOf(this.refuses) }),
      ...(this.said === 0 && { cannotSay: this.cannotSay ?? 'it judges nothing that can be tried' }),
    };
  }
}

function tryResource(
  trial: Trial,
  asked: Resource,
  policies: readonly Policy[],
  places: readonly string[],
  objects: readonly KubeObject[],
): void {
  const [older, newer] = policies.map((policy) =>
    readsOf({
      expressions: expressionsOf(policy),
      variables: new Map(
        listAt(policy.spec, 'variables').map((v) => [textAt(v, 'name') ?? '', textAt(v, 'expression') ?? '']),
      ),
    }),
  );
  if (older === undefined || newer === undefined) return;
  const users: ReadonlyArray<AdmissionUser | undefined> = [
    undefined,
    ...(older.readsUser || newer.readsUser
      ? unique([...newer.texts, ...older.texts])
          .slice(0, 10)
          .map((text) => ({ username: text, groups: [text] }))
      : []),
  ];
  const isNamespaced = !ofTheCluster.has(asked.resource);
  const requestsOf = (object: Fields, old: Fields): AdmissionRequest[] =>
    (isNamespaced ? places : [undefined]).flatMap((namespace) =>
      asked.operations.flatMap((operation) =>
        users.map((user) => ({
          group: asked.group,
          version: asked.version,
          resource: asked.resource,
          operation,
          ...(namespace !== undefined && { namespace }),
          object: namespace === undefined ? object : withField(object, ['metadata', 'namespace'], namespace),
          ...(operation === 'UPDATE' && { oldObject: old }),
          ...(user !== undefined && { user }),
          ifClassExisted: true,
        })),
      ),
    );
  /** Asks about an object in every place; gives the fewest complaints of each version. */
  const ask = (object: Fields, { old = object, ...words }: { old?: Fields; example?: string; edits: string[] }) => {
    let least: readonly [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (const request of requestsOf(object, old)) {
      if (trial.isDone) break;
      const found = trial.ask({ request, ...words });
      least = [Math.min(least[0], found[0]), Math.min(least[1], found[1])];
    }
    return least;
  };

  const examples = examplesOf(asked, objects);
  for (const { object, name } of examples) ask(object, { example: name, edits: [] });
  const made = minimal(asked);
  const edits = editsOf(older, newer);
  const starts: Made[] = [
    ...[0, 1].map((side) =>
      climb({ object: made, edits: [] }, edits, (object, words) => ask(object, words)[side] ?? 0),
    ),
    { object: made, edits: [] },
    ...examples.slice(0, 3).map(({ object, name }) => ({ object, example: name, edits: [] })),
  ];
  for (const start of starts)
    for (const edit of edits) {
      if (trial.isDone) return;
      ask(edit.apply(start.object), {
        old: start.object,
        ...(start.example !== undefined && { example: start.example }),
        edits: [...start.edits, edit.words],
      });
    }
  // Two fields at once are tried where one version alone speaks of one of them.
  for (const one of edits.filter((edit) => edit.isFresh))
    for (const other of edits) {
      if (trial.isDone) return;
      if (one.field !== other.field) ask(other.apply(one.apply(made)), { old: made, edits: [other.words, one.words] });
    }
}

interface Made {
  readonly object: Fields;
  readonly example?: string;
  readonly edits: readonly string[];
}

interface Edit {
  readonly field: string;
  readonly words: string;
  /** One version alone looks at the field or knows the value. */
  readonly isFresh: boolean;
  apply(object: Fields): Fields;
}

function editsOf(older: ReturnType<typeof readsOf>, newer: ReturnType<typeof readsOf>): Edit[] {
  const keyOf = (path: FieldPath) => path.join('\u0000');
  const fields = new Map([...newer.fields, ...older.fields].map((path) => [keyOf(path), path]));
  const isFreshField = (key: string) =>
    [older, newer].filter((reads) => reads.fields.some((path) => keyOf(path) === key)).length === 1;
  const isFreshText = (text: unknown) =>
    [older, newer].filter(({ texts, numbers }) => texts.some((t) => t === text) || numbers.some((n) => n === text))
      .length === 1;
  // What one version alone knows comes first, because tries are not endless.
  const texts = sortBy(unique([...newer.texts, ...older.texts]), (text) => (isFreshText(text) ? '0' : '1')).slice(
    0,
    30,
  );
  const numbers = unique([...newer.numbers, ...older.numbers].flatMap((n) => [n, n + 1, n - 1])).slice(0, 12);
  const values = { texts: [...texts, 'something-else', ''], numbers, flags: [true, false], maps: [{}] };
  const paths = [...fields].slice(0, 60);
  return paths.flatMap(([key, path]): Edit[] => {
    const shown = path.join('.').replaceAll('.*', '[]');
    const isAround = paths.some(([other]) => other.startsWith(`${key}\u0000`));
    const found: Edit[] = (isAround ? [] : valuesOf(path, values)).map((value) => ({
      field: key,
      words: isMap(value) ? shown : `${shown}: ${typeof value === 'string' ? JSON.stringify(value) : String(value)}`,
      isFresh: isFreshField(key) || isFreshText(value),
      apply: (object) => setAt(object, path, value) as Fields,
    }));
    if (!isOptional(path)) return found;
    const isFresh = isFreshField(key);
    const apply = (object: Fields) => setAt(object, path, undefined) as Fields;
    return [...found, { field: key, words: `no ${shown}`, isFresh, apply }];
  });
}

/** What the API server would take for a field, as far as its name says: an object that it refuses anyway is no witness. */
function valuesOf(
  path: FieldPath,
  { texts, numbers, flags, maps }: Readonly<Record<'texts' | 'numbers' | 'flags' | 'maps', readonly unknown[]>>,
): readonly unknown[] {
  const name = path.at(-1) ?? '';
  if (/^(labels|annotations|nodeSelector|matchLabels)$/.test(path.at(-2) ?? '')) return texts;
  if (flagNames.test(name)) return flags;
  if (/([pP]ort|[rR]eplicas|Seconds)$|^runAs(User|Group)$/.test(name)) return numbers;
  if (mapNames.test(name)) return maps;
  if (/^(kind|apiVersion|namespace)$/.test(name)) return [];
  if (/(image|[nN]ame|[tT]ype|Policy|key|value|operator|effect|path|host)$/.test(name)) return texts;
  return [...texts, ...flags, ...numbers];
}

const flagNames =
  /^(host(Network|PID|IPC|Users)|privileged|allowPrivilegeEscalation|runAsNonRoot|readOnly\w*|automount\w*|share\w+)$/;
const mapNames =
  /^(hostPath|persistentVolumeClaim|emptyDir|ephemeral|csi|nfs|iscsi|secret|configMap|projected|downwardAPI|securityContext|capabilities|seccompProfile|affinity|lifecycle)$/;

/** No object is without these. */
function isOptional(path: FieldPath): boolean {
  const name = path.at(-1) ?? '';
  return name !== '*' && !/^(metadata|spec|template|containers|name|kind|apiVersion|namespace|image)$/.test(name);
}

/** Edits what is made until a version complains as little as edits of one field at a time can bring about. */
function climb(
  start: Made,
  edits: readonly Edit[],
  complaints: (object: Fields, words: { edits: string[] }) => number,
): Made {
  let best = start;
  let least = complaints(start.object, { edits: [] });
  for (let round = 0; round < 6 && least > 0; round += 1) {
    const better = edits.find((edit) => {
      const words = [...best.edits, edit.words];
      const found = complaints(edit.apply(best.object), { edits: words });
      if (found >= least) return false;
      least = found;
      return true;
    });
    if (better === undefined) break;
    best = { object: better.apply(best.object), edits: [...best.edits, better.words] };
  }
  return best;
}

/** A copy with a value at a path; `*` is every element of a list, of which there is one where there is none. */
function setAt(value: unknown, path: FieldPath, set: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return set;
  if (name === '*') {
    const items = Array.isArray(value) && value.length > 0 ? value : [{}];
    return items.map((item) => setAt(item, rest, set)).filter((item) => item !== undefined);
  }
  const { [name]: own, ...others } = isMap(value) ? value : {};
  const next = setAt(own, rest, set);
  return next === undefined ? others : { ...others, [name]: next };
}

const ofTheCluster = new Set([
  ...[
    'namespaces',
    'nodes',
    'persistentvolumes',
    'storageclasses',
    'runtimeclasses',
    'ingressclasses',
    'gatewayclasses',
  ],
  ...['clusterroles', 'clusterrolebindings', 'customresourcedefinitions', 'priorityclasses'],
]);

/** What the rules of either version name, so far as it can be asked: creating and changing. */
function resourcesOf(policies: readonly Policy[]): Resource[] {
  const found = new Map<string, Resource>();
  for (const policy of policies)
    for (const rule of listAt(policy.spec, 'matchConstraints', 'resourceRules')) {
      const all = textsAt(rule, 'operations') ?? [];
      const operations = (['CREATE', 'UPDATE'] as const).filter((o) => all.includes(o) || all.includes('*'));
      for (const group of textsAt(rule, 'apiGroups') ?? [])
        for (const named of textsAt(rule, 'resources') ?? []) {
          const resources = named === '*' || named === '*/*' ? ['pods', 'services'] : [named];
          for (const resource of resources) {
            const own = group === '*' ? (groupsOf[resource] ?? '') : group;
            const versions = textsAt(rule, 'apiVersions') ?? [];
            const version = versions.includes('*') ? 'v1' : (versions[0] ?? 'v1');
            const key = `${own}/${resource}`;
            const known = found.get(key)?.operations ?? [];
            found.set(key, { group: own, version, resource, operations: unique([...known, ...operations]) });
          }
        }
    }
  // Most of what is guarded is a pod in the end, and reads best.
  return sortBy([...found.values()], ({ resource }) => (resource === 'pods' ? '0' : '1')).slice(0, 8);
}

const groupsOf: Readonly<Record<string, string>> = {
  deployments: 'apps',
  statefulsets: 'apps',
  daemonsets: 'apps',
  replicasets: 'apps',
  jobs: 'batch',
  cronjobs: 'batch',
  ingresses: 'networking.k8s.io',
  networkpolicies: 'networking.k8s.io',
};

/** Objects that are there; of workloads also the pods that they make. */
function examplesOf({ group, resource }: Resource, objects: readonly KubeObject[]) {
  const found = new Map<string, { readonly object: Fields; readonly name: string }>();
  for (const object of objects) {
    if (found.size >= mostExamples) break;
    const { kind, metadata } = object;
    const name = [metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/');
    const own = object.apiVersion.includes('/') ? (object.apiVersion.split('/')[0] ?? '') : '';
    if (own === group && pluralOf(kind) === resource) put(found, { object, name: `${kind} ${name}` });
    const template = mapAt(object, 'spec', 'template');
    if (resource === 'pods' && isMap(template.spec))
      put(found, {
        object: {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: metadata.name, ...mapAt(template, 'metadata') },
          spec: template.spec,
        },
        name: `a Pod like that of ${kind} ${name}`,
      });
  }
  return [...found.values()];
}

function put<V extends { readonly name: string }>(found: Map<string, V>, example: V): void {
  if (!found.has(example.name)) found.set(example.name, example);
}

function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return /(s|x|ch)$/.test(name) ? `${name}es` : `${name}s`;
}

function minimal({ group, version, resource }: Resource): Fields {
  const [plain = ''] = resource.split('/');
  const singular = plain
    .replace(/ies$/, 'y')
    .replace(/(ss|x|ch)es$/, '$1')
    .replace(/s$/, '');
  const kind = kindsOf[singular] ?? `${singular.slice(0, 1).toUpperCase()}${singular.slice(1)}`;
  return {
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    metadata: { name: 'made-up' },
    spec: specOf(kind),
  };
}

function specOf(kind: string): Fields {
  const pod = { containers: [{ name: 'c', image: 'made-up' }] };
  if (kind === 'Pod') return pod;
  const template = { metadata: {}, spec: pod };
  if (kind === 'CronJob') return { jobTemplate: { spec: { template } } };
  return /^(Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|ReplicationController)$/.test(kind) ? { template } : {};
}

const kindsOf: Readonly<Record<string, string>> = {
  networkpolicy: 'NetworkPolicy',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
  replicaset: 'ReplicaSet',
  replicationcontroller: 'ReplicationController',
  cronjob: 'CronJob',
  persistentvolumeclaim: 'PersistentVolumeClaim',
  serviceaccount: 'ServiceAccount',
};

/**
 * The namespaces of both sides as they are after, without what Pod Security would refuse in them, and one with each label
 * that a selector of either version speaks of.
 */
function namespacesFor(
  policies: readonly Policy[],
  before: readonly KubeObject[],
  after: readonly KubeObject[],
): KubeObject[] {
  const found = new Map<string, KubeObject>();
  const made = (name: string, labels: Readonly<Record<string, string>>): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels },
  });
  for (const object of [...before, ...after]) {
    const own = object.metadata.namespace;
    if (own !== undefined && !found.has(own)) found.set(own, made(own, {}));
  }
  for (const object of [...before, ...after]) {
    if (object.kind !== 'Namespace') continue;
    const { [enforceLabel]: _, ...labels } = object.metadata.labels ?? {};
    found.set(object.metadata.name, { ...object, metadata: { ...object.metadata, labels } });
  }
  const selectors = policies.flatMap((policy) => [
    fieldAt(policy.spec, 'matchConstraints', 'namespaceSelector'),
    ...policy.bindings.map((binding) => fieldAt(binding.spec, 'matchResources', 'namespaceSelector')),
  ]);
  for (const [key, value] of unique(selectors.flatMap(labelsNamed))) {
    const name = key === 'kubernetes.io/metadata.name' ? value : `${key.split('/').at(-1)}-${value}`.toLowerCase();
    if (!found.has(name)) found.set(name, made(name, { [key]: value }));
  }
  if (!found.has('any-other')) found.set('any-other', made('any-other', {}));
  return [...found.values()];
}

function labelsNamed(selector: unknown): Array<readonly [string, string]> {
  return [
    ...Object.entries(textMapAt(selector, 'matchLabels')),
    ...listAt(selector, 'matchExpressions').flatMap((expression) => {
      const key = textAt(expression, 'key') ?? '';
      const values = textsAt(expression, 'values') ?? [];
      return (values.length === 0 ? ['anything'] : values).map((value) => [key, value] as const);
    }),
  ];
}

/** One namespace of each kind that either version treats by itself. */
function apart(namespaces: readonly KubeObject[], was: Admission, is: Admission): string[] {
  const found = new Map<string, string>();
  for (const { metadata } of namespaces) {
    const key = `${was.classOf(metadata.name)} ${is.classOf(metadata.name)}`;
    if (!found.has(key)) found.set(key, metadata.name);
  }
  return [...found.values()].slice(0, 8);
}

function wordsOf({ request, example, edits }: Try): string {
  const kind = textAt(request.object, 'kind') ?? request.resource;
  const place = request.namespace === undefined ? '' : ` in namespace ${request.namespace}`;
  const what = request.operation === 'UPDATE' ? 'a change of ' : '';
  const who = request.user === undefined ? '' : ` by ${request.user.username}`;
  const shown = edits.slice(-3).map((edit) => (edit.length > 100 ? `${edit.slice(0, 99)}…` : edit));
  const name = example ?? `a ${kind}`;
  return `${what}${name}${place}${shown.length === 0 ? '' : ` with ${shown.join(' and ')}`}${who}`;
}

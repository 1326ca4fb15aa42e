/**
 * Exports held against a real API server: every object of a cluster is applied as APPLY.md says, and the server is asked what
 * the proofs asked our evaluator of admission. Each answer must be the same.
 */
import { spawnSync } from 'node:child_process';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import type { AdmissionRequest, Verdict } from '../../shared/admission/index.ts';
import { prove } from '../../shared/analysis/index.ts';
import { compile } from '../../shared/compile/index.ts';
import { loadDesign } from '../../shared/document/index.ts';
import { sortedEntries } from '../../shared/lib/sort.ts';

export interface Asked {
  readonly request: AdmissionRequest;
  readonly verdict: Verdict;
}

/** What the proofs of a design ask of each cluster; equal questions once. */
export function questionsOf(text: string, name: string): ReadonlyMap<string, readonly Asked[]> {
  const { document } = loadDesign(text, { file: name });
  if (document === undefined) return new Map();
  const { topology } = document;
  const found = new Map<string, Map<string, Asked>>(sortedEntries(topology.clusters).map(([id]) => [id, new Map()]));
  prove(topology, compile(topology), (cluster, request, verdict) => {
    found.get(cluster)?.set(JSON.stringify(request), { request, verdict });
  });
  return new Map([...found].map(([id, asked]) => [id, [...asked.values()]]));
}

export interface ClusterResult {
  readonly applied: number;
  readonly agreed: number;
  /** Sentences, one for each refusal, warning and disagreement. */
  readonly faults: readonly string[];
  /** Kinds that the server does not serve. */
  readonly notServed: readonly string[];
}

/** kubectl talks about the kustomization, not the server. */
const isTalk = /Warning: Sorting order is set both|^ensure CRDs/;

type Json = Readonly<Record<string, unknown>>;

/** Applies the export in a folder of one cluster, asks, and deletes it again. */
export async function holdAgainst(
  config: KubeConfig,
  folder: string,
  questions: readonly Asked[],
): Promise<ClusterResult> {
  const faults: string[] = [];
  const notServed = new Set<string>();
  let applied = 0;
  // Zones are given by the administrators of the design alone, and the proof asks as one of them.
  const { username = 'admin', groups = [] } =
    questions.find((q) => q.request.resource === 'namespaces' && q.request.user)?.request.user ?? {};
  const as = [`--as=${username}`, ...groups.map((g) => `--as-group=${g}`)];
  const kubectl = (...args: string[]) => {
    const run = spawnSync('kubectl', ['--context', config.getCurrentContext(), ...as, ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    for (const line of run.stderr.split('\n').filter((l) => l !== '' && !isTalk.test(l))) {
      const missing = /no matches for kind "(\w+)" in version "([^"]+)"/.exec(line);
      if (missing === null) faults.push(`kubectl ${args.slice(0, 3).join(' ')}: ${line}`);
      else notServed.add(`${missing[2]} ${missing[1]}`);
    }
    return run.stdout;
  };
  try {
    for (const part of ['first', '.'])
      applied = kubectl('apply', '--validate=strict', '-k', join(folder, part))
        .split('\n')
        .filter((l) => / (created|configured|unchanged)$/.test(l)).length;
    await settled(config, faults);
    let agreed = 0;
    const usual = questions.filter((q) => q.request.ifClassExisted !== true);
    const existing = questions.filter((q) => q.request.ifClassExisted === true);
    for (const asked of usual) agreed += (await isSame(config, asked, faults)) ? 1 : 0;
    for (const name of new Set(existing.map(({ request }) => textOf(request.object, 'spec', 'runtimeClassName'))))
      await send(config, 'POST', 'apis/node.k8s.io/v1/runtimeclasses', {
        apiVersion: 'node.k8s.io/v1',
        kind: 'RuntimeClass',
        metadata: { name, labels: { 'against-a-cluster': 'yes' } },
        handler: 'runc',
      });
    // Admission sees a class as soon as its watch tells, not when it is made.
    if (existing.length > 0) await pause(1500);
    for (const asked of existing) agreed += (await isSame(config, asked, faults)) ? 1 : 0;
    return { applied, agreed, faults, notServed: [...notServed] };
  } finally {
    kubectl('delete', '--ignore-not-found', '-k', folder);
    kubectl('delete', 'runtimeclasses', '-l', 'against-a-cluster=yes');
  }
}

/** Waits until quotas are counted, and policies in force and looked through. */
async function settled(config: KubeConfig, faults: string[]): Promise<void> {
  const registration = 'apis/admissionregistration.k8s.io/v1';
  for (let tries = 0; tries < 60; tries += 1) {
    const quotas = itemsOf((await send(config, 'GET', 'api/v1/resourcequotas')).body);
    const policies = itemsOf((await send(config, 'GET', `${registration}/validatingadmissionpolicies`)).body);
    const accounts = itemsOf((await send(config, 'GET', 'api/v1/serviceaccounts')).body);
    const namespaces = itemsOf((await send(config, 'GET', 'api/v1/namespaces')).body);
    const isDone =
      quotas.every((q) => mapOf(q, 'status', 'hard') !== undefined) &&
      policies.every((p) => mapOf(p, 'status', 'typeChecking') !== undefined) &&
      accounts.filter((a) => textOf(a, 'metadata', 'name') === 'default').length === namespaces.length;
    if (isDone) {
      for (const policy of policies)
        for (const warning of listOf(mapOf(policy, 'status', 'typeChecking'), 'expressionWarnings'))
          faults.push(
            `type check of ${textOf(policy, 'metadata', 'name')} ${textOf(warning, 'fieldRef')}: ${textOf(warning, 'warning')}`,
          );
      await pause(2000);
      return;
    }
    await pause(1000);
  }
  faults.push('Quotas, policies or service accounts are not ready after a minute: is a controller manager running?');
}

async function isSame(config: KubeConfig, { request, verdict }: Asked, faults: string[]): Promise<boolean> {
  const { said, status, message } = await ask(config, request);
  if (said === verdict.outcome || said === 'not served') return true;
  const ours = [...verdict.messages, ...verdict.reasons].join(' ');
  faults.push(
    `${request.operation} ${request.resource} in ${request.namespace ?? 'the cluster'} by ${request.user?.username ?? 'somebody'}: here ${verdict.outcome} (${ours}), there ${said} (${status} ${message}). ${JSON.stringify(request.object)}`,
  );
  return false;
}

async function ask(config: KubeConfig, request: AdmissionRequest) {
  const { group = '', version = 'v1', resource, operation, namespace, user } = request;
  const api = `${group === '' ? 'api' : `apis/${group}`}/${version}${namespace === undefined ? '' : `/namespaces/${namespace}`}`;
  const object = completed(request);
  const name = textOf(object, 'metadata', 'name');
  const as = { username: 'somebody', groups: ['system:authenticated'], ...user };
  const isUpdate = operation === 'UPDATE';
  const [plural = '', ...sub] = resource.split('/');
  const held = isUpdate && resource === 'persistentvolumeclaims' ? await boundClaim(config, api, object) : undefined;
  const { status, body } = isUpdate
    ? await send(config, 'PUT', `${api}/${[plural, name, ...sub].join('/')}?dryRun=All`, held ?? object, as)
    : await send(config, 'POST', `${api}/${resource}?dryRun=All`, object, as);
  if (held !== undefined) await send(config, 'DELETE', `${api}/${resource}/${name}`);
  const message = textOf(body as Json, 'message') ?? '';
  // A field of a feature that is off goes without a word, and admission with it.
  const isDropped = sourceNamespace(object) !== undefined && status < 300 && sourceNamespace(body) === undefined;
  if (isDropped) return { said: 'not served', status, message };
  // Whether an object is there already is asked after admission.
  const isAdmitted = status < 300 || (status === 409 && textOf(body as Json, 'reason') === 'AlreadyExists');
  return { said: isAdmitted ? 'admitted' : status === 403 ? 'refused' : 'invalid', status, message };
}

function sourceNamespace(claim: unknown): string | undefined {
  return textOf(claim, 'spec', 'dataSourceRef', 'namespace');
}

/** What a claim is changed to, of a claim that is bound: the server changes no other. */
async function boundClaim(config: KubeConfig, api: string, wanted: Json): Promise<Json> {
  const { volumeAttributesClassName, ...spec } = mapOf(wanted, 'spec') ?? {};
  const bound = { ...wanted, spec: { ...spec, volumeName: 'some' } };
  const path = `${api}/persistentvolumeclaims`;
  const made = (await send(config, 'POST', path, bound)).body as Json;
  const name = textOf(wanted, 'metadata', 'name');
  // Without finalizers, which only a controller would take away, so that it can be deleted at once.
  const metadata = { ...mapOf(made, 'metadata'), finalizers: [] };
  const { body } = await send(config, 'PUT', `${path}/${name}/status`, {
    ...made,
    metadata,
    status: { phase: 'Bound' },
  });
  const now = body as Json;
  return { ...now, spec: { ...mapOf(now, 'spec'), volumeAttributesClassName } };
}

/** As the API server insists on it, in what no policy reads. */
function completed({ object, resource }: AdmissionRequest): Json {
  if (resource === 'pods') return { ...object, spec: withoutMounts(mapOf(object, 'spec')) };
  if (resource !== 'statefulsets') return object;
  const labels = { app: 'probe' };
  const template = mapOf(object, 'spec', 'template');
  return {
    ...object,
    spec: {
      ...mapOf(object, 'spec'),
      serviceName: 'probe',
      selector: { matchLabels: labels },
      template: { ...template, metadata: { labels } },
    },
  };
}

/** Pods of a StatefulSet mount what its controller brings. */
function withoutMounts(spec: Json | undefined): Json {
  return { ...spec, containers: listOf(spec, 'containers').map(({ volumeMounts: _, ...container }) => container) };
}

async function send(
  config: KubeConfig,
  method: string,
  path: string,
  body?: Json,
  as?: { readonly username: string; readonly groups: readonly string[] },
): Promise<{ readonly status: number; readonly body: unknown }> {
  const url = new URL(`${(config.getCurrentCluster()?.server ?? '').replace(/\/$/, '')}/${path}`);
  const options: https.RequestOptions = {
    method,
    headers: {
      'content-type': 'application/json',
      ...(as && { 'impersonate-user': as.username, 'impersonate-group': [...as.groups] }),
    },
  };
  await config.applyToHTTPSOptions(options);
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'http:' ? http : https).request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function itemsOf(body: unknown): readonly Json[] {
  return listOf(body as Json, 'items');
}

function at(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((o, key) => (o as Json | null | undefined)?.[key], object);
}

function mapOf(object: unknown, ...path: string[]): Json | undefined {
  return at(object, path) as Json | undefined;
}

function listOf(object: unknown, ...path: string[]): readonly Json[] {
  return (at(object, path) as readonly Json[] | undefined) ?? [];
}

function textOf(object: unknown, ...path: string[]): string | undefined {
  return at(object, path) as string | undefined;
}

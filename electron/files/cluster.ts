/**
 * Reading a cluster with the user's kubeconfig: lists of the kinds in cluster-kinds.ts, page by page, and nothing else.
 * What the user may not read is told, and everything else is there.
 */

import type { KubeConfig } from '@kubernetes/client-node';
import { isMap } from '../../shared/lib/is-map.ts';
import { type ClusterKind, clusterKinds } from './cluster-kinds.ts';
import { type ApiAnswer, ClusterError, get, type RequestOptions } from './cluster-request.ts';

export interface KubeContext {
  readonly name: string;
  readonly cluster: string;
  readonly server: string;
  readonly isCurrent: boolean;
}

export interface ReadProgress {
  readonly context: string;
  readonly kind: string;
  /** Kinds that are read, of all of them. */
  readonly done: number;
  readonly of: number;
  /** Objects so far. */
  readonly objects: number;
}

export interface ReadOptions extends RequestOptions {
  /** The path of a kubeconfig; default: `KUBECONFIG`, or the one in the home folder. */
  readonly kubeconfig?: string | undefined;
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
  /** Objects of one page; default: 500. */
  readonly page?: number | undefined;
}

export interface ClusterReading {
  readonly context: string;
  /** As the API server gives them, without managed fields. */
  readonly objects: ReadonlyArray<Readonly<Record<string, unknown>>>;
  /** A sentence for each kind, or kind and namespace, that could not be read, with the reason. */
  readonly withheld: ReadonlyArray<{ readonly kind: string; readonly message: string }>;
}

/** The contexts of a kubeconfig. Rejects with a ClusterError where there is none that can be read. */
export async function listContexts(kubeconfig?: string): Promise<readonly KubeContext[]> {
  const config = await load(kubeconfig);
  const current = config.getCurrentContext();
  // The library reads whatever stands there; a context whose name is a list is none that anybody could choose.
  const contexts = config.getContexts().filter(({ name, cluster }) => isText(name) && isText(cluster));
  return contexts.map(({ name, cluster }) => ({
    name,
    cluster,
    server: config.getCluster(cluster)?.server ?? '',
    isCurrent: name === current,
  }));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Rejects with a ClusterError where nothing can be read at all, and with the signal's reason where it is called off. */
export async function readCluster(context: string, options: ReadOptions = {}): Promise<ClusterReading> {
  const config = await load(options.kubeconfig);
  if (config.getContextObject(context) === null) {
    const known = config.getContexts().map((c) => c.name);
    throw new ClusterError(
      `The kubeconfig has no context ${JSON.stringify(context)}. It has ${known.length === 0 ? 'none' : known.join(', ')}.`,
    );
  }
  config.setCurrentContext(context);
  const reader = new Reader(config, context, options);
  for (const [done, kind] of clusterKinds.entries()) await reader.read(kind, done);
  if (reader.objects.length === 0 && reader.withheld.length > 0) {
    throw new ClusterError(
      `Nothing of ${context} may be read: ${reader.withheld[0]?.message ?? ''} Ask for a role that may list namespaces, workloads and network policies, such as “view”.`,
    );
  }
  return { context, objects: reader.objects, withheld: reader.withheld };
}

type Item = Readonly<Record<string, unknown>>;
type Page = { readonly items: readonly Item[]; readonly next?: string };

class Reader {
  readonly objects: Item[] = [];
  readonly withheld: Array<{ readonly kind: string; readonly message: string }> = [];
  private readonly namespaces: string[] = [];

  constructor(
    private readonly config: KubeConfig,
    private readonly context: string,
    private readonly options: ReadOptions,
  ) {}

  async read(kind: ClusterKind, done: number): Promise<void> {
    const { onProgress } = this.options;
    const tell = (count: number) =>
      onProgress?.({
        context: this.context,
        kind: kind.kind,
        done,
        of: clusterKinds.length,
        objects: this.objects.length + count,
      });
    tell(0);
    const whole = await this.list(kind, undefined, tell);
    if (whole.items !== undefined) {
      this.keep(kind, whole.items);
      return;
    }
    if (whole.status === 404) {
      const { otherApi, ...other } = kind;
      if (otherApi !== undefined) await this.read({ ...other, api: otherApi }, done);
      return;
    }
    // Whoever may not list a kind everywhere may still list it in some namespaces.
    const places = kind.isNamespaced && whole.status === 403 ? this.places() : [];
    const refused: string[] = [];
    for (const namespace of places) {
      const own = await this.list(kind, namespace, tell);
      if (own.items !== undefined) this.keep(kind, own.items);
      else if (own.status !== 404) refused.push(namespace);
    }
    if (places.length > 0 && refused.length === 0) {
      this.withheld.push({
        kind: kind.kind,
        message: `You may list ${kind.resource} in ${places.join(', ')} only; what other namespaces hold was not read.`,
      });
    } else {
      this.withheld.push({ kind: kind.kind, message: withheldText(kind, whole, refused) });
    }
  }

  /** Namespaces that could be listed, else the one that the context names. */
  private places(): readonly string[] {
    if (this.namespaces.length > 0) return this.namespaces;
    return [this.config.getContextObject(this.context)?.namespace ?? 'default'];
  }

  /** All pages. A list that went stale between two pages (410) is begun anew. */
  private async list(
    kind: ClusterKind,
    namespace: string | undefined,
    tell: (count: number) => void,
  ): Promise<{ readonly items?: Item[]; readonly status: number; readonly message?: string }> {
    const place = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
    for (let restart = 0; ; restart += 1) {
      const items: Item[] = [];
      let next: string | undefined;
      let isStale = false;
      do {
        const query = new URLSearchParams({ limit: String(this.options.page ?? 500), ...(next && { continue: next }) });
        const answer = await this.ask(`${kind.api}${place}/${kind.resource}?${query}`);
        if (answer.status === 410 && next !== undefined) {
          isStale = true;
          break;
        }
        const page = answer.status === 200 ? pageOf(answer.body) : undefined;
        if (page === undefined)
          return { status: answer.status === 200 ? 0 : answer.status, message: messageOf(answer) };
        items.push(...page.items);
        next = page.next;
        tell(items.length);
      } while (next !== undefined);
      if (!isStale) return { items, status: 200 };
      if (restart === mostRestarts)
        return { status: 410, message: 'the list changes faster than it can be read page by page' };
    }
  }

  private async ask(path: string): Promise<ApiAnswer> {
    try {
      const answer = await get(this.config, path, this.options);
      if (answer.status === 401) {
        throw new ClusterError(
          `The API server of ${this.context} does not accept your credentials (401). Sign in anew, as you do for kubectl, and try again.`,
        );
      }
      return answer;
    } catch (error) {
      this.options.signal?.throwIfAborted();
      if (error instanceof ClusterError) throw error;
      throw new ClusterError(
        `${this.context} cannot be reached at ${this.config.getCurrentCluster()?.server ?? 'its server'}: ${reasonOf(error)}.`,
      );
    }
  }

  private keep(kind: ClusterKind, items: readonly Item[]): void {
    const apiVersion = kind.api.replace(/^apis?\//, '');
    for (const item of items) {
      const metadata = isMap(item.metadata) ? item.metadata : {};
      if (kind.kind === 'Namespace' && typeof metadata.name === 'string') this.namespaces.push(metadata.name);
      if (isMadeByAnother(kind, metadata)) continue;
      const { managedFields: _, ...rest } = metadata;
      this.objects.push({ ...item, apiVersion, kind: kind.kind, metadata: rest });
    }
  }
}

const mostRestarts = 3;

/** Pods, replica sets and jobs that a controller made; the controller itself is read. */
function isMadeByAnother({ kind }: ClusterKind, { ownerReferences }: Item): boolean {
  if (!['Pod', 'ReplicaSet', 'Job'].includes(kind) || !Array.isArray(ownerReferences)) return false;
  return ownerReferences.some((o) => isMap(o) && o.controller === true && known.has(String(o.kind)));
}

const known = new Set(clusterKinds.map((k) => k.kind).filter((kind) => kind !== 'Node'));

function pageOf(body: unknown): Page | undefined {
  if (!isMap(body) || !Array.isArray(body.items)) return undefined;
  const next = isMap(body.metadata) ? body.metadata.continue : undefined;
  return {
    items: body.items.filter(isMap),
    ...(typeof next === 'string' && next !== '' && { next }),
  };
}

function withheldText(
  { resource }: ClusterKind,
  { status, message }: { readonly status: number; readonly message?: string },
  refused: readonly string[],
): string {
  if (status === 403) {
    const where = refused.length === 0 ? '' : ` in ${refused.slice(0, 5).join(', ')}`;
    return `You may not list ${resource}${where} (403), so they were not read.`;
  }
  return `The ${resource} could not be read: ${message ?? `status ${status}`}.`;
}

function messageOf({ status, body }: ApiAnswer): string {
  const told = isMap(body) && typeof body.message === 'string' ? body.message.replace(/\.$/, '') : undefined;
  if (status === 200) return 'the answer is no list; is this the address of an API server?';
  return told ?? `the server answers with status ${status}`;
}

/** Errors of sockets and of exec plugins; some of them hold others. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return (error instanceof Error ? error.message : String(error)).replace(/[\s.:]+$/, '').trim();
}

/** The library is large, and most people never read a cluster, so it is loaded by the first who does. */
async function load(kubeconfig: string | undefined): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
    // Without any file the library makes up a cluster on this machine.
    if (config.getCurrentContext() === 'loaded-context')
      throw new Error('there is none, neither where KUBECONFIG points nor in .kube/config of the home folder');
  } catch (error) {
    throw new ClusterError(
      `The kubeconfig ${kubeconfig ?? ''} cannot be read: ${reasonOf(error)}. Name another one.`.replace('  ', ' '),
    );
  }
  return config;
}

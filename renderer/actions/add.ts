/** New records without the mouse: each goes where the selection says, else into the first place that fits. */

import { newestKubernetes, runtimes as runtimeCatalog } from '../../shared/catalog/index.ts';
import { addRecord, freeId } from '../../shared/commands/index.ts';
import { type Kind, kinds, lookup, type RecordOf, type Ref, ref, type Topology } from '../../shared/model/index.ts';
import { homeAt } from './clipboard.ts';
import { type ActionContext, defineAction } from './define.ts';
import { kindIcons } from './kind-icons.ts';

export const addActions = (Object.keys(kinds) as Kind[]).map((kind) =>
  defineAction({
    id: `add.${kind}`,
    label: `Add ${kinds[kind].label.toLowerCase()}`,
    group: 'Draw',
    icon: kindIcons[kind],
    when: (context) => 'record' in newRecord(context.stores.documents.getState().topology, kind, selectedRef(context)),
    run: (context) => {
      const made = addNew(context, kind);
      if (made === undefined) return;
      const { ui } = context.stores;
      // As after drawing it by mouse, what is typed next is its name: on the picture, or where it has no place there its id.
      if (isDrawn(kind)) {
        ui.getState().revealRefs([made]);
        ui.getState().set({ renaming: made });
      } else ui.getState().set({ rightOpen: true, focusField: 'id' });
    },
  }),
);

/** Adds a record of a kind, selects it, and returns its ref; says what is missing where it has no place to be. */
export function addNew(
  context: ActionContext,
  kind: Kind,
  near: Ref | undefined = selectedRef(context),
): Ref | undefined {
  const { documents, ui } = context.stores;
  const made = newRecord(documents.getState().topology, kind, near);
  if ('missing' in made) {
    ui.getState().show({ tone: 'info', text: made.missing });
    return undefined;
  }
  documents.getState().run(addRecord, made);
  ui.getState().select([made.ref]);
  return made.ref;
}

function isDrawn(kind: Kind): boolean {
  return kind !== 'flow' && kind !== 'pool' && kind !== 'class' && kind !== 'runtime';
}

export type Made = { readonly ref: Ref; readonly record: RecordOf[Kind] } | { readonly missing: string };

/** The smallest record of a kind that is valid in this design. */
export function newRecord(topology: Topology, kind: Kind, near?: Ref): Made {
  const index = lookup(topology);
  const home = near === undefined ? {} : homeAt(topology, near);
  const zone =
    home.zone ?? (home.cluster === undefined ? undefined : index.zonesOfCluster(home.cluster)[0]) ?? index.zones[0]?.id;
  const cluster =
    home.cluster ?? (zone === undefined ? undefined : index.clustersOfZone(zone)[0]) ?? index.clusters[0]?.id;
  const make = <K extends Kind>(id: string, record: RecordOf[K]): Made => ({
    ref: ref(kind, freeId(topology, kind, id)),
    record,
  });
  switch (kind) {
    case 'zone':
      return make<'zone'>('zone', { trust: freeTrust(index.zones.map((z) => z.trust)) });
    case 'cluster': {
      const pools = zone === undefined ? {} : { pools: { [`${zone}-a`.slice(0, 63)]: { zone, nodes: 3 } } };
      return make<'cluster'>('cluster', {
        distribution: 'kubeadm',
        version: newestKubernetes,
        cni: { name: 'calico' },
        ...pools,
      });
    }
    case 'pool': {
      if (cluster === undefined) return { missing: 'A node pool belongs to a cluster. Draw a cluster first.' };
      if (zone === undefined) return { missing: 'A node pool stands in a zone. Draw a zone first.' };
      const pooled = new Set(index.poolsOf(cluster).map((p) => p.zone));
      const free =
        (near?.kind === 'cluster' ? undefined : home.zone) ?? index.zones.find((z) => !pooled.has(z.id))?.id ?? zone;
      return make<'pool'>(`${cluster}/${free}-a`, { zone: free, nodes: 3 });
    }
    case 'namespace':
      if (cluster === undefined) return { missing: 'A namespace belongs to a cluster. Draw a cluster first.' };
      return make<'namespace'>('namespace', { cluster, ...(zone !== undefined && { zone }) });
    case 'workload': {
      const inPlace = index.namespaces.filter(
        (n) =>
          (home.cluster === undefined || n.cluster === home.cluster) &&
          (home.zone === undefined || n.zone === home.zone),
      );
      const namespace = home.namespace ?? (inPlace[0] ?? index.namespaces[0])?.id;
      if (namespace === undefined) return { missing: 'A workload runs in a namespace. Draw a namespace first.' };
      return make<'workload'>('workload', { namespace });
    }
    case 'external':
      return make<'external'>('external', {});
    case 'endpoint':
      if (zone === undefined) return { missing: 'A storage endpoint stands in a zone. Draw a zone first.' };
      return make<'endpoint'>('storage', { zone, type: 'nfs' });
    case 'class': {
      const endpoints = Object.keys(topology.storage?.endpoints ?? {}).sort();
      const endpoint = near?.kind === 'endpoint' ? near.id : endpoints[0];
      if (endpoint === undefined)
        return { missing: 'A storage class uses a storage endpoint. Draw a storage endpoint first.' };
      return make<'class'>(endpoint, { endpoint });
    }
    case 'runtime': {
      const listed = new Set(Object.values(topology.runtimes ?? {}).map((r) => r.from));
      const from = runtimeCatalog.find((r) => !listed.has(r.id))?.id ?? 'runc';
      return make<'runtime'>(from, { from });
    }
    case 'flow': {
      const to = near?.kind === 'workload' ? near.id : index.workloads[1]?.id;
      const from = index.workloads.find((w) => w.id !== to)?.id;
      if (from === undefined || to === undefined)
        return { missing: 'A flow connects two ends. Draw two workloads first.' };
      const port = Object.keys(index.get('workload', to)?.ports ?? {})[0];
      return make<'flow'>(`${from}-${to}`, {
        from: { workload: from },
        to: { workload: to },
        ports: [{ port: port ?? 443 }],
      });
    }
  }
}

/** The first three zones get 20, 50 and 80; then inside the widest gap, so that the place among the others is plain. */
function freeTrust(taken: readonly number[]): number {
  const usual = [20, 50, 80];
  const next = usual[taken.length];
  if (next !== undefined && taken.every((trust) => usual.slice(0, taken.length).includes(trust))) return next;
  const known = [0, ...taken, 100].sort((a, b) => a - b);
  let best = { size: -1, at: 50 };
  for (let i = 1; i < known.length; i += 1) {
    const low = known[i - 1] ?? 0;
    const high = known[i] ?? 100;
    const middle = Math.round((low + high) / 2);
    if (high - low > best.size && !taken.includes(middle)) best = { size: high - low, at: middle };
  }
  return best.at;
}

function selectedRef({ stores }: ActionContext): Ref | undefined {
  return stores.ui.getState().selection[0];
}

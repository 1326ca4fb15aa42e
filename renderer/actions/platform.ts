/** The platform's own traffic as ready-made records, so that the first rollout does not cut it off. */
import { ChartLine, KeyRound, type LucideIcon, ServerCog, ShieldCheck } from 'lucide-react';
import { platformComponents } from '../../shared/catalog/index.ts';
import { apiServerAddresses, type End, lookup, type Ref, type Topology } from '../../shared/model/index.ts';
import { runCalls } from './apply-fix.ts';
import { homeAt } from './clipboard.ts';
import { type ActionContext, defineAction } from './define.ts';
import { apiServerCalls, componentCalls, type PlatformCalls, type PlatformPlace } from './platform-calls.ts';

const icons: Readonly<Record<string, LucideIcon>> = { prometheus: ChartLine, 'cert-manager': KeyRound };

export const platformActions = [
  defineAction({
    id: 'platform.api',
    label: 'Let it use the Kubernetes API',
    group: 'Draw',
    icon: ServerCog,
    inContextMenu: true,
    when: (context) => callerOf(selectedRef(context)) !== undefined,
    run: (context) => {
      const from = callerOf(selectedRef(context));
      if (from === undefined) return;
      draw(context, 'Let it use the Kubernetes API', apiServerCalls(topologyOf(context), from));
    },
  }),
  ...platformComponents.map((component) =>
    defineAction({
      id: `platform.${component.id}`,
      label: `Add ${component.label} with its traffic`,
      group: 'Draw',
      icon: icons[component.id] ?? ShieldCheck,
      when: (context) => placeOf(topologyOf(context), selectedRef(context)) !== undefined,
      run: (context) => {
        const topology = topologyOf(context);
        const place = placeOf(topology, selectedRef(context));
        if (place === undefined) return;
        draw(context, `Add ${component.label}`, componentCalls(topology, component, place));
      },
    }),
  ),
];

/** The selection's own cluster and zone; else the first cluster, and of its zones that of its control plane or the most trusted. */
function placeOf(topology: Topology, near: Ref | undefined): PlatformPlace | undefined {
  const index = lookup(topology);
  const home = near === undefined ? {} : homeAt(topology, near);
  const cluster =
    home.cluster ?? (home.zone === undefined ? undefined : index.clustersOfZone(home.zone)[0]) ?? index.clusters[0]?.id;
  if (cluster === undefined) return undefined;
  const zone = home.zone ?? index.get('cluster', cluster)?.controlPlane?.zone ?? index.zonesOfCluster(cluster).at(-1);
  return zone === undefined ? undefined : { cluster, zone };
}

function callerOf(selected: Ref | undefined): End | undefined {
  switch (selected?.kind) {
    case 'workload':
      return { workload: selected.id };
    case 'namespace':
      return { namespace: selected.id };
    case 'zone':
      return { zone: selected.id };
    default:
      return undefined;
  }
}

function draw({ stores }: ActionContext, label: string, { calls, made }: PlatformCalls): void {
  const { documents, ui } = stores;
  runCalls(stores, label, calls);
  ui.getState().revealRefs(made);
  const { clusters = {} } = documents.getState().topology;
  const unknown = Object.entries(clusters).filter(([, c]) => apiServerAddresses(c).length === 0);
  ui.getState().show({
    tone: 'success',
    text:
      unknown.length === 0
        ? 'Drawn with the flows it needs. Check their ports, and give them an owner.'
        : `Drawn. ${unknown.map(([id]) => id).join(', ')} does not say where its API server is; set it at the cluster.`,
    action: { label: 'Undo', id: 'edit.undo' },
  });
}

function topologyOf({ stores }: ActionContext): Topology {
  return stores.documents.getState().topology;
}

function selectedRef({ stores }: ActionContext): Ref | undefined {
  return stores.ui.getState().selection[0];
}

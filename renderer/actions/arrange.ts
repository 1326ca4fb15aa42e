import type { LucideIcon } from 'lucide-react';
import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalDistributeCenter,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalDistributeCenter,
  LayoutDashboard,
  WandSparkles,
} from 'lucide-react';
import { clearLayout, type LayoutEntry, type LayoutTarget, setLayout } from '../../shared/commands/index.ts';
import { lookup, type Ref, type Topology } from '../../shared/model/index.ts';
import { type Alignment, alignSelection, canvasView, distributeSelection } from '../canvas/index.ts';
import { type ActionContext, defineAction } from './define.ts';

function aligned(how: Alignment, label: string, icon: LucideIcon) {
  return defineAction({
    id: `arrange.align-${how}`,
    label,
    group: 'Arrange',
    icon,
    inContextMenu: true,
    when: (context) => placed(context).length > 1,
    run: (context) => set(context, alignSelection(topologyOf(context), placed(context), how, shown())),
  });
}

function distributed(along: 'horizontal' | 'vertical', label: string, icon: LucideIcon) {
  return defineAction({
    id: `arrange.distribute-${along}`,
    label,
    group: 'Arrange',
    icon,
    inContextMenu: true,
    when: (context) => placed(context).length > 2,
    run: (context) => set(context, distributeSelection(topologyOf(context), placed(context), along, shown())),
  });
}

export const arrangements = [
  defineAction({
    id: 'arrange.all',
    label: 'Arrange by trust',
    group: 'Arrange',
    icon: WandSparkles,
    shortcuts: ['Shift+A'],
    run: (context) => {
      const hadPlaces = topologyOf(context).layout !== undefined;
      context.stores.documents.getState().run(clearLayout, { targets: 'all' });
      canvasView.getState().api?.rearrange();
      canvasView.getState().api?.fitAll();
      if (!hadPlaces) return;
      context.stores.ui.getState().show({
        tone: 'info',
        text: 'Everything is arranged by trust again.',
        action: { label: 'Undo', id: 'edit.undo' },
      });
    },
  }),
  defineAction({
    id: 'arrange.selection',
    label: 'Arrange the selection',
    group: 'Arrange',
    icon: LayoutDashboard,
    inContextMenu: true,
    when: (context) => hasLayout(context),
    run: (context) =>
      context.stores.documents
        .getState()
        .run(clearLayout, { targets: placed(context).flatMap((r) => targetsOf(topologyOf(context), r)) }),
  }),
];

export const alignments = [
  aligned('left', 'Align left', AlignStartVertical),
  aligned('centre', 'Align centres', AlignCenterVertical),
  aligned('right', 'Align right', AlignEndVertical),
  aligned('top', 'Align top', AlignStartHorizontal),
  aligned('middle', 'Align middles', AlignCenterHorizontal),
  aligned('bottom', 'Align bottom', AlignEndHorizontal),
  distributed('horizontal', 'Distribute horizontally', AlignHorizontalDistributeCenter),
  distributed('vertical', 'Distribute vertically', AlignVerticalDistributeCenter),
];

function topologyOf({ stores }: ActionContext): Topology {
  return stores.documents.getState().topology;
}

function shown() {
  return canvasView.getState().api?.placement();
}

/** The selected records that have a place of their own on the canvas. */
function placed({ stores }: ActionContext): Ref[] {
  return stores.ui
    .getState()
    .selection.filter((r) => ['zone', 'cluster', 'namespace', 'workload', 'external', 'endpoint'].includes(r.kind));
}

/** Whether something of the selection was placed by hand, so that arranging it would change anything. */
function hasLayout(context: ActionContext): boolean {
  const { layout } = topologyOf(context);
  if (layout === undefined) return false;
  const maps = {
    zone: layout.zones,
    cluster: layout.segments,
    namespace: layout.namespaces,
    workload: layout.workloads,
    external: layout.externals,
    endpoint: layout.storage,
  };
  return placed(context).some((r) => Object.hasOwn(maps[r.kind as keyof typeof maps] ?? {}, r.id));
}

function targetsOf(topology: Topology, r: Ref): LayoutTarget[] {
  if (r.kind === 'cluster')
    return lookup(topology)
      .zonesOfCluster(r.id)
      .map((zone) => ({ kind: 'segment', cluster: r.id, zone }));
  return [r as Extract<LayoutTarget, Ref>];
}

function set(context: ActionContext, entries: readonly LayoutEntry[]): void {
  if (entries.length > 0) context.stores.documents.getState().run(setLayout, { entries });
}

import {
  CircleQuestionMark,
  Command,
  FileCode2,
  GitCompareArrows,
  Grid3x3,
  Keyboard,
  Map as MapIcon,
  Radar,
  Radiation,
  Search,
} from 'lucide-react';
import { endRef, findRecord, type Ref } from '../../shared/model/index.ts';
import type { ExplainState, View } from '../store/ui-store.ts';
import { type ActionContext, defineAction } from './define.ts';

function goTo(view: View, label: string, icon: typeof MapIcon, key: string) {
  return defineAction({
    id: `go.${view}`,
    label,
    group: 'Go',
    icon,
    shortcuts: [`Mod+${key}`],
    whileTyping: true,
    run: ({ stores }) => stores.ui.getState().set({ view }),
  });
}

export const design = goTo('design', 'Design', MapIcon, '1');
export const matrix = goTo('matrix', 'Matrix', Grid3x3, '2');
export const manifests = goTo('manifests', 'Manifests', FileCode2, '3');
export const review = goTo('review', 'Review', GitCompareArrows, '4');

/** A log that is laid over the drawing already is gone to; otherwise the panel offers to open one. */
export const observed = defineAction({
  id: 'go.observed',
  label: 'Observed flows…',
  group: 'Go',
  icon: Radar,
  run: ({ stores }) => {
    stores.ui.getState().set({ view: 'design', bottomOpen: true, bottomTab: 'observed' });
    stores.observed.getState().set({ isCalled: true });
  },
});

export const commandPalette = defineAction({
  id: 'go.command-palette',
  label: 'Command palette…',
  group: 'Go',
  icon: Command,
  shortcuts: ['Mod+K', 'Mod+Shift+P'],
  whileTyping: true,
  withoutDesign: true,
  run: ({ stores }) => stores.ui.getState().set({ dialog: { kind: 'command-palette' } }),
});

export const search = defineAction({
  id: 'go.search',
  label: 'Search the design…',
  group: 'Go',
  icon: Search,
  shortcuts: ['Mod+F'],
  whileTyping: true,
  run: ({ stores }) => stores.ui.getState().set({ dialog: { kind: 'search' } }),
});

/** Opens the explain panel for what is selected: two ends, a flow, or one end with the other to be chosen. */
export const explain = defineAction({
  id: 'go.explain',
  label: 'Explain…',
  group: 'Go',
  icon: CircleQuestionMark,
  shortcuts: ['Shift+E'],
  inContextMenu: true,
  run: (context) =>
    context.stores.ui
      .getState()
      .set({ view: 'design', rightOpen: true, blast: undefined, explain: endsOfSelection(context) }),
});

export const blastRadius = defineAction({
  id: 'go.blast-radius',
  label: 'Blast radius',
  group: 'Go',
  icon: Radiation,
  shortcuts: ['Shift+B'],
  inContextMenu: true,
  when: (context) => originOfSelection(context) !== undefined,
  run: (context) =>
    context.stores.ui
      .getState()
      .set({ view: 'design', rightOpen: true, explain: undefined, blast: originOfSelection(context) }),
});

export const shortcuts = defineAction({
  id: 'help.shortcuts',
  label: 'Keyboard shortcuts',
  group: 'Help',
  icon: Keyboard,
  shortcuts: ['?'],
  withoutDesign: true,
  run: ({ stores }) => stores.ui.getState().set({ dialog: { kind: 'shortcuts' } }),
});

function endsOfSelection(context: ActionContext): ExplainState {
  const { topology } = context.stores.documents.getState();
  const refs = selected(context);
  const [only] = refs;
  const flow =
    only?.kind === 'flow' && refs.length === 1 ? findRecord(topology, { kind: 'flow', id: only.id }) : undefined;
  const ends = (flow === undefined ? refs : [endRef(flow.from), endRef(flow.to)]).map(asEnd);
  const [from, to] = ends;
  return { ...(from && { from }), ...(to && { to }) };
}

/** Namespaces and zones are no ends: their workloads are, and there is more than one. */
function asEnd({ kind, id }: Ref): ExplainState['from'] {
  return kind === 'workload' || kind === 'external' ? { kind, id } : undefined;
}

function originOfSelection(context: ActionContext): Ref | undefined {
  const refs = selected(context);
  const [only] = refs;
  return refs.length === 1 && only !== undefined && ['workload', 'namespace', 'zone'].includes(only.kind)
    ? only
    : undefined;
}

function selected({ stores }: ActionContext): Ref[] {
  const { topology } = stores.documents.getState();
  return stores.ui.getState().selection.filter((r) => findRecord(topology, r) !== undefined);
}

/** How the selected workloads are kept apart from their node: with a runtime of the design, else with one of the catalogue. */
import { BoxSelect, Layers2, type LucideIcon, SquareDashedBottom } from 'lucide-react';
import { runtimeInfo } from '../../shared/catalog/index.ts';
import type { CommandCall } from '../../shared/commands/index.ts';
import { freeId } from '../../shared/commands/index.ts';
import { findRecord, type Isolation, lookup, type Topology } from '../../shared/model/index.ts';
import { runCalls } from './apply-fix.ts';
import { type ActionContext, defineAction } from './define.ts';

function isolateBy(isolation: Isolation, label: string, from: string, icon: LucideIcon) {
  return defineAction({
    id: `isolate.${isolation}`,
    label: `Isolate by ${label}`,
    group: 'Draw',
    icon,
    run: (context) => {
      const { documents, ui } = context.stores;
      const workloads = selectedWorkloads(context);
      if (workloads.length === 0) {
        ui.getState().show({ tone: 'info', text: 'Select the workloads first that are to be isolated like this.' });
        return;
      }
      runCalls(
        context.stores,
        `Isolate by ${label}`,
        callsFor(documents.getState().topology, workloads, isolation, from),
      );
    },
  });
}

export const isolateActions = [
  isolateBy('shared-kernel', 'containers that share the kernel', 'runc', BoxSelect),
  isolateBy('user-space-kernel', 'a kernel in user space', 'gvisor', Layers2),
  isolateBy('virtual-machine', 'virtual machines', 'kata-qemu', SquareDashedBottom),
];

/** A runtime that the zone of a workload allows comes first; a design that has none of this isolation gets `from`. */
function callsFor(topology: Topology, workloads: readonly string[], isolation: Isolation, from: string): CommandCall[] {
  const index = lookup(topology);
  const fitting = Object.entries(topology.runtimes ?? {})
    .filter(([, r]) => (r.isolation ?? runtimeInfo(r.from)?.isolation) === isolation)
    .map(([id]) => id)
    .sort();
  const fresh = freeId(topology, 'runtime', from);
  const chosen = workloads.map((id) => {
    const allowed = index.get('zone', index.zoneOf({ kind: 'workload', id }))?.runtimes;
    return { id, runtime: allowed?.find((r) => fitting.includes(r)) ?? fitting[0] ?? fresh };
  });
  return [
    ...(fitting.length > 0
      ? []
      : [{ id: 'record/add', args: { ref: { kind: 'runtime', id: fresh }, record: { from } } } satisfies CommandCall]),
    ...chosen.map(
      ({ id, runtime }): CommandCall => ({
        id: 'field/set',
        args: { path: ['workloads', id, 'runtime'], value: runtime },
      }),
    ),
  ];
}

function selectedWorkloads({ stores }: ActionContext): string[] {
  const { topology } = stores.documents.getState();
  return stores.ui
    .getState()
    .selection.filter((r) => r.kind === 'workload' && findRecord(topology, r) !== undefined)
    .map((r) => r.id);
}

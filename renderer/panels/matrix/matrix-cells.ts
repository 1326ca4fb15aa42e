/** The zone matrix as data: for each pair what drawn flows may do and which are drawn. Pure. */
import {
  type End,
  endRef,
  type Flow,
  type Lookup,
  lookup,
  type MatrixDecision,
  outside,
  ref,
  type Topology,
} from '../../../shared/model/index.ts';

export interface MatrixAxis {
  /** A zone's id, or `outside`. */
  readonly id: string;
  readonly title: string;
  readonly trust?: number;
}

export interface MatrixCellView {
  readonly from: string;
  readonly to: string;
  /** Absent on the diagonal, where the zone itself decides. */
  readonly decision?: MatrixDecision;
  /** On the diagonal: whether workloads of the zone reach each other without a flow. */
  readonly intraZone?: 'allow' | 'deny';
  readonly flows: ReadonlyArray<Flow & { readonly id: string }>;
}

/** Outermost first, the outside before all. */
export function matrixAxes(topology: Topology): MatrixAxis[] {
  return [
    { id: outside, title: 'Outside' },
    ...lookup(topology).zones.map((z) => ({ id: z.id, title: z.name ?? z.id, trust: z.trust })),
  ];
}

export function matrixCells(topology: Topology): ReadonlyMap<string, MatrixCellView> {
  const index = lookup(topology);
  const flows = new Map<string, MatrixCellView['flows'][number][]>();
  for (const flow of index.flows) {
    const from = zoneOfEnd(index, flow.from);
    const to = zoneOfEnd(index, flow.to);
    if (from === undefined || to === undefined) continue;
    const key = cellKey(from, to);
    flows.set(key, [...(flows.get(key) ?? []), flow]);
  }
  const cells = new Map<string, MatrixCellView>();
  const axes = matrixAxes(topology);
  for (const { id: from } of axes) {
    for (const { id: to } of axes) {
      const decision = index.matrix(from, to);
      cells.set(cellKey(from, to), {
        from,
        to,
        ...(decision && { decision }),
        ...(from === to && from !== outside && { intraZone: index.get('zone', from)?.intraZone ?? 'allow' }),
        flows: flows.get(cellKey(from, to)) ?? [],
      });
    }
  }
  return cells;
}

export function cellKey(from: string, to: string): string {
  return `${from} ${to}`;
}

function zoneOfEnd(index: Lookup, end: End): string | undefined {
  const r = endRef(end);
  return index.zoneOf(ref(r.kind, r.id));
}

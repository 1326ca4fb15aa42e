/** What stands where, as the map in the corner shows it: one path for everything of a kind. Pure. */
import type { Rect } from './geometry.ts';
import type { Placement } from './layout.ts';

/** Lowest first. */
const kinds = ['zone', 'column', 'namespace', 'card'] as const;
export type MapKind = (typeof kinds)[number];

export interface MapPath {
  readonly kind: MapKind;
  /** In canvas units. */
  readonly path: string;
}

const kindOf: Readonly<Record<string, MapKind | undefined>> = {
  band: 'zone',
  zone: 'zone',
  namespace: 'namespace',
  workload: 'card',
  external: 'card',
  endpoint: 'card',
};

/** Kinds of which nothing is placed are left out. */
export function mapPaths({ nodes, columns }: Placement): MapPath[] {
  const found = new Map<MapKind, string[]>();
  const add = (kind: MapKind, { x, y, w, h }: Rect) => {
    const steps = `M${x} ${y}h${w}v${h}h${-w}z`;
    const known = found.get(kind);
    if (known === undefined) found.set(kind, [steps]);
    else known.push(steps);
  };
  for (const [id, { rect }] of nodes) {
    const kind = kindOf[id.slice(0, id.indexOf(':'))];
    if (kind !== undefined) add(kind, rect);
  }
  for (const { rect } of columns) add('column', rect);
  return kinds.flatMap((kind) => {
    const steps = found.get(kind);
    return steps === undefined ? [] : [{ kind, path: steps.join('') }];
  });
}

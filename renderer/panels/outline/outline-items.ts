/** The outline as rows: clusters with their namespaces by zone, then what stands outside clusters. Pure. */

import { sortBy } from '../../../shared/lib/sort.ts';
import {
  changedIds,
  type Kind,
  kindNames,
  lookup,
  type Ref,
  recordsOf,
  ref,
  refKey,
  type Topology,
} from '../../../shared/model/index.ts';

export interface OutlineNode {
  readonly key: string;
  /** Absent for headings such as `Externals`. */
  readonly ref?: Ref;
  readonly label: string;
  /** Dim, after the label. */
  readonly note?: string;
  readonly children: readonly OutlineNode[];
}

export function outlineTree(topology: Topology): OutlineNode[] {
  const index = lookup(topology);
  const leaf = (r: Ref, note?: string): OutlineNode => ({
    key: refKey(r),
    ref: r,
    label: index.titleOf(r),
    children: [],
    ...(note !== undefined && { note }),
  });
  const zoneTitle = (zone: string | undefined) => (zone === undefined ? 'no zone' : index.titleOf(ref('zone', zone)));
  const namespaceNode = (n: (typeof index.namespaces)[number]): OutlineNode => ({
    ...leaf(ref('namespace', n.id), zoneTitle(n.zone)),
    children: index.workloadsOfNamespace(n.id).map((w) => leaf(ref('workload', w.id))),
  });

  const zones = index.zones.map((z) => leaf(ref('zone', z.id), `trust ${z.trust}`));
  const clusters = index.clusters.map((c): OutlineNode => {
    const spanned = index.zonesOfCluster(c.id);
    const tier = (zone: string | undefined) => (zone === undefined ? -1 : (index.tierOf(zone) ?? -1));
    const namespaces = sortBy(
      index.namespacesOfCluster(c.id),
      (n) => tier(n.zone),
      (n) => n.id,
    );
    return {
      ...leaf(
        ref('cluster', c.id),
        spanned.length > 1
          ? `spans ${spanned.length} zones`
          : spanned[0] === undefined
            ? undefined
            : zoneTitle(spanned[0]),
      ),
      children: [
        ...namespaces.map(namespaceNode),
        ...index.poolsOf(c.id).map((p) => leaf(ref('pool', p.id), `pool · ${p.nodes} nodes`)),
      ],
    };
  });
  const homeless = [
    ...index.namespaces.filter((n) => index.get('cluster', n.cluster) === undefined).map(namespaceNode),
    ...index.workloads
      .filter((w) => index.get('namespace', w.namespace) === undefined)
      .map((w) => leaf(ref('workload', w.id))),
  ];
  const group = (key: string, label: string, children: readonly OutlineNode[]): OutlineNode[] =>
    children.length === 0 ? [] : [{ key, label, children }];
  const all = (kind: Kind, note?: (id: string) => string | undefined): OutlineNode[] =>
    Object.keys(recordsOf(topology, kind))
      .sort()
      .map((id) => leaf(ref(kind, id), note?.(id)));
  return [
    ...group('group:zones', 'Zones', zones),
    ...group('group:clusters', 'Clusters', clusters),
    ...group('group:homeless', 'Without a place', homeless),
    ...group('group:externals', 'Externals', all('external')),
    ...group(
      'group:storage',
      'Storage',
      all('endpoint', (id) => zoneTitle(index.zoneOf(ref('endpoint', id)))),
    ),
    ...group(
      'group:classes',
      'Storage classes',
      all('class', (id) => index.get('class', id)?.endpoint),
    ),
    ...group(
      'group:runtimes',
      'Runtimes',
      all('runtime', (id) => index.get('runtime', id)?.from),
    ),
    ...group('group:flows', 'Flows', all('flow')),
  ];
}

/** True where the outlines of both designs are the same; records are shared between versions, so this is quick. */
export function hasSameOutline(a: Topology, b: Topology): boolean {
  return (
    a === b ||
    kindNames.every((kind) => {
      const before = recordsOf(a, kind);
      const after = recordsOf(b, kind);
      const changed = changedIds(a, b, kind);
      if (changed === undefined) return false;
      return changed.every((id) => {
        const [x, y] = [before[id] as Outlined | undefined, after[id] as Outlined | undefined];
        return x !== undefined && y !== undefined && shownFields.every((f) => x[f] === y[f]);
      });
    })
  );
}

/** The fields of any record that decide what the outline says and where. */
const shownFields = ['name', 'trust', 'cluster', 'zone', 'namespace', 'nodes', 'endpoint', 'from'] as const;
type Outlined = Readonly<Partial<Record<(typeof shownFields)[number], unknown>>>;

export interface OutlineRow {
  readonly node: OutlineNode;
  readonly depth: number;
  readonly isExpanded: boolean;
}

/**
 * The rows in view. `folded` holds what somebody folded. With a filter only matches and what leads to them are shown,
 * unfolded.
 */
export function outlineRows(tree: readonly OutlineNode[], folded: ReadonlySet<string>, filter = ''): OutlineRow[] {
  const wanted = filter.trim().toLowerCase();
  const rows: OutlineRow[] = [];
  const visit = (node: OutlineNode, depth: number, inside: boolean): boolean => {
    const own = wanted === '' || matchesText(node, wanted);
    const at = rows.length;
    const isExpanded = wanted !== '' || !folded.has(node.key);
    rows.push({ node, depth, isExpanded });
    let below = false;
    if (isExpanded || wanted !== '')
      for (const child of node.children) below = visit(child, depth + 1, inside || (own && wanted !== '')) || below;
    const keep = wanted === '' || own || below || inside;
    if (!keep) rows.length = at;
    return own || below;
  };
  for (const node of tree) visit(node, 0, false);
  return rows;
}

function matchesText(node: OutlineNode, wanted: string): boolean {
  return node.label.toLowerCase().includes(wanted) || (node.ref?.id.toLowerCase().includes(wanted) ?? false);
}

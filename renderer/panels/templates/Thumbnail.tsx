/** A small picture of a design, drawn from the same layout as the canvas. */
import { useMemo } from 'react';
import { zoneColors } from '../../../shared/lib/zone-colors.ts';
import { endRef, lookup, parseRefKey, refKey, type Topology } from '../../../shared/model/index.ts';
import { arrange } from '../../canvas/index.ts';
import { useTheme } from '../../ui/use-theme.ts';

export function Thumbnail({ topology }: { readonly topology: Topology }) {
  const theme = useTheme();
  const placement = useMemo(() => arrange(topology), [topology]);
  const index = lookup(topology);
  const { bounds } = placement;
  const centreOf = (key: string) => {
    const rect = placement.nodes.get(key)?.rect;
    return rect && { x: rect.x + rect.w / 2, y: rect.y + rect.h / 2 };
  };
  return (
    <svg
      className="thumbnail"
      viewBox={`${bounds.x} ${bounds.y} ${bounds.w} ${bounds.h}`}
      preserveAspectRatio="xMidYMid meet"
      aria-hidden="true"
    >
      {[...placement.nodes].map(([key, { rect }]) => {
        const ref = parseRefKey(key);
        if (key === 'band:outside') return <rect key={key} {...box(rect)} fill="var(--outside)" />;
        if (ref?.kind === 'zone') {
          const rank = index.zones.findIndex((z) => z.id === ref.id);
          return <rect key={key} {...box(rect)} fill={zoneColors(rank, index.zones.length, theme).fill} />;
        }
        return null;
      })}
      {placement.columns.map((c) => (
        <rect key={`${c.cluster}-${c.rect.x}-${c.rect.y}`} {...box(c.rect)} rx={14} className="thumbnail__cluster" />
      ))}
      {[...placement.nodes].map(([key, { rect }]) =>
        parseRefKey(key)?.kind === 'namespace' ? (
          <rect key={key} {...box(rect)} rx={10} className="thumbnail__namespace" />
        ) : null,
      )}
      {index.flows.map((f) => {
        const a = centreOf(refKey(endRef(f.from)));
        const b = centreOf(refKey(endRef(f.to)));
        return a && b ? <line key={f.id} x1={a.x} y1={a.y} x2={b.x} y2={b.y} className="thumbnail__flow" /> : null;
      })}
      {[...placement.nodes].map(([key, { rect }]) => {
        const kind = parseRefKey(key)?.kind;
        if (kind === 'workload') return <rect key={key} {...box(rect)} rx={8} className="thumbnail__card" />;
        if (kind === 'external') return <rect key={key} {...box(rect)} rx={rect.h / 2} className="thumbnail__card" />;
        if (kind === 'endpoint') return <rect key={key} {...box(rect)} rx={rect.h / 2} className="thumbnail__card" />;
        return null;
      })}
    </svg>
  );
}

function box(r: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }) {
  return { x: r.x, y: r.y, width: r.w, height: r.h };
}

/**
 * What other panels say about the picture, drawn over it: the pairs that the proof found different, and the hops of a
 * blast radius. It stands in the viewport, so that it moves with everything else.
 */
import { memo, useMemo } from 'react';
import { lookup, refKey } from '../../shared/model/index.ts';
import type { ProofEnd, ProofFinding } from '../../shared/proof/index.ts';
import { useReach } from '../store/reach-client.ts';
import { useAnalysis, useDocument, useStores, useUi } from '../store/stores.tsx';
import { Button } from '../ui/Button.tsx';
import type { CanvasEdge, CanvasNode, Detail } from './canvas-types.ts';
import type { Rect } from './geometry.ts';
import type { Placement } from './layout.ts';
import { roundedPath } from './path.ts';
import { type DrawnFlow, routeFlows } from './routes.ts';
import './marks.css';

/** More lines than this hide the picture; the list has all of them. */
const mostPairs = 50;

/** Hops by record while a blast radius is shown; undefined otherwise. */
export function useHops(): Readonly<Record<string, number>> | undefined {
  const origin = useUi((s) => (s.view === 'design' ? s.blast : undefined));
  const { answer } = useReach(origin && { ask: 'blast', origin });
  return answer?.hops;
}

/** The picture with everything out of reach dimmed. */
export function useDimmed(
  nodes: CanvasNode[],
  edges: CanvasEdge[],
  hops: Readonly<Record<string, number>> | undefined,
): { readonly nodes: CanvasNode[]; readonly edges: CanvasEdge[] } {
  return useMemo(() => {
    if (hops === undefined) return { nodes, edges };
    const isCard = (id: string) => /^(workload|external|endpoint):/.test(id);
    const isReached = (id: string) => hops[id] !== undefined || !isCard(id);
    return {
      nodes: nodes.map((n) => (isReached(n.id) ? n : { ...n, className: 'is-out-of-reach' })),
      edges: edges.map((e) => {
        // A connection counts where its sender is held; one into the blast radius from elsewhere does not.
        const isUsed = (!isCard(e.source) || hops[e.source] !== undefined) && isReached(e.target);
        if (isUsed && e.type !== 'claim') return e;
        const className = 'is-out-of-reach';
        return e.type === 'flow' && e.data !== undefined
          ? { ...e, className, data: { ...e.data, labelAt: undefined } }
          : { ...e, className };
      }),
    };
  }, [nodes, edges, hops]);
}

export const MarksLayer = memo(function MarksLayer({
  placement,
  detail,
  written,
  hops,
}: {
  readonly placement: Placement;
  readonly detail: Detail;
  /** What labels stand beside. */
  readonly written: readonly Rect[];
  readonly hops: Readonly<Record<string, number>> | undefined;
}) {
  return (
    <>
      {hops === undefined && <DifferingPairs placement={placement} detail={detail} written={written} />}
      {hops === undefined && <AskedEnds placement={placement} />}
      {hops !== undefined && <SameNodes placement={placement} hops={hops} />}
      {hops !== undefined &&
        Object.entries(hops).map(([key, hop]) => {
          const rect = placement.nodes.get(key)?.rect;
          return rect === undefined ? null : <Hop key={key} hop={hop} rect={rect} />;
        })}
    </>
  );
});

/** The two ends that the explain panel speaks of. */
function AskedEnds({ placement }: { readonly placement: Placement }) {
  const asked = useUi((s) => (s.view === 'design' ? s.explain : undefined));
  if (asked === undefined) return null;
  return (['from', 'to'] as const).map((side) => {
    const end = asked[side];
    const rect = end === undefined || end.kind === 'addresses' ? undefined : placement.nodes.get(refKey(end))?.rect;
    if (rect === undefined) return null;
    const at = `translate(${rect.x}px, ${rect.y}px)`;
    return (
      <div key={side} data-testid={`explain-mark-${side}`}>
        <div className="hop-ring is-asked" style={{ transform: at, width: rect.w, height: rect.h }} />
        <span className="hop-badge hop-badge--card is-asked" style={{ transform: `${at} translate(8px, -60%)` }}>
          {side}
        </span>
      </div>
    );
  });
}

/** What the numbers mean, and the way out. */
export function HopLegend({ hops }: { readonly hops: Readonly<Record<string, number>> }) {
  const { ui } = useStores();
  const origin = useUi((s) => s.blast);
  const topology = useDocument((s) => s.topology);
  const atRisk = useAtRisk(hops);
  const most = Math.max(0, ...Object.values(hops));
  if (origin === undefined) return null;
  return (
    <div className="hop-legend" data-testid="hop-legend">
      <strong>{`Blast radius of ${lookup(topology).titleOf(origin)}`}</strong>
      {[1, 2, 3, 4]
        .filter((hop) => hop <= most)
        .map((hop) => (
          <span key={hop} className="hop-legend__item">
            <span className={`hop-badge is-hop-${hop}`}>{hop === 4 && most > 4 ? '4+' : hop}</span>
            {hop === 1 ? 'hop' : 'hops'}
          </span>
        ))}
      {atRisk.length > 0 && (
        <span className="hop-legend__item">
          <span className="hop-swatch" />
          same nodes
        </span>
      )}
      {most === 0 && <span>nothing else within reach</span>}
      <Button look="quiet" size="small" testId="hop-end" onClick={() => ui.getState().set({ blast: undefined })}>
        End (Esc)
      </Button>
    </div>
  );
}

/** Workloads that no policy lets the origin reach, on nodes whose kernel it shares. */
function SameNodes({
  placement,
  hops,
}: {
  readonly placement: Placement;
  readonly hops: Readonly<Record<string, number>>;
}) {
  return useAtRisk(hops).map((id) => {
    const rect = placement.nodes.get(`workload:${id}`)?.rect;
    return rect === undefined ? null : (
      <div
        key={id}
        className="hop-ring is-same-node"
        data-testid={`same-node-${id}`}
        style={{ transform: `translate(${rect.x}px, ${rect.y}px)`, width: rect.w, height: rect.h }}
      />
    );
  });
}

function useAtRisk(hops: Readonly<Record<string, number>>): readonly string[] {
  const origin = useUi((s) => s.blast);
  const { answer } = useReach(origin && { ask: 'blast', origin });
  const all = answer?.isolation.flatMap((note) => note.atRisk) ?? [];
  return [...new Set(all)].filter((id) => hops[`workload:${id}`] === undefined);
}

function Hop({ hop, rect }: { readonly hop: number; readonly rect: Rect }) {
  return (
    <>
      <div
        className={`hop-ring is-hop-${Math.min(hop, 4)}`}
        style={{ transform: `translate(${rect.x}px, ${rect.y}px)`, width: rect.w, height: rect.h }}
      />
      <span
        className={`hop-badge hop-badge--card is-hop-${Math.min(hop, 4)}`}
        style={{ transform: `translate(${rect.x}px, ${rect.y}px) translate(-40%, -45%)` }}
      >
        {hop === 0 ? '●' : hop}
      </span>
    </>
  );
}

/** Allowed though not drawn, and drawn though not allowed: as dashed lines with a sign. */
function DifferingPairs({
  placement,
  detail,
  written,
}: {
  readonly placement: Placement;
  readonly detail: Detail;
  readonly written: readonly Rect[];
}) {
  const { ui } = useStores();
  const isCurrent = useIsProven();
  const findings = useAnalysis((s) => s.proof?.connections.findings);
  const pairs = useMemo(() => {
    const differing = (findings ?? []).filter((f) => f.kind === 'extra' || f.kind === 'missing');
    return differing.flatMap((finding) => {
      const [fromNode, toNode] = [nodeOf(finding.from, placement), nodeOf(finding.to, placement)];
      return fromNode === undefined || toNode === undefined ? [] : [{ finding, fromNode, toNode }];
    });
  }, [findings, placement]);
  const drawn = useMemo(() => {
    const flows = pairs.slice(0, mostPairs).map(
      ({ finding, fromNode, toNode }, i): DrawnFlow => ({
        id: `proof:${i}`,
        fromNode,
        toNode,
        state: 'plain',
        label: labelOf(finding),
        count: 1,
      }),
    );
    return flows.length === 0 ? undefined : { flows, routes: routeFlows(flows, placement, detail, { written }) };
  }, [pairs, placement, detail, written]);
  if (drawn === undefined) return null;
  return (
    <>
      <svg className={`line-overlay${isCurrent ? '' : ' is-old'}`} width="1" height="1" aria-hidden="true">
        {drawn.flows.map((flow, i) => {
          const way = drawn.routes.ways.get(flow.id);
          const kind = pairs[i]?.finding.kind;
          return way === undefined ? null : (
            <path key={flow.id} className={`proof-line is-${kind}`} d={roundedPath(way.points)} />
          );
        })}
      </svg>
      {drawn.flows.map((flow, i) => {
        const points = drawn.routes.ways.get(flow.id)?.points;
        const at = drawn.routes.labels.get(flow.id) ?? points?.[Math.floor(points.length / 2)];
        const pair = pairs[i];
        if (at === undefined || pair === undefined) return null;
        return (
          <button
            key={flow.id}
            type="button"
            // The canvas is one stop of Tab; the list of the proof has what this leads to.
            tabIndex={-1}
            className={`line-label proof-pill is-finding nodrag nopan is-${pair.finding.kind}`}
            data-testid={`proof-mark-${pair.fromNode}-${pair.toNode}`}
            style={{ transform: `translate(${at.x}px, ${at.y}px) translate(-50%, -50%)` }}
            onClick={() => ui.getState().set({ bottomOpen: true, bottomTab: 'proof' })}
          >
            {flow.label}
          </button>
        );
      })}
    </>
  );
}

function useIsProven(): boolean {
  const provenRevision = useAnalysis((s) => s.provenRevision);
  return useDocument((s) => s.revision) === provenRevision;
}

function nodeOf(end: ProofEnd, placement: Placement): string | undefined {
  const key = 'workload' in end ? `workload:${end.workload}` : undefined;
  return key !== undefined && placement.nodes.has(key) ? key : undefined;
}

function labelOf({ kind, ports }: ProofFinding): string {
  const [first] = ports;
  const text =
    first === undefined ? '' : first.start === first.end ? ` ${first.start}` : ` ${first.start}-${first.end}`;
  return `${kind === 'extra' ? '+ extra' : '− missing'}${ports.length > 1 || (first && first.end - first.start > 60000) ? '' : text}`;
}

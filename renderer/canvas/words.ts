/**
 * Where the words of frames stand: names of zones, clusters and namespaces, what a cluster is, its node pools. Flows are led
 * around them where that is cheap and behind them where it is not; labels keep off them. From afar names are written over
 * the picture instead (far-names.ts).
 */
import { type Lookup, lookup, ref, type Topology } from '../../shared/model/index.ts';
import { textWidth } from './card-texts.ts';
import { bottom, moved, type Point, type Rect } from './geometry.ts';
import { band, segmentBox } from './layout-sizes.ts';
import type { Column, PlacedNode } from './layout-types.ts';
import {
  clusterDetail,
  pairOf,
  poolText,
  type RuntimeReader,
  runtimeReader,
  takenOver,
  zoneChips,
} from './node-data.ts';

const size = { detail: 11, namespace: 11, segment: 13, zone: 15 } as const;
const iconW = 20;
const badgeW = 18;
const zoneText = { x: 16, y: 12, w: band.header - 28 } as const;
const chipBox = { h: 18, gap: 4, around: 28, maxW: 136 } as const;

export function wordsOf(
  topology: Topology,
  nodes: ReadonlyMap<string, PlacedNode>,
  columns: readonly Column[],
): Rect[] {
  const index = lookup(topology);
  const runtimeOf = runtimeReader(topology);
  const words: Rect[] = [];
  for (const { cluster, rect } of columns) {
    const name = index.titleOf(ref('cluster', cluster));
    const pair = pairOf(index, cluster)?.text;
    const wide =
      iconW + textWidth(name, size.segment, 'bold') + (pair === undefined ? 0 : textWidth(pair, size.detail) + badgeW);
    const inside = { x: rect.x + segmentBox.pad, w: rect.w - 2 * segmentBox.pad };
    const head = { x: inside.x, y: rect.y + 12, w: Math.min(wide, inside.w), h: 17 };
    words.push(head);
    const detail = Math.min(textWidth(clusterDetail(index, cluster), size.detail), inside.w - head.w - 8);
    if (detail > 0) words.push({ x: right(inside) - detail, y: rect.y + 13, w: detail, h: 15 });
  }
  for (const [id, { rect }] of nodes) {
    if (id.startsWith('namespace:')) {
      const name = index.titleOf(ref('namespace', id.slice('namespace:'.length)));
      const inside = { x: rect.x + 12, w: rect.w - 24 };
      words.push(fitted(inside, rect.y + 7, textWidth(name, size.namespace), 14));
    } else if (id.startsWith('segment:')) {
      const [cluster = '', zone = ''] = id.slice('segment:'.length).split('/');
      let x = rect.x + segmentBox.pad;
      const taken = takenOver(index, cluster, zone);
      const foot = [...index.poolsOf(cluster, zone).map(poolText), ...(taken === undefined ? [] : [`also ${taken}`])];
      for (const text of foot) {
        const room = right(rect) - segmentBox.pad - x;
        const w = Math.min(textWidth(text, size.detail), room);
        if (w > 0) words.push({ x, y: bottom(rect) - 21, w, h: 15 });
        x += w + 12;
      }
    } else if (id.startsWith('zone:')) {
      const zone = id.slice('zone:'.length);
      words.push(...zoneHead(index, runtimeOf, zone).map((r) => moved(r, rect.x, rect.y)));
    }
  }
  return words;
}

/** The words at the head of a zone, from the zone's corner: its name in one line or two, its trust, what it allows. */
export function zoneHead(index: Lookup, runtimeOf: RuntimeReader, zone: string): Rect[] {
  const name = textWidth(index.titleOf(ref('zone', zone)), size.zone, 'bold');
  const nameH = name > zoneText.w ? 38 : 19;
  const { runtimes, classes } = zoneChips(index, runtimeOf, zone);
  return [
    fitted(zoneText, zoneText.y, Math.max(name, 50), nameH + 16),
    ...chipRects([...runtimes, ...classes], { x: zoneText.x, y: zoneText.y + nameH + 24 }),
  ];
}

/** Side by side for as long as they fit below the zone's name, then in the next line. */
function chipRects(chips: readonly string[], at: Point): Rect[] {
  let { x, y } = at;
  return chips.map((chip) => {
    const w = Math.min(chipBox.maxW, textWidth(chip, size.detail) + chipBox.around);
    if (x > at.x && x + w > at.x + chipBox.maxW) {
      x = at.x;
      y += chipBox.h + chipBox.gap;
    }
    const rect = { x, y, w, h: chipBox.h };
    x += w + chipBox.gap;
    return rect;
  });
}

function right(r: { readonly x: number; readonly w: number }): number {
  return r.x + r.w;
}

function fitted(inside: { readonly x: number; readonly w: number }, y: number, w: number, h: number): Rect {
  return { x: inside.x, y, w: Math.min(w, inside.w), h };
}

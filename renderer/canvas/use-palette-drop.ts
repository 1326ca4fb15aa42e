/** Things dragged from the palette onto the picture are drawn where they are dropped. */
import { useReactFlow } from '@xyflow/react';
import { type DragEvent, useMemo } from 'react';
import { type Drawable, isDrawable } from './create.ts';
import type { Rect } from './geometry.ts';

/** Things dragged from the palette carry their tool's name under this type. */
export const paletteType = 'application/zonewright-kind';

export function usePaletteDrop(draw: (kind: Drawable, area: Rect) => void) {
  const flow = useReactFlow();
  return useMemo(
    () => ({
      onDragOver: (event: DragEvent) => {
        if (!event.dataTransfer.types.includes(paletteType)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      },
      onDrop: (event: DragEvent) => {
        const kind = event.dataTransfer.getData(paletteType);
        if (!isDrawable(kind)) return;
        event.preventDefault();
        const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false });
        draw(kind, { ...at, w: 0, h: 0 });
      },
    }),
    [flow, draw],
  );
}

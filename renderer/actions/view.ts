import type { LucideIcon } from 'lucide-react';
import { Focus, Maximize, ZoomIn, ZoomOut } from 'lucide-react';
import { type CanvasApi, canvasView } from '../canvas/index.ts';
import { defineAction } from './define.ts';

function onCanvas(
  id: string,
  label: string,
  icon: LucideIcon,
  shortcuts: string | readonly string[],
  run: (api: CanvasApi) => void,
) {
  return defineAction({
    id: `view.${id}`,
    label,
    group: 'View',
    icon,
    shortcuts: typeof shortcuts === 'string' ? [shortcuts] : shortcuts,
    when: () => canvasView.getState().api !== undefined,
    run: () => {
      const { api } = canvasView.getState();
      if (api !== undefined) run(api);
    },
  });
}

export const views = [
  onCanvas('fit', 'Zoom to fit', Maximize, 'Shift+1', (api) => api.fitAll()),
  onCanvas('fit-selection', 'Zoom to the selection', Focus, 'Shift+2', (api) => api.fitSelection()),
  onCanvas('zoom-in', 'Zoom in', ZoomIn, ['Mod+=', 'Mod++'], (api) => api.zoomBy(1.25)),
  onCanvas('zoom-out', 'Zoom out', ZoomOut, 'Mod+-', (api) => api.zoomBy(0.8)),
  onCanvas('zoom-100', 'Zoom to 100 %', ZoomIn, 'Mod+0', (api) => api.zoomTo(1)),
];

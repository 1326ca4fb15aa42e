import {
  Box,
  Cloud,
  Database,
  Frame,
  Hand,
  type LucideIcon,
  MousePointer2,
  RectangleHorizontal,
  Server,
  Spline,
} from 'lucide-react';
import type { Tool } from '../store/ui-store.ts';
import { defineAction } from './define.ts';

function tool(id: Tool, label: string, key: string, icon: LucideIcon) {
  return defineAction({
    id: `tool.${id}`,
    label,
    group: 'Draw',
    icon,
    shortcuts: [key],
    run: ({ stores }) => stores.ui.getState().set({ tool: id, view: 'design' }),
  });
}

export const tools = [
  tool('select', 'Select', 'v', MousePointer2),
  tool('pan', 'Pan', 'h', Hand),
  tool('zone', 'Draw a zone', 'z', RectangleHorizontal),
  tool('cluster', 'Draw a cluster', 'c', Server),
  tool('namespace', 'Draw a namespace', 'n', Frame),
  tool('workload', 'Draw a workload', 'w', Box),
  tool('external', 'Draw an external', 'e', Cloud),
  tool('endpoint', 'Draw a storage endpoint', 's', Database),
  tool('flow', 'Draw a flow', 'f', Spline),
];

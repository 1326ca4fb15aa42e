/** One picture for each kind of record, the same wherever records are listed or made. */
import type { LucideIcon } from 'lucide-react';
import { Box, Cloud, Cpu, Database, Frame, HardDrive, Layers, RectangleHorizontal, Server, Spline } from 'lucide-react';
import type { Kind } from '../../shared/model/index.ts';

export const kindIcons: Readonly<Record<Kind, LucideIcon>> = {
  zone: RectangleHorizontal,
  cluster: Server,
  pool: Cpu,
  namespace: Frame,
  workload: Box,
  external: Cloud,
  flow: Spline,
  endpoint: Database,
  class: HardDrive,
  runtime: Layers,
};

/** Files of the engine that a pool's nodes hold, for formats that bring files onto nodes themselves. */
import { sortBy } from '../../../lib/sort.ts';
import type { EmittedFile } from '../../define.ts';
import type { ClusterIr } from '../../ir.ts';
import type { PoolIr } from '../../lower/cluster.ts';
import { containerd, containerdDropIn, runscFiles } from './containerd.ts';
import { crio, crioDropIn } from './crio.ts';

/** What the engines' own targets write for all pools of a cluster. */
export function engineFiles(ir: ClusterIr): EmittedFile[] {
  return [containerd, crio].filter((e) => e.applies(ir)).flatMap((e) => e.emit(ir).files);
}

/** Those of one pool, by where they belong on its nodes. */
export function engineFilesOf(
  ir: ClusterIr,
  pool: PoolIr,
  written: readonly EmittedFile[],
): Array<{ readonly path: string; readonly content: string }> {
  const places = [
    containerdDropIn(ir, pool),
    crioDropIn(ir, pool),
    ...runscFiles(pool, 'containerd'),
    ...runscFiles(pool, 'crio'),
  ];
  return sortBy(
    places.flatMap(({ path, onNode }) => {
      const found = written.find((f) => f.path === path);
      return found !== undefined && 'text' in found ? [{ path: onNode, content: found.text }] : [];
    }),
    (f) => f.path,
  );
}

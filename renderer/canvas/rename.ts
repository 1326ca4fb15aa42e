/** What typing a new name into the picture means. */
import { type CommandCall, freeId } from '../../shared/commands/index.ts';
import { findRecord, type Ref, recordPath, type Topology } from '../../shared/model/index.ts';

export interface Renaming {
  readonly calls: readonly CommandCall[];
  /** The record under the id it has then. */
  readonly ref: Ref;
}

/**
 * Records without a written name are called by their id, so the id follows what was typed, with all that names it; where
 * an id cannot say it (`Payment DMZ`), the text becomes the name as well. A written name is simply written anew. Names of
 * namespaces and workloads are Kubernetes' names, so for them only the id that comes nearest counts.
 */
export function renaming(topology: Topology, of: Ref, text: string): Renaming {
  const typed = text.trim();
  const record = findRecord(topology, of) as { readonly name?: string } | undefined;
  const nothing: Renaming = { calls: [], ref: of };
  if (typed === '' || record === undefined || typed === (record.name ?? of.id)) return nothing;
  const isKubernetesName = of.kind === 'namespace' || of.kind === 'workload' || of.kind === 'class';
  if (record.name !== undefined) {
    const value = isKubernetesName ? freeId(topology, of.kind, typed) : typed;
    return { calls: [{ id: 'field/set', args: { path: [...recordPath(of), 'name'], value } }], ref: of };
  }
  const id = freeId(topology, of.kind, typed);
  const next: Ref = { kind: of.kind, id };
  const calls: CommandCall[] = [{ id: 'record/rename', args: { ref: of, to: id } }];
  // The class that was drawn with an endpoint is called like it, and goes on to be.
  const ownClass = of.kind === 'endpoint' ? topology.storage?.classes?.[of.id] : undefined;
  if (ownClass?.endpoint === of.id && ownClass.name === undefined)
    calls.push({ id: 'record/rename', args: { ref: { kind: 'class', id: of.id }, to: freeId(topology, 'class', id) } });
  if (id !== typed && !isKubernetesName)
    calls.push({ id: 'field/set', args: { path: [...recordPath(next), 'name'], value: typed } });
  return { calls, ref: next };
}

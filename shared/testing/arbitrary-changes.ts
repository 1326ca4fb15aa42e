/** Random edits of random designs: what a design becomes in one hand or in two. */
import * as fc from 'fast-check';
import type { Topology } from '../model/index.ts';
import { arbitraryPair, type TopologySize } from './arbitraries.ts';

/**
 * A design and what it became: records and single fields as another design with the same ids has them, flows and workloads
 * that went, came or got another id. Shrinks to fewer edits.
 */
export function arbitraryChange(size: TopologySize = {}): fc.Arbitrary<readonly [Topology, Topology]> {
  return fc
    .tuple(arbitraryBranches(size), fc.boolean())
    .map(([[before, after], isBack]) => (isBack ? [after, before] : [before, after]));
}

/** A design, and what it became in two hands. */
export function arbitraryBranches(size: TopologySize = {}): fc.Arbitrary<readonly [Topology, Topology, Topology]> {
  const choices = fc.array(fc.nat(choiceCount - 1), { minLength: 1, maxLength: 60 });
  return fc
    .tuple(arbitraryPair(size), choices, choices)
    .map(([[base, other], ours, theirs]) => [base, changedBy(base, other, ours), changedBy(base, other, theirs)]);
}

type Fields = Record<string, unknown>;

/** What is done to a record: nothing for most choices, and for the least, so that examples shrink to few edits. */
const choiceCount = 12;
const [replaced, oneField, otherField, removed, renamed] = [7, 8, 9, 10, 11];

/** `choices` are taken in turn, one or two for each record. */
function changedBy(before: Topology, other: Topology, choices: readonly number[]): Topology {
  const after = structuredClone(before) as unknown as Record<string, Fields>;
  const others = other as unknown as Record<string, Fields>;
  let taken = 0;
  const next = () => choices[taken++ % choices.length] ?? 0;
  const edit = (kind: string, records: Fields, theirs: Fields) => {
    for (const id of Object.keys(records)) {
      const choice = next();
      const own = records[id] as Fields;
      // Ids such as “constructor” are there only where they were drawn.
      const their = (Object.hasOwn(theirs, id) ? theirs[id] : own) as Fields;
      if (choice === replaced) records[id] = their;
      if (choice === oneField || choice === otherField) {
        const fields = [...new Set([...Object.keys(own), ...Object.keys(their)])];
        const field = fields[next() % fields.length] ?? '';
        if (Object.hasOwn(their, field)) own[field] = their[field];
      }
      if (kind === 'flows' && choice === removed) delete records[id];
      if (kind === 'workloads' && choice === removed) removeWorkload(after, id);
      if (kind === 'workloads' && choice === renamed && after.flows !== undefined) renameWorkload(after, id);
    }
  };
  for (const kind of ['zones', 'clusters', 'namespaces', 'externals', 'runtimes', 'matrix', 'flows', 'workloads'])
    edit(kind, after[kind] ?? {}, others[kind] ?? {});
  for (const kind of ['endpoints', 'classes'])
    edit(kind, (after.storage?.[kind] ?? {}) as Fields, (others.storage?.[kind] ?? {}) as Fields);
  return after as unknown as Topology;
}

/** With the flows that name it. */
function removeWorkload(design: Record<string, Fields>, id: string): void {
  delete design.workloads?.[id];
  for (const [key, flow] of Object.entries(design.flows ?? {}))
    if (namesOf(flow as Fields).some((end) => end.workload === id || end.proxy === id)) delete design.flows?.[key];
}

function renameWorkload(design: Record<string, Fields>, id: string): void {
  const name = `${id}-new`;
  design.workloads = Object.fromEntries(
    Object.entries(design.workloads ?? {}).map(([key, record]) => [key === id ? name : key, record]),
  );
  for (const end of Object.values(design.flows ?? {}).flatMap((flow) => namesOf(flow as Fields))) {
    if (end.workload === id) end.workload = name;
    if (end.proxy === id) end.proxy = name;
  }
}

/** The places of a flow that name workloads. */
function namesOf(flow: Fields): Fields[] {
  return [flow.from, flow.to, flow.via].filter((end): end is Fields => typeof end === 'object' && end !== null);
}

/**
 * The ends that arrows of one cluster can have, and the tables of what the cluster's policies permit between them.
 *
 * An arrow from or to a namespace also means pods that come into it later. Each namespace therefore has a probe, a pod
 * without labels: an arrow of the whole namespace is true only where the policies treat the probe like the others.
 */
import { looseCidr } from '../lib/ip.ts';
import { metadataAddresses } from '../lib/public-ranges.ts';
import type { End } from '../model/index.ts';
import { type PortSetId, peersIn, type Reach } from '../reach/index.ts';
import type { EstateCluster } from './estate.ts';
import type { Grid, Node } from './summarise.ts';

/** Pods of one namespace that no policy tells apart. */
export interface PodLeaf {
  readonly namespace: string;
  readonly thing: number;
  /** Ids of workloads; empty for a probe. */
  readonly members: readonly string[];
  /** False for the probe of a namespace that has pods of its own. */
  readonly counts: boolean;
}

export interface PodNode extends Node {
  readonly level: 'zone' | 'namespace' | 'workload';
  /** One for zones and namespaces; for pods one for each workload. */
  readonly ends: readonly End[];
}

export interface PodSide {
  readonly leaves: readonly PodLeaf[];
  readonly nodes: readonly PodNode[];
}

/** Pieces of the address space that no policy of the cluster tells apart. */
export interface AddressLeaf {
  /** A thing of the evaluation that stands for all of them. */
  readonly thing: number;
  /** Indexes into `reach.pieces`. */
  readonly pieces: readonly number[];
  readonly isMetadata: boolean;
}

export interface AddressNode extends Node {
  readonly pieces: readonly number[];
}

export interface AddressSide {
  readonly leaves: readonly AddressLeaf[];
  readonly nodes: readonly AddressNode[];
}

/** A namespace that is drawn, with the workloads that policies hold. */
export interface DrawnNamespace {
  readonly id: string;
  readonly zone: string;
  readonly probe: number;
  readonly isJudged: boolean;
  readonly workloads: ReadonlyArray<{ readonly id: string; readonly thing: number }>;
}

/** The ends inside one zone. A zone whose namespace is alone in the whole design is no end beside that namespace. */
export function podSide(
  { reach }: EstateCluster,
  zone: string,
  namespaces: readonly DrawnNamespace[],
  isWhole: boolean,
): PodSide {
  const leaves: PodLeaf[] = [];
  const nodes: PodNode[] = [];
  const own = namespaces.filter((n) => n.zone === zone);
  for (const { id, probe, isJudged, workloads } of own) {
    const first = leaves.length;
    for (const members of alike(workloads, (w) => reach.classes.classOf[w.thing] ?? 0)) {
      const ids = members.map((m) => m.id);
      nodes.push({ level: 'workload', leaves: [leaves.length], ends: ids.map((workload) => ({ workload })) });
      leaves.push({ namespace: id, thing: members[0]?.thing ?? 0, members: ids, counts: true });
    }
    leaves.push({ namespace: id, thing: probe, members: [], counts: workloads.length === 0 && isJudged });
    nodes.push({ level: 'namespace', leaves: range(first, leaves.length), ends: [{ namespace: id }] });
  }
  if (own.length > 1 || !isWhole) nodes.unshift({ level: 'zone', leaves: range(0, leaves.length), ends: [{ zone }] });
  return { leaves, nodes };
}

export function podGrid(
  from: PodSide,
  to: PodSide,
  at: (from: number, to: number) => PortSetId,
): Grid<PodNode, PodNode> {
  const isItself = (a: PodLeaf | undefined, b: PodLeaf | undefined) =>
    a === b || (a !== undefined && a.thing === b?.thing);
  return {
    height: from.leaves.length,
    width: to.leaves.length,
    rows: from.nodes,
    columns: to.nodes,
    at: (r, c) => {
      const [a, b] = [from.leaves[r], to.leaves[c]];
      // A workload is never compared with itself, so what it may do there bounds no arrow.
      if (isItself(a, b) && a?.members.length === 1) return 1;
      return at(a?.thing ?? 0, b?.thing ?? 0);
    },
    needs: (r, c) => {
      const [a, b] = [from.leaves[r], to.leaves[c]];
      return a?.counts === true && b?.counts === true && !(isItself(a, b) && a.members.length === 1);
    },
  };
}

/** What the policies of both ends let through; addresses have none. Rows are kept, since every table asks for them again. */
export function permitted(reach: Reach): (from: number, to: number) => PortSetId {
  const rows = new Map<number, Uint32Array>();
  return (from, to) => {
    const id = reach.classes.classOf[from] ?? 0;
    let row = rows.get(id);
    if (row === undefined) {
      row = reach.row(id).slice();
      rows.set(id, row);
    }
    return row[reach.classes.classOf[to] ?? 0] ?? 0;
  };
}

/**
 * Addresses outside the cluster: everything, what policies name, and each class of addresses. As receivers the metadata
 * addresses stand apart, because nobody means them by meaning a wide range; they open no connections, so as senders they
 * do not. Pods' own addresses are no addresses outside.
 */
export function addressSide({ reach, facts }: EstateCluster, as: 'senders' | 'receivers'): AddressSide {
  const holds = (cidrs: readonly string[]) => {
    const ranges = cidrs.flatMap((c) => looseCidr(c) ?? []);
    return (i: number) => {
      const piece = reach.pieces[i];
      return (
        piece !== undefined &&
        ranges.some((r) => r.family === piece.family && r.start <= piece.start && piece.end <= r.end)
      );
    };
  };
  const isMetadata = as === 'receivers' ? holds(metadataAddresses) : () => false;
  const isPod = holds(facts.networks?.pods ?? []);
  const outside = reach.pieces.flatMap((_, i) => (isPod(i) ? [] : [i]));
  const keyOf = (i: number) => `${reach.classes.classOf[reach.pods.length + i] ?? 0} ${isMetadata(i)}`;
  const leaves = alike(outside, keyOf).map(
    (pieces): AddressLeaf => ({
      thing: reach.pods.length + (pieces[0] ?? 0),
      pieces,
      isMetadata: isMetadata(pieces[0] ?? 0),
    }),
  );
  const nodes = new Map<string, AddressNode>();
  const add = (chosen: readonly number[]) => {
    const key = chosen.join();
    if (chosen.length > 0 && !nodes.has(key))
      nodes.set(key, { leaves: chosen, pieces: chosen.flatMap((l) => leaves[l]?.pieces ?? []).sort((a, b) => a - b) });
  };
  const within = (holding: (piece: number) => boolean, metadata: boolean) =>
    leaves.flatMap((leaf, i) => (leaf.isMetadata === metadata && leaf.pieces.every(holding) ? [i] : []));
  add(within(() => true, false));
  add(within(() => true, true));
  for (const { cidr, except } of namedRanges(reach)) {
    const [outer, holes] = [holds([cidr]), holds(except)];
    add(within((piece) => outer(piece) && !holes(piece), as === 'receivers' && metadataAddresses.includes(cidr)));
  }
  leaves.forEach((_, i) => {
    add([i]);
  });
  return {
    leaves,
    nodes: [...nodes.values()],
  };
}

function namedRanges(reach: Reach): Array<{ readonly cidr: string; readonly except: readonly string[] }> {
  const both = ['0.0.0.0/0', '::/0'].map((cidr) => ({ cidr, except: [] }));
  const named = [...peersIn(reach.policies)].flatMap((peer) => ('ip' in peer ? [peer.ip] : []));
  return [...both, ...named];
}

export function outboundGrid(
  from: PodSide,
  to: AddressSide,
  at: (from: number, to: number) => PortSetId,
): Grid<PodNode, AddressNode> {
  return {
    height: from.leaves.length,
    width: to.leaves.length,
    rows: from.nodes,
    columns: to.nodes,
    at: (r, c) => at(from.leaves[r]?.thing ?? 0, to.leaves[c]?.thing ?? 0),
    needs: (r) => from.leaves[r]?.counts === true,
  };
}

export function inboundGrid(
  from: AddressSide,
  to: PodSide,
  at: (from: number, to: number) => PortSetId,
): Grid<AddressNode, PodNode> {
  return {
    height: from.leaves.length,
    width: to.leaves.length,
    rows: from.nodes,
    columns: to.nodes,
    at: (r, c) => at(from.leaves[r]?.thing ?? 0, to.leaves[c]?.thing ?? 0),
    needs: (_, c) => to.leaves[c]?.counts === true,
  };
}

/** Things in the order in which they come, those of one key together. */
function alike<T>(things: readonly T[], keyOf: (thing: T) => string | number): T[][] {
  const found = new Map<string | number, T[]>();
  for (const thing of things) {
    const own = found.get(keyOf(thing));
    if (own === undefined) found.set(keyOf(thing), [thing]);
    else own.push(thing);
  }
  return [...found.values()];
}

function range(from: number, past: number): number[] {
  return Array.from({ length: past - from }, (_, i) => from + i);
}

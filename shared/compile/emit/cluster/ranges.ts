/**
 * What is demanded of address ranges: by kubeadm (cmd/kubeadm/app/apis/kubeadm/validation) a Service range of 10 to 2^20
 * addresses, by the controller manager (pkg/controller/nodeipam) a pod range that holds the nodes' own ranges, at most 2^16.
 */
import { type Cidr, formatAddress, parseCidr } from '../../../lib/ip.ts';
import type { Problem } from '../../../lib/problem.ts';
import type { ClusterIr } from '../../ir.ts';

const width = { 4: 32, 6: 128 } as const;
const defaultMask = { 4: 24, 6: 64 } as const;
/** 2^7 addresses are enough for the kubelet's default of 110 pods; smaller ranges are not. */
const smallestRange = { 4: 25, 6: 121 } as const;

export function checkRanges(ir: ClusterIr): Problem[] {
  const problems: Problem[] = [];
  for (const [i, text] of (ir.cluster.networks?.services ?? []).entries()) {
    const range = parseCidr(text);
    if (range === undefined) continue;
    const bits = width[range.family] - range.prefix;
    if (bits > 20 || bits < 4) {
      problems.push(
        problem(
          ir,
          'services',
          i,
          `The Service range ${text} of cluster “${ir.id}” is too ${bits > 20 ? 'large' : 'small'}, so kubeadm refuses it. Use a prefix from /${width[range.family] - 20} to /${width[range.family] - 4}.`,
        ),
      );
    }
  }
  return [...problems, ...checkPodRanges(ir)];
}

export function checkPodRanges(ir: ClusterIr): Problem[] {
  return (ir.cluster.networks?.pods ?? []).flatMap((text, i) => {
    const range = parseCidr(text);
    if (range === undefined || nodeMask(ir, range) !== undefined) return [];
    const message = `The pod range ${text} of cluster “${ir.id}” has not room for ${nodeCount(ir)} nodes with 110 pods each, so nodes would get no addresses. Use a larger range.`;
    return [problem(ir, 'pods', i, message)];
  });
}

/** The tenth address of each Service range, where clusters have their DNS by convention; none where a range is smaller. */
export function dnsAddresses(ir: ClusterIr): string[] {
  return (ir.cluster.networks?.services ?? []).flatMap((text) => {
    const range = parseCidr(text);
    if (range === undefined || width[range.family] - range.prefix < 4) return [];
    return [formatAddress({ family: range.family, value: range.start + 10n })];
  });
}

/** Arguments of the controller manager where its default size of a node's range does not fit the pod range. */
export function nodeMaskArgs(ir: ClusterIr): ReadonlyArray<{ readonly name: string; readonly value: string }> {
  return (ir.cluster.networks?.pods ?? []).flatMap((text) => {
    const range = parseCidr(text);
    const mask = range === undefined ? undefined : nodeMask(ir, range);
    if (range === undefined || mask === undefined || mask === defaultMask[range.family]) return [];
    return [{ name: `node-cidr-mask-size-ipv${range.family}`, value: String(mask) }];
  });
}

function problem(ir: ClusterIr, field: string, index: number, message: string): Problem {
  return {
    rule: 'compile/cluster-range',
    severity: 'error',
    message,
    subject: { kind: 'cluster', id: ir.id },
    path: ['clusters', ir.id, 'networks', field, index],
    fixable: false,
  };
}

/** The largest range per node with which all nodes fit, from the default on; undefined where none does. */
export function nodeMask(ir: ClusterIr, pods: Cidr): number | undefined {
  // kubeadm allows 16 bits between the pod range and the ranges of nodes.
  let mask = Math.min(defaultMask[pods.family], pods.prefix + 16);
  while (mask <= smallestRange[pods.family]) {
    if (mask >= pods.prefix && mask - pods.prefix <= 16 && 2 ** (mask - pods.prefix) >= nodeCount(ir)) return mask;
    mask += 1;
  }
  return undefined;
}

function nodeCount(ir: ClusterIr): number {
  return ir.nodes.pools.reduce((sum, pool) => sum + pool.nodes, ir.nodes.controlPlaneCount);
}

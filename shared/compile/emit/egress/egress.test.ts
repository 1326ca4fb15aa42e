import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostCidr, parseAddress, parseCidr } from '../../../lib/ip.ts';
import { arbitraryTopology } from '../../../testing/arbitraries.ts';
import { emit, lowerWithoutNetwork, objectsOf, readCase, textAt } from '../../../testing/cluster-ir.ts';
import { typedComplaints } from '../../../testing/typed-kinds.ts';
import { seenSource } from '../../lower/addresses.ts';
import { egressGroups } from '../../lower/egress.ts';
import { nodeSteps } from '../node-steps.ts';
import { ciliumEgress } from './cilium.ts';
import { ovnEgress } from './ovn-kubernetes.ts';

const lowered = lowerWithoutNetwork(readCase('egress-by-zone'));
function irOf(id: string) {
  const found = lowered.find(({ ir }) => ir.id === id);
  if (found === undefined) throw new Error(`no cluster ${id}`);
  return found;
}
type Spec = Record<string, never> & {
  selectors: Array<{ namespaceSelector: Selector }>;
  egressGateway: { egressIP: string; nodeSelector: { matchLabels: Record<string, string> } };
  destinationCIDRs: string[];
  excludedCIDRs: string[];
};
interface Selector {
  matchExpressions: Array<{ key: string; operator: string; values: string[] }>;
}

describe('egress addresses', () => {
  it('should put each namespace into one group at most, with the addresses that the other ends admit', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        for (const { ir } of lowerWithoutNetwork(topology)) {
          const groups = egressGroups(ir);
          for (const namespace of ir.namespaces) {
            const own = groups.filter((g) => g.namespaces.includes(namespace.name));
            const seen = ir.cluster.seenAs === 'egress' ? seenSource(ir.cluster, namespace).cidrs : [];
            if (seen.length === 0 || namespace.zone === undefined) expect(own).toEqual([]);
            else expect(own.map((g) => g.addresses.map(hostCidr))).toEqual([seen]);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('should let Cilium leave by a node of the zone with one IPv4 address, and keep traffic inside as it is', () => {
    const specs = objectsOf(emit(ciliumEgress, irOf('lynx').ir)).map((o) => o.spec as Spec);
    const selected = specs.flatMap((s) => s.selectors.flatMap((x) => x.namespaceSelector.matchExpressions[0]?.values));
    expect(new Set(selected).size).toBe(selected.length);
    for (const spec of specs) {
      expect(spec.destinationCIDRs).toEqual(['0.0.0.0/0']);
      expect(spec.excludedCIDRs.every((c) => parseCidr(c)?.family === 4)).toBe(true);
      expect(parseAddress(spec.egressGateway.egressIP)?.family).toBe(4);
      const labels = Object.keys(spec.egressGateway.nodeSelector.matchLabels);
      expect(labels.every((key) => /(^|\.)node-restriction\.kubernetes\.io\//.test(key))).toBe(true);
      expect(labels).toHaveLength(2);
    }
  });

  it('should have a step for every label that a policy looks for, and none for what Cilium cannot do', () => {
    const { ir } = irOf('lynx');
    const steps = textAt(emit(nodeSteps, ir), 'nodes/steps.md');
    for (const object of objectsOf(emit(ciliumEgress, ir)))
      for (const key of Object.keys((object.spec as Spec).egressGateway.nodeSelector.matchLabels))
        expect(steps).toContain(key);
    expect(steps).not.toContain('namespace-audit');
    expect(textAt(emit(nodeSteps, irOf('otter').ir), 'nodes/steps.md')).toContain('k8s.ovn.org/egress-assignable=');
  });

  it('should be written for OVN-Kubernetes in the fields of EgressIP, which has no schema here', () => {
    const objects = objectsOf(emit(ovnEgress, irOf('otter').ir));
    expect(objects.map((object) => typedComplaints(object))).toEqual(objects.map(() => []));
    expect(objects.length).toBeGreaterThan(0);
  });

  it('should say what has to be done elsewhere where the plugin has no such kind', () => {
    const topology = readCase('clusters-with-egress-addresses');
    const [left] = lowerWithoutNetwork(topology);
    expect(left?.coverage.find((c) => c.subject === 'Egress addresses')?.text).toMatch(/calico.*open-source.*orders/);
    for (const emitter of [ciliumEgress, ovnEgress]) expect(left && emitter.applies(left.ir)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { readCase } from '../testing/cluster-ir.ts';
import type { CoverageNote } from './bundle.ts';
import { enforcedBy } from './coverage.ts';
import { compile } from './index.ts';

describe('what NetworkPolicy cannot hold', () => {
  const said = (cni: string, protocol: 'TCP' | 'SCTP') =>
    compile({
      ...readCase('two-workloads'),
      clusters: { prod: { distribution: 'kubeadm', version: '1.37.1', cni: { name: cni } } },
      namespaces: { web: { cluster: 'prod', zone: 'dmz' } },
      workloads: { a: { namespace: 'web', labels: { app: 'a' } }, b: { namespace: 'web', labels: { app: 'b' } } },
      flows: { f: { from: { workload: 'a' }, to: { workload: 'b' }, ports: [{ port: 5000, protocol }] } },
    })
      .coverage.filter((n) => n.state === 'not-enforced')
      .map((n) => n.subject);

  it.each(['Nodes and their pods', 'ICMP and other protocols', 'Node-local DNS', 'Other ways to expose'])(
    'should be said of every cluster: %s',
    (subject) => {
      for (const cni of ['kindnet', 'calico', 'cilium']) expect(said(cni, 'TCP'), cni).toContain(subject);
    },
  );

  it('should be said of SCTP where the plugin does not promise it, and of policies that nothing bounds', () => {
    expect(said('kindnet', 'SCTP')).toContain('SCTP');
    expect(said('kindnet', 'TCP')).not.toContain('SCTP');
    expect(said('calico', 'SCTP')).not.toContain('SCTP');
    expect(said('kindnet', 'TCP')).toContain('Policies that others add');
    expect(said('calico', 'TCP')).not.toContain('Policies that others add');
    expect(said('flannel', 'TCP')).toContain('Network plugin');
  });
});

describe('coverage', () => {
  it('should name the objects of the kind that a note speaks of, of its own zone', () => {
    const { coverage } = compile(readCase('gvisor-in-the-dmz'));
    const by = (subject: string) => coverage.find((n) => n.subject === subject)?.by;
    expect(by('Runtimes')).toEqual(['ValidatingAdmissionPolicy zone-dmz-runtime']);
    expect(by('Default runtime of zone “dmz”')).toEqual(['ValidatingAdmissionPolicy zone-dmz-runtime']);
    expect(by('Zone labels')).toEqual([
      'ValidatingAdmissionPolicy zonewright-namespaces',
      'ValidatingAdmissionPolicy zonewright-nodes',
    ]);
    for (const note of coverage) if (note.state === 'not-enforced') expect(note.by).toBeUndefined();
  });

  it('should name the very objects that a note names, and none where it is about some of many', () => {
    const by = (name: string, cluster: string, subject: string) =>
      compile(readCase(name)).coverage.find((n) => n.cluster === cluster && n.subject === subject);
    expect(by('egress-by-zone', 'lynx', 'Egress address of zone app')?.by).toEqual([
      'CiliumEgressGatewayPolicy egress-zone-app',
    ]);
    // Without pools there are no nodes to guard.
    expect(by('through-a-gateway', 'prod', 'Zone labels')?.by).toEqual([
      'ValidatingAdmissionPolicy zonewright-namespaces',
    ]);
    const server = by('api-server', 'one', 'API server');
    expect(server?.text).toContain('policies by address');
    expect(server?.by).toBeUndefined();
  });

  it('should name some and count the others', () => {
    const note: CoverageNote = { cluster: 'a', state: 'enforced', subject: 'Pods', text: 'By Thing objects.' };
    const files = ['d', 'b', 'c', 'a', 'e'].map((name) => ({
      path: `${name}.yaml`,
      inKustomization: true,
      objects: [{ object: { apiVersion: 'v1', kind: 'Thing', metadata: { name, namespace: 'n' } }, causes: [] }],
    }));
    expect(enforcedBy([note], files, 'zone')[0]?.by).toEqual(['Thing n/a', 'Thing n/b', 'Thing n/c', 'and 2 more']);
  });
});

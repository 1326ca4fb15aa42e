import { describe, expect, it } from 'vitest';
import { design, lowerWithoutNetwork } from '../../testing/cluster-ir.ts';

function lower(runtimes: object, zone: object, pools: object = {}, cluster: object = {}) {
  const topology = design({
    apiVersion: 'zonewright/v1',
    kind: 'Topology',
    metadata: { name: 'x' },
    zones: { a: { trust: 1, ...zone } },
    clusters: { k: { distribution: 'kubeadm', version: '1.37.1', ...cluster, pools } },
    namespaces: { n: { cluster: 'k', zone: 'a' } },
    runtimes,
  });
  const [found] = lowerWithoutNetwork(topology);
  if (found === undefined) throw new Error('no cluster');
  return { ...found.ir.runtimes, rules: found.problems.map((p) => `${p.severity} ${p.rule}`) };
}

describe('lowerRuntime', () => {
  it('should export the runtimes that a zone allows, not those that only lie on pools', () => {
    const { classes } = lower(
      { runc: { from: 'runc' }, g: { from: 'gvisor' } },
      { runtimes: ['runc'] },
      { p: { zone: 'a', nodes: 1, runtimes: ['g'] } },
    );
    expect(classes.map((c) => c.id)).toEqual(['runc']);
  });

  it('should admit nothing where every runtime of a zone is unusable, instead of the node’s default', () => {
    for (const from of ['nabla', 'runv', 'clear-containers', 'unheard-of']) {
      expect(lower({ r: { from } }, { runtimes: ['r'] }).zones).toEqual([
        { zone: 'a', restricted: true, allowed: [], unset: 'refuse', causes: [{ kind: 'zone', id: 'a' }] },
      ]);
    }
    expect(lower({}, { runtimes: ['gone'] }).zones).toMatchObject([{ restricted: true, allowed: [], unset: 'refuse' }]);
  });

  it('should take no other runtime for the default where the first one is unusable', () => {
    expect(
      lower({ runc: { from: 'runc' }, old: { from: 'nabla' } }, { runtimes: ['old', 'runc'] }).zones,
    ).toMatchObject([{ allowed: ['runc'], unset: 'refuse' }]);
  });

  it('should report a runtime that the catalogue does not know, unless the design says handler and isolation', () => {
    expect(lower({ r: { from: 'own' } }, { runtimes: ['r'] }).rules).toContain('error compile/unknown-runtime');
    const known = lower({ r: { from: 'own', handler: 'own-shim', isolation: 'virtual-machine' } }, { runtimes: ['r'] });
    expect(known.rules).not.toContain('error compile/unknown-runtime');
    expect(known.classes).toMatchObject([{ id: 'r', handler: 'own-shim', isolation: 'virtual-machine' }]);
  });

  it('should select nodes by label where some pool has not the handler, and never where all have', () => {
    const g = { g: { from: 'gvisor' } };
    const selectorOf = (...lists: string[][]) => {
      const pools = Object.fromEntries(lists.map((runtimes, i) => [`p${i}`, { zone: 'a', nodes: 1, runtimes }]));
      return lower(g, { runtimes: ['g'] }, pools).classes[0]?.nodeSelector;
    };
    expect(selectorOf(['g'], [])).toEqual({ 'runtime.node-restriction.kubernetes.io/g': 'true' });
    expect(selectorOf([], [])).toEqual({ 'runtime.node-restriction.kubernetes.io/g': 'true' });
    expect(selectorOf(['g'], ['g'])).toBeUndefined();
    expect(selectorOf()).toBeUndefined();
  });

  it('should know what every engine has without being told', () => {
    const selected = (name: string, from: string) =>
      lower({ r: { from } }, { runtimes: ['r'] }, { p: { zone: 'a', nodes: 1 } }, { engine: { name, version: '2.2' } })
        .classes[0]?.nodeSelector !== undefined;
    expect([
      selected('containerd', 'runc'),
      selected('containerd', 'crun'),
      selected('cri-o', 'crun'),
      selected('cri-o', 'runc'),
    ]).toEqual([false, true, false, true]);
  });
});

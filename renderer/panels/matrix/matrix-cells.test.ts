import { describe, expect, it } from 'vitest';
import { emptyTopology, type Topology } from '../../../shared/model/index.ts';
import { cellKey, matrixAxes, matrixCells } from './matrix-cells.ts';

const design: Topology = {
  ...emptyTopology('shop'),
  zones: { db: { trust: 80 }, dmz: { name: 'DMZ', trust: 20, intraZone: 'deny' } },
  matrix: { dmz: { db: { access: 'allow-only', services: ['5432'] } } },
  clusters: { prod: { distribution: 'kubeadm', version: '1.37' } },
  namespaces: { web: { cluster: 'prod', zone: 'dmz' }, data: { cluster: 'prod', zone: 'db' } },
  workloads: { gateway: { namespace: 'web' }, redis: { namespace: 'data' } },
  externals: { net: { kind: 'internet' } },
  flows: {
    a: { from: { workload: 'gateway' }, to: { workload: 'redis' }, ports: 'all' },
    b: { from: { external: 'net' }, to: { zone: 'dmz' }, ports: 'all' },
    c: { from: { namespace: 'data' }, to: { workload: 'gone' }, ports: 'all' },
  },
};

describe('the cells of the matrix', () => {
  const cells = matrixCells(design);
  const cell = (from: string, to: string) => cells.get(cellKey(from, to));

  it('should have the outside first and zones by trust', () => {
    expect(matrixAxes(design).map((a) => a.title)).toEqual(['Outside', 'DMZ', 'db']);
  });

  it('should tell what is written from what follows trust', () => {
    expect(cell('dmz', 'db')?.decision).toEqual({ access: 'allow-only', services: ['5432'], written: true });
    expect(cell('outside', 'dmz')?.decision).toEqual({ access: 'allow-all', services: [], written: false });
    expect(cell('db', 'dmz')?.decision).toEqual({ access: 'block-all', services: [], written: false });
  });

  it('should leave the diagonal to the zone', () => {
    expect(cell('dmz', 'dmz')).toMatchObject({ intraZone: 'deny' });
    expect(cell('dmz', 'dmz')?.decision).toBeUndefined();
  });

  it('should put each flow into one cell and flows without a zone into none', () => {
    expect([...cells.values()].flatMap((c) => c.flows.map((f) => `${c.from}>${c.to} ${f.id}`))).toEqual([
      'outside>dmz b',
      'dmz>db a',
    ]);
  });
});

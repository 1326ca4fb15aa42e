import { describe, expect, it } from 'vitest';
import { emptyTopology, lookup, type Topology, writtenCell } from './index.ts';

describe('the matrix of a design', () => {
  const cell = { access: 'allow-only' as const, services: ['443/tcp'] };
  const design: Topology = {
    ...emptyTopology('shop'),
    zones: { web: { trust: 10 }, constructor: { trust: 50 } },
    matrix: { web: { outside: cell } },
  };

  it('should give the cells that are written', () => {
    expect(writtenCell(design, 'web', 'outside')).toEqual(cell);
    expect(lookup(design).matrix('web', 'outside')).toEqual({ ...cell, written: true });
  });

  it('should leave to trust what is not written, whatever a zone is called', () => {
    expect(writtenCell(design, 'web', 'constructor')).toBeUndefined();
    expect(writtenCell(design, 'constructor', 'name')).toBeUndefined();
    expect(lookup(design).matrix('web', 'constructor')).toEqual({ access: 'allow-all', services: [], written: false });
  });
});

import { describe, expect, it } from 'vitest';
import { type TreeLine, treeAction } from './tree-keys.ts';

const line = (id: string, depth: number, state?: 'open' | 'folded'): TreeLine => ({
  id,
  depth,
  isExpandable: state !== undefined,
  isExpanded: state === 'open',
});
const lines = [line('zone', 0, 'open'), line('shop', 1, 'open'), line('cart', 2), line('bank', 1, 'folded')];

describe('treeAction', () => {
  it('should walk up and down, and to either end', () => {
    const leads = (key: string, active: number) => treeAction(key, lines, active);
    expect(leads('ArrowDown', 1)).toEqual({ do: 'go', index: 2 });
    expect(leads('ArrowDown', -1)).toEqual({ do: 'go', index: 0 });
    expect(leads('ArrowUp', 1)).toEqual({ do: 'go', index: 0 });
    expect(leads('Home', 2)).toEqual({ do: 'go', index: 0 });
    expect(leads('End', 0)).toEqual({ do: 'go', index: 3 });
  });

  it('should unfold to the right and fold to the left, and where that is done step in and out', () => {
    expect(treeAction('ArrowRight', lines, 3)).toEqual({ do: 'toggle', id: 'bank' });
    expect(treeAction('ArrowRight', lines, 1)).toEqual({ do: 'go', index: 2 });
    expect(treeAction('ArrowRight', lines, 2)).toEqual({ do: 'stay' });
    expect(treeAction('ArrowLeft', lines, 1)).toEqual({ do: 'toggle', id: 'shop' });
    expect(treeAction('ArrowLeft', lines, 2)).toEqual({ do: 'go', index: 1 });
    expect(treeAction('ArrowLeft', lines, 3)).toEqual({ do: 'go', index: 0 });
    expect(treeAction('ArrowLeft', [line('alone', 0)], 0)).toEqual({ do: 'stay' });
  });

  it('should open, rename and delete what is active, and leave every other key to others', () => {
    expect(treeAction('Enter', lines, 2)).toEqual({ do: 'open', id: 'cart' });
    expect(treeAction('F2', lines, 2)).toEqual({ do: 'rename', id: 'cart' });
    expect(treeAction('Delete', lines, 2)).toEqual({ do: 'delete', id: 'cart' });
    expect(treeAction('Backspace', lines, 2)).toEqual({ do: 'delete', id: 'cart' });
    expect(treeAction('Delete', lines, -1)).toBeUndefined();
    expect(treeAction('a', lines, 2)).toBeUndefined();
  });
});

/** What keys do in a tree, as in every tree view: https://www.w3.org/WAI/ARIA/apg/patterns/treeview/. */

export interface TreeLine {
  readonly id: string;
  /** From 0. */
  readonly depth: number;
  readonly isExpandable: boolean;
  readonly isExpanded: boolean;
}

export type TreeAction =
  | { readonly do: 'go'; readonly index: number }
  | { readonly do: 'toggle' | 'open' | 'rename' | 'delete'; readonly id: string }
  /** A key of the tree that leads nowhere from here. */
  | { readonly do: 'stay' };

/** Undefined for keys that are none of the tree's. `active` is an index of `lines`, -1 for none; `go` may point past the ends. */
export function treeAction(key: string, lines: readonly TreeLine[], active: number): TreeAction | undefined {
  switch (key) {
    case 'ArrowDown':
      return { do: 'go', index: active + 1 };
    case 'ArrowUp':
      return { do: 'go', index: active - 1 };
    case 'Home':
      return { do: 'go', index: 0 };
    case 'End':
      return { do: 'go', index: lines.length - 1 };
  }
  const line = lines[active];
  if (line === undefined) return undefined;
  const { id } = line;
  switch (key) {
    case 'ArrowRight':
      if (line.isExpandable && !line.isExpanded) return { do: 'toggle', id };
      return line.isExpanded ? { do: 'go', index: active + 1 } : { do: 'stay' };
    case 'ArrowLeft': {
      if (line.isExpandable && line.isExpanded) return { do: 'toggle', id };
      const parent = lines.findLastIndex((other, i) => i < active && other.depth < line.depth);
      return parent < 0 ? { do: 'stay' } : { do: 'go', index: parent };
    }
    case 'Enter':
      return { do: 'open', id };
    case 'F2':
      return { do: 'rename', id };
    case 'Delete':
    case 'Backspace':
      return { do: 'delete', id };
    default:
      return undefined;
  }
}

/** Reading keys: `Mod+Shift+Z` against a key event, and as people see it. */

export interface KeyPress {
  readonly key: string;
  /** The physical key: digits are found by it, because with Shift they type marks that differ by keyboard. */
  readonly code?: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Letters match without regard to case; a shortcut without Shift does not match with it, but for marks such as `?`. */
export function matches(shortcut: string, press: KeyPress, isMac: boolean): boolean {
  const parts = shortcut.split('+');
  const key = shortcut.endsWith('++') ? '+' : (parts.at(-1) ?? '');
  const wants = (modifier: string) => parts.slice(0, -1).includes(modifier);
  const mod = isMac ? press.metaKey : press.ctrlKey;
  const other = isMac ? press.ctrlKey : press.metaKey;
  if (wants('Mod') !== mod || other || wants('Alt') !== press.altKey) return false;
  const isMark = key.length === 1 && !/[a-z0-9]/i.test(key);
  if (!isMark && wants('Shift') !== press.shiftKey) return false;
  return key.toLowerCase() === press.key.toLowerCase() || (/^\d$/.test(key) && press.code === `Digit${key}`);
}

const macSigns: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Delete: '⌫', Enter: '↩' };
const signs: Readonly<Record<string, string>> = {
  Mod: 'Ctrl',
  Delete: 'Del',
  Escape: 'Esc',
  ArrowUp: '↑',
  ArrowDown: '↓',
};

/** `Ctrl Shift Z`, or `⌘⇧Z` on a Mac. */
export function formatShortcut(shortcut: string, isMac: boolean): string {
  const parts = shortcut.endsWith('++') ? [...shortcut.slice(0, -2).split('+'), '+'] : shortcut.split('+');
  const named = parts.map((p) => (isMac ? macSigns[p] : signs[p]) ?? (p.length === 1 ? p.toUpperCase() : p));
  return isMac ? named.join('') : named.join(' ');
}

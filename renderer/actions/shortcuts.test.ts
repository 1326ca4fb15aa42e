import { describe, expect, it } from 'vitest';
import { formatShortcut, matches } from './shortcuts.ts';

const press = (
  key: string,
  modifiers: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {},
) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...modifiers,
});

describe('shortcuts', () => {
  it('should take Ctrl for Mod, and Cmd on a Mac', () => {
    expect(matches('Mod+S', press('s', { ctrlKey: true }), false)).toBe(true);
    expect(matches('Mod+S', press('s', { metaKey: true }), false)).toBe(false);
    expect(matches('Mod+S', press('s', { metaKey: true }), true)).toBe(true);
  });

  it('should tell Shift apart for letters but not for marks', () => {
    expect(matches('Mod+Z', press('Z', { ctrlKey: true, shiftKey: true }), false)).toBe(false);
    expect(matches('Mod+Shift+Z', press('Z', { ctrlKey: true, shiftKey: true }), false)).toBe(true);
    expect(matches('?', press('?', { shiftKey: true }), false)).toBe(true);
  });

  it('should find digits by the key, whatever Shift types there', () => {
    expect(matches('Shift+1', { ...press('!', { shiftKey: true }), code: 'Digit1' }, false)).toBe(true);
    expect(matches('Shift+1', { ...press('!', { shiftKey: true }), code: 'Digit2' }, false)).toBe(false);
  });

  it('should not take a letter with a modifier for the letter alone', () => {
    expect(matches('z', press('z', { ctrlKey: true }), false)).toBe(false);
    expect(matches('z', press('Z'), false)).toBe(true);
  });

  it('should be shown as people know them', () => {
    expect(formatShortcut('Mod+Shift+Z', false)).toBe('Ctrl Shift Z');
    expect(formatShortcut('Mod+Shift+Z', true)).toBe('⌘⇧Z');
    expect(formatShortcut('Mod++', false)).toBe('Ctrl +');
  });
});

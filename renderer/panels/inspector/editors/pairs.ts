/** A map from text to text as chips: `key: value`. */

export function formatPairs(map: Readonly<Record<string, string>>): string[] {
  return Object.entries(map).map(([key, value]) => `${key}: ${value}`);
}

/** Reads `key: value` and `key=value`; a text without either is what is wrong. The last of equal keys wins. */
export function parsePairs(
  texts: readonly string[],
): { readonly map: Record<string, string> } | { readonly error: string } {
  const map: Record<string, string> = {};
  for (const text of texts) {
    const match = /^([^:=\s]+)\s*[:=]\s*(.*)$/.exec(text.trim());
    if (match?.[1] === undefined) return { error: `“${text}” has no value. Write key: value or key=value.` };
    map[match[1]] = match[2] ?? '';
  }
  return { map };
}

/** How well a text answers a query: the words of the query, each somewhere in the text, starts of words first. */

/** Undefined where some word of the query is not in the text; smaller is better. */
export function rank(text: string, query: string): number | undefined {
  const haystack = text.toLowerCase();
  let total = 0;
  for (const word of query
    .toLowerCase()
    .split(/\s+/)
    .filter((w) => w !== '')) {
    const at = haystack.indexOf(word);
    if (at < 0) {
      const spread = subsequence(haystack, word);
      if (spread === undefined) return undefined;
      total += 100 + spread;
      continue;
    }
    const atStart = at === 0 || /[^a-z0-9]/.test(haystack[at - 1] ?? '');
    total += atStart ? Math.min(at, 9) : 30 + Math.min(at, 9);
  }
  return total + haystack.length / 1000;
}

/** `gw` in `gateway`: the letters in order, starting at a word; only for words of two letters and more. */
function subsequence(haystack: string, word: string): number | undefined {
  if (word.length < 2) return undefined;
  let from = haystack.search(new RegExp(`(^|[^a-z0-9])${escaped(word[0] ?? '')}`));
  if (from < 0) return undefined;
  const first = from;
  for (const letter of word) {
    const at = haystack.indexOf(letter, from);
    if (at < 0) return undefined;
    from = at + 1;
  }
  const spread = from - first - word.length;
  return spread <= word.length * 3 ? spread : undefined;
}

function escaped(letter: string): string {
  return letter.replace(/[^\p{L}\p{N}]/u, '\\$&');
}

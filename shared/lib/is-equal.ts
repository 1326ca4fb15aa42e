/** Equal by value; for plain data only: what JSON could hold, and undefined. What is shared is not looked into. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((v, i) => isEqual(v, b[i]));
  }
  // Asked for tens of thousands of objects in a comparison, so no lists of keys are made. Plain data inherits nothing.
  let left = 0;
  for (const key in a) {
    if (!Object.hasOwn(b, key)) return false;
    if (!isEqual((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])) return false;
    left += 1;
  }
  for (const _ in b) left -= 1;
  return left === 0;
}

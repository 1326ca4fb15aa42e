/** Equality of plain values: key order does not count, list order does, and a field that is undefined is not there. */
export function equalValues(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return Number.isNaN(a) && Number.isNaN(b);
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => equalValues(item, b[i]))
    );
  }
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(left)) {
    if (left[key] !== undefined && !(Object.hasOwn(right, key) && equalValues(left[key], right[key]))) return false;
  }
  return Object.keys(right).every(
    (key) => right[key] === undefined || (Object.hasOwn(left, key) && left[key] !== undefined),
  );
}

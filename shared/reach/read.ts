/** Reading unknown values without trusting them. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Null counts as absent, as in Kubernetes. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Labels with their text values; anything else is left out. */
export function readLabels(value: unknown): Readonly<Record<string, string>> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

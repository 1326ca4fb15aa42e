/** The value of a JSON text; undefined where it is none. What stands there is for the caller to check. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Marks a branch that the types say cannot happen. Throws, because reaching it means that we are wrong. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}

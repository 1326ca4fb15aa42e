/**
 * Runs `work` for every item, at most `width` at a time. Where one fails nothing further is begun, what is under way is
 * waited for, and the first failure is thrown: afterwards nothing goes on behind the caller's back.
 */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const queue = items.entries();
  const failures: unknown[] = [];
  // Iterators hand out each item once, whichever lane asks.
  const lane = async () => {
    for (const [index, item] of queue) {
      await work(item, index).catch((error: unknown) => failures.push(error));
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  if (failures.length > 0) throw failures[0];
}

/**
 * Waits until all have ended, also where one fails: a request left under way would wake up in the function's next call.
 *
 * @throws what the first of them that failed threw
 */
export async function allEnded<const T extends readonly unknown[]>(
  started: T,
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  await Promise.allSettled(started);
  return await Promise.all(started);
}

/**
 * Works on all items, so many at a time, and gives the answers in their order. After a failure no further item is begun;
 * it ends when everything that was begun has ended.
 *
 * @throws what the first failure threw
 */
export async function sideBySide<Item, Answer>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const waiting = items.entries();
  let failed = false;
  const lane = async () => {
    for (const [place, item] of waiting) {
      if (failed) return;
      try {
        answers[place] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await allEnded(Array.from({ length: Math.min(most, items.length) }, lane));
  return answers;
}

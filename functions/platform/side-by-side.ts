import { logged } from "./cause.ts";
import { logger } from "./logger.ts";

/**
 * Waits until all have ended, also where one fails: a request left under way would wake up in the function's next call.
 *
 * @throws what the first of them that failed threw; what others threw is logged
 */
export async function allEnded<const T extends readonly unknown[]>(
  started: T,
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  const ends = await Promise.allSettled(started);
  const [, ...others] = ends.filter((end) => end.status === "rejected");
  for (const { reason } of others) logger.warn("Something failed beside what is told", logged(reason));
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

/**
 * The same for more items than are to be held at once: gives each answer as soon as its turn comes, and works no further
 * ahead than so many. It ends, also where the reader stops or a failure comes, when everything that was begun has ended.
 *
 * @throws what the first failure in the order of the items threw
 */
export async function* sideBySideInTurn<Item, Answer>(
  items: Iterable<Item>,
  most: number,
  work: (item: Item) => Promise<Answer>,
): AsyncGenerator<Answer> {
  const waiting = items[Symbol.iterator]();
  const begun: Promise<Answer>[] = [];
  const begin = () => {
    const next = waiting.next();
    if (next.done === true) return;
    const working = work(next.value);
    working.catch(() => {}); // told when its turn comes
    begun.push(working);
  };
  try {
    for (let lane = 0; lane < most; lane++) begin();
    for (let first = begun.shift(); first !== undefined; first = begun.shift()) {
      const answer = await first;
      begin();
      yield answer;
    }
  } finally {
    await Promise.allSettled(begun);
  }
}

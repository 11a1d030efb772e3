/** Seconds that a piece of work took; the work may say so itself where not all of it counts. */
export type Contestant = (round: number) => Promise<number>;

/**
 * Has every contestant run once a round, beginning with another one each time, so that whatever else the machine does
 * falls on all of them.
 *
 * @returns seconds by contestant, one for each round
 */
export async function interleaved<Name extends string>(
  rounds: number,
  contestants: Readonly<Record<Name, Contestant>>,
): Promise<Record<Name, number[]>> {
  const entries = Object.entries<Contestant>(contestants);
  const seconds = new Map<string, number[]>(entries.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < entries.length; i++) {
      const [name, run] = entries[(i + round) % entries.length] ?? [];
      if (name === undefined || run === undefined) continue;
      seconds.get(name)?.push(await run(round));
    }
  }
  return Object.fromEntries(seconds) as Record<Name, number[]>; // the names are those of the contestants
}

/** Seconds that a piece of work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** Pieces of work per second, for each round. */
export function rates(count: number, seconds: readonly number[]): number[] {
  return seconds.map((one) => count / one);
}

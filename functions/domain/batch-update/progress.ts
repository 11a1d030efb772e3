/** How far a step has come, in whatever it counts. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

/**
 * Lines in the chunks that are done. A chunk that is named twice counts once, and one that the plan does not have not at all.
 *
 * @param starts first line of each chunk, in order
 * @param total lines in all chunks
 */
export function linesDone(starts: readonly number[], total: number, chunks: Iterable<number>): number {
  let done = 0;
  for (const chunk of new Set(chunks)) {
    const start = starts[chunk];
    if (start !== undefined) done += (starts[chunk + 1] ?? total) - start;
  }
  return done;
}

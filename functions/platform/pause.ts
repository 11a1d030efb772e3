export async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

const longestBackOff = 2000;

/**
 * Waits before another try, with full jitter: any time up to one that doubles with each try, so that many who were turned
 * away together do not come again together.
 *
 * @param attempt 1 before the second try
 * @param first milliseconds that it waits at most after a try 0
 */
export async function backOff(attempt: number, first: number): Promise<void> {
  await pause(Math.random() * Math.min(longestBackOff, first * 2 ** attempt));
}

/** Requests of one library that are counted together: those of this many milliseconds, from one full multiple to the next. */
export const rateWindow = 10_000;

/** Most milliseconds that an instance of the API counts for itself before it says so to the others. */
const longestUntold = 1000;

/** Which stretch of time requests are counted in, and how many milliseconds of it are left. */
export function windowAt(now: Date): { readonly window: number; readonly left: number } {
  const window = Math.floor(now.getTime() / rateWindow);
  return { window, left: (window + 1) * rateWindow - now.getTime() };
}

/** What one instance knows of a library's requests in a window: of all instances when it last told, and its own since. */
export interface Counted {
  readonly window: number;
  readonly told: number;
  readonly untold: number;
  /** Instant in milliseconds of the last telling. */
  readonly toldAt: number;
}

/** With one request more. A new window begins empty, and is told of at once: others may have used it up. */
export function counted(known: Counted | undefined, now: Date): Counted {
  const { window } = windowAt(now);
  if (known?.window !== window) return { window, told: 0, untold: 1, toldAt: Number.NEGATIVE_INFINITY };
  return { ...known, untold: known.untold + 1 };
}

/**
 * Whether the others must be told before it is judged: a second has passed, or a tenth of the window's requests has come
 * here alone. So an instance lets at most a tenth pass that the others do not know of.
 *
 * @param most requests of a library in a window
 */
export function mustTell({ untold, toldAt }: Counted, most: number, now: Date): boolean {
  return now.getTime() - toldAt >= longestUntold || untold * 10 >= most;
}

export function isOver({ told, untold }: Counted, most: number): boolean {
  return told + untold > most;
}

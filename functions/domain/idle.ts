/** Minutes without any doing after which a person is signed out, where the library has said nothing else. */
export const defaultIdleMinutes = 30;

/** Milliseconds for which people are warned: WCAG 2.2.1 asks for 20 seconds at least. */
const longestWarning = 120_000;

/** Where a person stands who may have left the computer. Times are milliseconds. */
export type Idleness =
  | { readonly kind: "working"; readonly warnIn: number }
  /** Signed out after `left`, unless they say that they are there. */
  | { readonly kind: "warned"; readonly left: number }
  | { readonly kind: "over" };

/**
 * Judges by the clock and not by a timer's count, since a computer that slept has counted nothing. The warning takes the
 * last two minutes, or the second half where that is shorter.
 *
 * @param lastDoing and `now` in milliseconds since 1970; a `lastDoing` in the future, by a clock set back, counts as now
 */
export function idleness(lastDoing: number, now: number, idleMinutes: number = defaultIdleMinutes): Idleness {
  const longest = idleMinutes * 60_000;
  const idle = Math.max(0, now - lastDoing);
  const left = longest - idle;
  if (left <= 0) return { kind: "over" };
  const warning = Math.min(longestWarning, longest / 2);
  return left <= warning ? { kind: "warned", left } : { kind: "working", warnIn: left - warning };
}

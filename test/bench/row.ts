/** One line of the table: what was measured, against what, and what it must reach. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly other: number;
  readonly ratio: number;
  /** Lowest and highest ratio of all rounds; absent where there is one measurement only. */
  readonly spread?: readonly [number, number];
  /** Part of our time for which the database engine was at work; absent where it was not measured. */
  readonly engineShare?: number;
  readonly against: string;
  /** Undefined where the row is for information. */
  readonly reach: number | undefined;
  readonly direction: "at least" | "at most";
  readonly ok: boolean;
}

type Given = Omit<Row, "ok" | "ratio" | "spread">;

/**
 * A row from single measurements.
 *
 * @param ratio ours over other, unless they mean something else
 */
export function row(given: Given, ratio: number = given.ours / given.other): Row {
  const { reach, direction } = given;
  return { ...given, ratio, ok: reach === undefined || (direction === "at least" ? ratio >= reach : ratio <= reach) };
}

/** A row from rounds in which both were measured one after the other: each round has a ratio, and the middle one counts. */
export function rowOfRounds(
  given: Omit<Given, "ours" | "other">,
  ours: readonly number[],
  other: readonly number[],
): Row {
  const ratios = ours.map((value, round) => value / (other[round] ?? Number.NaN));
  const whole = { ...given, ours: median(ours), other: median(other) };
  return { ...row(whole, median(ratios)), spread: [Math.min(...ratios), Math.max(...ratios)] };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? (upper + (sorted[middle - 1] ?? Number.NaN)) / 2 : upper;
}

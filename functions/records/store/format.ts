/** What carries no number was written by version 0.1.0. */
const firstFormat = 1;

/** Something stored that this version cannot read, because a later one wrote it. */
export class LaterFormat extends Error {
  override name = "LaterFormat";
}

/**
 * The format that something stored is in: 1 where it says none.
 *
 * @param thing how it is called in the error, such as its key: ids, no patron data
 * @param known the latest format that this version knows
 * @throws LaterFormat where it was made by a later version, whose data must not be read by halves
 */
export function checkedFormat(thing: string, format: number | undefined, known: number): number {
  const found = format ?? firstFormat;
  if (found <= known) return found;
  throw new LaterFormat(
    `${thing} was made by a later version: it has format ${found}, this version reads formats up to ${known}. ` +
      "Run the version that made it, or a later one.",
  );
}

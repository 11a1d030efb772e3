import { changedRows } from "../csv-rows.ts";
import { longestShown } from "./shown-line.ts";

/** What stands in the list of errors instead of what was wrong with the line of a patron who was erased. */
const erasedLineReason = "the patron was erased since";

/**
 * The list of errors without what it says of a patron; undefined where it says nothing. Of a line without an id that is not
 * shown whole, or writes characters as JSON can, nobody can tell whose it is: its text goes too.
 */
export function errorsWithout(file: Buffer, patronId: string): Buffer | undefined {
  const named = new RegExp(`(?<![A-Za-z0-9._-])${patronId.replaceAll(".", "\\.")}(?![A-Za-z0-9._-])`);
  return changedRows(file, {
    isMeant: (row) => (row.includes(patronId) && named.test(row.toString("utf8"))) || isAnybodys(row),
    change: (cells) => {
      const [line, id, reason] = cells;
      const isNamed = cells.some((cell) => named.test(cell));
      return [Number(line), id, isNamed ? erasedLineReason : reason, undefined];
    },
  });
}

const withoutId = /^\d+,,/;
/** A character that may stand in an id, as JSON can write it: `-`, `.`, `_`, digits, letters. */
export const escapedInId = /\\u00(?:2[de]|3\d|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a])/i;

function isAnybodys(row: Buffer): boolean {
  const text = row.toString("utf8");
  if (text.length < longestShown && !escapedInId.test(text)) return false;
  return withoutId.test(text) && ([...text].length > longestShown || escapedInId.test(text));
}

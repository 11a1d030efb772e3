import { csvText } from "./csv.ts";
import { type Cell, withoutGuard } from "./formula-guard.ts";

const quote = '"'.charCodeAt(0);
const lineFeed = "\n".charCodeAt(0);

/** What becomes of some rows of a spreadsheet. */
export interface RowChange {
  isMeant(row: Buffer): boolean;
  /** The cells that take the place of a row's; undefined where the row goes. */
  change(cells: readonly string[]): readonly Cell[] | undefined;
}

/**
 * Changes rows of a file that `csvText` wrote, and leaves all others to the byte as they are. Row by row, for a report of a
 * large batch update has hundreds of thousands of them.
 *
 * @returns undefined where nothing changes
 */
export function changedRows(csv: Buffer, { isMeant, change }: RowChange): Buffer | undefined {
  const parts: Uint8Array[] = [];
  let kept = 0;
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < csv.length; at++) {
    const byte = csv[at];
    if (byte === quote) isQuoted = !isQuoted;
    if (byte !== lineFeed || isQuoted) continue;
    const row = csv.subarray(start, at + 1);
    if (isMeant(row)) {
      const cells = change(cellsOf(row.toString("utf8")));
      const text = Buffer.from(cells === undefined ? "" : csvText([cells]));
      if (!text.equals(row)) {
        parts.push(csv.subarray(kept, start), text);
        kept = at + 1;
      }
    }
    start = at + 1;
  }
  return parts.length === 0 ? undefined : Buffer.concat([...parts, csv.subarray(kept)]);
}

/** What a row begins with whose first cell is a text. */
export function rowBeginning(first: string): Buffer {
  return Buffer.from(csvText([[first, undefined]]).trimEnd());
}

const cell = /(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g;

/** The cells of one row as they were before `csvText` guarded and quoted them. */
function cellsOf(row: string): string[] {
  return [...row.replace(/\r\n$/, "").matchAll(cell)].map(([, quoted, plain = ""]) =>
    withoutGuard(quoted === undefined ? plain : quoted.replaceAll('""', '"')),
  );
}

import { idSchema } from "../text.ts";

/**
 * What a list of errors shows of a line that was not taken in. What a patron has had is shown to nobody: it is left out, in
 * whatever way a line names it, and where a line is too broken to tell what is what, so is all that it may be.
 */
const leftOut = "(left out)";

const field = "hasHad";
/** The name in every way of writing it that somebody may take for it, and escapes in which it could hide. */
const written = /has[^A-Za-z0-9]{0,3}had|\\u00[467]/i;

function isField(name: string): boolean {
  return name.replaceAll(/[^A-Za-z0-9]/g, "").toLowerCase() === field.toLowerCase();
}

/** Of a line that is one object in JSON, as it stands there unless something is left out. */
export function shownRecord(json: string): string {
  if (!written.test(json)) return json;
  return JSON.stringify(JSON.parse(json, (name, value: unknown) => (isField(name) ? leftOut : value)));
}

/** Of a line that should be one object in JSON and is not. */
export function shownBrokenRecord(text: string): string {
  // A piece of a record that stands on several lines may be a piece of the list.
  if (/^[\s,}\]]*["[\]]/.test(text)) return leftOut;
  const at = text.search(written);
  return at === -1 ? text : `${text.slice(0, at)}${leftOut}`;
}

/** Where the cells of a CSV file stand that matter here. */
export interface CsvPlaces {
  readonly id: number;
  /** -1 where the file has no such column. */
  readonly hasHad: number;
  readonly columns: number;
}

/**
 * Of a row of a CSV file. A row that is broken, or has cells too many, may hold in any cell from that column on what belongs
 * into it, and one without an id where the id should be anywhere: it may be the rest of another row.
 *
 * @param row.cells as they stand in the file; of a broken row those before the one that is broken
 */
export function shownRow(
  row: { readonly text: string; readonly cells: readonly string[]; readonly reason?: string },
  { id, hasHad, columns }: CsvPlaces,
): string {
  if (hasHad === -1) return row.text;
  const { cells, reason } = row;
  if (!idSchema.safeParse(cells[id]?.trim().replace(/^'/, "")).success) return leftOut;
  const before = cells.slice(0, hasHad);
  const after = reason === undefined && cells.length <= columns ? cells.slice(hasHad + 1) : [];
  const isThere = reason !== undefined || cells.length > hasHad;
  return [...before, ...(isThere ? [leftOut] : []), ...after].map(quotedCell).join(",");
}

function quotedCell(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Characters that are shown of a line. */
export const longestShown = 1000;

/** As much of a line as is shown. */
export function shownText(text: string): string {
  if (text.length <= longestShown) return text;
  // Twice as many units hold as many characters, whatever they are.
  return [...text.slice(0, 2 * longestShown)].slice(0, longestShown).join("");
}

/** A cell of a report; undefined is an empty one. */
export type Cell = string | number | boolean | undefined;

/**
 * A text that a spreadsheet would take for a formula gets a leading apostrophe; numbers stay as they are, negative ones
 * too.
 */
export function formulaSafe(cell: Cell): Cell {
  return typeof cell === "string" && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}

/**
 * Takes away the apostrophe that {@link formulaSafe}, or a spreadsheet, put before a text. One alone; a text that itself
 * begins with an apostrophe before such a character is not told from a guarded one, and loses it.
 */
export function withoutGuard(cell: string): string {
  return /^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}

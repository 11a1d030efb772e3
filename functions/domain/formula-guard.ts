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
 * The same for files that are imported again: besides formulas, what would not come back as it was gets an apostrophe, which
 * {@link textOfCell} takes away. That is a text with blanks around it, and one that already begins like a guarded one.
 */
export function importSafe(cell: Cell): Cell {
  return typeof cell === "string" && needsGuard(cell) ? `'${cell}` : cell;
}

/**
 * The text of a cell of an imported file. Blanks around it do not count, nor does one apostrophe that {@link importSafe},
 * a report or a spreadsheet put before it; behind the apostrophe of a quoted cell everything is kept to the letter.
 */
export function textOfCell(cell: string, isQuoted: boolean): string {
  const text = isQuoted && isGuarded(cell) ? cell : cell.trim();
  return isGuarded(text) ? text.slice(1) : text;
}

/** Takes the apostrophe away that a report or a spreadsheet put before a text. One alone: who wants to keep it doubles it. */
export function withoutGuard(text: string): string {
  return /^'+[=+\-@\t\r]/.test(text) ? text.slice(1) : text;
}

function isGuarded(cell: string): boolean {
  return cell.startsWith("'") && needsGuard(cell.slice(1));
}

function needsGuard(text: string): boolean {
  return /^'*[=+\-@\s]|\s$/.test(text);
}

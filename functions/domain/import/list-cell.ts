/** One entry of a list in a CSV cell; `negated` where an unescaped `!` stood before it. */
export interface ListEntry {
  readonly text: string;
  readonly negated: boolean;
}

/**
 * Splits a cell such as `Mysteries|!Strong language`. A backslash takes the meaning from the character after it, so
 * `\|` is a bar, `\!` at the beginning an exclamation mark and `\\` a backslash. Blanks around entries and entries
 * without a character are left out.
 */
export function listOfCell(cell: string): ListEntry[] {
  const entries: ListEntry[] = [];
  let text = "";
  let negated = false;
  const end = () => {
    const trimmed = text.trim();
    if (trimmed !== "") entries.push({ text: trimmed, negated });
    text = "";
    negated = false;
  };
  for (let i = 0; i < cell.length; i++) {
    const character = cell.charAt(i);
    if (character === "\\" && i + 1 < cell.length) text += cell.charAt(++i);
    else if (character === "|") end();
    else if (character === "!" && text.trim() === "" && !negated) negated = true;
    else text += character;
  }
  end();
  return entries;
}

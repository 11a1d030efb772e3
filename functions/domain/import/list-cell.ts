/** One entry of a list in a CSV cell; `negated` where an unescaped `!` stood before it. */
export interface ListEntry {
  readonly text: string;
  readonly negated: boolean;
}

/**
 * Splits a cell such as `Mysteries|!Strong language`. A backslash takes the meaning from the character after it, so
 * `\|` is a bar, `\!` at the beginning an exclamation mark and `\\` a backslash. Blanks around entries are left out, but
 * for those with a backslash before them, and so are entries without a character.
 */
export function listOfCell(cell: string): ListEntry[] {
  const entries: ListEntry[] = [];
  let text = "";
  let negated = false;
  /** The part of the text from the first character with a backslash to the last: no blank of it is left out. */
  let kept: { readonly from: number; readonly to: number } | undefined;
  const end = () => {
    const { from, to } = kept ?? { from: text.length, to: text.length };
    const before = text.slice(0, from);
    const trimmed =
      kept === undefined ? text.trim() : before.trimStart() + text.slice(from, to) + text.slice(to).trimEnd();
    if (trimmed !== "") entries.push({ text: trimmed, negated });
    text = "";
    negated = false;
    kept = undefined;
  };
  for (let i = 0; i < cell.length; i++) {
    const character = cell.charAt(i);
    if (character === "\\" && i + 1 < cell.length) {
      kept = { from: kept?.from ?? text.length, to: text.length + 1 };
      text += cell.charAt(++i);
    } else if (character === "|") end();
    else if (character === "!" && kept === undefined && text.trim() === "" && !negated) negated = true;
    else text += character;
  }
  end();
  return entries;
}

/** The cell that {@link listOfCell} reads these entries from. */
export function cellOfList(entries: readonly ListEntry[]): string {
  return entries.map(({ text, negated }) => `${negated ? "!" : ""}${escaped(text)}`).join("|");
}

function escaped(text: string): string {
  const inside = text.replaceAll(/[\\|]/g, "\\$&").replace(/^[!\s]/, "\\$&");
  // A text that is one blank has its backslash already.
  return text.length > 1 ? inside.replace(/\s$/, "\\$&") : inside;
}

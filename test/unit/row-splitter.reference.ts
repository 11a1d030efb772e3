/**
 * The CSV dialect of imports a second time, as it would be read aloud: the whole text at once, one character after the
 * other, and a row that cannot be read is its first line.
 */
export function rowsByReading(text: string) {
  const rows: { line: number; text: string; cells: string[]; quoted: number[]; isBroken: boolean }[] = [];
  let rest = text.replace(/^\uFEFF/, "");
  let line = 1;
  while (rest !== "") {
    const [whole = "", first = "", end = ""] = /^([^\r\n]*)(\r\n|\r|\n|$)/.exec(rest) ?? [];
    const read = readRow(rest);
    if (typeof read === "string") {
      rows.push({ line, text: read, ...cellsOf(read), isBroken: false });
      const after = rest.slice(read.length);
      rest = after.replace(/^(\r\n|\r|\n)/, "");
      line += read.split(/\r\n|\r|\n/).length;
    } else {
      rows.push({ line, text: first, cells: read, quoted: [], isBroken: true });
      rest = rest.slice(whole.length);
      if (end === "") rest = "";
      line += 1;
    }
  }
  return rows;
}

const cell = /^(?:[ \t]*"((?:[^"]|"")*)"[ \t]*(?=,|\r|\n|$(?![\s\S]))|(?![ \t]*")([^,\r\n]*))/;

/** The text of the row that begins here, or the cells before the one that is broken. */
function readRow(text: string): string | string[] {
  let at = 0;
  const cells: string[] = [];
  for (;;) {
    const found = cell.exec(text.slice(at));
    if (found === null) return cells;
    cells.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? "");
    at += found[0].length;
    if (text[at] !== ",") return text.slice(0, at);
    at += 1;
  }
}

function cellsOf(row: string): { cells: string[]; quoted: number[] } {
  const cells: string[] = [];
  const quoted: number[] = [];
  for (let at = 0; ; ) {
    const found = cell.exec(row.slice(at));
    if (found?.[1] !== undefined) quoted.push(cells.length);
    cells.push(found?.[1]?.replaceAll('""', '"') ?? found?.[2] ?? "");
    at += (found?.[0].length ?? 0) + 1;
    if (at > row.length) return { cells, quoted };
  }
}

import { withoutGuard } from "#domain/formula-guard";

/** A line of a file that did not come in, as the list of errors tells it. */
export interface RejectedLine {
  readonly line: string;
  readonly id: string;
  readonly reason: string;
  readonly text: string;
}

/**
 * The first rejected lines of a list of errors, which is our own CSV: what was cut off in the middle of a row is left out.
 *
 * @param most rows to read
 */
export function rejectedLines(csv: string, most: number): RejectedLine[] {
  const lines: RejectedLine[] = [];
  for (const [line = "", id = "", reason = "", text = ""] of rowsOf(csv.replace(/^\ufeff/, ""))) {
    if (line === "line" && id === "id") continue;
    lines.push({ line, id: withoutGuard(id), reason: withoutGuard(reason), text: withoutGuard(text) });
    if (lines.length === most) break;
  }
  return lines;
}

function* rowsOf(csv: string): Generator<string[]> {
  let cells: string[] = [];
  let at = 0;
  while (at < csv.length) {
    const isQuoted = csv[at] === '"';
    const end = isQuoted ? closingQuote(csv, at + 1) : cellEnd(csv, at);
    if (end === -1) return;
    cells.push(isQuoted ? csv.slice(at + 1, end).replaceAll('""', '"') : csv.slice(at, end));
    at = isQuoted ? end + 1 : end;
    if (csv[at] === ",") at += 1;
    else if (csv.startsWith("\r\n", at)) {
      yield cells;
      cells = [];
      at += 2;
    } else return;
  }
}

function closingQuote(csv: string, from: number): number {
  for (let quote = csv.indexOf('"', from); quote !== -1; quote = csv.indexOf('"', quote + 2)) {
    if (csv[quote + 1] !== '"') return quote;
  }
  return -1;
}

function cellEnd(csv: string, from: number): number {
  const length = csv.slice(from).search(/,|\r\n/);
  return length === -1 ? -1 : from + length;
}

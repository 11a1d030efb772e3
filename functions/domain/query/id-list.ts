import { withoutGuard } from "../formula-guard.ts";
import { type CsvRow, notUtf8, RowSplitter } from "../import/row-splitter.ts";
import { listedIdProblem } from "./listed-ids.ts";

const header = "patronid";
/** One column, so a line beyond this is no list of ids; it bounds what is held of a file that has no line ends. */
const longestLine = 1000;

/** The file cannot be read as a list of ids. The message is a sentence for the person who sent it. */
export class IdListRefused extends Error {
  override readonly name = "IdListRefused";
}

/** An id as it was meant: without blanks around it, and without the apostrophe that a spreadsheet put before = + - @. */
export function listedId(text: string): string {
  return withoutGuard(text.trim());
}

/**
 * Reads a file of patron ids, one a line or a CSV of one column, in its order and with its duplicates: UTF-8 with or
 * without BOM; lines end and quotes stand as in imports; blank lines, spaces around ids and an apostrophe before = + - @ do
 * not count; a first line `patronId` is a header.
 *
 * @throws IdListRefused for a second column, an empty file, an open quotation mark, or text that is not UTF-8
 */
export async function* readIdList(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const splitter = new RowSplitter({ delimiters: ",;\t", longestRow: longestLine });
  const list = new List();
  for await (const piece of bytes) yield* list.ids(splitter.push(piece));
  yield* list.ids(splitter.end());
  if (list.found === 0) throw new IdListRefused("The file has no patron IDs. Give one ID per line.");
}

class List {
  found = 0;
  #isFirst = true;

  *ids(rows: readonly CsvRow[]): Generator<string> {
    for (const row of rows) {
      const id = idOf(row);
      if (id === "") continue;
      const isHeader = this.#isFirst && id.toLowerCase() === header;
      this.#isFirst = false;
      if (isHeader) continue;
      this.found++;
      yield id;
    }
  }
}

function idOf({ line, text, cells, reason }: CsvRow): string {
  if (reason !== undefined) throw new IdListRefused(refusal(line, text, reason));
  const [first = "", ...others] = cells;
  if (others.some((cell) => cell.trim() !== "")) {
    throw new IdListRefused(
      `Line ${line} has ${cells.length} columns. Give a file with one column, the patron IDs, and nothing else.`,
    );
  }
  const id = listedId(first);
  const problem = id === "" ? undefined : (listedIdProblem(id) ?? lineBreakProblem(id));
  if (problem !== undefined) throw new IdListRefused(`The ID on line ${line} is not valid: it ${problem}.`);
  return id;
}

function lineBreakProblem(id: string): string | undefined {
  return /[\r\n]/.test(id) ? "goes on over a line end; look for a quotation mark that is not closed" : undefined;
}

function refusal(line: number, text: string, reason: string): string {
  if (reason === notUtf8) {
    return "The file is not UTF-8 text. Save it as CSV UTF-8 or plain text in UTF-8.";
  }
  if (text.includes('"')) {
    return `Line ${line} begins with a quotation mark that is not closed at its end. Close it or take it out; double one that belongs to an id.`;
  }
  return `Line ${line} is far too long for a patron ID. Give a text file with one ID per line.`;
}

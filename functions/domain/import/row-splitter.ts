import { isUtf8 } from "node:buffer";

/** Bytes that a quoted cell may hold; one that is not closed by then counts as never closed. */
export const longestQuotedCell = 64 * 1024;

/** The reason of a row whose bytes are no text. */
export const notUtf8 = "is not UTF-8";

/** A row as it stands in the file, from the line it begins on. */
export interface CsvRow {
  /** From 1, as an editor counts: LF, CRLF and CR each end a line, also inside a cell. */
  readonly line: number;
  /** What stands there, without the line end. Of a row that cannot be read: its first line. */
  readonly text: string;
  /** Of a row that cannot be read: the cells before the one that is broken. */
  readonly cells: readonly string[];
  /** Places of the cells that stood in quotes; absent where none did. */
  readonly quoted?: ReadonlySet<number>;
  /** Why the row cannot be read. */
  readonly reason?: string;
}

export interface RowSplitterOptions {
  /** Characters that part cells, each a single byte. */
  readonly delimiters?: string;
  /** Bytes that a row may have. */
  readonly longestRow: number;
}

/** What was found at the beginning of a row; `next` is the place after its line end. */
type Found =
  | {
      readonly is: "row";
      readonly cells: string[];
      readonly quoted: Set<number>;
      readonly end: number;
      readonly next: number;
    }
  | { readonly is: "broken"; readonly cells: string[]; readonly reason: string; readonly at: number }
  | { readonly is: "cut off" };

const cutOff: Found = { is: "cut off" };
const byteOrderMark = "\xEF\xBB\xBF";
/** Bytes of a row that is too long which are kept to show it. */
const shownOfLongRow = 4096;

const neverClosed = `has a quote at the beginning of a cell that is never closed (within ${longestQuotedCell / 1024} kB)`;
const textAfterQuote =
  "has text after the quote that closes a cell, or a quote at the beginning of a cell that is never closed; " +
  "inside a quoted cell write a quote twice";

/**
 * Cuts a CSV file that comes in pieces into rows and cells; each row is given as soon as it is whole, and no more than a
 * row is held.
 *
 * LF, CRLF and CR end a row in any mixture. A cell that begins with a quote, blanks before it not counted, runs to the
 * next single quote, over commas and line ends, and nothing but blanks may stand between that quote and the end of the
 * cell. Where that does not hold, the quote was a stray one: its row is broken, and is its first line alone, so that no
 * other row goes with it. Quotes inside a cell that began without one are text.
 *
 * Bytes are kept as characters of the same number until a row is whole: what parts rows and cells is ASCII, which never
 * is a part of another character of UTF-8, so pieces may end anywhere.
 */
export class RowSplitter {
  readonly #delimiters: string;
  readonly #longestRow: number;
  readonly #cellEnd: RegExp;
  #text = "";
  #line = 1;
  #isAtStart = true;
  /** The rest of a line that was too long is read over up to its end. */
  #readsOver = false;

  constructor({ delimiters = ",", longestRow }: RowSplitterOptions) {
    this.#delimiters = delimiters;
    this.#longestRow = longestRow;
    this.#cellEnd = new RegExp(`[${delimiters}\r\n]`, "g");
  }

  /** The rows that are whole now. */
  push(bytes: Uint8Array): CsvRow[] {
    this.#text += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    return this.#take(false);
  }

  /** The rows that are left when the file ends. */
  end(): CsvRow[] {
    return this.#take(true);
  }

  #take(isEnd: boolean): CsvRow[] {
    const rows: CsvRow[] = [];
    let start = 0;
    if (this.#isAtStart) {
      if (!isEnd && this.#text.length < byteOrderMark.length) return rows;
      if (this.#text.startsWith(byteOrderMark)) start = byteOrderMark.length;
      this.#isAtStart = false;
    }
    const places = new Places(this.#text, isEnd);
    while (start < this.#text.length) {
      const next = this.#readsOver ? this.#overLine(places, start) : this.#row(rows, places, start);
      if (next === undefined) break;
      start = next;
    }
    this.#text = this.#text.slice(start);
    return rows;
  }

  #overLine(places: Places, start: number): number | undefined {
    const line = places.lineFrom(start);
    if (line === undefined) {
      this.#text = this.#text.endsWith("\r") ? "\r" : ""; // a CR at the very end may be half of a line end
      return this.#text === "" ? 0 : undefined;
    }
    this.#readsOver = false;
    this.#line += 1;
    return line.next;
  }

  /** Adds the row that begins at `start`. Where the next one begins; undefined where this one is not whole yet. */
  #row(rows: CsvRow[], places: Places, start: number): number | undefined {
    const text = this.#text;
    const limit = start + this.#longestRow;
    const line = places.lineFrom(start);
    if (line === undefined && text.length <= limit) return undefined;
    if (line === undefined || line.end > limit) {
      const beginning = text.slice(start, start + Math.min(shownOfLongRow, this.#longestRow));
      const reason = `is longer than ${this.#longestRow} bytes`;
      const cells = this.#cellsBeforeQuote(beginning).map(utf8);
      rows.push({ line: this.#line, text: utf8(beginning), cells, reason });
      this.#readsOver = true;
      return start;
    }
    const firstLine = text.slice(start, line.end);
    if (!places.hasQuote(start, line.end)) {
      rows.push(rowOf(this.#line++, firstLine, this.#plain(firstLine)));
      return line.next;
    }
    const found = this.#quoted(start, places.isEnd);
    const reached = found.is === "row" ? found.end : found.is === "broken" ? found.at : text.length;
    const isTooLong = reached > limit;
    if (found.is === "cut off" && !isTooLong) return undefined;
    if (found.is === "row" && !isTooLong) {
      rows.push({ ...rowOf(this.#line, text.slice(start, found.end), found.cells), quoted: found.quoted });
      this.#line += text.slice(start, found.next).match(/\r\n|\r|\n/g)?.length ?? 0;
      return found.next;
    }
    const { cells, reason } =
      found.is === "broken" && !isTooLong
        ? found
        : {
            cells: this.#cellsBeforeQuote(firstLine),
            reason: `begins a row of more than ${this.#longestRow} bytes, perhaps for want of a closing quote`,
          };
    rows.push({ ...rowOf(this.#line++, firstLine, []), cells: cells.map(utf8), reason });
    return line.next;
  }

  #plain(line: string): string[] {
    return line.split(this.#delimiters.length === 1 ? this.#delimiters : this.#cellEnd);
  }

  /** The cells that the beginning of a row surely has: the last one may go on. */
  #cellsBeforeQuote(beginning: string): string[] {
    const [plain = ""] = beginning.split('"', 1);
    return this.#plain(plain).slice(0, -1);
  }

  #quoted(start: number, isEnd: boolean): Found {
    const text = this.#text;
    const cells: string[] = [];
    const quoted = new Set<number>();
    let at = start;
    for (;;) {
      const first = this.#overBlanks(at);
      let end: number;
      if (text[first] === '"') {
        const closing = closingQuote(text, first + 1, isEnd);
        if (closing === "cut off") return cutOff;
        if (closing === "never") return { is: "broken", cells, reason: neverClosed, at: first };
        end = this.#overBlanks(closing + 1);
        if (end === text.length && !isEnd) return cutOff;
        if (end < text.length && !this.#endsCell(text.charAt(end))) {
          return { is: "broken", cells, reason: textAfterQuote, at: closing };
        }
        quoted.add(cells.length);
        cells.push(text.slice(first + 1, closing).replaceAll('""', '"'));
      } else {
        this.#cellEnd.lastIndex = first;
        end = this.#cellEnd.exec(text)?.index ?? text.length;
        if (end === text.length && !isEnd) return cutOff;
        cells.push(text.slice(at, end));
      }
      if (end === text.length || !this.#delimiters.includes(text.charAt(end))) {
        if (text[end] === "\r" && end + 1 === text.length && !isEnd) return cutOff;
        const isPair = text[end] === "\r" && text[end + 1] === "\n";
        return { is: "row", cells, quoted, end, next: Math.min(end + (isPair ? 2 : 1), text.length) };
      }
      at = end + 1;
    }
  }

  #overBlanks(at: number): number {
    let i = at;
    while (this.#text[i] === " " || (this.#text[i] === "\t" && !this.#delimiters.includes("\t"))) i += 1;
    return i;
  }

  #endsCell(character: string): boolean {
    return character === "\n" || character === "\r" || this.#delimiters.includes(character);
  }
}

/** The place of the quote that closes a cell; one that stands twice is text. */
function closingQuote(text: string, from: number, isEnd: boolean): number | "never" | "cut off" {
  for (let next = from; ; ) {
    const quote = text.indexOf('"', next);
    if ((quote === -1 ? text.length : quote) - from > longestQuotedCell) return "never";
    if (quote === -1) return isEnd ? "never" : "cut off";
    if (quote + 1 === text.length && !isEnd) return "cut off";
    if (text[quote + 1] !== '"') return quote;
    next = quote + 2;
  }
}

/** Where lines end and quotes stand in a text, each looked for once on the way through it: asked for forwards only. */
class Places {
  readonly isEnd: boolean;
  readonly #text: string;
  #lineFeed = -1;
  #return = -1;
  #quote = -1;

  /** @param isEnd nothing comes after the text */
  constructor(text: string, isEnd: boolean) {
    this.#text = text;
    this.isEnd = isEnd;
  }

  /** The first line end from a place on; undefined where it has not come yet. */
  lineFrom(start: number): { end: number; next: number } | undefined {
    if (this.#lineFeed < start) this.#lineFeed = this.#next("\n", start);
    if (this.#return < start) this.#return = this.#next("\r", start);
    const { length } = this.#text;
    if (this.#lineFeed < this.#return) return { end: this.#lineFeed, next: this.#lineFeed + 1 };
    if (this.#return === Number.POSITIVE_INFINITY) return this.isEnd ? { end: length, next: length } : undefined;
    if (this.#return + 1 === length && !this.isEnd) return undefined;
    return { end: this.#return, next: this.#return + (this.#lineFeed === this.#return + 1 ? 2 : 1) };
  }

  hasQuote(start: number, end: number): boolean {
    if (this.#quote < start) this.#quote = this.#next('"', start);
    return this.#quote < end;
  }

  #next(character: string, start: number): number {
    const place = this.#text.indexOf(character, start);
    return place === -1 ? Number.POSITIVE_INFINITY : place;
  }
}

function rowOf(line: number, text: string, cells: string[]): CsvRow {
  if (isAscii(text)) return { line, text, cells };
  const row = { line, text: utf8(text), cells: cells.map(utf8) };
  return isUtf8(Buffer.from(text, "latin1")) ? row : { ...row, reason: notUtf8 };
}

function isAscii(text: string): boolean {
  return !/[\x80-\xFF]/.test(text);
}

function utf8(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, "latin1").toString("utf8");
}

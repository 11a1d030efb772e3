import { pipeline } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { z } from "zod";
import { textProblem } from "../text.ts";

/** Characters an id in a list may have at most. Any text may be asked for; what no patron has is told as not found. */
export const longestListedId = 64;
const header = "patronid";
/** One column, so a line beyond this is no list of ids; it bounds what is held of a file that has no line ends. */
const longestLine = 1000;

/** The file cannot be read as a list of ids. The message is a sentence for the person who sent it. */
export class IdListRefused extends Error {
  override readonly name = "IdListRefused";
}

/** Says why a text cannot be an id of a list; any other text can, known or not. */
export function listedIdProblem(id: string): string | undefined {
  return id === "" ? "must not be empty" : textProblem(id, longestListedId);
}

/**
 * Reads a file of patron ids, one a line or a CSV of one column, in its order and with its duplicates: UTF-8 with or
 * without BOM; lines end in LF, CRLF or CR; blank lines and spaces around ids do not count; ids may stand in quotation
 * marks; a first line `patronId` is a header.
 *
 * @throws IdListRefused for a second column, an empty file, an open quotation mark, or text that is not UTF-8
 */
export async function* readIdList(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const parser = parse({
    delimiter: [",", ";", "\t"],
    record_delimiter: ["\r\n", "\n", "\r"],
    skip_empty_lines: true,
    trim: true,
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: longestLine,
    info: true,
  });
  // a failing source ends the parser with its error, which the loop below throws
  pipeline(
    () => decoded(bytes),
    parser,
    () => {},
  );
  let first = true;
  let found = 0;
  try {
    for await (const row of parser) {
      const id = idOf(rowSchema.parse(row));
      if (id === "" || (first && id.toLowerCase() === header)) {
        first = first && id === "";
        continue;
      }
      first = false;
      found++;
      yield id;
    }
  } catch (error) {
    if (error instanceof CsvError) throw new IdListRefused(csvReason(error));
    throw error;
  }
  if (found === 0) throw new IdListRefused("The file holds no patron ids. Give one id a line.");
}

const rowSchema = z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) });

function idOf({ record, info: { lines: line } }: z.infer<typeof rowSchema>): string {
  if (record.length > 1) {
    throw new IdListRefused(
      `Line ${line} has ${record.length} columns. Give a file with one column, the patron ids, and nothing beside them.`,
    );
  }
  const id = (record[0] ?? "").trim();
  const problem = id === "" ? undefined : (listedIdProblem(id) ?? lineBreakProblem(id));
  if (problem !== undefined) throw new IdListRefused(`The id on line ${line} is not valid: it ${problem}.`);
  return id;
}

function lineBreakProblem(id: string): string | undefined {
  return /[\r\n]/.test(id) ? "goes on over a line end; look for a quotation mark that is not closed" : undefined;
}

function csvReason(error: CsvError): string {
  if (error.code === "CSV_QUOTE_NOT_CLOSED")
    return "A quotation mark is opened and not closed. Close it or take it out.";
  if (error.code.includes("CLOSING_QUOTE")) {
    return "Text follows a closing quotation mark. Double a quotation mark that belongs to an id.";
  }
  if (error.code === "CSV_MAX_RECORD_SIZE") {
    return "A line is far too long for a patron id. Give a text file with one id a line.";
  }
  return `The file cannot be read as one column of patron ids: ${error.code}.`;
}

async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true }); // takes the BOM away
  try {
    for await (const chunk of bytes) {
      const text = decoder.decode(chunk, { stream: true });
      if (text !== "") yield text;
    }
    const rest = decoder.decode();
    if (rest !== "") yield rest;
  } catch (error) {
    if (error instanceof TypeError) {
      throw new IdListRefused("The file is not UTF-8 text. Save it as CSV UTF-8 or plain text in UTF-8.");
    }
    throw error;
  }
}

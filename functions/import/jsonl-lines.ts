import { isUtf8 } from "node:buffer";
import type { Readable } from "node:stream";
import { shownBrokenRecord } from "#domain/import/shown-line";
import { type FileLine, longestLine } from "./file-line.ts";

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** Bytes of a line that is too long which are kept to show it. */
const shownOfLongLine = 4096;

/**
 * The lines of a JSONL file, blank ones left out, whatever its size: only one line is held at a time. A byte order mark is
 * read over; LF, CRLF and CR end a line in any mixture, for JSON holds none of them. Reasons never quote the line, for it
 * is about a person.
 *
 * @param idField the field that names what a line is about, looked for in lines that are no JSON
 */
export async function* jsonlLines(body: Readable, idField: "patronId" | "titleId"): AsyncGenerator<FileLine> {
  let number = 0;
  const id = new RegExp(`"${idField}"\\s*:\\s*"([A-Za-z0-9._-]{1,32})"`);
  for await (const line of splitLines(body)) {
    number += 1;
    const found = readLine(number, line);
    if (found === undefined) continue;
    if (!("reason" in found)) {
      yield found;
      continue;
    }
    const [, shown] = id.exec(found.text) ?? [];
    yield { ...found, text: shownBrokenRecord(found.text), ...(shown !== undefined && { id: shown }) };
  }
}

/** A line's bytes, or the beginning of one that is too long. */
interface Line {
  readonly bytes: Buffer;
  readonly isCut: boolean;
}

function readLine(line: number, { bytes, isCut }: Line): FileLine | undefined {
  const text = bytes.toString("utf8").replace(line === 1 ? /^\uFEFF/ : "", "");
  const json = text.trim();
  if (isCut) return { line, text, reason: `is longer than ${longestLine} bytes` };
  if (json === "") return undefined;
  if (json.includes("\uFFFD") && !isUtf8(bytes)) return { line, text, reason: "is not UTF-8" };
  try {
    const value: unknown = JSON.parse(json);
    if (isObject(value)) return { line, record: value, json };
    return { line, text, reason: `is ${Array.isArray(value) ? "a list" : "a single value"}, not one object` };
  } catch {
    return { line, text, reason: "is not JSON" };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Cuts a stream at line ends. A line beyond the limit is read over, so that no file can fill the memory. */
async function* splitLines(body: Readable): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let length = 0;
  let endedInReturn = false;
  const take = (): Line => {
    const isCut = length > longestLine;
    const line = { bytes: Buffer.concat(parts), isCut };
    parts = [];
    length = 0;
    return line;
  };
  const add = (part: Buffer) => {
    if (length <= longestLine && length + part.length > longestLine) {
      parts = [Buffer.concat([...parts, part]).subarray(0, shownOfLongLine)];
    } else if (length <= longestLine) parts.push(part);
    length += part.length;
  };
  for await (const chunk of body) {
    const bytes: Buffer = Buffer.from(chunk);
    let start: number = endedInReturn && bytes[0] === lineFeed ? 1 : 0;
    if (bytes.length > 0) endedInReturn = false;
    let nextReturn = bytes.indexOf(carriageReturn, start);
    let nextFeed = bytes.indexOf(lineFeed, start);
    while (nextReturn >= 0 || nextFeed >= 0) {
      const end = nextReturn >= 0 && (nextFeed < 0 || nextReturn < nextFeed) ? nextReturn : nextFeed;
      add(bytes.subarray(start, end));
      yield take();
      start = end + (end === nextReturn && nextFeed === end + 1 ? 2 : 1);
      endedInReturn = end === nextReturn && start === bytes.length && end === bytes.length - 1;
      if (nextReturn >= 0 && nextReturn < start) nextReturn = bytes.indexOf(carriageReturn, start);
      if (nextFeed >= 0 && nextFeed < start) nextFeed = bytes.indexOf(lineFeed, start);
    }
    add(bytes.subarray(start));
  }
  if (length > 0) yield take();
}

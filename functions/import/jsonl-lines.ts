import { isUtf8 } from "node:buffer";
import type { Readable } from "node:stream";
import { type FileLine, longestLine } from "./file-line.ts";

const lineFeed = 0x0a;

/**
 * The lines of a JSONL file, blank ones left out, whatever its size: only one line is held at a time. A byte order mark
 * and CRLF are read over. Reasons never quote the line, for it is about a person.
 */
export async function* jsonlLines(body: Readable): AsyncGenerator<FileLine> {
  let number = 0;
  for await (const bytes of splitLines(body)) {
    number += 1;
    const found = readLine(number, bytes);
    if (found !== undefined) yield found;
  }
}

function readLine(line: number, bytes: Buffer | "TOO_LONG"): FileLine | undefined {
  if (bytes === "TOO_LONG") return { line, reason: `is longer than ${longestLine} bytes` };
  const text = bytes.toString("utf8").replace(line === 1 ? /^\uFEFF/ : "", "");
  const json = text.trim();
  if (json === "") return undefined;
  if (json.includes("\uFFFD") && !isUtf8(bytes)) return { line, reason: "is not UTF-8" };
  try {
    const value: unknown = JSON.parse(json);
    if (isObject(value)) return { line, record: value, json };
    return { line, reason: `is ${Array.isArray(value) ? "a list" : "a single value"}, not one object` };
  } catch {
    return { line, reason: "is not JSON" };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Cuts a stream at line feeds. A line beyond the limit is read over, so that no file can fill the memory. */
async function* splitLines(body: Readable): AsyncGenerator<Buffer | "TOO_LONG"> {
  let parts: Buffer[] = [];
  let length = 0;
  const take = () => {
    const line = length > longestLine ? ("TOO_LONG" as const) : Buffer.concat(parts);
    parts = [];
    length = 0;
    return line;
  };
  const add = (part: Buffer) => {
    length += part.length;
    if (length <= longestLine) parts.push(part);
    else parts = [];
  };
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    let start = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
      add(bytes.subarray(start, end));
      yield take();
      start = end + 1;
    }
    add(bytes.subarray(start));
  }
  if (length > 0) yield take();
}

import { createHash } from "node:crypto";
import { z } from "zod";
import { checkedFormat } from "./format.ts";

/** Last line of a chunk object. Without a right one the object does not exist: it was cut off. */
const trailerSchema = z.object({ format: z.number().int().optional(), lines: z.number().int(), sha256: z.string() });
type Trailer = z.infer<typeof trailerSchema>;

/** Lines without line feeds, as texts or as their UTF-8 bytes. */
export type Lines = readonly string[] | readonly Uint8Array[];

/** Encodes once: hashing, signing and sending a text would each encode it again. */
export function withTrailer(lines: Lines, format: number): Uint8Array {
  const body = areTexts(lines)
    ? Buffer.from(lines.length === 0 ? "" : `${lines.join("\n")}\n`)
    : Buffer.concat(lines.flatMap((line) => [line, lineFeed]));
  const trailer: Trailer = { format, lines: lines.length, sha256: sha256(body) };
  return Buffer.concat([body, Buffer.from(`${JSON.stringify(trailer)}\n`)]);
}

/** The lines of an object, each ended by a line feed, with their format; undefined where its trailer is not right. */
export function checked(key: string, bytes: Uint8Array, known: number): { body: Buffer; format: number } | undefined {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (whole.at(-1) !== lineFeed[0]) return undefined;
  const start = whole.lastIndexOf(lineFeed, -2) + 1;
  const body = whole.subarray(0, start);
  const parsed = trailerSchema.safeParse(jsonOrUndefined(whole.toString("utf8", start)));
  if (!parsed.success || parsed.data.sha256 !== sha256(body)) return undefined;
  return { body, format: checkedFormat(`The object ${key}`, parsed.data.format, known) };
}

/** Of the body of an object of lines. */
export function linesOf(body: Buffer): string[] {
  return body.length === 0 ? [] : body.toString("utf8", 0, body.length - 1).split("\n");
}

const lineFeed = Buffer.from("\n");

function areTexts(lines: Lines): lines is readonly string[] {
  return typeof lines[0] !== "object";
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { S3Error } from "./s3-error.ts";

/** S3's limit, in bytes of UTF-8. */
const LONGEST_KEY = 1024;
/** File systems end names at 255 bytes; longer parts go on in a directory below. */
const LONGEST_NAME = 200;

const FILE = "$";
const CONTINUED = "~";
const EMPTY = "%";
const plain = /[a-z0-9._-]/;

/**
 * The file name of one part of a key between slashes. Only lower-case letters, digits and `._-` stand as they are, so two
 * keys never meet in one file where a file system folds case or normalises Unicode, and no key leads out of its directory.
 */
function encodePart(part: string): string {
  if (part === "") return EMPTY;
  if (/^\.+$/.test(part)) return part.replaceAll(".", "%2E");
  return Array.from(Buffer.from(part), (byte) => {
    const character = String.fromCharCode(byte);
    return plain.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}

export function decodePart(encoded: string): string {
  return encoded === EMPTY ? "" : decodeURIComponent(encoded);
}

function steps(encoded: string): string[] {
  const pieces: string[] = [];
  let rest = encoded;
  for (; rest.length > LONGEST_NAME; rest = rest.slice(LONGEST_NAME)) {
    pieces.push(rest.slice(0, LONGEST_NAME) + CONTINUED);
  }
  return [...pieces, rest];
}

/** Relative path, as directory names and then a file name, for an object's key. */
export function keyPath(key: string): string[] {
  if (key === "") throw new S3Error(400, "InvalidURI", "Couldn't parse the specified URI.");
  if (Buffer.byteLength(key) > LONGEST_KEY) throw new S3Error(400, "KeyTooLongError", "Your key is too long");
  const path = key.split("/").flatMap((part) => steps(encodePart(part)));
  return [...path.slice(0, -1), `${path.at(-1)}${FILE}`];
}

/** What a directory entry is, and the (still encoded) piece of the key that it holds. */
export function readName(name: string): { kind: "object" | "continued" | "folder"; encoded: string } {
  if (name.endsWith(FILE)) return { kind: "object", encoded: name.slice(0, -1) };
  if (name.endsWith(CONTINUED)) return { kind: "continued", encoded: name.slice(0, -1) };
  return { kind: "folder", encoded: name };
}

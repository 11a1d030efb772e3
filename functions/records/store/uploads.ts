import { escapedInId } from "#domain/import/erased-errors";
import type { Store } from "./store.ts";

/** Bytes of a file that is taken. */
export const longestUpload = 2 * 1024 ** 3;

/** What became of a file that was sent: ABSENT where none is there, TOO_LARGE where it was larger than may be, and is gone. */
export type TakenUpload = "TAKEN" | "ABSENT" | "TOO_LARGE";

/**
 * Takes the file that was sent to a link, as it is now, by copying it to a key that no link reaches: the link is good for
 * longer, and what comes by it later must change nothing.
 *
 * @param from where the link sends to
 * @param to its own for each request, so that of two requests the one that starts the job has its own file
 */
export async function takeUpload(
  { objects }: Pick<Store, "objects">,
  from: string,
  to: string,
  longest = longestUpload,
): Promise<TakenUpload> {
  for (;;) {
    const upload = await objects.describe(from);
    if (upload === undefined) return "ABSENT";
    if (upload.bytes > longest) {
      await objects.remove(from);
      return "TOO_LARGE";
    }
    // Not the one that was measured any more: another one was sent at this moment.
    if (await objects.copy(from, to, upload.etag)) return "TAKEN";
  }
}

/** Bytes that may stand in an id. */
const inId = new Set(Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"));
/** Bytes of the longest way of writing one character of an id that is not looked through. */
const longestWay = "\\u0041".length;

/** Whether bytes may name anybody: by JSON's escapes of characters of an id, or in a text of two bytes a character. */
function mayNameAnybody(bytes: Buffer): boolean {
  // Most files write no escape at all, and as text are slow to look through.
  return bytes.includes(0) || (bytes.includes("\\u00") && escapedInId.test(bytes.toString("latin1")));
}

/**
 * Whether a file that was sent, and that nobody has read yet, names an id. Where it is written so that this cannot be told,
 * it does.
 */
export async function uploadMayHold({ objects }: Pick<Store, "objects">, key: string, id: string): Promise<boolean> {
  const upload = await objects.getStream(key);
  if (upload === undefined) return false;
  const wanted = Buffer.from(id);
  let tail = Buffer.alloc(0);
  // Where bytes stood before the tail, it begins in the middle of something that was looked at.
  let isCut = false;
  let mayHold = false;
  for await (const part of upload.body) {
    const bytes = Buffer.concat([tail, Buffer.from(part)]);
    mayHold ||= mayNameAnybody(bytes) || names(bytes, wanted, isCut ? 1 : 0);
    if (mayHold) break;
    const kept = Math.max(wanted.length + 1, longestWay);
    isCut ||= bytes.length > kept;
    tail = bytes.subarray(Math.max(0, bytes.length - kept));
  }
  // What is left of it is not read.
  upload.body.destroy();
  return mayHold || standsAlone(tail, wanted, tail.length - wanted.length);
}

/** Whether an id stands in bytes with something behind it that is no part of an id: at the very end it may go on. */
function names(bytes: Buffer, id: Buffer, from: number): boolean {
  for (let at = bytes.indexOf(id, from); at !== -1; at = bytes.indexOf(id, at + 1)) {
    if (at + id.length < bytes.length && standsAlone(bytes, id, at)) return true;
  }
  return false;
}

function standsAlone(bytes: Buffer, id: Buffer, at: number): boolean {
  if (at < 0 || !bytes.subarray(at, at + id.length).equals(id)) return false;
  const [before, after] = [bytes[at - 1], bytes[at + id.length]];
  return (before === undefined || !inId.has(before)) && (after === undefined || !inId.has(after));
}

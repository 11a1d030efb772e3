import { type FileHandle, open } from "node:fs/promises";
import { z } from "zod";

/**
 * An object is one file: its bytes, then what is known of it as JSON, then that JSON's length and a mark. One file means
 * one rename puts content and metadata in place together, so no crash can part them.
 */
const MARK = Buffer.from("s3obj/1\n");
const TAIL = MARK.length + 4;

export const objectDetails = z.object({
  contentType: z.string(),
  /** Content-Disposition and its like, given back as they came. */
  headers: z.record(z.string(), z.string()),
  metadata: z.record(z.string(), z.string()),
  /** Absent where there are none. Nothing here ends by them. */
  tags: z.record(z.string(), z.string()).optional(),
  checksum: z.object({ algorithm: z.string(), value: z.string() }).optional(),
});
export type ObjectDetails = z.infer<typeof objectDetails>;

const footer = objectDetails.extend({
  key: z.string(),
  etag: z.string(),
  size: z.number(),
  lastModified: z.iso.datetime(),
});
export type StoredObject = z.infer<typeof footer>;

export function encodeFooter(object: StoredObject): Buffer {
  const json = Buffer.from(JSON.stringify(object));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([json, length, MARK]);
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  for (let read = 0; read < length; ) {
    const { bytesRead } = await file.read(buffer, read, length - read, position + read);
    if (bytesRead === 0) throw new Error("The object's file ends too early.");
    read += bytesRead;
  }
  return buffer;
}

/** Most footers fit into this; a longer one costs a second read. */
const LIKELY_FOOTER = 1024;

async function readFooter(file: FileHandle, path: string): Promise<StoredObject> {
  const { size } = await file.stat();
  if (size < TAIL) throw new Error(`${path} is not an object of the local S3.`);
  const guess = Math.min(size, LIKELY_FOOTER);
  const end = await readExactly(file, size - guess, guess);
  if (!end.subarray(-MARK.length).equals(MARK)) throw new Error(`${path} is not an object of the local S3.`);
  const length = end.readUInt32BE(end.length - TAIL);
  const json =
    length + TAIL <= guess
      ? end.subarray(end.length - TAIL - length, end.length - TAIL)
      : await readExactly(file, size - TAIL - length, length);
  return footer.parse(JSON.parse(json.toString()));
}

/** Opens an object's file; undefined where there is none. The caller closes `file`. */
export async function openObject(path: string): Promise<{ file: FileHandle; object: StoredObject } | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return { file, object: await readFooter(file, path) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

export async function describeObject(path: string): Promise<StoredObject | undefined> {
  const opened = await openObject(path);
  await opened?.file.close();
  return opened?.object;
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

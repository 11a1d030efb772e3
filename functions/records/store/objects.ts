import type { Readable } from "node:stream";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type _Error as RefusedDeletion,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { z } from "zod";
import type { LibraryId } from "#domain/ids";
import { requireOwnObject } from "./fence.ts";
import { firstFormat, formatField, readObject } from "./format.ts";
import { checked, type Lines, linesOf, withTrailer } from "./line-text.ts";
import { type Links, linksTo } from "./links.ts";
import { keptForOf, keptTag } from "./object-kinds.ts";

export interface Objects extends Links {
  readonly client: S3Client;
  readonly bucket: string;
  putText(key: string, body: string | Uint8Array, contentType?: string): Promise<void>;
  /** With its format, which is the first one unless the value says otherwise. */
  putJson(key: string, value: object): Promise<void>;
  /** Undefined where there is no such object. */
  getText(key: string): Promise<string | undefined>;
  getBytes(key: string): Promise<Uint8Array | undefined>;
  getJson<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined>;
  /** The object as a stream; undefined where there is none. */
  getStream(key: string): Promise<{ body: Readable; bytes: number } | undefined>;
  /** Writes lines (without line feeds) and a trailer over them, which names their format. */
  putLines(key: string, lines: Lines, format?: number): Promise<void>;
  /**
   * Like putLines, but only where there is no such object yet: whoever comes later, a crashed run's straggler for one,
   * finds what is there. False where it was there.
   */
  putLinesOnce(key: string, lines: readonly string[], format?: number): Promise<boolean>;
  /** Like putJson, but only where there is no such object yet. False where there was one. */
  putJsonOnce(key: string, value: object): Promise<boolean>;
  /**
   * The lines of a chunk object; undefined where there is none or its trailer is not right.
   *
   * @throws LaterFormat where a later version wrote it, here as in the two below
   */
  getLines(key: string): Promise<string[] | undefined>;
  /** The same as they are kept, each ended by a line feed: for whoever passes them on. */
  getLineBytes(key: string): Promise<Buffer | undefined>;
  /** The lines with their format, which is at most the one that the reader knows. */
  getLinesOf(key: string, known: number): Promise<{ lines: string[]; format: number } | undefined>;
  /** Streams any amount under a name that appears only when all of it is there (multipart upload). */
  putStream(key: string, body: Readable, contentType: string): Promise<void>;
  /** Keys that begin with a prefix, in order. */
  /** `at` is when it was written last. */
  list(prefix: string): AsyncGenerator<{ key: string; bytes: number; at: Date | undefined }>;
  has(key: string): Promise<boolean>;
  /** Size, entity tag and the second in which it was written; undefined where there is no such object. */
  describe(key: string): Promise<{ bytes: number; etag: string; at: Date | undefined } | undefined>;
  /** All of an object, as it is to be replaced; undefined where there is none. */
  getWhole(key: string): Promise<WholeObject | undefined>;
  /** Replaces an object as long as it is as it was read. False where it is another by now, or gone. */
  replace(key: string, read: WholeObject, body: Uint8Array): Promise<boolean>;
  /** Copies an object as long as it has this entity tag. False where it is another by now, or gone. */
  copy(from: string, to: string, etag: string): Promise<boolean>;
  /** Deletes one object; that there is none is no error. */
  remove(key: string): Promise<void>;
  /**
   * Deletes every object whose key begins with the prefix, at most 1,000 in a request. Repeating it does no harm, and one
   * that fails leaves what the next try finds.
   *
   * @returns how many there were
   * @throws the first refusal, by its code, when all the others are deleted
   */
  deleteAll(prefix: string): Promise<number>;
}

/** An object as it was read, with what it takes to replace no other. */
export interface WholeObject {
  readonly body: Buffer;
  readonly etag: string;
  readonly contentType: string | undefined;
}

/** The objects of one library: whatever is asked of a key that does not begin with it is refused before it is sent. */
export function createObjects(client: S3Client, bucket: string, library: LibraryId): Objects {
  const at = (key: string) => {
    requireOwnObject(library, key);
    return { Bucket: bucket, Key: key };
  };
  // A write takes the tags away that were there, so each of them says anew how long the object is kept.
  const into = (key: string) => {
    const keptFor = keptForOf(key);
    return { ...at(key), ...(keptFor !== undefined && { Tagging: `${keptTag}=${keptFor}` }) };
  };
  const objects: Objects = {
    client,
    bucket,
    ...linksTo(client, { at, into }),
    async putText(key, body, contentType = "application/octet-stream") {
      await client.send(new PutObjectCommand({ ...into(key), Body: body, ContentType: contentType }));
    },
    async putJson(key, value) {
      await objects.putText(key, jsonOf(value), "application/json");
    },
    async getText(key) {
      return await absentIsUndefined(async () => {
        const { Body } = await client.send(new GetObjectCommand(at(key)));
        return await Body?.transformToString("utf-8");
      });
    },
    async getBytes(key) {
      return await absentIsUndefined(async () => {
        const { Body } = await client.send(new GetObjectCommand(at(key)));
        return await Body?.transformToByteArray();
      });
    },
    async getJson(key, schema) {
      const text = await objects.getText(key);
      return text === undefined ? undefined : readObject(key, schema, text);
    },
    async getStream(key) {
      return await absentIsUndefined(async () => {
        const { Body, ContentLength = 0 } = await client.send(new GetObjectCommand(at(key)));
        return Body === undefined ? undefined : { body: Body as Readable, bytes: ContentLength };
      });
    },
    async putLines(key, lines, format = firstFormat) {
      await objects.putText(key, withTrailer(lines, format), "application/x-ndjson");
    },
    async putLinesOnce(key, lines, format = firstFormat) {
      return await putOnce(client, into(key), withTrailer(lines, format), "application/x-ndjson");
    },
    async putJsonOnce(key, value) {
      return await putOnce(client, into(key), jsonOf(value), "application/json");
    },
    async getLines(key) {
      return (await objects.getLinesOf(key, firstFormat))?.lines;
    },
    async getLineBytes(key) {
      const bytes = await objects.getBytes(key);
      return bytes && checked(key, bytes, firstFormat)?.body;
    },
    async getLinesOf(key, known) {
      const bytes = await objects.getBytes(key);
      const found = bytes && checked(key, bytes, known);
      return found && { lines: linesOf(found.body), format: found.format };
    },
    async putStream(key, body, contentType) {
      const upload = new Upload({
        client,
        params: { ...into(key), Body: body, ContentType: contentType },
        queueSize: 2,
        partSize: 5 * 1024 * 1024,
      });
      await upload.done();
    },
    async *list(prefix) {
      requireOwnObject(library, prefix);
      let ContinuationToken: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(ContinuationToken && { ContinuationToken }) }),
        );
        for (const { Key = "", Size = 0, LastModified } of page.Contents ?? []) {
          yield { key: Key, bytes: Size, at: LastModified };
        }
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
    },
    async has(key) {
      requireOwnObject(library, key);
      const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 }));
      return page.Contents?.[0]?.Key === key;
    },
    async describe(key) {
      try {
        const found = await client.send(new HeadObjectCommand(at(key)));
        return { bytes: found.ContentLength ?? 0, etag: found.ETag ?? "", at: found.LastModified };
      } catch (error) {
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    },
    async getWhole(key) {
      return await absentIsUndefined(async () => {
        const { Body, ETag = "", ContentType } = await client.send(new GetObjectCommand(at(key)));
        const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
        const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        return { body, etag: ETag, contentType: ContentType };
      });
    },
    async replace(key, { etag, contentType }, body) {
      try {
        const kept = contentType !== undefined && { ContentType: contentType };
        await client.send(new PutObjectCommand({ ...into(key), Body: body, ...kept, IfMatch: etag }));
        return true;
      } catch (error) {
        if (error instanceof S3ServiceException && wasChanged.has(error.name)) return false;
        throw error;
      }
    },
    async copy(from, to, etag) {
      requireOwnObject(library, from);
      const CopySource = `${bucket}/${from.split("/").map(encodeURIComponent).join("/")}`;
      try {
        await client.send(
          new CopyObjectCommand({ ...into(to), TaggingDirective: "REPLACE", CopySource, CopySourceIfMatch: etag }),
        );
        return true;
      } catch (error) {
        if (error instanceof S3ServiceException && changedOrGone.has(error.name)) return false;
        throw error;
      }
    },
    async remove(key) {
      await client.send(new DeleteObjectCommand(at(key)));
    },
    async deleteAll(prefix) {
      let deleted = 0;
      let refusal: Error | undefined;
      let keys: string[] = [];
      const flush = async () => {
        if (keys.length === 0) return;
        const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
        const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete }));
        deleted += keys.length - Errors.length;
        refusal ??= refusalOf(Errors[0]);
        keys = [];
      };
      for await (const { key } of objects.list(prefix)) {
        if (keys.push(key) === mostDeletions) await flush();
      }
      await flush();
      if (refusal !== undefined) throw refusal;
      return deleted;
    },
  };
  return objects;
}

/** S3's limit of keys in one DeleteObjects. */
const mostDeletions = 1000;

/** DeleteObjects answers 200 whatever becomes of each key. */
function refusalOf(refused: RefusedDeletion | undefined): Error | undefined {
  if (refused === undefined) return undefined;
  const error = new Error(`S3 did not delete ${refused.Key}`);
  error.name = refused.Code ?? "Unknown";
  return error;
}

async function putOnce(
  client: S3Client,
  target: { readonly Bucket: string; readonly Key: string; readonly Tagging?: string },
  body: string | Uint8Array,
  type: string,
): Promise<boolean> {
  try {
    await client.send(new PutObjectCommand({ ...target, Body: body, ContentType: type, IfNoneMatch: "*" }));
    return true;
  } catch (error) {
    if (error instanceof S3ServiceException && lostTheRace.has(error.name)) return false;
    throw error;
  }
}

const changedOrGone = new Set(["PreconditionFailed", "NoSuchKey"]);

/** 409 while another conditional write of the key is under way, 412 after it. */
const lostTheRace = new Set(["PreconditionFailed", "ConditionalRequestConflict"]);

const wasChanged = new Set([...changedOrGone, ...lostTheRace]);

/** A JSON object as it is kept. */
export function jsonOf(value: object): string {
  return JSON.stringify({ [formatField]: firstFormat, ...value });
}

async function absentIsUndefined<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

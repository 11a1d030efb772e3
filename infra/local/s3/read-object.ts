import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { conditionsOf, judgeRead } from "./conditions.ts";
import type { StoredObject } from "./object-file.ts";
import type { ObjectStore } from "./object-store.ts";
import { allowOnly, type S3Request } from "./request.ts";
import { noSuchKey, S3Error } from "./s3-error.ts";
import { xml } from "./xml.ts";

/** Headers that a presigned link may set on its answer. */
const OVERRIDES = new Map([
  ["response-cache-control", "cache-control"],
  ["response-content-disposition", "content-disposition"],
  ["response-content-encoding", "content-encoding"],
  ["response-content-language", "content-language"],
  ["response-content-type", "content-type"],
  ["response-expires", "expires"],
]);

type Range = { start: number; end: number };

/** The one range asked for; undefined where the whole object is to be sent (several ranges are, as S3 does). */
function readRange(header: string | undefined, size: number): Range | undefined {
  const parts = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (parts === null || (parts[1] === "" && parts[2] === "")) return undefined;
  const [, first, last] = parts;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== "" && last !== "" && Number(last) < start) return undefined;
  if (start > end) throw new S3Error(416, "InvalidRange", "The requested range is not satisfiable");
  return { start, end };
}

function describe(request: S3Request, response: ServerResponse, object: StoredObject, isWhole: boolean): void {
  response.setHeader("etag", object.etag);
  response.setHeader("last-modified", new Date(object.lastModified).toUTCString());
  response.setHeader("accept-ranges", "bytes");
  response.setHeader("content-type", object.contentType);
  for (const [name, value] of Object.entries(object.headers)) response.setHeader(name, value);
  for (const [name, value] of Object.entries(object.metadata)) response.setHeader(`x-amz-meta-${name}`, value);
  if (isWhole && object.checksum && request.message.headers["x-amz-checksum-mode"] === "ENABLED") {
    response.setHeader(`x-amz-checksum-${object.checksum.algorithm}`, object.checksum.value);
  }
  for (const [parameter, name] of OVERRIDES) {
    const value = request.parameters.get(parameter);
    if (value !== undefined) response.setHeader(name, value);
  }
}

/** GetObject and HeadObject. */
export async function readObject(store: ObjectStore, request: S3Request, response: ServerResponse): Promise<void> {
  allowOnly(request, [...OVERRIDES.keys()]);
  const opened = await store.get(request.bucket, request.key);
  if (opened === undefined) throw noSuchKey();
  const { file, object } = opened;
  try {
    const { headers } = request.message;
    const verdict = judgeRead(conditionsOf(headers), object);
    const range = readRange(headers.range, object.size);
    describe(request, response, object, range === undefined);
    if (verdict === "not modified") {
      response.writeHead(304).end();
      return;
    }
    const { start, end } = range ?? { start: 0, end: object.size - 1 };
    response.setHeader("content-length", end - start + 1);
    if (range) response.setHeader("content-range", `bytes ${start}-${end}/${object.size}`);
    response.writeHead(range ? 206 : 200);
    if (request.method === "HEAD" || end < start) {
      response.end();
      return;
    }
    await pipeline(file.createReadStream({ start, end, autoClose: false }), response);
  } finally {
    await file.close();
  }
}

/** GetObjectTagging. */
export async function readTags(store: ObjectStore, request: S3Request): Promise<string> {
  allowOnly(request, ["tagging"]);
  const object = await store.describe(request.bucket, request.key);
  if (object === undefined) throw noSuchKey();
  const Tag = Object.entries(object.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
  return xml("Tagging", { TagSet: { Tag } });
}

/**
 * An object's bytes, for readers in this process.
 *
 * @throws S3Error NoSuchKey or NoSuchBucket
 */
export async function objectStream(store: ObjectStore, bucket: string, key: string): Promise<NodeJS.ReadableStream> {
  const opened = await store.get(bucket, key);
  if (opened === undefined) throw noSuchKey();
  if (opened.object.size > 0) return opened.file.createReadStream({ start: 0, end: opened.object.size - 1 });
  await opened.file.close();
  return Readable.from([]);
}

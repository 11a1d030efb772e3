import type { ServerResponse } from "node:http";
import { z } from "zod";
import type { Need } from "../iam/need.ts";
import { deletionNeed } from "../iam/s3-needs.ts";
import type { Verified } from "../signing/signature.ts";
import { ContentDigest } from "./content-digest.ts";
import { listPage, type Position } from "./listing.ts";
import { describeObject } from "./object-file.ts";
import type { ObjectStore } from "./object-store.ts";
import { allowOnly, readContent, readText, type S3Request } from "./request.ts";
import { S3Error } from "./s3-error.ts";
import { parseDeletion, xml } from "./xml.ts";

const MOST_KEYS = 1000;

const position = z.union([z.strictObject({ after: z.string() }), z.strictObject({ afterPrefix: z.string() })]);

function readToken(token: string): Position {
  try {
    return position.parse(JSON.parse(Buffer.from(token, "base64url").toString()));
  } catch {
    throw new S3Error(400, "InvalidArgument", "The continuation token provided is incorrect");
  }
}

/** ListObjectsV2. */
export async function listObjects(store: ObjectStore, request: S3Request): Promise<string> {
  allowOnly(request, [
    "list-type",
    "prefix",
    "delimiter",
    "max-keys",
    "start-after",
    "continuation-token",
    "encoding-type",
    "fetch-owner",
  ]);
  const { parameters, bucket } = request;
  const asked = Number(parameters.get("max-keys") ?? MOST_KEYS);
  if (!Number.isInteger(asked) || asked < 0) {
    throw new S3Error(400, "InvalidArgument", "Argument maxKeys must be an integer between 0 and 2147483647");
  }
  const limit = Math.min(asked, MOST_KEYS);
  const token = parameters.get("continuation-token");
  const startAfter = parameters.get("start-after");
  const prefix = parameters.get("prefix") ?? "";
  const delimiter = parameters.get("delimiter") || undefined;
  const page = await listPage({
    root: store.root(bucket),
    prefix,
    delimiter,
    from: token !== undefined ? readToken(token) : startAfter ? { after: startAfter } : undefined,
    limit,
  });
  const described = await Promise.all(
    page.keys.map(async ({ key, path }) => [key, await describeObject(path)] as const),
  );
  const asUrl = parameters.get("encoding-type") === "url";
  const text = (value: string) => (asUrl ? encodeURIComponent(value).replaceAll("%2F", "/") : value);
  return xml("ListBucketResult", {
    Name: bucket,
    Prefix: text(prefix),
    Delimiter: delimiter === undefined ? undefined : text(delimiter),
    MaxKeys: limit,
    EncodingType: asUrl ? "url" : undefined,
    KeyCount: page.keys.length + page.prefixes.length,
    IsTruncated: page.next !== undefined,
    ContinuationToken: token,
    NextContinuationToken: page.next && Buffer.from(JSON.stringify(page.next)).toString("base64url"),
    StartAfter: startAfter === undefined ? undefined : text(startAfter),
    // An object deleted between the two looks is no longer part of the list.
    Contents: described.flatMap(([key, object]) =>
      object === undefined
        ? []
        : [
            {
              Key: text(key),
              LastModified: object.lastModified,
              ETag: object.etag,
              Size: object.size,
              StorageClass: "STANDARD",
            },
          ],
    ),
    CommonPrefixes: page.prefixes.map((common) => ({ Prefix: text(common) })),
  });
}

/** ListObjectVersions. Nothing here keeps an earlier version: each object has the one that it is. */
export async function listVersions(store: ObjectStore, request: S3Request): Promise<string> {
  allowOnly(request, ["versions", "prefix", "delimiter", "key-marker", "version-id-marker"]);
  const { parameters, bucket } = request;
  const after = parameters.get("key-marker");
  const prefix = parameters.get("prefix") ?? "";
  const delimiter = parameters.get("delimiter") || undefined;
  const from = after ? markedPosition(after, delimiter) : undefined;
  const page = await listPage({ root: store.root(bucket), prefix, delimiter, from, limit: MOST_KEYS });
  const described = await Promise.all(
    page.keys.map(async ({ key, path }) => [key, await describeObject(path)] as const),
  );
  return xml("ListVersionsResult", {
    Name: bucket,
    Prefix: prefix,
    Delimiter: delimiter,
    KeyMarker: after,
    MaxKeys: MOST_KEYS,
    IsTruncated: page.next !== undefined,
    NextKeyMarker: page.next && Object.values(page.next)[0],
    NextVersionIdMarker: page.next === undefined ? undefined : "null",
    Version: described.flatMap(([Key, object]) =>
      object === undefined
        ? []
        : [
            {
              Key,
              VersionId: "null",
              IsLatest: true,
              LastModified: object.lastModified,
              ETag: object.etag,
              Size: object.size,
              StorageClass: "STANDARD",
            },
          ],
    ),
    CommonPrefixes: page.prefixes.map((common) => ({ Prefix: common })),
  });
}

/** A marker is the last key of the page before, or the last common prefix. */
function markedPosition(after: string, delimiter: string | undefined): Position {
  return delimiter !== undefined && after.endsWith(delimiter) ? { afterPrefix: after } : { after };
}

/**
 * DeleteObjects.
 *
 * @param allow throws for an object that the caller may not delete: the others are deleted all the same
 */
export async function deleteObjects(
  store: ObjectStore,
  request: S3Request,
  verified: Verified,
  allow: (verified: Verified, needs: readonly Need[]) => void,
): Promise<string> {
  allowOnly(request, ["delete"]);
  store.root(request.bucket);
  const { body, expected } = readContent(request, verified);
  const digest = new ContentDigest(expected);
  const text = await readText(body, (bytes) => digest.update(bytes));
  digest.finish();
  const { quiet, objects } = parseDeletion(text);
  const outcomes = await Promise.all(
    objects.map(async ({ Key, VersionId }) => {
      try {
        allow(verified, [deletionNeed(request.bucket, Key, VersionId)]);
        await store.delete(request.bucket, Key);
        return { deleted: { Key } };
      } catch (error) {
        if (!(error instanceof S3Error)) throw error;
        return { error: { Key, Code: error.code, Message: error.message } };
      }
    }),
  );
  return xml("DeleteResult", {
    Deleted: quiet ? undefined : outcomes.flatMap(({ deleted }) => deleted ?? []),
    Error: outcomes.flatMap(({ error }) => error ?? []),
  });
}

export function listBuckets(store: ObjectStore): string {
  return xml("ListAllMyBucketsResult", {
    Owner: { ID: "local" },
    Buckets: { Bucket: store.buckets.map((Name) => ({ Name, CreationDate: new Date(0).toISOString() })) },
  });
}

export function sendXml(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "application/xml", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

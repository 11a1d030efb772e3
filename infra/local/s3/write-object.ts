import type { ServerResponse } from "node:http";
import type { Verified } from "../signing/signature.ts";
import { sendXml } from "./bucket-operations.ts";
import { conditionsOf, names } from "./conditions.ts";
import { ContentDigest } from "./content-digest.ts";
import type { MultipartUploads } from "./multipart.ts";
import type { StoredObject } from "./object-file.ts";
import type { ObjectStore } from "./object-store.ts";
import { allowOnly, readContent, readDetails, readText, type S3Request } from "./request.ts";
import { noSuchKey, notImplemented, preconditionFailed, S3Error } from "./s3-error.ts";
import { parseCompletion, xml } from "./xml.ts";

function announce(response: ServerResponse, object: StoredObject): void {
  response.setHeader("etag", object.etag);
  if (object.checksum) response.setHeader(`x-amz-checksum-${object.checksum.algorithm}`, object.checksum.value);
}

/** PutObject. */
export async function putObject(
  store: ObjectStore,
  request: S3Request,
  verified: Verified,
  response: ServerResponse,
): Promise<void> {
  allowOnly(request, []);
  const { body, expected } = readContent(request, verified);
  const conditions = conditionsOf(request.message.headers);
  announce(response, await store.put(request, body, readDetails(request), { expected, conditions }));
  response.writeHead(200).end();
}

const COPY_CONDITIONS = /^x-amz-copy-source-(if-(?!match$)|range)/;

/** CopyObject, within and between buckets. */
export async function copyObject(store: ObjectStore, request: S3Request, response: ServerResponse): Promise<void> {
  allowOnly(request, []);
  const { headers } = request.message;
  const refused = Object.keys(headers).find((name) => COPY_CONDITIONS.test(name));
  if (refused !== undefined) throw notImplemented(`The header ${refused}`);
  const source = decodeURIComponent(String(headers["x-amz-copy-source"])).replace(/^\//, "");
  const slash = source.indexOf("/");
  if (slash < 1 || source.includes("?versionId=")) {
    throw new S3Error(400, "InvalidArgument", "Copy Source must mention the source bucket and key, without a version");
  }
  const opened = await store.get(source.slice(0, slash), source.slice(slash + 1));
  if (opened === undefined) throw noSuchKey();
  const { file, object } = opened;
  const ifMatch = headers["x-amz-copy-source-if-match"];
  if (ifMatch !== undefined && !names(String(ifMatch), object.etag)) {
    await file.close();
    throw preconditionFailed();
  }
  const details = headers["x-amz-metadata-directive"] === "REPLACE" ? readDetails(request) : object;
  const { contentType, headers: kept, metadata } = details;
  const { tags } = headers["x-amz-tagging-directive"] === "REPLACE" ? readDetails(request) : object;
  try {
    const body = object.size === 0 ? none() : file.createReadStream({ end: object.size - 1, autoClose: false });
    const copied = await store.put(
      request,
      body,
      { contentType, headers: kept, metadata, ...(tags !== undefined && { tags }) },
      { conditions: conditionsOf(headers) },
    );
    sendXml(response, 200, xml("CopyObjectResult", { LastModified: copied.lastModified, ETag: copied.etag }));
  } finally {
    await file.close();
  }
}

async function* none(): AsyncGenerator<Buffer> {}

/** UploadPart. */
export async function putPart(
  uploads: MultipartUploads,
  request: S3Request,
  verified: Verified,
  response: ServerResponse,
): Promise<void> {
  allowOnly(request, ["uploadId", "partNumber"]);
  if (request.message.headers["x-amz-copy-source"] !== undefined) throw notImplemented("UploadPartCopy");
  const { body, expected } = readContent(request, verified);
  const { bucket, key, parameters } = request;
  const uploadId = parameters.get("uploadId") ?? "";
  const partNumber = Number(parameters.get("partNumber"));
  announce(response, await uploads.putPart({ bucket, key, uploadId, partNumber }, body, expected));
  response.writeHead(200).end();
}

/** CreateMultipartUpload. */
export async function createUpload(uploads: MultipartUploads, request: S3Request): Promise<string> {
  allowOnly(request, ["uploads"]);
  const { bucket, key } = request;
  const UploadId = await uploads.create({ bucket, key, details: readDetails(request) });
  return xml("InitiateMultipartUploadResult", { Bucket: bucket, Key: key, UploadId });
}

/** CompleteMultipartUpload. */
export async function completeUpload(
  uploads: MultipartUploads,
  request: S3Request,
  verified: Verified,
): Promise<string> {
  allowOnly(request, ["uploadId"]);
  const { bucket, key, parameters, message } = request;
  const { body, expected } = readContent(request, verified);
  // A checksum here, if any, is that of the whole object and not of this body.
  const digest = new ContentDigest({ ...expected, checksum: undefined });
  const text = await readText(body, (bytes) => digest.update(bytes));
  digest.finish();
  const target = { bucket, key, uploadId: parameters.get("uploadId") ?? "" };
  const object = await uploads.complete(target, parseCompletion(text), conditionsOf(message.headers));
  return xml("CompleteMultipartUploadResult", { Bucket: bucket, Key: key, ETag: object.etag });
}

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join, resolve } from "node:path";
import { type Access, refusalOf } from "../iam/access.ts";
import type { Need } from "../iam/need.ts";
import { s3Needs } from "../iam/s3-needs.ts";
import { SignatureRefused, type Verified, verifySignature } from "../signing/signature.ts";
import { deleteObjects, listBuckets, listObjects, listVersions, sendXml } from "./bucket-operations.ts";
import { conditionsOf } from "./conditions.ts";
import { allowOrigin, answerPreflight, readCorsRules } from "./cors.ts";
import { MultipartUploads } from "./multipart.ts";
import { ObjectStore } from "./object-store.ts";
import { objectStream, readObject, readTags } from "./read-object.ts";
import { allowOnly, readRequest, type S3Request } from "./request.ts";
import { notImplemented, S3Error } from "./s3-error.ts";
import { completeUpload, copyObject, createUpload, putObject, putPart } from "./write-object.ts";
import { xml } from "./xml.ts";

const HOST = "127.0.0.1";
/** Longer than any client of ours keeps an idle connection, so that none sends into one that is being closed. */
const KEEP_ALIVE_MS = 10 * 60_000;
const CLOSE_LIMIT_MS = 2_000;

export interface LocalS3 {
  readonly endpoint: string;
  readObject(bucket: string, key: string): Promise<NodeJS.ReadableStream>;
  close(): Promise<void>;
}

/**
 * Serves buckets over S3's HTTP API, path style, from files in `directory`. Every write is on disk before it is answered,
 * and is there whole or not at all, whenever the process is killed. Requests must be signed (Signature Version 4, in the
 * header or presigned). An operation, parameter or checksum outside its list is answered 501, not ignored.
 *
 * @param options.port 0 takes any free port
 * @param options.cors the template's `CorsConfiguration.CorsRules`; without them any origin may GET, HEAD and PUT
 */
export async function startS3(
  options: Access & { port: number; directory: string; buckets: string[]; cors?: unknown[] },
): Promise<LocalS3> {
  const directory = resolve(options.directory);
  const rules = readCorsRules(options.cors);
  const store = new ObjectStore(directory, options.buckets);
  const uploads = new MultipartUploads(store, join(directory, ".uploads"));
  await store.open();
  await uploads.open();

  const allow = ({ session }: Verified, needs: readonly Need[]) => {
    const refused = refusalOf(options, session, needs);
    if (refused !== undefined) throw new S3Error(403, "AccessDenied", refused);
  };
  const answer = async (request: S3Request, response: ServerResponse): Promise<void> => {
    const { message, method, path, bucket, key, query, parameters } = request;
    const verified = verifySignature({ service: "s3", method, path, query, headers: message.headers }, options);
    const { "x-amz-copy-source": copySource, "x-amz-tagging": tagging } = message.headers;
    const asked = {
      method,
      bucket,
      key,
      parameters,
      setsTags: tagging !== undefined,
      ...(copySource !== undefined && { copySource: String(copySource) }),
    };
    allow(verified, s3Needs(asked));
    if (bucket === "" && method === "GET") return sendXml(response, 200, listBuckets(store));
    if (key === "") {
      if (method === "HEAD") {
        store.root(bucket);
        response.writeHead(200).end();
        return;
      }
      if (method === "GET" && parameters.get("list-type") === "2") {
        return sendXml(response, 200, await listObjects(store, request));
      }
      if (method === "GET" && parameters.has("versions")) {
        return sendXml(response, 200, await listVersions(store, request));
      }
      if (method === "POST" && parameters.has("delete")) {
        return sendXml(response, 200, await deleteObjects(store, request, verified, allow));
      }
      throw notImplemented(`${method} of a bucket in this form`);
    }
    const isPart = parameters.has("uploadId");
    switch (method) {
      case "GET":
      case "HEAD":
        if (parameters.has("tagging")) return sendXml(response, 200, await readTags(store, request));
        return readObject(store, request, response);
      case "PUT":
        if (isPart) return putPart(uploads, request, verified, response);
        if (message.headers["x-amz-copy-source"] !== undefined) return copyObject(store, request, response);
        return putObject(store, request, verified, response);
      case "POST":
        if (parameters.has("uploads")) return sendXml(response, 200, await createUpload(uploads, request));
        if (isPart) return sendXml(response, 200, await completeUpload(uploads, request, verified));
        throw notImplemented("A POST of an object in this form");
      case "DELETE":
        allowOnly(request, ["uploadId"]);
        if (isPart) await uploads.abort(bucket, key, parameters.get("uploadId") ?? "");
        else await store.delete(bucket, key, conditionsOf(message.headers));
        response.writeHead(204).end();
        return;
      default:
        throw new S3Error(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
    }
  };

  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader("x-amz-request-id", randomBytes(8).toString("hex").toUpperCase());
    try {
      if (message.method === "OPTIONS") {
        if (!answerPreflight(message, response, rules)) {
          throw new S3Error(403, "AccessForbidden", "CORSResponse: This CORS request is not allowed.");
        }
        return;
      }
      allowOrigin(message, response, rules);
      await answer(readRequest(message), response);
    } catch (error) {
      sendError(message, response, error);
    }
  };

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (message, response) => {
    void handle(message, response);
  });
  server.listen(options.port, HOST);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The local S3 has no port.");
  return {
    endpoint: `http://${HOST}:${address.port}`,
    readObject: (bucket, key) => objectStream(store, bucket, key),
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeIdleConnections();
      const limit = setTimeout(() => server.closeAllConnections(), CLOSE_LIMIT_MS);
      await closed;
      clearTimeout(limit);
    },
  };
}

/** A full disk or too many open files may pass: whoever is told so tries again. */
const passing = new Set(["ENOSPC", "EDQUOT", "EMFILE", "ENFILE"]);

export function unforeseen(error: unknown): S3Error {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return passing.has(code)
    ? new S3Error(503, "ServiceUnavailable", `Nothing can be written for the moment (${code}). Try again.`)
    : new S3Error(500, "InternalError", "We encountered an internal error.");
}

function sendError(message: IncomingMessage, response: ServerResponse, error: unknown): void {
  // The client went away, or the answer had begun: there is nobody to tell.
  if (response.headersSent || response.destroyed || message.socket.destroyed) {
    response.destroy();
    return;
  }
  const isKnown = error instanceof S3Error || error instanceof SignatureRefused;
  const known = isKnown ? error : unforeseen(error);
  // A full disk says so by itself; a failure of our own needs its stack.
  if (known.status === 500) console.error("The local S3 failed:", error);
  for (const name of ["content-length", "content-range", "content-encoding"]) response.removeHeader(name);
  message.resume();
  if (message.method === "HEAD") {
    response.writeHead(known.status).end();
    return;
  }
  const path = (message.url ?? "").split("?")[0];
  const requestId = response.getHeader("x-amz-request-id");
  const body = { Code: known.code, Message: known.message, Resource: path, RequestId: requestId };
  sendXml(response, known.status, xml("Error", body));
}

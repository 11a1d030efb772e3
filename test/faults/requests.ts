import type { IncomingMessage } from "node:http";
import { z } from "zod";

export const services = ["dynamodb", "s3", "sqs", "sfn"] as const;
export type Service = (typeof services)[number];

/** The base URL of each service. */
export const targetsSchema = z.object({ dynamodb: z.string(), s3: z.string(), sqs: z.string(), sfn: z.string() });
export type Targets = z.infer<typeof targetsSchema>;

/** An answer with this header ends the worker that reads it. */
export const crashHeader = "x-fault-crash";

/** A request of a function to AWS. */
export interface AwsRequest {
  readonly service: Service;
  /** As AWS calls it, such as `BatchExecuteStatement`; of S3 only `GetObject`, `PutObject` and `Other`. */
  readonly operation: string;
  /** Local name of the function that asks, such as `ApplyChunkFunction...`. */
  readonly functionName: string;
  /** Of S3; elsewhere empty. */
  readonly key: string;
  readonly body: string;
}

export function readRequest(
  service: Service,
  { method = "GET", url = "/", headers }: Pick<IncomingMessage, "method" | "url" | "headers">,
  body: string,
): AwsRequest {
  const [, functionName = ""] = / app\/(\S+)/.exec(` ${headers["user-agent"] ?? ""}`) ?? [];
  if (service !== "s3") {
    const operation = String(headers["x-amz-target"]).split(".").at(-1) ?? "";
    return { service, operation, functionName, key: "", body };
  }
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const key = decodeURIComponent(pathname.split("/").slice(2).join("/"));
  const named = key !== "" && !searchParams.has("uploads") && !searchParams.has("uploadId");
  const operation =
    named && (method === "GET" || method === "PUT") ? `${method === "GET" ? "Get" : "Put"}Object` : "Other";
  return { service, operation, functionName, key, body: "" };
}

/** Whether applying writes medium records by it. */
export function writesMedia({ service, functionName, operation, body }: AwsRequest): boolean {
  return (
    service === "dynamodb" &&
    functionName.startsWith("ApplyChunk") &&
    (operation === "BatchExecuteStatement" || operation === "TransactWriteItems") &&
    body.includes("#MEDIUM#")
  );
}

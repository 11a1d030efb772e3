import { appendFileSync } from "node:fs";
import { ClientRequest, type IncomingMessage } from "node:http";
import { parentPort } from "node:worker_threads";
import { dynamoUse } from "./dynamo-use.ts";
import type { Entry } from "./entry.ts";
import { part } from "./json-part.ts";

/**
 * Loaded into each function's worker before its bundle: notes what every request to AWS and every invocation would be
 * billed by. Notes are kept until an invocation ends, so that writing them does not fall between its requests.
 */
const file = String(process.env.FAULTS_METER);
const functionName = String(process.env.AWS_LAMBDA_FUNCTION_NAME);
const megabytes = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
const loadedAt = performance.now();

let entries: Entry[] = [];
const note = (entry: Entry) => entries.push(entry);
function flush(): void {
  if (entries.length === 0) return;
  appendFileSync(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  entries = [];
}

const bodies = new WeakMap<ClientRequest, Buffer[]>();
function remember(request: ClientRequest, chunk: unknown): void {
  if (typeof chunk !== "string" && !(chunk instanceof Uint8Array)) return;
  const known = bodies.get(request);
  if (known === undefined) bodies.set(request, [Buffer.from(chunk)]);
  else known.push(Buffer.from(chunk));
}

function noteRequest(request: ClientRequest): void {
  const target = request.getHeader("x-amz-target");
  if (typeof target !== "string") {
    if (!String(request.getHeader("authorization")).includes("/s3/")) return;
    const isList = request.method === "GET" && request.path.includes("list-type=2");
    note({ kind: "s3", operation: isList ? "LIST" : request.method });
    return;
  }
  const [service = "", operation = ""] = target.split(".");
  const body = Buffer.concat(bodies.get(request) ?? []).toString("utf8");
  if (service === "AmazonSQS") note({ kind: "sqs", operation, bytes: Buffer.byteLength(body) });
  if (!service.startsWith("DynamoDB")) return;
  request.once("response", (response: IncomingMessage) => {
    const answer: Buffer[] = [];
    // Not by listening to the data, which would set the stream flowing before the SDK listens.
    const push = response.push.bind(response);
    response.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
      if (chunk !== null) answer.push(chunk);
      else noteDynamo(operation, body, response.statusCode, Buffer.concat(answer).toString("utf8"));
      return push(chunk, encoding);
    };
  });
}

function noteDynamo(operation: string, body: string, status: number | undefined, answer: string): void {
  // Refused conditions are billed like writes; other errors are not billed at all.
  if (status !== 200 && !answer.includes("ConditionalCheckFailed") && !answer.includes("TransactionCanceled")) return;
  note({
    kind: "dynamodb",
    operation,
    ...dynamoUse(operation, JSON.parse(body), status === 200 && JSON.parse(answer)),
  });
}

const { write, end } = ClientRequest.prototype;
ClientRequest.prototype.write = function (this: ClientRequest, ...given: unknown[]) {
  if (this.getHeader("x-amz-target") !== undefined) remember(this, given[0]);
  return Reflect.apply(write, this, given);
};
ClientRequest.prototype.end = function (this: ClientRequest, ...given: unknown[]) {
  if (this.getHeader("x-amz-target") !== undefined) remember(this, given[0]);
  noteRequest(this);
  return Reflect.apply(end, this, given);
};

const begun = new Map<unknown, number>();
if (parentPort !== null) {
  const port = parentPort;
  const post = port.postMessage.bind(port);
  port.on("message", (message: unknown) => begun.set(part(message, "id"), performance.now()));
  port.postMessage = (message: unknown, ...rest: []) => {
    const started = begun.get(part(message, "id"));
    // Loading the bundle is billed as well.
    const from = part(message, "ready") === true ? loadedAt : started;
    const isStart = part(message, "ready") === true;
    if (from !== undefined) {
      note({ kind: "lambda", functionName, megabytes, milliseconds: Math.ceil(performance.now() - from), isStart });
      begun.delete(part(message, "id"));
      flush();
    }
    post(message, ...rest);
  };
}

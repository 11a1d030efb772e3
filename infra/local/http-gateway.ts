import { isUtf8 } from "node:buffer";
import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { Invoke } from "./lambda/invocation.ts";

/** Bytes of a request that API Gateway takes; of these, Lambda takes 6 MB with the rest of the event. */
const longestRequest = 10 * 1024 * 1024;
/** Milliseconds after which API Gateway stops waiting for its function. */
const longestWait = 30_000;

const resultSchema = z.looseObject({
  statusCode: z.number().int(),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).optional(),
  cookies: z.array(z.string()).optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().optional(),
});

/** Content types whose bodies reach the function as text; all others in base64. */
const textual = /^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded)|[^;]*\+(json|xml))/i;

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** API Gateway's HTTP API in front of one function: events and answers in payload format 2.0. */
export function createHttpGateway(options: { functionArn: string; invoke: Invoke }): RequestHandler {
  return async (request, response) => {
    const body = await readBody(request);
    if (body === undefined) {
      ownAnswer(response, 413, "Request Entity Too Large");
      return;
    }
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    let timer: NodeJS.Timeout | undefined;
    const startClock = () => {
      timer = setTimeout(() => resolve(undefined), longestWait);
    };
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    let waits = false;
    const invoked = options.invoke(options.functionArn, toEvent(request, body), {
      turn: callerOf(request),
      signal: gone.signal,
      onWait: (place) => {
        waits = true;
        void place.then(startClock);
      },
    });
    if (!waits) startClock();
    const result = await Promise.race([invoked, late]);
    clearTimeout(timer);
    if (gone.signal.aborted) return;
    if (result === undefined) {
      ownAnswer(response, 503, "Service Unavailable");
      return;
    }
    if ("error" in result) {
      if (result.error.errorType === "RequestTooLargeException") {
        ownAnswer(response, 413, "Request Entity Too Large");
      } else if (result.error.errorType === "TooManyRequestsException") {
        response.setHeader("retry-after", "5");
        ownAnswer(response, 503, "Service Unavailable");
      } else {
        ownAnswer(response, 500, "Internal Server Error");
      }
      return;
    }
    send(response, result.payload);
  };
}

/** Whose turn a request is: callers are told apart by their tokens, which are not read here. */
function callerOf({ headers }: IncomingMessage): string {
  return createHash("sha256")
    .update(headers.authorization ?? "")
    .digest("base64");
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    const chunk = Buffer.from(part);
    bytes += chunk.length;
    // The rest is read and dropped, so that the client gets to see the answer.
    if (bytes <= longestRequest) parts.push(chunk);
  }
  return bytes > longestRequest ? undefined : Buffer.concat(parts);
}

function toEvent(request: IncomingMessage, body: Buffer): Record<string, unknown> {
  const [rawPath = "/", rawQueryString = ""] = (request.url ?? "/").split(/\?(.*)/s);
  const { cookie, ...others } = request.headers;
  const headers = Object.fromEntries(
    Object.entries(others).map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : (value ?? "")]),
  );
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const before = query.get(name);
    query.set(name, before === undefined ? value : `${before},${value}`);
  }
  // Text that is none goes as it came, for the function to refuse.
  const asText = body.length === 0 || (textual.test(headers["content-type"] ?? "") && isUtf8(body));
  const now = new Date();
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
    headers,
    ...(query.size > 0 && { queryStringParameters: Object.fromEntries(query) }),
    requestContext: {
      accountId: "anonymous",
      apiId: "local",
      domainName: headers.host ?? "localhost",
      domainPrefix: "local",
      http: {
        method: request.method ?? "GET",
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: "$default",
      stage: "$default",
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: asText ? body.toString("utf8") : body.toString("base64") }),
    isBase64Encoded: !asText,
  };
}

function send(response: ServerResponse, payload: unknown): void {
  const parsed = resultSchema.safeParse(payload);
  if (!parsed.success) {
    // The gateway takes anything without a status code for the body of a 200.
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(payload));
    return;
  }
  const { statusCode, headers = {}, cookies, body = "", isBase64Encoded = false } = parsed.data;
  response.writeHead(statusCode, { ...headers, ...(cookies !== undefined && { "set-cookie": cookies }) });
  response.end(Buffer.from(body, isBase64Encoded ? "base64" : "utf8"));
}

/** What API Gateway answers by itself, in its own form: the function never saw the request, or gave no answer. */
function ownAnswer(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "application/json", "apigw-requestid": randomUUID() });
  response.end(JSON.stringify({ message }));
}

/** An answer of the product before its gateway is there, in the form of all others. */
export function problem(response: ServerResponse, status: number, code: string, detail: string): void {
  const body = { type: "about:blank", title: code, status, detail, code };
  const headers = { "content-type": "application/problem+json", ...(status === 503 && { "retry-after": "1" }) };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

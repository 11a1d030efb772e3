import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import findMyWay from "find-my-way";
import type { z } from "zod";
import type { Role } from "#domain/role";
import { logged } from "#platform/cause";
import { newId } from "#platform/identifiers";
import { logger } from "#platform/logger";
import { callLog } from "#platform/middy-stack";
import { loadLibrary } from "#records/library/libraries";
import { once, onceDigest } from "./idempotency.ts";
import { openApi } from "./openapi.ts";
import { conflict, type FieldProblem, invalid, notFound, Problem, problemBody, problemStatus } from "./problem.ts";
import type { Answer, Caller, Dependencies, Route } from "./route.ts";

/** Bytes of a body that is read at all; larger lists of ids come by upload. */
const longestBody = 4 * 1024 * 1024;

export interface ApiOptions {
  readonly routes: readonly Route[];
  readonly dependencies: Dependencies;
  readonly authenticate: (authorization: string | undefined) => Promise<Caller>;
}

/** The API behind one `$default` route: finds the route, lets the caller in, parses, handles, answers. */
export function createHandler({ routes, dependencies, authenticate }: ApiOptions) {
  const router = findMyWay({ ignoreTrailingSlash: true, maxParamLength: 256 });
  for (const it of routes) router.on(it.method, it.path, () => undefined, it);
  const description = openApi(routes);

  const answer = async (event: APIGatewayProxyEventV2): Promise<Answer> => {
    const { method } = event.requestContext.http;
    if (method === "GET" && event.rawPath === "/v1/openapi.json") return { status: 200, body: description };
    const caller = await authenticate(event.headers["authorization"]);
    const found = router.find(method as Route["method"], event.rawPath);
    if (found === null) throw notFound();
    const it = found.store as Route;
    const role = it.roles.find((one) => caller.roles.includes(one));
    if (role === undefined) throw new Problem("FORBIDDEN", `This needs the role ${it.roles.join(" or ")}.`);
    const library = await libraryOf(event, caller, it, dependencies);
    const text = bodyText(event);
    const body = parseBody(it, event, text);
    const query = parse(it.query, event.queryStringParameters ?? {}, "");
    const params = decodedParams(found.params);
    const now = new Date();
    const call = { caller, library, role: role satisfies Role, params, query, body, headers: event.headers, now };
    const key = method === "POST" ? event.headers["idempotency-key"] : undefined;
    if (key === undefined) return await it.handle({ ...call, newId: newId(now), onceKey: undefined }, dependencies);
    const request = { library, key, caller: caller.sub, method, path: event.rawPath, body: text, newId: newId(now) };
    return await once(dependencies.store, request, (id) =>
      it.handle({ ...call, newId: id, onceKey: onceDigest(request) }, dependencies),
    );
  };

  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(callLog<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({ says: "API", keys: keysOf }))
    .use(problemAnswers())
    .handler(async (event) => toResult(await answer(event)));
}

function keysOf({ rawPath: path, requestContext: { http } }: APIGatewayProxyEventV2) {
  return { method: http.method, path };
}

/** Answers every error as a problem; what nobody foresaw is logged and answered without its text. */
function problemAnswers(): middy.MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  return {
    onError: (request) => {
      const problem = asProblem(request.error);
      if (problem.code === "INTERNAL") {
        logger.error("A request failed", logged(request.error));
      }
      const body = problemBody(problem, request.event.rawPath);
      request.response = toResult({
        status: problemStatus[problem.code],
        body,
        headers: {
          "content-type": "application/problem+json",
          ...(problem.code === "UNAUTHENTICATED" && { "www-authenticate": "Bearer" }),
        },
      });
    },
  };
}

const passing = new Set([
  "ThrottlingException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "InternalServerError",
  "ServiceUnavailable",
  "SlowDown",
  "TimeoutError",
]);

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Error && passing.has(error.name)) {
    return new Problem("UNAVAILABLE", "The service is busy. Nothing was changed; try again in a moment.");
  }
  return new Problem("INTERNAL", "Something went wrong on our side. Try again; if it stays, tell support the time.");
}

async function libraryOf(
  event: APIGatewayProxyEventV2,
  caller: Caller,
  it: Route,
  { store }: Dependencies,
): Promise<string> {
  const named = event.headers["library"];
  if (caller.library !== undefined) {
    if (named !== undefined && named !== caller.library) {
      throw new Problem("FORBIDDEN", "The Library header names another library than your own.");
    }
    return caller.library;
  }
  if (it.scope === "none") return "";
  if (named === undefined) {
    throw invalid({ path: "Library", message: "name the library you act on in the Library header" });
  }
  if (!/^[A-Za-z0-9._-]{1,32}$/.test(named) || (await loadLibrary(store, named)) === undefined) throw notFound();
  return named;
}

function decodedParams(params: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, value ?? ""]));
}

function bodyText(event: APIGatewayProxyEventV2): string {
  if (event.body === undefined) return "";
  const bytes = Buffer.from(event.body, event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > longestBody) throw new Problem("TOO_LARGE", "The body is larger than 4 MB. Use an upload.");
  return bytes.toString("utf8");
}

function parseBody(it: Route, event: APIGatewayProxyEventV2, text: string): unknown {
  if (it.body === undefined) return undefined;
  if (text === "" && it.method === "POST" && it.body.safeParse({}).success) return it.body.parse({});
  const type = (event.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (!it.contentTypes.includes(type)) {
    throw new Problem("UNSUPPORTED_MEDIA_TYPE", `Send the body as ${it.contentTypes.join(" or ")}.`);
  }
  return parse(it.body, parseJson(text), "");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem("MALFORMED_JSON", "The body is not JSON. Nothing was changed.");
  }
}

/** Parses with a schema, or throws the problem answer that names each wrong field by its path. */
export function parse<T>(schema: z.ZodType<T>, value: unknown, at: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(...parsed.error.issues.flatMap((issue) => fieldProblems(issue, at)));
}

function fieldProblems(issue: z.core.$ZodIssue, at: string): FieldProblem[] {
  const path = pathText(issue.path, at);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: pathText([...issue.path, key], at),
      message: "is not a field that can be sent here",
    }));
  }
  return [{ path, message: issue.message }];
}

function pathText(path: readonly PropertyKey[], at: string): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? String(part) : `${text}.${String(part)}`,
    at,
  );
}

function toResult({ status, body, headers }: Answer): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: {
      "cache-control": "no-store",
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
}

/** A created thing whose id was there already was created by an earlier try of the same request. */
export function alreadyThere(call: { onceKey: string | undefined }): void {
  if (call.onceKey === undefined) throw conflict("A thing with this id exists already. Try again.");
}

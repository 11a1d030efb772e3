import middy from "@middy/core";
import type { Context } from "aws-lambda";
import { service } from "#contract/service";
import { type LibraryId, libraryIdSchema } from "#domain/ids";
import type { Clock } from "#platform/clock";
import { newId } from "#platform/identifiers";
import { callLog } from "#platform/middy-stack";
import { addFacts, inThread } from "#platform/thread";
import { loadLibrary } from "#records/library/libraries";
import { createActingLibrary } from "./acting-library.ts";
import { auditRead, auditRefusal } from "./audited.ts";
import { bodyText, isObject, parse, readJson } from "./body.ts";
import { RefusedCaller } from "./callers.ts";
import { type CursorOf, createCursors } from "./cursors.ts";
import { once, onceDigest } from "./idempotency.ts";
import { conflict, notFound, Problem } from "./problem.ts";
import { createRates } from "./rates.ts";
import { needsReason, requireReason, takeReason } from "./reason.ts";
import type { Answer, AnyCall, Caller, Dependencies, Route } from "./route.ts";
import { createRouteTable, type Found, namesNothing, type RouteTable } from "./route-table.ts";
import { compression } from "./stack/compression.ts";
import type { ApiEvent, ApiResult } from "./stack/event.ts";
import { head } from "./stack/head.ts";
import { problemAnswers } from "./stack/problem-answers.ts";
import { requestId, requestIdOf } from "./stack/request-id.ts";
import { toResult } from "./stack/to-result.ts";

/** Milliseconds before the end of the function's time at which it answers 503 by itself: 25 seconds after it began. */
const timeToAnswer = 4000;

export interface ApiOptions {
  readonly routes: readonly Route[];
  readonly dependencies: Omit<Dependencies, "store">;
  readonly authenticate: (authorization: string | undefined) => Promise<Caller>;
  /** Where people and clients reach the product, such as `https://updates.example.org`: URLs in answers begin with it. */
  readonly origin: string;
  /** Requests a second that each library may send, approximately; undefined: any number. */
  readonly requestsPerSecond: number | undefined;
  readonly clock: Clock;
  /** The description of the API. */
  readonly describe: () => Promise<unknown>;
}

/** The API behind one `$default` route: what holds for every route is done here, in this order, and nowhere else. */
export function createHandler(options: ApiOptions) {
  const { routes, dependencies, authenticate, origin, requestsPerSecond, clock, describe } = options;
  const { stores } = dependencies;
  const keepToRate = createRates(stores, requestsPerSecond);
  const actingLibrary = createActingLibrary(stores, clock);
  const cursors = createCursors(stores);
  const table = createRouteTable(routes);
  // Answered to everybody.
  const open = createOpenAnswers(describe);

  async function answer(event: ApiEvent): Promise<Answer> {
    const { rawPath: path } = event;
    const method = methodOf(event);
    const known = open.get(path);
    const allow = known === undefined ? table.allowed(path) : "GET, HEAD, OPTIONS";
    if (method === "OPTIONS" && allow !== undefined) return { status: 204, headers: { allow } };
    if (method === "GET" && known !== undefined) return { status: 200, body: await known() };
    const caller = await letIn(event);
    await keepToRate(caller, clock());
    const found = isMethod(method) ? table.find(method, path) : undefined;
    if (found !== undefined) return await telling(event, caller, found);
    if (allow === undefined) throw notFound();
    throw new Problem("METHOD_NOT_ALLOWED", `This address takes ${allow}.`, undefined, { headers: { allow } });
  }

  /** Says who comes, and tells the library of an act that somebody tried who is not let in. */
  async function letIn(event: ApiEvent): Promise<Caller> {
    try {
      return await authenticate(event.headers["authorization"]);
    } catch (error) {
      const method = methodOf(event);
      const found = isMethod(method) ? table.find(method, event.rawPath) : undefined;
      const library = error instanceof RefusedCaller ? error.caller.library : undefined;
      if (error instanceof RefusedCaller && library !== undefined && found !== undefined && method !== "GET") {
        const { caller } = error;
        await auditRefusal(stores.of(library), { caller, requestId: requestIdOf(event) }, found.route, error, clock());
      }
      throw error;
    }
  }

  /** Answers, and tells the library of an act in it that was refused. Support's own right is no one library's matter. */
  async function telling(event: ApiEvent, caller: Caller, found: Found): Promise<Answer> {
    try {
      return await answerRoute(event, caller, found);
    } catch (error) {
      const isRefused = error instanceof Problem && error.code === "FORBIDDEN" && found.route.method !== "GET";
      const library = caller.library ?? (isRefused ? await namedLibrary(event) : undefined);
      if (isRefused && library !== undefined) {
        await auditRefusal(stores.of(library), { caller, requestId: requestIdOf(event) }, found.route, error, clock());
      }
      throw error;
    }
  }

  async function namedLibrary({ headers }: ApiEvent): Promise<LibraryId | undefined> {
    const named = libraryIdSchema.safeParse(headers["library"]).data;
    return named === undefined ? undefined : (await loadLibrary(stores.of(named)))?.library;
  }

  async function answerRoute(event: ApiEvent, caller: Caller, { route, params }: Found): Promise<Answer> {
    const { rawPath: path, headers } = event;
    const role = route.roles.find((one) => caller.roles.includes(one));
    if (role === undefined) throw new Problem("FORBIDDEN", `This needs the role ${route.roles.join(" or ")}.`);
    const library = await actingLibrary(caller, headers["library"], route);
    addFacts({ library: library === "" ? undefined : library, job: jobOf(params) });
    const store = stores.of(library);
    const inLibrary: Dependencies = { ...dependencies, store };
    if (namesNothing(params)) throw notFound();
    const text = bodyText(event);
    const given = takeReason(role, route, readJson(route, headers["content-type"], text), headers["reason"]);
    const body = route.body && parse(route.body, given.body, "");
    const query = parse(route.query, event.queryStringParameters ?? {}, "");
    const list = { library, path };
    if (isObject(query) && typeof query["cursor"] === "string") {
      query["cursor"] = await cursors.open(list, query["cursor"]);
    }
    const now = clock();
    const common = { caller, library, role, params, query, body, headers, now, requestId: requestIdOf(event) };
    let call: AnyCall = { ...common, reason: undefined, newId: newId(now), onceKey: undefined };
    if (role === "support" && given.reason !== undefined) call = { ...call, reason: requireReason(given.reason) };
    if (needsReason(role, route.method, given.body)) {
      if (given.reason === undefined) await route.subject?.(call, inLibrary);
      call = { ...call, reason: requireReason(given.reason) };
    }
    const key = route.method === "POST" ? headers["idempotency-key"] : undefined;
    const request =
      key === undefined
        ? undefined
        : {
            key,
            caller: caller.sub,
            method: "POST",
            path,
            body: text,
            newId: call.newId,
            secrets: route.secrets,
          };
    const found =
      request === undefined
        ? await route.handle(call, inLibrary)
        : await once(store, clock, request, (id) =>
            route.handle({ ...call, newId: id, onceKey: onceDigest(request) }, inLibrary),
          );
    await auditRead(store, call, route, found.body);
    return withLocation(await withSealedCursor(found, list), route, params);
  }

  async function withSealedCursor(found: Answer, list: CursorOf): Promise<Answer> {
    const { body } = found;
    if (!isObject(body) || typeof body["nextCursor"] !== "string") return found;
    return { ...found, body: { ...body, nextCursor: await cursors.seal(list, body["nextCursor"]) } };
  }

  function withLocation(found: Answer, route: Route, params: Found["params"]): Answer {
    const location = found.status === 201 ? table.locationOf(route, params, found.body) : undefined;
    return location === undefined ? found : { ...found, headers: { ...found.headers, location: origin + location } };
  }

  const stack = middy<ApiEvent, ApiResult>({ timeoutEarlyInMillis: timeToAnswer, timeoutEarlyResponse: tooLate })
    .use(callLog<ApiEvent, ApiResult>({ says: "API", keys: keysOf(table) }))
    .use(requestId())
    .use(compression())
    .use(head())
    .use(problemAnswers(origin))
    .handler(async (event) => toResult(await answer(event)));
  return async (event: ApiEvent, context: Context): Promise<ApiResult> =>
    await inThread(async () => await stack(event, context));
}

/** The job that a request is about, where its address names one. */
function jobOf({ batchUpdateId, querySetId, importId, exportId }: Found["params"]): string | undefined {
  return batchUpdateId ?? querySetId ?? importId ?? exportId;
}

/** Of the address only which route it is: a patron's id in it is nobody's who reads logs. */
function keysOf(table: RouteTable) {
  return (event: ApiEvent) => ({
    requestId: requestIdOf(event),
    method: methodOf(event),
    route: table.patternOf(event.rawPath),
  });
}

/** What needs no token. */
function createOpenAnswers(describe: ApiOptions["describe"]): ReadonlyMap<string, () => Promise<unknown>> {
  return new Map<string, () => Promise<unknown>>([
    [service.describe.path, describe],
    [service.health.path, async () => ({ status: "UP" })],
  ]);
}

function methodOf(event: ApiEvent): string {
  return event.requestContext.http.method;
}

function isMethod(method: string): method is Route["method"] {
  return ["GET", "POST", "PUT", "PATCH", "DELETE"].includes(method);
}

/** What was begun may still be done, as where an answer is lost on its way. */
function tooLate(): never {
  throw new Problem("UNAVAILABLE", "This took too long. Check whether anything was changed, then try again.");
}

/** A created thing whose id was there already was created by an earlier try of the same request. */
export function alreadyThere(call: { onceKey: string | undefined }): void {
  if (call.onceKey === undefined) throw conflict("A thing with this id exists already. Try again.");
}

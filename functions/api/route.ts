import type { SFNClient } from "@aws-sdk/client-sfn";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { z } from "zod";
import { type Role, roles } from "#domain/role";
import type { Store } from "#records/store/store";
import type { WorkflowArns, Workflows } from "#workflows/start";

/** Who calls, from the verified token alone. Support has no library and no other role of its own. */
export interface Caller {
  /** Who it is: what rights and Idempotency-Keys compare, and what is kept as the one who did something. */
  readonly sub: string;
  /** How people know the caller. Only shown: two may have one name. */
  readonly name: string;
  readonly library: string | undefined;
  readonly roles: readonly Role[];
}

/** What the functions of the API work with. */
export interface Dependencies {
  readonly store: Store;
  readonly workflows: Workflows;
  readonly sfn: SFNClient;
  readonly sqs: SQSClient;
  readonly serviceQueuesUrl: string;
  readonly deadLettersUrl: string;
  readonly workflowArns: WorkflowArns;
  readonly executionsConsoleUrl: string;
}

export interface Call<Body = unknown, Query = unknown> {
  readonly caller: Caller;
  /** The library this call works in. Empty under /v1/support and for /v1/me of support. */
  readonly library: string;
  /** The role by which the caller is let in: the one to name in the audit. */
  readonly role: Role;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** What support gives as the reason of its act; undefined for everybody else, and where nothing is done. */
  readonly reason: string | undefined;
  /** As answered in the header Request-Id, and on each log line of this call. */
  readonly requestId: string;
  readonly now: Date;
  /** Id for what this call creates. The same for each try under one Idempotency-Key, so that a second try finds the first. */
  readonly newId: string;
  /** Names the Idempotency-Key of this call, caller and path included; undefined without one. */
  readonly onceKey: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With `:name` for each parameter. */
  readonly path: string;
  readonly summary: string;
  readonly roles: readonly Role[];
  /** `none`: a call that belongs to no library, which support makes without naming one. */
  readonly scope: "library" | "none";
  readonly body: z.ZodType | undefined;
  readonly query: z.ZodType;
  readonly contentTypes: readonly string[];
  /** Status of success and its body, for the API's description. */
  readonly success: { readonly status: number; readonly schema?: z.ZodType };
  /**
   * Looks up what the call acts on, and throws where it is not there or is none that the caller may act on. Asked where
   * support gives no reason, for that is judged after both and before the state.
   */
  readonly subject: ((call: Call, dependencies: Dependencies) => Promise<unknown>) | undefined;
  readonly handle: (call: Call, dependencies: Dependencies) => Promise<Answer>;
}

interface RouteOptions<Body extends z.ZodType, Query extends z.ZodType> {
  method: Route["method"];
  path: string;
  summary: string;
  roles?: readonly Role[];
  scope?: Route["scope"];
  body?: Body;
  query?: Query;
  contentTypes?: readonly string[];
  success?: Route["success"];
  subject?: (call: Call, dependencies: Dependencies) => Promise<unknown>;
  handle: (call: Call<z.output<Body>, z.output<Query>>, dependencies: Dependencies) => Promise<Answer>;
}

const emptyBody = z.strictObject({});

/**
 * Declares a route. Body and query are parsed before `handle` is called; a POST without a body schema takes none or `{}`.
 *
 * @example
 * route({ method: "GET", path: "/v1/things/:id", summary: "One thing", handle: async ({ params }, { store }) => ok(thing) })
 */
export function route<Body extends z.ZodType = z.ZodType, Query extends z.ZodType = z.ZodObject<Record<never, never>>>(
  options: RouteOptions<Body, Query>,
): Route {
  const { method } = options;
  return {
    roles,
    scope: "library",
    contentTypes: ["application/json"],
    success: { status: 200 },
    subject: undefined,
    ...options,
    body: options.body ?? (method === "POST" ? emptyBody : undefined),
    query: options.query ?? z.strictObject({}),
    // The dispatcher calls it with what these very schemas gave back.
    handle: options.handle as Route["handle"],
  };
}

export function ok(body: unknown, headers?: Record<string, string>): Answer {
  return { status: 200, body, ...(headers && { headers }) };
}

export function created(body: unknown, headers?: Record<string, string>): Answer {
  return { status: 201, body, ...(headers && { headers }) };
}

export function accepted(body: unknown): Answer {
  return { status: 202, body };
}

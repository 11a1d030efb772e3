import { z } from "zod";
import { type Role, roles } from "#domain/role";
import { type ProblemCode, problemStatus } from "./problem.ts";

/** Success answers by status. `z.undefined()` where an answer has no body. */
export type Answers = Readonly<Record<number, z.ZodType>>;

/** Names of the parameters in a path such as `/v1/things/:thingId`. */
export type ParametersOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParametersOf<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** A value that is only looked at. */
export type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** What one call to show takes and gives; the path's parameters have examples of their own. */
export interface Example {
  readonly body?: unknown;
  /** The answer of success. */
  readonly answer?: unknown;
}

/** One route of the API: what it takes, what it answers, who may call it. The API serves it and clients parse with it. */
export interface Operation<
  Path extends string = string,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Given extends Answers = Answers,
> {
  /** Unique: the name of the method in clients that are generated. */
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With `:name` for each parameter. */
  readonly path: Path;
  readonly summary: string;
  /** What summary and schemas do not say. */
  readonly description?: string;
  readonly roles: readonly Role[];
  /** `none`: a call that belongs to no library, which support makes without naming one. */
  readonly scope: "library" | "none";
  /** `open`: a call that needs no token. */
  readonly access: "token" | "open";
  readonly query: Query;
  /** Undefined where a body is not looked at. */
  readonly body: Body | undefined;
  readonly contentTypes: readonly string[];
  /** Whether the answer carries an ETag. */
  readonly etag: boolean;
  /** Whether If-Match is heeded. */
  readonly ifMatch: boolean;
  /** Fields of an answer that are shown once: an answer that holds one is not kept for an Idempotency-Key. */
  readonly secrets: readonly string[];
  readonly answers: Given;
  /** Problems beyond those that every route of its form can give, see {@link problemsOf}. */
  readonly problems: readonly ProblemCode[];
}

type Declared<Path extends string, Query extends z.ZodType, Body extends z.ZodType, Given extends Answers> = Pick<
  Operation<Path, Query, Body, Given>,
  "name" | "method" | "path" | "summary" | "answers"
> &
  Partial<
    Pick<
      Operation<Path, Query, Body, Given>,
      | "description"
      | "roles"
      | "scope"
      | "access"
      | "query"
      | "body"
      | "contentTypes"
      | "etag"
      | "ifMatch"
      | "secrets"
      | "problems"
    >
  >;

const empty = z.strictObject({});

/** Answers without a body, such as 204. */
export const noBody = z.undefined();

/**
 * Declares a route. Without a query it takes none; a POST without a body takes none or `{}`.
 *
 * @example
 * operation({ name: "getThing", method: "GET", path: "/v1/things/:thingId", summary: "One thing", answers: { 200: thingSchema } })
 */
export function operation<
  const Path extends string,
  Given extends Answers,
  Query extends z.ZodType = typeof empty,
  Body extends z.ZodType = typeof empty,
>(declared: Declared<Path, Query, Body, Given>): Operation<Path, Query, Body, Given>;
export function operation(declared: Declared<string, z.ZodType, z.ZodType, Answers>): Operation {
  return {
    roles,
    scope: "library",
    access: "token",
    query: empty,
    body: declared.method === "POST" ? empty : undefined,
    contentTypes: ["application/json"],
    etag: false,
    ifMatch: false,
    secrets: [],
    problems: [],
    ...declared,
  };
}

/** Every problem that a route can answer with, in the order of their statuses. */
export function problemsOf(it: Operation): ProblemCode[] {
  const all = new Set<ProblemCode>(["RATE_LIMITED", "INTERNAL", "UNAVAILABLE", ...it.problems]);
  if (it.access === "token") {
    all.add("UNAUTHENTICATED");
    // A header names another library than the token, or the token one that is not there; a role that may not.
    all.add("FORBIDDEN");
  }
  // Support may name a library that is not there, or none.
  if (it.scope === "library" || it.path.includes(":")) all.add("NOT_FOUND");
  if (it.access === "token") all.add("VALIDATION");
  if (it.body !== undefined) {
    for (const code of ["MALFORMED_JSON", "TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"] as const) all.add(code);
  }
  // A key that is used again with another body.
  if (it.method === "POST") all.add("CONFLICT");
  if (it.ifMatch) all.add("PRECONDITION_FAILED");
  return [...all].sort((a, b) => problemStatus[a] - problemStatus[b]);
}

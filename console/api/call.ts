import type { z } from "zod";
import { accessToken, errand, renew } from "../session/session.ts";
import { readProblem } from "./problem.ts";
import { reach } from "./transport.ts";

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface Options<Schema extends z.ZodType> {
  readonly answer: Schema;
  readonly query?: Query;
  readonly body?: unknown;
  /** Names one act of a person, so that a repeated request does it once. */
  readonly onceKey?: string;
  /** The version that the person saw: where there is another one by now, nothing is changed. */
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * One request to the API, its answer checked.
 *
 * @throws ApiProblem where the API refuses, Unreachable where it gives no answer
 */
export async function call<Schema extends z.ZodType>(
  method: Method,
  path: string,
  options: Options<Schema>,
): Promise<z.output<Schema>> {
  return (await callTagged(method, path, options)).answer;
}

/** The same, with the tag of the version that the answer shows: a change of it names that version. */
export async function callTagged<Schema extends z.ZodType>(
  method: Method,
  path: string,
  { answer, query = {}, body, onceKey, ifMatch, signal }: Options<Schema>,
): Promise<{ answer: z.output<Schema>; etag: string }> {
  const acts = method !== "GET";
  const url = new URL(`/v1${path}`, location.origin);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") url.searchParams.set(name, String(value));
  }
  const support = errand();
  const response = await reach(url, {
    method,
    headers: {
      accept: "application/json",
      authorization: `Bearer ${await accessToken(acts)}`,
      ...(support !== undefined && { library: support.library }),
      ...(support !== undefined && acts && { reason: encodeURIComponent(support.reason) }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(onceKey !== undefined && { "idempotency-key": onceKey }),
      ...(ifMatch !== undefined && { "if-match": ifMatch }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  if (response.status === 401) return renew(acts);
  if (!response.ok) throw await readProblem(response);
  const parsed = answer.parse(response.status === 204 ? undefined : await response.json());
  return { answer: parsed, etag: response.headers.get("etag") ?? "*" };
}

/** Puts together a path of the API from fixed words and ids, which may hold any character. */
export function path(parts: TemplateStringsArray, ...ids: readonly string[]): string {
  return String.raw({ raw: parts }, ...ids.map(encodeURIComponent));
}

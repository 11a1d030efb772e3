import type { z } from "zod";
import type { Answers, DeepReadonly, Operation, ParametersOf } from "#contract/operation";
import type { ParameterValue } from "#contract/path-parameters";
import { accessToken, type Errand, errand, renew } from "../session/session.ts";
import { readProblem } from "./problem.ts";
import { reach } from "./transport.ts";

interface Options<Path extends string, Query extends z.ZodType, Body extends z.ZodType> {
  /** What stands in the path; ids may hold any character. */
  readonly params?: { readonly [Name in ParametersOf<Path>]: ParameterValue<Name> };
  /** Empty ones are left out. */
  readonly query?: Readonly<Partial<Record<keyof z.input<Query> & string, string | number | undefined>>>;
  readonly body?: DeepReadonly<z.input<Body>>;
  /** Names one act of a person, so that a repeated request does it once. */
  readonly onceKey?: string;
  /** The version that the person saw: where there is another one by now, nothing is changed. */
  readonly ifMatch?: string;
  /** What support says for this call instead of what it said when it began to work in a library. */
  readonly errand?: Partial<Errand>;
  readonly signal?: AbortSignal;
}

type AnswerOf<Given extends Answers> = z.output<Given[keyof Given & number]>;

/**
 * Calls an operation of the contract. Its answer is checked by the schema of its status.
 *
 * @throws ApiProblem where the API refuses, Unreachable where it gives no answer
 */
export async function call<Path extends string, Query extends z.ZodType, Body extends z.ZodType, Given extends Answers>(
  operation: Operation<Path, Query, Body, Given>,
  options: Options<Path, Query, Body> = {},
): Promise<AnswerOf<Given>> {
  return (await callTagged(operation, options)).answer;
}

/** The same, with the tag of the version that the answer shows: a change of it names that version. */
export async function callTagged<
  Path extends string,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Given extends Answers,
>(
  { method, path, answers }: Operation<Path, Query, Body, Given>,
  { params, query, body, onceKey, ifMatch, errand: support = errand(), signal }: Options<Path, Query, Body> = {},
): Promise<{ answer: AnswerOf<Given>; etag: string }> {
  const acts = method !== "GET";
  const url = new URL(filled(path, params ?? {}), location.origin);
  for (const [name, value] of Object.entries<string | number | undefined>(query ?? {})) {
    if (value !== undefined && value !== "") url.searchParams.set(name, String(value));
  }
  const response = await reach(url, {
    method,
    headers: {
      accept: "application/json",
      authorization: `Bearer ${await accessToken(acts)}`,
      ...(support?.library !== undefined && { library: support.library }),
      ...(support?.reason !== undefined && acts && { reason: encodeURIComponent(support.reason) }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(onceKey !== undefined && { "idempotency-key": onceKey }),
      ...(ifMatch !== undefined && { "if-match": ifMatch }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  if (response.status === 401) return renew(acts);
  const schema: Given[keyof Given & number] | undefined = answers[response.status];
  if (schema === undefined) throw await readProblem(response);
  const answer = schema.parse(response.status === 204 ? undefined : await response.json());
  return { answer, etag: response.headers.get("etag") ?? "*" };
}

function filled(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
}

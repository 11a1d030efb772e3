import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { operations } from "#contract/contract";
import { type Operation, problemsOf } from "#contract/operation";
import { gatewayAnswerSchema, gatewayStatuses, problemSchema, problemStatus } from "#contract/problem";

/** An answer of the API as it came over the wire. */
export interface Received {
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: unknown;
}

/**
 * Holds an answer against the contract: its status is one that its route declares, and it is what that status's schema
 * says and nothing more.
 *
 * @throws where it is not
 */
export function checkAnswer({ method, path, status, contentType, body }: Received): void {
  const name = `${method} ${path} ${status}`;
  const operation = operationOf(method, path);
  if (contentType.startsWith("application/problem+json")) {
    const { code } = strictly(problemSchema, body, name);
    if (problemStatus[code] !== status) throw new Error(`${name}: ${code} is not the code of this status`);
    const possible = operation === undefined ? unrouted : problemsOf(operation);
    if (!possible.includes(code)) throw new Error(`${name}: ${code} is not declared for this route`);
    return;
  }
  if (gatewayStatuses.some((one) => one === status)) return void strictly(gatewayAnswerSchema, body, name);
  if (method === "OPTIONS" && status === 204) return;
  const schema = operation?.answers[status];
  if (schema === undefined) throw new Error(`${name}: this answer is not declared`);
  if (method === "HEAD") return;
  strictly(schema, body, name);
}

/** Problems of a path or method that is no route: it is not there, and who has no token is not told even that. */
const unrouted = ["UNAUTHENTICATED", "NOT_FOUND", "METHOD_NOT_ALLOWED"];

/** Parses and refuses what a schema would leave out or put in: a field that is not declared, a default that hides a missing one. */
export function strictly<Schema extends z.ZodType>(schema: Schema, value: unknown, name: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new Error(`${name} is not as declared: ${parsed.error.message}\n${JSON.stringify(value)}`);
  const other = difference(parsed.data, value, "");
  if (other !== undefined) throw new Error(`${name} is not as declared: ${other}\n${JSON.stringify(value)}`);
  return parsed.data;
}

function difference(parsed: unknown, given: unknown, path: string): string | undefined {
  if (isDeepStrictEqual(parsed, given)) return undefined;
  if (!isRecord(parsed) || !isRecord(given)) return `${path} becomes another value`;
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(parsed, key)) return `${path}.${key} is not declared`;
    const below = difference(parsed[key], given[key], `${path}.${key}`);
    if (below !== undefined) return below;
  }
  return `${path} has a default for what is missing`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function operationOf(method: string, path: string): Operation | undefined {
  // As it was sent: a URL leaves out segments that are only dots.
  const segments = new URL(path, "http://localhost").pathname.split("/");
  const asked = method === "HEAD" ? "GET" : method;
  return operations.find((it) => {
    const its = it.path.split("/");
    return (
      it.method === asked &&
      its.length === segments.length &&
      its.every((part, n) => (part.startsWith(":") ? segments[n] !== "" : part === segments[n]))
    );
  });
}

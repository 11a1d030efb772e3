import { textProblem } from "#domain/text";
import { isObject } from "./body.ts";
import { invalid } from "./problem.ts";
import type { Call, Route } from "./route.ts";

const longestReason = 500;

/** What a request says about why: in its body, else in the header Reason. */
export interface Given {
  readonly reason: unknown;
  /** The body without it, where the route does not take a reason of its own. */
  readonly body: unknown;
}

/** Takes the reason out of what support sends. Others send none: to them it is a field like any other. */
export function takeReason(role: Call["role"], it: Route, body: unknown, header: string | undefined): Given {
  if (role !== "support") return { reason: undefined, body };
  if (!isObject(body) || !Object.hasOwn(body, "reason")) return { reason: header && decoded(header), body };
  const { reason, ...rest } = body;
  return { reason, body: takesReason(it) ? body : rest };
}

/** True where support has to say why: it acts, and does not only ask what an act would do. */
export function needsReason(role: Call["role"], method: Route["method"], body: unknown): boolean {
  return role === "support" && method !== "GET" && !(isObject(body) && body["dryRun"] === true);
}

/** @throws VALIDATION where there is none, or it is no text of 1 to 500 characters */
export function requireReason(reason: unknown): string {
  const message = problemOf(reason);
  if (message !== undefined) throw invalid({ path: "reason", message });
  return String(reason).trim();
}

function problemOf(reason: unknown): string | undefined {
  if (reason === undefined) return "say why you do this for the library, in the body or in the header Reason";
  if (typeof reason !== "string") return "must be a text";
  if (reason.trim() === "") return "must not be empty";
  return textProblem(reason, longestReason);
}

function takesReason({ body }: Route): boolean {
  return body !== undefined && "shape" in body && isObject(body.shape) && Object.hasOwn(body.shape, "reason");
}

function decoded(header: string): string {
  try {
    return decodeURIComponent(header);
  } catch {
    throw invalid({ path: "Reason", message: "must be UTF-8 in percent-encoding" });
  }
}

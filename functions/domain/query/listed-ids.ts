import { z } from "zod";
import { withoutGuard } from "../formula-guard.ts";
import { textProblem } from "../text.ts";

const mostProblems = 50;

/** Characters an id in a list may have at most. Any text may be asked for; what no patron has is told as not found. */
const longestListedId = 64;

/** Says why a text cannot be an id of a list; any other text can, known or not. */
export function listedIdProblem(id: string): string | undefined {
  return id === "" ? "must not be empty" : textProblem(id, longestListedId);
}

/**
 * A list of ids in a request: at least one, any text of 1 to 64 characters each, a spreadsheet's apostrophe before = + - @
 * dropped. The first 50 problems are told.
 */
export const listedIdsSchema = z
  .custom<string[]>()
  .check((context) => {
    const input: unknown = context.value;
    const refuse = (path: number[], message: string) => {
      context.issues.push({ code: "custom", input, path, message });
    };
    if (!Array.isArray(input) || input.length === 0) return refuse([], "must be a list with at least one id");
    for (const [n, id] of input.entries()) {
      if (context.issues.length >= mostProblems) break;
      const problem = typeof id === "string" ? listedIdProblem(id) : "must be a text";
      if (problem !== undefined) refuse([n], problem);
    }
  })
  // It also runs where the check before it refused.
  .overwrite((ids) => (Array.isArray(ids) ? ids.map((id) => (typeof id === "string" ? withoutGuard(id) : id)) : ids))
  .meta({ type: "array", minItems: 1, items: { type: "string", minLength: 1, maxLength: 64 } });

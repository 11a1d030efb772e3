import { z } from "zod";
import { withoutGuard } from "../csv.ts";
import { listedIdProblem } from "./id-list.ts";

const mostProblems = 50;

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

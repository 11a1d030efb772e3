import type { z } from "zod";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import type { meSchema } from "#contract/me";
import { needsApproval } from "#domain/batch-update/approval";
import type { Library } from "#domain/library";
import { changing } from "./changing.ts";

type Me = z.infer<typeof meSchema>;

/**
 * How a review goes on, as far as who looks at it may:
 *
 * - PROCESS: it is processed, now or later.
 * - HAND_OVER: somebody else processes it, and is told that it waits.
 * - OTHERS: administrators of the library go on with it, support only looks.
 * - NOTHING: nobody would change.
 */
export type NextStep = "PROCESS" | "HAND_OVER" | "OTHERS" | "NOTHING";

/** Who created a batch update is told by name, as it is shown; the service tells by who they are, and has the last word. */
export function nextStep(
  batchUpdate: BatchUpdateAnswer,
  { name, roles }: Pick<Me, "name" | "roles">,
  { approval }: Pick<Library, "approval">,
): NextStep {
  if (changing(batchUpdate.plan) === 0) return "NOTHING";
  const isOther = batchUpdate.createdBy !== name || !needsApproval(approval, batchUpdate);
  if (mayProcess(batchUpdate, roles) && isOther) return "PROCESS";
  return roles.includes("support") ? "OTHERS" : "HAND_OVER";
}

/** True for a role that processes such a batch update, if nobody's approval stands in the way. */
export function mayProcess({ kind }: Pick<BatchUpdateAnswer, "kind">, roles: Me["roles"]): boolean {
  return roles.includes("administrator") || (roles.includes("support") && kind !== "UPDATE");
}

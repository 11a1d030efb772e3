import type { z } from "zod";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import type { meSchema } from "#contract/me";
import { mayProcess, needsApproval } from "#domain/batch-update/approval";
import { patronsToWrite } from "#domain/batch-update/counts";
import type { Library } from "#domain/library";

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
  if (patronsToWrite(batchUpdate.plan) === 0) return "NOTHING";
  const isOther = batchUpdate.createdBy !== name || !needsApproval(approval, batchUpdate);
  if (mayProcess(batchUpdate, roles) && isOther) return "PROCESS";
  return roles.includes("support") ? "OTHERS" : "HAND_OVER";
}

import { z } from "zod";
import { readExecutionName } from "./start.ts";

/** What EventBridge tells when an execution has ended. */
const endedSchema = z.looseObject({
  "detail-type": z.literal("Step Functions Execution Status Change"),
  detail: z.looseObject({ name: z.string() }),
});

/**
 * Whose execution has ended, where a function is called for that: undefined where it is called for something else, NOBODYS
 * where somebody started it by hand.
 */
export function endedExecution(event: unknown) {
  const { data } = endedSchema.safeParse(event);
  return data && (readExecutionName(data.detail.name) ?? "NOBODYS");
}

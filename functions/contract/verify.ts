import { z } from "zod";
import { progressSchema } from "./formats.ts";
import { operation } from "./operation.ts";

const checkSchema = z
  .object({
    name: z.string(),
    ok: z.boolean(),
    detail: z.string().meta({ description: "What was counted, and what differs: ids and numbers" }),
  })
  .meta({ id: "Check" });

const verificationSchema = z
  .object({
    status: z.enum(["RUNNING", "DONE"]),
    progress: progressSchema.optional(),
    ok: z.boolean().optional(),
    checks: z.array(checkSchema).optional(),
  })
  .meta({ id: "Verification" });

export const verify = {
  verify: operation({
    name: "verifyBatchUpdate",
    method: "GET",
    path: "/v1/batch-updates/:batchUpdateId/verify",
    summary: "Counts records, outcomes, report and digest of a batch update that has ended against each other",
    description:
      "A large one is answered 202 with Retry-After: ask again, and it goes on counting. What others wrote since is told, and is not wrong. Before the end: 409.",
    answers: { 200: verificationSchema, 202: verificationSchema },
    problems: ["CONFLICT", "GONE"],
  }),
};

import { z } from "zod";

/** What planning found for a patron. */
export const planActions = ["UPDATE", "CREATE", "REMOVE", "UNCHANGED", "CONFLICT", "NOT_FOUND", "INVALID"] as const;
export type PlanAction = (typeof planActions)[number];

/** What became of a patron in a processed batch update. */
export const outcomes = [
  "UPDATED",
  "CREATED",
  "REMOVED",
  "UNCHANGED",
  "CONFLICT",
  "NOT_FOUND",
  "INVALID",
  "FAILED",
  "UNPROCESSED",
  "EXCLUDED",
] as const;
export type Outcome = (typeof outcomes)[number];

/** Outcomes that stand in the errors report and make a run COMPLETED_WITH_ERRORS. */
export const errorOutcomes: readonly Outcome[] = ["CONFLICT", "NOT_FOUND", "INVALID", "FAILED", "UNPROCESSED"];

/** What became of a medium record that was written. */
export const recordOutcomes = ["UPDATED", "CREATED", "REMOVED"] as const;
export type RecordOutcome = (typeof recordOutcomes)[number];

/** Outcomes by which a record was written, exactly once. */
export const writtenOutcomes: readonly Outcome[] = [...recordOutcomes];

/** Outcomes that a retry takes up again. */
export const retriedOutcomes: readonly Outcome[] = ["FAILED", "CONFLICT", "UNPROCESSED"];

/** The closed list of reasons, each with the advice that goes with it in the report and on the console. */
export const problemAdvice = {
  PATRON_CLOSED: "Leave this patron out, or correct the patron's main status first.",
  PATRON_NOT_FOUND: "The patron was erased meanwhile. Leave the patron out of the next query set.",
  REFILL_ABOVE_MAXIMUM: "Set a refill point that is not above the maximum service queue size, or change both together.",
  CODE_UNKNOWN: "Use a code from the library's tables, or first add the code in the library's settings.",
  VALUE_OUT_OF_RANGE: "Choose a value within the range given in the message.",
  DAY_PASSED: "Create a new batch update with a next service date of today or later.",
  CHANGED_SINCE_REVIEW:
    "Look at what has changed in the meantime. Retry this batch update if your value should still be set.",
  ALREADY_UNDONE: "Nothing to do: another undo already covers this patron. To reverse that undo, undo it.",
  NOT_REACHED: "Retry this batch update to continue with the patrons that were not reached.",
  WRITE_FAILED: "Retry this batch update. If it fails again, tell support.",
} as const;
export type ProblemReason = keyof typeof problemAdvice;

export const problemReasonSchema = z.enum(Object.keys(problemAdvice) as [ProblemReason, ...ProblemReason[]]);

/** Why a patron is not updated. `field` where it is about one field. */
export const patronProblemSchema = z.object({
  code: problemReasonSchema,
  message: z.string(),
  field: z.string().optional(),
});
export type PatronProblem = z.infer<typeof patronProblemSchema>;

export const warningCodes = [
  "ON_DEMAND_WITH_REQUESTS",
  "REFILL_BELOW_CARTRIDGES",
  "RESERVES_WAITING",
  "ENTRIES_SENT",
] as const;
export type WarningCode = (typeof warningCodes)[number];

import { z } from "zod";
import { keptPatronIdSchema } from "#domain/ids";
import {
  changedFields,
  fieldChange,
  lineChanges,
  type PlanField,
  type PlanLine,
  planFieldNames,
} from "#domain/plan/plan";
import { type CurrentValues, plannedFields } from "#domain/plan/settle";
import { outcomes, patronProblemSchema, problemAdvice } from "./outcome.ts";
import type { Verdict } from "./verdict.ts";

const value = z.union([z.string(), z.number(), z.boolean()]);

/** What became of one patron, as it stands in the report. */
export const outcomeLineSchema = z.object({
  patronId: keptPatronIdSchema,
  /** Missing where the patron was erased. */
  lastName: z.string().optional(),
  firstName: z.string().optional(),
  outcome: z.enum(outcomes),
  code: patronProblemSchema.shape.code.optional(),
  message: z.string().optional(),
  advice: z.string().optional(),
  changes: z.array(
    z.object({
      field: z.enum([...planFieldNames, "serviceQueue"]),
      before: value.optional(),
      after: value.optional(),
      current: value.optional(),
    }),
  ),
});
export type OutcomeLine = z.infer<typeof outcomeLineSchema>;

/** The line of the report. */
export function outcomeLine(line: PlanLine, { outcome, problem, current }: Verdict): OutcomeLine {
  const { patronId, lastName, firstName } = line;
  return {
    patronId,
    ...(lastName !== undefined && { lastName }),
    ...(firstName !== undefined && { firstName }),
    outcome,
    ...(problem !== undefined && { code: problem.code, message: problem.message, advice: problemAdvice[problem.code] }),
    changes: outcome === "UNCHANGED" || outcome === "EXCLUDED" ? [] : changesOf(line, current),
  };
}

function changesOf(line: PlanLine, current: CurrentValues | undefined): OutcomeLine["changes"] {
  if (current === undefined) return lineChanges(line);
  const fields = plannedFields(line).filter((field) => isChanged(line, field) || hasMoved(line, current, field));
  return fields.map((field) => {
    const now = current[field];
    return { ...fieldChange(field, line), ...(now !== undefined && { current: now }) };
  });
}

function isChanged(line: PlanLine, field: PlanField): boolean {
  return changedFields(line.before, line.after).includes(field);
}

function hasMoved(line: PlanLine, current: CurrentValues, field: PlanField): boolean {
  return current[field] !== line.before[field] || line.moved?.includes(field) === true;
}

/** The fields that a problem is about, one row of the errors report each; none where it is not about a field. */
export function problemFields(line: PlanLine, { problem, current }: Verdict): string[] {
  if (problem === undefined) return [];
  const moved = current === undefined ? [] : plannedFields(line).filter((field) => hasMoved(line, current, field));
  if (moved.length > 0) return moved;
  return problem.field === undefined ? [] : [problem.field];
}

/**
 * What is left of a line of the report when its patron is erased: what became of the patron, under the id alone. The message
 * goes too, for it may name a value; the advice follows from the code.
 */
export function erasedOutcome({ patronId, outcome, code }: OutcomeLine): OutcomeLine {
  return { patronId, outcome, ...(code !== undefined && { code, advice: problemAdvice[code] }), changes: [] };
}

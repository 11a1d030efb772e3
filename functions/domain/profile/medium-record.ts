import { z } from "zod";
import type { Day } from "#domain/calendar";
import { batchUpdateIdSchema } from "#domain/ids";
import { hasCode } from "#domain/library";
import { idSchema } from "#domain/text";
import type { CodeTables } from "./field.ts";
import { type MediumFieldName, mediumField, type StoredField, storedShape } from "./medium-fields.ts";

/** Types and shapes only: ranges and codes are rules with outcome codes of their own, see {@link fieldProblem}. */
export const mediumFieldsSchema = z.object(storedShape());
export type MediumFields = z.infer<typeof mediumFieldsSchema>;
export type MediumFieldValue = string | number | boolean;

/** Which batch update wrote a medium record last, in which turn of the library's lock, and on which line of its plan. */
export const writeMarkSchema = z.object({ by: batchUpdateIdSchema, turn: z.number().int(), at: z.number().int() });
export type WriteMark = z.infer<typeof writeMarkSchema>;

/** How a patron is served in one medium: "the profile settings". */
export const mediumRecordSchema = mediumFieldsSchema.extend({
  medium: idSchema,
  /** Starts at 1, grows by one with each write that changes the record, and never goes back. */
  version: z.number().int().min(1),
  mark: writeMarkSchema.optional(),
  /** A removed record stays as a tombstone, so that its version is not lost. */
  removed: z.literal(true).optional(),
});
export type MediumRecord = z.infer<typeof mediumRecordSchema>;

/** A reason why a value or a record is refused. `code` is one of the closed list in outcome.ts. */
export interface RuleProblem {
  readonly code: "CODE_UNKNOWN" | "VALUE_OUT_OF_RANGE" | "DAY_PASSED" | "REFILL_ABOVE_MAXIMUM";
  readonly field: StoredField;
  readonly message: string;
}

/**
 * Checks one value against its range or the library's table (1-domain: ranges and codes are checked for fields that are set).
 *
 * @param today the library's day; pass undefined where a past next service date is welcome (imports, undo)
 */
export function fieldProblem(
  field: StoredField,
  value: MediumFieldValue,
  library: CodeTables,
  today: Day | undefined,
): RuleProblem | undefined {
  const rule = mediumField(field);
  switch (rule.kind) {
    case "number": {
      const [low, high] = rule.range;
      if (typeof value === "number" && value >= low && value <= high) return undefined;
      return { code: "VALUE_OUT_OF_RANGE", field, message: `${field} must be from ${low} to ${high}` };
    }
    case "code":
      if (hasCode(library[rule.table], String(value))) return undefined;
      return { code: "CODE_UNKNOWN", field, message: `${field} ${value} is not in the library's table` };
    case "day":
      return rule.notPast === true ? passedDay(field, value, today) : undefined;
    default:
      return undefined;
  }
}

function passedDay(field: StoredField, value: MediumFieldValue, today: Day | undefined): RuleProblem | undefined {
  if (today === undefined || String(value) >= today) return undefined;
  return { code: "DAY_PASSED", field, message: `${field} ${value} is before today, ${today}` };
}

/** Checks that a medium is in the library's table: it may have left it after a record or an update of it was made. */
export function mediumProblem(
  medium: string,
  library: { readonly media: readonly { readonly code: string }[] },
): { readonly code: "CODE_UNKNOWN"; readonly message: string } | undefined {
  if (hasCode(library.media, medium)) return undefined;
  return { code: "CODE_UNKNOWN", message: `medium ${medium} is not in the library's table` };
}

/** Checks the rule between refillPoint and maxServiceQueueSize, where the record has both. */
export function betweenFieldsProblem(record: MediumFields): RuleProblem | undefined {
  const { refillPoint, maxServiceQueueSize } = record;
  if (refillPoint === undefined || maxServiceQueueSize === undefined || refillPoint <= maxServiceQueueSize)
    return undefined;
  return {
    code: "REFILL_ABOVE_MAXIMUM",
    field: "refillPoint",
    message: `refillPoint ${refillPoint} would be above maxServiceQueueSize ${maxServiceQueueSize}`,
  };
}

/** The fields that {@link betweenFieldsProblem} ties together: a change of either asks for the check. */
export const tiedFields: readonly MediumFieldName[] = ["refillPoint", "maxServiceQueueSize"];

/** The three fields that {@link refillsBelowCartridges} holds against each other. */
export const cartridgeFields = ["refillPoint", "maxTitlesPerCartridge", "cartridgeLimit"] as const;

/** True where a queue is filled again only when it holds fewer titles than the patron's cartridges take at once. */
export function refillsBelowCartridges(record: Pick<MediumFields, (typeof cartridgeFields)[number]>): boolean {
  const { refillPoint, maxTitlesPerCartridge, cartridgeLimit } = record;
  if (refillPoint === undefined || maxTitlesPerCartridge === undefined || cartridgeLimit === undefined) return false;
  return refillPoint < maxTitlesPerCartridge * cartridgeLimit;
}

import { z } from "zod";
import type { Day } from "#domain/calendar";
import { daySchema } from "#domain/calendar";
import type { LibrarySettings } from "#domain/library";
import { hasCode } from "#domain/library";
import { idSchema } from "#domain/text";

export const deliveryMethods = ["PHYSICAL", "DUPLICATION"] as const;

/** The fields of a medium record that updates set, with the lowest and highest value of the numbers. */
export const mediumFieldRanges = {
  cutoff: [0, 999],
  maxServiceQueueSize: [1, 500],
  refillPoint: [0, 500],
  maxTitlesPerCartridge: [1, 100],
  cartridgeLimit: [1, 99],
} as const satisfies Record<string, readonly [number, number]>;

export const mediumFieldNames = [
  "status",
  "serveCode",
  "deliveryMethod",
  "nextServiceDate",
  "cutoff",
  "nightlyDebug",
  "maxServiceQueueSize",
  "refillPoint",
  "maxTitlesPerCartridge",
  "cartridgeLimit",
] as const;
export type MediumFieldName = (typeof mediumFieldNames)[number];

const number = z.number().int();

/** Types and shapes only: ranges and codes are rules with outcome codes of their own, see {@link fieldProblem}. */
export const mediumFieldsSchema = z.object({
  status: idSchema.optional(),
  serveCode: idSchema.optional(),
  deliveryMethod: z.enum(deliveryMethods).optional(),
  nextServiceDate: daySchema.optional(),
  cutoff: number.optional(),
  nightlyDebug: z.boolean().optional(),
  maxServiceQueueSize: number.optional(),
  refillPoint: number.optional(),
  maxTitlesPerCartridge: number.optional(),
  cartridgeLimit: number.optional(),
  lastServedOn: daySchema.optional(),
});
export type MediumFields = z.infer<typeof mediumFieldsSchema>;
export type MediumFieldValue = string | number | boolean;

/** Which batch update wrote a medium record last, in which turn of the library's lock, and on which line of its plan. */
export const writeMarkSchema = z.object({ by: z.string(), turn: z.number().int(), at: z.number().int() });
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
  readonly field: MediumFieldName;
  readonly message: string;
}

/**
 * Checks one value against its range or the library's table (1-domain: ranges and codes are checked for fields that are set).
 *
 * @param today the library's day; pass undefined where a past next service date is welcome (imports, undo)
 */
export function fieldProblem(
  field: MediumFieldName,
  value: MediumFieldValue,
  library: Pick<LibrarySettings, "mediumStatuses" | "serveCodes">,
  today: Day | undefined,
): RuleProblem | undefined {
  const range = (mediumFieldRanges as Partial<Record<MediumFieldName, readonly [number, number]>>)[field];
  if (range !== undefined) {
    const [low, high] = range;
    if (typeof value === "number" && value >= low && value <= high) return undefined;
    return { code: "VALUE_OUT_OF_RANGE", field, message: `${field} must be from ${low} to ${high}` };
  }
  if (field === "status" && !hasCode(library.mediumStatuses, String(value))) return unknownCode(field, value);
  if (field === "serveCode" && !hasCode(library.serveCodes, String(value))) return unknownCode(field, value);
  if (field === "nextServiceDate" && today !== undefined && String(value) < today) {
    return { code: "DAY_PASSED", field, message: `nextServiceDate ${value} is before today, ${today}` };
  }
  return undefined;
}

function unknownCode(field: MediumFieldName, value: MediumFieldValue): RuleProblem {
  return { code: "CODE_UNKNOWN", field, message: `${field} ${value} is not in the library's table` };
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

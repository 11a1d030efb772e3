import { z } from "zod";
import {
  type PatronProblem,
  type PlanAction,
  patronProblemSchema,
  planActions,
  type WarningCode,
  warningCodes,
} from "#domain/batch-update/outcome";
import type { Day } from "#domain/calendar";
import { batchUpdateIdSchema, keptPatronIdSchema } from "#domain/ids";
import { isClosed, type LibrarySettings } from "#domain/library";
import { mediumFieldNames, type StoredField, storedFieldNames } from "#domain/profile/medium-fields";
import {
  betweenFieldsProblem,
  cartridgeFields,
  fieldProblem,
  type MediumFields,
  type MediumFieldValue,
  type MediumRecord,
  mediumProblem,
  refillsBelowCartridges,
  tiedFields,
} from "#domain/profile/medium-record";
import { type Intended, intendedValues, setValues, type UpdateSpec } from "./update-spec.ts";

/** The fields that a plan may write: those an update sets, and those that only undo gives back. */
export const planFieldNames = storedFieldNames;
export type PlanField = StoredField;

const valueSchema = z.union([z.string(), z.number(), z.boolean()]);

export type FieldValues = { readonly [Field in PlanField]?: MediumFieldValue };
export type FieldWrites = { readonly [Field in PlanField]?: MediumFieldValue | null };

const fieldSchema = z.enum(planFieldNames);

/** One patron of a sealed plan: what was there, what is meant, and what is found on the way. */
export const planLineSchema = z.object({
  line: z.number().int(),
  patronId: keptPatronIdSchema,
  /** Missing where the patron was erased. */
  lastName: z.string().optional(),
  firstName: z.string().optional(),
  action: z.enum(planActions),
  /** Values of the planned fields when the plan was made; a field without a value is missing. */
  before: z.partialRecord(fieldSchema, valueSchema),
  /** Intended values of the planned fields; null where a field is cleared. */
  after: z.partialRecord(fieldSchema, valueSchema.nullable()),
  /** Of a CONFLICT found in planning: the planned fields that no longer hold what they must. */
  moved: z.array(fieldSchema).optional(),
  /** Present where a service queue is filled or withdrawn from; `before` is the number of entries concerned. */
  queue: z.object({ before: z.number().int(), after: z.enum(["FILL", "WITHDRAW"]) }).optional(),
  warnings: z.array(z.enum(warningCodes)),
  problem: patronProblemSchema.optional(),
  /** Version of the record, or of its tombstone; missing where there was neither. */
  version: z.number().int().optional(),
  /** The mark that stood on the record: the way back through its history. */
  previous: z.object({ by: batchUpdateIdSchema, at: z.number().int() }).optional(),
  /** The patron was erased since the plan was made: nothing else of the line is known. */
  erased: z.literal(true).optional(),
});
export type PlanLine = z.infer<typeof planLineSchema>;

/** What planning finds out about a patron; its place and names are added by the caller. */
export type Finding = Pick<
  PlanLine,
  "action" | "before" | "after" | "moved" | "queue" | "warnings" | "problem" | "version" | "previous"
>;

export interface FieldChange {
  readonly field: PlanField | "serviceQueue";
  readonly before?: MediumFieldValue;
  readonly after?: MediumFieldValue;
}

/** What a patron looks like when a plan is made or applied. */
export interface PatronState {
  /** Undefined where there is no such patron. */
  readonly patron:
    | { readonly mainStatus: string; readonly reserveCount: number; readonly requestCount: number }
    | undefined;
  /** The record of the medium, a tombstone included. */
  readonly record: MediumRecord | undefined;
  /** Entries of the service queue that are WAITING. */
  readonly waiting: number;
}

/** Why a patron is left alone whatever is planned. */
export interface Refusal {
  readonly action: "NOT_FOUND" | "INVALID";
  readonly problem: PatronProblem;
}

/** What there is to say of a patron who is not there. */
export const patronGone: Refusal = {
  action: "NOT_FOUND",
  problem: { code: "PATRON_NOT_FOUND", message: "The patron is no longer in the library's records" },
};

/** The problem of a patron whom no batch update may touch; judged before any other rule. */
export function patronProblem(
  patron: { readonly mainStatus: string } | undefined,
  library: LibrarySettings,
): Refusal | undefined {
  if (patron === undefined) return patronGone;
  if (!isClosed(library, patron.mainStatus)) return undefined;
  return {
    action: "INVALID",
    problem: { code: "PATRON_CLOSED", message: `The patron's main status is ${patron.mainStatus}, which is closed` },
  };
}

/**
 * Plans an update for one patron: compares what is there with what is meant, on the merged record.
 *
 * @param today the library's day: a next service date before it is refused
 * @param day the patron's day of the spread, where the spec has one
 */
export function planUpdate(
  state: PatronState,
  spec: UpdateSpec,
  library: LibrarySettings,
  today: Day,
  day: Day | undefined,
): Finding {
  const refused = patronProblem(state.patron, library);
  if (refused !== undefined) return { before: {}, after: {}, warnings: [], ...refused };
  const record = presentRecord(state.record);
  const intended = intendedValues(spec, day);
  const after: FieldWrites = record === undefined ? createdFields(intended) : intended;
  const before = valuesOf(record, Object.keys(after) as PlanField[]);
  const kept = { before, after, ...markOf(state.record) };
  const problem = updateProblem(record ?? {}, spec.medium, after, library, today);
  if (problem !== undefined) return { ...kept, warnings: [], action: "INVALID", problem };
  const fills = spec.changes.addServiceQueue === true;
  if (record !== undefined && !fills && changedFields(before, after).length === 0) {
    return { ...kept, warnings: [], action: "UNCHANGED" };
  }
  return {
    ...kept,
    action: record === undefined ? "CREATE" : "UPDATE",
    ...(fills && { queue: { before: state.waiting, after: "FILL" as const } }),
    warnings: updateWarnings(merged(record ?? {}, after), spec, library, state),
  };
}

/**
 * A created record holds the fields that were set and status ACTIVE unless set. Cleared fields stay planned: a record that
 * comes before the plan is applied must have them empty to hold what was intended.
 */
function createdFields(intended: Intended): FieldWrites {
  return { status: "ACTIVE", ...intended };
}

/** The first rule that the merged record breaks: one invalid field refuses the patron whole. */
function updateProblem(
  record: MediumFields,
  medium: string,
  after: FieldWrites,
  library: LibrarySettings,
  today: Day,
): PatronProblem | undefined {
  const problem = intentProblem(medium, after, library, today);
  if (problem !== undefined) return problem;
  const set = tiedFields.find((field) => after[field] !== undefined);
  const broken = set && betweenFieldsProblem(merged(record, after));
  // Named by the field that the update sets, for there is the value to correct.
  return broken && { ...broken, field: set };
}

/**
 * The first rule that intended values break by themselves, whatever the record holds: ranges, today, and the library's
 * tables, which may change between the review and the writing.
 */
export function intentProblem(
  medium: string,
  after: FieldWrites,
  library: LibrarySettings,
  today: Day,
): PatronProblem | undefined {
  const unknown = mediumProblem(medium, library);
  if (unknown !== undefined) return unknown;
  for (const field of mediumFieldNames) {
    const value = after[field];
    if (value === undefined || value === null) continue;
    const problem = fieldProblem(field, value, library, today);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function updateWarnings(
  record: MediumFields,
  { changes }: UpdateSpec,
  library: LibrarySettings,
  { patron }: PatronState,
): WarningCode[] {
  const warnings: WarningCode[] = [];
  const serveCode = library.serveCodes.find((row) => row.code === changes.serveCode);
  if (serveCode?.schedule === "ON_DEMAND" && (patron?.requestCount ?? 0) > 0) warnings.push("ON_DEMAND_WITH_REQUESTS");
  const sets = new Set(setValues(changes).map(([field]) => field));
  if (refillsBelowCartridges(record) && cartridgeFields.some((field) => sets.has(field))) {
    warnings.push("REFILL_BELOW_CARTRIDGES");
  }
  if (changes.nextServiceDate != null && (patron?.reserveCount ?? 0) > 0) warnings.push("RESERVES_WAITING");
  return warnings;
}

export function presentRecord(record: MediumRecord | undefined): MediumRecord | undefined {
  return record?.removed === true ? undefined : record;
}

export function markOf(record: MediumRecord | undefined): Pick<Finding, "version" | "previous"> {
  if (record === undefined) return {};
  const { version, mark } = record;
  return { version, ...(mark !== undefined && { previous: { by: mark.by, at: mark.at } }) };
}

export function valuesOf(record: MediumFields | undefined, fields: readonly PlanField[]): FieldValues {
  const values: { -readonly [Field in PlanField]?: MediumFieldValue } = {};
  for (const field of fields) {
    const value = record?.[field];
    if (value !== undefined) values[field] = value;
  }
  return values;
}

/** A record with the intended values in place of its own. */
export function merged(record: MediumFields, after: FieldWrites): MediumFields {
  const values: Record<string, unknown> = { ...record };
  for (const [field, value] of Object.entries(after)) {
    if (value === null) delete values[field];
    else values[field] = value;
  }
  return values;
}

/** The planned fields whose value changes, in the order of the record. */
export function changedFields(before: FieldValues, after: FieldWrites): PlanField[] {
  return planFieldNames.filter((field) => after[field] !== undefined && (after[field] ?? undefined) !== before[field]);
}

/** The changes of a line as the review shows them: fields that change, and in a conflict those that no longer hold. */
export function lineChanges(line: Pick<PlanLine, "action" | "before" | "after" | "moved" | "queue">): FieldChange[] {
  if (line.action === "UNCHANGED" || line.action === "NOT_FOUND") return [];
  const shown = new Set([...changedFields(line.before, line.after), ...(line.moved ?? [])]);
  const changes: FieldChange[] = planFieldNames
    .filter((field) => shown.has(field))
    .map((field) => fieldChange(field, line));
  return line.queue === undefined ? changes : [...changes, { field: "serviceQueue", ...line.queue }];
}

export function fieldChange(field: PlanField, { before, after }: Pick<PlanLine, "before" | "after">): FieldChange {
  const shown = before[field];
  const intended = after[field] ?? undefined;
  return { field, ...(shown !== undefined && { before: shown }), ...(intended !== undefined && { after: intended }) };
}

/** True for the actions by which a record is written. */
export function writes(action: PlanAction): boolean {
  return action === "UPDATE" || action === "CREATE" || action === "REMOVE";
}

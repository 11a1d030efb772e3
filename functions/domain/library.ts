import { z } from "zod";
import { daySchema, isTimeZone, weekdays } from "./calendar.ts";
import { libraryIdSchema } from "./ids.ts";
import { longestRetentionDays } from "./retention.ts";
import { idSchema, requiredTextSchema, visibleTextSchema } from "./text.ts";

/** The rules by which the batch manager finds titles for a service queue, in their default order. */
export const queueFunctionNames = ["RESERVE", "REQUEST", "SERIES", "AUTHOR", "SUBJECT"] as const;
export type QueueFunctionName = (typeof queueFunctionNames)[number];

export const schedules = ["NIGHTLY", "WEEKLY", "MONTHLY", "CALENDAR", "ON_DEMAND"] as const;
export const selectionMethods = ["AUTOSELECT", "LIST"] as const;

/** When a batch update must be processed by another administrator than the one who created it. */
export const approvals = ["NEVER", "LARGE", "ALWAYS"] as const;
export type Approval = (typeof approvals)[number];

const coded = { code: idSchema, name: requiredTextSchema };
const codedSchema = z.strictObject(coded);
const mainStatusSchema = z.strictObject({ ...coded, closed: z.boolean() });
const serveCodeSchema = z.strictObject({ ...coded, schedule: z.enum(schedules), method: z.enum(selectionMethods) });

export type ServeCode = z.infer<typeof serveCodeSchema>;

const table = <T extends z.ZodType<{ code: string }>>(row: T, least: number) =>
  z
    .array(row)
    .min(least)
    .max(1000)
    .refine((rows) => areDistinct(rows.map((it) => it.code)), "must have each code once");

/** What an administrator may change of a library: the body of `PUT /v1/library`. */
export const librarySettingsSchema = z.strictObject({
  name: visibleTextSchema,
  timeZone: z.string().refine(isTimeZone, "must be an IANA time zone such as America/New_York"),
  media: table(codedSchema, 1),
  mediumStatuses: table(codedSchema, 1),
  mainStatuses: table(mainStatusSchema, 1),
  serveCodes: table(serveCodeSchema, 0),
  branches: table(codedSchema, 0),
  /** Weekdays on which the library serves patrons. At least one, or a spread would have no day to fall on. */
  serviceDays: z.array(z.enum(weekdays)).min(1).max(7).refine(areDistinct, "must name each day once"),
  closedDays: z.array(daySchema).max(2000).refine(areDistinct, "must name each day once"),
  /** The order in which the batch manager tries its functions, and the most titles each may add. */
  queueFunctions: z
    .array(z.strictObject({ function: z.enum(queueFunctionNames), limit: z.int().min(0).max(500).optional() }))
    .max(queueFunctionNames.length)
    .refine((rows) => areDistinct(rows.map((it) => it.function)), "must name each function once"),
  /** Titles a service queue is filled to where the medium record has no maxServiceQueueSize. */
  defaultServiceQueueSize: z.int().min(1).max(500),
  /** A batch update of more patrons than this says so in the review. */
  largeBatchThreshold: z.int().min(1).max(1_000_000),
  /** Share of patrons, in percent, that may fail for infrastructure reasons before a run is stopped. */
  failureThresholdPercent: z.int().min(1).max(100),
  /** Days for which a batch update can be undone and its evidence is kept. */
  retentionDays: z.int().min(1).max(longestRetentionDays),
  /** Days for which the audit keeps an entry; 2,555 where nothing is said. */
  auditDays: z.int().min(1).max(36_500).optional(),
  /** For which batch updates somebody else than their creator must process; none where nothing is said. */
  approval: z.enum(approvals).optional(),
  /** Minutes without any doing after which the console signs a person out; 30 where nothing is said. */
  idleMinutes: z.int().min(1).max(1440).optional(),
});
export type LibrarySettings = z.infer<typeof librarySettingsSchema>;

/** The id of a library to be made. Executions that are logged may have no full stop in their names, and begin with it. */
export const newLibraryIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,32}$/, "must be 1 to 32 of the characters A-Z a-z 0-9 _ -")
  .brand<"LibraryId">();

/** A library as it is kept and answered: its settings under its id. What was kept under laxer rules is read all the same. */
export const librarySchema = librarySettingsSchema.extend({
  library: libraryIdSchema,
  name: requiredTextSchema,
  timeZone: z.string(),
});
export type Library = z.infer<typeof librarySchema>;

export function hasCode(rows: readonly { code: string }[], code: string): boolean {
  return rows.some((row) => row.code === code);
}

/** True for a main status that the library marks as closed, such as WITHDRAWN: its patrons are never updated. */
export function isClosed(library: Pick<LibrarySettings, "mainStatuses">, mainStatus: string): boolean {
  return library.mainStatuses.some((row) => row.code === mainStatus && row.closed);
}

function areDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

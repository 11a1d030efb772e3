import { z } from "zod";
import { addDays, addYears, type Day, daySchema, isServiceDay, type ServiceCalendar } from "#domain/calendar";
import type { LibrarySettings } from "#domain/library";
import { hasCode } from "#domain/library";
import { changeableFieldNames, type MediumFieldName, writeShape } from "#domain/profile/medium-fields";
import { betweenFieldsProblem, fieldProblem, type MediumFieldValue } from "#domain/profile/medium-record";
import { idSchema } from "#domain/text";

/** Places of the query set fall on service days from `from` on, at most `perDay` on each. */
export const spreadSchema = z.strictObject({ from: daySchema, perDay: z.int().min(1).max(10_000) });
export type Spread = z.infer<typeof spreadSchema>;

/** Absent leaves a field, null clears it, a value sets it. `0` and `false` are values. */
export const changesSchema = z.strictObject({
  ...writeShape(changeableFieldNames),
  nextServiceDate: z.union([daySchema, z.strictObject({ spread: spreadSchema }), z.null()]).optional(),
  addServiceQueue: z.literal(true).optional(),
});
export type Changes = z.infer<typeof changesSchema>;

/** What a batch update does: the medium and Nightly Debug must be said, every other field is optional. */
export const updateSpecSchema = z.strictObject({
  medium: idSchema,
  nightlyDebug: z.boolean(),
  changes: changesSchema.default({}),
});
export type UpdateSpec = z.infer<typeof updateSpecSchema>;

/** Years ahead that the last day of a spread may lie. */
const longestSpread = 5;

export interface SpecProblem {
  readonly path: string;
  readonly message: string;
}

/**
 * What is wrong with a spec for every patron alike: unknown codes, values out of range, days that have passed.
 *
 * @param places how many places a spread has to lay out: the members of the query set less the excluded ones
 */
export function specProblems(
  { medium, changes }: Pick<UpdateSpec, "medium" | "changes">,
  library: LibrarySettings,
  today: Day,
  places: number,
): SpecProblem[] {
  const problems: SpecProblem[] = [];
  if (!hasCode(library.media, medium))
    problems.push({ path: "medium", message: `${medium} is not one of the library's media` });
  for (const [field, value] of setValues(changes)) {
    const problem = fieldProblem(field, value, library, today);
    if (problem !== undefined) problems.push({ path: `changes.${field}`, message: problem.message });
  }
  const { refillPoint, maxServiceQueueSize } = changes;
  const together = betweenFieldsProblem({
    ...(refillPoint != null && { refillPoint }),
    ...(maxServiceQueueSize != null && { maxServiceQueueSize }),
  });
  if (together !== undefined) problems.push({ path: "changes.refillPoint", message: together.message });
  return [...problems, ...spreadProblems(changes, library, today, places)];
}

function spreadProblems(changes: Changes, calendar: ServiceCalendar, today: Day, places: number): SpecProblem[] {
  const spread = spreadOf(changes);
  if (spread === undefined) return [];
  const path = "changes.nextServiceDate.spread";
  if (spread.from < today) {
    return [{ path: `${path}.from`, message: `${spread.from} is before today, ${today}` }];
  }
  const lastDay = addYears(today, longestSpread);
  if (spread.from > lastDay || spreadDays(spread, calendar, places, lastDay) === undefined) {
    return [{ path, message: `the last day would be after ${lastDay}; raise perDay or begin earlier` }];
  }
  return [];
}

/** The fields that a spec sets to one value for everyone; a spread is not among them. */
export function setValues(changes: Changes): [MediumFieldName, MediumFieldValue][] {
  return changeableFieldNames.flatMap((field): [MediumFieldName, MediumFieldValue][] => {
    const value = changes[field];
    return value === undefined || value === null || typeof value === "object" ? [] : [[field, value]];
  });
}

/** The fields that a spec sets or clears, a spread among them. */
export function setOrCleared(changes: Changes): MediumFieldName[] {
  return changeableFieldNames.filter((field) => changes[field] !== undefined);
}

/** True where presets and specs name something: a preset without any change would do nothing. */
export function changesNothing(changes: Changes): boolean {
  return Object.values(changes).every((value) => value === undefined);
}

export function spreadOf(changes: Changes): Spread | undefined {
  const { nextServiceDate } = changes;
  return typeof nextServiceDate === "object" && nextServiceDate !== null ? nextServiceDate.spread : undefined;
}

/**
 * The service days that a spread needs, in order: place n falls on day number floor(n / perDay). Undefined where they do
 * not fit before `lastDay`.
 */
export function spreadDays(spread: Spread, calendar: ServiceCalendar, places: number, lastDay: Day): Day[] | undefined {
  const needed = Math.ceil(places / spread.perDay);
  const closed = new Set(calendar.closedDays);
  const days: Day[] = [];
  for (let day = spread.from; days.length < needed; day = addDays(day, 1)) {
    if (day > lastDay) return undefined;
    if (!closed.has(day) && isServiceDay(day, { serviceDays: calendar.serviceDays, closedDays: [] })) days.push(day);
  }
  return days;
}

/**
 * The day on which one patron of a spread falls: the one planned for the patron before, which a retry keeps, else that of
 * the patron's place. Undefined where the spec has no spread.
 *
 * @param days the service days that the spread needs, in order
 * @param place in the query set less its excluded members, from 0
 * @param earlier what the batch update that is retried meant for the patron
 */
export function dayOfPatron(
  spread: Spread | undefined,
  days: readonly Day[] | undefined,
  place: number,
  earlier: MediumFieldValue | null | undefined,
): Day | undefined {
  if (spread === undefined) return undefined;
  return typeof earlier === "string" ? earlier : days?.[Math.floor(place / spread.perDay)];
}

/** What one patron's record is meant to hold for each planned field; null where the field is cleared. */
export type Intended = { readonly [Field in MediumFieldName]?: MediumFieldValue | null };

/**
 * The intended values of a spec for one patron.
 *
 * @param day the patron's day of the spread, where the spec has one
 */
export function intendedValues({ nightlyDebug, changes }: UpdateSpec, day: Day | undefined): Intended {
  const intended: Partial<Record<MediumFieldName, MediumFieldValue | null>> = { nightlyDebug };
  for (const field of changeableFieldNames) {
    const value = changes[field];
    if (value === undefined) continue;
    if (typeof value === "object" && value !== null) {
      if (day === undefined) throw new Error("A patron of a spread needs a day");
      intended[field] = day;
    } else {
      intended[field] = value;
    }
  }
  return intended;
}

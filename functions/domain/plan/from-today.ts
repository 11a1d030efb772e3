import { z } from "zod";
import { addDays, type Day } from "#domain/calendar";
import { type Changes, spreadOf, spreadSchema } from "./update-spec.ts";

/** Days ahead that a recipe may say: as far as a spread may reach. */
const inDays = z.int().min(0).max(1826);

/** A next service date that is counted from the day on which a recipe is started. */
export const dateFromTodaySchema = z.union([
  z.strictObject({ inDays }),
  z.strictObject({ spread: z.strictObject({ inDays, perDay: spreadSchema.shape.perDay }) }),
]);
export type DateFromToday = z.infer<typeof dateFromTodaySchema>;

const dayLength = 24 * 3600 * 1000;

/**
 * The changes of a preset as they are on the day that a recipe is started: every day in them is counted from that day. Where
 * the recipe says nothing, a day of the preset is as far ahead as it was when the preset was made or replaced.
 *
 * @param made the day on which the preset got the changes that it has
 */
export function changesFromToday(
  changes: Changes,
  { made, today, date }: { readonly made: Day; readonly today: Day; readonly date: DateFromToday | undefined },
): Changes {
  const spread = spreadOf(changes);
  const { nextServiceDate } = changes;
  if (date !== undefined) {
    return {
      ...changes,
      nextServiceDate:
        "inDays" in date
          ? addDays(today, date.inDays)
          : { spread: { from: addDays(today, date.spread.inDays), perDay: date.spread.perDay } },
    };
  }
  const moved = (day: Day) => addDays(today, Math.max(0, daysBetween(made, day)));
  if (spread !== undefined) return { ...changes, nextServiceDate: { spread: { ...spread, from: moved(spread.from) } } };
  return typeof nextServiceDate === "string" ? { ...changes, nextServiceDate: moved(nextServiceDate) } : changes;
}

function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayLength);
}

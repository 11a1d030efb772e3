import { longestAhead, scheduleProblem } from "#domain/batch-update/schedule";
import { instantAt } from "#domain/calendar";

/** When to begin, as it is typed. */
export interface Schedule {
  readonly isLater: boolean;
  readonly day: string;
  readonly time: string;
}

export const newSchedule: Schedule = { isLater: false, day: "", time: "" };

/** The instant that was chosen; none where it is to begin at once. Errors by the id of the field that they are about. */
export function chosenInstant(
  { isLater, day, time }: Schedule,
  timeZone: string,
): { readonly at?: string } | { readonly errors: Readonly<Record<string, string>> } {
  if (!isLater) return {};
  if (day === "" || time === "") {
    return {
      errors: {
        ...(day === "" && { "process-day": "Choose the day." }),
        ...(time === "" && { "process-time": "Choose the time." }),
      },
    };
  }
  const at = instantAt(day, time, timeZone);
  if (at === undefined) {
    return {
      errors: { "process-time": "The clocks skip this time on that day. Choose another time." },
    };
  }
  const now = new Date();
  if (scheduleProblem(at, now) === undefined) return { at: at.toISOString() };
  const isPast = at.getTime() <= now.getTime();
  const wrong = isPast
    ? "This time has passed. Choose a later one."
    : `Choose a day within the next ${longestAhead} days.`;
  return { errors: { "process-day": wrong } };
}

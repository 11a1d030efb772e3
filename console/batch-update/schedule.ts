import { longestAhead, scheduleProblem } from "#domain/batch-update/schedule";
import { instantAt } from "#domain/calendar";
import type { FieldError } from "../controls/error-summary.tsx";

/** When to begin, as it is typed. */
export interface Schedule {
  readonly isLater: boolean;
  readonly day: string;
  readonly time: string;
}

export const newSchedule: Schedule = { isLater: false, day: "", time: "" };

/** The instant that was chosen; none where it is to begin at once. */
export function chosenInstant(
  { isLater, day, time }: Schedule,
  timeZone: string,
): { readonly at?: string } | { readonly errors: readonly FieldError[] } {
  if (!isLater) return {};
  if (day === "" || time === "") {
    return {
      errors: [
        ...(day === "" ? [{ id: "process-day", message: "Choose the day." }] : []),
        ...(time === "" ? [{ id: "process-time", message: "Choose the time." }] : []),
      ],
    };
  }
  const at = instantAt(day, time, timeZone);
  if (at === undefined) {
    return {
      errors: [{ id: "process-time", message: "The clocks skip this time on that day. Choose another time." }],
    };
  }
  const now = new Date();
  if (scheduleProblem(at, now) === undefined) return { at: at.toISOString() };
  const isPast = at.getTime() <= now.getTime();
  const wrong = isPast
    ? "This time has passed. Choose a later one."
    : `Choose a day within the next ${longestAhead} days.`;
  return { errors: [{ id: "process-day", message: wrong }] };
}

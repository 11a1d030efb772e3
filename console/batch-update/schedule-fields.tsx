import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { longestAhead } from "#domain/batch-update/schedule";
import { addDays } from "#domain/calendar";
import type { Library } from "#domain/library";
import { TextField } from "../controls/text-field.tsx";
import { Help } from "../help/help.tsx";
import { clockText, today, untilText } from "../words/format.ts";
import { NearSchedules } from "./near-schedules.tsx";
import { chosenInstant, type Schedule } from "./schedule.ts";

interface Props {
  readonly schedule: Schedule;
  readonly change: (schedule: Schedule) => void;
  readonly errorAt: (id: string) => string | undefined;
  readonly library: Library;
  readonly batchUpdate: BatchUpdateAnswer;
}

/** Now, or later at a day and time of the library's clocks, said back in words before anything is sent. */
export function ScheduleFields({ schedule, change, errorAt, library, batchUpdate }: Props) {
  const { timeZone } = library;
  const first = today(timeZone);
  const chosen = chosenInstant(schedule, timeZone);
  const at = "at" in chosen ? chosen.at : undefined;
  return (
    <fieldset className="when">
      <legend>When</legend>
      <div className="labelled">
        <div className="verbs">
          {[false, true].map((isLater) => (
            <div className="usa-radio" key={String(isLater)}>
              <input
                className="usa-radio__input"
                id={isLater ? "process-later" : "process-now"}
                type="radio"
                name="when"
                checked={schedule.isLater === isLater}
                onChange={() => change({ ...schedule, isLater })}
              />
              <label className="usa-radio__label" htmlFor={isLater ? "process-later" : "process-now"}>
                {isLater ? "Later, automatically" : "Now"}
              </label>
            </div>
          ))}
        </div>
        <Help term="Scheduled" />
      </div>
      {schedule.isLater && (
        <>
          <p className="usa-hint" id="process-zone">
            In your library’s time zone: {zoneName(timeZone)}. Within {longestAhead} days.
          </p>
          <div className="row">
            <TextField
              id="process-day"
              label="Day"
              describedBy="process-zone"
              error={errorAt("process-day")}
              type="date"
              min={first}
              max={addDays(first, longestAhead)}
              value={schedule.day}
              change={(typed) => change({ ...schedule, day: typed })}
            />
            <TextField
              id="process-time"
              label="Time"
              describedBy="process-zone"
              error={errorAt("process-time")}
              type="time"
              value={schedule.time}
              change={(typed) => change({ ...schedule, time: typed })}
            />
          </div>
          {at !== undefined && (
            <>
              <p>
                Begins <strong>{clockText(at, timeZone)}</strong>, {untilText(at)}. Patrons who are changed in the
                meantime are left alone and reported as conflicts.
              </p>
              <NearSchedules at={at} batchUpdate={batchUpdate} timeZone={timeZone} />
            </>
          )}
        </>
      )}
    </fieldset>
  );
}

/** `Eastern Time (America/New_York)`. */
function zoneName(timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longGeneric" }).formatToParts();
  const name = parts.find(({ type }) => type === "timeZoneName")?.value;
  return name === undefined ? timeZone : `${name} (${timeZone})`;
}

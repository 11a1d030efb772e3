import { describe, expect, it } from "vitest";
import { chosenInstant } from "../../console/batch-update/schedule.ts";
import { draftOf, finishedCriteria, newList } from "../../console/query/criteria-draft.ts";
import { membersShown } from "../../console/query-set/members-shown.ts";
import { nightlyDebugInWords } from "../../console/words/changes-in-words.ts";
import { clockText, untilText } from "../../console/words/format.ts";
import { messageInWords } from "../../console/words/message-in-words.ts";

describe("how long it is until an instant", () => {
  const now = Date.parse("2026-03-10T12:00:00Z");
  it.each([
    ["2026-03-10T11:59:59Z", "any moment now"],
    ["2026-03-10T12:00:59Z", "in less than a minute"],
    ["2026-03-10T12:01:00Z", "in 1 minute"],
    ["2026-03-10T13:00:30Z", "in 1 hour"],
    ["2026-03-10T14:05:00Z", "in 2 hours and 5 minutes"],
    ["2026-03-13T16:20:00Z", "in 3 days and 4 hours"],
    ["2026-03-13T12:20:00Z", "in 3 days"],
  ])("at %s reads %s", (instant, words) => expect(untilText(instant, now)).toBe(words));
});

describe("an instant by the library's clocks", () => {
  it("is told with its weekday and what the clocks are called", () => {
    expect(clockText("2026-03-07T07:00:00Z", "America/New_York")).toBe("Sat, Mar 7, 2026, 2:00 AM EST");
    expect(clockText("2026-03-09T06:00:00Z", "America/New_York")).toBe("Mon, Mar 9, 2026, 2:00 AM EDT");
  });
});

describe("when to begin", () => {
  const zone = "America/New_York";
  const choose = (day: string, time: string) => chosenInstant({ isLater: true, day, time }, zone);

  it("is at once where nothing else is said", () => {
    expect(chosenInstant({ isLater: false, day: "2026-01-01", time: "" }, zone)).toEqual({});
  });

  it("asks for what is missing, each at its field", () => {
    expect(choose("", "")).toEqual({
      errors: [
        { id: "process-day", message: "Choose the day." },
        { id: "process-time", message: "Choose the time." },
      ],
    });
  });

  it("says what is wrong with a time that has passed, is too far, or that clocks never show", () => {
    expect(choose("2020-01-01", "10:00")).toEqual({
      errors: [{ id: "process-day", message: "This time has passed. Choose a later one." }],
    });
    expect(choose("2099-01-01", "10:00")).toEqual({
      errors: [{ id: "process-day", message: "Choose a day within the next 30 days." }],
    });
    expect(choose("2099-03-08", "02:30")).toEqual({
      errors: [{ id: "process-time", message: "The clocks skip this time on that day. Choose another time." }],
    });
  });
});

describe("a message of the API", () => {
  it.each([
    ["serveCode, cutoff changed since the review", "Serve Code, Cutoff changed since the review."],
    [
      "nextServiceDate no longer holds what this batch update wrote: it wrote 2026-09-01, now it is empty",
      "Next Service Date no longer holds what this batch update wrote: it wrote Sep 1, 2026, now it is empty.",
    ],
    [
      "nightlyDebug no longer holds what this batch update wrote: it wrote true, now it is false",
      "Nightly Debug no longer holds what this batch update wrote: it wrote on, now it is off.",
    ],
    ["refillPoint 8 would be above maxServiceQueueSize 4", "Refill Point 8 would be above Max Service Queue Size 4."],
    // A word like any other is not the field that has its name.
    [
      "The patron's main status is WITHDRAWN, which is closed",
      "The patron's main status is WITHDRAWN, which is closed.",
    ],
    [
      "the last day would be after 2031-03-01; raise perDay or begin earlier",
      "The last day would be after Mar 1, 2031; raise the number of patrons on each day or begin earlier.",
    ],
    ["Nothing to do.", "Nothing to do."],
  ])("%s reads: %s", (message, words) => expect(messageInWords(message)).toBe(words));
});

describe("what a plan does to Nightly Debug", () => {
  it.each([
    [{ turnedOn: 2, turnedOff: 0 }, "Nightly Debug is turned on for 2 patrons."],
    [{ turnedOn: 0, turnedOff: 1 }, "Nightly Debug is turned off for 1 patron."],
    [{ turnedOn: 3, turnedOff: 1 }, "Nightly Debug is turned on for 3 patrons and off for 1 patron."],
    [{ turnedOn: 0, turnedOff: 0 }, "Nightly Debug stays as it is."],
  ])("%o reads %s", (plan, words) => expect(nightlyDebugInWords(plan)).toBe(words));
});

describe("conditions without anything in them", () => {
  const said = (draft: ReturnType<typeof newList>) => {
    const outcome = finishedCriteria(draft);
    return "errors" in outcome ? outcome.errors.map(({ message }) => message) : [];
  };
  it("are told by the number of their group, and where nothing is there yet, by that", () => {
    const leaf = { field: "Patron.city", operator: "equals", value: "Raleigh" } as const;
    const { members, ...draft } = draftOf({ all: [leaf] });
    const empty = { ...newList("any"), members: [] };
    expect(said({ ...draft, members: [...members, empty] })).toEqual([
      "Group 2 is empty. Add a condition to it, or remove it.",
    ]);
    expect(said({ ...draft, members: [] })).toEqual(["There is no condition yet. Add one."]);
  });
});

describe("how many members a list of a query set has on all its pages", () => {
  const counts = { matched: 10, excluded: 3, notFound: 0, duplicates: 0 };
  it.each([
    [{ q: "", medium: "", excluded: "" }, 10],
    [{ q: "", medium: "", excluded: "true" }, 3],
    [{ q: "", medium: "", excluded: "false" }, 7],
    [{ q: "Ada", medium: "", excluded: "" }, undefined],
    [{ q: "", medium: "DB", excluded: "" }, undefined],
  ])("narrowed to %o is %s", (filter, rows) => expect(membersShown(counts, filter)).toBe(rows));
});

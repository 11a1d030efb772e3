import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  countErrorNames,
  failuresInWords,
  type TroubleKind,
  troubleKinds,
  troubleOf,
  troubleWords,
  whyInWords,
} from "#domain/support/failure";
import { isKeptForRestart, mayBeRestarted } from "#domain/support/restart";
import { withoutValues } from "#platform/cause";

describe("what kind of trouble an error is", () => {
  it.each<[TroubleKind, string]>([
    ["ACCESS", "AccessDeniedException"],
    ["ACCESS", "AccessDenied"],
    ["THROTTLE", "Lambda.TooManyRequestsException"],
    ["THROTTLE", "ThrottlingException"],
    ["THROTTLE", "ProvisionedThroughputExceededException"],
    ["THROTTLE", "SlowDown"],
    ["TIMEOUT", "States.Timeout"],
    ["TIMEOUT", "Sandbox.Timedout"],
    ["TIMEOUT", "TimeoutError"],
    ["CRASH", "Lambda.Unknown"],
    ["CRASH", "Runtime.ExitError"],
    ["CONNECTION", "ECONNRESET"],
    ["CONNECTION", "InternalServerError"],
    ["CONNECTION", "Lambda.SdkClientException"],
    ["DATA", "ZodError"],
    ["DATA", "LaterFormat"],
    ["CODE", "TypeError"],
    ["CODE", "Error"],
  ])("%s: %s", (kind, error) => {
    expect(troubleOf(error)).toBe(kind);
  });

  it("has words of its own, so that one can be told from the other", () => {
    expect(new Set(Object.values(troubleWords)).size).toBe(troubleKinds.length);
  });
});

describe("failures in words", () => {
  const failure = fc.record({
    error: fc.constantFrom("AccessDenied", "States.Timeout", "TypeError"),
    chunk: fc.nat(1000),
    tries: fc.integer({ min: 1, max: 7 }),
  });

  it("name each error once, and its tries", () => {
    fc.assert(
      fc.property(fc.array(failure), (failures) => {
        const words = failuresInWords(failures);
        for (const { error } of failures) expect(words.split(error)).toHaveLength(2);
        expect(words === "").toBe(failures.length === 0);
      }),
    );
  });

  it("name the chunks, a few of many", () => {
    const of = (chunks: number[]) => chunks.map((chunk) => ({ error: "States.Timeout", chunk, tries: 5 }));
    expect(failuresInWords(of([3]))).toBe("States.Timeout (it took too long) in chunk 3, after 5 tries");
    expect(failuresInWords(of([4, 3]))).toBe("States.Timeout (it took too long) in chunks 3 and 4, after 5 tries");
    expect(failuresInWords(of([9, 8, 7, 6, 5, 4, 3]))).toBe(
      "States.Timeout (it took too long) in chunks 3, 4, 5, 6, 7 and 2 more, after 5 tries",
    );
  });

  it("tell chunks in their order, and the most tries that any of them took", () => {
    const failures = [
      { error: "States.Timeout", chunk: 10, tries: 5 },
      { error: "States.Timeout", chunk: 9, tries: 2 },
      { error: "AccessDenied", chunk: 4, tries: 4 },
      { error: "States.Timeout", chunk: 11, tries: 3 },
    ];
    expect(failuresInWords(failures)).toBe(
      "States.Timeout (it took too long) in chunks 9, 10 and 11, after 5 tries; " +
        "AccessDenied (a right is missing) in chunk 4, after 4 tries",
    );
  });

  it("stand after a colon, before what ended the workflow; nothing stands there where neither is known", () => {
    const failures = [{ error: "TypeError", chunk: 2, tries: 7 }];
    expect(whyInWords(failures, "States.Timeout")).toBe(
      ": TypeError (the program made a mistake) in chunk 2, after 7 tries",
    );
    expect(whyInWords([], "States.Timeout")).toBe(": States.Timeout (it took too long)");
    expect(whyInWords([], undefined)).toBe("");
  });

  it("are counted by name, in the order of the names", () => {
    const names = fc.array(fc.constantFrom("AccessDenied", "ECONNRESET", "States.Timeout", "TypeError"));
    expect(countErrorNames(["b", "a", "b"])).toEqual({ a: 1, b: 2 });
    fc.assert(
      fc.property(names, (errors) => {
        const counts = countErrorNames(errors);
        expect(Object.keys(counts)).toEqual([...new Set(errors)].sort());
        for (const [name, count] of Object.entries(counts)) {
          expect(count).toBe(errors.filter((error) => error === name).length);
        }
      }),
    );
  });
});

describe("an error that is kept outside the log", () => {
  it("says its name, its causes and places, and no word that others said", () => {
    class Foreign extends Error {
      override name = "AccessDeniedException";
    }
    const inner = new Foreign("User Calloway, June may not");
    const told = withoutValues(new Error("Chunk 3 could not be read", { cause: inner }));
    expect(told).toMatchObject({
      name: "Error",
      message: "Chunk 3 could not be read; caused by AccessDeniedException",
    });
    expect(told.stack).toContain("failure.test.ts");
    expect(`${told.message} ${told.stack}`).not.toContain("Calloway");
    expect(withoutValues(inner)).toMatchObject({ name: "AccessDeniedException", message: "AccessDeniedException" });
  });
});

describe("a job that failed may be started again", () => {
  const endedAt = "2026-03-02T12:00:00.000Z";
  const at = (time: string) => new Date(time);

  it("for 22 hours, where it is no fault of what was sent: all of it is gone within a day", () => {
    expect(mayBeRestarted({ canBeMended: true, endedAt }, at("2026-03-03T09:59:59.999Z"))).toBe(true);
    expect(mayBeRestarted({ canBeMended: true, endedAt }, at("2026-03-03T10:00:00.000Z"))).toBe(false);
    expect(mayBeRestarted({ canBeMended: false, endedAt }, at(endedAt))).toBe(false);
    // What is started at the last moment finds what it needs.
    expect(isKeptForRestart({ canBeMended: true, endedAt }, at("2026-03-03T10:59:59.999Z"))).toBe(true);
    expect(isKeptForRestart({ canBeMended: true, endedAt }, at("2026-03-03T11:00:00.000Z"))).toBe(false);
    expect(isKeptForRestart({ canBeMended: false, endedAt }, at(endedAt))).toBe(false);
    expect(mayBeRestarted({ endedAt }, at(endedAt))).toBe(false);
    expect(mayBeRestarted({ canBeMended: true }, at(endedAt))).toBe(false);
  });
});

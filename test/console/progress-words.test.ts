import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endText } from "../../console/batch-update/end-text.ts";
import { leftText, paceOf, rateText, type Sample, withSample } from "../../console/batch-update/pace.ts";
import { patronsWait, queuesWait } from "../../console/batch-update/what-waits.ts";
import { batchUpdateAnswer } from "./batch-update-answer.ts";

/** What is kept after one look each second at something that does so many a second. */
function watched(perSecond: number, seconds: number): readonly Sample[] {
  let samples: readonly Sample[] = [];
  for (let n = 0; n <= seconds; n++) samples = withSample(samples, { at: n * 1000, done: n * perSecond });
  return samples;
}

describe("the pace of a run", () => {
  it("is what it does a second, and the time left is what is left at that", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.integer({ min: 2, max: 90 }),
        fc.nat(100_000),
        (perSecond, seconds, left) => {
          const pace = paceOf(watched(perSecond, seconds), perSecond * seconds + left);
          expect(pace?.perSecond).toBeCloseTo(perSecond, 6);
          expect(pace?.secondsLeft).toBeCloseTo(left / perSecond, 6);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("is not told before something is known, nor while nothing gets on", () => {
    expect(paceOf([], 10)).toBeUndefined();
    expect(paceOf(watched(5, 1), 10)).toBeUndefined();
    expect(paceOf(watched(0, 10), 10)).toBeUndefined();
  });

  it("looks back a little only, so that what was fast long ago does not count", () => {
    const fast = watched(1_000, 60);
    let samples = fast;
    for (let n = 1; n <= 30; n++) samples = withSample(samples, { at: 60_000 + n * 1000, done: 60_000 + n });
    expect(paceOf(samples, 100_000)?.perSecond).toBeCloseTo(1, 6);
    expect(samples.length).toBeLessThan(30);
  });

  it("begins anew with the next step, which counts from 0", () => {
    expect(withSample(watched(10, 5), { at: 6_000, done: 0 })).toEqual([{ at: 6_000, done: 0 }]);
  });

  it.each([
    [4, "a few seconds left"],
    [41, "about 50 seconds left"],
    [58, "about 1 minute left"],
    [170, "about 3 minutes left"],
    [5_400, "about 1.5 hours left"],
    [3_700, "about 1 hour left"],
  ])("%d seconds read: %s", (seconds, words) => expect(leftText(seconds)).toBe(words));

  it.each([
    [1234.5, "about 1,200 each second"],
    [0.5, "about 30 each minute"],
  ])("%d a second read: %s", (perSecond, words) => expect(rateText(perSecond)).toBe(words));
});

const counts = {
  total: 250,
  updated: 237,
  created: 0,
  removed: 0,
  unchanged: 3,
  conflict: 0,
  notFound: 0,
  invalid: 0,
  failed: 0,
  unprocessed: 0,
  excluded: 10,
};
const queues = { requested: 5, withdrawn: 0, pending: 0 };

describe("the end of something, in a title", () => {
  const processing = batchUpdateAnswer("1", { status: "PROCESSING" });

  it("says what was done, and what was not", () => {
    const done = batchUpdateAnswer("1", { status: "COMPLETED", counts });
    expect(endText(processing, done)).toBe("Done: 237 updated");
    const some = { ...counts, updated: 230, created: 2, conflict: 5 };
    expect(endText(processing, batchUpdateAnswer("1", { status: "COMPLETED_WITH_ERRORS", counts: some }))).toBe(
      "Done with errors: 230 updated, 2 created, 5 not",
    );
    const stopped = { ...counts, updated: 0, unprocessed: 237 };
    expect(endText(processing, batchUpdateAnswer("1", { status: "CANCELLED", counts: stopped }))).toBe(
      "Canceled: 0 updated, 237 not",
    );
    expect(endText(batchUpdateAnswer("1", {}), batchUpdateAnswer("1", { status: "CANCELLED" }))).toBe(
      "Canceled: nothing changed",
    );
  });

  it("says nothing while nothing ends", () => {
    expect(endText(processing, processing)).toBeUndefined();
    expect(endText(batchUpdateAnswer("1", {}), processing)).toBeUndefined();
    expect(endText(processing, batchUpdateAnswer("1", { status: "CANCELLING" }))).toBeUndefined();
  });

  it("tells of the queues that are filled after the run, once", () => {
    const filling = batchUpdateAnswer("1", {
      status: "COMPLETED",
      counts,
      serviceQueues: { ...queues, status: "FILLING", filled: 3, failed: 0, pending: 2 },
    });
    const filled = batchUpdateAnswer("1", {
      status: "COMPLETED",
      counts,
      serviceQueues: { ...queues, status: "FILLED_WITH_ERRORS", filled: 4, failed: 1 },
    });
    expect(endText(filling, filled)).toBe("Queues: 4 filled, 1 failed");
    expect(endText(filled, filled)).toBeUndefined();
  });
});

describe("what waits for whom", () => {
  const run = (said: Parameters<typeof batchUpdateAnswer>[1]) =>
    batchUpdateAnswer("1", { status: "PROCESSING", ...said });
  const at = (done: number, total: number, more: object = {}) => run({ progress: { done, total }, ...more });

  it.each([
    [
      "Waiting its turn: other work of the service goes first.",
      run({ progress: { done: 5, total: 9, waiting: true } }),
    ],
    ["9 patrons are still to be read.", at(0, 9, { status: "PLANNING" })],
    ["All are read.", at(9, 9, { status: "PLANNING" })],
    ["It starts as soon as DB is free.", at(0, 0)],
    ["1 patron is still to be checked. Only those who would change are changed.", at(8, 9)],
    ["All are done. The result is being put together.", at(9, 9)],
    ["What is being written right now is finished; then it stops.", at(8, 9, { status: "CANCELLING" })],
  ])("%s (patrons)", (words, batchUpdate) => {
    expect(patronsWait(batchUpdate)).toContain(words);
  });

  const none = { requested: 5, filled: 0, withdrawn: 0, failed: 0, pending: 0 };
  const queues = (said: object) => ({ serviceQueues: { status: "FILLING", ...none, ...said } });
  it.each([
    ["A queue is requested as soon as its patron is updated.", at(0, 9, queues({ requested: 0 }))],
    ["1 queue is waiting for the batch manager. More are asked for", at(8, 9, queues({ pending: 1 }))],
    ["None of those requested so far is waiting. More are asked for", at(8, 9, queues({ filled: 5 }))],
    ["5 queues are waiting for the batch manager.", at(9, 9, queues({ pending: 5 }))],
    ["All queues are filled.", at(9, 9, queues({ filled: 5 }))],
    ["None are waiting.", at(9, 9, queues({ filled: 4, failed: 1 }))],
  ])("%s (queues)", (words, batchUpdate) => {
    expect(queuesWait(batchUpdate)).toContain(words);
  });

  it("of a run that stops asks for no more queues", () => {
    const stopping = at(8, 9, { status: "CANCELLING", ...queues({ pending: 5 }) });
    expect(queuesWait(stopping)).toBe("5 queues are waiting for the batch manager.");
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createAnnouncer } from "../../console/page/announcer.ts";

describe("the announcer", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function listen() {
    const spoken: { sentence: string; at: number }[] = [];
    const announcer = createAnnouncer(
      (sentence) => spoken.push({ sentence, at: Date.now() }),
      () => Date.now(),
    );
    return { spoken, sentences: () => spoken.map(({ sentence }) => sentence), ...announcer };
  }

  it("says at most one sentence every four seconds, and of progress only the newest", () => {
    const { spoken, sentences, announceProgress } = listen();
    for (let n = 1; n <= 40; n++) {
      announceProgress(`${n} of 40.`);
      vi.advanceTimersByTime(250);
    }
    vi.advanceTimersByTime(10_000);
    expect(spoken.length).toBeLessThanOrEqual(4);
    expect(sentences().at(-1)).toBe("40 of 40.");
    for (const [n, { at }] of spoken.entries())
      expect(at - (spoken[n - 1]?.at ?? -4_000)).toBeGreaterThanOrEqual(4_000);
  });

  it("never drops what ends a job, says it once, and forgets the progress before it", () => {
    const { sentences, announce, announceProgress } = listen();
    announceProgress("1 of 3.");
    vi.advanceTimersByTime(100);
    announceProgress("2 of 3.");
    announce("The review is ready.");
    announce("Completed.");
    announce("Completed.");
    vi.advanceTimersByTime(30_000);
    expect(sentences()).toEqual(["1 of 3.", "The review is ready.", "Completed."]);
  });
});

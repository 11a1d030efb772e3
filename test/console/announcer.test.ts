import fc from "fast-check";
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

describe("whatever is said in whatever order", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const about = fc.constantFrom("members", "connection", "export");
  const wish = fc.oneof(
    fc.record({ kind: fc.constantFrom("announce" as const, "announceAct" as const), about }),
    fc.record({ kind: fc.constant("announceProgress" as const) }),
    fc.record({ kind: fc.constant("wait" as const), milliseconds: fc.integer({ min: 1, max: 6_000 }) }),
  );

  it("the newest of each thing is said, once, acts before what happened by itself, and never two at a time", () => {
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 15 }), (wishes) => {
        const spoken: { sentence: string; at: number }[] = [];
        const announcer = createAnnouncer(
          (sentence) => spoken.push({ sentence, at: Date.now() }),
          () => Date.now(),
        );
        const newest = new Map<string, string>();
        const asked = new Map<string, { act: boolean; at: number }>();
        for (const [n, it] of wishes.entries()) {
          if (it.kind === "wait") vi.advanceTimersByTime(it.milliseconds);
          else if (it.kind === "announceProgress") announcer.announceProgress(`progress ${n}`);
          else {
            const sentence = `${it.about} ${n}`;
            announcer[it.kind](sentence, it.about);
            newest.set(it.about, sentence);
            asked.set(sentence, { act: it.kind === "announceAct", at: Date.now() });
          }
        }
        vi.advanceTimersByTime(60_000);
        const said = spoken.map(({ sentence }) => sentence);
        for (const sentence of newest.values()) expect(said.filter((it) => it === sentence)).toHaveLength(1);
        for (const [n, { sentence, at }] of spoken.entries()) {
          const before = spoken[n - 1];
          if (before !== undefined) expect(at - before.at).toBeGreaterThanOrEqual(4_000);
          // Nothing that a person did was waiting when something else was said.
          if (asked.get(sentence)?.act === true) continue;
          for (const later of spoken.slice(n + 1)) {
            const act = asked.get(later.sentence);
            if (act?.act === true) expect(act.at).toBeGreaterThanOrEqual(at);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("what has become untrue while it waits is not said", () => {
    const spoken: string[] = [];
    const announcer = createAnnouncer((sentence) => spoken.push(sentence), Date.now);
    announcer.announce("The results are ready: 12 patrons.");
    vi.advanceTimersByTime(10);
    announcer.announce("No patrons match xyzzy.", "found");
    announcer.forget("found");
    vi.advanceTimersByTime(20_000);
    expect(spoken).toEqual(["The results are ready: 12 patrons."]);
  });

  it("how far something was in a view that has been left is not said", () => {
    const spoken: string[] = [];
    const announcer = createAnnouncer((sentence) => spoken.push(sentence), Date.now);
    announcer.announce("The results are ready: 12 patrons.");
    vi.advanceTimersByTime(10);
    announcer.announceProgress("Page 2: rows 51 to 100");
    announcer.forgetProgress();
    vi.advanceTimersByTime(20_000);
    expect(spoken).toEqual(["The results are ready: 12 patrons."]);
  });
});

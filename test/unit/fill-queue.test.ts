import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openCatalogue } from "#domain/catalogue/catalogue";
import { buildCatalogueIndexes } from "#domain/catalogue/catalogue-index";
import { type Title, titleSchema } from "#domain/catalogue/title";
import { queueFunctionNames } from "#domain/library";
import type { Preference } from "#domain/profile/patron";
import { fillQueue } from "#domain/queue/fill-queue";
import { withdrawFrom } from "#domain/queue/withdraw-entries";
import { folded } from "#domain/text";
import { batchUpdateId } from "#test/ids";
import { arbitraryProfile, arbitraryQueue, arbitraryTitles } from "./fill-queue.arbitraries.ts";
import { fillByTheBook, isAllowed, type Profile } from "./fill-queue.reference.ts";

function catalogueOf(titles: readonly Title[], medium = "DB") {
  const padding = titleSchema.parse({ titleId: "unread", medium, title: "-", author: "-", status: "WITHDRAWN" });
  const index = buildCatalogueIndexes([...titles, padding]).get(medium);
  if (index === undefined) throw new Error("no index");
  return openCatalogue(index);
}

const fill = (profile: Profile, titles: readonly Title[], by?: string) =>
  fillQueue({
    ...profile,
    catalogue: catalogueOf(titles),
    ...(by === undefined ? {} : { batchUpdateId: batchUpdateId(by) }),
  });

const title = (titleId: string, rest: Partial<Title> = {}) =>
  titleSchema.parse({ titleId, medium: "DB", title: `Title ${titleId}`, author: "Somebody", ...rest });

const likes = (type: Preference["type"], code: string): Preference => ({ type, code, exclusion: false });
const never = (type: Preference["type"], code: string): Preference => ({ type, code, exclusion: true });

interface Wishes extends Partial<Profile["reading"]> {
  readonly preferences?: Preference[];
  readonly language?: string;
  readonly record?: Partial<Profile["record"]>;
  readonly library?: Partial<Profile["library"]>;
  readonly queue?: Profile["queue"];
}

function profile({ preferences = [], language, record, library, queue = [], ...reading }: Wishes): Profile {
  return {
    patron: { preferences, ...(language === undefined ? {} : { language }) },
    reading: { reserves: [], requests: [], hasHad: [], ...reading },
    record: { medium: "DB", ...record },
    library: {
      queueFunctions: queueFunctionNames.map((name) => ({ function: name })),
      defaultServiceQueueSize: 20,
      serveCodes: [{ code: "NL", name: "Nightly list", schedule: "NIGHTLY", method: "LIST" }],
      ...library,
    },
    queue,
  };
}

const queued = (titleId: string, status: "WAITING" | "ON_ORDER" | "SENT") => ({
  titleId,
  title: "",
  author: "",
  selectType: "RESERVE" as const,
  source: titleId,
  status,
});

const idsOf = (result: { entries: readonly { titleId: string }[] }) => result.entries.map((it) => it.titleId);

describe("filling a service queue, against the rules read literally", () => {
  it("gives the same entries and the same reasons for stopping", () => {
    fc.assert(
      fc.property(arbitraryProfile, arbitraryTitles, (someone, titles) => {
        expect(fill(someone, titles)).toEqual(fillByTheBook(someone, titles));
      }),
      { numRuns: 1000 },
    );
  });

  it("keeps what is queued, appends without a repetition, and never goes over the size or a limit", () => {
    fc.assert(
      fc.property(arbitraryProfile, arbitraryTitles, (someone, titles) => {
        const { entries, added, stopped } = fill(someone, titles, "batch");
        const before = someone.queue.length;
        const fresh = entries.slice(before);
        expect(entries.slice(0, before)).toEqual(someone.queue);
        expect(added).toBe(fresh.length);
        expect(new Set(idsOf({ entries })).size).toBe(entries.length);
        expect(fresh.every((it) => it.status === "WAITING" && it.batchUpdateId === "batch")).toBe(true);
        const size = someone.record.maxServiceQueueSize ?? someone.library.defaultServiceQueueSize;
        const open = entries.filter((it) => it.status !== "SENT").length;
        if (added > 0) expect(open).toBeLessThanOrEqual(size);
        for (const [at, { function: name, limit }] of someone.library.queueFunctions.entries()) {
          const share = fresh.filter((it) => it.selectType === name).length;
          expect(share).toBeLessThanOrEqual(limit ?? 500);
          expect(stopped[at]?.function).toBe(name);
          if (stopped[at]?.why === "LIMIT") expect(share).toBe(limit);
          if (stopped[at]?.why === "FULL") expect(open).toBeGreaterThanOrEqual(size);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("adds only titles that may be sent, for a reason that is in the profile", () => {
    fc.assert(
      fc.property(arbitraryProfile, arbitraryTitles, (someone, titles) => {
        const result = fill(someone, titles);
        for (const entry of result.entries.slice(someone.queue.length)) {
          const known = titles.find((it) => it.titleId === entry.titleId);
          expect(known && isAllowed(entry.selectType, someone, known)).toBe(true);
          expect(someone.reading.hasHad).not.toContain(entry.titleId);
          const { preferences } = someone.patron;
          const { reserves, requests } = someone.reading;
          const reasons = {
            RESERVE: reserves,
            REQUEST: requests,
            SERIES: preferences.filter((it) => it.type === "SERIES" && !it.exclusion).map((it) => it.code),
            AUTHOR: preferences.filter((it) => it.type === "AUTHOR" && !it.exclusion).map((it) => it.code),
            SUBJECT: preferences.filter((it) => it.type === "SUBJECT" && !it.exclusion).map((it) => it.code),
          }[entry.selectType];
          expect(reasons).toContain(entry.source);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("depends on nothing but its input, and a second fill of a filled queue adds nothing", () => {
    const unlimited = (someone: Profile) => ({
      ...someone,
      library: { ...someone.library, queueFunctions: queueFunctionNames.map((name) => ({ function: name })) },
    });
    fc.assert(
      fc.property(arbitraryProfile, arbitraryTitles, (someone, titles) => {
        const first = fill(unlimited(someone), titles);
        expect(fill(unlimited(someone), [...titles].reverse())).toEqual(first);
        expect(fill({ ...unlimited(someone), queue: first.entries }, titles).added).toBe(0);
      }),
    );
  });
});

describe("what each function adds", () => {
  it("takes reserves before requests, in listed order, each title once", () => {
    const titles = ["T1", "T2", "T3", "T4"].map((id) => title(id));
    const result = fill(profile({ reserves: ["T3", "T1", "T3"], requests: ["T4", "T1", "T2", "unknown"] }), titles);
    expect(idsOf(result)).toEqual(["T3", "T1", "T4", "T2"]);
    expect(result.entries[0]).toEqual({
      titleId: "T3",
      title: "Title T3",
      author: "Somebody",
      selectType: "RESERVE",
      source: "T3",
      status: "WAITING",
    });
  });

  it("sends a reserve in spite of an excluded subject, but not by an excluded author or in an excluded series", () => {
    const titles = [
      title("VIOLENT", { contentWarnings: ["violence"], subjects: ["war"] }),
      title("AUTHOR", { author: "Nobody" }),
      title("SERIES", { series: { name: "Endless" } }),
    ];
    const preferences = [
      likes("SUBJECT", "WAR"),
      never("SUBJECT", "VIOLENCE"),
      never("AUTHOR", "NOBODY"),
      never("SERIES", "endless"),
    ];
    expect(idsOf(fill(profile({ preferences, reserves: ["VIOLENT", "AUTHOR", "SERIES"] }), titles))).toEqual([
      "VIOLENT",
    ]);
    expect(idsOf(fill(profile({ preferences }), titles))).toEqual([]);
  });

  it("goes on in a series after the highest number had, also where that was in another medium or is being SENT", () => {
    const volume = (number: number, rest: Partial<Title> = {}) =>
      title(`V${number}`, { series: { name: "Lakes", number }, ...rest });
    const braille = title("B3", { medium: "BR", series: { name: "LAKES", number: 3 } });
    const titles = [volume(1), volume(2), volume(3), volume(4), volume(10), title("V0", { series: { name: "Lakes" } })];
    const preferences = [likes("SERIES", "lakes")];
    expect(idsOf(fill(profile({ preferences }), titles))).toEqual(["V1", "V2", "V3", "V4", "V10"]);
    expect(idsOf(fill(profile({ preferences, hasHad: ["V2"] }), titles))).toEqual(["V3", "V4", "V10"]);
    expect(idsOf(fill(profile({ preferences, hasHad: ["B3"] }), [...titles, braille]))).toEqual(["V4", "V10"]);
    const sent = fill(profile({ preferences, queue: [queued("V4", "SENT")] }), titles);
    expect(idsOf(sent)).toEqual(["V4", "V10"]);
    const waiting = fill(profile({ preferences, queue: [queued("V4", "WAITING")] }), titles);
    expect(idsOf(waiting)).toEqual(["V4", "V1", "V2", "V3", "V10"]);
    const withdrawnHad = [...titles, title("W9", { status: "WITHDRAWN", series: { name: "Lakes", number: 9 } })];
    expect(idsOf(fill(profile({ preferences, hasHad: ["W9"] }), withdrawnHad))).toEqual(["V10"]);
  });

  it("takes all liked authors' titles together, newest first, those without a day last, then by titleId", () => {
    const titles = [
      title("A1", { author: "Ann", addedOn: "2025-01-01" }),
      title("B1", { author: "Bob", addedOn: "2026-01-01" }),
      title("B0", { author: "BOB" }),
      title("A3", { author: "Ann", addedOn: "2025-01-01" }),
      title("A2", { author: "ann", addedOn: "2025-01-01" }),
      title("A0", { author: "Ann" }),
    ];
    const result = fill(profile({ preferences: [likes("AUTHOR", "Ann"), likes("AUTHOR", "Bob")] }), titles);
    expect(idsOf(result)).toEqual(["B1", "A1", "A2", "A3", "A0", "B0"]);
    expect(result.entries.map((it) => it.source)).toEqual(["Bob", "Ann", "Ann", "Ann", "Ann", "Bob"]);
  });

  it("gives nothing by subject to a record served from its list only", () => {
    const titles = [title("S1", { subjects: ["Birds"] }), title("A1", { author: "Ann" })];
    const preferences = [likes("SUBJECT", "birds"), likes("AUTHOR", "ann")];
    const result = fill(profile({ preferences, record: { serveCode: "NL" } }), titles);
    expect(idsOf(result)).toEqual(["A1"]);
    expect(result.stopped.at(-1)).toEqual({ function: "SUBJECT", why: "NOTHING_LEFT" });
  });

  it("leaves out titles in another language, where both are given", () => {
    const titles = [title("EN", { language: "en" }), title("ES", { language: "es" }), title("ANY")];
    const reserves = ["EN", "ES", "ANY"];
    expect(idsOf(fill(profile({ reserves, language: "EN" }), titles))).toEqual(["EN", "ANY"]);
    expect(idsOf(fill(profile({ reserves }), titles))).toEqual(["EN", "ES", "ANY"]);
  });

  it("fills to the record's size, else the library's, counting no SENT entry, and says why each function stopped", () => {
    const titles = ["T1", "T2", "T3", "T4", "T5"].map((id) => title(id, { author: "Ann" }));
    const library = {
      queueFunctions: [
        { function: "REQUEST" as const, limit: 1 },
        { function: "RESERVE" as const },
        { function: "AUTHOR" as const },
        { function: "SUBJECT" as const },
      ],
      defaultServiceQueueSize: 3,
    };
    const wishes = { requests: ["T1", "T2"], reserves: ["T3"], preferences: [likes("AUTHOR", "Ann")], library };
    const result = fill(profile({ ...wishes, queue: [queued("OLD", "SENT")] }), titles);
    expect(idsOf(result)).toEqual(["OLD", "T1", "T3", "T2"]);
    expect(result.stopped.map((it) => it.why)).toEqual(["LIMIT", "NOTHING_LEFT", "FULL", "FULL"]);
    expect(fill(profile({ ...wishes, record: { maxServiceQueueSize: 5 } }), titles).added).toBe(5);
  });
});

describe("withdrawing what a batch update added", () => {
  it("takes its WAITING entries, leaves all others in their order, and says what could not be taken back", () => {
    fc.assert(
      fc.property(arbitraryQueue, (queue) => {
        const { entries, withdrawn, kept } = withdrawFrom(queue, batchUpdateId("b1"));
        const mine = queue.filter((it) => it.batchUpdateId === "b1");
        expect(entries).toEqual(queue.filter((it) => !(it.batchUpdateId === "b1" && it.status === "WAITING")));
        expect(withdrawn + kept).toBe(mine.length);
        expect(withdrawFrom(entries, batchUpdateId("b1"))).toEqual({ entries, withdrawn: 0, kept });
      }),
    );
  });

  it("takes a fill back as if it had not been", () => {
    fc.assert(
      fc.property(arbitraryProfile, arbitraryTitles, (someone, titles) => {
        const filled = fill(someone, titles, "now");
        expect(withdrawFrom(filled.entries, batchUpdateId("now")).entries).toEqual(someone.queue);
      }),
    );
  });
});

it("compares texts the way the catalogue does", () => {
  expect(folded("ÉMILE")).toBe(folded("émile".normalize("NFD")));
});

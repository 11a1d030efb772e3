import fc from "fast-check";
import type { Title } from "#domain/catalogue/title";
import { queueFunctionNames } from "#domain/library";
import { preferenceTypes } from "#domain/profile/patron";
import { queueEntryStatuses } from "#domain/queue/service-queue";
import { batchUpdateId } from "#test/ids";
import type { Profile } from "./fill-queue.reference.ts";

// Small alphabets, so that titles, preferences and lists meet often; each with two spellings of one text.
const authors = fc.constantFrom("Ngaio", "NGAIO", "Émile", "émile", "Ursula");
const series = fc.constantFrom("Earthsea", "EARTHSEA", "Lakes");
const codes = fc.constantFrom("MYSTERY", "mystery", "HISTORY", "STRONG LANGUAGE", "VIOLENCE");
const languages = fc.constantFrom("en", "EN", "es");
const media = fc.constantFrom("DB", "DB", "DB", "BR");
const titleIds = fc.integer({ min: 1, max: 40 }).map((n) => `T${n}`);
const days = fc.constantFrom("2024-05-01", "2025-01-31", "2025-02-01", "2026-07-01");
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Leaves out what is undefined, as records do. */
function present<T extends object>(record: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return JSON.parse(JSON.stringify(record));
}

const arbitraryTitle: fc.Arbitrary<Title> = fc
  .record({
    titleId: titleIds,
    medium: media,
    title: fc.string({ minLength: 1, maxLength: 12 }),
    author: authors,
    series: maybe(fc.record({ name: series, number: maybe(fc.constantFrom(0, 1, 2, 2.5, 3, 4)) })),
    subjects: fc.array(codes, { maxLength: 3 }),
    contentWarnings: fc.array(codes, { maxLength: 2 }),
    language: maybe(languages),
    status: fc.constantFrom("ACTIVE", "ACTIVE", "ACTIVE", "WITHDRAWN"),
    addedOn: maybe(days),
  })
  .map((title) => present(title) as Title);

export const arbitraryTitles = fc.uniqueArray(arbitraryTitle, { maxLength: 40, selector: (it) => it.titleId });

const entry = fc.record({
  titleId: titleIds,
  title: fc.string({ maxLength: 5 }),
  author: authors,
  selectType: fc.constantFrom(...queueFunctionNames),
  source: codes,
  status: fc.constantFrom(...queueEntryStatuses),
  batchUpdateId: fc.constantFrom(batchUpdateId("b1"), batchUpdateId("b2")),
});

export const arbitraryQueue = fc.uniqueArray(entry, { maxLength: 8, selector: (it) => it.titleId });

const preference = fc
  .record({ type: fc.constantFrom(...preferenceTypes), exclusion: fc.boolean(), author: authors, series, code: codes })
  .map(({ type, exclusion, author, series: name, code }) => ({
    type,
    exclusion,
    code: { AUTHOR: author, SERIES: name, SUBJECT: code }[type],
  }));

const functions = fc
  .tuple(
    fc.shuffledSubarray([...queueFunctionNames]),
    fc.array(maybe(fc.integer({ min: 0, max: 4 })), { minLength: 5 }),
  )
  .map(([names, limits]) => names.map((name, at) => present({ function: name, limit: limits[at] })));

const serveCodes = [
  { code: "NA", name: "Nightly autoselect", schedule: "NIGHTLY" as const, method: "AUTOSELECT" as const },
  { code: "NL", name: "Nightly list", schedule: "NIGHTLY" as const, method: "LIST" as const },
];

export const arbitraryProfile: fc.Arbitrary<Profile> = fc
  .record({
    patron: fc.record({ language: maybe(languages), preferences: fc.array(preference, { maxLength: 8 }) }),
    reading: fc.record({
      reserves: fc.array(titleIds, { maxLength: 6 }),
      requests: fc.array(titleIds, { maxLength: 6 }),
      hasHad: fc.array(titleIds, { maxLength: 10 }),
    }),
    record: fc.record({
      medium: fc.constant("DB"),
      maxServiceQueueSize: maybe(fc.integer({ min: 1, max: 15 })),
      serveCode: maybe(fc.constantFrom("NA", "NL", "GONE")),
    }),
    library: fc.record({
      queueFunctions: functions,
      defaultServiceQueueSize: fc.integer({ min: 1, max: 12 }),
      serveCodes: fc.constant(serveCodes),
    }),
    queue: arbitraryQueue,
  })
  .map((profile) => present(profile) as Profile);

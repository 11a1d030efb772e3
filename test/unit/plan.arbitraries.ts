import fc from "fast-check";
import type { Library } from "#domain/library";
import type { PatronState, PlanLine } from "#domain/plan/plan";
import type { Changes, UpdateSpec } from "#domain/plan/update-spec";
import type { MediumFields, MediumRecord } from "#domain/profile/medium-record";
import { batchUpdateId, libraryId, patronId } from "#test/ids";

/** Builders of libraries, specs, records and plan lines. Few values each, so that what is meant often meets what is there. */

export const today = "2026-09-01"; // a Tuesday
const dayOfPast = "2026-08-31";
const daysAhead = ["2026-09-01", "2026-09-02", "2027-02-28"];

export const libraryOf = (settings: Partial<Library> = {}): Library => ({
  library: libraryId("lib"),
  name: "A library",
  timeZone: "America/New_York",
  media: [
    { code: "DB", name: "Digital book" },
    { code: "BR", name: "Braille" },
  ],
  mediumStatuses: [
    { code: "ACTIVE", name: "Active" },
    { code: "INACTIVE", name: "Inactive" },
  ],
  mainStatuses: [
    { code: "ACTIVE", name: "Active", closed: false },
    { code: "SUSPENDED", name: "Suspended", closed: false },
    { code: "DECEASED", name: "Deceased", closed: true },
  ],
  serveCodes: [
    { code: "NA", name: "Nightly", schedule: "NIGHTLY", method: "AUTOSELECT" },
    // Its first letter is not that of a code on demand: codes are looked up, never read.
    { code: "XQ", name: "On demand", schedule: "ON_DEMAND", method: "LIST" },
  ],
  branches: [],
  serviceDays: ["MON", "TUE", "WED", "THU", "FRI"],
  closedDays: ["2026-09-07", "2026-09-10"],
  queueFunctions: [],
  defaultServiceQueueSize: 20,
  largeBatchThreshold: 500,
  failureThresholdPercent: 50,
  retentionDays: 90,
  ...settings,
});

export const specOf = (changes: Changes = {}, nightlyDebug = false): UpdateSpec => ({
  medium: "DB",
  nightlyDebug,
  changes,
});

export const recordOf = (record: Partial<MediumRecord> = {}): MediumRecord => ({
  medium: "DB",
  version: 1,
  status: "ACTIVE",
  nightlyDebug: false,
  ...record,
});

export const stateOf = (record: MediumRecord | undefined, state: Partial<PatronState> = {}): PatronState => ({
  patron: { mainStatus: "ACTIVE", reserveCount: 0, requestCount: 0 },
  record,
  waiting: 0,
  ...state,
});

export const lineOf = (line: Partial<PlanLine> = {}): PlanLine => ({
  line: 0,
  patronId: patronId("P1"),
  lastName: "Ames",
  action: "UPDATE",
  before: {},
  after: {},
  warnings: [],
  ...line,
});

const absentOr = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

function withoutUndefined<T extends object>(values: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

/** Values as they may stand in old records: some are in no table and out of every range by now. */
export const fieldsArbitrary: fc.Arbitrary<MediumFields> = fc
  .record({
    status: absentOr(fc.constantFrom("ACTIVE", "INACTIVE", "GONE")),
    serveCode: absentOr(fc.constantFrom("NA", "XQ", "OLD")),
    deliveryMethod: absentOr(fc.constantFrom("PHYSICAL", "DUPLICATION")),
    nextServiceDate: absentOr(fc.constantFrom(dayOfPast, ...daysAhead)),
    cutoff: absentOr(fc.constantFrom(0, 5, 1000)),
    nightlyDebug: absentOr(fc.boolean()),
    maxServiceQueueSize: absentOr(fc.constantFrom(1, 5, 20)),
    refillPoint: absentOr(fc.constantFrom(0, 5, 20)),
    maxTitlesPerCartridge: absentOr(fc.constantFrom(1, 4)),
    cartridgeLimit: absentOr(fc.constantFrom(1, 2)),
    lastServedOn: absentOr(fc.constantFrom("2026-05-05", "2026-06-06")),
  })
  .map((fields) => withoutUndefined(fields) as MediumFields);

const number = (...values: number[]) => absentOr(fc.constantFrom(...values, null));

/** What an update may ask for; now and then something that some or all patrons cannot get. */
export const changesArbitrary: fc.Arbitrary<Changes> = fc
  .record({
    status: absentOr(fc.constantFrom("ACTIVE", "INACTIVE")),
    serveCode: absentOr(fc.constantFrom("NA", "XQ", "OLD")),
    deliveryMethod: absentOr(fc.constantFrom("PHYSICAL", "DUPLICATION")),
    nextServiceDate: absentOr(fc.constantFrom(dayOfPast, ...daysAhead, null)),
    cutoff: number(0, 5, 999, 1000),
    maxServiceQueueSize: number(0, 1, 5, 20),
    refillPoint: number(0, 5, 20),
    maxTitlesPerCartridge: number(1, 4),
    cartridgeLimit: number(1, 2),
    addServiceQueue: absentOr(fc.constant(true as const)),
  })
  .map((changes) => withoutUndefined(changes) as Changes);

/** Changes that every open patron can get, but for the rule between two fields. */
export const legalChangesArbitrary: fc.Arbitrary<Changes> = changesArbitrary.map((changes) => {
  const { serveCode, nextServiceDate, cutoff, maxServiceQueueSize, ...rest } = changes;
  return {
    ...rest,
    ...(serveCode !== undefined && serveCode !== "OLD" && { serveCode }),
    ...(nextServiceDate !== undefined && nextServiceDate !== dayOfPast && { nextServiceDate }),
    ...(cutoff !== undefined && cutoff !== 1000 && { cutoff }),
    ...(maxServiceQueueSize !== undefined && maxServiceQueueSize !== 0 && { maxServiceQueueSize }),
  };
});

export const specArbitrary: fc.Arbitrary<UpdateSpec> = fc.record({
  medium: fc.constant("DB"),
  nightlyDebug: fc.boolean(),
  changes: changesArbitrary,
});

export const legalSpecArbitrary: fc.Arbitrary<UpdateSpec> = fc.record({
  medium: fc.constant("DB"),
  nightlyDebug: fc.boolean(),
  changes: legalChangesArbitrary,
});

const markArbitrary = fc.record({
  by: fc.constantFrom(batchUpdateId("older"), batchUpdateId("other")),
  turn: fc.constantFrom(1, 2),
  at: fc.nat(5),
});

export const recordArbitrary: fc.Arbitrary<MediumRecord> = fc
  .tuple(fieldsArbitrary, fc.constantFrom(1, 2, 7), absentOr(markArbitrary), fc.boolean())
  .map(([fields, version, mark, removed]) => ({
    ...(removed && mark !== undefined ? { removed: true as const } : fields),
    medium: "DB",
    version,
    ...(mark !== undefined && { mark }),
  }));

export const stateArbitrary: fc.Arbitrary<PatronState> = fc.record({
  patron: fc.option(
    fc.record({
      mainStatus: fc.constantFrom("ACTIVE", "ACTIVE", "ACTIVE", "SUSPENDED", "DECEASED"),
      reserveCount: fc.nat(2),
      requestCount: fc.nat(2),
    }),
    { nil: undefined, freq: 15 },
  ),
  record: fc.option(recordArbitrary, { nil: undefined, freq: 5 }),
  waiting: fc.nat(3),
});

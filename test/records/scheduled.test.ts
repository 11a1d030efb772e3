import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { LibraryId } from "#domain/ids";
import { LineSet } from "#domain/line-set";
import { indexLines, summarisePlan } from "#domain/plan/plan-summary";
import { newId } from "#platform/identifiers";
import { requireBatchUpdate } from "#records/batch-updates/batch-updates";
import { cancel, createBatchUpdate, schedule, seal, split, unschedule } from "#records/batch-updates/moves";
import { planDigest } from "#records/batch-updates/plans";
import { actOfSystem, auditEntry, listAudit } from "#records/library/audit";
import { listEvents } from "#records/library/events";
import { provisionLibrary } from "#records/library/libraries";
import { suspendLibrary } from "#records/library/tenants";
import { type Member, newMember } from "#records/members/members";
import { memberKey, settingsKey } from "#records/store/keys";
import { listOpen } from "#records/store/open-work";
import { batchUpdateId, libraryId } from "#test/ids";
import { createHandler } from "../../functions/sweep/handler.ts";
import { libraryOf, lineOf } from "../unit/plan.arbitraries.ts";
import { startRealStores } from "./real-store.ts";

let stores: Awaited<ReturnType<typeof startRealStores>>;
let started: string[] = [];
let now = new Date("2026-09-01T12:00:00.000Z");
let libraries = 0;
beforeAll(async () => {
  stores = await startRealStores();
});
afterAll(async () => await stores.close());
beforeEach(() => {
  started = [];
  now = new Date("2026-09-01T12:00:00.000Z");
});

const handler = () =>
  createHandler({
    stores,
    workflows: {
      look: async () => "RUNNING",
      start: async ({ id, workflow }) => void started.push(`${workflow} ${id}`),
      startNext: async () => undefined,
    },
    messages: { send: async () => undefined, giveBack: async () => undefined, isQuiet: async () => true },
    now: () => now,
  });
const sweepAt = async (instant: string) => {
  now = new Date(instant);
  await handler()({ task: "sweep" });
};

const ann = (library: LibraryId): Member => ({
  ...{ kind: "client", id: `ann-${library}`, library, role: "administrator", name: "Ann", status: "ACTIVE" },
  ...{ createdBy: "ann", createdBySub: "ann", createdAt: now.toISOString(), revision: 1 },
});

/** A batch update that an administrator has scheduled. */
async function scheduledIn(library: LibraryId, at: string, medium = "DB"): Promise<string> {
  await provisionLibrary(stores, { ...libraryOf(), library });
  await stores.across.write(...newMember(ann(library)));
  const id = batchUpdateId(newId(now));
  const named = { library, batchUpdateId: id, querySetId: "set", kind: "UPDATE", medium, nightlyDebug: true } as const;
  const { batch } = await createBatchUpdate(stores.of(library), {
    ...named,
    changes: {},
    patrons: 1,
    large: false,
    asksForFills: false,
    createdBy: "sue",
    createdAt: now.toISOString(),
  });
  const audit = async (action: string) => await auditEntry(stores.of(library), id, actOfSystem(now, action, id, ""));
  await split(stores.of(library), batch, { starts: [0], patronsAsOf: "1/" });
  const summary = summarisePlan(indexLines([lineOf()]), LineSet.none(1), false);
  const plan = { ...summary, base: "b", digest: planDigest("b", LineSet.none(1)) };
  await seal(stores.of(library), await load(library, id), { plan, starts: [0], large: false }, now);
  const by = { schedule: { at, by: "Ann", bySub: `ann-${library}`, role: "administrator" as const } };
  await schedule(stores.of(library), await load(library, id), by, await audit("SCHEDULED"));
  return id;
}
const load = async (library: LibraryId, id: string) => await requireBatchUpdate(stores.of(library), batchUpdateId(id));
const statusOf = async (library: LibraryId, id: string) => (await load(library, id)).status;
async function openOf(id: string): Promise<string[]> {
  const kinds: string[] = [];
  for await (const open of listOpen(stores.across)) {
    const [[kind = "", it]] = Object.entries(open) as [[string, { id?: string }]];
    if (it.id === id) kinds.push(kind);
  }
  return kinds;
}

test("begins when its time has come and no sooner, by whoever scheduled it, and says so in the audit", async () => {
  const library = libraryId(`lib-${libraries++}`);
  const id = await scheduledIn(library, "2026-09-05T05:00:00.000Z");
  await sweepAt("2026-09-05T04:59:59.999Z");
  expect(await statusOf(library, id)).toBe("SCHEDULED");
  expect(started).toEqual([]);
  await sweepAt("2026-09-05T05:00:00.000Z");
  expect(await load(library, id)).toMatchObject({
    status: "PROCESSING",
    processedBy: "Ann",
    processedBySub: `ann-${library}`,
    processedAt: "2026-09-05T05:00:00.000Z",
  });
  expect(started).toEqual([`apply ${id}`]);
  expect(await openOf(id)).toEqual(["work"]);
  const { items } = await listAudit(stores.of(library), 1, undefined);
  expect(items[0]).toMatchObject({
    action: "BATCH_UPDATE_PROCESSED",
    actor: { sub: `ann-${library}`, name: "Ann" },
    role: "administrator",
    detail: expect.stringContaining("as scheduled for 2026-09-05T05:00:00.000Z"),
  });
  // Its open work is what brings it on from here: a sweep more changes nothing.
  await sweepAt("2026-09-05T05:01:00.000Z");
  expect(started).toEqual([`apply ${id}`]);
});

test("waits while its medium is at work, the one with the earlier time first, and another medium does not wait", async () => {
  const library = libraryId(`lib-${libraries++}`);
  const late = await scheduledIn(library, "2026-09-05T06:00:00.000Z");
  const early = await scheduledIn(library, "2026-09-05T05:00:00.000Z");
  const other = await scheduledIn(library, "2026-09-05T05:30:00.000Z", "BR");
  await sweepAt("2026-09-06T00:00:00.000Z");
  const states = async () => [
    await statusOf(library, early),
    await statusOf(library, late),
    await statusOf(library, other),
  ];
  expect(await states()).toEqual(["PROCESSING", "SCHEDULED", "PROCESSING"]);
  await sweepAt("2026-09-06T00:01:00.000Z");
  expect(await states()).toEqual(["PROCESSING", "SCHEDULED", "PROCESSING"]);
  // The run has ended: that alone, without the minute's sweep, lets the next one begin.
  await stores.across.write({
    set: { status: "COMPLETED" },
    key: { pk: `LIB#${library}#BATCH_UPDATES`, sk: early },
  });
  const detail = { name: `${library}-${early}-apply`, status: "SUCCEEDED" };
  await handler()({ source: "aws.states", "detail-type": "Step Functions Execution Status Change", detail });
  expect(await states()).toEqual(["COMPLETED", "PROCESSING", "PROCESSING"]);
});

test("does not begin once it was taken back, cancelled, or scheduled for later, whatever an old note of it says", async () => {
  const library = libraryId(`lib-${libraries++}`);
  const audit = async (id: string) => await auditEntry(stores.of(library), `${id}x`, actOfSystem(now, "ACT", id, ""));
  const note = (id: string) => ({
    put: { pk: "OPEN", sk: `${library}#schedule#${id}`, library, id, processAt: "2026-09-05T05:00:00.000Z" },
  });
  const taken = await scheduledIn(library, "2026-09-05T05:00:00.000Z");
  await unschedule(stores.of(library), await load(library, taken), now, await audit(taken));
  const cancelled = await scheduledIn(library, "2026-09-05T05:00:00.000Z");
  const read = await load(library, cancelled);
  await cancel(stores.of(library), { ...read, status: "SCHEDULED" }, "Ann", now, await audit(cancelled));
  const later = await scheduledIn(library, "2026-09-07T05:00:00.000Z");
  for (const id of [taken, cancelled]) await stores.across.write(note(id));
  await sweepAt("2026-09-05T12:00:00.000Z");
  expect(await Promise.all([taken, cancelled, later].map((id) => statusOf(library, id)))).toEqual([
    "READY",
    "CANCELLED",
    "SCHEDULED",
  ]);
  expect(started).toEqual([]);
  expect(await openOf(taken)).toEqual(["review"]);
  expect(await openOf(cancelled)).toEqual([]);
  expect(await openOf(later)).toEqual(["schedule"]);
});

test("goes back to its review, with the reason, where whoever scheduled it is no longer an administrator", async () => {
  const library = libraryId(`lib-${libraries++}`);
  const id = await scheduledIn(library, "2026-09-05T05:00:00.000Z");
  await stores.across.write({ set: { role: "staff" }, key: memberKey("client", `ann-${library}`) });
  await sweepAt("2026-09-05T05:00:00.000Z");
  expect(await load(library, id)).toMatchObject({
    status: "READY",
    stateReason: expect.stringContaining("Ann, who scheduled it, is no longer an administrator"),
    reviewUntil: "2026-09-12T05:00:00.000Z",
  });
  expect(await openOf(id)).toEqual(["review"]);
  expect(started).toEqual([]);
  const { items } = await listAudit(stores.of(library), 1, undefined);
  expect(items[0]).toMatchObject({ action: "BATCH_UPDATE_UNSCHEDULED", role: "system" });
});

test("goes back to its review where the library demands by now that another than its creator processes it, and tells it", async () => {
  const library = libraryId(`lib-${libraries++}`);
  const id = await scheduledIn(library, "2026-09-05T05:00:00.000Z");
  const other = await scheduledIn(library, "2026-09-05T05:00:00.000Z", "BR");
  const own = { createdBy: "Ann", createdBySub: `ann-${library}` };
  await stores.across.write({ set: own, key: { pk: `LIB#${library}#BATCH_UPDATES`, sk: id } });
  await stores.across.write({ set: { approval: "ALWAYS" }, key: settingsKey({ library }) });
  await sweepAt("2026-09-05T05:00:00.000Z");
  expect(await load(library, id)).toMatchObject({
    status: "READY",
    stateReason: expect.stringContaining("Ann, who scheduled it, also made it"),
  });
  expect(started).toEqual([`apply ${other}`]);
  const { items } = await listEvents(stores.of(library), 200, undefined, now);
  const its = items.filter(({ subject }) => subject === `batch-updates/${id}`);
  expect(its.map(({ status }) => status)).toEqual(["PLANNING", "READY", "SCHEDULED", "READY"]);
});

test("waits while its library is suspended, and begins when it is let in again", async () => {
  const library = libraryId(`lib-${libraries++}`);
  const id = await scheduledIn(library, "2026-09-05T05:00:00.000Z");
  await suspendLibrary(stores.across, library, true);
  await sweepAt("2026-09-05T05:00:00.000Z");
  expect(await statusOf(library, id)).toBe("SCHEDULED");
  await suspendLibrary(stores.across, library, false);
  await sweepAt("2026-09-06T05:00:00.000Z");
  expect(await statusOf(library, id)).toBe("PROCESSING");
});

test("a review is not canceled while its library is suspended, and one of over 7 days is when it is let in again", async () => {
  const library = libraryId(`lib-${libraries++}`);
  const id = await scheduledIn(library, "2026-09-05T05:00:00.000Z");
  const audit = await auditEntry(stores.of(library), `${id}x`, actOfSystem(now, "ACT", id, ""));
  await unschedule(stores.of(library), await load(library, id), now, audit);
  await suspendLibrary(stores.across, library, true);
  await sweepAt("2026-09-20T12:00:00.000Z");
  expect(await statusOf(library, id)).toBe("READY");
  expect(await openOf(id)).toEqual(["review"]);
  await suspendLibrary(stores.across, library, false);
  await sweepAt("2026-09-20T12:01:00.000Z");
  expect(await statusOf(library, id)).toBe("CANCELLED");
  expect(await openOf(id)).toEqual([]);
});

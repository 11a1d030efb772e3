import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { newId } from "#platform/identifiers";
import { listBatchUpdates } from "#records/batch-updates/batch-updates";
import { provisionLibrary } from "#records/library/libraries";
import { createQuerySet, failQuerySet, finishQuerySet } from "#records/query-sets/moves";
import { loadQuerySet } from "#records/query-sets/query-sets";
import { listOpen } from "#records/store/open-work";
import { batchUpdateId, libraryId } from "#test/ids";
import { querySetAnswer } from "../../functions/api/routes/query-sets.ts";
import { createHandler } from "../../functions/sweep/handler.ts";
import { libraryOf } from "../unit/plan.arbitraries.ts";
import { startRealStores } from "./real-store.ts";

let stores: Awaited<ReturnType<typeof startRealStores>>;
let started: string[] = [];
let dies = false;
const library = libraryId("lib");
const now = new Date("2026-09-01T12:00:00.000Z");
beforeAll(async () => {
  stores = await startRealStores();
  await provisionLibrary(stores, libraryOf());
});
afterAll(async () => await stores.close());
beforeEach(() => {
  started = [];
  dies = false;
});

const sweep = async () =>
  await createHandler({
    stores,
    workflows: {
      look: async () => "RUNNING",
      start: async ({ id, workflow }) => {
        if (dies) throw new Error("killed");
        started.push(`${workflow} ${id}`);
      },
      startNext: async () => undefined,
    },
    messages: { send: async () => undefined, giveBack: async () => undefined, isQuiet: async () => true },
    now: () => now,
  })({ task: "sweep" });

/** A query set that a recipe has asked for, still being built. */
async function asked() {
  const [querySetId, follower] = [newId(now), batchUpdateId(newId(now))];
  const audit = {
    at: now.toISOString(),
    actor: { sub: "s", name: "Sue" },
    role: "staff",
    action: "A",
    subject: "s",
    detail: "",
  };
  const spec = { medium: "DB", nightlyDebug: true, changes: { cutoff: 3 } };
  await createQuerySet(
    stores.of(library),
    {
      ...{ library, querySetId, name: "Monthly", criteria: undefined, searchStatement: "All", ids: undefined },
      ...{ createdBy: "Sue", createdBySub: "s", createdAt: now.toISOString() },
      follow: { batchUpdateId: follower, spec, role: "staff" },
    },
    audit,
  );
  return { querySetId, batchUpdateId: follower };
}
async function built(querySetId: string, matched: number): Promise<void> {
  const set = await loadQuerySet(stores.of(library), querySetId);
  if (set === undefined) throw new Error("There is no set");
  await finishQuerySet(stores.of(library), set, { matched, notFound: 0, duplicates: 0, searchStatement: "All" });
}
async function follows(querySetId: string) {
  const found: { batchUpdateId: string; status: string; createdBy: string; name?: string | undefined }[] = [];
  for await (const batch of listBatchUpdates(stores.of(library), undefined, 50)) {
    if (batch.querySetId === querySetId) found.push(batch);
  }
  return found;
}
async function openOf(...ids: string[]): Promise<string[]> {
  const kinds: string[] = [];
  for await (const open of listOpen(stores.across)) {
    const [[kind = "", it]] = Object.entries(open) as [[string, { id?: string }]];
    if (it.id !== undefined && ids.includes(it.id)) kinds.push(kind);
  }
  return kinds.sort();
}

test("the plan of a recipe follows its set exactly once, however often and wherever the sweep dies", async () => {
  const { querySetId, batchUpdateId } = await asked();
  await sweep();
  expect(await follows(querySetId)).toEqual([]);
  await built(querySetId, 2);
  expect(await openOf(querySetId)).toEqual(["follow"]);
  dies = true;
  await sweep();
  // It died between keeping the batch update and starting its plan: the open work brings it on.
  expect(await openOf(querySetId, batchUpdateId)).toEqual(["work"]);
  dies = false;
  await Promise.all([sweep(), sweep()]);
  expect(await follows(querySetId)).toMatchObject([
    { batchUpdateId, status: "PLANNING", name: "Monthly", createdBy: "Sue", patrons: 2 },
  ]);
});

test("two sweeps at once make one batch update and start it", async () => {
  const { querySetId, batchUpdateId } = await asked();
  await built(querySetId, 2);
  await Promise.all([sweep(), sweep(), sweep()]);
  expect(await follows(querySetId)).toHaveLength(1);
  expect(new Set(started)).toEqual(new Set([`plan ${batchUpdateId}`]));
  expect(await openOf(querySetId, batchUpdateId)).toEqual(["work"]);
});

test("a set is shown READY when what follows it is there to be read, and never names it beside why nothing follows", async () => {
  const shown = async (id: string) => {
    const set = await loadQuerySet(stores.of(library), id);
    if (set === undefined) throw new Error("There is no set");
    return await querySetAnswer(stores.of(library), set);
  };
  const { querySetId, batchUpdateId } = await asked();
  expect(await shown(querySetId)).toMatchObject({ status: "BUILDING", batchUpdateId });
  await built(querySetId, 2);
  expect(await shown(querySetId)).toMatchObject({ status: "BUILDING", batchUpdateId });
  const empty = await asked();
  await built(empty.querySetId, 0);
  await sweep();
  expect(await shown(querySetId)).toMatchObject({ status: "READY", batchUpdateId });
  const unplanned = await shown(empty.querySetId);
  expect(unplanned).toMatchObject({ status: "READY", planProblem: expect.any(String) });
  expect(unplanned).not.toHaveProperty("batchUpdateId");
  const failed = await asked();
  await failQuerySet(stores.of(library), failed.querySetId, "broke", now, { canBeMended: false });
  expect(await shown(failed.querySetId)).not.toHaveProperty("batchUpdateId");
});

test("nothing follows a set that failed, and where nobody was found the set says so", async () => {
  const failed = await asked();
  await failQuerySet(stores.of(library), failed.querySetId, "broke", now, { canBeMended: false });
  expect(await openOf(failed.querySetId)).toEqual([]);
  const empty = await asked();
  await built(empty.querySetId, 0);
  await sweep();
  expect(await follows(empty.querySetId)).toEqual([]);
  expect(await loadQuerySet(stores.of(library), empty.querySetId)).toMatchObject({
    planProblem: "Nothing was planned. querySetId: nobody was found by the query set; run another query",
  });
  expect(await openOf(empty.querySetId)).toEqual([]);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { unusedQuerySetDays } from "#domain/retention";
import { newId } from "#platform/identifiers";
import { listAudit } from "#records/library/audit";
import { createQuerySet } from "#records/query-sets/moves";
import { loadQuerySet, querySetFolder, uploadKey } from "#records/query-sets/query-sets";
import { deleteExpired } from "../../functions/expire/retention.ts";
import { applied, objectsOf, planPage } from "./erasing-bed.ts";
import { audit } from "./import-bed.ts";
import { type Bed, startBatchUpdateBed } from "./troubled-bed.ts";

let bed: Bed;

beforeAll(async () => {
  bed = await startBatchUpdateBed();
});
afterAll(async () => await bed?.close());

const told = { createdBy: "a", createdBySub: "a" };

/** A library in which the evidence of a batch update is over, and a query set that nobody used for long. */
async function over() {
  const it = await applied(bed);
  const { store, open } = it;
  const { undoableUntil = "" } = await it.batch();
  const ends = new Date(undoableUntil);
  const createdAt = new Date(ends.getTime() - (unusedQuerySetDays + 1) * 24 * 3600_000).toISOString();
  const querySetId = newId(new Date(createdAt));
  const set = { querySetId, name: undefined, criteria: undefined, searchStatement: "x", ids: "UPLOAD" } as const;
  await createQuerySet(store, { library: open.library, ...set, ...told, createdAt }, { ...audit, at: createdAt });
  const upload = uploadKey(store, querySetId);
  await store.objects.putText(upload, "P3");
  const setObjects = async () => {
    const keys: string[] = [];
    for await (const { key } of store.objects.list(`${querySetFolder(store, querySetId)}/`)) keys.push(key);
    return keys;
  };
  return { ...it, ends, querySetId, setObjects };
}

test("What is over is gone for good wherever deleting it dies and is done again, told once, and never shown in part", async () => {
  let places = 0;
  for (let died = true; died; places++) {
    const it = await over();
    const { store, job, ends, querySetId } = it;
    const was = await objectsOf(it);
    const { counts, status } = await it.batch();
    const expire = () => deleteExpired(store, ends, () => true);
    died = await bed.dying({ diesAfter: places, lastArrives: true }, expire);

    // Whoever looks meanwhile sees all of it or nothing.
    const evidence = (await it.batch()).evidence;
    if (evidence === undefined) expect(await objectsOf(it)).toEqual(was);
    else await expect(planPage(it)).rejects.toMatchObject({ code: "GONE" });
    const ending = await loadQuerySet(store, querySetId);
    if (ending !== undefined) expect(await it.setObjects()).not.toEqual([]);

    await expire();
    expect([places, await objectsOf(it), await it.setObjects()]).toEqual([places, new Map(), []]);
    expect(await it.batch()).toMatchObject({ evidence: "DELETED", counts, status });
    expect(await loadQuerySet(store, querySetId)).toBeUndefined();
    const { items } = await listAudit(store, 100, undefined);
    const ended = items.filter(({ actor }) => actor.sub === "system").map(({ action, subject }) => [action, subject]);
    expect([places, ended.toSorted()]).toEqual([
      places,
      [
        ["EVIDENCE_DELETED", `batch-updates/${job}`],
        ["QUERY_SET_ENDED", `query-sets/${querySetId}`],
      ],
    ]);
  }
  expect(places).toBeGreaterThan(8);
});

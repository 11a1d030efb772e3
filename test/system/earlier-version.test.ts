import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { erasures } from "#contract/erasures";
import { type Batch, type Job, jobs, patronSchema } from "#test/job";
import { sumOf } from "#test/numbers";
import { patronIds } from "#test/patron-lines";
import { type RunningProduct, startProduct, until } from "#test/product";
import { versions } from "./batch-update-bed.ts";

/** What test/fixtures/v0.1.0/README.md says is in it. */
const ids = patronIds(1250, "F");
const [withoutRecord = "", closed = "", excludedFromSet = "", excludedFromPlan = "", edited = "", editedToo = ""] = ids;
const changedBefore = ids.slice(5, 44);

let dataDir: string;
let product: RunningProduct;
let job: Job;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "earlier-"));
  await promisify(execFile)("tar", ["-xzf", "test/fixtures/v0.1.0/data.tar.gz", "-C", dataDir]);
  product = await startProduct({ dataDir });
  job = jobs(product);
});
afterAll(async () => {
  await product?.kill();
  await rm(dataDir, { recursive: true, force: true });
});

const named = z.looseObject({ name: z.string().optional() });
async function batchNamed(name: string): Promise<Batch> {
  const items = await job.all("/v1/batch-updates", named.extend({ batchUpdateId: z.string() }));
  return await job.batch(items.find((item) => item.name === name)?.batchUpdateId ?? "");
}

const recordSchema = z.looseObject({
  version: z.number(),
  nightlyDebug: z.boolean(),
  cutoff: z.number().optional(),
  maxTitlesPerCartridge: z.number().optional(),
});
const holder = patronSchema.extend({ media: z.record(z.string(), recordSchema) });
const recordOf = async (patronId: string) => holder.parse(await job.get(`/v1/patrons/${patronId}`)).media["DB"];

const queueSchema = z.looseObject({ entries: z.array(z.looseObject({ titleId: z.string(), sequence: z.number() })) });
const queueOf = async (patronId: string) => {
  const { entries } = queueSchema.parse(await job.get(`/v1/patrons/${patronId}/media/DB/service-queue`));
  return entries.map(({ titleId }) => titleId);
};
const title = (place: number) => `FT${String(place % 200).padStart(4, "0")}`;
/** Patrons of each chunk, of queues that were filled before the kill and of those that were not. */
const looked = ids.filter((id, place) => place % 60 === 0 && id !== closed);

test("a run that version 0.1.0 was killed in comes to its end: each patron written once, every queue filled", async () => {
  const { batchUpdateId } = await batchNamed("Caught");
  const ended = await job.ended(batchUpdateId);
  expect(ended).toMatchObject({
    status: "COMPLETED_WITH_ERRORS",
    progress: { done: 1249, total: 1249 },
    counts: {
      total: 1249,
      updated: 1246,
      created: 1,
      removed: 0,
      unchanged: 0,
      conflict: 0,
      notFound: 0,
      invalid: 1,
      failed: 0,
      unprocessed: 0,
      excluded: 1,
    },
  });
  const written = await versions(product, { ids });
  const expected = ids.map((id) => {
    if ([closed, excludedFromSet, excludedFromPlan].includes(id)) return [id, 1];
    if (id === withoutRecord) return [id, 1];
    const before = 1 + Number(changedBefore.includes(id)) + Number(id === edited || id === editedToo);
    return [id, before + 1];
  });
  expect(Object.fromEntries(written)).toEqual(Object.fromEntries(expected));
  expect(await recordOf(ids.at(-1) ?? "")).toMatchObject({ nightlyDebug: true, maxTitlesPerCartridge: 7 });

  const filled = await until(
    () => job.batch(batchUpdateId),
    ({ serviceQueues }) => serviceQueues.status !== "FILLING",
    240_000,
  );
  expect(filled.serviceQueues).toEqual({
    status: "FILLED",
    requested: 1247,
    filled: 1247,
    withdrawn: 0,
    failed: 0,
    pending: 0,
  });
  for (const id of looked) {
    const place = ids.indexOf(id);
    expect(await queueOf(id), id).toEqual([title(place), title(place + 1)]);
  }

  const { errors, outcomes, jsonl = "" } = await job.report(batchUpdateId);
  expect({ errors: errors.rows, outcomes: outcomes.rows }).toEqual({ errors: 1, outcomes: 1249 });
  const reported = jsonl.trimEnd().split("\n");
  expect(reported.map((line) => patronSchema.pick({ patronId: true }).parse(JSON.parse(line)).patronId)).toEqual(
    ids.filter((id) => id !== excludedFromSet),
  );
});

test("what was saved, imported, edited and done before is there", async () => {
  const [kept, ...starters] = await job.all("/v1/saved-queries", named);
  expect(kept?.name).toBe("Branch NC1A");
  expect(starters.map(({ name }) => name)).toContain("Next service date long past");
  expect((await job.all("/v1/presets", named)).map(({ name }) => name)).toEqual(["Cutoff of 9"]);
  const imports = z.looseObject({ kind: z.string(), status: z.string(), counts: z.record(z.string(), z.number()) });
  expect((await job.all("/v1/imports", imports)).map(({ kind, status, counts }) => ({ kind, status, counts }))).toEqual(
    [
      {
        kind: "patrons",
        status: "COMPLETED_WITH_ERRORS",
        counts: { read: 1251, created: 1250, replaced: 0, unchanged: 0, rejected: 1 },
      },
      {
        kind: "titles",
        status: "COMPLETED",
        counts: { read: 200, created: 200, replaced: 0, unchanged: 0, rejected: 0 },
      },
    ],
  );
  const sets = named.extend({ querySetId: z.string(), counts: z.record(z.string(), z.number()) });
  const everybody = (await job.all("/v1/query-sets", sets)).find(({ name }) => name === "Everybody");
  expect(everybody?.counts).toEqual({ matched: 1250, excluded: 1, notFound: 1, duplicates: 0 });

  const { counts = {}, batchUpdateId } = await batchNamed("Over");
  expect(counts).toMatchObject({ total: 40, updated: 39, conflict: 1 });
  expect(sumOf(counts)).toBe(40);
  expect(await job.outcomes(batchUpdateId, "?outcome=CONFLICT")).toMatchObject([
    { patronId: edited, changes: [{ field: "cutoff", before: 3, after: 9, current: 4 }] },
  ]);
  const history = await job.all(
    `/v1/patrons/${changedBefore[10]}/history`,
    z.looseObject({ batchUpdateId: z.string().optional() }),
  );
  const touched = [(await batchNamed("Caught")).batchUpdateId, batchUpdateId];
  expect(history.flatMap((item) => item.batchUpdateId ?? [])).toEqual(touched);
  const entries = await job.all("/v1/audit", z.looseObject({ action: z.string() }));
  expect(entries.map(({ action }) => action)).toEqual(
    expect.arrayContaining(["SETTINGS_CHANGED", "RECORD_EDITED", "BATCH_UPDATE_PROCESSED"]),
  );
});

test("the run is undone, records and queues", async () => {
  const { batchUpdateId } = await batchNamed("Caught");
  const planned = await job.follow(batchUpdateId, "undo");
  expect(planned).toMatchObject({ status: "READY", kind: "UNDO", plan: { counts: { update: 1246, remove: 1 } } });
  const undone = await job.apply(planned);
  expect(undone).toMatchObject({ status: "COMPLETED", counts: { updated: 1246, removed: 1 } });
  expect(await recordOf(withoutRecord)).toBeUndefined();
  for (const id of looked.filter((one) => one !== withoutRecord)) {
    const { nightlyDebug, maxTitlesPerCartridge } = (await recordOf(id)) ?? {};
    expect({ nightlyDebug, maxTitlesPerCartridge }, id).toEqual({ nightlyDebug: false });
    expect(await queueOf(id), id).toEqual([]);
  }
});

test("what was done before it is retried and undone", async () => {
  const { batchUpdateId } = await batchNamed("Over");
  const again = await job.apply(await job.follow(batchUpdateId, "retry"));
  expect(again).toMatchObject({ status: "COMPLETED", counts: { total: 1, updated: 1 } });
  expect((await recordOf(edited))?.cutoff).toBe(9);
  const undone = await job.apply(await job.follow(batchUpdateId, "undo"));
  expect(undone).toMatchObject({ status: "COMPLETED", counts: { total: 39, updated: 39 } });
  for (const id of changedBefore) expect(await recordOf(id), id).not.toHaveProperty("cutoff");
});

test("a patron is erased from what was planned and done before, which still agrees with itself", async () => {
  const [gone = ""] = changedBefore.slice(10);
  const asked = await job.call("POST", `/v1/patrons/${gone}/erase`, { reason: "Asked for by letter" });
  const { erasureId } = erasures.erase.answers[202].parse(asked.body);
  const done = await until(
    async () => erasures.get.answers[200].parse(await job.get(`/v1/erasures/${erasureId}`)),
    ({ status }) => status === "COMPLETED",
  );
  expect(done.counts.objects).toBeGreaterThan(10);
  for (const name of ["Over", "Caught"]) {
    const { batchUpdateId } = await batchNamed(name);
    const line = (await job.planItems(batchUpdateId)).find(({ patronId }) => patronId === gone);
    expect(line).toMatchObject({ action: "NOT_FOUND", changes: [] });
    expect(line).not.toHaveProperty("lastName");
    const outcome = (await job.outcomes(batchUpdateId)).find(({ patronId }) => patronId === gone);
    expect(outcome).toEqual({ patronId: gone, outcome: "UPDATED", changes: [] });
    const { jsonl = "", outcomes } = await job.report(batchUpdateId);
    const csv = outcomes.csvUrl === undefined ? "" : await (await fetch(outcomes.csvUrl)).text();
    for (const text of [jsonl, csv])
      expect(text.split("\n").filter((row) => row.includes(gone)).length).toBeLessThan(2);
    const verified = await job.get(`/v1/batch-updates/${batchUpdateId}/verify`);
    const digest = z.looseObject({ checks: z.array(z.looseObject({ name: z.string(), ok: z.boolean() })) });
    expect(digest.parse(verified).checks).toContainEqual(expect.objectContaining({ name: "digest", ok: true }));
  }
});

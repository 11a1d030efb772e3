import type { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { erasures } from "#contract/erasures";
import { piedmont } from "#infra/local/samples/libraries";
import { newId } from "#platform/identifiers";
import { listErased } from "#records/erasures/erasure-objects";
import { type Erasure, knownErasures, requireErasure } from "#records/erasures/erasures";
import { createExport, failExport } from "#records/exports/exports";
import { loadImportLock } from "#records/imports/import-lock";
import { importUploadKey } from "#records/imports/import-objects";
import { createImport, loadImport } from "#records/imports/imports";
import { provisionLibrary } from "#records/library/libraries";
import { loadMediaOf } from "#records/profiles/medium-records";
import { putItems } from "#records/profiles/patron-writer";
import { loadPatronsAsOf } from "#records/profiles/patrons-as-of";
import { noQueue, writeQueues } from "#records/service-queues/service-queues";
import { jobKey, ownPartition, patronKey } from "#records/store/keys";
import { listOpen } from "#records/store/open-work";
import type { Item, RawItem } from "#records/store/table";
import { patronId } from "#test/ids";
import { erasureRoutes } from "../../functions/api/routes/erasures.ts";
import { jobsToWalk } from "../../functions/erase/jobs.ts";
import { clearErasures } from "../../functions/expire/erasures.ts";
import { recordOf, specOf } from "../unit/plan.arbitraries.ts";
import { openLibrary } from "./batch-update-bed.ts";
import { applied, type Erasing, erasingIn, ids, spec } from "./erasing-bed.ts";
import { audit, createImportBed, jsonl, library, patron } from "./import-bed.ts";
import { callRoute } from "./route-call.ts";
import { type Bed, startBatchUpdateBed } from "./troubled-bed.ts";

let bed: Bed;
let imports: ReturnType<typeof createImportBed>;
let erasing: Erasing;
const clock = { now: new Date() };

beforeAll(async () => {
  bed = await startBatchUpdateBed();
  imports = createImportBed(bed.stores);
  erasing = erasingIn(bed, clock);
  await provisionLibrary(bed.stores, piedmont);
});
afterAll(async () => await bed?.close());
beforeEach(() => {
  clock.now = new Date();
});

const marked = (id: string) =>
  patron({
    patronId: id,
    lastName: "Zwyxel",
    firstName: "Qwomba",
    city: "Xanthippe Falls",
    media: [
      { medium: "DB", serveCode: "WA", deliveryMethod: "DUPLICATION" },
      { medium: "BR", serveCode: "MA" },
    ],
    preferences: [{ type: "AUTHOR", code: "Vladizmir" }],
    reserves: ["XQ1"],
    hasHad: ["XQ2"],
  });
const marks = /zwyxel|qwomba|xanthippe|vladizmir|XQ\d/i;

/** Everything that the table holds of a patron. */
async function itemsOf(id: string, of = library): Promise<Item[]> {
  const { table } = bed.stores.of(of);
  const { pk, sk } = patronKey({ library: of }, patronId(id));
  const found: Item[] = [];
  for await (const item of table.queryAll({ pk, begins: sk })) {
    if (item["sk"] === sk || String(item["sk"]).startsWith(`${sk}#`)) found.push(item);
  }
  for await (const item of table.queryAll({ pk: ownPartition({ library: of }, patronId(id)) })) found.push(item);
  return found;
}

const begin = (id: string, of = library) => erasing.begin(id, of);
const walk = (job: string, of = library) => erasing.walk(job, of);
const end = (job: string, of = library) => erasing.end(job, of);

async function erase(id: string, of = library): Promise<Erasure> {
  const job = await begin(id, of);
  expect(await walk(job, of)).toMatchObject({ stage: "CLEARING" });
  await end(job, of);
  return await requireErasure(bed.stores.of(of), job);
}

/**
 * Stands in for the versions that a bucket in the cloud keeps and the local engine does not: of one folder, a page each. The
 * second deletion of all is refused.
 */
function earlierVersions({ middlewareStack }: Pick<S3Client, "middlewareStack">, names: readonly string[]) {
  let left = [...names];
  let looks = 0;
  let deletions = 0;
  const Prefix = `${library}/imports/`;
  middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const { input } = args;
        if (commandName === "DeleteObjectsCommand" && "Delete" in input) {
          const named = input.Delete?.Objects?.map(({ VersionId = "" }) => VersionId) ?? [];
          if (!named.some((name) => left.includes(name))) return await next(args);
          if (++deletions === 2) throw new Error("The call broke off");
          left = left.filter((name) => !named.includes(name));
          return { response: {}, output: { $metadata: {} } };
        }
        const isOfFolder = "Prefix" in input && input.Prefix === Prefix && !("Delimiter" in input);
        if (commandName !== "ListObjectVersionsCommand" || !isOfFolder) return await next(args);
        const from = ("KeyMarker" in input && input.KeyMarker) || "";
        if (from === "") looks++;
        const [name, ...others] = left.filter((one) => one > from);
        const Versions = name === undefined ? [] : [{ Key: `${Prefix}${name}`, VersionId: name, IsLatest: false }];
        const more = others.length > 0 && { IsTruncated: true, NextKeyMarker: name };
        return { response: {}, output: { $metadata: {}, Versions, ...more } };
      },
    { step: "initialize", name: "versions" },
  );
  return { left: () => left, looks: () => looks, stop: () => middlewareStack.remove("versions") };
}

describe("In the table", () => {
  test("a tombstone of each medium and a revision of each queue are left, and versions go on", async () => {
    await imports.importFile(jsonl(marked("T1")));
    const before = await imports.mediaOf("T1");
    const store = bed.stores.of(library);
    const entry = { titleId: "XQ3", title: "Zwyxel", author: "a", selectType: "RESERVE", source: "X" } as const;
    await writeQueues(store, "DB", [
      { patronId: patronId("T1"), queue: { ...noQueue, entries: [{ ...entry, status: "WAITING" }], filledAt: "then" } },
    ]);
    expect(JSON.stringify(await itemsOf("T1"))).toMatch(marks);

    expect(await erase("T1")).toMatchObject({ stage: "COMPLETED", counts: { items: 5 } });
    const left = await itemsOf("T1");
    expect(JSON.stringify(left)).not.toMatch(marks);
    for (const item of left) {
      const names = Object.keys(item).filter((name) => !["pk", "sk", "storedFormat"].includes(name));
      const isQueue = String(item["sk"]).startsWith("QUEUE#");
      expect(names.sort()).toEqual(isQueue ? ["content", "revision", "size"] : ["medium", "removed", "version"]);
    }
    const tombstones = await loadMediaOf(store, patronId("T1"), { tombstones: true });
    expect(tombstones.find(({ medium }) => medium === "DB")?.version).toBe((before["DB"]?.version ?? 0) + 1);
    expect(await loadMediaOf(store, patronId("T1"))).toEqual([]);

    const again = await imports.importFile(jsonl(marked("T1")), { startedAt: new Date().toISOString() });
    expect(again.counts).toMatchObject({ created: 1 });
    expect((await imports.mediaOf("T1"))["DB"]?.version).toBe((before["DB"]?.version ?? 0) + 2);
    await erase("T1");
    await erase("T1");
    expect(JSON.stringify(await itemsOf("T1"))).not.toMatch(marks);
  });

  test("nothing is left of a patron wherever a try dies, when it is tried again", async () => {
    const places = Array.from({ length: 200 }, (_, i) => i);
    await imports.importFile(jsonl(...places.map((place) => marked(`D${place}`))));
    const jobs: string[] = [];
    // What has arrived when it breaks off before its next request is what has arrived when it breaks off after this one.
    for (const diesAfter of places) {
      const id = `D${diesAfter}`;
      const job = await begin(id);
      jobs.push(job);
      const died = await bed.dying({ diesAfter, lastArrives: true }, () => walk(job));
      const stage = died ? (await walk(job)).stage : "CLEARING";
      expect([diesAfter, stage]).toEqual([diesAfter, "CLEARING"]);
      expect(JSON.stringify(await itemsOf(id))).not.toMatch(marks);
      if (!died) break;
    }
    expect(jobs.length).toBeLessThan(places.length);
    await clearErasures(bed.stores.of(library), clock.now);
    for (const job of jobs) {
      await erasing.handler({ task: "close", library, job });
      expect(await requireErasure(bed.stores.of(library), job)).toMatchObject({ stage: "COMPLETED" });
    }
  });

  test("the id of one that stands in line is kept there already, and titles may hold patrons who were sent as such", async () => {
    await imports.importFile(jsonl(marked("K2")));
    clock.now = new Date();
    const store = bed.stores.of(library);
    const asked = { library, params: { patronId: "K2" }, body: { reason: "by letter" }, now: clock.now };
    const workflows = { start: async () => {}, startNext: async () => {}, look: async () => "RUNNING" as const };
    const { body } = await callRoute(erasureRoutes, ["POST", "/v1/patrons/:patronId/erase"], asked, {
      store,
      workflows,
    });
    const { erasureId } = erasures.erase.answers[202].parse(body);
    expect((await listErased(store)).map((one) => one.erasureId)).toContain(erasureId);
    const { importId } = await imports.importFile(jsonl(marked("K2")), { kind: "titles" });
    expect(await jobsToWalk(store, clock.now, { cleanSince: undefined })).toContain(`imports/${importId}`);
    expect(await walk(erasureId)).toMatchObject({ stage: "CLEARING" });
    await end(erasureId);
  });

  test("the id is kept where a restored table does not reach", async () => {
    await imports.importFile(jsonl(marked("K1")));
    const { erasureId } = await erase("K1");
    const kept = await listErased(bed.stores.of(library));
    expect(kept.find((one) => one.erasureId === erasureId)).toMatchObject({ patronId: "K1", reason: "by letter" });
    const known = await knownErasures(bed.stores.of(library));
    expect(known).toContain(erasureId);
    known.delete(erasureId);
    expect(await listErased(bed.stores.of(library), known)).toMatchObject([{ erasureId }]);
  });

  test("each earlier version is counted once, though clearing breaks off between two of them, and all are looked for once", async () => {
    await imports.importFile(jsonl(marked("V1"), marked("V2")));
    const jobs = [await begin("V1"), await begin("V2")];
    for (const job of jobs) expect(await walk(job)).toMatchObject({ stage: "CLEARING" });
    const { left, looks, stop } = earlierVersions(bed.stores.s3, ["a", "b", "c"]);
    const versions = async () => (await requireErasure(bed.stores.of(library), jobs[0] ?? "")).counts.versions;
    try {
      await clearErasures(bed.stores.of(library), clock.now);
      expect([left(), await versions()]).toEqual([["b", "c"], 1]);
      await clearErasures(bed.stores.of(library), clock.now);
    } finally {
      stop();
    }
    expect([left(), looks()]).toEqual([[], 2]);
    for (const job of jobs) {
      await erasing.handler({ task: "close", library, job });
      const ended = await requireErasure(bed.stores.of(library), job);
      expect(ended).toMatchObject({ stage: "COMPLETED", counts: { versions: 3 } });
    }
  });

  test("what is over is open no more", async () => {
    await imports.importFile(jsonl(marked("O1")));
    const openOf = async (job: string) => {
      const found: string[] = [];
      for await (const open of listOpen(bed.stores.across)) {
        if ("work" in open && open.work.id === job) found.push("work");
        if ("scratch" in open && open.scratch.id === job) found.push("scratch");
      }
      return found.toSorted();
    };
    const job = await begin("O1");
    await walk(job);
    expect(await openOf(job)).toEqual(["scratch", "work"]);
    await end(job);
    expect(await openOf(job)).toEqual([]);
  });
});

describe("An import", () => {
  test("that began before brings nobody back, and shows no line of theirs", async () => {
    const job = await imports.begun(jsonl(marked("I-1"), patron({ patronId: "I-2" })));
    const chunks = await imports.split(job);
    const erasure = await begin("I-1");
    const standing = await walk(erasure);
    expect(standing).toMatchObject({ stage: "WALKING", pass: 2 });
    expect(standing.again).toContain(`imports/${job}`);
    for (let chunk = 0; chunk < chunks; chunk++) await imports.handler({ task: "chunk", library, job, chunk });
    const ended = await imports.close(job);
    expect(ended.counts).toMatchObject({ created: 1, rejected: 1 });
    const errors = await bed.stores.of(library).objects.getText(`${library}/imports/${job}/errors.csv`);
    expect(errors).toContain("I-1,the patron was erased since this import was started,");
    expect(errors).not.toMatch(marks);
    clock.now = new Date(Date.now() + 120_000);
    expect(await walk(erasure)).toMatchObject({ stage: "CLEARING" });
    expect((await itemsOf("I-1")).every((item) => item["lastName"] === undefined)).toBe(true);
  });

  test("cannot begin until one at work has ended and the table was looked at once more", async () => {
    const store = bed.stores.of(library);
    const line = marked("L1");
    await imports.importFile(jsonl(line));
    const [core] = await store.table.batchGetRaw([patronKey(store, patronId("L1"))]);
    const job = await imports.begun(jsonl(line));
    await imports.split(job);
    const erasure = await begin("L1");
    expect(await walk(erasure)).toMatchObject({ stage: "WALKING" });
    expect((await loadPatronsAsOf(store, clock.now)).patronsAsOf).toBeUndefined();
    // A call that had read the patron before writes now.
    await putItems(store, [core ?? ({} as RawItem)]);
    await imports.handler({ task: "chunk", library, job, chunk: 0 });
    await imports.close(job);
    const waiting = await imports.begun(jsonl(line)).catch((error: Error) => error.message);
    expect(waiting).toContain(erasure);

    clock.now = new Date(Date.now() + 1000);
    expect(await walk(erasure)).toMatchObject({ stage: "CLEARING" });
    expect(JSON.stringify(await itemsOf("L1"))).not.toMatch(marks);
    expect((await loadPatronsAsOf(store, clock.now)).patronsAsOf).toMatch(/~\d+$/);
    const later = { startedAt: new Date(clock.now.getTime() + 1000).toISOString() };
    expect((await imports.importFile(jsonl(line), later)).counts).toMatchObject({ created: 1 });
  });

  test("may begin only when a file that waits since before is gone: it would bring the patron back", async () => {
    const store = bed.stores.of(library);
    await imports.importFile(jsonl(marked("W1")));
    const importId = newId(clock.now);
    const at = clock.now.toISOString();
    const made = { importId, kind: "patrons", format: "jsonl", createdBy: "a", createdAt: at } as const;
    await createImport(store, made, { ...audit, at, action: "upload" });
    const upload = importUploadKey(store, importId);
    await store.objects.putText(upload, jsonl(marked("W1")));
    const erasure = await begin("W1");
    await erasing.handler({ task: "split", library, job: erasure });
    // No chunk was done yet, and imports may begin.
    expect((await loadImportLock(store, "patrons")).erasing).toBeUndefined();
    expect(await store.objects.has(upload)).toBe(false);
    expect(await loadImport(store, importId)).toMatchObject({
      status: "AWAITING_UPLOAD",
      erasedFile: expect.any(String),
    });
    const walked = await walk(erasure);
    expect(walked).toMatchObject({ stage: "CLEARING" });
    expect(walked.counts.objects).toBeGreaterThan(0);
  });
});

/** The request by which a chunk looks at what is excluded, when it has seen that no import was since the review. */
const lastLook = 5;

describe("What is made later", () => {
  const seeded = ["P0", "P1"].map((id) => ({
    patronId: id,
    mainStatus: "ACTIVE",
    reserveCount: 0,
    requestCount: 0,
    record: recordOf(),
  }));

  test("of a patron whom a later import made anew stays, though the erasure goes on", async () => {
    const open = await openLibrary(bed, seeded);
    const store = bed.stores.of(open.library);
    const [, anew] = seeded;
    if (anew === undefined) throw new Error("Nobody is seeded");
    const exportId = newId(clock.now);
    const running = {
      exportId,
      kind: "patrons",
      format: "csv",
      createdBy: "a",
      createdAt: clock.now.toISOString(),
    } as const;
    await createExport(store, running, { ...audit, action: "export" });
    const erasure = await begin("P1", open.library);
    expect(await walk(erasure, open.library)).toMatchObject({ stage: "WALKING", again: [`exports/${exportId}`] });
    await failExport(store, exportId, "a test", clock.now);

    await open.setMainStatus(anew, "ACTIVE");
    open.clock.now = new Date(clock.now.getTime() + 1000);
    const job = await open.create(specOf({ cutoff: 5 }), ["P0", "P1"], 2);
    await open.plan(job);
    const planned = await open.planLines(job);
    expect(planned.map((line) => line.action)).not.toContain("NOT_FOUND");
    clock.now = new Date(clock.now.getTime() + 2000);
    expect(await walk(erasure, open.library)).toMatchObject({ stage: "CLEARING" });
    expect(JSON.stringify(await itemsOf("P1", open.library))).toContain("Last P1");
    expect(await open.planLines(job)).toEqual(planned);
  });

  test("of a job of before is walked over, and of the others nothing", async () => {
    const { open, job, store } = await applied(bed);
    const cleanSince = open.clock.now.toISOString();
    open.clock.now = new Date(open.clock.now.getTime() + 1000);
    const undo = (await open.call("POST", "/undo", job)).body as { batchUpdateId: string };
    const other = await open.create(spec, ids, 3);
    const all = [job, undo.batchUpdateId].map((id) => `batch-updates/${id}`);
    const updates = async (since: string | undefined) =>
      (await jobsToWalk(store, clock.now, { cleanSince: since })).filter((one) => one.startsWith("batch-updates/"));
    expect(await updates(cleanSince)).toEqual(all);
    expect(await updates(undefined)).toEqual([...all, `batch-updates/${other}`]);
    // As of a recipe: its id is of when it was started, and others were made before it was.
    const after = new Date(open.clock.now.getTime() + 1000).toISOString();
    const key = jobKey(store, "batch-update", job);
    await store.table.write({ set: { createdAt: new Date(open.clock.now.getTime() + 2000).toISOString() }, key });
    const later = await jobsToWalk(store, clock.now, { since: after, cleanSince: undefined });
    expect(later.filter((one) => one.startsWith("batch-updates/"))).toEqual([`batch-updates/${job}`]);
  });
});

describe("A batch update", () => {
  const seeded = ["P0", "P1", "P2"].map((id) => ({
    patronId: id,
    mainStatus: "ACTIVE",
    reserveCount: 0,
    requestCount: 0,
    record: id === "P2" ? undefined : recordOf(),
  }));

  test.each(["UPDATE", "CREATE"] as const)(
    "finds nobody where the patron of an %s was erased after its chunk had begun, and writes nothing",
    async (action) => {
      const open = await openLibrary(bed, seeded);
      const id = action === "UPDATE" ? "P1" : "P2";
      const job = await open.create(specOf({ cutoff: 5, status: "ACTIVE" }), ["P0", id], 2);
      await open.plan(job);
      expect((await open.planLines(job)).map((line) => line.action)).toEqual(["UPDATE", action]);
      await open.process(job);
      const reached = Promise.withResolvers<void>();
      const erased = Promise.withResolvers<void>();
      const chunk = open.applyTask(
        job,
        { task: "chunk", chunk: 0 },
        { freezes: { at: lastLook, until: erased.promise, reached: reached.resolve } },
      );
      await reached.promise;
      const erasure = await begin(id, open.library);
      expect((await walk(erasure, open.library)).again).toContain(`batch-updates/${job}`);
      erased.resolve();
      expect(await chunk).toBe("DONE");
      const after = await open.apply(job);
      expect(after).toMatchObject({ status: "COMPLETED_WITH_ERRORS", counts: { updated: 1, notFound: 1 } });
      expect((await open.records()).get(patronId(id))).toMatchObject({ removed: true });
      expect(await walk(erasure, open.library)).toMatchObject({ stage: "CLEARING" });
    },
  );

  test("notices an erasure between its review and its run", async () => {
    const open = await openLibrary(bed, seeded);
    const job = await open.create(specOf({ cutoff: 5 }), ["P0", "P1"], 2);
    await open.plan(job);
    await erase("P1", open.library);
    await open.process(job);
    expect(await open.apply(job)).toMatchObject({ counts: { updated: 1, notFound: 1 } });
  });
});

test("A fill that read the queue before puts nothing into it", async () => {
  const store = bed.stores.of(library);
  await imports.importFile(jsonl(marked("F1")));
  await erase("F1");
  const entry = { titleId: "XQ3", title: "t", author: "a", selectType: "RESERVE", source: "X" } as const;
  const write = {
    patronId: patronId("F1"),
    queue: { ...noQueue, entries: [{ ...entry, status: "WAITING" as const }] },
  };
  expect(await writeQueues(store, "DB", [write])).toEqual(["REFUSED"]);
});

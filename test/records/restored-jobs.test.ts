import { isDeepStrictEqual } from "node:util";
import { type AttributeValue, DeleteItemCommand, PutItemCommand, paginateScan } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { piedmont } from "#infra/local/samples/libraries";
import { forgetWhatWasDone } from "#infra/prepare-restored-table";
import { newId } from "#platform/identifiers";
import { sideBySide } from "#platform/side-by-side";
import { createExport } from "#records/exports/exports";
import { createCatalogues } from "#records/imports/catalogue";
import { linesPerChunk } from "#records/imports/import-objects";
import { importAgain, importWork, noCounts, requireImport } from "#records/imports/imports";
import { auditEntry } from "#records/library/audit";
import { provisionLibrary } from "#records/library/libraries";
import { createQuerySet } from "#records/query-sets/moves";
import { jobKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { batchUpdateId } from "#test/ids";
import { openLibrary } from "./batch-update-bed.ts";
import { ids, objectsOf, patrons, planned, spec } from "./erasing-bed.ts";
import { audit, createImportBed, jsonl, library, now, patron } from "./import-bed.ts";
import { type Bed, startBatchUpdateBed } from "./troubled-bed.ts";

/** The table was put back to an earlier moment, and the bucket was not: how jobs go on that were not over at that moment. */
let bed: Bed;
beforeAll(async () => {
  bed = await startBatchUpdateBed();
});
afterAll(async () => await bed?.close());

/** Everything the table holds of a library. */
async function itemsOf(library: string): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  const pages = paginateScan(
    { client: bed.stores.dynamo },
    { TableName: bed.stores.across.name, ConsistentRead: true },
  );
  for await (const { Items = [] } of pages) items.push(...Items.filter((it) => JSON.stringify(it).includes(library)));
  return items;
}

/** Puts the table back to what it held of a library, and has its jobs go on from there. */
async function putBack(library: string, items: readonly Record<string, AttributeValue>[]): Promise<string[]> {
  const { dynamo, across } = bed.stores;
  const byKey = (some: readonly Record<string, AttributeValue>[]) =>
    new Map(some.map((item) => [`${item.pk?.S} ${item.sk?.S}`, item]));
  const [then, later] = [byKey(items), byKey(await itemsOf(library))];
  const made = [...later].filter(([key]) => !then.has(key));
  await sideBySide(made, 16, async ([, { pk = { S: "" }, sk = { S: "" } }]) => {
    await dynamo.send(new DeleteItemCommand({ TableName: across.name, Key: { pk, sk } }));
  });
  const changed = [...then].filter(([key, item]) => !isDeepStrictEqual(item, later.get(key)));
  await sideBySide(changed, 16, async ([, Item]) => {
    await dynamo.send(new PutItemCommand({ TableName: across.name, Item }));
  });
  return await forgetWhatWasDone(bed.stores);
}

/** Names of the objects in a folder. */
async function objectsIn({ objects }: Store, folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { key } of objects.list(`${folder}/`)) names.push(key.slice(folder.length + 1));
  return names;
}

const all = { status: "COMPLETED", counts: { updated: ids.length } };

describe("A batch update", () => {
  test("that was at work writes each patron once, whatever the bucket says of chunks that were done later", async () => {
    const { open, job, batch } = await planned(bed);
    const versions = async () => [...(await open.records()).values()].map(({ version }) => version);
    const before = await versions();
    await open.process(job);
    await open.applyTask(job, { task: "split" });
    await open.applyTask(job, { task: "chunk", chunk: 0 });
    const then = await itemsOf(open.library);
    expect(await open.apply(job)).toMatchObject(all);
    const after = await versions();
    expect(after).toEqual(before.map((version) => version + 1));

    expect(await putBack(open.library, then)).toContain(`${open.library} batch-updates/${job}`);
    expect(await batch()).toMatchObject({ status: "PROCESSING" });
    expect(await versions()).not.toEqual(after);
    expect(await open.apply(job)).toMatchObject(all);
    expect(await versions()).toEqual(after);
    expect(new Set((await open.outcomes(job)).values())).toEqual(new Set(["UPDATED"]));
  });

  test("that was reviewed and processed later writes what was reviewed, and tells nothing of that run before", async () => {
    const { open, job, store, batch } = await planned(bed);
    const before = await open.records();
    const lines = await open.planLines(job);
    const then = await itemsOf(open.library);
    await open.process(job);
    expect(await open.apply(job)).toMatchObject(all);
    await open.call("GET", "/plan/export", job);
    const after = await open.records();

    await putBack(open.library, then);
    expect(await batch()).toMatchObject({ status: "READY" });
    expect(await open.records()).toEqual(before);
    const left = await objectsIn(store, `${open.library}/batch-updates/${job}`);
    expect(left.filter((name) => /^(apply|report)|export-/.test(name))).toEqual([]);
    expect(await open.planLines(job)).toEqual(lines);
    await open.process(job);
    expect(await open.apply(job)).toMatchObject(all);
    expect(await open.records()).toEqual(after);
  });

  test.each(["PLANNING", "FAILED"])(
    "that was %s and planned later is of the patrons as the table has them",
    async (status) => {
      const open = await openLibrary(bed, patrons);
      const job = await open.create(spec, ids, 3);
      const { table } = bed.stores.of(open.library);
      // What failed to be planned support has planned again.
      await table.write({ set: { status }, key: jobKey(open, "batch-update", job) });
      const then = await itemsOf(open.library);
      await table.write({ set: { status: "PLANNING" }, key: jobKey(open, "batch-update", job) });
      const other = await open.create({ ...spec, changes: { cutoff: 6 } }, ids, 3);
      await open.plan(other);
      await open.process(other);
      expect(await open.apply(other)).toMatchObject(all);
      await open.plan(job);

      await putBack(open.library, then);
      await table.write({ set: { status: "PLANNING" }, key: jobKey(open, "batch-update", job) });
      expect(await open.plan(job)).toMatchObject({ status: "READY" });
      await open.process(job);
      expect(await open.apply(job)).toMatchObject(all);
    },
  );

  test("that is over keeps all that there is of it", async () => {
    const made = await planned(bed);
    const { open, job } = made;
    await open.process(job);
    await open.apply(job);
    const before = await objectsOf(made);
    expect(await putBack(open.library, await itemsOf(open.library))).not.toContain(
      `${open.library} batch-updates/${job}`,
    );
    expect(await objectsOf(made)).toEqual(before);
  });
});

describe("An import", () => {
  let imports: ReturnType<typeof createImportBed>;
  beforeAll(async () => {
    imports = createImportBed(bed.stores);
    await provisionLibrary(bed.stores, piedmont);
  });

  const start = async (job: string, chunks: readonly number[]) => {
    for (const chunk of chunks) await imports.handler({ task: "chunk", library, job, chunk });
  };

  test("that waited and was started later is of the file that it is started with", async () => {
    const job = await imports.waiting();
    const then = await itemsOf(library);
    await imports.start(job, jsonl(...Array.from({ length: linesPerChunk + 1 }, () => patron())));
    await imports.split(job);
    await start(job, [0]);
    // A chunk failed, so what it needs to be started again is kept.
    expect(await imports.close(job)).toMatchObject({ status: "COMPLETED_WITH_ERRORS", canBeMended: true });

    expect(await putBack(library, then)).toContain(`${library} imports/${job}`);
    const other = patron({ media: [{ medium: "DB" }] });
    await imports.start(job, jsonl(other));
    expect(await imports.run(job)).toMatchObject({ status: "COMPLETED", counts: { ...noCounts, read: 1, created: 1 } });
    expect(await imports.mediaOf(other.patronId)).toHaveProperty("DB");
  });

  test("of titles that waited and went into the catalogue later goes in again", async () => {
    const job = await imports.waiting({ kind: "titles" });
    const then = await itemsOf(library);
    const title = (titleId: string) => ({ titleId, medium: "DB", title: "T", author: "A" });
    await imports.start(job, jsonl(title("T1")), { kind: "titles" });
    expect(await imports.run(job)).toMatchObject({ status: "COMPLETED" });

    await putBack(library, then);
    await imports.start(job, jsonl(title("T1"), title("T2"), title("T3")), { kind: "titles" });
    expect(await imports.run(job)).toMatchObject({ counts: { created: 2, unchanged: 1 } });
    const { mediumOf } = await createCatalogues().ofLibrary(bed.stores.of(library));
    expect(mediumOf("T3")).toBe("DB");
  });

  test.each(["was at work", "had ended in trouble"])("that %s writes what it wrote later once more", async (how) => {
    const lines = Array.from({ length: 2 * linesPerChunk + 1 }, () => patron({ media: [{ medium: "DB" }] }));
    const job = await imports.begun(jsonl(...lines));
    await imports.split(job);
    await start(job, [0]);
    const store = bed.stores.of(library);
    /** As support starts it again. */
    const goOn = async () => {
      const again = await auditEntry(store, newId(new Date()), audit);
      const work = importWork(store, job, now);
      if (how === "had ended in trouble") await importAgain(store, await requireImport(store, job), work, again);
    };
    if (how === "had ended in trouble") expect(await imports.close(job)).toMatchObject({ canBeMended: true });
    const then = await itemsOf(library);
    await goOn();
    await start(job, [1]);
    const inChunk1 = lines[linesPerChunk]?.patronId ?? "";
    expect(await imports.mediaOf(inChunk1)).toHaveProperty("DB");

    await putBack(library, then);
    expect(await imports.mediaOf(inChunk1)).not.toHaveProperty("DB");
    await goOn();
    const counts = { ...noCounts, read: lines.length, created: lines.length };
    expect(await imports.run(job)).toMatchObject({ status: "COMPLETED", counts });
    expect(await imports.mediaOf(inChunk1)).toHaveProperty("DB");
  });
});

describe("Of what the bucket holds", () => {
  const objectsBelow = async (folder: string, names: readonly string[]) => {
    const store = bed.stores.of(library);
    for (const name of names) await store.objects.putText(`${folder}/${name}`, "later");
    return async () => await objectsIn(store, folder);
  };

  test.each(["AWAITING_UPLOAD", "BUILDING", "FAILED"])(
    "a query set that is %s keeps what was sent and asked, and what follows it begins anew",
    async (status) => {
      const store = bed.stores.of(library);
      const querySetId = newId(new Date());
      const follower = batchUpdateId(newId(new Date()));
      const named = { library, querySetId, name: undefined, criteria: undefined, searchStatement: "All" };
      const follow = { batchUpdateId: follower, spec, role: "staff" as const };
      const by = { createdBy: "ann", createdBySub: "ann", createdAt: now };
      await createQuerySet(store, { ...named, ...by, ids: "UPLOAD", follow }, { ...audit, action: querySetId });
      await store.table.write({ set: { status }, key: jobKey(store, "query-set", querySetId) });
      const sent = ["ids.json", "query.json", "upload", "uploaded/1"];
      const built = ["results/0.json", "runs/0-1-members00000.jsonl", "ids/0-0.jsonl", "members/00000.jsonl"];
      const ofSet = await objectsBelow(`${library}/query-sets/${querySetId}`, [...sent, ...built]);
      const done = [
        "plan/lines/00000.jsonl",
        "plan/results/00000.json",
        "apply/results/00000.jsonl",
        "report/errors.csv",
      ];
      const ofNext = await objectsBelow(`${library}/batch-updates/${follower}`, done);
      expect(await forgetWhatWasDone(bed.stores)).toEqual(
        expect.arrayContaining([`${library} query-sets/${querySetId}`, `${library} batch-updates/${follower}`]),
      );
      expect([await ofSet(), await ofNext()]).toEqual([sent, []]);
    },
  );

  test.each([
    ["RUNNING", []],
    ["FAILED", []],
    ["COMPLETED", ["files/patrons.jsonl", "results/00000.json"]],
  ])("an export that is %s keeps %j", async (status, kept) => {
    const store = bed.stores.of(library);
    const exportId = newId(new Date());
    const it = { exportId, kind: "patrons", format: "jsonl", createdBy: "ann", createdAt: now } as const;
    await createExport(store, it, { ...audit, action: exportId });
    await store.table.write({ set: { status }, key: jobKey(store, "export", exportId) });
    const left = await objectsBelow(`${library}/exports/${exportId}`, ["files/patrons.jsonl", "results/00000.json"]);
    await forgetWhatWasDone(bed.stores);
    expect(await left()).toEqual(kept);
  });

  test("nothing goes of a job that cannot be read, which is told when all others are ready", async () => {
    const store = bed.stores.of(library);
    const [unread, waiting] = [newId(new Date()), newId(new Date())];
    const key = jobKey(store, "export", unread);
    await store.table.write({ put: { ...key, exportId: unread, status: "OF_A_LATER_VERSION" } });
    const it = { exportId: waiting, kind: "patrons", format: "jsonl", createdBy: "ann", createdAt: now } as const;
    await createExport(store, it, { ...audit, action: waiting });
    const [ofUnread, ofWaiting] = [
      await objectsBelow(`${library}/exports/${unread}`, ["results/00000.json"]),
      await objectsBelow(`${library}/exports/${waiting}`, ["results/00000.json"]),
    ];
    await expect(forgetWhatWasDone(bed.stores)).rejects.toThrow(`${library} exports/${unread}`);
    expect([await ofUnread(), await ofWaiting()]).toEqual([["results/00000.json"], []]);
    await store.table.write({ delete: key });
  });
});

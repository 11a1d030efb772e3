import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PatronId } from "#domain/ids";
import type { PatronLine } from "#domain/import/patron-line";
import { piedmont } from "#infra/local/samples/libraries";
import { newId } from "#platform/identifiers";
import { endExports, runningExports } from "#records/exports/end-exports";
import { exportFileKey } from "#records/exports/export-objects";
import { createExport, finishExport, loadExport } from "#records/exports/exports";
import { eraseFromImport } from "#records/imports/erase-patron";
import { importChunkKey, importErrorsKey, importFileKey, importUploadKey } from "#records/imports/import-objects";
import {
  createImport,
  finishImport,
  giveUpMending,
  importAgain,
  importWork,
  loadImport,
  noCounts,
  noteFileErased,
  startImport,
} from "#records/imports/imports";
import { auditEntry } from "#records/library/audit";
import { provisionLibrary } from "#records/library/libraries";
import { eraseMember } from "#records/query-sets/erase-member";
import { readIndex } from "#records/query-sets/member-index";
import { readMembers, readNotFound } from "#records/query-sets/members";
import { createQuerySet, failQuerySet, startBuilding } from "#records/query-sets/moves";
import { chunksKey, loadIdList, saveIdList } from "#records/query-sets/query-set-build";
import { loadQuerySet, type QuerySet, uploadedFileKey, uploadKey } from "#records/query-sets/query-sets";
import { jobKey } from "#records/store/keys";
import { uploadMayHold } from "#records/store/uploads";
import { patronId } from "#test/ids";
import { createHandler } from "../../functions/build-query-set/handler.ts";
import { audit, createImportBed, jsonl, library, now } from "./import-bed.ts";
import { type RealStores, startRealStores } from "./real-store.ts";
import { seedPatrons } from "./seeded-library.ts";

let stores: RealStores;
let bed: ReturnType<typeof createImportBed>;
const store = () => stores.of(library);
const gone = patronId("P3");
const mark = "Marker";
/** Asked for after all that is sent here, or before. */
const erasureOf = (id: PatronId, minutes = 60) => ({
  patronId: id,
  createdAt: new Date(Date.now() + minutes * 60_000).toISOString(),
});

const patrons: PatronLine[] = Array.from({ length: 6 }, (_, i) => ({
  patronId: `P${i}`,
  lastName: i === 3 ? mark : `Doe${i}`,
  firstName: i === 3 ? mark : "Ann",
  mainStatus: "ACTIVE",
  city: i === 3 ? mark : "Raleigh",
  media: [{ medium: "DB", serveCode: "NA" }],
}));

beforeAll(async () => {
  stores = await startRealStores();
  await provisionLibrary(stores, piedmont);
  bed = createImportBed(stores);
  await seedPatrons(store(), piedmont, patrons);
});
afterAll(async () => await stores?.close());

async function marked(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of store().objects.list(`${library}/${folder}/`)) {
    if (/marker/i.test((await store().objects.getText(key)) ?? "")) found.push(key);
  }
  return found;
}

describe("A patron who is erased from a query set", () => {
  const listed = ["P3", "P0", "nobody", "P1", "P2"];

  async function made(ids: "LIST" | "UPLOAD" = "LIST"): Promise<string> {
    const querySetId = newId(new Date());
    if (ids === "LIST") await saveIdList(store(), querySetId, listed);
    const set = { library, querySetId, name: undefined, criteria: undefined, searchStatement: "", ids };
    const by = { createdBy: "a", createdBySub: "a", createdAt: now };
    await createQuerySet(store(), { ...set, ...by }, audit);
    return querySetId;
  }

  async function build(job: string, { close }: { readonly close: boolean }): Promise<QuerySet> {
    const handler = createHandler({ stores, now: () => new Date() });
    await handler({ task: "split", library, job });
    const text = (await store().objects.getText(chunksKey({ library }, job))) ?? "";
    for (const [line] of text.matchAll(/.+/g)) await handler(JSON.parse(line));
    if (close) await handler({ task: "close", library, job });
    const set = await loadQuerySet(store(), job);
    if (set === undefined) throw new Error("The set is gone");
    return set;
  }

  async function indexOf(set: QuerySet) {
    const lines = [];
    for await (const line of readIndex(store(), set)) lines.push(line);
    return lines;
  }

  test("stays as an id on the same line, without a name or a value, also where a warm function kept the line", async () => {
    const set = await build(await made(), { close: true });
    expect(set.counts).toMatchObject({ matched: 4, notFound: 1 });
    expect((await indexOf(set))[0]).toMatchObject({ patronId: gone, names: expect.stringContaining("marker") });
    expect(await marked(`query-sets/${set.querySetId}`)).toHaveLength(2);

    expect(await eraseMember(store(), set.querySetId, erasureOf(gone))).toBe(2);
    expect(await marked(`query-sets/${set.querySetId}`)).toEqual([]);
    const after = await loadQuerySet(store(), set.querySetId);
    if (after === undefined) throw new Error("The set is gone");
    const { rewritten, ...others } = after;
    expect(others).toEqual(set);
    expect(rewritten).toBeDefined();
    const index = await indexOf(after);
    expect(index.map((line) => line.patronId)).toEqual(["P3", "P0", "P1", "P2"]);
    expect(index[0]).toMatchObject({ names: "", mainStatus: "", branch: "", media: [] });
    expect(await readMembers(store(), after, [0, 1])).toEqual([
      { patronId: gone, media: {}, erased: true },
      expect.objectContaining({ patronId: "P0", lastName: "Doe0" }),
    ]);
    expect(await loadIdList(store(), set.querySetId)).toEqual(listed);
    expect(await readNotFound(store(), after, 0, 9)).toEqual(["nobody"]);
    expect(await eraseMember(store(), set.querySetId, erasureOf(gone))).toBe(0);
    expect(await eraseMember(store(), set.querySetId, erasureOf(patronId("P4")))).toBe(0);
  });

  test("is gone from what one that failed has found, which is found anew when it is built again", async () => {
    const job = await made();
    await build(job, { close: false });
    expect(await marked(`query-sets/${job}`)).not.toEqual([]);
    expect(await eraseMember(store(), job, erasureOf(gone))).toBe(0);
    await failQuerySet(store(), job, "broke", new Date(), { canBeMended: true });
    expect(await eraseMember(store(), job, erasureOf(gone))).toBeGreaterThan(1);
    expect(await marked(`query-sets/${job}`)).toEqual([]);
    expect(await eraseMember(store(), job, erasureOf(gone))).toBe(0);
  });

  test("is gone with a file that waits to be read, where the file may name the id and no other", async () => {
    const job = await made("UPLOAD");
    await store().objects.putText(uploadKey({ library }, job), `P33;${mark}\nAP3\nP3.1\n`);
    expect(await eraseMember(store(), job, erasureOf(gone))).toBe(0);
    await store().objects.putText(uploadKey({ library }, job), `P3;${mark}\n`);
    const copy = uploadedFileKey({ library }, job, "refused");
    await store().objects.putText(copy, `P3;${mark}\n`);
    expect(await eraseMember(store(), job, erasureOf(gone))).toBe(2);
    expect(await marked(`query-sets/${job}`)).toEqual([]);
    expect(await loadQuerySet(store(), job)).toMatchObject({
      status: "AWAITING_UPLOAD",
      erasedFile: expect.any(String),
    });
    expect(await eraseMember(store(), "none", erasureOf(gone))).toBe(0);
  });

  test("stays in a file that was sent after the erasure was asked for, for the id may be somebody's anew", async () => {
    const job = await made("UPLOAD");
    await store().objects.putText(uploadKey({ library }, job), `P3;${mark}\n`);
    expect(await eraseMember(store(), job, erasureOf(gone, -60))).toBe(0);
    const read = await loadQuerySet(store(), job);
    if (read === undefined) throw new Error("The query set is gone");
    expect(read).not.toHaveProperty("erasedFile");
    expect(await eraseMember(store(), job, erasureOf(gone))).toBe(1);
    // Whoever read the set before starts nothing of what was to go.
    const later = "2026-07-02T00:00:00.000Z";
    expect((await startBuilding(store(), read, "late", { ...audit, at: later })).done).toBe(false);
    const again = await loadQuerySet(store(), job);
    expect((await startBuilding(store(), again ?? read, "late", { ...audit, at: later })).done).toBe(true);
  });

  test("is gone with the file that one needs which failed, which then cannot be started again", async () => {
    const job = await made("UPLOAD");
    await store().objects.putText(uploadedFileKey({ library }, job, "taken"), `P3;${mark}\n`);
    const key = jobKey({ library }, "query-set", job);
    await store().table.write({ set: { status: "BUILDING", taken: "taken" }, key });
    await failQuerySet(store(), job, "broke", new Date(), { canBeMended: true });
    expect(await eraseMember(store(), job, erasureOf(patronId("P2")))).toBe(0);
    expect(await loadQuerySet(store(), job)).toMatchObject({ canBeMended: true });
    expect(await eraseMember(store(), job, erasureOf(gone))).toBe(1);
    expect(await marked(`query-sets/${job}`)).toEqual([]);
    expect(await loadQuerySet(store(), job)).toMatchObject({ status: "FAILED", canBeMended: false });
  });

  test("is found in a file wherever it stands and however the file comes in", async () => {
    const key = `${library}/query-sets/x/upload`;
    const far = "x,".repeat(200_000);
    const holds = async (text: string | Uint8Array) => {
      await store().objects.putText(key, text);
      return await uploadMayHold(store(), key, "P3");
    };
    for (const text of ["P3", "P3\n", "\nP3", `${far}P3`, `${far}P3,${far}`, '{"patronId":"\\u0050\\u0033"}']) {
      expect(await holds(text), text.slice(-20)).toBe(true);
    }
    expect(await holds(Buffer.from("P3", "utf16le"))).toBe(true);
    // An accent is no part of an id, and none of these names anybody.
    for (const text of [
      "",
      "Ren\\u00e9e",
      `${far}\\u00e9`,
      "A \\u0026 B\\u0027s \\u003c",
      "P",
      "P33",
      "xP3",
      `${far}xP3`,
      "P3_",
    ])
      expect(await holds(text), text).toBe(false);
    await store().objects.remove(key);
    expect(await uploadMayHold(store(), key, "P3")).toBe(false);
  });
});

describe("A patron who is erased from an import", () => {
  test("is gone from lines that were sent as titles, which are none", async () => {
    const line = { patronId: "P3", lastName: mark };
    const it = await bed.importFile(jsonl(line), { kind: "titles" });
    expect(it.counts.rejected).toBe(1);
    expect(await marked(`imports/${it.importId}`)).not.toEqual([]);
    expect(await eraseFromImport(store(), it.importId, erasureOf(gone))).toBe(1);
    expect(await marked(`imports/${it.importId}`)).toEqual([]);
  });

  test("leaves all that an import needs which was started meanwhile: it is at work, and is looked at again", async () => {
    const it = { importId: "started", kind: "patrons", format: "csv", createdBy: "a", createdAt: now } as const;
    await createImport(store(), it, audit);
    const upload = importUploadKey({ library }, it.importId);
    await store().objects.putText(upload, "patronId\nP3\n");
    const read = await loadImport(store(), it.importId);
    expect(await eraseFromImport(store(), it.importId, erasureOf(gone))).toBe(1);
    // Whoever read the import before takes nothing that was to go.
    const request = { at: now, onceKey: undefined, newId: "late" };
    expect(await startImport(store(), read ?? it, request, audit)).toBe("STARTED_BEFORE");
    await store().objects.putText(upload, "patronId\nP3\n");
    const again = await loadImport(store(), it.importId);
    expect(await startImport(store(), again ?? it, request, audit)).toBe("STARTED");
    expect(await noteFileErased(store(), it.importId)).toBe(false);
    expect(await giveUpMending(store(), it.importId)).toBe(false);
    const running = await loadImport(store(), it.importId);
    if (running === undefined) throw new Error("The import is gone");
    const end = { status: "FAILED", counts: noCounts, finishedAt: now, isSettled: true, failures: "broke" } as const;
    await finishImport(store(), running, end);
    const mendable = await loadImport(store(), it.importId);
    expect(await giveUpMending(store(), it.importId)).toBe(true);
    expect(await giveUpMending(store(), it.importId)).toBe(true);
    // Whoever read it before cannot start it again.
    const work = importWork(store(), it.importId, now);
    const entry = await auditEntry(store(), "again", audit);
    expect(await importAgain(store(), mendable ?? running, work, entry)).toBe("CHANGED");
  });

  test("stays in the list of errors by line and id alone, and others as they are", async () => {
    const twice = { patronId: "P3", lastName: mark, mainStatus: "GONE" };
    const other = { patronId: "P33", lastName: "Other", mainStatus: "GONE" };
    const it = await bed.importFile(jsonl(twice, other, `{"patronId":"P3","lastName":"${mark}`, "{"));
    expect(it.counts.rejected).toBe(4);
    const rows = async (): Promise<string[][]> =>
      parse((await store().objects.getText(importErrorsKey({ library }, it.importId))) ?? "", { bom: true });
    const before = await rows();
    expect(await eraseFromImport(store(), it.importId, erasureOf(gone))).toBe(1);
    expect(await marked(`imports/${it.importId}`)).toEqual([]);
    expect(await rows()).toEqual([
      ["line", "id", "reason", "text"],
      ["1", "P3", "the patron was erased since", ""],
      before[2],
      ["3", "P3", "the patron was erased since", ""],
      before[4],
    ]);
    expect(await eraseFromImport(store(), it.importId, erasureOf(gone))).toBe(0);
  });

  test("is gone with what one that failed needs to be started again, which it then cannot be", async () => {
    const job = await bed.begun(jsonl({ patronId: "P3", lastName: mark, mainStatus: "ACTIVE" }));
    await bed.split(job);
    expect(await eraseFromImport(store(), job, erasureOf(gone))).toBe(0);
    const it = await loadImport(store(), job);
    if (it === undefined) throw new Error("The import is gone");
    const end = { status: "FAILED", counts: noCounts, finishedAt: now, isSettled: false, failures: "broke" } as const;
    await finishImport(store(), it, end);
    expect(await marked(`imports/${job}`)).toContain(importChunkKey({ library }, job, 0));
    expect(await eraseFromImport(store(), job, erasureOf(patronId("P2")))).toBe(0);
    expect(await eraseFromImport(store(), job, erasureOf(gone))).toBeGreaterThan(2);
    expect(await marked(`imports/${job}`)).toEqual([]);
    expect(await loadImport(store(), job)).toMatchObject({ status: "FAILED", canBeMended: false });
    expect(await eraseFromImport(store(), job, erasureOf(gone))).toBe(0);
  });

  test("is gone with a file that waits for its import and names the patron", async () => {
    const it = { importId: "waiting", kind: "patrons", format: "csv", createdBy: "a", createdAt: now } as const;
    await createImport(store(), it, audit);
    const upload = importUploadKey({ library }, it.importId);
    await store().objects.putText(upload, `patronId,lastName\nP2,${mark}\n`);
    expect(await eraseFromImport(store(), it.importId, erasureOf(gone))).toBe(0);
    await store().objects.putText(upload, `patronId,lastName\nP3,${mark}\n`);
    const copy = importFileKey({ library }, it.importId, "refused");
    await store().objects.copy(upload, copy, (await store().objects.describe(upload))?.etag ?? "");
    expect(await eraseFromImport(store(), it.importId, erasureOf(gone))).toBe(2);
    for (const key of [upload, copy]) expect(await store().objects.has(key)).toBe(false);
    expect(await loadImport(store(), it.importId)).toMatchObject({
      status: "AWAITING_UPLOAD",
      erasedFile: expect.any(String),
    });
  });

  test("leaves a file that was sent after the erasure was asked for, which makes the patron anew", async () => {
    const before = erasureOf(gone, -60);
    const made = { kind: "patrons", format: "csv", createdBy: "a" } as const;
    const olds = new Date(Date.now() - 2 * 3600_000).toISOString();
    await createImport(store(), { ...made, importId: "older", createdAt: olds }, { ...audit, at: olds });
    const at = new Date().toISOString();
    await createImport(store(), { ...made, importId: "newer", createdAt: at }, { ...audit, at });
    for (const id of ["older", "newer"]) {
      const upload = importUploadKey({ library }, id);
      await store().objects.putText(upload, `patronId,lastName\nP3,${mark}\n`);
      const copy = importFileKey({ library }, id, "refused");
      await store().objects.copy(upload, copy, (await store().objects.describe(upload))?.etag ?? "");
      // Of which file the copy of the older one is nobody knows.
      expect(await eraseFromImport(store(), id, before)).toBe(id === "older" ? 1 : 0);
      expect(await store().objects.has(upload)).toBe(true);
      expect((await loadImport(store(), id))?.erasedFile !== undefined).toBe(id === "older");
    }
    // In the very second it may have been before.
    const sent = (await store().objects.describe(importUploadKey({ library }, "older")))?.at ?? new Date();
    const same = { patronId: gone, createdAt: new Date(Math.floor(sent.getTime() / 1000) * 1000 + 1).toISOString() };
    expect(await eraseFromImport(store(), "older", same)).toBe(1);
  });

  test("leaves no text of a line without an id that is not shown whole, for it may be the patron's", async () => {
    const long = `{"lastName":"${mark}","city":"${"x".repeat(1100)}","patronId":"P3"`;
    const hidden = `{"patronId":"\\u00503","lastName":"${mark}"`;
    const it = await bed.importFile(jsonl(patrons[1], long, hidden, `{"patronId":"P4","lastName":"Other`));
    expect(it.counts.rejected).toBe(3);
    const errors = importErrorsKey({ library }, it.importId);
    const rows = async () => (await store().objects.getText(errors))?.trimEnd().split("\r\n") ?? [];
    const before = await rows();
    expect(await marked(`imports/${it.importId}`)).toEqual([errors]);
    expect(await eraseFromImport(store(), it.importId, erasureOf(gone))).toBe(1);
    expect(await marked(`imports/${it.importId}`)).toEqual([]);
    expect((await rows()).at(-1)).toBe(before.at(-1));
    expect(await eraseFromImport(store(), it.importId, erasureOf(gone))).toBe(0);
  });

  test("is named by id also where a line could not be worked on, so that it is found in the list of errors", async () => {
    const job = await bed.begun(
      jsonl(...Array.from({ length: 251 }, (_, i) => ({ ...patrons[0], patronId: `Q${i}` }))),
    );
    await bed.split(job);
    await bed.handler({ task: "chunk", library, job, chunk: 0 });
    await bed.close(job);
    const rows = parse((await store().objects.getText(importErrorsKey({ library }, job))) ?? "", { bom: true });
    expect(rows[1]?.slice(0, 2)).toEqual(["251", "Q250"]);
  });
});

test("Exports that may hold a patron who is erased are over, and their files gone; others stay", async () => {
  const made = async (kind: "patrons" | "titles", status: "RUNNING" | "COMPLETED", at: Date) => {
    const exportId = newId(at);
    const it = {
      exportId,
      kind,
      format: "csv",
      createdBy: "a",
      createdBySub: "a",
      createdAt: at.toISOString(),
    } as const;
    await createExport(store(), it, audit);
    await store().objects.putText(exportFileKey({ library }, exportId, `${kind}.csv`), mark);
    if (status === "COMPLETED") await finishExport(store(), exportId, { files: { [`${kind}.csv`]: 1 }, parts: 1 }, at);
    return exportId;
  };
  const erasedAt = new Date();
  const before = new Date(erasedAt.getTime() - 3600_000);
  const after = new Date(erasedAt.getTime() + 1000);
  const over = await made("patrons", "COMPLETED", before);
  const others = [
    await made("titles", "COMPLETED", before),
    await made("patrons", "RUNNING", before),
    await made("patrons", "COMPLETED", after),
  ];
  expect(await endExports(store(), after, erasedAt)).toBe(1);
  expect(await loadExport(store(), over)).toMatchObject({ status: "COMPLETED", expiresOn: after.toISOString() });
  expect(await marked(`exports/${over}`)).toEqual([]);
  for (const id of others) expect(await marked(`exports/${id}`)).toHaveLength(1);
  expect(await endExports(store(), after, erasedAt)).toBe(0);

  // However many were made since: they are listed a hundred at a time.
  for (let n = 0; n < 101; n++) await made("patrons", "COMPLETED", after);
  expect(await runningExports(store(), after)).toEqual([others[1]]);
});

import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { piedmont } from "#infra/local/samples/libraries";
import { createCatalogues, loadCataloguePointer } from "#records/imports/catalogue";
import { importChunkKey, importErrorsKey, linesPerChunk, loadImportResult } from "#records/imports/import-objects";
import { createImport, importAgain, importWork, noCounts, requireImport, startImport } from "#records/imports/imports";
import { loadImportProgress } from "#records/imports/progress";
import { auditEntry } from "#records/library/audit";
import { provisionLibrary } from "#records/library/libraries";
import { writeMediumRecords } from "#records/profiles/medium-writer";
import { decodeFillingFacts, loadPatron, loadReading } from "#records/profiles/patrons";
import { readingKey } from "#records/store/keys";
import { batchUpdateId, patronId } from "#test/ids";
import { createHandler } from "../../functions/import/handler.ts";
import { audit, createImportBed, failingWriter, jsonl, library, now, patron } from "./import-bed.ts";
import { startRealStores } from "./real-store.ts";

let stores: Awaited<ReturnType<typeof startRealStores>>;
let bed: ReturnType<typeof createImportBed>;

beforeAll(async () => {
  stores = await startRealStores();
  await provisionLibrary(stores, piedmont);
  bed = createImportBed(stores);
});
afterAll(async () => {
  await stores?.close();
});

/** A line of JSON as a cell. */
function quoted(line: unknown): string {
  return `"${JSON.stringify(line).replaceAll('"', '""')}"`;
}

describe("an import of patrons", () => {
  test("writes the patron, the reading lists and a record for each medium, at version 1", async () => {
    const line = patron({
      firstName: "Zoë",
      media: [{ medium: "DB", serveCode: "NA", cutoff: 0 }, { medium: "BR" }],
      preferences: [{ type: "AUTHOR", code: "Brontë", exclusion: true }],
      reserves: ["R1"],
      hasHad: ["H1", "H2"],
    });
    const ended = await bed.importFile(jsonl(line));
    expect(ended).toMatchObject({ status: "COMPLETED", counts: { ...noCounts, read: 1, created: 1 } });
    expect(await loadPatron(stores.of(library), patronId(line.patronId))).toEqual({
      patronId: line.patronId,
      lastName: "Doe",
      firstName: "Zoë",
      mainStatus: "ACTIVE",
      preferences: line.preferences,
      reserveCounts: {},
      requestCounts: {},
    });
    expect(await loadReading(stores.of(library), patronId(line.patronId))).toEqual({
      reserves: ["R1"],
      requests: [],
      hasHad: ["H1", "H2"],
    });
    expect(await bed.mediaOf(line.patronId)).toEqual({
      DB: { medium: "DB", version: 1, status: "ACTIVE", nightlyDebug: false, serveCode: "NA", cutoff: 0 },
      BR: { medium: "BR", version: 1, status: "ACTIVE", nightlyDebug: false },
    });
  });

  test("replaces the whole patron: what the line leaves out is emptied, a medium that is not there is removed", async () => {
    const line = patron({ city: "Raleigh", media: [{ medium: "DB", cutoff: 5 }, { medium: "BR" }] });
    await bed.importFile(jsonl(line));
    const { city, ...less } = line;
    const ended = await bed.importFile(jsonl({ ...less, media: [{ medium: "DB", refillPoint: 3 }, { medium: "LP" }] }));
    expect(ended.counts).toEqual({ ...noCounts, read: 1, replaced: 1 });
    expect(await loadPatron(stores.of(library), patronId(line.patronId))).not.toHaveProperty("city");
    expect(await bed.mediaOf(line.patronId)).toEqual({
      DB: { medium: "DB", version: 2, status: "ACTIVE", nightlyDebug: false, refillPoint: 3 },
      LP: { medium: "LP", version: 1, status: "ACTIVE", nightlyDebug: false },
    });
  });

  test("keeps what fills need of the core record as the core record has it, also where that alone changes", async () => {
    const birds = { type: "SUBJECT" as const, code: "Birds", exclusion: false };
    const line = patron({ language: "English", preferences: [birds], reserves: ["R1"] });
    await bed.importFile(jsonl(line));
    const changed = {
      ...line,
      mainStatus: "SUSPENDED",
      language: "Spanish",
      preferences: [{ ...birds, exclusion: true }],
    };
    for (const { mainStatus, language, preferences } of [line, changed]) {
      await bed.importFile(jsonl({ ...line, mainStatus, language, preferences }));
      const [item] = await stores.across.batchGetRaw([readingKey({ library }, patronId(line.patronId))]);
      const reading = { reserves: ["R1"], requests: [], hasHad: [] };
      expect(decodeFillingFacts(item ?? {})).toEqual({ mainStatus, language, preferences, reading });
    }
  });

  test("goes on counting the version of a record that was removed and comes again", async () => {
    const line = patron({ media: [{ medium: "DB" }] });
    await bed.importFile(jsonl(line));
    await bed.importFile(jsonl({ ...line, media: [] }));
    expect(await bed.mediaOf(line.patronId)).toEqual({});
    await bed.importFile(jsonl({ ...line, media: [{ medium: "DB", cutoff: 1 }] }));
    expect((await bed.mediaOf(line.patronId)).DB).toMatchObject({ version: 3, cutoff: 1 });
  });

  test("writes nothing where the line is as the patron is", async () => {
    const line = patron({
      firstName: "Ana",
      preferences: [{ type: "SUBJECT", code: "War" }],
      media: [{ medium: "DB", nextServiceDate: "2001-02-03", cutoff: 7 }],
      requests: ["T1"],
    });
    await bed.importFile(jsonl(line));
    const ended = await bed.importFile(jsonl(line));
    expect(ended.counts).toEqual({ ...noCounts, read: 1, unchanged: 1 });
    expect((await bed.mediaOf(line.patronId)).DB).toMatchObject({ version: 1 });
  });

  test("keeps the mark of the batch update that wrote the record last", async () => {
    const line = patron({ media: [{ medium: "DB", cutoff: 1 }] });
    await bed.importFile(jsonl(line));
    const write = { patronId: patronId(line.patronId), medium: "DB", expected: 1, fields: { cutoff: 2 } };
    const mark = { by: batchUpdateId("batch"), turn: 4, at: 9 };
    expect(await writeMediumRecords(stores.of(library), [{ ...write, mark }])).toEqual(["WRITTEN"]);
    await bed.importFile(jsonl(line));
    expect((await bed.mediaOf(line.patronId)).DB).toMatchObject({ version: 3, cutoff: 1, mark });
  });

  test("rejects bad lines with number, id and reason, and imports the rest", async () => {
    const [good, twice, unknown] = [patron(), patron(), patron({ mainStatus: "GONE" })];
    const file = jsonl(good, "", "oops", unknown, twice, { ...twice, lastName: "Second" }, { lastName: "Nobody" });
    const ended = await bed.importFile(file);
    expect(ended).toMatchObject({
      status: "COMPLETED_WITH_ERRORS",
      counts: { read: 6, created: 2, replaced: 0, unchanged: 0, rejected: 4 },
    });
    expect((await loadPatron(stores.of(library), patronId(twice.patronId)))?.lastName).toBe("Doe");
    expect(await stores.of(library).objects.getText(importErrorsKey({ library }, ended.importId))).toBe(
      [
        "\ufeffline,id,reason,text",
        "3,,is not JSON,oops",
        `4,${unknown.patronId},mainStatus GONE is not in the library's table,${quoted(unknown)}`,
        `6,${twice.patronId},patronId ${twice.patronId} was on an earlier line; that one counts,${quoted({ ...twice, lastName: "Second" })}`,
        `7,,patronId is missing; mainStatus is missing,${quoted({ lastName: "Nobody" })}`,
        "",
      ].join("\r\n"),
    );
  });

  test("reads each row of a CSV file whatever its quotes and line ends, and shows the ones it rejects", async () => {
    const [a, b, c, d, e] = [patron(), patron(), patron(), patron(), patron()].map(({ patronId }) => patronId);
    const file = [
      "patronId,lastName,mainStatus,city,",
      `${a},"Alder,ACTIVE\n${b},"Birch, Ann",ACTIVE\r${c},Lee "Bo" Ann,ACTIVE,"one\r\ntwo"`,
      `${d},Elm,GONE,=1+1`,
      `${e},${"é".repeat(1500)},GONE`,
      "",
    ].join("\r\n");
    const ended = await bed.importFile(file, { format: "csv" });
    expect(ended.counts).toEqual({ ...noCounts, read: 5, created: 2, rejected: 3 });
    expect((await loadPatron(stores.of(library), patronId(b ?? "")))?.lastName).toBe("Birch, Ann");
    expect(await loadPatron(stores.of(library), patronId(c ?? ""))).toMatchObject({
      lastName: 'Lee "Bo" Ann',
      city: "one\r\ntwo",
    });
    const rows = parse((await stores.of(library).objects.getText(importErrorsKey({ library }, ended.importId))) ?? "", {
      bom: true,
    });
    expect(rows.map((row: string[]) => [row[0], row[1], row[3]])).toEqual([
      ["line", "id", "text"],
      ["2", a, `${a},"Alder,ACTIVE`],
      ["6", d, `${d},Elm,GONE,=1+1`],
      ["7", e, `${e},${"é".repeat(999 - (e ?? "").length)}`],
    ]);
  });

  test("ends FAILED with the reason where not one line can be read, and writes nothing", async () => {
    expect(await bed.importFile("hello\nworld\n")).toMatchObject({
      status: "FAILED",
      stateReason: "Not one line of the file can be read. Line 1 is not JSON.",
      counts: noCounts,
    });
    expect(await bed.importFile("")).toMatchObject({ status: "FAILED", stateReason: "The file has no lines." });
    expect(await bed.importFile("a,b\n1,2\n", { format: "csv" })).toMatchObject({
      status: "FAILED",
      stateReason: "The file cannot be read: column 1 of the header is unknown.",
    });
  });

  test("counts waiting titles by the medium that the catalogue knows them in", async () => {
    const title = (titleId: string, medium: string) => ({ titleId, medium, title: "T", author: "A" });
    await bed.importFile(jsonl(title("C1", "DB"), title("C2", "DB"), title("C3", "BR")), { kind: "titles" });
    const line = patron({ reserves: ["C1", "C2", "C2", "nowhere"], requests: ["C3"] });
    await bed.importFile(jsonl(line));
    expect(await loadPatron(stores.of(library), patronId(line.patronId))).toMatchObject({
      reserveCounts: { DB: 2 },
      requestCounts: { BR: 1 },
    });
  });
});

describe("a dry run", () => {
  test("of patrons counts what would be and writes nothing, however often it runs", async () => {
    const [there, changed, fresh] = [patron(), patron({ media: [{ medium: "DB" }] }), patron()];
    await bed.importFile(jsonl(there, changed));
    const file = jsonl(there, { ...changed, media: [{ medium: "BR" }], lastName: "New" }, fresh, "oops");
    const counts = { read: 4, created: 1, replaced: 1, unchanged: 1, rejected: 1 };
    for (let time = 0; time < 2; time++) {
      const ended = await bed.importFile(file, { dryRun: true });
      expect(ended).toMatchObject({ status: "COMPLETED_WITH_ERRORS", dryRun: true, counts });
      expect(await stores.of(library).objects.getText(importErrorsKey({ library }, ended.importId))).toContain(
        "is not JSON",
      );
    }
    expect(await loadPatron(stores.of(library), patronId(fresh.patronId))).toBeUndefined();
    expect((await loadPatron(stores.of(library), patronId(changed.patronId)))?.lastName).toBe("Doe");
    expect(Object.keys(await bed.mediaOf(changed.patronId))).toEqual(["DB"]);
    expect((await bed.importFile(file)).counts).toEqual(counts);
  });

  test("of titles counts what would be and changes no catalogue", async () => {
    const title = (titleId: string, name: string) => ({ titleId, medium: "DB", title: name, author: "A" });
    await bed.importFile(jsonl(title("N1", "One"), title("N2", "Two")), { kind: "titles" });
    const file = jsonl(title("N1", "One"), title("N2", "Second"), title("N3", "Three"));
    const counts = { read: 3, created: 1, replaced: 1, unchanged: 1, rejected: 0 };
    expect((await bed.importFile(file, { kind: "titles", dryRun: true })).counts).toEqual(counts);
    const { mediumOf } = await createCatalogues().ofLibrary(stores.of(library));
    expect([mediumOf("N2"), mediumOf("N3")]).toEqual(["DB", undefined]);
    expect((await bed.importFile(file, { kind: "titles" })).counts).toEqual(counts);
  });
});

test.each([1, linesPerChunk, linesPerChunk + 1, 3 * linesPerChunk + 1])(
  "progress of %d lines grows by each chunk and ends at their number",
  async (lines) => {
    const job = await bed.begun(jsonl(...Array.from({ length: lines }, () => patron())));
    const look = async () => await loadImportProgress(stores.of(library), await requireImport(stores.of(library), job));
    expect(await look()).toEqual({ done: 0, total: 0 });
    const chunks = await bed.split(job);
    expect(chunks).toBe(Math.ceil(lines / linesPerChunk));
    let before = await look();
    expect(before).toEqual({ done: 0, total: lines });
    for (let chunk = 0; chunk < chunks; chunk++) {
      await bed.handler({ task: "chunk", library, job, chunk });
      const now = await look();
      expect(now.total).toBe(lines);
      expect(now.done).toBeGreaterThan(before.done);
      before = now;
    }
    expect(before).toEqual({ done: lines, total: lines });
    const running = await requireImport(stores.of(library), job);
    await bed.close(job);
    // Read while it was RUNNING, shown when what is counted has been deleted.
    expect(await loadImportProgress(stores.of(library), running)).toEqual({ done: lines, total: lines });
  },
);

describe("an import that is cut off", () => {
  test("gives the same counts and records when every step comes twice, chunks also at once", async () => {
    const lines = Array.from({ length: linesPerChunk + 20 }, () => patron({ media: [{ medium: "DB" }] }));
    const job = await bed.begun(jsonl(...lines));
    const [chunks] = await Promise.all([bed.split(job), bed.split(job)]);
    expect(chunks).toBe(2);
    const chunk = (n: number) => bed.handler({ task: "chunk", library, job, chunk: n });
    await Promise.all([chunk(0), chunk(0), chunk(1), chunk(1)]);
    await chunk(1);
    const [ended] = await Promise.all([bed.close(job), bed.close(job)]);
    expect(ended).toMatchObject({
      status: "COMPLETED",
      counts: { ...noCounts, read: lines.length, created: lines.length },
    });
    for (const line of [lines[0], lines.at(-1)]) {
      expect((await bed.mediaOf(line?.patronId ?? "")).DB).toMatchObject({ version: 1 });
    }
  });

  test("counts what was there at the first look, though a second try finds half of it written", async () => {
    const lines = Array.from({ length: 30 }, () => patron({ media: [{ medium: "DB" }, { medium: "BR" }] }));
    const job = await bed.begun(jsonl(...lines));
    await bed.split(job);
    let writes = 0;
    const dying = createHandler({
      stores,
      writers: failingWriter(stores, () => ++writes > 1),
      catalogues: createCatalogues(),
      now: () => new Date(),
    });
    await expect(dying({ task: "chunk", library, job, chunk: 0 })).rejects.toThrow();
    expect(await loadImportResult(stores.of(library), job, 0)).toBeUndefined();
    await bed.handler({ task: "chunk", library, job, chunk: 0 });
    const ended = await bed.close(job);
    expect(ended.counts).toEqual({ ...noCounts, read: 30, created: 30 });
    for (const { patronId } of lines) {
      expect(await bed.mediaOf(patronId)).toMatchObject({ DB: { version: 1 }, BR: { version: 1 } });
    }
  });

  test("says of the lines of a chunk that never got done that they are to be imported again", async () => {
    const lines = Array.from({ length: linesPerChunk + 1 }, () => patron());
    const job = await bed.begun(jsonl(...lines));
    await bed.split(job);
    await bed.handler({ task: "chunk", library, job, chunk: 0 });
    const ended = await bed.close(job);
    expect(ended).toMatchObject({
      status: "COMPLETED_WITH_ERRORS",
      counts: { ...noCounts, read: linesPerChunk + 1, created: linesPerChunk, rejected: 1 },
    });
    expect(await stores.of(library).objects.getText(importErrorsKey({ library }, job))).toMatch(
      /\r\n251,.*Import it again,".*"\r\n$/,
    );
  });

  test("ends FAILED where the file was never split, and lets the next one run", async () => {
    const job = await bed.begun(jsonl(patron()));
    expect(await bed.close(job)).toMatchObject({ status: "FAILED", counts: noCounts });
    expect(await bed.importFile(jsonl(patron()))).toMatchObject({ status: "COMPLETED" });
  });

  test("writes nothing when a chunk comes late, after the end", async () => {
    const line = patron();
    const job = await bed.begun(jsonl(line));
    await bed.split(job);
    await bed.close(job);
    await bed.handler({ task: "chunk", library, job, chunk: 0 });
    expect(await loadPatron(stores.of(library), patronId(line.patronId))).toBeUndefined();
  });
});

test("only one import of a kind runs in a library at a time, and another kind beside it", async () => {
  const job = await bed.begun(jsonl(patron()));
  const second = {
    importId: "second",
    kind: "patrons" as const,
    format: "jsonl" as const,
    createdBy: "a",
    createdAt: now,
  };
  await createImport(stores.of(library), second, audit);
  const request = { at: now, onceKey: undefined, newId: "second" };
  expect(await startImport(stores.of(library), second, request, { ...audit, action: "started" })).toEqual({
    kind: "patrons",
    busyWith: job,
    isErasure: false,
  });
  const titles = await bed.importFile(jsonl({ titleId: "Z1", medium: "DB", title: "T", author: "A" }), {
    kind: "titles",
  });
  expect(titles).toMatchObject({ status: "COMPLETED", counts: { ...noCounts, read: 1, created: 1 } });
  await bed.close(job);
  expect(await startImport(stores.of(library), second, request, { ...audit, action: "started" })).toBe("STARTED");
  await bed.close("second");
});

test("titles are created, replaced or unchanged, whatever medium they were in, and closing twice tells the same", async () => {
  const title = { titleId: "Q1", medium: "DB", title: "One", author: "A", series: { name: "S", number: 1.5 } };
  const other = { titleId: "Q2", medium: "BR", title: "Two", author: "A" };
  expect((await bed.importFile(jsonl(title, other), { kind: "titles" })).counts).toEqual({
    ...noCounts,
    read: 2,
    created: 2,
  });
  const moved = { ...other, medium: "LP" };
  const job = await bed.begun(jsonl(title, moved, { titleId: "Q3" }), { kind: "titles" });
  const chunks = await bed.split(job);
  for (let chunk = 0; chunk < chunks; chunk++) await bed.handler({ task: "chunk", library, job, chunk });
  const [ended] = await Promise.all([bed.close(job), bed.close(job)]);
  expect(ended.counts).toEqual({ read: 3, created: 0, replaced: 1, unchanged: 1, rejected: 1 });
  const { mediumOf } = await createCatalogues().ofLibrary(stores.of(library));
  expect([mediumOf("Q1"), mediumOf("Q2"), mediumOf("Q3")]).toEqual(["DB", "LP", undefined]);
});

test("titles of a chunk that was missing go in when the import is started again, and no others once more", async () => {
  const titles = Array.from({ length: linesPerChunk + 1 }, (_, i) => ({
    ...{ titleId: `M${i}`, medium: "DB", title: "First", author: "A" },
  }));
  const job = await bed.begun(jsonl(...titles), { kind: "titles" });
  expect(await bed.split(job)).toBe(2);
  await bed.handler({ task: "chunk", library, job, chunk: 0 });
  const ended = await bed.close(job);
  expect(ended).toMatchObject({ status: "COMPLETED_WITH_ERRORS", canBeMended: true });
  expect(ended.counts).toMatchObject({ read: titles.length, created: linesPerChunk, rejected: 1 });
  // What another import changed meanwhile stays.
  await bed.importFile(jsonl({ ...titles[0], medium: "LP" }), { kind: "titles" });
  const again = await auditEntry(stores.of(library), "again", audit);
  expect(await importAgain(stores.of(library), ended, importWork(stores.of(library), job, now), again)).toBe("STARTED");
  const counts = { ...noCounts, read: titles.length, created: titles.length };
  expect(await bed.run(job)).toMatchObject({ status: "COMPLETED", counts });
  const { mediumOf } = await createCatalogues().ofLibrary(stores.of(library));
  expect([mediumOf("M0"), mediumOf("M1"), mediumOf(`M${linesPerChunk}`)]).toEqual(["LP", "DB", "DB"]);
  const { imports } = await loadCataloguePointer(stores.of(library));
  expect(imports.filter(({ importId }) => importId === job)).toEqual([
    { importId: job, created: titles.length, replaced: 0, unchanged: 0 },
  ]);
});

test("long lines make smaller chunks, so that no call has to hold them all", async () => {
  const hasHad = Array.from({ length: 25_000 }, (_, i) => `DB${10_000 + i}`);
  const lines = Array.from({ length: 30 }, () => patron({ hasHad }));
  const job = await bed.begun(jsonl(...lines));
  const chunks = await bed.split(job);
  expect(chunks).toBeGreaterThan(1);
  const first = await stores.of(library).objects.getText(importChunkKey({ library }, job, 0));
  expect(first?.length).toBeLessThan(4.5 * 1024 * 1024);
  await bed.close(job);
});

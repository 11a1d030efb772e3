import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { loadBatchUpdate } from "#records/batch-updates/batch-updates";
import { loadSource } from "#records/batch-updates/plans";
import { presetShelf } from "#records/batch-updates/presets";
import { loadCursorKey } from "#records/library/cursor-key";
import { loadLibrary, provisionLibrary } from "#records/library/libraries";
import { createQuerySet } from "#records/query-sets/moves";
import { loadIdList, saveIdList } from "#records/query-sets/query-set-build";
import { idListKey, loadQuerySet } from "#records/query-sets/query-sets";
import { savedQueryShelf } from "#records/query-sets/saved-queries";
import { type JobKind, jobKey, type Key, settingsKey } from "#records/store/keys";
import { listOpen } from "#records/store/open-work";
import { batchUpdateId } from "#test/ids";
import { once } from "../../functions/api/idempotency.ts";
import { libraryOf, recordOf, specOf } from "../unit/plan.arbitraries.ts";
import { type OpenLibrary, openLibrary } from "./batch-update-bed.ts";
import { audit, createImportBed, library as importing, jsonl, now } from "./import-bed.ts";
import { type Bed, startBatchUpdateBed } from "./troubled-bed.ts";

/** Everything that is kept of a whole job, undone; of an import; and under names. */
let bed: Bed;
let open: OpenLibrary;
let job: string;

beforeAll(async () => {
  bed = await startBatchUpdateBed();
  const { stores } = bed;
  const patron = { mainStatus: "ACTIVE", reserveCount: 0, requestCount: 0, record: recordOf() };
  open = await openLibrary(bed, [
    { patronId: "P0", ...patron },
    { patronId: "P1", ...patron },
  ]);
  const { library } = open;
  job = await open.create(specOf({ cutoff: 5, addServiceQueue: true }), ["P0", "P1"], 2);
  await open.plan(job);
  await open.call("POST", "/exclusions", job, { patronIds: ["P1"] });
  await open.process(job);
  await open.apply(job);
  const undo = await open.call("POST", "/undo", job);
  const { batchUpdateId: undoing } = z.object({ batchUpdateId: z.string() }).parse(undo.body);
  await open.plan(undoing);
  await open.process(undoing);
  await open.apply(undoing);

  await provisionLibrary(stores, libraryOf({ library: importing }));
  const imports = createImportBed(stores);
  const title = { medium: "DB", title: "A title", author: "An author" };
  await imports.importFile(jsonl({ titleId: "T1", ...title }, "not JSON"), { kind: "titles" });
  const file = jsonl({ patronId: "P2", lastName: "Ames", mainStatus: "ACTIVE", reserves: ["T1"] }, "not JSON");
  await imports.importFile(file);
  await imports.begun(file);

  const made = { createdBy: "ann", createdBySub: "ann", createdAt: now };
  const set = { library, querySetId: "set", name: undefined, searchStatement: "listed ids", criteria: undefined };
  await createQuerySet(stores.of(library), { ...set, ids: "LIST", ...made }, audit);
  await saveIdList(stores.of(library), "set", ["P0"]);
  const named = { name: "A name", revision: 1, ...made };
  await presetShelf.create(stores.of(library), { ...named, presetId: "preset", changes: { cutoff: 9 } }, audit);
  const criteria = { all: [{ field: "Patron.branch", operator: "equals" as const, value: "A" }] };
  await savedQueryShelf.create(stores.of(library), { ...named, savedQueryId: "saved", criteria }, audit);
  await loadCursorKey(stores.of(library));
  const request = {
    key: "k",
    caller: "ann",
    method: "POST",
    path: "/v1/presets",
    body: "{}",
    newId: "id",
    secrets: [],
  };
  await once(
    stores.of(library),
    () => new Date(now),
    request,
    async () => ({ status: 201 }),
  );
});
afterAll(async () => await bed?.close());

/** What many writes pass over, one item a patron: its format stands in the library's settings. */
const hot = /^LIB#[^#]+#(SHARD|PATRON)#/;

test("every item says its format, but those of patrons, whose format the library says once", async () => {
  const { client, name } = bed.stores.across;
  const { Items = [] } = await client.send(new ScanCommand({ TableName: name, ConsistentRead: true }));
  const items = Items.map((item) => unmarshall(item)).filter(({ pk }) => !hot.test(pk));
  const kinds = new Set(
    items.map(({ pk, sk }) => `${pk}`.split("#").find((part, i) => i !== 1 && part !== "LIB") ?? sk),
  );
  expect([...kinds].sort()).toEqual([
    "AUDIT",
    "BATCH_UPDATES",
    "CURSORS",
    "EVENTS",
    "FILLS",
    "IDEMPOTENCY",
    "IMPORTS",
    "LIBRARIES",
    "LOCKS",
    "OPEN",
    "PRESETS",
    "QUERY_SETS",
    "SAVED_QUERIES",
    "SETTINGS",
  ]);
  const without = items.filter(({ storedFormat }) => storedFormat !== 1).map(({ pk, sk }) => `${pk} ${sk}`);
  expect(without).toEqual([]);
  const settings = items.filter(({ sk }) => sk === "SETTINGS");
  expect(settings.map(({ recordsFormat }) => recordsFormat)).toEqual([1, 1]);
});

async function* everyObject() {
  for (const library of [open.library, importing]) {
    const { objects } = bed.stores.of(library);
    for await (const { key } of objects.list(`${library}/`)) yield { key, objects };
  }
}

test("every object of lines says its format in its trailer, every JSON object beside its values", async () => {
  const formats: Record<string, unknown> = {};
  for await (const { key, objects } of everyObject()) {
    if (!/\.jsonl?$/.test(key)) continue;
    // Read by Step Functions line by line, and by people: neither is read back.
    if (/\/(chunks|report\/outcomes)\.jsonl$/.test(key)) continue;
    const last = ((await objects.getText(key)) ?? "").trimEnd().split("\n").at(-1) ?? "";
    const { format, storedFormat } = z
      .looseObject({ format: z.unknown().optional(), storedFormat: z.unknown().optional() })
      .parse(JSON.parse(last));
    formats[key] = key.endsWith(".jsonl") ? format : storedFormat;
  }
  const folder = `${open.library}/batch-updates/${job}`;
  expect(formats).toMatchObject({
    [`${folder}/source.json`]: 1,
    [`${folder}/plan/lines/00000.jsonl`]: 2,
    [`${folder}/plan/index.json`]: 1,
    [`${folder}/apply/index.json`]: 1,
    [`${importing}/catalogue/pointer.json`]: 1,
    [`${open.library}/query-sets/set/query.json`]: 1,
  });
  expect(Object.entries(formats).filter(([key, it]) => it !== (key.includes("/plan/lines/") ? 2 : 1))).toEqual([]);
});

async function madeLater(at: Key, attribute = "storedFormat"): Promise<string> {
  await bed.stores.across.write({ set: { [attribute]: 2 }, key: at });
  return `The item ${at.pk} ${at.sk} was made by a later version: it has format 2`;
}

const jobItem = (kind: JobKind, id: string) => jobKey(open, kind, id);
const shelved = (kind: string, sk: string): Key => ({ pk: `LIB#${open.library}#${kind}`, sk });

test.each<[string, () => Key, () => Promise<unknown>]>([
  [
    "a query set",
    () => jobItem("query-set", "set"),
    async () => await loadQuerySet(bed.stores.of(open.library), "set"),
  ],
  [
    "a preset",
    () => shelved("PRESETS", "preset"),
    async () => await presetShelf.load(bed.stores.of(open.library), "preset"),
  ],
  [
    "a saved query",
    () => shelved("SAVED_QUERIES", "saved"),
    async () => await savedQueryShelf.load(bed.stores.of(open.library), "saved"),
  ],
  [
    "a batch update",
    () => jobItem("batch-update", job),
    async () => await loadBatchUpdate(bed.stores.of(open.library), batchUpdateId(job)),
  ],
])("%s of a later version is refused by name", async (_, at, read) => {
  await read();
  const sentence = await madeLater(at());
  await expect(read()).rejects.toThrow(sentence);
});

test("an object of a later version is refused by name", async () => {
  const key = `${open.library}/batch-updates/${job}/source.json`;
  const batch = { library: open.library, batchUpdateId: batchUpdateId(job) };
  await loadSource(bed.stores.of(open.library), batch);
  await bed.stores.of(open.library).objects.putJson(key, { storedFormat: 2 });
  await expect(loadSource(bed.stores.of(open.library), batch)).rejects.toThrow(
    `The object ${key} was made by a later version`,
  );
});

test("a library whose patrons a later version has kept is not opened, neither are its settings", async () => {
  expect(await loadLibrary(bed.stores.of(importing))).not.toHaveProperty("recordsFormat");
  await madeLater(settingsKey({ library: importing }), "recordsFormat");
  await expect(loadLibrary(bed.stores.of(importing))).rejects.toThrow(
    `What the library ${importing} keeps of its patrons was made by a later version: it has format 2`,
  );
});

test("open work of a later version is told and hides no other", async () => {
  const opened = await openOnes();
  expect(opened).toContainEqual({ work: expect.objectContaining({ workflow: "build-query-set", id: "set" }) });
  await madeLater({ pk: "OPEN", sk: `${open.library}#query-set#set` });
  expect(await openOnes()).toEqual(
    opened.map((it) =>
      "work" in it && it.work.id === "set" ? { unreadable: `${open.library}#query-set#set`, error: "LaterFormat" } : it,
    ),
  );

  async function openOnes() {
    const found = [];
    for await (const it of listOpen(bed.stores.across)) found.push(it);
    return found;
  }
});

test("a list of ids that version 0.1.0 kept, which says no format, is read", async () => {
  await bed.stores.of(open.library).objects.putText(idListKey(open, "old"), '["P1","P0"]');
  expect(await loadIdList(bed.stores.of(open.library), "old")).toEqual(["P1", "P0"]);
  expect(await loadIdList(bed.stores.of(open.library), "set")).toEqual(["P0"]);
});

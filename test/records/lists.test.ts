import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "#platform/identifiers";
import { listBatchUpdates } from "#records/batch-updates/batch-updates";
import { createBatchUpdate } from "#records/batch-updates/moves";
import { presetShelf } from "#records/batch-updates/presets";
import { createImport, listImports, loadImport } from "#records/imports/imports";
import { listAudit } from "#records/library/audit";
import { createQuerySet } from "#records/query-sets/moves";
import { listQuerySets, querySetFolder } from "#records/query-sets/query-sets";
import { formatField } from "#records/store/format";
import { auditPartition, jobKey, jobPartition, type Key } from "#records/store/keys";
import { batchUpdateId, libraryId } from "#test/ids";
import { logOf } from "#test/log-lines";
import { startRealStores } from "./real-store.ts";

const library = libraryId("piedmont");
const at = "2026-07-01T00:00:00.000Z";
const audit = { at, actor: { sub: "a", name: "a" }, role: "administrator", action: "MADE", subject: "x", detail: "" };
const made = { createdBy: "a", createdBySub: "a", createdAt: at };
let stores: Awaited<ReturnType<typeof startRealStores>>;
beforeAll(async () => {
  stores = await startRealStores();
});
afterAll(async () => await stores.close());

let hours = 0;
/** Ids in the order of time. */
const nextId = () => newId(new Date(Date.parse(at) + ++hours * 3_600_000));

async function querySet(searchStatement: string): Promise<string> {
  const querySetId = nextId();
  const set = { library, querySetId, name: undefined, criteria: undefined, searchStatement, ids: "LIST" as const };
  await createQuerySet(stores.of(library), { ...set, ...made }, audit);
  return querySetId;
}

const lists: [name: string, pk: string, make: () => Promise<string>, list: () => Promise<string[]>][] = [
  [
    "imports",
    jobPartition({ library }, "import"),
    async () => {
      const importId = nextId();
      await createImport(stores.of(library), { importId, kind: "patrons", format: "csv", ...made }, audit);
      return importId;
    },
    async () => (await listImports(stores.of(library), 50, undefined)).items.map((it) => it.importId),
  ],
  [
    "batch updates",
    jobPartition({ library }, "batch-update"),
    async () => {
      const id = batchUpdateId(nextId());
      const spec = { querySetId: "set", kind: "UPDATE" as const, medium: "DB", nightlyDebug: false, changes: {} };
      const rest = { patrons: 1, large: false, asksForFills: false, ...made };
      await createBatchUpdate(stores.of(library), { library, batchUpdateId: id, ...spec, ...rest });
      return id;
    },
    async () => {
      const found: string[] = [];
      for await (const batch of listBatchUpdates(stores.of(library), undefined, 2)) found.push(batch.batchUpdateId);
      return found;
    },
  ],
  [
    "query sets",
    jobPartition({ library }, "query-set"),
    async () => await querySet("short"),
    async () => (await listQuerySets(stores.of(library), 50, undefined)).items.map((it) => it.querySetId),
  ],
  [
    "presets and saved queries",
    `LIB#${library}#PRESETS`,
    async () => {
      const preset = { presetId: nextId(), name: `Name ${hours}`, changes: { cutoff: 3 }, ...made, revision: 1 };
      await presetShelf.create(stores.of(library), preset, audit);
      return preset.presetId;
    },
    async () => (await presetShelf.list(stores.of(library), 50, undefined)).items.map((it) => it.presetId),
  ],
];

async function damaged(key: Key): Promise<void> {
  await stores.across.write({ put: { ...key, createdAt: 7 } });
}

test.each(lists)("one item of %s that cannot be read is told and hides no other", async (_, pk, make, list) => {
  const [first, last] = [await make(), await make()];
  const sk = `${first}-damaged`;
  await damaged({ pk, sk });
  await stores.across.write({ put: { pk, sk: `${first}-later`, [formatField]: 99 } });
  let found: string[] = [];
  const { lines } = await logOf(async () => {
    found = await list();
  });
  expect(found).toEqual([last, first]);
  expect(lines.toSorted((a, b) => (String(a.item) < String(b.item) ? -1 : 1))).toMatchObject([
    { level: "ERROR", item: `${pk} ${sk}`, error: "ZodError" },
    { level: "ERROR", item: `${pk} ${first}-later`, error: "LaterFormat" },
  ]);
});

test("one entry of the audit that cannot be read hides no other, nor ends a page early", async () => {
  const pk = auditPartition({ library });
  const { items: before } = await listAudit(stores.of(library), 200, undefined);
  expect(before.length).toBeGreaterThan(0);
  await damaged({ pk, sk: "2026-06-30T00:00:00.000Z#damaged" });
  await damaged({ pk, sk: "2099-01-01T00:00:00.000Z#damaged" });
  expect((await listAudit(stores.of(library), 200, undefined)).items).toEqual(before);
  const one = await listAudit(stores.of(library), 1, undefined);
  expect(one.items).toEqual(before.slice(0, 1));
});

test("a query set whose long statement is lost hides no other", async () => {
  const [lost, other] = [await querySet("x".repeat(30_000)), await querySet("short")];
  await stores.of(library).objects.deleteAll(`${querySetFolder({ library }, lost)}/`);
  const { items } = await listQuerySets(stores.of(library), 50, undefined);
  const found = items.map((it) => it.querySetId);
  expect(found).toContain(other);
  expect(found).not.toContain(lost);
});

test("the very thing that cannot be read fails aloud", async () => {
  await damaged(jobKey({ library }, "import", "damaged"));
  await expect(loadImport(stores.of(library), "damaged")).rejects.toThrow("Invalid input");
});

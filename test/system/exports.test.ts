import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { audit } from "#contract/audit";
import { events } from "#contract/events";
import { exports } from "#contract/exports";
import { leaving } from "#contract/leaving";
import { serviceQueues } from "#contract/service-queues";
import type { PatronLine } from "#domain/import/patron-line";
import type { TitleLine } from "#domain/import/title-line";
import { type Job, jobs } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct, until } from "#test/product";

let product: RunningProduct;
let job: Job;
beforeAll(async () => {
  product = await startProduct({ samplePatrons: 40, sampleTitles: 5000 });
  job = jobs(product);
  await job.importLines("titles", titles);
  await job.importLines("patrons", patrons);
});
afterAll(() => product?.remove());

const titles: TitleLine[] = [
  {
    titleId: "X1",
    medium: "DB",
    title: "=SUM(A1) | Zoë",
    author: "'=quoted",
    series: { name: " Outer ", number: 2.5 },
    subjects: ["a|b", "!c", "d\\e", " f "],
    contentWarnings: ["-1"],
    language: " English",
    status: "WITHDRAWN",
    addedOn: "2024-03-09",
  },
  { titleId: "X2", medium: "BR", title: "Plain, with a comma", author: 'A "quoted" one\r\nin two lines' },
];

/** With every field, and with texts that a spreadsheet, a row of CSV or a list in a cell would spoil. */
const patrons: PatronLine[] = [
  {
    patronId: "-X1",
    lastName: "'=O'Brien",
    firstName: "=1+1",
    mainStatus: "DECEASED",
    branch: "NC1A",
    city: " Boone ",
    county: "@Watauga",
    state: '"NC"\n',
    registeredOn: "2019-05-17",
    language: "\tEnglish",
    media: [
      {
        medium: "DB",
        status: "INACTIVE",
        serveCode: "NA",
        deliveryMethod: "DUPLICATION",
        nextServiceDate: "2001-01-04",
        cutoff: 0,
        nightlyDebug: true,
        maxServiceQueueSize: 20,
        refillPoint: 8,
        maxTitlesPerCartridge: 6,
        cartridgeLimit: 2,
        lastServedOn: "2026-06-01",
      },
      { medium: "BR" },
    ],
    preferences: [
      { type: "SERIES", code: "a|b" },
      { type: "SUBJECT", code: "!Mystery", exclusion: true },
      { type: "AUTHOR", code: "'=x" },
      { type: "SUBJECT", code: " War " },
    ],
    reserves: ["X1"],
    requests: ["X2", "NOT-KNOWN"],
    hasHad: ["X1", "X2"],
  },
  patronLine("X2"),
];

const unchanged = (counts: { read: number }) => ({
  ...counts,
  created: 0,
  replaced: 0,
  rejected: 0,
  unchanged: counts.read,
});

describe("an export", () => {
  test.each(["jsonl", "csv"] as const)("of patrons as %s, imported again, changes nothing", async (format) => {
    const exported = await job.exportLines({ kind: "patrons", format });
    expect(exported).toMatchObject({ status: "COMPLETED", rows: 42, kind: "patrons", format });
    expect(exported.file).not.toContain("hasHad");
    const { counts, status } = await job.importLines("patrons", exported.file ?? "", format);
    expect({ status, counts }).toEqual({ status: "COMPLETED", counts: unchanged({ read: 42 }) });
    expect(counts.read).toBe(42);
  });

  test.each(["jsonl", "csv"] as const)("of titles as %s, imported again, changes nothing", async (format) => {
    const exported = await job.exportLines({ kind: "titles", format });
    expect(exported).toMatchObject({ status: "COMPLETED", kind: "titles" });
    const { counts } = await job.importLines("titles", exported.file ?? "", format);
    expect(counts).toEqual(unchanged(counts));
    expect(counts.read).toBe(exported.rows);
    expect(counts.read).toBeGreaterThan(5000);
  });

  test("of a query set has its members that are not excluded, in its order, as they are now", async () => {
    const set = await job.querySet({ patronIds: ["X2", "-X1", "P000001", "GONE"] });
    const path = `/v1/query-sets/${set.querySetId}/exclusions`;
    expect((await job.call("POST", path, { patronIds: ["P000001"] })).status).toBe(200);
    await job.call("PATCH", "/v1/patrons/X2/media/DB", { cutoff: 7 });
    const body = { kind: "patrons", format: "csv", querySetId: set.querySetId };
    const { rows, file = "", querySetId } = await job.exportLines(body);
    expect({ rows, querySetId }).toEqual({ rows: 2, querySetId: set.querySetId });
    const found: Record<string, string>[] = parse(file, { columns: true, bom: true });
    const wanted = [...found].map((row) => [row["patronId"], row["media.DB.cutoff"]]);
    expect(wanted).toEqual([
      ["X2", "7"],
      ["'-X1", "0"],
    ]);
  });

  test("is told in the audit and as events, and listed without a link", async () => {
    const { exportId } = await job.exportLines({ kind: "patrons", format: "jsonl" });
    const entries = audit.list.answers[200].parse(await job.get(`/v1/audit?subject=exports/${exportId}`)).items;
    expect(entries).toMatchObject([{ action: "EXPORT_CREATED", detail: "patrons as jsonl", role: "administrator" }]);
    const told = await job.all("/v1/events", events.list.answers[200].shape.items.element);
    const its = told.filter(({ subject }) => subject === `exports/${exportId}`);
    expect(its.map(({ type, status }) => [type, status])).toEqual([
      ["EXPORT", "RUNNING"],
      ["EXPORT", "COMPLETED"],
    ]);
    const [listed] = exports.list.answers[200].parse(await job.get("/v1/exports?limit=1")).items;
    expect(listed).toMatchObject({ exportId, status: "COMPLETED" });
    expect(listed).not.toHaveProperty("url");
  });

  test("asked for again under its key is the same one", async () => {
    const ask = async () =>
      await product.call("POST", "/v1/exports", {
        body: { kind: "titles", format: "csv" },
        headers: { "idempotency-key": "one-export" },
      });
    const [first, second] = [await ask(), await ask()];
    expect(first.status).toBe(201);
    expect(first.headers.get("location")).toMatch(/\/v1\/exports\/\w+$/);
    expect(second.headers.get("idempotent-replayed")).toBe("true");
    expect(second.body).toEqual(first.body);
  });

  test.each([
    [{ kind: "titles", format: "csv", querySetId: "x" }, 422],
    [{ kind: "queues", format: "csv" }, 422],
    [{ kind: "patrons", format: "xlsx" }, 422],
    [{ kind: "patrons", format: "csv", querySetId: "none" }, 404],
  ])("is refused for %j", async (body, status) => {
    expect((await product.call("POST", "/v1/exports", { body })).status).toBe(status);
  });

  test("is the administrators' to ask for, and taken away by support under the library's eyes", async () => {
    const body = { kind: "patrons", format: "csv" };
    for (const as of ["piedmont-staff", "keystone-support"] as const) {
      const headers = { library: "piedmont", reason: "why" };
      expect(
        (await product.call("POST", "/v1/exports", { as, body, ...(as === "keystone-support" && { headers }) })).status,
      ).toBe(403);
    }
    const { exportId } = await job.exportLines(body);
    const seen = await product.call("GET", `/v1/exports/${exportId}`, {
      as: "keystone-support",
      headers: { library: "piedmont" },
    });
    expect(exports.get.answers[200].parse(seen.body).url).toBeDefined();
    const entries = audit.list.answers[200].parse(await job.get("/v1/audit?action=DOWNLOADED")).items;
    expect(entries[0]).toMatchObject({ role: "support", subject: `exports/${exportId}` });
  });
});

describe("the audit as a spreadsheet", () => {
  const rowsOf = async (query = "") => {
    const { csvUrl } = audit.export.answers[200].parse(await job.get(`/v1/audit/export${query}`));
    const file = await (await fetch(csvUrl)).text();
    const rows: Record<string, string>[] = parse(file, { columns: true, bom: true });
    return rows;
  };

  test("has what the list has, a row for each change, and no cell that is a formula", async () => {
    const body = { name: "=HYPERLINK(1)", changes: { cutoff: 4 } };
    expect((await job.call("POST", "/v1/presets", body)).status).toBe(201);
    const listed = await job.all("/v1/audit", audit.list.answers[200].shape.items.element);
    const rows = await rowsOf();
    const newest = rows.slice(rows.findIndex((row) => row["requestId"] === listed[0]?.requestId));
    expect(newest).toHaveLength(listed.flatMap(({ changes = [] }) => changes.length || 1).reduce((a, b) => a + b, 0));
    expect(rows.find(({ action }) => action === "PRESET_CREATED")).toMatchObject({ subjectName: "'=HYPERLINK(1)" });
  });

  test("is narrowed as the list is", async () => {
    const rows = await rowsOf("?action=EXPORT_CREATED&actor=piedmont-administrator");
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map(({ action }) => action))).toEqual(new Set(["EXPORT_CREATED"]));
    expect(await rowsOf("?to=2020-01-01T00:00:00Z")).toEqual([]);
  });

  test("is not staff's to see", async () => {
    expect((await product.call("GET", "/v1/audit/export", { as: "piedmont-staff" })).status).toBe(403);
  });
});

const queueLine = z.object({
  patronId: z.string(),
  medium: z.string(),
  entries: z.array(z.looseObject({ titleId: z.string() })),
  filledAt: z.string().optional(),
});

describe("a library that leaves", () => {
  const path = "/v1/support/libraries/piedmont/export";
  const as = { as: "keystone-support" } as const;

  /** A patron with a filled queue, and a recipe with the query and the preset that it is made of. */
  async function addRecords() {
    const ids = ["X8", "X9"];
    const made = ids.map((titleId) => ({ titleId, medium: "DB", title: `Title ${titleId}`, author: "Zoë" }));
    await job.importLines("titles", made);
    await job.importLines("patrons", [patronLine("X3", { reserves: ids })]);
    const { querySetId } = await job.querySet({ patronIds: ["X3"] });
    const planned = await job.plan(querySetId, {
      ...{ medium: "DB", nightlyDebug: false, changes: { addServiceQueue: true } },
    });
    await job.filled((await job.apply(planned)).batchUpdateId);
    const sent = await job.call("PATCH", "/v1/patrons/X3/media/DB/service-queue/X8", { status: "SENT" });
    expect(sent.status).toBe(200);
    const criteria = { all: [{ field: "Patron.branch", operator: "equals", value: "NC1A" }] };
    const kept = async (path: string, id: string, body: object) => {
      const reply = await job.call("POST", path, body);
      expect(reply.status).toBe(201);
      return { [id]: z.record(z.string(), z.unknown()).parse(reply.body)[id], ...body };
    };
    const savedQuery = await kept("/v1/saved-queries", "savedQueryId", { name: "Of the branch", criteria });
    const preset = await kept("/v1/presets", "presetId", { name: "Fewer", changes: { cutoff: 4 } });
    const of = { savedQueryId: savedQuery["savedQueryId"], presetId: preset["presetId"] };
    const spec = { medium: "DB", nightlyDebug: false };
    return { savedQuery, preset, recipe: await kept("/v1/recipes", "recipeId", { name: "Monthly", ...of, ...spec }) };
  }

  test("takes everything with it: imported again its patrons and titles are unchanged, and nobody of it sees the files", async () => {
    const { savedQuery, preset, recipe } = await addRecords();
    const queue = serviceQueues.get.answers[200].parse(await job.get("/v1/patrons/X3/media/DB/service-queue"));
    const begun = await product.call("POST", path, as);
    expect(begun.status).toBe(201);
    const { exportId } = leaving.export.answers[201].parse(begun.body);
    expect(begun.headers.get("location")).toContain(`${path}/${exportId}`);
    const done = await until(
      async () => leaving.exportOf.answers[200].parse((await product.call("GET", `${path}/${exportId}`, as)).body),
      ({ status }) => status !== "RUNNING",
    );
    const files = new Map(
      await Promise.all(
        (done.files ?? []).map(
          async ({ name, url, rows }) => [name, { rows, text: await (await fetch(url)).text() }] as const,
        ),
      ),
    );
    expect([...files.keys()].sort()).toEqual([
      "audit.jsonl",
      "patrons.jsonl",
      "service-queues.jsonl",
      "settings.json",
      "titles.jsonl",
    ]);
    for (const kind of ["titles", "patrons"] as const) {
      const { rows, text } = files.get(`${kind}.jsonl`) ?? { rows: 0, text: "" };
      const { counts } = await job.importLines(kind, text);
      expect(counts).toEqual(unchanged({ read: rows }));
    }
    expect(files.get("patrons.jsonl")?.text).toContain('"hasHad":["X1","X2"]');
    const settings = JSON.parse(files.get("settings.json")?.text ?? "");
    expect(settings).toMatchObject({
      settings: { library: "piedmont" },
      savedQueries: expect.arrayContaining([expect.objectContaining(savedQuery)]),
      presets: expect.arrayContaining([
        expect.objectContaining({ name: "=HYPERLINK(1)" }),
        expect.objectContaining(preset),
      ]),
      recipes: [recipe],
    });
    // Of all queues those in which something waits or has been sent, whole, in the order in which it goes out.
    const { rows, text } = files.get("service-queues.jsonl") ?? { rows: 0, text: "" };
    const queues = text
      .trimEnd()
      .split("\n")
      .map((line) => queueLine.parse(JSON.parse(line)));
    expect(queues).toHaveLength(rows);
    const exported = queues.find(({ patronId, medium }) => patronId === "X3" && medium === "DB");
    const entries = exported?.entries.map((entry, place) => ({ sequence: place + 1, ...entry }));
    expect(queue.entries.map(({ titleId, status }) => [titleId, status])).toEqual([
      ["X8", "SENT"],
      ["X9", "WAITING"],
    ]);
    expect(entries).toEqual(queue.entries.map((entry) => expect.objectContaining(entry)));
    expect(exported?.filledAt).toBe(queue.filledAt);
    const told = (files.get("audit.jsonl")?.text ?? "").trimEnd().split("\n");
    expect(told).toHaveLength(files.get("audit.jsonl")?.rows ?? 0);
    expect(told.some((line) => line.includes("LIBRARY_EXPORT_CREATED"))).toBe(true);
    expect((await job.call("GET", `/v1/exports/${exportId}`)).status).toBe(404);
    const listed = await job.all("/v1/exports", exports.list.answers[200].shape.items.element);
    expect(listed.map((it) => it.exportId)).not.toContain(exportId);
    const downloads = audit.list.answers[200].parse(
      await job.get(`/v1/audit?subject=exports/${exportId}&action=DOWNLOADED`),
    );
    expect(downloads.items.length).toBeGreaterThan(0);
  });

  test("is support's alone, for a library that there is, with a reason", async () => {
    expect((await product.call("POST", path)).status).toBe(403);
    expect((await product.call("POST", "/v1/support/libraries/nowhere/export", as)).status).toBe(404);
    const without = { ...as, headers: { reason: "" } };
    expect((await product.call("POST", path, without)).status).toBe(422);
    expect((await product.call("GET", `${path}/none`, as)).status).toBe(404);
  });
});

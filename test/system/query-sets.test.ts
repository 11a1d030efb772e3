import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { PatronLine } from "#domain/import/patron-line";
import type { Criteria } from "#domain/query/criteria";
import { sendImport } from "#infra/local/samples/import-client";
import { piedmont } from "#infra/local/samples/libraries";
import { generatePatrons } from "#infra/local/samples/patrons";
import { type Reply, type RunningProduct, startProduct, until } from "#test/product";
import { byName } from "../by-name.ts";

/** Twenty thousand patrons, imported as any library's, asked for and reviewed over HTTP. */
const count = 20_000;
/** Without reading lists, which no query here looks at, so that the import does not take most of the test's time. */
const lines: PatronLine[] = Array.from(
  generatePatrons({ library: piedmont, count, seed: "query sets" }),
  ({ reserves, requests, hasHad, ...line }) => line,
);
const inOrder = [...lines].sort(byName);

const countsSchema = z.object({
  matched: z.number(),
  excluded: z.number(),
  notFound: z.number(),
  duplicates: z.number(),
});
const setSchema = z.object({
  querySetId: z.string(),
  status: z.string(),
  stateReason: z.string().optional(),
  searchStatement: z.string(),
  counts: countsSchema,
  progress: z.object({ done: z.number(), total: z.number() }),
});
type QuerySet = z.infer<typeof setSchema>;
const createdSchema = z.object({ querySetId: z.string(), status: z.string(), searchStatement: z.string() });
const uploadSchema = createdSchema.extend({
  upload: z.object({ url: z.string(), method: z.string(), headers: z.record(z.string(), z.string()) }),
});
const memberSchema = z.object({
  patronId: z.string(),
  lastName: z.string(),
  mainStatus: z.string(),
  media: z.record(z.string(), z.object({ version: z.number(), serveCode: z.string().optional() })),
  excluded: z.boolean(),
});
const pageSchema = z.object({ items: z.array(memberSchema), nextCursor: z.string().optional() });
const rowsSchema = z.array(z.object({ code: z.string().optional(), patrons: z.number() }));
const summarySchema = z.object({
  byBranch: rowsSchema,
  byMainStatus: rowsSchema,
  byMedium: rowsSchema,
  byServeCode: rowsSchema,
});
const problemSchema = z.object({
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

let product: RunningProduct;

beforeAll(async () => {
  product = await startProduct();
  const token = await product.token("piedmont-administrator");
  const file = lines.map((line) => JSON.stringify(line)).join("\n");
  await sendImport(product.url, token, "patrons", file, async () => undefined);
}, 600_000);
afterAll(async () => await product?.remove());

const get = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => {
  const { status, body } = await product.call("GET", path);
  expect([path, status]).toEqual([path, 200]);
  return schema.parse(body);
};
const post = async (path: string, body?: unknown) =>
  await product.call("POST", path, body === undefined ? {} : { body });

async function ended(querySetId: string): Promise<QuerySet> {
  return await until(
    () => get(`/v1/query-sets/${querySetId}`, setSchema),
    (set) => set.status === "READY" || set.status === "FAILED",
  );
}

async function make(body: unknown): Promise<QuerySet> {
  const reply = await post("/v1/query-sets", body);
  expect([reply.status, reply.body]).toEqual([201, expect.anything()]);
  const created = createdSchema.parse(reply.body);
  const set = await ended(created.querySetId);
  expect(set.searchStatement).toBe(created.searchStatement);
  return set;
}

/** Every page from the first to the last, or the first ones up to `most` members. */
async function membersOf(set: QuerySet, filter = "", most = Number.POSITIVE_INFINITY) {
  const members: z.infer<typeof memberSchema>[] = [];
  let cursor: string | undefined = "";
  while (cursor !== undefined && members.length < most) {
    const at: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const page: z.infer<typeof pageSchema> = await get(
      `/v1/query-sets/${set.querySetId}/patrons?limit=200${filter}${at}`,
      pageSchema,
    );
    members.push(...page.items);
    cursor = page.nextCursor;
  }
  return members;
}

const idsOf = (rows: readonly { patronId: string }[]) => rows.map((it) => it.patronId);
const media = (line: PatronLine) => line.media ?? [];
const problemOf = ({ status, body }: Reply) => ({ status, ...problemSchema.parse(body) });

const digitalOnDemand: Criteria = {
  all: [
    { field: "Media.medium", operator: "equals", value: "DB" },
    { field: "Media.serveCode", operator: "begins", value: "O" },
  ],
};
const isDigitalOnDemand = (line: PatronLine) =>
  media(line).some((it) => it.medium === "DB" && it.serveCode?.startsWith("O"));

describe("a query by criteria", () => {
  it("finds exactly whom it describes, in name order, on one and the same record", async () => {
    const expected = inOrder.filter(isDigitalOnDemand);
    const apart = inOrder.filter(
      (line) => media(line).some((it) => it.medium === "DB") && media(line).some((it) => it.serveCode?.startsWith("O")),
    );
    expect(apart.length).toBeGreaterThan(expected.length);
    const set = await make({ name: "Digital on demand", criteria: digitalOnDemand });
    expect(set.searchStatement).toBe("Media : Medium : Equals : DB AND Media : Serve Code : Begins : O");
    expect(set.counts).toEqual({ matched: expected.length, excluded: 0, notFound: 0, duplicates: 0 });
    expect(set.progress.done).toBe(set.progress.total);
    expect(idsOf(await membersOf(set))).toEqual(idsOf(expected));
  });

  it("with every verb nested agrees with the patrons that were imported", async () => {
    const criteria: Criteria = {
      any: [
        {
          all: [
            { field: "Patron.registeredOn", operator: "between", value: ["2010-01-01", "2012-12-31"] },
            { field: "Patron.branch", operator: "in", value: ["NC1A", "nc1b"] },
            { none: [{ field: "Preference.exclusion", operator: "equals", value: "YES" }] },
          ],
        },
        { all: [{ field: "Patron.hasMedium", operator: "isBlank" }] },
      ],
    };
    const expected = inOrder.filter(
      (line) =>
        media(line).length === 0 ||
        ((line.registeredOn ?? "") >= "2010-01-01" &&
          (line.registeredOn ?? "") <= "2012-12-31" &&
          ["NC1A", "NC1B"].includes(line.branch ?? "") &&
          !line.preferences?.some((it) => it.exclusion === true)),
    );
    expect(expected.length).toBeGreaterThan(100);
    expect(idsOf(await membersOf(await make({ criteria })))).toEqual(idsOf(expected));
  });

  it("never widens by a hostile value, and is READY with nobody", async () => {
    const hostile = ['"', "*", "\\", "' OR 1=1", "😀", "\u202E", "%", "a'; DROP"];
    const begins = hostile.map((value) => ({ field: "Patron.lastName", operator: "begins" as const, value }));
    const set = await make({ criteria: { any: begins } });
    expect([set.status, set.counts.matched]).toEqual(["READY", 0]);
    for (const value of ["x".repeat(10_000), "\ud800", "", "a\0"]) {
      const reply = await post("/v1/query-sets", {
        criteria: { all: [digitalOnDemand, { field: "Patron.lastName", operator: "begins", value }] },
      });
      expect(problemOf(reply)).toMatchObject({
        status: 422,
        code: "VALIDATION",
        errors: [{ path: "criteria.all[1].value" }],
      });
    }
  });

  it("on which nothing can be done is refused with a sentence where a batch update is made of it", async () => {
    const set = await make({
      criteria: { all: [{ field: "Patron.lastName", operator: "equals", value: "Nobody At All" }] },
    });
    const reply = await post("/v1/batch-updates", { querySetId: set.querySetId, medium: "DB", nightlyDebug: true });
    expect(problemOf(reply)).toMatchObject({ status: 422, detail: expect.stringMatching(/\w+ \w+/) });
  });
});

describe("a list of ids", () => {
  it("keeps its order, counts duplicates once and lists the unknown by value", async () => {
    const known = idsOf(lines).slice(500, 3500).reverse();
    const strange = ["nobody", "' OR 1=1", "é😀", "x".repeat(64)];
    const set = await make({ patronIds: ["nobody", ...known, known[3], ...strange] });
    expect(set.counts).toEqual({ matched: 3000, excluded: 0, notFound: 4, duplicates: 2 });
    expect(set.searchStatement).toBe("Patron : Patron ID : In : list of 3004 ids");
    expect(idsOf(await membersOf(set))).toEqual(known);
    const notFound = z.object({ items: z.array(z.object({ patronId: z.string() })) });
    const listed = await get(`/v1/query-sets/${set.querySetId}/not-found`, notFound);
    expect(idsOf(listed.items)).toEqual(strange);
  });

  it("brings in whom the criteria miss, in name order", async () => {
    const missed = inOrder.filter((line) => !isDigitalOnDemand(line)).slice(0, 30);
    const set = await make({ criteria: digitalOnDemand, patronIds: idsOf(missed) });
    const expected = inOrder.filter((line) => isDigitalOnDemand(line) || missed.includes(line));
    expect(idsOf(await membersOf(set))).toEqual(idsOf(expected));
    expect(set.searchStatement).toMatch(/^\(.*\) OR Patron : Patron ID : In : list of 30 ids$/);
  });

  it("is too large beyond 100,000 ids or 4 MB, and refused where one is no id", async () => {
    const many = (length: number, width: number) => Array.from({ length }, (_, n) => `${n}`.padStart(width, "0"));
    expect((await post("/v1/query-sets", { patronIds: many(100_001, 6) })).status).toBe(413);
    expect((await post("/v1/query-sets", { patronIds: many(90_000, 60) })).status).toBe(413);
    for (const patronIds of [[], ["ok", ""], ["ok", "x".repeat(65)], ["ok", 3], ["ok", "\udc00"], "P000001"]) {
      expect(problemOf(await post("/v1/query-sets", { patronIds }))).toMatchObject({ status: 422 });
    }
  });

  it("may be uploaded, and fails with the reason where it is not one", async () => {
    const upload = async (file: string) => {
      const reply = await post("/v1/query-sets", { upload: true });
      const { querySetId, upload: target, status } = uploadSchema.parse(reply.body);
      expect([reply.status, status]).toEqual([201, "AWAITING_UPLOAD"]);
      expect((await post(`/v1/query-sets/${querySetId}/start`)).status).toBe(409);
      const sent = await fetch(target.url, { method: target.method, headers: target.headers, body: file });
      expect(sent.ok).toBe(true);
      expect((await post(`/v1/query-sets/${querySetId}/start`)).status).toBe(202);
      expect((await post(`/v1/query-sets/${querySetId}/start`)).status).toBe(409);
      return await ended(querySetId);
    };
    const ids = idsOf(lines).slice(0, 6000);
    const set = await upload(`\uFEFFpatronId\r\n${ids.map((id) => `"${id}" `).join("\r\n\r\n")}\r\nnobody\r\n`);
    expect(set).toMatchObject({ status: "READY", counts: { matched: 6000, notFound: 1, duplicates: 0 } });
    expect(idsOf(await membersOf(set, "", 400)).slice(0, 400)).toEqual(ids.slice(0, 400));
    expect(await upload("P000001,Ames\nP000002,Bell\n")).toMatchObject({
      status: "FAILED",
      stateReason: expect.stringContaining("columns"),
    });
    expect(await upload("")).toMatchObject({ status: "FAILED", stateReason: expect.stringContaining("no patron IDs") });
  });
});

describe("the review of a query set", () => {
  let everyone: QuerySet;
  beforeAll(async () => {
    everyone = await make({ criteria: { all: [{ field: "Patron.patronId", operator: "isNotBlank" }] } });
  });

  it("pages to the last member without reading from the start", async () => {
    expect(idsOf(await membersOf(everyone))).toEqual(idsOf(inOrder));
    const timed = async (cursor: string) => {
      const started = performance.now();
      await get(`/v1/query-sets/${everyone.querySetId}/patrons?limit=50${cursor}`, pageSchema);
      return performance.now() - started;
    };
    // Cursors cannot be made up: the last one is found by walking there.
    let last = "";
    for (let place = 200; place < count; place += 200) {
      const path = `/v1/query-sets/${everyone.querySetId}/patrons?limit=${place + 200 < count ? 200 : 50}${last}`;
      const { nextCursor } = await get(path, pageSchema);
      if (nextCursor !== undefined) last = `&cursor=${nextCursor}`;
    }
    const times: { first: number; last: number }[] = [];
    for (let round = 0; round < 7; round++) times.push({ first: await timed(""), last: await timed(last) });
    const best = (of: "first" | "last") => Math.min(...times.map((it) => it[of]));
    expect(best("last")).toBeLessThan(3 * best("first") + 20);
  });

  it("filters by beginning of the name, by id, by medium", async () => {
    const q = inOrder[12_000]?.lastName.slice(0, 3) ?? "";
    const beginning = q.normalize("NFC").toLowerCase();
    const named = inOrder.filter((line) => line.lastName.normalize("NFC").toLowerCase().startsWith(beginning));
    expect(idsOf(await membersOf(everyone, `&q=${encodeURIComponent(q.toUpperCase())}`))).toEqual(idsOf(named));
    expect(idsOf(await membersOf(everyone, "&q=P000777"))).toEqual(["P000777"]);
    const braille = inOrder.filter((line) => media(line).some((it) => it.medium === "BR"));
    expect(idsOf(await membersOf(everyone, "&medium=BR"))).toEqual(idsOf(braille));
  });

  it("counts by branch, main status, medium and serve code", async () => {
    const summary = await get(`/v1/query-sets/${everyone.querySetId}/summary`, summarySchema);
    expect(summary).toEqual({
      byBranch: tally((line) => (line.branch === undefined ? [] : [line.branch])),
      byMainStatus: tally((line) => [line.mainStatus]),
      byMedium: tally((line) => media(line).map((it) => it.medium)),
      byServeCode: tally((line) => media(line).flatMap((it) => it.serveCode ?? [])),
    });
  });

  function tally(codesOf: (line: PatronLine) => string[], of = lines) {
    const codes = [...new Set(of.flatMap(codesOf))].sort();
    const without = of.filter((line) => codesOf(line).length === 0).length;
    const rows = codes.map((code) => ({ code, patrons: of.filter((line) => codesOf(line).includes(code)).length }));
    return without === 0 ? rows : [...rows, { patrons: without }];
  }

  it("takes members out and brings them back, and the counts follow at once", async () => {
    const path = `/v1/query-sets/${everyone.querySetId}`;
    const out = idsOf(inOrder.filter((_, n) => n % 7 === 0));
    const excluded = setSchema.parse((await post(`${path}/exclusions`, { patronIds: out })).body);
    expect(excluded.counts).toMatchObject({ matched: count, excluded: out.length });
    expect(idsOf(await membersOf(everyone, "&excluded=true"))).toEqual(out);
    const rest = lines.filter((line) => !out.includes(line.patronId));
    const summary = await get(`${path}/summary`, summarySchema);
    expect(summary.byMainStatus).toEqual(tally((line) => [line.mainStatus], rest));
    const wrong = await post(`${path}/exclusions`, { patronIds: [inOrder[1]?.patronId, "nobody"] });
    expect(problemOf(wrong)).toMatchObject({ status: 422, errors: [{ path: "patronIds[1]" }] });
    expect((await get(path, setSchema)).counts.excluded).toBe(out.length);
    const back = await post(`${path}/exclusions/remove`, { patronIds: out.slice(1) });
    expect(setSchema.parse(back.body).counts.excluded).toBe(1);
    expect(idsOf(await membersOf(everyone, "&excluded=true"))).toEqual([out[0]]);
    await post(`${path}/exclusions/remove`, { patronIds: out });
  });

  it("shows the set as it was found, whoever changes afterwards, and plans exactly who is left of it", async () => {
    const set = await make({ criteria: digitalOnDemand });
    const before = await membersOf(set);
    const leaver = before.find((it) => it.mainStatus === "ACTIVE" && it.media.DB !== undefined)?.patronId ?? "";
    const edit = await product.call("PATCH", `/v1/patrons/${leaver}/media/DB`, { body: { serveCode: "NA" } });
    expect(edit.status).toBe(200);
    expect(await membersOf(set)).toEqual(before);
    expect(idsOf(await membersOf(await make({ criteria: digitalOnDemand })))).not.toContain(leaver);
    const out = idsOf(before).filter((id, n) => n % 3 === 0 && id !== leaver);
    await post(`/v1/query-sets/${set.querySetId}/exclusions`, { patronIds: out });
    const made = await post("/v1/batch-updates", { querySetId: set.querySetId, medium: "DB", nightlyDebug: true });
    const { batchUpdateId } = z.object({ batchUpdateId: z.string() }).parse(made.body);
    const planSchema = z.object({
      status: z.string(),
      plan: z.object({ counts: z.object({ total: z.number() }) }).optional(),
    });
    const planned = await until(
      () => get(`/v1/batch-updates/${batchUpdateId}`, planSchema),
      (it) => it.status !== "PLANNING",
    );
    expect(planned).toMatchObject({ status: "READY", plan: { counts: { total: before.length - out.length } } });
    await post(`/v1/batch-updates/${batchUpdateId}/cancel`);
  });
});

describe("saved queries", () => {
  it("are kept by name, and each run makes a fresh query set", async () => {
    const made = await post("/v1/saved-queries", { name: "On demand", criteria: digitalOnDemand });
    const savedSchema = z.object({ savedQueryId: z.string(), name: z.string(), criteria: z.unknown() });
    const { savedQueryId } = savedSchema.parse(made.body);
    const path = `/v1/saved-queries/${savedQueryId}`;
    expect(await get(path, savedSchema)).toEqual({ savedQueryId, name: "On demand", criteria: digitalOnDemand });
    const run = { criteria: (await get(path, savedSchema)).criteria };
    const [one, other] = await Promise.all([make(run), make(run)]);
    expect(one.querySetId).not.toBe(other.querySetId);
    expect(one.counts).toEqual(other.counts);
    const replaced = await product.call("PUT", path, {
      body: { name: "Renamed", criteria: { any: digitalOnDemand.all } },
    });
    expect([replaced.status, savedSchema.parse(replaced.body).name]).toEqual([200, "Renamed"]);
    expect((await product.call("GET", path, { as: "lakeshore-administrator" })).status).toBe(404);
    expect(
      (await product.call("DELETE", path, { as: "keystone-support", headers: { library: "piedmont" } })).status,
    ).toBe(403);
    expect((await product.call("DELETE", path)).status).toBe(204);
    expect((await product.call("GET", path)).status).toBe(404);
  });
});

describe("who may see a query set", () => {
  it("is its own library and support, and support makes none", async () => {
    const set = await make({ patronIds: ["P000001"] });
    for (const path of ["", "/patrons", "/summary", "/not-found"]) {
      const at = `/v1/query-sets/${set.querySetId}${path}`;
      expect([path, (await product.call("GET", at, { as: "lakeshore-administrator" })).status]).toEqual([path, 404]);
      const support = await product.call("GET", at, { as: "keystone-support", headers: { library: "piedmont" } });
      expect([path, support.status]).toEqual([path, 200]);
    }
    const foreign = { as: "lakeshore-administrator" as const, body: { patronIds: ["P000001"] } };
    expect((await product.call("POST", `/v1/query-sets/${set.querySetId}/exclusions`, foreign)).status).toBe(404);
    const bySupport = {
      as: "keystone-support" as const,
      headers: { library: "piedmont" },
      body: { patronIds: ["P000001"] },
    };
    expect((await product.call("POST", "/v1/query-sets", bySupport)).status).toBe(403);
  });
});

describe("a power cut while a query set is built", () => {
  it("delays it and loses nothing", async () => {
    const made = createdSchema.parse((await post("/v1/query-sets", { criteria: digitalOnDemand })).body);
    await product.kill();
    product = await startProduct({ dataDir: product.dataDir });
    const set = await ended(made.querySetId);
    expect(set.status).toBe("READY");
    expect((await membersOf(set)).length).toBe(set.counts.matched);
    expect(set.counts.matched).toBeGreaterThan(100);
  });
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { searchForm } from "#domain/text";
import { piedmont } from "#infra/local/samples/libraries";
import { generatePatrons } from "#infra/local/samples/patrons";
import { jobs } from "#test/job";
import { type MediumLine, mediumLine, patronLine } from "#test/patron-lines";
import { type ClientName, type RunningProduct, startProduct, until } from "#test/product";

const sampleCount = 120;
const samples = [...generatePatrons({ library: piedmont, count: sampleCount, seed: "samples" })];

let product: RunningProduct;
beforeAll(async () => {
  product = await startProduct({ samplePatrons: sampleCount, sampleTitles: 5000 });
});
afterAll(async () => {
  await product?.remove();
});

const mediaSchema = z.record(z.string(), z.looseObject({ version: z.number() }));
const listSchema = z.object({
  items: z.array(z.looseObject({ patronId: z.string(), lastName: z.string() })),
  nextCursor: z.string().optional(),
});

async function list(query: string, as: ClientName = "piedmont-administrator"): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const reply = await product.call("GET", `/v1/patrons?${query}${cursor ? `&cursor=${cursor}` : ""}`, { as });
    expect(reply.status).toBe(200);
    const { items, nextCursor } = listSchema.parse(reply.body);
    ids.push(...items.map((it) => it.patronId));
    cursor = nextCursor;
  } while (cursor !== undefined);
  return ids;
}

async function media(patronId: string) {
  return z.looseObject({ media: mediaSchema }).parse((await product.call("GET", `/v1/patrons/${patronId}`)).body).media;
}

/** A sample patron of the active ones who has a DB record. */
function active(place: number): string {
  const found = samples.filter((it) => it.mainStatus === "ACTIVE" && it.media?.some((one) => one.medium === "DB"));
  return found[place]?.patronId ?? "";
}

async function edit(patronId: string, body: unknown, headers: Record<string, string> = {}) {
  return await product.call("PATCH", `/v1/patrons/${patronId}/media/DB`, { body, headers });
}

describe("the sample libraries", () => {
  test("came in by import, titles before patrons, each line taken", async () => {
    for (const as of ["piedmont-administrator", "lakeshore-administrator"] as const) {
      const { body } = await product.call("GET", "/v1/imports", { as });
      const items = z.object({ items: z.array(z.looseObject({ kind: z.string() })) }).parse(body).items;
      const patrons = as === "piedmont-administrator" ? sampleCount : 300;
      expect(items).toMatchObject([
        { kind: "patrons", status: "COMPLETED", counts: { read: patrons, created: patrons } },
        { kind: "titles", status: "COMPLETED", counts: { read: 5000, created: 5000 } },
      ]);
    }
  });

  test("hold the patrons as they were generated", async () => {
    for (const line of samples.slice(0, 10)) {
      const { media: records, hasHad: _, ...rest } = line;
      const reply = await product.call("GET", `/v1/patrons/${line.patronId}`);
      expect(reply.body).toMatchObject({
        ...rest,
        media: Object.fromEntries((records ?? []).map(({ medium, ...fields }) => [medium, { ...fields, version: 1 }])),
      });
      expect(reply.body).not.toHaveProperty("hasHad");
    }
  });
});

describe("the list of patrons", () => {
  test("holds every patron once, by id, whatever the size of a page", async () => {
    const all = samples.map((it) => it.patronId);
    expect(await list("limit=200")).toEqual(all);
    expect(await list("limit=7")).toEqual(all);
  });

  test("finds by the beginning of the last name, then of the first, without case and accents, each once and in the order of names", async () => {
    const keyOf = (it: (typeof samples)[number], ...names: (string | undefined)[]) =>
      [...names.map((name) => searchForm(name ?? "")), it.patronId].join("\0");
    const inOrder = (found: readonly { id: string; key: string }[]) =>
      found.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ id }) => id);
    const begins = (name: string | undefined) => searchForm(name ?? "").startsWith("m");
    const byLast = inOrder(
      samples
        .filter(({ lastName }) => begins(lastName))
        .map((it) => ({ id: it.patronId, key: keyOf(it, it.lastName, it.firstName) })),
    );
    const byFirst = inOrder(
      samples
        .filter(({ lastName, firstName }) => begins(firstName) && !begins(lastName))
        .map((it) => ({ id: it.patronId, key: keyOf(it, it.firstName, it.lastName) })),
    );
    expect(byLast.length).toBeGreaterThan(3);
    expect(byFirst.length).toBeGreaterThan(3);
    for (const q of ["q=m&limit=2", "q=M&limit=1", "q=m", "q=M"])
      expect(await list(q)).toEqual([...byLast, ...byFirst]);
    expect(await list(`q=${encodeURIComponent("Größe'; DROP")}`)).toEqual([]);
    const accented = samples.find(({ lastName }) => lastName !== searchForm(lastName) && !/^[ -~]*$/.test(lastName));
    for (const q of [accented?.lastName ?? "", searchForm(accented?.lastName ?? "").toUpperCase()])
      expect(await list(`q=${encodeURIComponent(q)}`)).toContain(accented?.patronId);
  });

  test("finds by the id in any case", async () => {
    for (const q of ["P000007", "p000007"]) expect(await list(`q=${q}`)).toEqual(["P000007"]);
    const ids = ["sch-1a", "SCH-1A", "Sch-1a", "sCh-1b"].map((patronId) => ({ patronId, lastName: "Oak School" }));
    const lines = [...ids, { patronId: "x1", lastName: "Sch-1A family" }].map((line) =>
      JSON.stringify({ ...line, mainStatus: "ACTIVE" }),
    );
    const { importId, upload } = z
      .object({
        importId: z.string(),
        upload: z.looseObject({ url: z.string(), headers: z.record(z.string(), z.string()) }),
      })
      .parse((await product.call("POST", "/v1/imports", { body: { kind: "patrons", format: "jsonl" } })).body);
    await fetch(upload.url, { method: "PUT", headers: upload.headers, body: lines.join("\n") });
    await product.call("POST", `/v1/imports/${importId}/start`);
    await until(
      async () => Object((await product.call("GET", `/v1/imports/${importId}`)).body).status,
      (status) => status === "COMPLETED",
    );
    const all = await list("q=SCH-1a");
    expect(all.slice(0, 3).toSorted()).toEqual(["SCH-1A", "Sch-1a", "sch-1a"]);
    expect(all.slice(3)).toEqual(["x1"]);
    for (const limit of [1, 2, 3]) {
      expect(await list(`q=SCH-1a&limit=${limit}`)).toEqual(all);
      const { items } = listSchema.parse((await product.call("GET", `/v1/patrons?q=SCH-1a&limit=${limit}`)).body);
      expect(items).toHaveLength(limit);
    }
    expect((await list("q=sch-1a"))[0]).toBe("sch-1a");
    expect(await list("q=SCH-1B")).toEqual(["sCh-1b"]);
  });

  test("shows no other library's patrons", async () => {
    expect(await list("q=P000007", "lakeshore-administrator")).toEqual([]);
    const others = { as: "lakeshore-administrator" as const };
    expect((await product.call("GET", "/v1/patrons/P000007", others)).status).toBe(404);
    expect((await product.call("GET", "/v1/patrons/P000007/history", others)).status).toBe(404);
  });

  test.each(["limit=0", "limit=201", "limit=x", "x=1", "cursor=!!", "cursor=YWJj", "q=m&cursor=YWJj", "q=a%00"])(
    "refuses ?%s",
    async (query) => {
      const refused = { status: 422, body: { code: "VALIDATION" } };
      expect(await product.call("GET", `/v1/patrons?${query}`)).toMatchObject(refused);
    },
  );
});

describe("a single edit", () => {
  test("sets, clears and leaves fields, and grows the version by one", async () => {
    const id = active(0);
    const before = (await media(id)).DB;
    const first = await edit(id, { cutoff: 7, maxServiceQueueSize: 40, refillPoint: 0, nightlyDebug: true });
    expect(first.status).toBe(200);
    expect(first.headers.get("etag")).toBe('"2"');
    const { maxServiceQueueSize, refillPoint, nightlyDebug, cutoff, ...rest } = { ...before };
    expect(first.body).toEqual({
      ...rest,
      medium: "DB",
      cutoff: 7,
      maxServiceQueueSize: 40,
      refillPoint: 0,
      nightlyDebug: true,
      version: 2,
    });
    const second = await product.call("PATCH", `/v1/patrons/${id}/media/DB`, {
      body: JSON.stringify({ cutoff: null, nightlyDebug: false }),
      headers: { "content-type": "application/merge-patch+json", "if-match": '"2"' },
    });
    expect(second.body).toEqual({ ...Object(first.body), cutoff: undefined, nightlyDebug: false, version: 3 });
    expect((await media(id)).DB).not.toHaveProperty("cutoff");
  });

  test("that changes nothing leaves the version alone", async () => {
    const id = active(1);
    const { DB } = await media(id);
    const same = await edit(id, { status: DB?.status, ...(DB?.cutoff === undefined && { cutoff: null }) });
    expect(same).toMatchObject({ status: 200, body: { version: DB?.version } });
    expect((await edit(id, {})).body).toMatchObject({ version: DB?.version });
  });

  test("of another version than the record is at is 412", async () => {
    const reply = await edit(active(1), { cutoff: 1 }, { "if-match": '"99"' });
    expect(reply).toMatchObject({ status: 412, body: { code: "PRECONDITION_FAILED" } });
  });

  test("of many at once loses none", async () => {
    const id = active(2);
    const version = (await media(id)).DB?.version ?? 0;
    const replies = await Promise.all([
      edit(id, { cutoff: 801 }),
      edit(id, { maxTitlesPerCartridge: 33 }),
      edit(id, { cartridgeLimit: 44 }),
    ]);
    expect(replies.map((it) => it.status)).toEqual([200, 200, 200]);
    expect((await media(id)).DB).toMatchObject({
      cutoff: 801,
      maxTitlesPerCartridge: 33,
      cartridgeLimit: 44,
      version: version + 3,
    });
  });

  test.each([
    ["an unknown code", { serveCode: "QQ" }],
    ["a number out of range", { cutoff: 1000 }],
    ["a day that has passed", { nextServiceDate: "2020-01-01" }],
    ["a refill point above the queue's size", { maxServiceQueueSize: 1, refillPoint: 2 }],
    ["null where a field cannot be empty", { status: null }],
    ["an unknown field", { mainStatus: "ACTIVE" }],
    ["a version", { version: 4 }],
  ])("is refused with %s, and writes nothing", async (_, body) => {
    const before = await media(active(3));
    expect(await edit(active(3), body)).toMatchObject({ status: 422, body: { code: "VALIDATION" } });
    expect(await media(active(3))).toEqual(before);
  });

  test("is refused for a closed patron", async () => {
    const closed = samples.find((it) => it.mainStatus === "WITHDRAWN" && it.media?.some((one) => one.medium === "DB"));
    expect(await edit(closed?.patronId ?? "", { cutoff: 1 })).toMatchObject({ status: 422 });
  });

  test("needs the right role, content type and a record that is there", async () => {
    const path = `/v1/patrons/${active(3)}/media/DB`;
    const body = { cutoff: 1 };
    expect((await product.call("PATCH", path, { body, as: "piedmont-staff" })).status).toBe(403);
    expect((await product.call("PATCH", path, { body, headers: { "content-type": "text/plain" } })).status).toBe(415);
    expect((await product.call("PATCH", path, { body, as: "lakeshore-administrator" })).status).toBe(404);
    for (const other of [`/v1/patrons/${active(3)}/media/VHS`, "/v1/patrons/NOBODY/media/DB"]) {
      expect((await product.call("PATCH", other, { body })).status).toBe(404);
    }
  });
});

test("a patron's history shows each batch update and each edit that touched the patron, newest first, with before and after", async () => {
  const id = active(4);
  await edit(id, { cutoff: 1, cartridgeLimit: 5 });
  const batches: string[] = [];
  for (const cutoff of [2, 3, 4]) batches.push(await update(id, { cutoff }));
  await edit(id, { cartridgeLimit: 6 });
  const historySchema = z.object({ items: z.array(z.looseObject({})), nextCursor: z.string().optional() });
  const history = async (query: string) =>
    historySchema.parse((await product.call("GET", `/v1/patrons/${id}/history${query}`)).body);
  const common = { medium: "DB", outcome: "UPDATED", processedBy: "piedmont-administrator" };
  const ofBatches = [3, 2, 1].map((n) => ({
    ...common,
    batchUpdateId: batches[n - 1],
    kind: "UPDATE",
    changes: [{ field: "cutoff", before: n, after: n + 1 }],
  }));
  const last = { ...common, kind: "EDIT", changes: [{ field: "cartridgeLimit", before: 5, after: 6 }] };
  const first = {
    ...common,
    kind: "EDIT",
    changes: expect.arrayContaining([
      expect.objectContaining({ field: "cutoff", after: 1 }),
      expect.objectContaining({ field: "cartridgeLimit", after: 5 }),
    ]),
  };
  const expected = [last, ...ofBatches, first];
  const all = await history("");
  expect(all.items).toMatchObject(expected);
  expect(all.nextCursor).toBeUndefined();
  expect(all.items[0]).not.toHaveProperty("batchUpdateId");
  for (const limit of [1, 2, 3, 4, 5]) {
    const pages: unknown[] = [];
    let cursor: string | undefined;
    do {
      const { items, nextCursor } = await history(`?limit=${limit}${cursor === undefined ? "" : `&cursor=${cursor}`}`);
      expect(items.length).toBeLessThanOrEqual(limit);
      pages.push(...items);
      cursor = nextCursor;
    } while (cursor !== undefined);
    expect(pages).toEqual(all.items);
  }
  expect((await product.call("GET", `/v1/patrons/${id}/history?cursor=YWJj`)).status).toBe(422);
});

test("a patron's history shows which import changed, added or removed a record, and none that changed nothing", async () => {
  const { importLines } = jobs(product);
  const told = async () =>
    z
      .object({ items: z.array(z.looseObject({ importId: z.string().optional() })) })
      .parse((await product.call("GET", "/v1/patrons/HIST1/history")).body).items;
  const as = (...media: readonly MediumLine[]) => importLines("patrons", [patronLine("HIST1", { media })]);
  await as(mediumLine({ cutoff: 5 }));
  expect(await told()).toEqual([]);
  await as(mediumLine({ cutoff: 5 }));
  expect(await told()).toEqual([]);
  await as(mediumLine({ cutoff: 6, refillPoint: 4 }), mediumLine({ medium: "BR" }));
  const items = await told();
  const common = { kind: "IMPORT", processedBy: "piedmont-administrator", importId: expect.any(String) };
  expect(items.toSorted((a, b) => String(a["medium"]).localeCompare(String(b["medium"])))).toMatchObject([
    { ...common, medium: "BR", outcome: "CREATED" },
    {
      ...common,
      medium: "DB",
      outcome: "UPDATED",
      changes: expect.arrayContaining([
        { field: "cutoff", before: 5, after: 6 },
        { field: "refillPoint", before: 5, after: 4 },
      ]),
    },
  ]);
  expect(items.find(({ medium }) => medium === "DB")?.["changes"]).toHaveLength(2);
  expect((await product.call("GET", `/v1/imports/${items[0]?.importId}`)).status).toBe(200);
  await as(mediumLine({ cutoff: 6, refillPoint: 4 }));
  expect((await told())[0]).toMatchObject({ ...common, medium: "BR", outcome: "REMOVED" });
  expect(await told()).toHaveLength(3);
});

/** Runs a whole batch update over one patron. */
async function update(patronId: string, changes: unknown): Promise<string> {
  const made = z.object({ querySetId: z.string() });
  const { querySetId } = made.parse(
    (await product.call("POST", "/v1/query-sets", { body: { patronIds: [patronId] } })).body,
  );
  await until(
    async () => await product.call("GET", `/v1/query-sets/${querySetId}`),
    (it) => Object(it.body).status === "READY",
  );
  const record = (await media(patronId)).DB;
  const body = { querySetId, medium: "DB", nightlyDebug: record?.nightlyDebug, changes };
  const batch = z.object({ batchUpdateId: z.string() });
  const { batchUpdateId } = batch.parse((await product.call("POST", "/v1/batch-updates", { body })).body);
  const path = `/v1/batch-updates/${batchUpdateId}`;
  const look = async () => (await product.call("GET", path)).body;
  const planned = z.looseObject({ plan: z.looseObject({ digest: z.string() }) });
  const ready = await until(look, (it) => Object(it).status === "READY");
  const { digest } = planned.parse(ready).plan;
  const process = await product.call("POST", `${path}/process`, { body: { planDigest: digest, patronCount: 1 } });
  expect(process.status).toBe(202);
  await until(look, (it) => Object(it).status === "COMPLETED");
  return batchUpdateId;
}

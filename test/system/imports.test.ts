import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { imports } from "#contract/imports";
import { patrons } from "#contract/patrons";
import type { PatronLine } from "#domain/import/patron-line";
import { piedmont } from "#infra/local/samples/libraries";
import { generatePatrons } from "#infra/local/samples/patrons";
import { libraryId } from "#test/ids";
import { type ClientName, type RunningProduct, startProduct, until } from "#test/product";

let product: RunningProduct;
beforeAll(async () => {
  product = await startProduct({ samplePatrons: 0 });
});
afterAll(async () => {
  await product?.remove();
});

const createdSchema = imports.create.answers[201];
const importSchema = imports.get.answers[200];

async function create(body: unknown = { kind: "patrons", format: "jsonl" }, as: ClientName = "piedmont-administrator") {
  const reply = await product.call("POST", "/v1/imports", { body, as });
  expect(reply.status).toBe(201);
  return createdSchema.parse(reply.body);
}

async function upload({ upload: { url, method, headers } }: z.infer<typeof createdSchema>, file: string | Buffer) {
  const response = await fetch(url, { method, headers, body: new Uint8Array(Buffer.from(file)) });
  expect(response.status).toBe(200);
}

async function ended(importId: string, as: ClientName = "piedmont-administrator") {
  return await until(
    async () => importSchema.parse((await product.call("GET", `/v1/imports/${importId}`, { as })).body),
    (it) => it.status !== "RUNNING",
  );
}

async function importFile(file: string | Buffer, body?: unknown, as?: ClientName) {
  const made = await create(body, as);
  await upload(made, file);
  const started = await product.call("POST", `/v1/imports/${made.importId}/start`, { ...(as && { as }) });
  expect(started.status).toBe(202);
  return await ended(made.importId, as);
}

function jsonl(...lines: unknown[]): string {
  return lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
}

let number = 0;
function patron(fields: Partial<PatronLine> = {}): PatronLine & { patronId: string } {
  return { patronId: `S${++number}`, lastName: "Doe", mainStatus: "ACTIVE", ...fields };
}

async function patronBody(patronId: string) {
  const reply = await product.call("GET", `/v1/patrons/${patronId}`);
  expect(reply.status).toBe(200);
  return patrons.get.answers[200].parse(reply.body);
}

describe("an import over HTTP", () => {
  test("takes what is right, rejects what is not with number and reason, and shows the patron as it came in", async () => {
    const line = patron({
      firstName: "Ελένη",
      branch: "NC1A",
      city: "Boone",
      registeredOn: "2020-02-29",
      language: "Greek",
      media: [
        { medium: "DB", serveCode: "OA", deliveryMethod: "PHYSICAL", nextServiceDate: "2020-01-01", cutoff: 0 },
        { medium: "BR", nightlyDebug: true },
      ],
      preferences: [{ type: "SUBJECT", code: "War", exclusion: true }],
      reserves: ["X1"],
      hasHad: ["X2"],
    });
    const found = await importFile(jsonl(line, "not json", { ...patron(), shoeSize: 44 }, line));
    expect(found).toMatchObject({
      status: "COMPLETED_WITH_ERRORS",
      progress: { done: 4, total: 4 },
      counts: { read: 4, created: 1, replaced: 0, unchanged: 0, rejected: 3 },
    });
    const csv = await fetch(found.errorsCsvUrl ?? "");
    expect(csv.headers.get("content-type")).toContain("text/csv");
    const rows = Buffer.from(await csv.arrayBuffer())
      .toString("utf8")
      .split("\r\n");
    expect(rows[0]).toBe("\ufeffline,id,reason,text");
    expect(rows.slice(1).map((row) => row.split(",")[0])).toEqual(["2", "3", "4", ""]);
    // What somebody has read is kept, and shown to nobody.
    const { hasHad, ...shown } = line;
    expect(hasHad).toEqual(["X2"]);
    expect(await patronBody(line.patronId)).toEqual({
      ...shown,
      media: {
        DB: {
          version: 1,
          status: "ACTIVE",
          serveCode: "OA",
          deliveryMethod: "PHYSICAL",
          nextServiceDate: "2020-01-01",
          cutoff: 0,
          nightlyDebug: false,
        },
        BR: { version: 1, status: "ACTIVE", nightlyDebug: true },
      },
      requests: [],
    });
  });

  test("takes the same as CSV, and finds it unchanged", async () => {
    const line = patron({
      lastName: 'O"Neal, Jr.',
      media: [{ medium: "DB", serveCode: "NA" }],
      requests: ["A1", "A2"],
      preferences: [{ type: "AUTHOR", code: "A|B", exclusion: true }],
    });
    await importFile(jsonl(line));
    const csv = [
      "patronId,lastName,mainStatus,media.DB.serveCode,requests,preferences.AUTHOR",
      `${line.patronId},"O""Neal, Jr.",ACTIVE,NA,A1|A2,!A\\|B`,
      "",
    ].join("\r\n");
    const found = await importFile(`\ufeff${csv}`, { kind: "patrons", format: "csv" });
    expect(found).toMatchObject({ status: "COMPLETED", counts: { read: 1, unchanged: 1 } });
    expect((await patronBody(line.patronId)).media.DB?.version).toBe(1);
  });

  test.each([
    ["an empty file", "", "The file has no lines."],
    [
      "a file of something else",
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a]),
      "Not one line of the file can be read.",
    ],
    ["a list in one line", "[{}]", "Line 1 is a list, not one object."],
  ])("ends FAILED with the reason for %s", async (_, file, reason) => {
    const found = await importFile(file);
    expect(found).toMatchObject({ status: "FAILED", counts: { read: 0 } });
    expect(found.stateReason).toContain(reason);
  });

  test("takes names as long as names may be, and finds them by their beginning", async () => {
    const name = "\u{20bb7}".repeat(200);
    const long = [patron({ lastName: name, firstName: name }), patron({ lastName: `${name.slice(0, -2)}a` })];
    expect(await importFile(jsonl(...long))).toMatchObject({ status: "COMPLETED", counts: { created: 2 } });
    const found = await product.call("GET", `/v1/patrons?q=${encodeURIComponent(name)}`);
    expect(found.body).toMatchObject({ items: [{ patronId: long[0]?.patronId }] });
    expect(Object(found.body).items).toHaveLength(1);
  });

  test("starts neither before the file is there nor twice", async () => {
    const made = await create();
    const start = () => product.call("POST", `/v1/imports/${made.importId}/start`);
    expect(await start()).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
    await upload(made, jsonl(patron()));
    expect((await start()).status).toBe(202);
    expect(await start()).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
    await ended(made.importId);
    expect(await start()).toMatchObject({ status: 409 });
  });

  test("is of the file that was there at its start: what is sent by the link afterwards changes nothing", async () => {
    const made = await create();
    const [first, later] = [patron(), patron()];
    await upload(made, jsonl(first));
    expect((await product.call("POST", `/v1/imports/${made.importId}/start`)).status).toBe(202);
    await upload(made, jsonl(later));
    expect(await ended(made.importId)).toMatchObject({ status: "COMPLETED", counts: { read: 1, created: 1 } });
    expect((await product.call("GET", `/v1/patrons/${later.patronId}`)).status).toBe(404);
    await patronBody(first.patronId);
  });

  test("that is a dry run says what would be, and writes nothing", async () => {
    const line = patron();
    const found = await importFile(jsonl(line), { kind: "patrons", format: "jsonl", dryRun: true });
    expect(found).toMatchObject({ status: "COMPLETED", dryRun: true, counts: { read: 1, created: 1 } });
    expect((await product.call("GET", `/v1/patrons/${line.patronId}`)).status).toBe(404);
  });

  test("starts once under one Idempotency-Key, and says so each time", async () => {
    const made = await create();
    await upload(made, jsonl(patron()));
    const headers = { "idempotency-key": "start-it" };
    const start = () => product.call("POST", `/v1/imports/${made.importId}/start`, { headers });
    const [first, second] = await Promise.all([start(), start()]);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect((await ended(made.importId)).status).toBe("COMPLETED");
  });

  test("is for administrators, and never for another library", async () => {
    const body = { kind: "patrons", format: "jsonl" };
    expect((await product.call("POST", "/v1/imports", { body, as: "piedmont-staff" })).status).toBe(403);
    const made = await create();
    const others = { as: "lakeshore-administrator" as const };
    expect((await product.call("GET", `/v1/imports/${made.importId}`, others)).status).toBe(404);
    expect((await product.call("POST", `/v1/imports/${made.importId}/start`, others)).status).toBe(404);
    expect((await product.call("GET", "/v1/imports/none")).status).toBe(404);
  });

  test.each([
    ["an unknown kind", { kind: "books", format: "jsonl" }, 422, "VALIDATION"],
    ["no format", { kind: "patrons" }, 422, "VALIDATION"],
    ["an unknown field", { kind: "patrons", format: "csv", x: 1 }, 422, "VALIDATION"],
    ["a body that is not JSON", "{", 400, "MALFORMED_JSON"],
  ])("is refused with %s", async (_, body, status, code) => {
    expect(await product.call("POST", "/v1/imports", { body })).toMatchObject({ status, body: { code } });
  });

  test("stands in the list, newest first, page by page", async () => {
    const ids = [(await create()).importId, (await create()).importId];
    const page = imports.list.answers[200];
    const first = page.parse((await product.call("GET", "/v1/imports?limit=1")).body);
    expect(first.items.map((it) => it.importId)).toEqual([ids[1]]);
    const tooLong = Buffer.from("x".repeat(1400)).toString("base64url");
    expect((await product.call("GET", `/v1/imports?cursor=${tooLong}`)).status).toBe(422);
    const second = page.parse((await product.call("GET", `/v1/imports?limit=1&cursor=${first.nextCursor}`)).body);
    expect(second.items.map((it) => it.importId)).toEqual([ids[0]]);
  });
});

test("an import goes on after kill -9 and counts each line once", { timeout: 600_000 }, async () => {
  const lines = [
    ...generatePatrons({ library: { ...piedmont, library: libraryId("kill") }, count: 1500, seed: "kill" }),
  ];
  const made = await create();
  await upload(made, jsonl(...lines));
  expect((await product.call("POST", `/v1/imports/${made.importId}/start`)).status).toBe(202);
  const { importId } = made;
  await until(
    async () => importSchema.parse((await product.call("GET", `/v1/imports/${importId}`)).body),
    (it) => it.progress.done > 0,
  );
  await product.kill();
  product = await startProduct({ dataDir: product.dataDir, samplePatrons: 0 });
  const found = await ended(importId);
  expect(found).toMatchObject({
    status: "COMPLETED",
    counts: { read: 1500, created: 1500, replaced: 0, unchanged: 0, rejected: 0 },
  });
  for (const line of [lines[0], lines[700], lines[1499]]) {
    const { media } = await patronBody(line?.patronId ?? "");
    expect(Object.keys(media).sort()).toEqual((line?.media ?? []).map((it) => it.medium).sort());
    expect(Object.values(media).map((it) => it.version)).toEqual(Object.keys(media).map(() => 1));
  }
  const samples = JSON.parse(await readFile(join(product.dataDir, "samples.json"), "utf8"));
  expect(samples).toMatchObject({ done: true, patrons: 0 });
});

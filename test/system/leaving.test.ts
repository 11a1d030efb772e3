import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { jobs } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { type RunningProduct, readEndpoints, startProduct, until } from "#test/product";

const as = "keystone-support" as const;
const path = "/v1/support/libraries/piedmont";
const week = 7 * 24 * 3600;
const mark = "Zwetschgenmann";

let product: RunningProduct;
let dataDir: string;
beforeAll(async () => {
  product = await startProduct();
  ({ dataDir } = product);
});
afterAll(() => product?.remove());

/** The same product again, its clock ahead by so many seconds. */
async function startAhead(seconds: number): Promise<void> {
  product = await startProduct({ dataDir, environment: { CLOCK_OFFSET_SECONDS: String(seconds) } });
}

/** All items by their keys and all objects by theirs, behind the product's back. */
async function everything() {
  const { dynamodb, s3, region, table, bucket, ...credentials } = await readEndpoints(product);
  const items = new Map<string, unknown>();
  const dynamo = new DynamoDBClient({ region, endpoint: dynamodb, credentials });
  let after: Record<string, never> | undefined;
  do {
    const page = await dynamo.send(new ScanCommand({ TableName: table, ExclusiveStartKey: after }));
    for (const item of page.Items ?? []) items.set(`${item["pk"]?.S} ${item["sk"]?.S}`, item);
    after = page.LastEvaluatedKey as typeof after;
  } while (after !== undefined);
  dynamo.destroy();
  const client = new S3Client({ region, endpoint: s3, credentials, forcePathStyle: true });
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
  client.destroy();
  return { items, objects: Versions.map(({ Key, ETag }) => `${Key} ${ETag}`) };
}

/** Something of most of what a library has. */
async function aLibraryAtWork(): Promise<void> {
  const job = jobs(product);
  await job.importLines("titles", [{ titleId: "T1", medium: "DB", title: "A title", author: "A writer" }]);
  const ids = ["L1", "L11", "L2"];
  await job.importLines(
    "patrons",
    ids.map((id) => ({ ...patronLine(id, { reserves: ["T1"], hasHad: ["T1"] }), lastName: mark })),
  );
  const { querySetId } = await job.querySet({ patronIds: ids });
  const planned = await job.plan(querySetId, { medium: "DB", nightlyDebug: true, changes: { addServiceQueue: true } });
  await job.apply(planned);
  await job.filled(planned.batchUpdateId);
  expect((await product.call("PATCH", "/v1/patrons/L1/media/DB", { body: { cutoff: 3 } })).status).toBe(200);
  await job.exportLines({ kind: "patrons", format: "csv" });
  const criteria = { all: [{ field: "Patron.lastName", operator: "equals", value: mark }] };
  for (const [list, body] of [
    ["saved-queries", { name: "Kept", criteria }],
    ["presets", { name: "Kept", changes: { cutoff: 2 } }],
    ["people", { email: "leaving@piedmont.example", name: "Leaving", role: "staff" }],
    ["clients", { name: "Leaving", role: "staff" }],
  ] as const) {
    expect((await product.call("POST", `/v1/${list}`, { body })).status, list).toBe(201);
  }
  // Planned, and never processed.
  await job.plan(querySetId, { medium: "DB", nightlyDebug: true, changes: { cutoff: 9 } });
}

const servedSchema = z.looseObject({ suspended: z.boolean(), deleteAt: z.string().optional() });
const standing = async () => {
  const { status, body } = await product.call("GET", path, { as });
  return status === 200 ? servedSchema.parse(body) : undefined;
};
const mine = async () => (await product.call("GET", "/v1/library")).status;

describe("a library that leaves", () => {
  test("is deleted where its id is typed again and a reason is given, by support alone, and can be taken back", async () => {
    await aLibraryAtWork();
    const wrong = await product.call("DELETE", path, { as, body: { library: "lakeshore" } });
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ path: "library" }] } });
    const noReason = await product.call("DELETE", path, { as, body: { library: "piedmont" }, headers: { reason: "" } });
    expect(noReason).toMatchObject({ status: 422, body: { errors: [{ path: "reason" }] } });
    expect((await product.call("DELETE", path, { body: { library: "piedmont" } })).status).toBe(403);
    const nowhere = { as, body: { library: "nowhere" } };
    expect((await product.call("DELETE", "/v1/support/libraries/nowhere", nowhere)).status).toBe(404);
    expect((await product.call("POST", `${path}/restore`, { as })).status).toBe(409);
    expect(await standing()).toMatchObject({ suspended: false });

    const asked = await product.call("DELETE", path, {
      as,
      body: { library: "piedmont", reason: "Contract 12 ended" },
    });
    expect(asked).toMatchObject({ status: 200, body: { suspended: true } });
    const { deleteAt = "" } = servedSchema.parse(asked.body);
    expect(Math.abs(Date.parse(deleteAt) - Date.now() - week * 1000)).toBeLessThan(3600_000);
    expect(await standing()).toMatchObject({ suspended: true, deleteAt });
    expect((await product.call("DELETE", path, { as, body: { library: "piedmont" } })).body).toEqual(asked.body);
    expect((await product.call("PATCH", path, { as, body: { suspended: false } })).status).toBe(409);
    await until(mine, (status) => status === 403);

    expect((await product.call("POST", `${path}/restore`, { as })).body).not.toHaveProperty("deleteAt");
    expect(await standing()).toMatchObject({ suspended: false });
    await until(mine, (status) => status === 200);
    // It was suspended already: so it is afterwards.
    await product.call("PATCH", path, { as, body: { suspended: true } });
    await product.call("DELETE", path, { as, body: { library: "piedmont" } });
    expect((await product.call("POST", `${path}/restore`, { as })).body).toMatchObject({ suspended: true });
    const told = z
      .object({ items: z.array(z.object({ action: z.string(), subject: z.string(), reason: z.string().optional() })) })
      .parse((await product.call("GET", "/v1/support/audit?subject=libraries", { as })).body);
    expect(told.items.map(({ action }) => action)).toEqual([
      "LIBRARY_RESTORED",
      "LIBRARY_LEAVES",
      "LIBRARY_RESTORED",
      "LIBRARY_LEAVES",
    ]);
    expect(told.items.at(-1)).toMatchObject({ subject: "libraries/piedmont", reason: "Contract 12 ended" });
  });

  test("is gone a week later, whatever was killed on the way, and nothing of another is", async () => {
    await product.call("DELETE", path, { as, body: { library: "piedmont" } });
    const before = await everything();
    await product.stop();

    await startAhead(week + 600);
    // Its time is over: nobody begins anything in it, and nobody takes it back.
    expect((await product.call("POST", `${path}/restore`, { as })).status).toBe(409);
    expect((await product.call("POST", `${path}/export`, { as })).status).toBe(404);
    expect((await product.call("GET", "/v1/library", { as, headers: { library: "piedmont" } })).status).toBe(404);
    await product.kill();

    for (let kills = 0; ; kills++) {
      await startAhead(week + 2 * 3600);
      if (kills === 2) break;
      // As soon as it has begun.
      const { items } = await everything();
      await until(
        async () => (await everything()).items.size < items.size,
        (isBegun) => isBegun || kills > 0,
      );
      await product.kill();
    }
    await until(standing, (found) => found === undefined);

    const after = await until(everything, ({ items }) => !items.has("LIBRARIES piedmont"));
    const left = [...after.items].filter(([key]) => /^LIB#piedmont#|^OPEN piedmont#/.test(key));
    for (const [key, item] of left) {
      expect(key).toMatch(/^LIB#piedmont#(AUDIT|IDEMPOTENCY#|REQUESTS#)/);
      expect(item, key).toHaveProperty("expiresAt");
    }
    expect(left.length).toBeGreaterThan(0);
    expect(JSON.stringify([...after.items.values()])).not.toContain(mark);
    const members = [...after.items].filter(([key]) => key.startsWith("WHO#")).map(([, item]) => item);
    expect(JSON.stringify(members)).not.toMatch(/piedmont/);
    expect(await readFile(join(dataDir, "identity", "directory.json"), "utf8")).not.toMatch(/piedmont/i);
    expect(after.objects.filter((key) => key.startsWith("piedmont/"))).toEqual([]);

    const ofLakeshore = ({ items }: typeof after) =>
      [...items].filter(([key]) => key.startsWith("LIB#lakeshore#") && !/#(IDEMPOTENCY|REQUESTS)#/.test(key));
    expect(ofLakeshore(after)).toEqual(ofLakeshore(before));
    expect(after.objects.filter((key) => key.startsWith("lakeshore/"))).toEqual(
      before.objects.filter((key) => key.startsWith("lakeshore/")),
    );
    expect((await product.call("GET", "/v1/library", { as: "lakeshore-administrator" })).status).toBe(200);
  });

  test("can be made anew, and sees nothing of what it was", async () => {
    const made = { library: "piedmont", name: "Another one", timeZone: "America/New_York" };
    expect((await product.call("POST", "/v1/support/libraries", { as, body: made })).status).toBe(201);
    const headers = { library: "piedmont" };
    for (const list of [
      "patrons",
      "batch-updates",
      "query-sets",
      "imports",
      "presets",
      "people",
      "clients",
      "events",
    ]) {
      expect((await product.call("GET", `/v1/${list}`, { as, headers })).body, list).toMatchObject({ items: [] });
    }
    const { body } = await product.call("GET", "/v1/audit", { as, headers });
    const { items } = z.object({ items: z.array(z.object({ action: z.string() })) }).parse(body);
    expect(items.map(({ action }) => action).filter((action) => action !== "PATRONS_READ")).toEqual([
      "LIBRARY_CREATED",
    ]);
  });
});

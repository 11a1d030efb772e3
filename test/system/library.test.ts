import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { librarySchema } from "#domain/library";
import { piedmont } from "#infra/local/samples/libraries";
import { type RunningProduct, startProduct } from "#test/product";

let product: RunningProduct;
beforeAll(async () => {
  product = await startProduct({ samplePatrons: 0 });
});
afterAll(async () => {
  await product?.remove();
});

test("with no sample patrons both libraries have their settings, no patrons and no imports", async () => {
  for (const as of ["piedmont-administrator", "lakeshore-administrator"] as const) {
    expect((await product.call("GET", "/v1/library", { as })).body).toMatchObject({ library: as.split("-")[0] });
    expect((await product.call("GET", "/v1/patrons", { as })).body).toEqual({ items: [] });
    expect((await product.call("GET", "/v1/imports", { as })).body).toEqual({ items: [] });
  }
});

describe("the library's settings", () => {
  test("are read by everybody and replaced whole by administrators", async () => {
    const read = await product.call("GET", "/v1/library", { as: "lakeshore-administrator" });
    const settings = librarySchema.parse(read.body);
    const changed = { ...settings, name: "Lakeshore, renamed", closedDays: [], largeBatchThreshold: 7 };
    const as = "lakeshore-administrator" as const;
    expect(await product.call("PUT", "/v1/library", { body: changed, as })).toMatchObject({
      status: 200,
      body: changed,
    });
    expect((await product.call("GET", "/v1/library", { as })).body).toEqual(changed);
    expect((await product.call("GET", "/v1/library", { as: "piedmont-staff" })).body).toEqual(piedmont);
    expect((await product.call("PUT", "/v1/library", { body: changed, as: "piedmont-staff" })).status).toBe(403);
  });

  test.each([
    ["without media", { media: undefined }],
    ["with a code twice", { branches: [...piedmont.branches, ...piedmont.branches] }],
    ["with a time zone that is none", { timeZone: "Mars/Olympus" }],
    ["of another library", { library: "lakeshore" }],
    ["with an unknown field", { colour: "red" }],
    ["with a day that does not exist", { closedDays: ["2026-02-30"] }],
  ])("are refused %s", async (_, change) => {
    const body = { ...piedmont, ...change };
    expect(await product.call("PUT", "/v1/library", { body })).toMatchObject({
      status: 422,
      body: { code: "VALIDATION" },
    });
    expect((await product.call("GET", "/v1/library")).body).toEqual(piedmont);
  });
});

test("presets are made, listed, replaced and forgotten by administrators and read by staff", async () => {
  const changes = { deliveryMethod: "DUPLICATION", serveCode: "NA", cutoff: null, addServiceQueue: true };
  const made = await product.call("POST", "/v1/presets", { body: { name: "To duplication", changes } });
  expect(made).toMatchObject({ status: 201, body: { name: "To duplication", changes } });
  const { presetId } = z.looseObject({ presetId: z.string() }).parse(made.body);
  const path = `/v1/presets/${presetId}`;
  expect((await product.call("GET", path, { as: "piedmont-staff" })).body).toEqual(made.body);
  expect((await product.call("GET", "/v1/presets")).body).toMatchObject({ items: [{ presetId }] });
  expect((await product.call("GET", path, { as: "lakeshore-administrator" })).status).toBe(404);
  const other = { name: "Slower", changes: { cutoff: 0 } };
  expect((await product.call("PUT", path, { body: other, as: "piedmont-staff" })).status).toBe(403);
  expect((await product.call("PUT", path, { body: other })).body).toMatchObject({ presetId, ...other });
  for (const body of [
    { name: "x", changes: {} },
    { name: "", changes },
    { name: "x", changes: { status: null } },
  ]) {
    expect((await product.call("POST", "/v1/presets", { body })).status).toBe(422);
  }
  expect((await product.call("DELETE", path)).status).toBe(204);
  expect((await product.call("GET", path)).status).toBe(404);
});

test("the caller is told who the token says that it is", async () => {
  expect((await product.call("GET", "/v1/me", { as: "piedmont-staff" })).body).toEqual({
    library: "piedmont",
    roles: ["staff"],
    name: "piedmont-staff",
  });
  expect((await product.call("GET", "/v1/me", { as: "keystone-support" })).body).toEqual({
    roles: ["support"],
    name: "keystone-support",
  });
});

test("every act is in the audit, newest first, for administrators and support", async () => {
  const body = { ...piedmont, defaultServiceQueueSize: 21 };
  expect((await product.call("PUT", "/v1/library", { body })).status).toBe(200);
  expect((await product.call("PUT", "/v1/library", { body: piedmont })).status).toBe(200);
  const act = {
    actor: "piedmont-administrator",
    role: "administrator",
    action: "SETTINGS_CHANGED",
    subject: "library",
  };
  const pageSchema = z.object({ items: z.array(z.looseObject({ at: z.iso.datetime() })), nextCursor: z.string() });
  const first = pageSchema.parse((await product.call("GET", "/v1/audit?limit=1")).body);
  const second = pageSchema.parse((await product.call("GET", `/v1/audit?limit=1&cursor=${first.nextCursor}`)).body);
  expect([...first.items, ...second.items]).toMatchObject([
    { ...act, detail: "revision 3" },
    { ...act, detail: "revision 2" },
  ]);
  expect((await product.call("GET", "/v1/audit", { as: "piedmont-staff" })).status).toBe(403);
  const support = { as: "keystone-support" as const, headers: { library: "piedmont" } };
  expect((await product.call("GET", "/v1/audit", support)).body).toMatchObject({ items: [{}, {}, {}, {}, {}] });
  const others = z.object({ items: z.array(z.looseObject({ action: z.string() })) });
  const { items } = others.parse((await product.call("GET", "/v1/audit", { as: "lakeshore-administrator" })).body);
  expect(items.map((it) => it.action)).toEqual(["SETTINGS_CHANGED"]);
});

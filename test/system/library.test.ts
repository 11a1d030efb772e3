import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { audit } from "#contract/audit";
import { presets } from "#contract/presets";
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

  test("that are sent as they are already change nothing, and nothing is told of it", async () => {
    const tag = async () => (await product.call("GET", "/v1/library")).headers.get("etag");
    const told = async () => audit.list.answers[200].parse((await product.call("GET", "/v1/audit")).body).items;
    const before = [await tag(), await told()];
    const saved = await product.call("PUT", "/v1/library", { body: piedmont });
    expect([saved.status, saved.body, saved.headers.get("etag")]).toEqual([200, piedmont, before[0]]);
    expect([await tag(), await told()]).toEqual(before);
    const outdated = { body: piedmont, headers: { "if-match": '"1"' } };
    expect((await product.call("PUT", "/v1/library", outdated)).status).toBe(412);
  });

  test.each([
    ["without media", { media: undefined }],
    ["with a code twice", { branches: [...piedmont.branches, ...piedmont.branches] }],
    ["with a time zone that is none", { timeZone: "Mars/Olympus" }],
    ["with a distance from UTC for a time zone", { timeZone: "+05:00" }],
    ["with a name of blanks", { name: "  " }],
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
  const { presetId } = presets.create.answers[201].parse(made.body);
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
    actor: { sub: "piedmont-administrator", name: "piedmont-administrator" },
    role: "administrator",
    action: "SETTINGS_CHANGED",
    subject: "library",
  };
  const pageSchema = audit.list.answers[200];
  const first = pageSchema.parse((await product.call("GET", "/v1/audit?limit=1&action=SETTINGS_CHANGED")).body);
  const second = pageSchema.parse(
    (await product.call("GET", `/v1/audit?limit=1&action=SETTINGS_CHANGED&cursor=${first.nextCursor}`)).body,
  );
  // Revision 2 is the sample's settings, which the first start saves as anybody does.
  expect([...first.items, ...second.items]).toMatchObject([
    { ...act, detail: "revision 4" },
    { ...act, detail: "revision 3" },
  ]);
  expect((await product.call("GET", "/v1/audit", { as: "piedmont-staff" })).status).toBe(403);
  const support = { as: "keystone-support" as const, headers: { library: "piedmont" } };
  const all = pageSchema.parse((await product.call("GET", "/v1/audit", support)).body);
  expect(all.items).toEqual(pageSchema.parse((await product.call("GET", "/v1/audit")).body).items);
  expect(all.items.length).toBeGreaterThanOrEqual(5);
  const ofOthers = await product.call("GET", "/v1/audit?action=SETTINGS_CHANGED", { as: "lakeshore-administrator" });
  const { items } = pageSchema.parse(ofOthers.body);
  expect(items.map((it) => it.action)).toEqual(["SETTINGS_CHANGED", "SETTINGS_CHANGED"]);
});

describe("the audit tells", () => {
  const told = async (filter: string) =>
    audit.list.answers[200].parse(
      (await product.call("GET", `/v1/audit?${filter}`, { as: "piedmont-administrator" })).body,
    ).items;

  test("what a change of the settings changed, and by which request", async () => {
    const settings = librarySchema.parse((await product.call("GET", "/v1/library")).body);
    const body = { ...settings, closedDays: [...settings.closedDays, "2031-12-25"] };
    expect((await product.call("PUT", "/v1/library", { body })).status).toBe(200);
    const [newest] = await told("action=SETTINGS_CHANGED&limit=1");
    expect(newest).toMatchObject({
      changes: [{ field: "closedDays.2031-12-25", after: true }],
      requestId: expect.stringMatching(/./),
    });
    expect((await product.call("PUT", "/v1/library", { body: settings })).status).toBe(200);
  });

  test("what a preset held before and after it was replaced, under its name", async () => {
    const made = await product.call("POST", "/v1/presets", { body: { name: "Weekly", changes: { cutoff: 5 } } });
    const { presetId } = presets.create.answers[201].parse(made.body);
    const body = { name: "Weekly", changes: { cutoff: 6 } };
    expect((await product.call("PUT", `/v1/presets/${presetId}`, { body })).status).toBe(200);
    expect(await told(`subject=presets/${presetId}`)).toMatchObject([
      { action: "PRESET_REPLACED", subjectName: "Weekly", changes: [{ field: "changes.cutoff", before: 5, after: 6 }] },
      { action: "PRESET_CREATED", subjectName: "Weekly" },
    ]);
  });

  test("acts that were refused, once a minute for each caller and route, without what the caller wrote", async () => {
    const settings = librarySchema.parse((await product.call("GET", "/v1/library")).body);
    for (let i = 0; i < 3; i++) {
      const refused = await product.call("PUT", "/v1/library", { as: "piedmont-staff", body: settings });
      expect(refused.status).toBe(403);
    }
    const found = await told("action=ACT_REFUSED&actor=piedmont-staff&subject=library");
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(2);
    expect(found[0]).toMatchObject({ actor: { sub: "piedmont-staff" }, role: "staff" });
    expect(found.map(({ detail }) => detail).join()).toMatch(/PUT \/v1\/library.*times within a minute/);
  });

  test("that support read patrons, with its reason where it gave one and never with what it searched for", async () => {
    const as = "keystone-support" as const;
    const headers = { library: "piedmont", reason: encodeURIComponent("Ticket 7") };
    expect((await product.call("GET", "/v1/patrons?q=calloway", { as, headers })).status).toBe(200);
    expect((await product.call("GET", "/v1/patrons", { as, headers: { library: "piedmont" } })).status).toBe(200);
    const [bare, explained] = await told("action=PATRONS_READ");
    expect(explained).toMatchObject({ actor: { sub: "keystone-support" }, role: "support", reason: "Ticket 7" });
    expect(bare?.reason).toBeUndefined();
    expect(JSON.stringify([bare, explained])).not.toContain("calloway");
  });
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { type Job, jobs } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { type ClientName, type RunningProduct, startProduct } from "#test/product";
import { routes } from "../../functions/api/routes.ts";

let product: RunningProduct;
let job: Job;
const ids = new Map<string, string>();
let recipe: object;

/** A thing of piedmont's for each parameter of the route table; a route with a new one fails here until it is added. */
beforeAll(async () => {
  product = await startProduct();
  job = jobs(product);
  const title = { titleId: "TEN-T", medium: "DB", title: "A title", author: "A writer" };
  await job.importLines("titles", [title]);
  const made = await job.importLines("patrons", [patronLine("TEN-P", { reserves: ["TEN-T"] }), patronLine("TEN-E")]);
  const set = await job.querySet({ patronIds: ["TEN-P"] });
  const planned = await job.plan(set.querySetId, {
    medium: "DB",
    nightlyDebug: true,
    changes: { addServiceQueue: true },
  });
  await job.apply(planned);
  const saved = await job.call("POST", "/v1/saved-queries", {
    name: "Mine",
    criteria: { all: [{ field: "Patron.patronId", operator: "equals", value: "TEN-P" }] },
  });
  const preset = await job.call("POST", "/v1/presets", { name: "Mine", changes: { deliveryMethod: "DUPLICATION" } });
  const person = { email: "ten@piedmont.example", name: "Ten", role: "staff" };
  const invited = await job.call("POST", "/v1/people", person);
  const client = await job.call("POST", "/v1/clients", { name: "Ten", role: "staff" });
  ids.set("personId", idOf(invited.body, "personId"));
  ids.set("clientId", idOf(client.body, "clientId"));
  const parts = { savedQueryId: idOf(saved.body, "savedQueryId"), presetId: idOf(preset.body, "presetId") };
  recipe = { name: "Mine", ...parts, medium: "DB", nightlyDebug: false };
  ids.set("recipeId", idOf((await job.call("POST", "/v1/recipes", recipe)).body, "recipeId"));
  ids.set("querySetId", set.querySetId);
  ids.set("otherId", set.querySetId);
  ids.set("batchUpdateId", planned.batchUpdateId);
  ids.set("importId", String(made["importId"]));
  const exported = await job.exportLines({ kind: "titles", format: "csv" });
  ids.set("exportId", exported.exportId);
  const erased = await job.call("POST", "/v1/patrons/TEN-E/erase", { reason: "A test" });
  ids.set("erasureId", idOf(erased.body, "erasureId"));
  ids.set("patronId", "TEN-P");
  ids.set("medium", "DB");
  ids.set("titleId", "TEN-T");
  ids.set("savedQueryId", idOf(saved.body, "savedQueryId"));
  ids.set("presetId", idOf(preset.body, "presetId"));
});
afterAll(() => product?.remove());

function idOf(body: unknown, name: string): string {
  if (typeof body !== "object" || body === null || !(name in body))
    throw new Error(`No ${name} in ${JSON.stringify(body)}`);
  return String((body as Record<string, unknown>)[name]);
}

const withIds = routes.filter(({ path, scope }) => path.includes(":") && scope === "library");

/** A body that passes the schema of each route that wants one, so that only the id decides. */
const bodies: Record<string, unknown> = {
  "POST /v1/query-sets/:querySetId/exclusions": { patronIds: ["TEN-P"] },
  "POST /v1/query-sets/:querySetId/exclusions/remove": { patronIds: ["TEN-P"] },
  "POST /v1/batch-updates/:batchUpdateId/exclusions": { patronIds: ["TEN-P"] },
  "POST /v1/batch-updates/:batchUpdateId/exclusions/remove": { patronIds: ["TEN-P"] },
  "POST /v1/batch-updates/:batchUpdateId/handover/return": { note: "Look again" },
  "POST /v1/batch-updates/:batchUpdateId/process": { planDigest: "x", patronCount: 1 },
  "PATCH /v1/query-sets/:querySetId": { name: "Renamed" },
  "PATCH /v1/batch-updates/:batchUpdateId": { name: "Renamed" },
  "PATCH /v1/patrons/:patronId/media/:medium": { cutoff: 1 },
  "PATCH /v1/patrons/:patronId/media/:medium/service-queue/:titleId": { status: "SENT" },
  "POST /v1/patrons/:patronId/erase": { reason: "A test" },
  "PATCH /v1/people/:personId": { role: "administrator" },
  "PUT /v1/saved-queries/:savedQueryId": {
    name: "Stolen",
    criteria: { all: [{ field: "Patron.patronId", operator: "equals", value: "x" }] },
  },
  "PUT /v1/presets/:presetId": { name: "Stolen", changes: { cutoff: 1 } },
};

function bodyOf(name: string): unknown {
  return name === "PUT /v1/recipes/:recipeId" ? recipe : bodies[name];
}

function pathOf(path: string): string {
  return path.replace(/:(\w+)/g, (_, name: string) => {
    const id = ids.get(name);
    if (id === undefined) throw new Error(`Tell this test an id for :${name}`);
    return id;
  });
}

test("the route table has routes with ids", () => {
  expect(withIds.length).toBeGreaterThan(20);
});

test.each(withIds.map((it) => [`${it.method} ${it.path}`, it] as const))(
  "%s of another library is not found",
  async (name, it) => {
    const asStranger = await product.call(it.method, pathOf(it.path), {
      as: "lakeshore-administrator",
      ...(bodyOf(name) !== undefined && { body: bodyOf(name) }),
    });
    expect(asStranger.status).toBe(it.roles.includes("administrator") ? 404 : 403);
    if (asStranger.status !== 404) return;
    const nowhere = await product.call(it.method, it.path.replace(/:(\w+)/g, "none"), {
      as: "lakeshore-administrator",
      ...(bodyOf(name) !== undefined && { body: bodyOf(name) }),
    });
    const { instance: _, requestId: _r, ...stranger } = asStranger.body as Record<string, unknown>;
    const { instance: __, requestId: _s, ...absent } = nowhere.body as Record<string, unknown>;
    expect(stranger).toEqual(absent);
  },
);

/** What leaves the thing there comes first, so that each route is asked while there is something to find. */
const gentleFirst = ["GET", "PATCH", "PUT", "POST", "DELETE"];
const forTheOwner = withIds
  .filter(({ roles }) => roles.includes("administrator"))
  .toSorted((a, b) => gentleFirst.indexOf(a.method) - gentleFirst.indexOf(b.method));

// Were a path, an id or a body of this test wrong, everybody would be answered 404, and the test above would show nothing.
test.each(forTheOwner.map((it) => [`${it.method} ${it.path}`, it] as const))(
  "%s finds what is the caller's own",
  async (name, it) => {
    const { status } = await product.call(it.method, pathOf(it.path), {
      as: "piedmont-administrator",
      ...(bodyOf(name) !== undefined && { body: bodyOf(name) }),
    });
    // 409: found, and in a state that does not allow it.
    expect(status === 409 || status < 300, `answered ${status}`).toBe(true);
  },
);

test("a query by ids finds nobody of another library", async () => {
  const stranger = jobs(product, "lakeshore-administrator");
  expect((await stranger.querySet({ patronIds: ["TEN-P"] })).counts).toMatchObject({ matched: 0, notFound: 1 });
  const theirs = await stranger.call("POST", "/v1/batch-updates", {
    querySetId: ids.get("querySetId"),
    medium: "DB",
    nightlyDebug: true,
  });
  expect(theirs.status).toBe(404);
});

test("the Library header opens nothing", async () => {
  const headers = { library: "piedmont" };
  expect((await product.call("GET", "/v1/library", { as: "lakeshore-administrator", headers })).status).toBe(403);
  expect((await product.call("GET", "/v1/library", { as: "keystone-support" })).status).toBe(422);
  expect((await product.call("GET", "/v1/library", { as: "keystone-support", headers })).body).toMatchObject({
    library: "piedmont",
  });
  expect(
    (await product.call("GET", "/v1/library", { as: "keystone-support", headers: { library: "none" } })).status,
  ).toBe(404);
});

test.each<[ClientName, string, string]>([
  ["piedmont-staff", "POST", "/v1/batch-updates/none/process"],
  ["piedmont-staff", "POST", "/v1/imports"],
  ["piedmont-staff", "PUT", "/v1/library"],
  ["piedmont-staff", "GET", "/v1/audit"],
  ["keystone-support", "POST", "/v1/batch-updates"],
  ["piedmont-administrator", "GET", "/v1/support/executions"],
])("%s may not %s %s, whether there is such a thing or not", async (as, method, path) => {
  const headers = as === "keystone-support" ? { library: "piedmont" } : {};
  const body = method === "GET" ? undefined : {};
  expect((await product.call(method, path, { as, headers, ...(body && { body }) })).status).toBe(403);
});

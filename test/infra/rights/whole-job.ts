import { expect } from "vitest";
import { z } from "zod";
import { imports as importCalls } from "#contract/imports";
import { piedmont } from "#infra/local/samples/libraries";
import { type Batch, type Job, toWrite } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { type RunningProduct, until } from "#test/product";

/** Everything that people may ask for, once: what no function asks for while it is done is a right that none needs. */
export async function wholeJob(product: RunningProduct, job: Job): Promise<void> {
  await library(product);
  await imports(job);
  await keptThings(product, "saved-queries", (name) => ({ name, criteria: byStatus }));
  await keptThings(product, "presets", (name) => ({ name, changes: { cutoff: 4 } }));
  await recipe(product, job);
  const everyone = await querySets(product, job);
  await exportsOf(job, everyone);
  await createdAndUndone(product, job, everyone);
  await overtakenAndRetried(job);
  await refused(product);
  await peopleAndClients(product);
  for (const list of [
    "batch-updates",
    "query-sets",
    "imports",
    "exports",
    "audit/export",
    "patrons?q=a",
    "audit?action=ACT_REFUSED",
    "events",
    "me",
    "library",
  ]) {
    await job.get(`/v1/${list}`);
  }
  await job.all("/v1/patrons?q=l", z.unknown());
  await erased(product, job);
  await support(product);
}

/** One who is in everything that went before, and in a file that waits for its import, goes for good. */
async function erased(product: RunningProduct, job: Job): Promise<void> {
  const waiting = await job.call("POST", "/v1/imports", { kind: "patrons", format: "jsonl" });
  const { upload } = importCalls.create.answers[201].parse(waiting.body);
  const { url, method, headers } = upload;
  expect((await fetch(url, { method, headers, body: JSON.stringify(patronLine("RIGHTS2")) })).status).toBe(200);
  const asked = await job.call("POST", "/v1/patrons/RIGHTS2/erase", { reason: "By letter" });
  expect(asked.status).toBe(202);
  const { erasureId } = z.object({ erasureId: z.string() }).parse(asked.body);
  await until(
    async (): Promise<unknown> => Reflect.get(Object(await job.get(`/v1/erasures/${erasureId}`)), "status"),
    (status) => status === "COMPLETED",
  );
  await job.get("/v1/erasures");
  const again = { as: "keystone-support", body: { reason: "As after a restored table" } } as const;
  expect((await product.call("POST", "/v1/support/erasures/again", again)).status).toBe(200);
}

/** Somebody and a system come, change and go; support makes a library and suspends it. */
async function peopleAndClients(product: RunningProduct): Promise<void> {
  const ask = async (method: string, path: string, body?: unknown) => {
    const reply = await product.call(method, path, body === undefined ? {} : { body });
    expect([path, reply.status < 300]).toEqual([path, true]);
    return z.record(z.string(), z.unknown()).optional().parse(reply.body) ?? {};
  };
  const invited = { email: "rights@piedmont.example", name: "Rights", role: "staff" };
  const person = `/v1/people/${(await ask("POST", "/v1/people", invited))["personId"]}`;
  await ask("POST", `${person}/invite`);
  for (const status of ["DISABLED", "ACTIVE"]) await ask("PATCH", person, { status });
  await ask("GET", "/v1/people");
  await ask("DELETE", person);
  const client = `/v1/clients/${(await ask("POST", "/v1/clients", { name: "Rights", role: "staff" }))["clientId"]}`;
  await ask("POST", `${client}/rotate`);
  await ask("GET", "/v1/clients");
  await ask("DELETE", client);
  const library = { library: "rights", name: "Rights", timeZone: "America/New_York", copyFrom: "piedmont" };
  const as = { as: "keystone-support" } as const;
  expect((await product.call("POST", "/v1/support/libraries", { ...as, body: library })).status).toBe(201);
  const suspension = { ...as, body: { suspended: true } };
  expect((await product.call("PATCH", "/v1/support/libraries/rights", suspension)).status).toBe(200);
  expect((await product.call("GET", "/v1/support/libraries", as)).status).toBe(200);
  const path = "/v1/support/libraries/piedmont/export";
  const taken = z.object({ exportId: z.string() }).parse((await product.call("POST", path, as)).body);
  await until(
    async (): Promise<unknown> =>
      Reflect.get(Object((await product.call("GET", `${path}/${taken.exportId}`, as)).body), "status"),
    (status) => status === "COMPLETED",
  );
}

/** The audit tells of it, and how often. */
async function refused(product: RunningProduct): Promise<void> {
  const body = { name: "Not mine to keep", changes: { cutoff: 4 } };
  expect((await product.call("POST", "/v1/presets", { as: "piedmont-staff", body })).status).toBe(403);
}

/** In words so long that the query set's own object alone has them. */
const longCriteria = {
  any: [
    { field: "Patron.patronId", operator: "equals", value: "RIGHTS1" },
    ...Array.from({ length: 200 }, (_, n) => ({
      field: "Patron.city",
      operator: "equals",
      value: `${n} ${"x".repeat(120)}`,
    })),
  ],
};
const byStatus = { all: [{ field: "Media.status", operator: "isNotBlank" }] };

async function library(product: RunningProduct): Promise<void> {
  const body = { ...piedmont, name: "Piedmont, with another name" };
  expect((await product.call("PUT", "/v1/library", { body })).status).toBe(200);
}

/** Two patrons come, one is changed and one is wrong. */
async function imports(job: Job): Promise<void> {
  const title = { titleId: "RIGHTS1", medium: "DB", title: "Rights", author: "Writer" };
  await job.importLines("titles", [title]);
  await job.importLines("patrons", [patronLine("RIGHTS1"), patronLine("RIGHTS2", { reserves: ["RIGHTS1"] })]);
  const wrong = { patronId: "RIGHTS3" };
  const changed = patronLine("RIGHTS1", { media: [{ medium: "DB", serveCode: "WA", deliveryMethod: "DUPLICATION" }] });
  const { errorsCsvUrl } = await job.importLines("patrons", [changed, wrong]);
  expect((await fetch(String(errorsCsvUrl))).status).toBe(200);
}

/** Patrons and titles go out, those of a query set too. */
async function exportsOf(job: Job, querySetId: string): Promise<void> {
  for (const kind of [{ kind: "titles" }, { kind: "patrons" }, { kind: "patrons", querySetId }]) {
    const { file } = await job.exportLines({ ...kind, format: "csv" });
    expect(file).toContain("RIGHTS1");
  }
}

/** What a library keeps under names: made once and asked for twice, refused under a taken name, replaced, forgotten. */
async function keptThings(
  product: RunningProduct,
  shelf: "saved-queries" | "presets",
  of: (name: string) => unknown,
): Promise<void> {
  const post = async (key: string) =>
    await product.call("POST", `/v1/${shelf}`, { body: of("Kept"), headers: { "idempotency-key": key } });
  const made = await post("once");
  expect([made.status, (await post("once")).status, (await post("again")).status]).toEqual([201, 201, 409]);
  const path = `/v1/${shelf}/${Object.values(z.record(z.string(), z.unknown()).parse(made.body))[0]}`;
  expect((await product.call("GET", path)).status).toBe(200);
  expect((await product.call("GET", `/v1/${shelf}`)).status).toBe(200);
  expect((await product.call("PUT", path, { body: of("Renamed") })).status).toBe(200);
  expect((await product.call("DELETE", path)).status).toBe(204);
}

/** A recipe is made, started, replaced and forgotten; what follows its query set is planned by the sweep. */
async function recipe(product: RunningProduct, job: Job): Promise<void> {
  const idOf = async (path: string, body: object) => {
    const made = await product.call("POST", path, { body });
    expect(made.status).toBe(201);
    return String(Object.values(z.record(z.string(), z.unknown()).parse(made.body))[0]);
  };
  const savedQueryId = await idOf("/v1/saved-queries", { name: "Of a recipe", criteria: longCriteria });
  const presetId = await idOf("/v1/presets", { name: "Of a recipe", changes: { cutoff: 4 } });
  const body = { name: "Kept", savedQueryId, presetId, medium: "DB", nightlyDebug: false };
  const path = `/v1/recipes/${await idOf("/v1/recipes", body)}`;
  expect((await product.call("GET", "/v1/recipes")).status).toBe(200);
  expect((await product.call("PUT", path, { body: { ...body, name: "Renamed" } })).status).toBe(200);
  const started = await product.call("POST", `${path}/start`);
  const { batchUpdateId } = z.object({ batchUpdateId: z.string() }).parse(started.body);
  await until(
    async () => (await product.call("GET", `/v1/batch-updates/${batchUpdateId}`)).status,
    (status) => status === 200,
  );
  await job.settled(batchUpdateId);
  expect((await product.call("DELETE", path)).status).toBe(204);
}

/** By criteria, by ids, and by a file of ids. Answers the one by criteria that holds everyone. */
async function querySets(product: RunningProduct, job: Job): Promise<string> {
  const { querySetId } = await job.querySet({
    criteria: { all: [{ field: "Media.serviceQueueSize", operator: "atLeast", value: 0 }] },
    patronIds: ["nobody", "RIGHTS1"],
  });
  for (const part of ["", "/patrons", "/summary", "/not-found"]) await job.get(`/v1/query-sets/${querySetId}${part}`);
  const exclusions = { body: { patronIds: ["RIGHTS1"] } };
  const excluded = await product.call("POST", `/v1/query-sets/${querySetId}/exclusions`, exclusions);
  expect(excluded.status).toBe(200);

  const refreshed = await product.call("POST", `/v1/query-sets/${querySetId}/refresh`);
  expect(refreshed.status).toBe(201);
  const { querySetId: again } = z.object({ querySetId: z.string() }).parse(refreshed.body);
  await until(
    async (): Promise<unknown> => Reflect.get(Object(await job.get(`/v1/query-sets/${again}`)), "status"),
    (status) => status === "READY",
  );
  await job.get(`/v1/query-sets/${querySetId}/compare/${again}`);
  expect((await product.call("PATCH", `/v1/query-sets/${again}`, { body: { name: "Again" } })).status).toBe(200);

  expect(await uploaded(product, job, "patronId\nRIGHTS1\n")).toBe("READY");
  expect(await uploaded(product, job, "")).toBe("FAILED");
  const all = { all: [{ field: "Patron.patronId", operator: "isNotBlank" }] };
  return (await job.querySet({ criteria: all })).querySetId;
}

/** The state in which a query set of an uploaded file ends. */
async function uploaded(product: RunningProduct, job: Job, file: string): Promise<unknown> {
  const { body } = await product.call("POST", "/v1/query-sets", { body: { upload: true } });
  const { upload, querySetId } = z
    .object({
      querySetId: z.string(),
      upload: z.object({ url: z.string(), method: z.string(), headers: z.record(z.string(), z.string()) }),
    })
    .parse(body);
  const { url, method, headers } = upload;
  expect((await fetch(url, { method, headers, body: file })).status).toBe(200);
  expect((await product.call("POST", `/v1/query-sets/${querySetId}/start`)).status).toBe(202);
  return await until(
    async (): Promise<unknown> => Reflect.get(Object(await job.get(`/v1/query-sets/${querySetId}`)), "status"),
    (status) => status !== "BUILDING",
  );
}

/** A medium is given to patrons who have none of it, and taken back. */
async function createdAndUndone(product: RunningProduct, job: Job, everyone: string): Promise<void> {
  const planned = await job.plan(everyone, {
    medium: "LDS",
    nightlyDebug: true,
    changes: { status: "ACTIVE", addServiceQueue: true },
  });
  const path = `/v1/batch-updates/${planned.batchUpdateId}`;
  const [item] = await job.planItems(planned.batchUpdateId, "?action=CREATE");
  if (item === undefined) throw new Error("The plan creates nothing");
  await job.call("POST", `${path}/exclusions`, { patronIds: [item.patronId] });
  await job.get(`${path}/plan/export`);
  await job.get(`${path}/plan/distribution`);
  await job.get(`${path}/plan/patron-ids`);
  expect((await product.call("PATCH", path, { body: { name: "A medium more" } })).status).toBe(200);
  const again = await product.call("POST", `${path}/duplicate`);
  expect(again.status).toBe(201);
  await job.settled(z.object({ batchUpdateId: z.string() }).parse(again.body).batchUpdateId);
  await handedOverAndScheduled(job, await job.batch(planned.batchUpdateId));
  const done = await job.apply(await job.batch(planned.batchUpdateId));
  expect(done.status).toMatch(/^COMPLETED/);
  await job.filled(planned.batchUpdateId);
  await job.get(`${path}/service-queues`);
  await job.report(planned.batchUpdateId);
  const [written] = await job.outcomes(planned.batchUpdateId, "?outcome=CREATED");
  await job.get(`${path}/outcomes/patron-ids`);
  const patron = `/v1/patrons/${written?.patronId}`;
  for (const part of ["", "/history", "/media/LDS/service-queue"]) await job.get(`${patron}${part}`);
  expect((await product.call("PATCH", `${patron}/media/LDS`, { body: { cutoff: 5 } })).status).toBe(200);
  const undone = await job.apply(await job.follow(planned.batchUpdateId, "undo"));
  expect(undone.status).toMatch(/^COMPLETED/);
}

/** It waits for an administrator, is given back, will begin by itself, and will not. */
async function handedOverAndScheduled(job: Job, planned: Batch): Promise<void> {
  const path = `/v1/batch-updates/${planned.batchUpdateId}`;
  expect((await job.call("POST", `${path}/handover`, { note: "Look" })).status).toBe(200);
  await job.get("/v1/batch-updates?waiting=true");
  expect((await job.call("POST", `${path}/handover/return`, { note: "I did" })).status).toBe(200);
  const at = new Date(Date.now() + 24 * 3600 * 1000).toISOString();
  const reviewed = { planDigest: planned.plan?.digest, patronCount: toWrite(planned), at };
  expect((await job.call("POST", `${path}/process`, reviewed)).status).toBe(202);
  expect((await job.call("POST", `${path}/unschedule`)).status).toBe(200);
}

/**
 * A batch update is overtaken by another one: it writes onto what that one left, and conflicts with an edit. What
 * conflicted is planned again, and that plan is cancelled.
 */
async function overtakenAndRetried(job: Job): Promise<void> {
  const { querySetId } = await job.querySet({ patronIds: ["RIGHTS1", "RIGHTS2"] });
  const spec = { medium: "DB", nightlyDebug: false };
  const overtaken = await job.plan(querySetId, { ...spec, changes: { cutoff: 7, addServiceQueue: true } });
  const other = await job.plan(querySetId, { ...spec, changes: { refillPoint: 3, addServiceQueue: true } });
  expect((await job.apply(other)).status).toMatch(/^COMPLETED/);
  const edited = await job.call("PATCH", "/v1/patrons/RIGHTS1/media/DB", { cutoff: 9 });
  expect(edited.status).toBe(200);
  expect((await job.apply(overtaken)).counts).toMatchObject({ conflict: 1, updated: 1 });
  await job.filled(overtaken.batchUpdateId);
  const queue = "/v1/patrons/RIGHTS2/media/DB/service-queue";
  const { entries } = z.object({ entries: z.array(z.object({ titleId: z.string() })) }).parse(await job.get(queue));
  const sent = await job.call("PATCH", `${queue}/${entries[0]?.titleId}`, { status: "SENT" });
  expect(sent.status).toBe(200);
  const { batchUpdateId } = await job.follow(overtaken.batchUpdateId, "retry");
  expect((await job.call("POST", `/v1/batch-updates/${batchUpdateId}/cancel`)).status).toBe(202);
}

/** What support looks at: an execution of each workflow, and the queues. */
async function support(product: RunningProduct): Promise<void> {
  const as = { as: "keystone-support" } as const;
  const listed = await product.call("GET", "/v1/support/executions?limit=200", as);
  const { items } = z
    .object({ items: z.array(z.object({ name: z.string(), workflow: z.string() })) })
    .parse(listed.body);
  const oneOfEach = new Map(items.map(({ name, workflow }) => [workflow, name]));
  expect(oneOfEach.size).toBe(6);
  for (const name of oneOfEach.values()) {
    expect((await product.call("GET", `/v1/support/executions/${name}`, as)).status).toBe(200);
  }
  for (const path of ["queues", "attention", "audit", "dead-letters"]) {
    expect((await product.call("GET", `/v1/support/${path}`, as)).status).toBe(200);
  }
}

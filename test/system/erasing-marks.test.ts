import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { erasures } from "#contract/erasures";
import { imports } from "#contract/imports";
import { querySets } from "#contract/query-sets";
import { support } from "#contract/support";
import { type Job, jobs, outcomeItemSchema } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct, until } from "#test/product";
import { isEngines, marked, marksIn, marksInFiles, marksInItems, readingIn } from "./marks.ts";

const others = ["OTHER1", "OTHER2"].map((id) => patronLine(id, { reserves: ["ERASE1"] }));

let product: RunningProduct;
let job: Job;
/** Where marks stand in what the API has answered. */
const answered: string[] = [];

beforeAll(async () => {
  const started = await startProduct({ samplePatrons: 0 });
  product = {
    ...started,
    async call(method, path, options) {
      const reply = await started.call(method, path, options);
      answered.push(...marksIn(`${method} ${path}`, JSON.stringify(reply.body) ?? ""));
      return reply;
    },
  };
  job = jobs(product);
  const titles = ["ERASE1", "ERASE2", "ERASE3"].map((titleId) => ({
    titleId,
    medium: "DB",
    title: `Title ${titleId}`,
    author: "Writer",
  }));
  await job.importLines("titles", titles);
});
afterAll(async () => await product?.remove());

/** The whole job, with the patron in everything that is kept of it. */
async function wholeJob() {
  await job.importLines("patrons", [marked, ...others]);
  // A line that is refused is shown in the list of errors.
  await job.importLines("patrons", [{ ...marked, mainStatus: "NO-SUCH" }, ...others]);
  const everyone = { field: "Patron.mainStatus", operator: "equals", value: "ACTIVE" };
  const { querySetId } = await job.querySet({ criteria: { all: [everyone] } });
  await job.get(`/v1/query-sets/${querySetId}/patrons`);
  const changes = { cutoff: 7, addServiceQueue: true };
  const planned = await job.plan(querySetId, { medium: "DB", nightlyDebug: true, changes });
  await job.get(`/v1/batch-updates/${planned.batchUpdateId}/plan/export`);
  const edit = await job.call("PATCH", "/v1/patrons/MARKED/media/BR", { cutoff: 3 });
  expect(edit.status).toBe(200);
  const { batchUpdateId, status } = await job.apply(planned);
  expect(status).toBe("COMPLETED");
  await job.filled(batchUpdateId);
  await job.report(batchUpdateId);
  await job.outcomes(batchUpdateId);
  expect(await job.exportLines({ kind: "patrons", format: "csv" })).toMatchObject({ rows: 3 });
  const undone = await job.apply(await job.follow(batchUpdateId, "undo"));
  expect(undone.status).toBe("COMPLETED");
  // One that waits for its review.
  const waiting = await job.plan(querySetId, { medium: "DB", nightlyDebug: false, changes: { cutoff: 9 } });
  // A file that nobody starts an import of.
  const asked = await job.call("POST", "/v1/imports", { kind: "patrons", format: "jsonl" });
  const { url, method, headers } = imports.create.answers[201].parse(asked.body).upload;
  expect((await fetch(url, { method, headers, body: JSON.stringify(marked) })).status).toBe(200);
  const history = z.object({ nextCursor: z.string() }).parse(await job.get("/v1/patrons/MARKED/history?limit=1"));
  const { querySetId: other } = await job.querySet({ patronIds: ["MARKED", "OTHER1"] });
  return { querySetId, other, batchUpdateId, undone: undone.batchUpdateId, waiting, history: history.nextCursor };
}
type Made = Awaited<ReturnType<typeof wholeJob>>;

/**
 * Looks at everything that the API tells of a library, as its administrator and as support.
 *
 * @param ofPatron status of what is asked about the patron alone
 */
async function lookAround(made: Made, ofPatron: 200 | 404): Promise<void> {
  const { querySetId, batchUpdateId, undone, waiting, other, history } = made;
  const set = `/v1/query-sets/${querySetId}`;
  const parts = ["", "/plan", "/plan/distribution", "/plan/export", "/outcomes", "/report", "/service-queues"];
  const patron = ["", "/history", `/history?cursor=${history}`, "/media/DB", "/media/DB/service-queue"];
  const paths = [
    ...patron.map((it) => `/v1/patrons/MARKED${it}`),
    "/v1/patrons?q=zwyxelborg",
    ...["", "/patrons", "/patrons?q=zwyx", "/summary", "/not-found", `/compare/${other}?in=BOTH`].map((it) => set + it),
    ...[batchUpdateId, undone].flatMap((id) => parts.map((it) => `/v1/batch-updates/${id}${it}`)),
    ...["", "/plan", "/plan/distribution"].map((it) => `/v1/batch-updates/${waiting.batchUpdateId}${it}`),
    ...["events", "audit", "imports", "exports", "query-sets", "batch-updates"].map((it) => `/v1/${it}?limit=200`),
  ];
  for (const path of paths) {
    for (const as of ["piedmont-administrator", "keystone-support"] as const) {
      const reply = await product.call("GET", path, { as, headers: { library: "piedmont" } });
      expect([path, reply.status]).toEqual([path, path.includes("/patrons/MARKED") ? ofPatron : 200]);
    }
  }
  const as = "keystone-support";
  for (const it of ["attention", "queues", "dead-letters"]) {
    expect((await product.call("GET", `/v1/support/${it}`, { as })).status).toBe(200);
  }
  const { body } = await product.call("GET", "/v1/support/executions?limit=200", { as });
  const { items } = support.listExecutions.answers[200].parse(body);
  expect(items.length).toBeGreaterThan(5);
  for (const { name } of items) {
    expect((await product.call("GET", `/v1/support/executions/${name}`, { as })).status).toBe(200);
  }
}

test("whose marks are in everything that is kept leaves none when erased, and everything else stands", async () => {
  const made = await wholeJob();
  const { querySetId, batchUpdateId, undone, waiting } = made;
  await lookAround(made, 200);
  for (const part of ["/patrons/MARKED", "/query-sets/", "/plan", "/outcomes", "/service-queues", "/compare/"]) {
    expect([part, answered.some((place) => place.includes(part))]).toEqual([part, true]);
  }
  const before = await marksInItems(product);
  for (const kind of ["SHARD", "PATRON#"]) expect(before.some((place) => place.includes(kind))).toBe(true);
  const files = await marksInFiles(product, (path) => !isEngines(path));
  for (const kind of ["query-sets", "plan", "apply", "report", "errors", "exports"]) {
    expect([kind, files.some((path) => path.includes(kind))]).toEqual([kind, true]);
  }

  const inEngine = await marksInFiles(product, isEngines);
  expect(inEngine).not.toEqual([]);

  // What the patron has had is for fills alone: it is in no answer, and beside the table in the file that was sent.
  expect(readingIn(answered)).toEqual([]);
  expect(readingIn(before)).toEqual(["LIB#piedmont#PATRON#MARKED READING"]);
  expect(readingIn(inEngine)).not.toEqual([]);
  expect(readingIn(files)).toEqual([expect.stringMatching(/imports.*upload/)]);

  const asked = await job.call("POST", "/v1/patrons/MARKED/erase", { reason: "Asked for by letter" });
  const { erasureId } = erasures.erase.answers[202].parse(asked.body);
  const done = await until(
    async () => erasures.get.answers[200].parse(await job.get(`/v1/erasures/${erasureId}`)),
    ({ status }) => status === "COMPLETED",
  );
  expect(done.counts.items).toBeGreaterThan(4);
  expect(done.counts.objects).toBeGreaterThan(8);
  expect(done.counts.exports).toBeGreaterThan(0);

  expect(await marksInItems(product)).toEqual([]);
  expect(await marksInFiles(product, (path) => !isEngines(path))).toEqual([]);

  answered.splice(0);
  await lookAround(made, 404);
  expect(answered).toEqual([]);
  const members = querySets.members.answers[200].parse(await job.get(`/v1/query-sets/${querySetId}/patrons`));
  expect(members.items.find(({ patronId }) => patronId === "MARKED")).toEqual({
    ...{ patronId: "MARKED", excluded: false, media: {} },
  });

  // What became of the patron stands under the id alone, and digests and numbers hold.
  const outcome = (await job.outcomes(batchUpdateId)).find(({ patronId }) => patronId === "MARKED");
  expect(outcomeItemSchema.parse(outcome)).toEqual({ patronId: "MARKED", outcome: "UPDATED", changes: [] });
  for (const id of [batchUpdateId, undone]) {
    expect(await job.get(`/v1/batch-updates/${id}/verify`)).toMatchObject({ status: "DONE", ok: true });
  }
  const { jsonl } = await job.report(batchUpdateId);
  expect(jsonl?.trim().split("\n")).toHaveLength(3);
  expect(await job.get(`/v1/query-sets/${querySetId}`)).toMatchObject({ counts: { matched: 3 } });
  expect((await job.call("GET", "/v1/patrons/MARKED")).status).toBe(404);
  const run = await job.apply(await job.batch(waiting.batchUpdateId));
  expect(run).toMatchObject({ status: "COMPLETED_WITH_ERRORS", counts: { updated: 2, notFound: 1 } });
  expect(await marksInItems(product)).toEqual([]);
  expect(await marksInFiles(product, (path) => !isEngines(path))).toEqual([]);
});

test("nor does the engine keep them in its own files", async () => {
  expect(
    await until(
      () => marksInFiles(product, isEngines),
      (found) => found.length === 0,
    ),
  ).toEqual([]);
});

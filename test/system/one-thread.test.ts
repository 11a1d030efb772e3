import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type Batch, batchSchema, type Job, jobs } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct, until } from "#test/product";

let product: RunningProduct;
let job: Job;
let set: string;
let done: Batch;

/** The requests that made the plan and that let it run, as their answers named themselves. */
const requests = { planned: "", processed: "" };

/** A name that stands nowhere but in the records. */
const lastName = "Quillfeather";

beforeAll(async () => {
  product = await startProduct({ samplePatrons: 60, sampleTitles: 5000 });
  job = jobs(product);
  await job.importLines("patrons", [patronLine("THREAD1", { lastName }), patronLine("THREAD2", { lastName })]);
  const built = await job.querySet({
    criteria: { all: [{ field: "Patron.hasMedium", operator: "equals", value: "DB" }] },
  });
  set = built.querySetId;
  const changes = { maxServiceQueueSize: 17, addServiceQueue: true };
  const body = { querySetId: set, medium: "DB", nightlyDebug: true, changes };
  const made = await product.call("POST", "/v1/batch-updates", { body });
  requests.planned = made.headers.get("request-id") ?? "";
  const planned = await job.settled(batchSchema.parse(made.body).batchUpdateId);
  const processed = await job.process(planned);
  requests.processed = processed.headers.get("request-id") ?? "";
  await job.ended(planned.batchUpdateId);
  done = await job.filled(planned.batchUpdateId);
});
afterAll(() => product?.remove());

const text = z.string().optional();
const number = z.number().optional();
const ids = { requestId: text, library: text, job: text, task: text, chunk: number, attempt: number };
const numbers = { chunks: number, patronsWritten: number, queuesFilled: number, milliseconds: number };
const lineSchema = z.object({ message: z.string(), ...ids, ...numbers });

async function logLines() {
  const folder = join(product.dataDir, "logs");
  const files = (await readdir(folder)).map(async (name) => ({
    name,
    lines: await readFile(join(folder, name), "utf8"),
  }));
  return (await Promise.all(files)).flatMap(({ name, lines }) =>
    lines
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => ({ function: name.replace(".log", ""), ...lineSchema.parse(JSON.parse(line)) })),
  );
}

test("from a request to the last line of its job and to the audit stands one Request-Id", async () => {
  const id = done.batchUpdateId;
  const wanted = ["Api-Requests", "Apply-Chunk", "Apply-Job", "BatchManager-Fill"];
  const lines = await until(
    async () => (await logLines()).filter(({ requestId }) => requestId === requests.processed),
    (some) => wanted.every((name) => some.some((line) => line.function.startsWith(name))),
  );
  const summaries = lines.filter(({ message }) => message === "Applying");
  expect(summaries).toContainEqual(
    expect.objectContaining({ task: "split", job: id, library: "piedmont", attempt: 1, chunks: 1 }),
  );
  const chunks = summaries.filter((line) => line.task === "chunk");
  expect(chunks).toEqual([
    expect.objectContaining({ job: id, library: "piedmont", chunk: 0, attempt: 1, milliseconds: expect.any(Number) }),
  ]);
  expect(chunks[0]?.patronsWritten).toBe((done.counts?.["updated"] ?? 0) + (done.counts?.["created"] ?? 0));
  expect(summaries).toContainEqual(expect.objectContaining({ task: "close", job: id, attempt: 1 }));
  // Whatever the request led to was for its library and its job.
  const others = lines.filter((line) => line.library !== "piedmont" || line.job !== id);
  expect(others).toEqual([]);
  // Fills count as one message each, however many patrons.
  const filled = (await logLines()).filter(({ message }) => message === "Filling service queues");
  expect(filled.reduce((sum, line) => sum + (line.queuesFilled ?? 0), 0)).toBe(done.serviceQueues.filled);
  const audit = z.object({ items: z.array(z.looseObject({ action: z.string(), requestId: z.string().optional() })) });
  const told = audit.parse(await job.get(`/v1/audit?subject=batch-updates/${id}`)).items;
  const byRequest = Map.groupBy(told, ({ requestId }) => requestId);
  expect(byRequest.get(requests.planned)?.length).toBeGreaterThan(0);
  expect(byRequest.get(requests.processed)?.length).toBeGreaterThan(0);
});

test("a problem and the lines of its request name the same Request-Id", async () => {
  const { headers, body } = await product.call("GET", "/v1/batch-updates/none-such");
  const { requestId } = z.object({ requestId: z.string() }).parse(body);
  expect(headers.get("request-id")).toBe(requestId);
  const lines = await until(
    async () => (await logLines()).filter((line) => line.requestId === requestId),
    (some) => some.length > 0,
  );
  expect(lines).toEqual([expect.objectContaining({ message: "API", library: "piedmont", job: "none-such" })]);
});

test("an execution shows its lines of the log in their order, and where they are in the cloud", async () => {
  const name = `piedmont-${done.batchUpdateId}-apply`;
  const { body } = await product.call("GET", `/v1/support/executions/${name}`, { as: "keystone-support" });
  const shown = z.object({ logs: z.object({ url: z.string(), lines: z.array(z.string()) }) }).parse(body);
  expect(shown.logs.url).toContain("logs-insights");
  const timed = lineSchema.extend({ timestamp: z.string() });
  const lines = shown.logs.lines.map((line) => timed.parse(JSON.parse(line)));
  expect(lines.map(({ timestamp }) => timestamp)).toEqual(lines.map(({ timestamp }) => timestamp).toSorted());
  expect(lines.filter(({ job: of }) => of !== done.batchUpdateId)).toEqual([]);
  for (const task of ["split", "chunk", "close"]) {
    expect(lines).toContainEqual(expect.objectContaining({ message: "Applying", task, attempt: 1 }));
  }
});

test("no line of any function holds a name, after a job that went well and requests that did not", async () => {
  await product.call("GET", `/v1/patrons?q=${lastName}`);
  await product.call("POST", "/v1/imports", { body: { kind: lastName } });
  await product.call("PATCH", "/v1/patrons/THREAD1/media/DB", { body: { lastName } });
  const folder = join(product.dataDir, "logs");
  // A line is written a moment after its request is answered.
  const text = await until(
    async () =>
      (await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")))).join(""),
    (all) => all.includes("/v1/patrons/:patronId/media/:medium"),
  );
  expect(text).not.toContain(lastName);
});

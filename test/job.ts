import { z } from "zod";
import { batchUpdates } from "#contract/batch-updates";
import { exports } from "#contract/exports";
import { imports } from "#contract/imports";
import { outcomes } from "#contract/outcomes";
import { patrons } from "#contract/patrons";
import { plan } from "#contract/plan";
import { querySets } from "#contract/query-sets";
import { report as reports } from "#contract/report";
import { addsUp, endsAtTotal, NumbersOnTheWay } from "./numbers.ts";
import { type Reply, type RequestOptions, type RunningProduct, until } from "./product.ts";

/** What tests look at, as the contract has it. */
export const batchSchema = batchUpdates.get.answers[200];
export type Batch = z.infer<typeof batchSchema>;
export const planItemSchema = plan.list.answers[200].shape.items.element;
export const outcomeItemSchema = outcomes.list.answers[200].shape.items.element;
export const patronSchema = patrons.get.answers[200];
export type ShownPatron = z.infer<typeof patronSchema>;

/** States in which a batch update waits for nobody but the product. */
const working = ["PLANNING", "PROCESSING", "CANCELLING"];
/** Final states in which it may have stopped on the way. */
const stopped = ["CANCELLED", "FAILED"];

/** @throws Error where the numbers of a batch update contradict each other */
function checkNumbers({ batchUpdateId: what, plan, counts: outcomes, serviceQueues: queues }: Batch): void {
  if (plan !== undefined) addsUp(`The plan of ${what}`, plan.counts);
  if (outcomes !== undefined) addsUp(`The outcomes of ${what}`, outcomes);
  const { requested: total, filled, withdrawn, failed, pending } = queues;
  addsUp(`The service queues of ${what}`, { total, filled, withdrawn, failed, pending });
}

/** What tests do with a running product, in the words of the job. Each throws where the answer is not the expected one. */
export function jobs(product: RunningProduct, as: RequestOptions["as"] = "piedmont-administrator") {
  const call = (method: string, path: string, body?: unknown): Promise<Reply> =>
    product.call(method, path, { as, ...(body !== undefined && { body }) });
  const expectStatus = ({ status, body }: Reply, wanted: number): unknown => {
    if (status !== wanted) throw new Error(`Expected ${wanted}, got ${status}: ${JSON.stringify(body)}`);
    return body;
  };
  const get = async (path: string) => expectStatus(await call("GET", path), 200);
  const batch = async (id: string) => {
    const found = batchSchema.parse(await get(`/v1/batch-updates/${id}`));
    checkNumbers(found);
    return found;
  };
  /** Looks at a batch update until it is as wanted, and at its numbers on the way. */
  const watched = async (id: string, isWanted: (batch: Batch) => boolean) => {
    const numbers = new NumbersOnTheWay(`Batch update ${id}`);
    const found = await until(async () => {
      const seen = await batch(id);
      numbers.progress(
        ["PLANNING", "READY", "SCHEDULED"].includes(seen.status) ? "planning" : "running",
        seen.progress,
      );
      numbers.neverFalls("queues asked for", seen.serviceQueues.requested);
      return seen;
    }, isWanted);
    if (![...working, ...stopped].includes(found.status)) endsAtTotal(`Batch update ${id}`, found.progress);
    return found;
  };
  const job = {
    call,
    get,
    batch,
    /** All items of a list. */
    async all<T>(path: string, item: z.ZodType<T>): Promise<T[]> {
      const items: T[] = [];
      let cursor: string | undefined;
      do {
        const url = `${path}${path.includes("?") ? "&" : "?"}limit=200${cursor === undefined ? "" : `&cursor=${cursor}`}`;
        const page = z.object({ items: z.array(item), nextCursor: z.string().optional() }).parse(await get(url));
        items.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return items;
    },
    async patron(patronId: string): Promise<ShownPatron> {
      return patronSchema.parse(await get(`/v1/patrons/${patronId}`));
    },
    /** Imports lines and waits for the end. */
    async importLines(
      kind: "patrons" | "titles",
      lines: string | readonly unknown[],
      format: "jsonl" | "csv" = "jsonl",
    ) {
      const made = imports.create.answers[201].parse(
        expectStatus(await call("POST", "/v1/imports", { kind, format }), 201),
      );
      const body = typeof lines === "string" ? lines : lines.map((line) => JSON.stringify(line)).join("\n");
      const sent = await fetch(made.upload.url, { method: made.upload.method, headers: made.upload.headers, body });
      if (!sent.ok) throw new Error(`The upload was answered ${sent.status}: ${await sent.text()}`);
      expectStatus(await call("POST", `/v1/imports/${made.importId}/start`), 202);
      const numbers = new NumbersOnTheWay(`Import ${made.importId}`);
      const done = await until(
        async () => {
          const seen = imports.get.answers[200].parse(await get(`/v1/imports/${made.importId}`));
          if (seen.status !== "FAILED") numbers.progress("importing", seen.progress);
          return seen;
        },
        ({ status }) => status !== "RUNNING",
      );
      endsAtTotal(`Import ${made.importId}`, done.progress);
      const { read: total, ...rest } = done.counts;
      addsUp(`Import ${made.importId}`, { ...rest, total });
      return done;
    },
    /** Exports and waits for the end; the file as it is, where there is one. */
    async exportLines(body: unknown) {
      const made = exports.create.answers[201].parse(expectStatus(await call("POST", "/v1/exports", body), 201));
      const numbers = new NumbersOnTheWay(`Export ${made.exportId}`);
      const done = await until(
        async () => {
          const seen = exports.get.answers[200].parse(await get(`/v1/exports/${made.exportId}`));
          if (seen.status === "RUNNING") numbers.progress("exporting", seen.progress);
          return seen;
        },
        ({ status }) => status !== "RUNNING",
      );
      const file = done.url === undefined ? undefined : await (await fetch(done.url)).text();
      return { ...done, file };
    },
    /** Builds a query set and waits until it is READY or FAILED. */
    async querySet(body: unknown) {
      const made = querySets.create.answers[201].parse(expectStatus(await call("POST", "/v1/query-sets", body), 201));
      const numbers = new NumbersOnTheWay(`Query set ${made.querySetId}`);
      const built = await until(
        async () => {
          const seen = querySets.get.answers[200].parse(await get(`/v1/query-sets/${made.querySetId}`));
          numbers.progress("building", seen.progress);
          return seen;
        },
        ({ status }) => status !== "BUILDING",
      );
      if (built.status === "READY") endsAtTotal(`Query set ${made.querySetId}`, built.progress);
      return built;
    },
    async settled(id: string): Promise<Batch> {
      return await watched(id, ({ status }) => status !== "PLANNING");
    },
    /** Plans a batch update and waits for the review. */
    async plan(querySetId: string, spec: object): Promise<Batch> {
      const made = batchSchema.parse(
        expectStatus(await call("POST", "/v1/batch-updates", { querySetId, ...spec }), 201),
      );
      return await job.settled(made.batchUpdateId);
    },
    process: (planned: Batch, headers?: Record<string, string>): Promise<Reply> =>
      product.call("POST", `/v1/batch-updates/${planned.batchUpdateId}/process`, {
        as,
        body: { planDigest: planned.plan?.digest, patronCount: toWrite(planned) },
        ...(headers && { headers }),
      }),
    async ended(id: string): Promise<Batch> {
      return await watched(
        id,
        ({ status }) => status !== "READY" && status !== "SCHEDULED" && !working.includes(status),
      );
    },
    /** Waits until no fill is pending, and sees that none that was done is done again. */
    async filled(id: string): Promise<Batch> {
      return await watched(id, ({ serviceQueues }) => serviceQueues.status !== "FILLING");
    },
    /** Processes a plan as it was reviewed, and waits for the end. */
    async apply(planned: Batch): Promise<Batch> {
      expectStatus(await job.process(planned), 202);
      return await job.ended(planned.batchUpdateId);
    },
    /** Undoes or retries, through review and process. */
    async follow(id: string, what: "undo" | "retry", body: unknown = {}): Promise<Batch> {
      const made = batchSchema.parse(expectStatus(await call("POST", `/v1/batch-updates/${id}/${what}`, body), 201));
      return await job.settled(made.batchUpdateId);
    },
    planItems: (id: string, filter = "") => job.all(`/v1/batch-updates/${id}/plan${filter}`, planItemSchema),
    outcomes: (id: string, filter = "") => job.all(`/v1/batch-updates/${id}/outcomes${filter}`, outcomeItemSchema),
    async report(id: string) {
      const report = reports.get.answers[200].parse(await get(`/v1/batch-updates/${id}/report`));
      const read = async (url: string | undefined) =>
        // Not text(): that would take the byte order mark away.
        url === undefined ? undefined : Buffer.from(await (await fetch(url)).arrayBuffer()).toString("utf8");
      return { ...report, csv: await read(report.errors.csvUrl), jsonl: await read(report.outcomes.jsonlUrl) };
    },
  };
  return job;
}

export type Job = ReturnType<typeof jobs>;

export function toWrite({ plan }: Batch): number {
  const { update = 0, create = 0, remove = 0 } = plan?.counts ?? {};
  return update + create + remove;
}

import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { behind } from "#test/faults/behind";
import type { Rule } from "#test/faults/layer";
import { type FaultyProduct, startFaultyProduct } from "#test/faults/product";
import type { AwsRequest } from "#test/faults/requests";
import { accessDenied, firstTimes, gate } from "#test/faults/rules";
import { type Job, jobs } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { until } from "#test/product";

/**
 * What Keystone's support is called for, each with its fault really injected: found by the list of what needs attention,
 * understood from what stands there, and mended by support alone.
 */
let bed: FaultyProduct;
let hands: Awaited<ReturnType<typeof behind>>;
let job: Job;
beforeAll(async () => {
  bed = await startFaultyProduct({ samplePatrons: 600, sampleTitles: 5000 });
  hands = await behind(bed.product);
  job = jobs(bed.product);
});
afterAll(async () => {
  hands?.close();
  await bed?.remove();
});

const attentionSchema = z.object({
  items: z.array(
    z.object({
      kind: z.string(),
      library: z.string().optional(),
      subject: z.string(),
      summary: z.string(),
      acts: z.array(z.object({ act: z.string(), method: z.string(), path: z.string() })),
    }),
  ),
  unreadable: z.array(z.unknown()),
});
type Item = z.infer<typeof attentionSchema>["items"][number];

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  return await bed.product.call(method, path, { as: "keystone-support", headers, ...(body !== undefined && { body }) });
}

async function attention(subject: string): Promise<Item | undefined> {
  const { status, body } = await ask("GET", "/v1/support/attention?limit=200");
  expect(status).toBe(200);
  const { items, unreadable } = attentionSchema.parse(body);
  expect(unreadable).toEqual([]);
  return items.find((item) => item.subject === subject);
}

/** Needed on the way: it needs a reason, says first what it would do, and is told in the library's audit. */
async function mend(path: string, subject: string): Promise<void> {
  expect((await ask("POST", path, { reason: " " })).status).toBe(422);
  const would = await ask("POST", path, { dryRun: true });
  expect(would).toMatchObject({
    status: 200,
    body: { dryRun: true, subject, does: expect.arrayContaining([expect.any(String)]) },
  });
  const reason = `Mends ${subject}`;
  expect(await ask("POST", path, { reason })).toMatchObject({ status: 200, body: { dryRun: false, subject } });
  const audit = await ask("GET", `/v1/audit?subject=${subject}`, undefined, { library: "piedmont" });
  expect(JSON.stringify(audit.body)).toContain(reason);
}

const accessDeniedTo =
  (functionName: string, isMeant: (request: AwsRequest) => boolean = () => true): Rule =>
  (request) =>
    request.functionName.startsWith(functionName) && request.service === "dynamodb" && isMeant(request)
      ? accessDenied
      : undefined;

/** The first request that is meant gets no answer ever: its client has to give up, and try again. */
function silentOnce(isMeant: (request: AwsRequest) => boolean) {
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const once = firstTimes(1, isMeant, { staySilent: "BEFORE" });
  const rule: Rule = (request) => {
    const fault = once(request);
    if (fault !== undefined) reach();
    return fault;
  };
  return { rule, reached };
}

const everyone = { all: [{ field: "Patron.patronId", operator: "isNotBlank" }] };
const spec = { medium: "DB", nightlyDebug: true };

test("a chunk that is refused: its job names the error, the chunk and the tries, and a retry by support mends it", async () => {
  const { querySetId } = await job.querySet({ criteria: everyone });
  const planned = await job.plan(querySetId, { ...spec, changes: { cutoff: 7 } });
  const { batchUpdateId: id } = planned;
  const denied: Rule = (request) =>
    request.functionName.startsWith("ApplyChunk") &&
    request.operation === "GetObject" &&
    request.key.endsWith("00001.jsonl")
      ? { refuse: { status: 403, code: "AccessDenied" } }
      : undefined;
  const ended = await bed.faults.during(denied, async () => await job.apply(planned));
  expect(ended).toMatchObject({ status: "COMPLETED_WITH_ERRORS" });
  const { counts } = ended;
  expect(counts?.["unprocessed"]).toBeGreaterThan(0);
  expect(ended.stateReason).toContain("AccessDenied (a right is missing) in chunk 1, after 5 tries");
  const [left] = await job.outcomes(id, "?outcome=UNPROCESSED");
  expect(left).toMatchObject({ code: "NOT_REACHED", message: expect.stringContaining("AccessDenied") });

  const found = await attention(`batch-updates/${id}`);
  expect(found).toMatchObject({
    kind: "CHUNK_FAILED",
    library: "piedmont",
    summary: "AccessDenied (a right is missing) in chunk 1, after 5 tries",
  });
  const { body } = await ask("GET", `/v1/support/executions?outcome=WITH_FAILED_CHUNKS&q=${id}`);
  expect(body).toMatchObject({ items: [{ status: "SUCCEEDED", outcome: "WITH_FAILED_CHUNKS" }] });
  const name = `piedmont-${id}-apply`;
  expect((await ask("GET", `/v1/support/executions/${name}`)).body).toMatchObject({
    batchUpdateId: id,
    chunks: [{ chunk: 1, status: "FAILED", tries: 5, error: "AccessDenied", patrons: 100 }],
  });

  // Meanwhile it is counted again, and the database never answers one of the requests: counting takes its time.
  const verify = async () => await ask("GET", `/v1/batch-updates/${id}/verify`, undefined, { library: "piedmont" });
  const silent = silentOnce(
    ({ functionName, operation, body }) =>
      functionName.startsWith("Api") && operation === "BatchGetItem" && body.includes("#MEDIUM#"),
  );
  const counting = bed.faults.during(silent.rule, verify);
  await silent.reached;

  const path = found?.acts.find(({ act }) => act === "RETRY")?.path ?? "";
  const retried = await ask("POST", path, { reason: "The right is there again" }, { library: "piedmont" });
  expect(retried.status).toBe(201);
  const child = await job.settled(z.object({ batchUpdateId: z.string() }).parse(retried.body).batchUpdateId);
  const done = await ask(
    "POST",
    `/v1/batch-updates/${child.batchUpdateId}/process`,
    {
      planDigest: child.plan?.digest,
      patronCount: (child.plan?.counts["update"] ?? 0) + (child.plan?.counts["create"] ?? 0),
      reason: "The right is there again",
    },
    { library: "piedmont" },
  );
  expect(done.status).toBe(202);
  const mended = await job.ended(child.batchUpdateId);
  expect(mended).toMatchObject({ counts: { total: counts?.["unprocessed"], unprocessed: 0, failed: 0 } });
  expect(await attention(`batch-updates/${id}`)).toBeUndefined();

  const counted = await counting;
  expect(counted).toMatchObject({ status: 202, body: { status: "RUNNING", progress: { done: 500, total: 600 } } });
  expect(counted.headers.get("retry-after")).toBe("1");
  // The next call goes on from there.
  const verified = async () => verificationSchema.parse((await verify()).body);
  const whole = await verified();
  expect(whole.checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(whole).toMatchObject({ status: "DONE", ok: true });
  // The retry wrote the patrons of the second chunk since then.
  expect(whole.checks.find(({ name }) => name === "records")?.detail).toContain("records hold what was written");
  // Somebody takes a line out of the report.
  const { jsonl = "" } = await job.report(id);
  await hands.replaceReport(id, jsonl.slice(jsonl.indexOf("\n") + 1));
  const halved = await verified();
  expect(halved.ok).toBe(false);
  expect(halved.checks.filter(({ ok }) => !ok)).toMatchObject([
    { name: "report", detail: expect.stringContaining("total: 599 counted, 600 said") },
  ]);
  await mend(`/v1/support/jobs/runs/${id}/restart`, `batch-updates/${id}`);
  await until(
    async () => (await job.report(id)).jsonl,
    (text) => text === jsonl,
  );
  expect(await verified()).toMatchObject({ ok: true });
  expect(await job.batch(id)).toMatchObject({ status: ended.status, counts: ended.counts });
  // Its numbers agree again: there is nothing to write once more.
  expect((await ask("POST", `/v1/support/jobs/runs/${id}/restart`, { reason: "x" })).status).toBe(409);
});

const verificationSchema = z.object({
  status: z.string(),
  ok: z.boolean(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
});

test("fills that fail say why while they are pending, and are filled when what broke is mended", async () => {
  await job.importLines("patrons", [patronLine("FILLED1")]);
  const { querySetId } = await job.querySet({ patronIds: ["FILLED1"] });
  const planned = await job.plan(querySetId, { ...spec, changes: { addServiceQueue: true } });
  const { batchUpdateId: id } = planned;
  const list = `/v1/batch-updates/${id}/service-queues`;
  await bed.faults.during(
    accessDeniedTo("BatchManagerFill", ({ operation }) => operation === "BatchGetItem"),
    async () => {
      await job.apply(planned);
      const { items } = await until(
        async () => fillsSchema.parse(await job.get(list)),
        ({ items }) => items[0]?.lastError !== undefined,
      );
      expect(items).toMatchObject([
        { patronId: "FILLED1", status: "PENDING", lastError: "AccessDeniedException", nextTryAt: expect.any(String) },
      ]);
      expect(items[0]?.tries).toBeGreaterThanOrEqual(1);
    },
  );
  expect((await job.filled(id)).serviceQueues).toMatchObject({ status: "FILLED", filled: 1, failed: 0, pending: 0 });
  expect(fillsSchema.parse(await job.get(list)).items[0]).not.toHaveProperty("lastError");
});

const fillsSchema = z.object({
  items: z.array(
    z.looseObject({
      patronId: z.string(),
      status: z.string(),
      tries: z.number().optional(),
      lastError: z.string().optional(),
    }),
  ),
});

test("a plan, a query set and an import that failed are started again, and come to their ends", async () => {
  const failedSet = await bed.faults.during(
    accessDeniedTo("BuildQuerySetChunk"),
    async () => await job.querySet({ patronIds: ["P000001"] }),
  );
  expect(failedSet).toMatchObject({ status: "FAILED", stateReason: expect.stringContaining("AccessDeniedException") });
  const set = `query-sets/${failedSet.querySetId}`;
  const found = await attention(set);
  expect(found).toMatchObject({ kind: "JOB_FAILED", library: "piedmont" });
  await mend(found?.acts[0]?.path ?? "", set);
  await until(
    async () => await job.get(`/v1/${set}`),
    (it) => Reflect.get(Object(it), "status") === "READY",
  );
  expect(await attention(set)).toBeUndefined();

  const { querySetId } = await job.querySet({ criteria: everyone });
  const planned = await bed.faults.during(
    accessDeniedTo("PlanChunk"),
    async () => await job.plan(querySetId, { ...spec, changes: { cutoff: 8 } }),
  );
  expect(planned.status).toBe("FAILED");
  expect(planned.stateReason).toContain("AccessDeniedException (a right is missing) in chunks 0 and 1, after 5 tries");
  const plan = `batch-updates/${planned.batchUpdateId}`;
  const failedPlan = await attention(plan);
  expect(failedPlan).toMatchObject({ kind: "JOB_FAILED" });
  await mend(failedPlan?.acts[0]?.path ?? "", plan);
  const replanned = await job.settled(planned.batchUpdateId);
  expect(replanned.status).toBe("READY");
  expect(replanned).not.toHaveProperty("stateReason");
  expect(await job.apply(replanned)).toMatchObject({ counts: { unprocessed: 0, failed: 0 } });
  expect(await attention(plan)).toBeUndefined();

  const imported = await bed.faults.during(
    accessDeniedTo("ImportChunk"),
    async () => await job.importLines("patrons", [patronLine("MEND1"), patronLine("MEND2")]),
  );
  expect(imported).toMatchObject({ status: "FAILED", stateReason: expect.stringContaining("AccessDeniedException") });
  const it = `imports/${imported["importId"]}`;
  await mend((await attention(it))?.acts[0]?.path ?? "", it);
  const again = await until(
    async () => Object(await job.get(`/v1/${it}`)),
    ({ status }) => status !== "RUNNING",
  );
  expect(again).toMatchObject({ status: "COMPLETED", counts: { read: 2, created: 2, rejected: 0 } });
  expect(await attention(it)).toBeUndefined();
  // Once it has ended well, there is nothing to mend.
  expect((await ask("POST", `/v1/support/jobs/imports/${imported["importId"]}/restart`, { reason: "x" })).status).toBe(
    409,
  );
});

test("a run whose open work is lost holds its lock for ever, until it is started again", async () => {
  const { querySetId } = await job.querySet({ criteria: everyone });
  const planned = await job.plan(querySetId, { ...spec, changes: { cutoff: 9 } });
  const { batchUpdateId: id } = planned;
  const held = gate(({ functionName }) => functionName.startsWith("ApplyChunk"));
  await bed.faults.during(held.rule, async () => {
    expect((await job.process(planned)).status).toBe(202);
    await held.reached;
    await hands.loseOpen("batch-update", id);
    await hands.stopExecution("Apply", `piedmont-${id}-apply`);
    held.open();
  });
  const found = await attention(`batch-updates/${id}`);
  expect(found).toMatchObject({ kind: "RUN_STUCK", library: "piedmont" });
  await mend(found?.acts[0]?.path ?? "", `batch-updates/${id}`);
  const ended = await job.ended(id);
  expect(ended).toMatchObject({ counts: { unprocessed: 0, failed: 0 } });
  expect(await attention(`batch-updates/${id}`)).toBeUndefined();
});

test("an execution that nobody knows is found, and stopped into Keystone's own audit", async () => {
  const held = gate(({ functionName }) => functionName.startsWith("PlanJob"));
  await bed.faults.during(held.rule, async () => {
    await hands.startOrphan("orphan");
    const found = await attention("executions/orphan");
    expect(found).toMatchObject({ kind: "EXECUTION_UNKNOWN", acts: [{ act: "STOP" }, { act: "LOOK" }] });
    const path = found?.acts[0]?.path ?? "";
    expect((await ask("POST", path, { reason: "Nobody knows it" })).status).toBe(200);
    const again = await ask("POST", path, { reason: "Nobody knows it" });
    expect(again).toMatchObject({ status: 200, body: { does: [expect.stringContaining("ended already")] } });
    held.open();
  });
  expect(await attention("executions/orphan")).toBeUndefined();
  expect((await ask("GET", "/v1/support/audit")).body).toMatchObject({
    // The second came to nothing, and says so.
    items: [
      { action: "EXECUTION_STOPPED", subject: "executions/orphan", detail: expect.stringContaining("ended already") },
      { action: "EXECUTION_STOPPED", subject: "executions/orphan", reason: "Nobody knows it" },
    ],
  });
});

test("messages that were given up are read without hiding them, sent again and dropped", async () => {
  const ours = { library: "piedmont", batch: "none", medium: "DB", group: "000000-000", patronIds: ["P000001"] };
  for (const body of ["poison", JSON.stringify(ours)]) await hands.giveUp(body);
  const list = async () => {
    const schema = z.object({
      items: z.array(z.looseObject({ messageId: z.string(), body: z.string(), sentAt: z.string() })),
      complete: z.boolean(),
    });
    return schema.parse((await ask("GET", "/v1/support/dead-letters")).body);
  };
  const first = await list();
  expect(first).toMatchObject({ complete: true });
  expect(first.items.map(({ body }) => body).sort()).toEqual(["poison", JSON.stringify(ours)].sort());
  expect((await list()).items).toHaveLength(2);
  for (const { sentAt } of first.items) expect(Date.now() - Date.parse(sentAt)).toBeLessThan(600_000);
  const poison = first.items.find(({ body }) => body === "poison");
  const letter = first.items.find(({ body }) => body !== "poison");
  expect(letter).toMatchObject({ library: "piedmont", batchUpdateId: "none", patrons: 1 });
  expect(await attention(`dead-letters/${poison?.messageId}`)).toMatchObject({ kind: "DEAD_LETTER" });
  const drop = { messageIds: [poison?.messageId] };
  expect((await ask("POST", "/v1/support/dead-letters/drop", { ...drop, dryRun: true })).body).toMatchObject({
    messages: 1,
  });
  expect((await list()).items).toHaveLength(2);
  const reason = "Not one of ours";
  expect((await ask("POST", "/v1/support/dead-letters/drop", { ...drop, reason })).body).toMatchObject({ messages: 1 });
  expect((await ask("POST", "/v1/support/dead-letters/drop", { ...drop, reason })).body).toMatchObject({ messages: 0 });
  expect((await list()).items).toMatchObject([{ messageId: letter?.messageId }]);
  expect((await ask("POST", "/v1/support/dead-letters/redrive", { reason })).body).toMatchObject({ messages: 1 });
  expect((await ask("GET", "/v1/support/queues")).body).toMatchObject({ deadLetters: 0 });
  const audit = await ask("GET", "/v1/audit?subject=dead-letters", undefined, { library: "piedmont" });
  expect(audit.body).toMatchObject({ items: [{ action: "DEAD_LETTERS_REDRIVEN", reason }] });
  // Also what came to nothing.
  const nothing = { messageIds: ["none"], reason: "To be sure" };
  for (const act of ["redrive", "drop"]) await ask("POST", `/v1/support/dead-letters/${act}`, nothing);
  const told = await ask("GET", "/v1/support/audit?subject=dead-letters&limit=2");
  expect(told.body).toMatchObject({
    items: [
      { action: "DEAD_LETTERS_DROPPED", reason: "To be sure", detail: "Deletes 0 messages." },
      { action: "DEAD_LETTERS_REDRIVEN", reason: "To be sure", detail: "Sends 0 messages once more." },
    ],
  });
});

test("a run that hangs is found after ten minutes, and goes on in another execution", async () => {
  const { querySetId } = await job.querySet({ criteria: everyone });
  const planned = await job.plan(querySetId, { ...spec, changes: { cutoff: 11 } });
  const { batchUpdateId: id } = planned;
  const held = gate(({ functionName }) => functionName.startsWith("ApplyChunk"));
  await bed.faults.during(held.rule, async () => {
    expect((await job.process(planned)).status).toBe(202);
    await held.reached;
    expect(await attention(`batch-updates/${id}`)).toBeUndefined();
    await hands.openedAgo("batch-update", id, 11);
    const found = await attention(`batch-updates/${id}`);
    expect(found).toMatchObject({
      kind: "RUN_STUCK",
      summary: expect.stringMatching(`^It has not got on for \\d+ minutes. Its execution is piedmont-${id}-apply$`),
      acts: [{ act: "RESTART" }, { act: "STOP" }, { act: "LOOK" }],
    });
    await mend(found?.acts[0]?.path ?? "", `batch-updates/${id}`);
    held.open();
  });
  expect(await job.ended(id)).toMatchObject({ counts: { unprocessed: 0, failed: 0 } });
  expect(await attention(`batch-updates/${id}`)).toBeUndefined();
});

test("a chunk whose worker is killed each time says that the function died, and a retry mends it", async () => {
  const { querySetId } = await job.querySet({ criteria: everyone });
  const planned = await job.plan(querySetId, { ...spec, changes: { cutoff: 12 } });
  const killed: Rule = (request) =>
    request.functionName.startsWith("ApplyChunk") &&
    request.operation === "GetObject" &&
    request.key.endsWith("00001.jsonl")
      ? { crash: "BEFORE" }
      : undefined;
  const ended = await bed.faults.during(killed, async () => await job.apply(planned));
  const subject = `batch-updates/${planned.batchUpdateId}`;
  expect(await attention(subject)).toMatchObject({
    kind: "CHUNK_FAILED",
    summary: expect.stringMatching(/^\S+ \(the function died\) in chunk 1, after \d tries$/),
  });
  const retry = await job.apply(await job.follow(planned.batchUpdateId, "retry"));
  expect(retry).toMatchObject({ counts: { total: ended.counts?.["unprocessed"], unprocessed: 0, failed: 0 } });
  expect(await attention(subject)).toBeUndefined();
});

test("service queues that have waited for half an hour are asked for again by support", async () => {
  await job.importLines("patrons", [patronLine("FILLED2")]);
  const { querySetId } = await job.querySet({ patronIds: ["FILLED2"] });
  const planned = await job.plan(querySetId, { ...spec, changes: { addServiceQueue: true } });
  const { batchUpdateId: id } = planned;
  const subject = `batch-updates/${id}`;
  const again = { reason: "What broke is mended" };
  const path = `/v1/batch-updates/${id}/service-queues/retry`;
  await bed.faults.during(
    accessDeniedTo("BatchManagerFill", ({ operation }) => operation === "BatchGetItem"),
    async () => {
      await job.apply(planned);
      // Nothing has failed and nothing is late: the system sees to it by itself.
      expect((await ask("POST", path, again, { library: "piedmont" })).status).toBe(409);
      // The sweep may write the item down again, as it had read it a moment before.
      await until(
        async () => {
          await hands.openedAgo("fills", id, 31);
          return await attention(subject);
        },
        (found) => found !== undefined,
      );
    },
  );
  expect(await attention(subject)).toMatchObject({
    kind: "FILLS_LATE",
    summary: expect.stringMatching(/^1 service queue has waited for \d+ minutes/),
    acts: [{ act: "LOOK" }, { act: "RETRY_FILLS", path }],
  });
  expect((await ask("POST", path, again, { library: "piedmont" })).status).toBe(202);
  expect((await job.filled(id)).serviceQueues).toMatchObject({ status: "FILLED", filled: 1, failed: 0, pending: 0 });
  expect(await attention(subject)).toBeUndefined();
});

test("an undo is undone by support, and the records hold again what the run wrote", async () => {
  const { querySetId } = await job.querySet({ criteria: everyone });
  const run = await job.apply(await job.plan(querySetId, { ...spec, changes: { cutoff: 46 } }));
  const support = jobs(bed.product, "keystone-support");
  const undone = await job.apply(await job.follow(run.batchUpdateId, "undo"));
  const asked = await ask("POST", `/v1/batch-updates/${undone.batchUpdateId}/undo`, {}, { library: "piedmont" });
  expect(asked.status).toBe(201);
  const planned = await job.settled(z.object({ batchUpdateId: z.string() }).parse(asked.body).batchUpdateId);
  expect((await support.process(planned, { library: "piedmont" })).status).toBe(202);
  const again = await job.ended(planned.batchUpdateId);
  expect(again.counts).toMatchObject({ updated: undone.counts?.["updated"], failed: 0, conflict: 0, unprocessed: 0 });
  const [first] = await job.outcomes(again.batchUpdateId, "?outcome=UPDATED");
  const { media } = await job.patron(first?.patronId ?? "");
  expect(media["DB"]).toMatchObject({ cutoff: 46 });
});

test("open work that cannot be read hides nothing else, and is written anew by starting its job again", async () => {
  const { querySetId } = await job.querySet({ criteria: everyone });
  const planned = await job.plan(querySetId, { ...spec, changes: { cutoff: 13 } });
  const { batchUpdateId: id } = planned;
  const subject = `open/piedmont#batch-update#${id}`;
  const held = gate(({ functionName }) => functionName.startsWith("ApplyChunk"));
  await bed.faults.during(held.rule, async () => {
    expect((await job.process(planned)).status).toBe(202);
    await held.reached;
    await hands.spoilOpen("batch-update", id);
    await hands.stopExecution("Apply", `piedmont-${id}-apply`);
    held.open();
  });
  const found = await attention(subject);
  expect(found).toMatchObject({ kind: "OPEN_UNREADABLE", library: "piedmont", acts: [{ act: "RESTART" }, {}] });
  await mend(found?.acts[0]?.path ?? "", `batch-updates/${id}`);
  expect(await job.ended(id)).toMatchObject({ counts: { unprocessed: 0, failed: 0 } });
  expect(await attention(subject)).toBeUndefined();
});

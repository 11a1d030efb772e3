import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FaultLayer, Rule } from "#test/faults/layer";
import { type FaultyProduct, startFaultyProduct } from "#test/faults/product";
import { type AwsRequest, writesMedia } from "#test/faults/requests";
import {
  accessDenied,
  firstTimes,
  gate,
  internalError,
  nth,
  rendezvous,
  seeded,
  slowDown,
  throttled,
  writesFrom,
} from "#test/faults/rules";
import { patronId } from "#test/ids";
import { type Batch, type Job, jobs } from "#test/job";
import { sumOf } from "#test/numbers";
import { type RunningProduct, until } from "#test/product";
import { type Crowd, crowd, deliverAgain, growth, processOk, versions } from "./batch-update-bed.ts";

/** Three chunks: a canary of 500, one of 500 beside one of 100. */
const many = 1100;
/** Statements are sent 25 at a time: calls that write the canary. */
const canaryCalls = 20;
/** Milliseconds that a slow write takes: the rest of the run would take five times that. */
const slowWrite = 1000;

let faulty: FaultyProduct;
let product: RunningProduct;
let faults: FaultLayer;
let job: Job;
let everyone: Crowd;
let few: Crowd;

beforeAll(async () => {
  faulty = await startFaultyProduct();
  ({ product, faults } = faulty);
  job = jobs(product);
  everyone = await crowd(job, many, "F");
  few = await crowd(job, 30, "G");
});
afterAll(() => faulty?.remove());

let turns = 0;
/** A plan that changes everybody, another value each time. */
async function planFor({ querySetId }: Crowd, medium = "DB"): Promise<Batch> {
  turns++;
  const planned = await job.plan(querySetId, { medium, nightlyDebug: false, changes: { cutoff: turns } });
  expect(planned.status).toBe("READY");
  return planned;
}

/** Everything that a run owes for each patron, whatever happened on the way. */
async function expectOnce(done: Batch, who: Crowd, before: ReadonlyMap<string, number>): Promise<void> {
  const patrons = who.ids.length;
  expect(done.counts).toMatchObject({ total: patrons, updated: patrons });
  expect(sumOf(done.counts ?? {})).toBe(patrons);
  const after = growth(before, await versions(product, who));
  expect([...after].filter(([, grown]) => grown !== 1).slice(0, 5)).toEqual([]);
  const lines = (await job.report(done.batchUpdateId)).jsonl?.trimEnd().split("\n") ?? [];
  expect(lines.map((line) => JSON.parse(line).patronId)).toEqual(who.ids);
}

const inApply = ({ functionName }: AwsRequest) => functionName.startsWith("Apply");
const puts = (part: string) => (request: AwsRequest) =>
  request.operation === "PutObject" && inApply(request) && request.key.includes(part);

describe("exactly once", () => {
  const random = seeded(4);
  const share = (percent: number) => random() * 100 < percent;
  const inParts = ({ operation }: AwsRequest) => operation.startsWith("Batch");

  test.each<[string, () => Rule[]]>([
    [
      "30 % of all statements, keys and calls are throttled",
      () => [
        (request) =>
          inApply(request) && request.service === "dynamodb" && !inParts(request) && share(30) ? throttled : undefined,
        (request) => (inApply(request) && inParts(request) ? { refuseParts: () => share(30) } : undefined),
      ],
    ],
    [
      "connections break after the statements were applied",
      () => [(request) => (writesMedia(request) && share(40) ? { breakOff: "AFTER" } : undefined)],
    ],
    [
      "answers to statements that were applied never come",
      () => [nth(3, writesMedia, { staySilent: "AFTER" }), nth(30, writesMedia, { staySilent: "AFTER" })],
    ],
    [
      "workers die in the middle of writing, before and after",
      () => [nth(7, writesMedia, { crash: "AFTER" }), nth(canaryCalls + 12, writesMedia, { crash: "BEFORE" })],
    ],
    [
      "a worker dies between the records and the chunk's result",
      () => [firstTimes(2, puts("/apply/results/"), { crash: "BEFORE" })],
    ],
    [
      "a worker dies when its result is there and nobody was told",
      () => [firstTimes(2, puts("/apply/results/"), { crash: "AFTER" })],
    ],
    [
      "S3 is down at the start, in the middle and at the end",
      () => [
        firstTimes(3, puts("chunks.jsonl"), slowDown),
        firstTimes(7, puts("/apply/results/"), internalError),
        firstTimes(3, puts("/report/"), { breakOff: "AFTER" }),
        firstTimes(3, (request) => inApply(request) && request.operation === "GetObject", internalError),
      ],
    ],
    [
      "the report's writer dies half way and whole",
      () => [nth(1, puts("/report/outcomes"), { crash: "AFTER" }), nth(1, puts("/report/errors"), { crash: "BEFORE" })],
    ],
  ])("each patron is written once although %s", async (_, rules) => {
    const before = await versions(product, everyone);
    const planned = await planFor(everyone);
    const ruled = rules();
    const struck = new Set<Rule>();
    const done = await faults.during(
      async (request) => {
        for (const rule of ruled) {
          const fault = await rule(request);
          if (fault === undefined) continue;
          struck.add(rule);
          return fault;
        }
        return undefined;
      },
      () => job.apply(planned),
    );
    expect(struck.size).toBe(ruled.length);
    expect(done.status).toBe("COMPLETED");
    await expectOnce(done, everyone, before);
  });

  test("planning too comes to the same plan although a third of its calls fail and its workers die", async () => {
    const [plain, planning] = [
      await planFor(everyone),
      ({ functionName }: AwsRequest) => functionName.startsWith("Plan"),
    ];
    turns--;
    const rules = [
      nth(2, (request) => planning(request) && request.operation === "PutObject", { crash: "AFTER" }),
      firstTimes(1, (request) => planning(request) && request.key.includes("results"), { crash: "BEFORE" }),
    ];
    const again = await faults.during(
      async (request) => {
        for (const rule of rules) {
          const fault = await rule(request);
          if (fault !== undefined) return fault;
        }
        if (!planning(request)) return undefined;
        if (request.operation === "BatchGetItem") return { refuseParts: () => share(33) };
        return share(10) ? { breakOff: "BEFORE" } : undefined;
      },
      () => planFor(everyone),
    );
    expect(again.plan?.counts).toEqual(plain.plan?.counts);
    const items = await Promise.all([plain, again].map(({ batchUpdateId }) => job.planItems(batchUpdateId)));
    expect(items[1]).toEqual(items[0]);
  });

  test("every chunk is delivered twice at the same time", async () => {
    const before = await versions(product, everyone);
    const planned = await planFor(everyone);
    // Each delivery has four calls under way: the eighth proves that both are writing.
    const meeting = rendezvous(8, writesMedia);
    await faults.during(meeting.rule, async () => {
      await processOk(job, planned);
      await deliverAgain(product, planned, "twin");
      await meeting.reached;
      await job.ended(planned.batchUpdateId);
    });
    await until(
      async () => faults.underWay(),
      (open) => open === 0,
    );
    await expectOnce(await job.batch(planned.batchUpdateId), everyone, before);
  });

  test("process three times at once is one run", async () => {
    const before = await versions(product, few);
    const planned = await planFor(few);
    // All three have seen READY before the first of them says PROCESSING.
    const saving = ({ functionName, operation }: AwsRequest) =>
      functionName.startsWith("Api") && operation === "TransactWriteItems";
    const answers = await faults.during(rendezvous(3, saving).rule, () =>
      Promise.all([1, 2, 3].map(() => job.process(planned))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409]);
    await expectOnce(await job.ended(planned.batchUpdateId), few, before);
  });

  test("a double click with one key is one run with one answer", async () => {
    const before = await versions(product, few);
    const planned = await planFor(few);
    const key = { "idempotency-key": "double-click" };
    const answers = await Promise.all([1, 2, 3].map(() => job.process(planned, key)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    await expectOnce(await job.ended(planned.batchUpdateId), few, before);
    expect((await job.process(planned, key)).body).toEqual(answers[0]?.body);
  });
});

describe("cancel", () => {
  const cancel = async ({ batchUpdateId }: Batch) =>
    await job.call("POST", `/v1/batch-updates/${batchUpdateId}/cancel`);

  test("in PLANNING it is CANCELLED at once, and stays so when the planning comes to its end", async () => {
    const planning = gate(
      ({ functionName, operation }) => functionName.startsWith("Plan") && operation === "PutObject",
    );
    const body = { querySetId: everyone.querySetId, medium: "DB", nightlyDebug: true };
    const { batchUpdateId } = await faults.during(planning.rule, async () => {
      const made = (await job.call("POST", "/v1/batch-updates", body)).body;
      const batch = await job.batch(String(Reflect.get(Object(made), "batchUpdateId")));
      await planning.reached;
      expect((await cancel(batch)).status).toBe(202);
      expect((await job.batch(batch.batchUpdateId)).status).toBe("CANCELLED");
      planning.open();
      await until(
        async () => faults.underWay(),
        (open) => open === 0,
      );
      return batch;
    });
    const after = await job.batch(batchUpdateId);
    expect(after).toMatchObject({ status: "CANCELLED", stateReason: "Canceled by piedmont-administrator" });
    expect(after.counts).toBeUndefined();
    expect(await job.outcomes(batchUpdateId)).toEqual([]);
    expect(await job.report(batchUpdateId)).toMatchObject({ final: true, errors: { rows: 0 }, outcomes: { rows: 0 } });
    expect((await cancel(after)).status).toBe(409);
  });

  test("in READY it is CANCELLED at once and cannot be processed any more", async () => {
    const before = await versions(product, everyone);
    const planned = await planFor(everyone);
    expect((await cancel(planned)).status).toBe(202);
    expect((await job.process(planned)).status).toBe(409);
    expect((await job.batch(planned.batchUpdateId)).status).toBe("CANCELLED");
    expect(await versions(product, everyone)).toEqual(before);
  });

  test("half way, with a chunk that died while writing: done and unprocessed are told apart exactly, and nothing is written after CANCELLED", async () => {
    const before = await versions(product, everyone);
    const planned = await planFor(everyone);
    // The call is done, the worker that asked for it dies, and the run is being cancelled when it comes again.
    const dying = gate(writesFrom(canaryCalls + 6), { crash: "AFTER" });
    await faults.during(dying.rule, async () => {
      await processOk(job, planned);
      await dying.reached;
      expect((await cancel(planned)).status).toBe(202);
      expect((await job.batch(planned.batchUpdateId)).status).toBe("CANCELLING");
      expect((await cancel(planned)).status).toBe(202);
      dying.open();
      await job.ended(planned.batchUpdateId);
    });
    const done = await job.batch(planned.batchUpdateId);
    const atOnce = await versions(product, everyone);
    expect(done).toMatchObject({ status: "CANCELLED", stateReason: "Canceled by piedmont-administrator" });
    const { updated = 0, unprocessed = 0 } = done.counts ?? {};
    expect(updated).toBeGreaterThan(canaryCalls * 25);
    expect(unprocessed).toBeGreaterThan(0);
    expect(updated + unprocessed).toBe(many);
    const outcomes = new Map((await job.outcomes(done.batchUpdateId)).map((one) => [one.patronId, one]));
    for (const [id, grown] of growth(before, atOnce)) {
      expect([id, outcomes.get(patronId(id))?.outcome]).toEqual([id, grown === 1 ? "UPDATED" : "UNPROCESSED"]);
      expect(grown).toBeLessThanOrEqual(1);
    }
    await deliverAgain(product, planned, "after-cancel");
    await until(
      async () => faults.underWay(),
      (open) => open === 0,
    );
    expect(await versions(product, everyone)).toEqual(atOnce);

    const retried = await job.follow(done.batchUpdateId, "retry");
    expect(retried).toMatchObject({
      kind: "RETRY",
      parentId: done.batchUpdateId,
      plan: { counts: { update: unprocessed } },
    });
    expect((await job.apply(retried)).counts).toMatchObject({ total: unprocessed, updated: unprocessed });
    const all = growth(before, await versions(product, everyone));
    expect([...all].filter(([, grown]) => grown !== 1).slice(0, 5)).toEqual([]);
  });

  test("a run whose writes are slow stops within seconds, in the middle of its chunks", async () => {
    const before = await versions(product, everyone);
    const planned = await planFor(everyone);
    const afterCanary = writesFrom(canaryCalls + 1);
    const begun = Promise.withResolvers<void>();
    let calls = 0;
    const slow: Rule = async (request) => {
      if (!afterCanary(request)) return undefined;
      // Each chunk has four calls under way: with the eighth the larger one is at work, whichever began.
      if (++calls === 8) begun.resolve();
      await wait(slowWrite);
      return undefined;
    };
    const done = await faults.during(slow, async () => {
      await processOk(job, planned);
      await begun.promise;
      expect((await cancel(planned)).status).toBe(202);
      return await job.ended(planned.batchUpdateId);
    });
    const grown = [...growth(before, await versions(product, everyone)).values()];
    expect(done.status).toBe("CANCELLED");
    expect(done.counts?.["unprocessed"]).toBeGreaterThan(100);
    expect(done.counts?.["unprocessed"]).toBe(grown.filter((one) => one === 0).length);
    expect(done.counts?.["updated"]).toBe(grown.filter((one) => one === 1).length);
  });
});

describe("brake", () => {
  test("a run whose first chunk cannot be worked on is stopped before anything is written", async () => {
    const before = await versions(product, everyone);
    const planned = await planFor(everyone);
    const refused: Rule = ({ functionName, operation }) =>
      functionName.startsWith("ApplyChunk") && operation === "GetItem" ? accessDenied : undefined;
    const done = await faults.during(refused, () => job.apply(planned));
    expect(done).toMatchObject({ status: "CANCELLED", counts: { total: many, updated: 0, unprocessed: many } });
    expect(done.stateReason).toMatch(/^Stopped by the system: the first patrons could not be worked on/);
    expect(await versions(product, everyone)).toEqual(before);
  });

  test("a run is stopped when more than the library's share of those tried fail; the rest is unprocessed and can be retried", async () => {
    const before = await versions(product, everyone);
    const planned = await planFor(everyone);
    expect(planned["large"]).toBe(true);
    const refused: Rule = (request) => (writesMedia(request) ? { breakOff: "BEFORE" } : undefined);
    const done = await faults.during(refused, () => job.apply(planned));
    expect(done.status).toBe("CANCELLED");
    expect(done.stateReason).toMatch(/^Stopped by the system: 500 of 500 patrons tried could not be written/);
    expect(done.counts).toMatchObject({ total: many, updated: 0, failed: 500, unprocessed: many - 500 });
    expect(await versions(product, everyone)).toEqual(before);
    const codes = new Set((await job.outcomes(done.batchUpdateId)).map(({ outcome, code }) => `${outcome} ${code}`));
    expect(codes).toEqual(new Set(["FAILED WRITE_FAILED", "UNPROCESSED NOT_REACHED"]));

    const retried = await job.apply(await job.follow(done.batchUpdateId, "retry"));
    expect(retried.status).toBe("COMPLETED");
    await expectOnce(retried, everyone, before);
  });
});

describe("overlap", () => {
  test("a second batch update of the same medium gets 409 naming the first; another medium goes on", async () => {
    const [first, second, other] = [await planFor(few), await planFor(few), await planFor(few, "BR")];
    const writing = gate(({ body, ...request }) => writesMedia({ body, ...request }) && body.includes("#MEDIUM#DB"));
    await faults.during(writing.rule, async () => {
      await processOk(job, first);
      await writing.reached;
      const refused = await job.process(second);
      expect(refused).toMatchObject({ status: 409, body: { code: "CONFLICT", conflictsWith: first.batchUpdateId } });
      expect((await job.apply(other)).status).toBe("COMPLETED");
      writing.open();
      expect((await job.ended(first.batchUpdateId)).status).toBe("COMPLETED");
    });
    // Whatever the second plan showed, the first one changed it: nobody's value is overwritten.
    expect((await job.apply(second)).counts).toMatchObject({ conflict: few.ids.length, updated: 0 });
  });

  test("a run that broke off is FAILED with a report, and leaves no lock behind", async () => {
    const before = await versions(product, everyone);
    const planned = await planFor(everyone);
    const done = await faults.during(
      (request) => (puts("chunks.jsonl")(request) ? { refuse: { status: 403, code: "AccessDenied" } } : undefined),
      () => job.apply(planned),
    );
    expect(["FAILED", "CANCELLED"]).toContain(done.status);
    expect(done.stateReason).toBeDefined();
    expect(done.counts).toMatchObject({ total: many, updated: 0, unprocessed: many });
    expect(await job.report(done.batchUpdateId)).toMatchObject({
      errors: { rows: many },
      outcomes: { rows: many },
    });
    await expectOnce(await job.apply(await planFor(everyone)), everyone, before);
  });

  test("a delivery that comes when its run is over, and even undone, writes nothing", async () => {
    const planned = await planFor(everyone);
    // The first delivery stops at the lines of its plan; a second one does the work; both are undone before it goes on.
    let held = false;
    const late = gate((request) => {
      const isFirst = !held && request.functionName.startsWith("ApplyChunk") && request.operation === "GetObject";
      if (isFirst && request.key.includes("/plan/")) held = true;
      return isFirst && held;
    });
    await faults.during(late.rule, async () => {
      await processOk(job, planned);
      await late.reached;
      await deliverAgain(product, planned, "twin");
      expect((await job.ended(planned.batchUpdateId)).status).toBe("COMPLETED");
      const undone = await job.apply(await job.follow(planned.batchUpdateId, "undo"));
      expect(undone.counts).toMatchObject({ updated: many });
      const before = await versions(product, everyone);
      late.open();
      await until(
        async () => faults.underWay(),
        (open) => open === 0,
      );
      await deliverAgain(product, planned, "third");
      await until(
        async () => faults.underWay(),
        (open) => open === 0,
      );
      expect(await versions(product, everyone)).toEqual(before);
    });
    expect((await job.batch(planned.batchUpdateId)).counts).toMatchObject({ updated: many });
  });
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Job, jobs, problemSchema } from "#test/job";
import { patronIds, patronLine } from "#test/patron-lines";
import { type Reply, type RunningProduct, startProduct } from "#test/product";

let product: RunningProduct;
let job: Job;
let querySetId: string;

beforeAll(async () => {
  product = await startProduct();
  job = jobs(product);
  await job.importLines(
    "patrons",
    patronIds(3).map((id) => patronLine(id)),
  );
  querySetId = (await job.querySet({ patronIds: patronIds(3) })).querySetId;
});
afterAll(() => product?.remove());

/** A problem answer of the contract, and nothing but. */
function expectProblem(reply: Reply, status: number, code: string): ReturnType<typeof problemSchema.parse> {
  expect(reply.body).toMatchObject({ status, code });
  expect(reply.status).toBe(status);
  expect(reply.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  return problemSchema.parse(reply.body);
}

const good = { medium: "DB", nightlyDebug: false };

describe("a batch update that is wrong for everybody is refused at once, with the path of what is wrong", () => {
  const wrong: [string, object, string][] = [
    ["no medium", { nightlyDebug: true }, "medium"],
    ["no Nightly Debug: there is no default", { medium: "DB" }, "nightlyDebug"],
    ["Nightly Debug as a text", { medium: "DB", nightlyDebug: "true" }, "nightlyDebug"],
    ["a medium that the library does not have", { ...good, medium: "XX" }, "medium"],
    ["an unknown field", { ...good, changes: { mainStatus: "WITHDRAWN" } }, "changes.mainStatus"],
    ["an unknown serve code", { ...good, changes: { serveCode: "ZZ" } }, "changes.serveCode"],
    ["an unknown status", { ...good, changes: { status: "ZZ" } }, "changes.status"],
    ["an unknown delivery method", { ...good, changes: { deliveryMethod: "PIGEON" } }, "changes.deliveryMethod"],
    ["a day that has passed", { ...good, changes: { nextServiceDate: "2020-01-01" } }, "changes.nextServiceDate"],
    ["a day that does not exist", { ...good, changes: { nextServiceDate: "2027-02-30" } }, "changes.nextServiceDate"],
    ["a number out of range", { ...good, changes: { maxServiceQueueSize: 501 } }, "changes.maxServiceQueueSize"],
    ["a number with a fraction", { ...good, changes: { cutoff: 1.5 } }, "changes.cutoff"],
    ["clearing what cannot be cleared", { ...good, changes: { status: null } }, "changes.status"],
    [
      "a refill point above the maximum",
      { ...good, changes: { refillPoint: 9, maxServiceQueueSize: 8 } },
      "changes.refillPoint",
    ],
    ["adding service queues: false", { ...good, changes: { addServiceQueue: false } }, "changes.addServiceQueue"],
    [
      "a spread of nobody a day",
      { ...good, changes: { nextServiceDate: { spread: { from: "2030-01-01", perDay: 0 } } } },
      "changes.nextServiceDate",
    ],
  ];
  test.each(wrong)("%s", async (_, spec, path) => {
    const problem = expectProblem(
      await job.call("POST", "/v1/batch-updates", { querySetId, ...spec }),
      422,
      "VALIDATION",
    );
    expect(problem.errors?.map((error) => error.path).join(" ")).toContain(path);
  });
});

describe("requests that are no requests", () => {
  test("malformed JSON", async () => {
    expectProblem(await job.call("POST", "/v1/batch-updates", "{"), 400, "MALFORMED_JSON");
  });
  test("another content type", async () => {
    const reply = await product.call("POST", "/v1/query-sets", {
      body: "a=b",
      headers: { "content-type": "text/plain" },
    });
    expectProblem(reply, 415, "UNSUPPORTED_MEDIA_TYPE");
  });
  test("more than 4 MB", async () => {
    const reply = await job.call("POST", "/v1/query-sets", { name: "x".repeat(5 * 1024 * 1024) });
    expectProblem(reply, 413, "TOO_LARGE");
  });
  test("no token, and one that is none", async () => {
    const none = await fetch(`${product.url}/v1/library`);
    expect(none.status).toBe(401);
    expect(problemSchema.parse(await none.json()).code).toBe("UNAUTHENTICATED");
    const wrong = await fetch(`${product.url}/v1/library`, { headers: { authorization: "Bearer a.b.c" } });
    expect(wrong.status).toBe(401);
  });
  test("unknown ids and paths", async () => {
    for (const path of ["query-sets/none", "batch-updates/none", "imports/none", "patrons/none", "nothing"]) {
      expectProblem(await job.call("GET", `/v1/${path}`), 404, "NOT_FOUND");
    }
    expectProblem(await job.call("POST", "/v1/batch-updates", { querySetId: "none", ...good }), 404, "NOT_FOUND");
  });
  test("lone surrogates and NUL in a text", async () => {
    for (const name of ["\ud800", "\0"]) {
      expectProblem(await job.call("POST", "/v1/batch-updates", { querySetId, ...good, name }), 422, "VALIDATION");
    }
  });
  test("a wrong limit and a made up cursor", async () => {
    expectProblem(await job.call("GET", "/v1/batch-updates?limit=201"), 422, "VALIDATION");
    expectProblem(await job.call("GET", "/v1/batch-updates?cursor=%21%21"), 422, "VALIDATION");
    expectProblem(await job.call("GET", "/v1/batch-updates?sort=name"), 422, "VALIDATION");
  });
});

test("an upload that is not JSONL ends its import FAILED with the reason", async () => {
  const end = await job.importLines("patrons", "%PDF-1.7\nnot a patron\n");
  expect(end.status).toBe("FAILED");
  expect(end.stateReason).toBeTruthy();
});

test("a query set with nobody left cannot be updated", async () => {
  const set = await job.querySet({ patronIds: ["NOBODY"] });
  expect(set).toMatchObject({ status: "READY", counts: { matched: 0, notFound: 1 } });
  expectProblem(
    await job.call("POST", "/v1/batch-updates", { querySetId: set.querySetId, ...good }),
    422,
    "VALIDATION",
  );
});

test("after all of this nothing was written", async () => {
  for (const id of patronIds(3)) expect((await job.patron(id)).media["DB"]?.version).toBe(1);
  expect(await job.get("/v1/batch-updates")).toEqual({ items: [] });
});

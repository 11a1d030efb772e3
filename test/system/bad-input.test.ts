import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { problemSchema } from "#contract/problem";
import { type Job, jobs } from "#test/job";
import { patronIds, patronLine } from "#test/patron-lines";
import { type Reply, type RunningProduct, startProduct } from "#test/product";
import { routes } from "../../functions/api/routes.ts";

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

describe("what is no id, or far too much", () => {
  test("a query set that cannot be one is told so, or not found", async () => {
    for (const id of ["", "\ud800", "\0", "a b", "../x", "x".repeat(65), 7, null, ["a"]]) {
      expectProblem(await job.call("POST", "/v1/batch-updates", { ...good, querySetId: id }), 422, "VALIDATION");
    }
    for (const id of ["%00", "%ED%A0%80", "%F0%9F%98%80", "a%20b", "x".repeat(300), "%zz", "..%2f..", "%2e%2e"]) {
      for (const path of [
        `query-sets/${id}`,
        `batch-updates/${id}/plan`,
        `patrons/${id}`,
        `patrons/${id}/media/${id}`,
      ]) {
        expectProblem(await job.call("GET", `/v1/${path}`), 404, "NOT_FOUND");
      }
    }
  });

  test("90,000 unknown fields are told quickly, the first hundred by name", async () => {
    const body = Object.fromEntries(Array.from({ length: 90_000 }, (_, n) => [`unknown${n}`, n]));
    for (const [method, path] of [
      ["POST", "/v1/batch-updates"],
      ["POST", "/v1/query-sets"],
      ["PUT", "/v1/library"],
      ["PATCH", `/v1/patrons/${patronIds(1)[0]}/media/DB`],
    ] as const) {
      const problem = expectProblem(await job.call(method, path, body), 422, "VALIDATION");
      expect(problem.errors?.length).toBeLessThanOrEqual(100);
    }
  });

  test("criteria of more than 100 kB are too large, wherever they are sent", async () => {
    const value = Array.from({ length: 1000 }, (_, n) => String(n).padEnd(200, "x"));
    const criteria = { all: [{ field: "Patron.city", operator: "in", value }] };
    expectProblem(await job.call("POST", "/v1/query-sets", { criteria }), 413, "TOO_LARGE");
    expectProblem(await job.call("POST", "/v1/saved-queries", { name: "Large", criteria }), 413, "TOO_LARGE");
  });

  test("many things of the largest size make no list fail, and pages lose none", async () => {
    const value = Array.from({ length: 480 }, (_, n) => String(n).padEnd(200, "y"));
    const criteria = { all: [{ field: "Patron.city", operator: "in", value }] };
    const made = new Set<string>();
    for (let n = 0; n < 70; n++) {
      const set = await job.call("POST", "/v1/query-sets", { name: `Large ${n}`, criteria });
      const saved = await job.call("POST", "/v1/saved-queries", { name: `Large ${n}`, criteria });
      expect([set.status, saved.status]).toEqual([201, 201]);
      made.add(String(Object(saved.body).savedQueryId));
    }
    const item = z.looseObject({ searchStatement: z.string() });
    const sets = await job.all("/v1/query-sets", item);
    const large = sets.filter((set) => set.searchStatement.length > 100);
    expect(large).toHaveLength(70);
    for (const { searchStatement } of large) {
      expect(searchStatement).toHaveLength(301);
      expect(searchStatement.endsWith("…")).toBe(true);
    }
    const one = item.parse(await job.get(`/v1/query-sets/${String(large[0]?.["querySetId"])}`));
    expect(one.searchStatement.length).toBeGreaterThan(90_000);
    const savedQuery = z.looseObject({
      savedQueryId: z.string(),
      criteria: z.unknown(),
      starter: z.boolean().optional(),
    });
    const kept = await job.all("/v1/saved-queries", savedQuery);
    const queries = kept.filter(({ starter }) => starter !== true);
    expect(new Set(queries.map((it) => it.savedQueryId))).toEqual(made);
    expect(queries[0]?.criteria).toEqual(criteria);
  }, 120_000);
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

test("whatever is sent to whatever address, the answer is never 500", async () => {
  const text = fc.oneof(
    fc.constantFrom("", ".", "..", "%00", "%ED%A0%80", "none", "P1", "DB", "%F0%9F%98%80", "null", "0", "-1", "1e9"),
    fc
      .string({ unit: "binary", maxLength: 40 })
      .filter((it) => it.isWellFormed())
      .map(encodeURIComponent),
  );
  const field = fc.constantFrom(
    "name",
    "criteria",
    "patronIds",
    "querySetId",
    "medium",
    "nightlyDebug",
    "changes",
    "planDigest",
    "patronCount",
    "status",
    "upload",
    "kind",
    "format",
    "action",
    "warning",
    "reason",
    "library",
    "media",
    "__proto__",
    "constructor",
  );
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.constantFrom("\ud800", "\0", querySetId, 1e308, -0, [], {}, { all: [] }, { all: [{ field: "Media.cutoff" }] }),
  );
  const request = fc.record({
    route: fc.constantFrom(...routes),
    params: fc.array(text, { minLength: 3, maxLength: 3 }),
    query: fc.dictionary(fc.constantFrom("limit", "cursor", "q", "status", "kind", "action", "medium", "x"), text, {
      maxKeys: 3,
    }),
    body: fc.option(fc.oneof(fc.dictionary(field, value, { maxKeys: 5 }), value)),
    headers: fc.dictionary(
      fc.constantFrom("if-match", "idempotency-key", "library", "reason", "accept-encoding", "x-other"),
      fc.constantFrom("*", '"1"', 'W/"1"', "", ",", "piedmont", "%zz", "x".repeat(300), "br;q=x", "same"),
      { maxKeys: 3 },
    ),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ route, params, query, body, headers }) => {
      const rest = [...params];
      const path = route.path.replace(/:\w+/g, () => rest.pop() ?? "");
      const search = Object.entries(query).map(([name, it]) => `${name}=${it}`);
      const reply = await product.call(route.method, `${path}${search.length > 0 ? "?" : ""}${search.join("&")}`, {
        headers,
        ...(body !== null && route.method !== "GET" && { body: JSON.stringify(body) }),
      });
      expect(reply.status, `${route.method} ${path} ${JSON.stringify({ search, body, headers })}`).not.toBe(500);
      if (reply.status < 400) return;
      expect(problemSchema.parse(reply.body)).toMatchObject({ status: reply.status });
      expect(reply.headers.get("request-id")).toBeTruthy();
    }),
    { numRuns: 600 },
  );
}, 120_000);

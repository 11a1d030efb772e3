import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { problemSchema } from "#contract/problem";
import { problemWords } from "#contract/problem-words";
import { type Job, jobs } from "#test/job";
import { patronIds, patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct } from "#test/product";

let product: RunningProduct;
let job: Job;
let token: string;
let querySetId: string;

beforeAll(async () => {
  product = await startProduct();
  job = jobs(product);
  token = await product.token("piedmont-administrator");
  const lines = patronIds(60).map((id) => patronLine(id));
  await job.importLines("patrons", lines);
  querySetId = (await job.querySet({ patronIds: patronIds(60) })).querySetId;
});
afterAll(() => product.remove());

const bearer = () => ({ authorization: `Bearer ${token}` });
const ask = async (method: string, path: string, headers: Record<string, string> = bearer(), body?: unknown) =>
  await fetch(product.url + path, {
    method,
    headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const problemOf = async (response: Response) => problemSchema.parse(await response.json());
const savedQuery = { name: "Braille", criteria: { all: [{ field: "Media.medium", operator: "equals", value: "BR" }] } };

describe("every answer names its request", () => {
  test.each([
    ["GET", "/v1/library", 200],
    ["GET", "/v1/patrons/nobody", 404],
    ["GET", "/v1/health", 200],
    ["OPTIONS", "/v1/library", 204],
    ["HEAD", "/v1/library", 200],
    ["POST", "/v1/library", 405],
  ])("%s %s", async (method, path, status) => {
    const response = await ask(method, path);
    expect(response.status).toBe(status);
    expect(response.headers.get("request-id")).toMatch(/^[\w-]{8,}$/);
  });

  test("a problem says it in its body too, and no two have the same", async () => {
    const responses = await Promise.all([ask("GET", "/v1/nothing"), ask("GET", "/v1/nothing")]);
    const named = responses.map((response) => response.headers.get("request-id"));
    const problems = await Promise.all(responses.map(problemOf));
    expect(problems.map(({ requestId }) => requestId)).toEqual(named);
    expect(new Set(named).size).toBe(2);
  });
});

describe("the type of a problem leads to a page about it", () => {
  test("without a token, under the policy of the console", async () => {
    for (const code of Object.keys(problemWords)) {
      const page = await fetch(`${product.url}/docs/problems/${code}`);
      expect(page.status).toBe(200);
      expect(page.headers.get("content-type")).toMatch(/^text\/html/);
      expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
      const html = await page.text();
      expect(html).toContain(`<code>${code}</code>`);
      expect(html).not.toMatch(/<script|style=|<style/);
    }
    expect((await fetch(`${product.url}/docs/problems/`)).status).toBe(200);
    expect((await fetch(`${product.url}/docs/problems/NO_SUCH`)).status).toBe(404);
  });

  test.each([
    ["GET", "/v1/nothing", "NOT_FOUND"],
    ["PUT", "/v1/health", "METHOD_NOT_ALLOWED"],
    ["GET", "/v1/patrons?limit=0", "VALIDATION"],
  ])("%s %s", async (method, path, code) => {
    const { type } = await problemOf(await ask(method, path));
    expect(type).toBe(`${product.url}/docs/problems/${code}`);
    expect((await fetch(type)).status).toBe(200);
  });
});

describe("addresses and methods", () => {
  test("401 comes before 404 and 405", async () => {
    for (const [method, path] of [
      ["GET", "/v1/nothing"],
      ["POST", "/v1/library"],
      ["GET", "/v1/query-sets//patrons"],
      ["POST", "/v1/health"],
    ] as const) {
      const response = await ask(method, path, {});
      expect([method, path, response.status]).toEqual([method, path, 401]);
    }
  });

  test.each([
    ["DELETE", "/v1/library", "GET, HEAD, PUT, OPTIONS"],
    ["GET", "/v1/batch-updates/x/process", "POST, OPTIONS"],
    ["TRACE-ME", "/v1/query-sets", "GET, HEAD, POST, OPTIONS"],
    ["POST", "/v1/health", "GET, HEAD, OPTIONS"],
    ["PUT", "/v1/openapi.json", "GET, HEAD, OPTIONS"],
  ])("%s %s is 405 with Allow", async (method, path, allow) => {
    const response = await product.call(method === "TRACE-ME" ? "PROPFIND" : method, path);
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allow);
    expect(problemSchema.parse(response.body).code).toBe("METHOD_NOT_ALLOWED");
  });

  test("OPTIONS says what can be asked, without a token", async () => {
    const response = await ask("OPTIONS", "/v1/saved-queries/x", {});
    expect([response.status, response.headers.get("allow"), await response.text()]).toEqual([
      204,
      "GET, HEAD, PUT, DELETE, OPTIONS",
      "",
    ]);
    expect((await ask("OPTIONS", "/v1/nothing", {})).status).toBe(401);
    expect((await ask("OPTIONS", "/v1/nothing")).status).toBe(404);
  });

  test("HEAD is GET without a body", async () => {
    const [head, get] = [await ask("HEAD", "/v1/library"), await ask("GET", "/v1/library")];
    expect(await head.text()).toBe("");
    for (const name of ["content-type", "etag"]) expect(head.headers.get(name)).toBe(get.headers.get(name));
    expect((await ask("HEAD", "/v1/patrons/nobody")).status).toBe(404);
  });

  test("health needs no token", async () => {
    const response = await ask("GET", "/v1/health", {});
    expect([response.status, await response.json()]).toEqual([200, { status: "UP" }]);
  });

  test("an empty segment names nothing, whatever stands around it", async () => {
    const description = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
    const { paths } = description.parse(await (await ask("GET", "/v1/openapi.json", {})).json());
    const asked: string[] = [];
    for (const [path, operations] of Object.entries(paths)) {
      if (!path.includes("{")) continue;
      for (const method of Object.keys(operations)) {
        const empty = path.replaceAll(/\{\w+\}/g, "");
        const response = await ask(
          method.toUpperCase(),
          empty,
          bearer(),
          method === "get" || method === "delete" ? undefined : {},
        );
        asked.push(`${method} ${empty} ${response.status}`);
      }
    }
    expect(asked.length).toBeGreaterThan(19);
    expect(asked.filter((line) => !line.endsWith(" 404"))).toEqual([]);
    expect((await ask("GET", "/v1/query-sets/")).status).toBe(404);
  });
});

describe("what was created", () => {
  test("is found where Location says", async () => {
    const made = [
      ["/v1/saved-queries", savedQuery],
      ["/v1/presets", { name: "Off", changes: { status: "INACTIVE" } }],
      ["/v1/query-sets", { patronIds: ["P1"] }],
      ["/v1/imports", { kind: "patrons", format: "csv" }],
      ["/v1/batch-updates", { querySetId, medium: "DB", nightlyDebug: true }],
    ] as const;
    for (const [path, body] of made) {
      const response = await ask("POST", path, bearer(), body);
      expect(response.status).toBe(201);
      const location = response.headers.get("location") ?? "";
      expect(location).toMatch(new RegExp(`^${product.url}${path}/[0-9a-z]{26}$`));
      expect((await ask("GET", location.slice(product.url.length))).status).toBe(200);
    }
  });

  test("an undo is another batch update, and Location says which", async () => {
    const planned = await job.plan(querySetId, { medium: "LP", nightlyDebug: true });
    const { batchUpdateId } = await job.apply(planned);
    const undo = await ask("POST", `/v1/batch-updates/${batchUpdateId}/undo`, bearer(), {});
    const { batchUpdateId: made } = z.looseObject({ batchUpdateId: z.string() }).parse(await undo.json());
    expect(undo.headers.get("location")).toBe(`${product.url}/v1/batch-updates/${made}`);
  });

  test("is made once under one key, and the replay says that it is one", async () => {
    const headers = { ...bearer(), "idempotency-key": "once" };
    const first = await ask("POST", "/v1/saved-queries", headers, { ...savedQuery, name: "Once" });
    const second = await ask("POST", "/v1/saved-queries", headers, { ...savedQuery, name: "Once" });
    expect([first.headers.get("idempotent-replayed"), second.headers.get("idempotent-replayed")]).toEqual([
      null,
      "true",
    ]);
    for (const name of ["location", "etag"]) {
      expect(second.headers.get(name)).toBe(first.headers.get(name));
      expect(second.headers.get(name)).toBeTruthy();
    }
    expect(await second.json()).toEqual(await first.json());
    const other = await ask("POST", "/v1/saved-queries", headers, { ...savedQuery, name: "Other" });
    expect([other.status, other.headers.get("retry-after")]).toEqual([409, null]);
  });
});

describe("answers are compressed where the client takes it", () => {
  const encoded = async (accept: string, path = "/v1/openapi.json") => {
    const response = await ask("GET", path, { ...bearer(), "accept-encoding": accept });
    return {
      encoding: response.headers.get("content-encoding"),
      vary: response.headers.get("vary"),
      body: await response.text(),
    };
  };
  test.each([
    ["gzip", "gzip"],
    ["br", "br"],
    ["gzip, deflate, br", "br"],
    ["br;q=0.5, gzip", "gzip"],
    ["*", "br"],
    ["identity", null],
    ["gzip;q=0", null],
  ])("%s: %s", async (accept, encoding) => {
    const plain = await encoded("identity");
    const found = await encoded(accept);
    expect(found).toEqual({ encoding, vary: "accept-encoding", body: plain.body });
  });

  test("short ones are not", async () => {
    expect((await encoded("br", "/v1/me")).encoding).toBeNull();
  });

  test("a list of patrons is", async () => {
    expect((await encoded("br", "/v1/patrons?limit=200")).encoding).toBe("br");
  });
});

describe("a cursor", () => {
  const listSchema = z.object({ items: z.array(z.looseObject({})), nextCursor: z.string() });
  const listed = async (path: string) => listSchema.parse(await job.get(path));

  test("shows nothing of what stands at its place, and goes on from there", async () => {
    const [id = ""] = patronIds(1);
    const { lastName } = await job.patron(id);
    const search = `/v1/patrons?limit=1&q=${encodeURIComponent(lastName.slice(0, 2))}`;
    for (const path of [
      search,
      "/v1/patrons?limit=1",
      "/v1/audit?limit=1",
      `/v1/query-sets/${querySetId}/patrons?limit=1`,
    ]) {
      const { nextCursor, items } = await listed(path);
      const plain = Buffer.from(nextCursor, "base64url").toString("latin1").toLowerCase();
      for (const shown of [lastName.toLowerCase(), id.toLowerCase(), "2026-"]) expect(plain).not.toContain(shown);
      const second = listSchema.partial().parse(await job.get(`${path}&cursor=${nextCursor}`));
      expect(second.items).toHaveLength(1);
      expect(second.items).not.toEqual(items);
    }
  });

  test("opens in its own list and library alone, and cannot be made up or changed", async () => {
    const { nextCursor } = await listed("/v1/audit?limit=1");
    const changed = (nextCursor.startsWith("A") ? "B" : "A") + nextCursor.slice(1);
    const refused = [
      await job.call("GET", `/v1/patrons?cursor=${nextCursor}`),
      await product.call("GET", `/v1/audit?cursor=${nextCursor}`, { as: "lakeshore-administrator" }),
      ...(await Promise.all(
        ["", "AAAA", changed, "A".repeat(3000)].map((it) => job.call("GET", `/v1/audit?cursor=${it}`)),
      )),
    ];
    expect(refused.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422, 422]);
  });
});

describe("a change says which version it is of", () => {
  type Thing = { readonly path: string; readonly change: (n: number) => object; readonly method: string };
  const things: [string, () => Promise<Thing>][] = [
    [
      "the library's settings",
      async () => {
        const settings = z.looseObject({}).parse(await job.get("/v1/library"));
        return { path: "/v1/library", method: "PUT", change: (n) => ({ ...settings, largeBatchThreshold: 100 + n }) };
      },
    ],
    [
      "a saved query",
      async () => {
        const { body } = await job.call("POST", "/v1/saved-queries", { ...savedQuery, name: "To change" });
        const { savedQueryId } = z.looseObject({ savedQueryId: z.string() }).parse(body);
        return {
          path: `/v1/saved-queries/${savedQueryId}`,
          method: "PUT",
          change: (n) => ({ ...savedQuery, name: `Changed ${n}` }),
        };
      },
    ],
    [
      "a preset",
      async () => {
        const { body } = await job.call("POST", "/v1/presets", { name: "To change", changes: { cutoff: 1 } });
        const { presetId } = z.looseObject({ presetId: z.string() }).parse(body);
        return {
          path: `/v1/presets/${presetId}`,
          method: "PUT",
          change: (n) => ({ name: "Changed", changes: { cutoff: n } }),
        };
      },
    ],
    [
      "a medium record",
      async () => ({
        path: `/v1/patrons/${patronIds(1)[0]}/media/DB`,
        method: "PATCH",
        change: (n) => ({ cutoff: n }),
      }),
    ],
  ];

  test.each(things)("%s", async (_, make) => {
    const { path, method, change } = await make();
    const change_ = async (n: number, tag?: string) =>
      await ask(method, path, { ...bearer(), ...(tag !== undefined && { "if-match": tag }) }, change(n));
    const tagOf = (response: Response) => response.headers.get("etag") ?? "none";
    const read = tagOf(await ask("GET", path));
    expect(read).toMatch(/^"\d+"$/);
    const first = await change_(11, read);
    expect(first.status).toBe(200);
    const now = tagOf(first);
    expect(now).not.toBe(read);
    expect(tagOf(await ask("GET", path))).toBe(now);
    const second = await change_(12, read);
    expect([second.status, tagOf(second)]).toEqual([412, now]);
    const problem = await problemOf(second);
    expect(problem).toMatchObject({ code: "PRECONDITION_FAILED", version: Number(now.slice(1, -1)) });
    expect(problem.detail).toContain(`version ${now.slice(1, -1)}`);
    expect(tagOf(await ask("GET", path))).toBe(now);
    for (const [n, wrap] of [
      [13, (tag: string) => `W/${tag}`],
      [14, () => "*"],
      [15, (tag: string) => `"none", W/"other", ${tag}`],
    ] as const) {
      expect((await change_(n, wrap(tagOf(await ask("GET", path))))).status).toBe(200);
    }
    expect((await change_(16, '"none", "other"')).status).toBe(412);
    expect((await change_(16)).status).toBe(200);
  });

  test.each(["saved-queries", "presets"])("%s that were changed meanwhile are not deleted", async (kind) => {
    const body = kind === "presets" ? { name: "Gone", changes: { cutoff: 2 } } : { ...savedQuery, name: "Gone" };
    const made = await ask("POST", `/v1/${kind}`, bearer(), body);
    const path = (made.headers.get("location") ?? "").slice(product.url.length);
    const tag = made.headers.get("etag") ?? "";
    await ask("PUT", path, bearer(), { ...body, name: "Gone soon" });
    expect((await ask("DELETE", path, { ...bearer(), "if-match": tag })).status).toBe(412);
    const present = (await ask("GET", path)).headers.get("etag") ?? "";
    expect((await ask("DELETE", path, { ...bearer(), "if-match": present })).status).toBe(204);
    expect((await ask("GET", path)).status).toBe(404);
  });

  test("of two administrators who save side by side, one is told, with a tag and without", async () => {
    const settings = z.looseObject({ closedDays: z.array(z.string()) }).parse(await job.get("/v1/library"));
    for (const withTag of [true, false]) {
      const tag = (await ask("GET", "/v1/library")).headers.get("etag") ?? "";
      const headers = { ...bearer(), ...(withTag && { "if-match": tag }) };
      const days = [1, 2, 3, 4].map((n) => `2031-0${withTag ? 3 : 4}-0${n}`);
      const saved = await Promise.all(
        days.map((day) =>
          ask("PUT", "/v1/library", headers, { ...settings, closedDays: [...settings.closedDays, day] }),
        ),
      );
      const statuses = saved.map(({ status }) => status);
      if (withTag) expect(statuses.sort()).toEqual([200, 412, 412, 412]);
      else expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([]);
    }
  });
});

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { createConsoleFiles } from "#infra/local/console-files";
import { createHttpGateway } from "#infra/local/http-gateway";
import type { CallOptions, InvokeResult } from "#infra/local/lambda/invocation";
import { compileViewerFunction } from "#infra/local/viewer-function";
import { viewerFunction } from "#infra/viewer-function";

const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:Api";
const eventSchema = z.looseObject({
  rawPath: z.string(),
  rawQueryString: z.string(),
  headers: z.record(z.string(), z.string()),
  cookies: z.array(z.string()).optional(),
  queryStringParameters: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean(),
  requestContext: z.looseObject({ http: z.looseObject({ method: z.string(), path: z.string() }) }),
});

let server: Server;
let url: string;
let events: z.infer<typeof eventSchema>[];
let calls: CallOptions[];
let answer: () => Promise<InvokeResult>;

beforeAll(async () => {
  const gateway = createHttpGateway({
    functionArn,
    invoke: async (arn, payload, options = {}) => {
      calls.push(options);
      expect(arn).toBe(functionArn);
      events.push(eventSchema.parse(JSON.parse(JSON.stringify(payload))));
      return await answer();
    },
  });
  server = createServer((request, response) => void gateway(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
});
afterAll(() => server?.close());
beforeEach(() => {
  events = [];
  calls = [];
  answer = async () => ({ payload: { statusCode: 204 } });
});

describe("a request becomes an event of format 2.0", () => {
  test("with path, query, headers in lower case and method", async () => {
    await fetch(`${url}/v1/things/a%20b?q=%C3%A9&limit=2&q=z`, { headers: { "X-One": "1", Library: "piedmont" } });
    expect(events[0]).toMatchObject({
      version: "2.0",
      routeKey: "$default",
      rawPath: "/v1/things/a%20b",
      rawQueryString: "q=%C3%A9&limit=2&q=z",
      queryStringParameters: { q: "é,z", limit: "2" },
      headers: { "x-one": "1", library: "piedmont" },
      isBase64Encoded: false,
      requestContext: { http: { method: "GET", path: "/v1/things/a%20b" }, stage: "$default" },
    });
    expect(events[0]?.body).toBeUndefined();
  });

  test("with cookies apart from the headers", async () => {
    await fetch(`${url}/v1`, { headers: { cookie: "a=1; b=2" } });
    expect(events[0]?.cookies).toEqual(["a=1", "b=2"]);
    expect(events[0]?.headers.cookie).toBeUndefined();
  });

  test.each([
    ["application/json", '{"a":"é"}', false],
    ["application/merge-patch+json", "{}", false],
    ["text/csv; charset=utf-8", "a,b", false],
    ["application/octet-stream", "bytes", true],
  ])("with a body of type %s as text or in base64", async (type, body, encoded) => {
    await fetch(`${url}/v1`, { method: "POST", headers: { "content-type": type }, body });
    expect(events[0]?.isBase64Encoded).toBe(encoded);
    expect(Buffer.from(events[0]?.body ?? "", encoded ? "base64" : "utf8").toString()).toBe(body);
  });

  test("with the very bytes of a body that is called text and is none", async () => {
    const body = Buffer.from('{"a":"\xe9"}', "latin1");
    await fetch(`${url}/v1`, { method: "POST", headers: { "content-type": "application/json" }, body });
    expect(events[0]?.isBase64Encoded).toBe(true);
    expect(Buffer.from(events[0]?.body ?? "", "base64")).toEqual(body);
  });
});

describe("an answer of the function becomes the response", () => {
  test("with status, headers, cookies and body", async () => {
    answer = async () => ({
      payload: { statusCode: 201, headers: { "x-number": 7, location: "/a" }, cookies: ["a=1", "b=2"], body: "é" },
    });
    const response = await fetch(`${url}/v1`);
    expect([response.status, response.headers.get("x-number"), response.headers.get("location")]).toEqual([
      201,
      "7",
      "/a",
    ]);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await response.text()).toBe("é");
  });

  test("decoded from base64", async () => {
    const bytes = Buffer.from([0, 255, 1]);
    answer = async () => ({ payload: { statusCode: 200, body: bytes.toString("base64"), isBase64Encoded: true } });
    expect(Buffer.from(await (await fetch(`${url}/v1`)).arrayBuffer())).toEqual(bytes);
  });

  test("or the body of a 200 where it has no status", async () => {
    answer = async () => ({ payload: { a: 1 } });
    expect(await (await fetch(`${url}/v1`)).json()).toEqual({ a: 1 });
  });
});

describe("what never reaches the function, or not back, is answered as API Gateway does", () => {
  const answerOf = async (response: Response) => {
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("apigw-requestid")).toBeTruthy();
    return { status: response.status, body: await response.json() };
  };
  const tooLarge = { status: 413, body: { message: "Request Entity Too Large" } };

  test("a body over 10 MB is too large", async () => {
    const response = await fetch(`${url}/v1`, { method: "POST", body: "x".repeat(10 * 1024 * 1024 + 1) });
    expect(await answerOf(response)).toEqual(tooLarge);
    expect(events).toEqual([]);
  });

  test("so is an event that Lambda refuses", async () => {
    answer = async () => ({ error: { errorType: "RequestTooLargeException", errorMessage: "" } });
    expect(await answerOf(await fetch(`${url}/v1`))).toEqual(tooLarge);
  });

  test("a function that fails answers 500 without its words", async () => {
    answer = async () => ({ error: { errorType: "Error", errorMessage: "patron Ada" } });
    const response = await fetch(`${url}/v1`);
    expect(await response.clone().text()).not.toContain("Ada");
    expect(await answerOf(response)).toEqual({ status: 500, body: { message: "Internal Server Error" } });
  });
});

describe("the console's files", () => {
  let folder: string;
  let files: Server;
  let origin: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "console-"));
    await mkdir(join(folder, "dist", "assets"), { recursive: true });
    await writeFile(join(folder, "dist", "index.html"), "<!doctype html>page");
    await writeFile(join(folder, "dist", "assets", "main-1a2b.js"), "script");
    await mkdir(join(folder, "dist", "docs", "problems"), { recursive: true });
    await writeFile(join(folder, "dist", "docs", "problems", "index.html"), "all problems");
    await writeFile(join(folder, "dist", "docs", "problems", "GONE.html"), "one problem");
    await writeFile(join(folder, "secret.txt"), "secret");
    const handler = createConsoleFiles({
      folder: join(folder, "dist"),
      headers: { "content-security-policy": "default-src 'none'" },
      view: compileViewerFunction(viewerFunction()),
      signIn: { issuer: "http://localhost:1/oidc", clientId: "console" },
    });
    files = createServer((request, response) => void handler(request, response));
    await new Promise<void>((resolve) => files.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    files.close();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(["/", "/batch-updates/01a?tab=2", "/signed-in?code=x", "/patron/P.1"])(
    "%s is a view of the one page",
    async (path) => {
      const response = await fetch(origin + path);
      expect(await response.text()).toBe("<!doctype html>page");
      expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(response.headers.get("content-security-policy")).toBe("default-src 'none'");
      expect(response.headers.get("cache-control")).toBe("no-cache");
    },
  );

  test("what the build notes for itself is not published", async () => {
    await writeFile(join(folder, "dist", ".built-from"), "digest");
    expect((await fetch(`${origin}/.built-from`)).status).toBe(404);
    expect((await fetch(`${origin}/%2Ebuilt-from`)).status).toBe(404);
  });

  test("assets are named by their content and kept for good", async () => {
    const response = await fetch(`${origin}/assets/main-1a2b.js`);
    expect(await response.text()).toBe("script");
    expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(response.headers.get("cache-control")).toContain("immutable");
  });

  test("pages of the documentation have files of their own", async () => {
    expect(await (await fetch(`${origin}/docs/problems/GONE`)).text()).toBe("one problem");
    expect(await (await fetch(`${origin}/docs/problems/`)).text()).toBe("all problems");
    expect((await fetch(`${origin}/docs/problems/NONE`)).status).toBe(404);
  });

  test.each(["/vi/batch-updates", "/batch-update", "/patron/P1/more"])("%s is no page of the console", async (path) => {
    const response = await fetch(origin + path);
    expect(response.status).toBe(404);
    const text = await response.text();
    expect(text).toContain("This page does not exist");
    // It looks like the product, and says which one it is.
    expect(text).toContain('<a href="/">Batch Update Patron Profiles</a>');
    expect(text).toContain('<link rel="stylesheet" href="/docs/docs.css">');
    expect(response.headers.get("content-security-policy")).toContain("style-src 'self'");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  test.each([
    ["/query-sets/Q1/members", "Query sets are deleted when no one has used them for 90 days"],
    [
      "/batch-updates/B1/plan",
      "report of a batch update are deleted after the days that the settings of the library say",
    ],
  ])("%s is told what ends of what may have been there", async (path, why) => {
    expect(await (await fetch(origin + path)).text()).toContain(why);
    expect(await (await fetch(`${origin}/batch-update`)).text()).not.toContain("are deleted");
  });

  test("a file that is not there is not found, and is not the page", async () => {
    expect((await fetch(`${origin}/assets/gone.js`)).status).toBe(404);
  });

  test.each(["/..%2fsecret.txt", "/%2e%2e/secret.txt", "/..%5csecret.txt", "/%00.txt", "/%.txt"])(
    "%s does not lead out of the folder",
    async (path) => {
      const response = await fetch(origin + path);
      expect(response.status).toBe(404);
      expect(await response.text()).not.toContain("secret");
    },
  );

  test("the page learns where to sign in", async () => {
    const signIn = await (await fetch(`${origin}/config.json`)).json();
    expect(signIn).toEqual({ issuer: "http://localhost:1/oidc", clientId: "console" });
  });
});

describe("where the function is busy", () => {
  test("too many waiting requests are answered 503 with when to come back", async () => {
    answer = async () => ({ error: { errorType: "TooManyRequestsException", errorMessage: "" } });
    const response = await fetch(`${url}/v1/me`);
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await response.json()).toEqual({ message: "Service Unavailable" });
  });

  test("a call is given up when its client hangs up", async () => {
    const called = Promise.withResolvers<void>();
    const givenUp = Promise.withResolvers<InvokeResult>();
    answer = () => {
      calls.at(-1)?.signal?.addEventListener("abort", () => givenUp.resolve({ payload: {} }));
      called.resolve();
      return givenUp.promise;
    };
    const client = new AbortController();
    const request = fetch(`${url}/v1/me`, { signal: client.signal }).catch(() => "hung up");
    await called.promise;
    client.abort();
    expect(await request).toBe("hung up");
    expect(await givenUp.promise).toEqual({ payload: {} });
  });

  test("callers are told apart by their tokens", async () => {
    for (const token of ["a", "b", "a"]) await fetch(`${url}/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    const [first, second, third] = calls.map(({ turn }) => turn);
    expect(first).toBe(third);
    expect(first).not.toBe(second);
    expect(first).not.toContain("Bearer");
  });
});

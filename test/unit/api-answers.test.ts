import type { Context } from "aws-lambda";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { mostFieldProblems } from "#contract/problem";
import { emailSchema } from "#domain/member";
import { changesSchema } from "#domain/plan/update-spec";
import { statementInList } from "#domain/query/search-statement";
import { bodyText, parse } from "../../functions/api/body.ts";
import { boundedPage } from "../../functions/api/page.ts";
import { requireVersion } from "../../functions/api/precondition.ts";
import { Problem } from "../../functions/api/problem.ts";
import { takenEncoding } from "../../functions/api/stack/compression.ts";
import { requireTaken } from "../../functions/api/upload.ts";

function errorsOf(schema: z.ZodType, value: unknown) {
  try {
    parse(schema, value, "");
  } catch (error) {
    if (error instanceof Problem) return error.errors ?? [];
    throw error;
  }
  return [];
}

describe("what is wrong is said in our own sentences", () => {
  const cases: [string, z.ZodType, unknown, string][] = [
    ["a missing field", z.strictObject({ a: z.string() }), {}, "a: is missing"],
    ["a text", z.strictObject({ a: z.string() }), { a: 1 }, "a: must be a text"],
    ["a number", z.strictObject({ a: z.number() }), { a: "1" }, "a: must be a number"],
    ["a whole number", z.strictObject({ a: z.int() }), { a: 1.5 }, "a: must be a whole number"],
    ["a check-box", z.strictObject({ a: z.boolean() }), { a: "true" }, "a: must be true or false"],
    ["a list", z.strictObject({ a: z.array(z.string()) }), { a: {} }, "a: must be a list"],
    ["an object", z.strictObject({}), [], ": must be an object"],
    ["a choice", z.strictObject({ a: z.enum(["X", "Y"]) }), { a: "Z" }, "a: must be one of X, Y"],
    ["one value alone", z.strictObject({ a: z.literal(true) }), { a: false }, "a: must be true"],
    ["a least number", z.strictObject({ a: z.int().min(1) }), { a: 0 }, "a: must be at least 1"],
    ["a greatest number", z.strictObject({ a: z.int().max(200) }), { a: 201 }, "a: must be at most 200"],
    ["an empty list", z.strictObject({ a: z.array(z.string()).min(1) }), { a: [] }, "a: must not be empty"],
    ["a long list", z.strictObject({ a: z.array(z.int()).max(1) }), { a: [1, 2] }, "a: must have at most 1 entry"],
    ["a long text", z.strictObject({ a: z.string().max(3) }), { a: "abcd" }, "a: must have at most 3 characters"],
    ["an unknown field", z.strictObject({}), { b: 1 }, "b: is not a field that can be sent here"],
    ["a place in a list", z.strictObject({ a: z.array(z.int()) }), { a: [1, 1.5] }, "a[1]: must be a whole number"],
    [
      "the first of what is wrong with one value",
      z.strictObject({ email: emailSchema }),
      { email: "x".repeat(300) },
      "email: must be at most 128 characters",
    ],
    [
      "of several forms the one that was meant",
      changesSchema,
      { nextServiceDate: { spread: { from: "2030-01-01", perDay: 0 } } },
      "nextServiceDate.spread.perDay: must be at least 1",
    ],
  ];
  test.each(cases)("%s", (_, schema, value, wanted) => {
    expect(errorsOf(schema, value).map(({ path, message }) => `${path}: ${message}`)).toEqual([wanted]);
  });

  test("never in zod's", () => {
    const schema = z.strictObject({
      a: z.string().min(2),
      b: z.int().min(3).max(5),
      c: z.enum(["X", "Y"]),
      d: z.union([z.string(), z.null()]),
      e: z.array(z.boolean()).max(2),
      f: z.url(),
    });
    fc.assert(
      fc.property(
        fc.record({
          a: fc.jsonValue(),
          b: fc.jsonValue(),
          c: fc.jsonValue(),
          d: fc.jsonValue(),
          e: fc.jsonValue(),
          f: fc.jsonValue(),
        }),
        (value) => {
          for (const { message } of errorsOf(schema, value))
            expect(message).not.toMatch(/invalid|expected|too (big|small)/i);
        },
      ),
    );
  });

  test("at most a hundred, quickly, with places of a bearable length", () => {
    const keys = Object.fromEntries(Array.from({ length: 90_000 }, (_, n) => [`unknown${n}`, n]));
    const started = performance.now();
    expect(errorsOf(z.strictObject({}), keys)).toHaveLength(mostFieldProblems);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(errorsOf(z.strictObject({}), { ["k".repeat(1_000_000)]: 1 })[0]?.path.length).toBeLessThan(300);
  });
});

describe("a body", () => {
  const sent = (bytes: Buffer, type = "application/json") => ({
    body: bytes.toString("base64"),
    isBase64Encoded: true,
    headers: { "content-type": type },
  });

  test("is taken as UTF-8, as it was sent", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(bodyText(sent(Buffer.from(text)))).toBe(text);
        expect(bodyText({ body: text, isBase64Encoded: false, headers: {} })).toBe(text);
      }),
    );
  });

  test("that is none is refused, not mended", () => {
    const latin = Buffer.from('{"name":"Zo\xeb"}', "latin1");
    expect(() => bodyText(sent(latin))).toThrow(
      expect.objectContaining({ code: "MALFORMED_JSON", message: "The body is not UTF-8. Nothing was changed." }),
    );
  });

  test.each([
    ["application/json; charset=iso-8859-1", false],
    ['application/json; charset="Windows-1252"', false],
    ["application/json;charset=utf-16", false],
    ["application/json; charset=utf-8", true],
    ['application/merge-patch+json; Charset="UTF-8"', true],
    ["application/json; charset=us-ascii", true],
  ])("of type %s", (type, isTaken) => {
    const read = () => bodyText(sent(Buffer.from("{}"), type));
    if (isTaken) expect(read()).toBe("{}");
    else expect(read).toThrow(expect.objectContaining({ code: "UNSUPPORTED_MEDIA_TYPE" }));
  });
});

describe("the encoding of an answer", () => {
  test.each([
    [undefined, undefined],
    ["", undefined],
    ["identity", undefined],
    ["deflate", undefined],
    ["gzip", "gzip"],
    ["GZIP", "gzip"],
    ["x-gzip", "gzip"],
    ["br", "br"],
    ["gzip, br", "br"],
    ["gzip;q=1.0, br;q=0.8", "gzip"],
    ["*;q=0.1", "br"],
    ["br;q=0, *", "gzip"],
    ["gzip;q=nonsense", undefined],
  ])("for %s is %s", (header, wanted) => {
    expect(takenEncoding(header)).toBe(wanted);
  });
});

test("a search statement in a list is 300 characters and an ellipsis, never half a character", () => {
  expect(statementInList("x".repeat(300))).toBe("x".repeat(300));
  expect(statementInList("x".repeat(301))).toBe(`${"x".repeat(300)}…`);
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 700 }), (text) => {
      const shown = statementInList(text);
      expect(shown.isWellFormed()).toBe(true);
      expect(shown.length).toBeLessThanOrEqual(301);
      if (text.length > 300) expect(text.startsWith(shown.slice(0, -1)) && shown.endsWith("…")).toBe(true);
    }),
  );
});

test("a page of large things ends early, goes on where it ended, and loses nothing", () => {
  const items = Array.from({ length: 30 }, (_, n) => ({ id: String(n), text: "é".repeat(100_000) }));
  const found: string[] = [];
  let rest = items;
  while (rest.length > 0) {
    const shown = boundedPage(rest, undefined, (it) => it.id);
    expect(shown.items.length).toBeGreaterThan(0);
    expect(Buffer.byteLength(JSON.stringify(shown))).toBeLessThan(3 * 1024 * 1024);
    found.push(...shown.items.map((it) => it.id));
    const next = shown.nextCursor;
    rest = next === undefined ? [] : items.slice(Number(next) + 1);
  }
  expect(found).toEqual(items.map((it) => it.id));
  expect(boundedPage(items.slice(0, 1), "more", (it) => it.id).nextCursor).toBe("more");
});

describe("If-Match", () => {
  const passes = (header: string | undefined, version = 7) => {
    try {
      requireVersion({ headers: header === undefined ? {} : { "if-match": header } }, version);
      return true;
    } catch (error) {
      expect(error).toMatchObject({
        code: "PRECONDITION_FAILED",
        headers: { etag: `"${version}"` },
        members: { version },
      });
      return false;
    }
  };
  test.each([undefined, "*", " * ", '"7"', 'W/"7"', "7", '"6", "7"', '"6",W/"7"'])(
    "%s lets a change through",
    (header) => {
      expect(passes(header)).toBe(true);
    },
  );
  test.each(["", '"6"', 'W/"6"', '"77"', '"7', '"6", "8"', '"*"', "W/7x"])("%s holds it back", (header) => {
    expect(passes(header)).toBe(false);
  });
});

test("an answer that does not come in time is 503 with when to ask again", async () => {
  const { createHandler } = await import("../../functions/api/handler.ts");
  const waiting = Promise.withResolvers<never>();
  const handler = createHandler({
    routes: [],
    // Safe: nothing is looked up before the caller is known.
    dependencies: {} as Parameters<typeof createHandler>[0]["dependencies"],
    authenticate: async () => await waiting.promise,
    requestsPerSecond: undefined,
    origin: "https://updates.example",
    clock: () => new Date(),
    describe: async () => ({}),
  });
  const event = {
    rawPath: "/v1/library",
    headers: {},
    requestContext: { requestId: "r-1", http: { method: "GET" } },
  } as Parameters<typeof handler>[0];
  // Safe: the rest of the context is not looked at.
  const context = { getRemainingTimeInMillis: () => 4010 } as Context;
  const answer = await handler(event, context);
  expect(answer).toMatchObject({ statusCode: 503, headers: { "retry-after": "2", "request-id": "r-1" } });
  expect(JSON.parse(answer.body ?? "")).toMatchObject({
    code: "UNAVAILABLE",
    requestId: "r-1",
    type: "https://updates.example/docs/problems/UNAVAILABLE",
  });
});

test("a file that is not there any more because somebody in it was erased is told of as that, and nobody is named", () => {
  expect(() => requireTaken("ABSENT")).toThrow("The file is not there yet. Send it to the upload's url first.");
  const why = "The file was removed because a patron in it was erased meanwhile. Send it again.";
  expect(() => requireTaken("ABSENT", true)).toThrow(why);
  expect(() => requireTaken("TAKEN", true)).not.toThrow();
});

import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";

/** An address where nobody answers: whatever asks there fails. */
const nobody = "http://127.0.0.1:9";

const resultSchema = z.looseObject({
  statusCode: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
});
let answer: (method: string, rawPath: string, authorization?: string) => Promise<z.infer<typeof resultSchema>>;

beforeAll(async () => {
  const arn = (name: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`;
  const environment = {
    ...{ AWS_ENDPOINT_URL: nobody, AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" },
    ...{ TABLE_NAME: "t", BUCKET_NAME: "b", SERVICE_QUEUES_URL: `${nobody}/q`, DEAD_LETTERS_URL: `${nobody}/d` },
    ...{ BUILD_QUERY_SET_ARN: arn("b"), PLAN_ARN: arn("p"), APPLY_ARN: arn("a") },
    ...{ IMPORT_ARN: arn("i"), EXPORT_ARN: arn("e"), ERASE_ARN: arn("r") },
    ...{ ISSUER: `${nobody}/oidc`, JWKS_URL: `${nobody}/jwks`, AUDIENCE: "a", CLIENTS: "c", CLIENT_SCOPE: "s" },
    ...{
      USER_POOL_ID: "p",
      EXECUTIONS_CONSOLE_URL: `${nobody}/`,
      LOG_GROUPS: "g",
      ORIGIN: "https://updates.example.org",
    },
    ...{ STAGE: "test", DEPLOYABLE: "api" },
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const { handler } = await import("../../functions/api/index.ts");
  answer = async (method, rawPath, authorization) => {
    const http = { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "", userAgent: "" };
    const event = {
      ...{ version: "2.0", routeKey: "$default", rawPath, rawQueryString: "", isBase64Encoded: false },
      headers: authorization === undefined ? {} : { authorization },
      requestContext: {
        ...{ accountId: "", apiId: "", domainName: "", domainPrefix: "", requestId: "r", routeKey: "$default" },
        ...{ stage: "$default", time: "", timeEpoch: 0, http },
      },
    };
    // Safe: what the API reads of a context is how much time is left.
    const context = { getRemainingTimeInMillis: () => 29_000 } as Parameters<typeof handler>[1];
    return resultSchema.parse(await handler(event, context));
  };
});
afterAll(() => vi.unstubAllEnvs());

test.each([
  ["GET", "/v1/patrons/P1", undefined],
  ["POST", "/v1/batch-updates", undefined],
  ["DELETE", "/v1/nothing", undefined],
  ["GET", "/v1/me", "Bearer a.b.c"],
  ["GET", "/v1/me", "Basic YTpi"],
])("%s %s as %s is refused before anything is asked of a table, a queue or the issuer", async (method, path, token) => {
  const refused = await answer(method, path, token);
  expect(refused.statusCode).toBe(401);
  expect(refused.headers["content-type"]).toBe("application/problem+json");
});

test("what everybody may ask is answered without a look at any of them", async () => {
  expect((await answer("GET", "/v1/health")).statusCode).toBe(200);
  expect((await answer("OPTIONS", "/v1/patrons")).statusCode).toBe(204);
});

test("answers and problems say what browsers may do with them: nothing but hand them to the script that asked", async () => {
  for (const { headers } of [await answer("GET", "/v1/health"), await answer("GET", "/v1/patrons")]) {
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "referrer-policy": "no-referrer",
      "strict-transport-security": "max-age=63072000; includeSubDomains; preload",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
  }
});

test("what is logged of a request names its route, not its address", async () => {
  const lines = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  await answer("GET", "/v1/patrons/P4711/media/DB");
  const said = lines.mock.calls.flat().join("");
  lines.mockRestore();
  expect(said).toContain('"route":"/v1/patrons/:patronId/media/:medium"');
  expect(said).not.toContain("P4711");
});

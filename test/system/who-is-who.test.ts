import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { importJWK, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { problemSchema } from "#contract/problem";
import { type Job, jobs } from "#test/job";
import { enroller } from "#test/members";
import { patronIds, patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct } from "#test/product";

let product: RunningProduct;
let job: Job;
let querySetId: string;
let enrol: Awaited<ReturnType<typeof enroller>>;
let sign: (claims: JWTPayload, typ?: string) => Promise<string>;

beforeAll(async () => {
  product = await startProduct({ environment: { MEMBERSHIP_SECONDS: "0" } });
  job = jobs(product);
  enrol = await enroller(product);
  const kept = z
    .object({ signing: z.looseObject({ kty: z.literal("RSA"), kid: z.string() }) })
    .parse(JSON.parse(await readFile(join(product.dataDir, "identity", "keys.json"), "utf8")));
  const key = await importJWK(kept.signing, "RS256");
  sign = async (claims, typ = "at+jwt") =>
    await new SignJWT({ client_id: "console", aud: "batch-updates", ...claims })
      .setProtectedHeader({ alg: "RS256", kid: kept.signing.kid, typ })
      .setIssuer(`${product.url}/oidc`)
      .setExpirationTime("5m")
      .sign(key);
  await job.importLines(
    "patrons",
    patronIds(5).map((id) => patronLine(id)),
  );
  querySetId = (await job.querySet({ patronIds: patronIds(5) })).querySetId;
});
afterAll(() => product.remove());

const staff = (sub: string, name: string) => ({ sub, name, library: "piedmont", roles: ["staff"] });
const administrator = (sub: string, name = sub) => ({ sub, name, library: "piedmont", roles: ["administrator"] });
const support = { sub: "s1", name: "Sue", roles: ["support"] };

interface Asked {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly typ?: string;
}

/** Makes known whom a token is for: as it says, in a library that is there. */
async function known({ sub, name, library, roles }: JWTPayload): Promise<void> {
  const said = z.array(z.enum(["administrator", "staff", "support"])).parse(roles);
  const role = said.includes("support") ? "support" : (said[0] ?? "staff");
  const member = { kind: "person", id: String(sub), name: String(name), role } as const;
  const own = library === "lakeshore" ? library : "piedmont";
  if (sub !== "") await enrol(role === "support" ? member : { ...member, library: own });
}

async function ask(claims: JWTPayload, method: string, path: string, { body, headers = {}, typ }: Asked = {}) {
  await known(claims);
  const response = await fetch(product.url + path, {
    method,
    headers: {
      authorization: `Bearer ${await sign(claims, typ)}`,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

async function planned(claims: JWTPayload, cutoff: number): Promise<string> {
  const body = { querySetId, medium: "DB", nightlyDebug: false, changes: { cutoff } };
  const made = await ask(claims, "POST", "/v1/batch-updates", { body });
  expect(made.status).toBe(201);
  const { batchUpdateId } = z.looseObject({ batchUpdateId: z.string() }).parse(made.body);
  await job.settled(batchUpdateId);
  return batchUpdateId;
}

describe("the sub decides who somebody is", () => {
  test("staff named like the creator do not cancel an update; its creator does, under any name", async () => {
    const id = await planned(administrator("a1", "Ann Smith"), 10);
    const cancel = `/v1/batch-updates/${id}/cancel`;
    expect(await ask(staff("b2", "Ann Smith"), "POST", cancel)).toMatchObject({ status: 403 });
    expect((await job.batch(id)).status).toBe("READY");
    const own = await planned(staff("b2", "Bob"), 11);
    expect(await ask(staff("c3", "Bob"), "POST", `/v1/batch-updates/${own}/cancel`)).toMatchObject({ status: 403 });
    const done = await ask(staff("b2", "Bob Married"), "POST", `/v1/batch-updates/${own}/cancel`);
    expect(done).toMatchObject({ status: 202, body: { status: "CANCELLED", createdBy: "Bob" } });
    expect(done.body).not.toHaveProperty("createdBySub");
  });

  test("an Idempotency-Key is its caller's own, whatever the name", async () => {
    const headers = { "idempotency-key": "same" };
    const body = { name: "Mine", criteria: { all: [{ field: "Media.medium", operator: "equals", value: "BR" }] } };
    const first = await ask(staff("d1", "Dora"), "POST", "/v1/saved-queries", { headers, body });
    const again = await ask(staff("d1", "Dora Two"), "POST", "/v1/saved-queries", { headers, body });
    const other = { ...body, name: "Not the same" };
    const others = await ask(staff("d2", "Dora"), "POST", "/v1/saved-queries", { headers, body: other });
    expect([first.status, again.status, others.status]).toEqual([201, 201, 201]);
    expect(again.body).toEqual(first.body);
    expect(others.body).not.toMatchObject({ savedQueryId: first.body.savedQueryId });
  });
});

describe("only access tokens for this service count", () => {
  test.each<[string, JWTPayload, string]>([
    ["an ID token", { ...administrator("a"), aud: "console" }, "JWT"],
    ["an access token's claims under an ID token's type", administrator("a"), "JWT"],
    ["another audience", { ...administrator("a"), aud: "other-service" }, "at+jwt"],
    ["another client", { ...administrator("a"), client_id: "stranger" }, "at+jwt"],
    ["no sub", { ...administrator("a"), sub: "" }, "at+jwt"],
  ])("%s is 401", async (_, claims, typ) => {
    expect(await ask(claims, "GET", "/v1/library", { typ })).toMatchObject({
      status: 401,
      body: { code: "UNAUTHENTICATED" },
    });
  });

  test("what people and machines get here is one", async () => {
    expect((await ask(administrator("a"), "GET", "/v1/library")).status).toBe(200);
    expect((await product.call("GET", "/v1/library")).status).toBe(200);
  });
});

describe("the library of a token", () => {
  test.each(["lakeshore/../piedmont", "atlantis", "piedmont#SHARD", "", "..", "PIEDMONT", "x".repeat(200)])(
    "%j is refused where there is no such library, on every route",
    async (library) => {
      const claims = { ...administrator("a"), library };
      for (const [method, path, body] of [
        ["GET", "/v1/library", undefined],
        ["GET", "/v1/me", undefined],
        ["POST", "/v1/imports", { kind: "patrons", format: "csv" }],
        ["POST", "/v1/query-sets", { patronIds: ["P1"] }],
      ] as const) {
        expect(await ask(claims, method, path, { body })).toMatchObject({ status: 403, body: { code: "FORBIDDEN" } });
      }
    },
  );

  test("counts no more than the table's, nor do roles: one's own token that says more is refused or says no more", async () => {
    const mine = { kind: "person", id: "mover", name: "Mover", library: "piedmont", role: "staff" } as const;
    await enrol(mine);
    const send = async (claims: JWTPayload, method: string, path: string) => {
      const headers = { authorization: `Bearer ${await sign({ sub: mine.id, name: "Mover", ...claims })}` };
      const response = await fetch(product.url + path, { method, headers: { ...headers, library: "piedmont" } });
      return { status: response.status, text: await response.text() };
    };
    for (const roles of [["administrator"], ["staff", "administrator"], ["support", "staff"], ["support"]]) {
      expect((await send({ library: "piedmont", roles }, "GET", "/v1/audit")).status).toBe(403);
    }
    expect((await send({ library: "lakeshore", roles: ["staff"] }, "GET", "/v1/library")).status).toBe(403);
    const renamed = await send({ library: "piedmont", roles: ["staff"], name: "a" }, "GET", "/v1/me");
    expect(JSON.parse(renamed.text)).toEqual({ library: "piedmont", name: "Mover", roles: ["staff"] });
  });

  test("may be said again in the header, and no other", async () => {
    const own = { headers: { library: "piedmont" } };
    expect((await ask(administrator("a"), "GET", "/v1/library", own)).status).toBe(200);
    const other = { headers: { library: "lakeshore" } };
    expect((await ask(administrator("a"), "GET", "/v1/library", other)).status).toBe(403);
  });
});

describe("support", () => {
  test.each([[["support", "administrator"]], [["staff", "support"]]])(
    "with the roles %j is support alone, in every library",
    async (roles) => {
      const claims = { ...administrator("b"), roles };
      const headers = { library: "lakeshore", reason: "test" };
      expect((await ask(claims, "GET", "/v1/library", { headers })).body).toMatchObject({ library: "lakeshore" });
      const body = { kind: "patrons", format: "csv" };
      expect((await ask(claims, "POST", "/v1/imports", { headers, body })).status).toBe(403);
      expect((await ask(claims, "GET", "/v1/library")).status).toBe(422);
      expect((await ask(claims, "GET", "/v1/me")).body).toEqual({ name: "b", roles: ["support"] });
    },
  );

  test("names the library it works in: none 422, an unknown one 404", async () => {
    expect((await ask(support, "GET", "/v1/library")).status).toBe(422);
    for (const library of ["atlantis", "lakeshore/../piedmont"]) {
      expect((await ask(support, "GET", "/v1/library", { headers: { library } })).status).toBe(404);
    }
    expect((await ask(support, "GET", "/v1/support/queues")).status).toBe(200);
    expect((await ask(support, "GET", "/v1/me")).status).toBe(200);
  });

  describe("says why it acts", () => {
    const headers = { library: "piedmont" };
    const reasons = (body: unknown) => problemSchema.parse(body).errors;

    test("in the body or in the header, judged after right and existence and before the state", async () => {
      const id = await planned(administrator("a1"), 20);
      const path = `/v1/batch-updates/${id}`;
      // Existence first, then rights that hang on the kind, then the reason, then the state.
      expect((await ask(support, "POST", "/v1/batch-updates/none/cancel", { headers })).status).toBe(404);
      const digest = { planDigest: "x", patronCount: 1 };
      expect((await ask(support, "POST", `${path}/process`, { headers, body: digest })).status).toBe(403);
      const silent = await ask(support, "POST", `${path}/cancel`, { headers });
      expect([silent.status, reasons(silent.body)?.map((it) => it.path)]).toEqual([422, ["reason"]]);
      expect((await ask(support, "POST", `${path}/undo`, { headers })).status).toBe(422);
      expect((await job.batch(id)).status).toBe("READY");
      const encoded = { ...headers, reason: encodeURIComponent("Größe geprüft") };
      expect((await ask(support, "POST", `${path}/undo`, { headers: encoded })).status).toBe(409);
      const said = await ask(support, "POST", `${path}/cancel`, { headers, body: { reason: "asked for" } });
      expect(said).toMatchObject({ status: 202, body: { status: "CANCELLED" } });
    });

    test.each<[string, Asked]>([
      ["blank", { body: { reason: "  " } }],
      ["too long", { body: { reason: "x".repeat(501) } }],
      ["no text", { body: { reason: 7 } }],
      ["NUL", { body: { reason: "a\0" } }],
      ["broken encoding", { headers: { reason: "%E0%A4%A" } }],
      ["too long in the header", { headers: { reason: "x".repeat(501) } }],
    ])("%s is no reason", async (_, { body, headers: more }) => {
      const id = await planned(administrator("a1"), 30);
      const path = `/v1/batch-updates/${id}/cancel`;
      const reply = await ask(support, "POST", path, { body, headers: { ...headers, ...more } });
      expect([reply.status, (await job.batch(id)).status]).toEqual([422, "READY"]);
      const full = { body: { reason: "x".repeat(500) }, headers };
      expect((await ask(support, "POST", path, full)).status).toBe(202);
    });

    test("and others have no such field", async () => {
      const id = await planned(administrator("a1"), 31);
      const body = { reason: "because" };
      expect((await ask(administrator("a1"), "POST", `/v1/batch-updates/${id}/cancel`, { body })).status).toBe(422);
      expect((await ask(administrator("a1"), "POST", `/v1/batch-updates/${id}/cancel`)).status).toBe(202);
    });
  });
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { enroller } from "#test/members";
import { type Reply, type RunningProduct, startProduct, until } from "#test/product";

/** Nothing is known for longer than a request, so that what holds within a minute holds at once. */
let product: RunningProduct;
beforeAll(async () => {
  product = await startProduct({ environment: { MEMBERSHIP_SECONDS: "0" } });
});
afterAll(() => product?.remove());

const personSchema = z.object({
  personId: z.string(),
  status: z.string(),
  role: z.string(),
  invitation: z.string().optional(),
});
const secretSchema = z.object({ clientId: z.string(), clientSecret: z.string() });
let count = 0;

async function invite(role: "administrator" | "staff" = "staff", headers: Record<string, string> = {}) {
  const as = headers["library"] === undefined ? "piedmont-administrator" : "keystone-support";
  const body = { email: `person${++count}@test.example`, name: `Person ${count}`, role };
  const made = await product.call("POST", "/v1/people", { as, body, headers });
  expect(made.status).toBe(201);
  return { ...personSchema.parse(made.body), email: body.email };
}

async function makeClient(role: "administrator" | "staff" = "staff") {
  const made = await product.call("POST", "/v1/clients", { body: { name: "System", role } });
  expect(made.status).toBe(201);
  return secretSchema.parse(made.body);
}

async function askToken(clientId: string, clientSecret: string): Promise<{ status: number; token: string }> {
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
  });
  const response = await fetch(`${product.url}/oidc/token`, { method: "POST", body });
  const parsed = z.object({ access_token: z.string().default("") }).parse(await response.json());
  return { status: response.status, token: parsed.access_token };
}

async function statusWith(token: string, path = "/v1/me", init: RequestInit = {}): Promise<number> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(init.body != null && { "content-type": "application/json" }),
  };
  const response = await fetch(product.url + path, { ...init, headers });
  await response.text();
  return response.status;
}

async function listed(path: string): Promise<unknown[]> {
  return z.object({ items: z.array(z.unknown()) }).parse((await product.call("GET", `${path}?limit=200`)).body).items;
}

async function audited(subject: string): Promise<Record<string, unknown>[]> {
  const { body } = await product.call("GET", `/v1/audit?subject=${encodeURIComponent(subject)}`);
  return z.object({ items: z.array(z.record(z.string(), z.unknown())) }).parse(body).items;
}

const change = async (id: string, body: unknown): Promise<Reply> =>
  await product.call("PATCH", `/v1/people/${id}`, { body });

describe("people", () => {
  test("are invited with a link, listed, changed, shut out, let in and removed, and the audit tells each act", async () => {
    const { personId, invitation, email } = await invite();
    expect(invitation).toMatch(`${product.url}/oidc/invitation/`);
    expect(await listed("/v1/people")).toContainEqual(expect.objectContaining({ personId, email, status: "INVITED" }));
    expect((await change(personId, { role: "administrator", name: " New name " })).body).toMatchObject({
      role: "administrator",
      name: "New name",
      status: "INVITED",
    });
    expect((await change(personId, { status: "DISABLED" })).body).toMatchObject({ status: "DISABLED" });
    expect((await product.call("POST", `/v1/people/${personId}/invite`)).status).toBe(409);
    expect((await change(personId, { status: "ACTIVE" })).body).toMatchObject({ status: "INVITED" });
    const again = await product.call("POST", `/v1/people/${personId}/invite`);
    expect(personSchema.parse(again.body).invitation).not.toBe(invitation);
    expect((await product.call("DELETE", `/v1/people/${personId}`)).status).toBe(204);
    expect((await product.call("GET", `/v1/people/${personId}`)).status).toBe(404);
    expect((await product.call("DELETE", `/v1/people/${personId}`)).status).toBe(404);
    const told = await audited(`people/${personId}`);
    expect(told.map(({ action }) => action)).toEqual([
      ...[
        "PERSON_REMOVED",
        "PERSON_INVITED_AGAIN",
        "PERSON_CHANGED",
        "PERSON_CHANGED",
        "PERSON_CHANGED",
        "PERSON_INVITED",
      ],
    ]);
    // Ids and names of fields; what somebody may do, but not who they are.
    expect(JSON.stringify(told)).not.toMatch(/New name|Person \d|test\.example/);
    expect(told.at(-2)?.["changes"]).toEqual([
      { field: "name" },
      { field: "role", before: "staff", after: "administrator" },
    ]);
  });

  test("have an address that nobody else has, in whatever library; where it is taken nobody is told", async () => {
    const { email, personId } = await invite();
    const body = { email: ` ${email.toUpperCase()}`, name: "Another", role: "staff" };
    const here = await product.call("POST", "/v1/people", { body });
    const there = await product.call("POST", "/v1/people", { as: "lakeshore-administrator", body });
    expect([here.status, there.status]).toEqual([409, 409]);
    expect(JSON.stringify(there.body)).not.toContain("piedmont");
    const detail = (reply: Reply) => Reflect.get(Object(reply.body), "detail");
    expect(detail(here)).toBe(detail(there));
    await product.call("DELETE", `/v1/people/${personId}`);
    expect((await product.call("POST", "/v1/people", { as: "lakeshore-administrator", body })).status).toBe(201);
  });

  test("asked for by ten at once under one address are one", async () => {
    const body = { email: "race@test.example", name: "Race", role: "staff" };
    const replies = await Promise.all(Array.from({ length: 10 }, () => product.call("POST", "/v1/people", { body })));
    const made = replies.filter(({ status }) => status === 201);
    expect(made.length).toBe(1);
    expect(replies.filter(({ status }) => status === 409).length).toBe(9);
    expect((await listed("/v1/people")).filter((one) => Reflect.get(Object(one), "email") === body.email).length).toBe(
      1,
    );
  });

  test("are none of another library, and none that staff may see or make", async () => {
    const { personId } = await invite();
    for (const method of ["GET", "DELETE"]) {
      const reply = await product.call(method, `/v1/people/${personId}`, { as: "lakeshore-administrator" });
      expect(reply.status).toBe(404);
    }
    expect((await product.call("GET", "/v1/people", { as: "piedmont-staff" })).status).toBe(403);
    const body = { email: "s@test.example", name: "S", role: "support" };
    expect((await product.call("POST", "/v1/people", { body })).status).toBe(422);
  });

  test("stay administrators where they are the last active one; clients and invited people do not count", async () => {
    const id = "lakeshore-administrator";
    const as = "lakeshore-administrator" as const;
    const invited = { email: "second@test.example", name: "Second", role: "administrator" };
    await product.call("POST", "/v1/people", { as, body: invited });
    for (const body of [{ role: "staff" }, { status: "DISABLED" }]) {
      expect((await product.call("PATCH", `/v1/people/${id}`, { as, body })).status).toBe(409);
    }
    expect((await product.call("DELETE", `/v1/people/${id}`, { as })).status).toBe(409);
    const bySupport = { as: "keystone-support", headers: { library: "lakeshore" } } as const;
    const lowered = await product.call("PATCH", `/v1/people/${id}`, { ...bySupport, body: { role: "staff" } });
    expect(lowered.body).toMatchObject({ role: "staff", status: "ACTIVE" });
    expect((await product.call("PATCH", `/v1/people/${id}`, { as, body: { role: "administrator" } })).status).toBe(200);
  });

  test("two administrators who lower each other at the same moment do not both succeed", async () => {
    const enrol = await enroller(product);
    const headers = { library: "duel" };
    const library = { library: "duel", name: "Duel", timeZone: "America/New_York" };
    await product.call("POST", "/v1/support/libraries", { as: "keystone-support", body: library });
    const ids = [await invite("administrator", headers), await invite("administrator", headers)].map(
      (it) => it.personId,
    );
    for (const id of ids) await enrol({ kind: "person", id, library: "duel", role: "administrator", name: id });
    await enrol({ kind: "client", id: "piedmont-staff", library: "duel", role: "administrator", name: "duellist" });
    const { token } = await askToken("piedmont-staff", "local");
    const lower = (id: string) =>
      statusWith(token, `/v1/people/${id}`, { method: "PATCH", body: JSON.stringify({ role: "staff" }) });
    expect((await Promise.all(ids.map(lower))).sort()).toEqual([200, 409]);
    await enrol({ kind: "client", id: "piedmont-staff", library: "piedmont", role: "staff", name: "piedmont-staff" });
  });
});

describe("clients", () => {
  test("get tokens by the secret that is shown once, by a new one after rotating, and none once removed", async () => {
    const { clientId, clientSecret } = await makeClient("administrator");
    const { token } = await askToken(clientId, clientSecret);
    expect(await statusWith(token, "/v1/audit")).toBe(200);
    expect(JSON.stringify(await listed("/v1/clients"))).not.toContain(clientSecret);
    const rotated = secretSchema.parse((await product.call("POST", `/v1/clients/${clientId}/rotate`)).body);
    expect((await askToken(clientId, clientSecret)).status).toBe(401);
    expect((await askToken(clientId, rotated.clientSecret)).status).toBe(200);
    expect((await product.call("DELETE", `/v1/clients/${clientId}`)).status).toBe(204);
    expect((await askToken(clientId, rotated.clientSecret)).status).toBe(401);
    // A token that it has still is worth nothing either.
    expect(await statusWith(token)).toBe(401);
    expect((await audited(`clients/${clientId}`)).map(({ action }) => action)).toEqual([
      ...["CLIENT_REMOVED", "CLIENT_SECRET_ROTATED", "CLIENT_CREATED"],
    ]);
  });

  test("a secret and a link are not told again under the same Idempotency-Key", async () => {
    const headers = { "idempotency-key": "once-only" };
    const body = { name: "Once", role: "staff" };
    const first = await product.call("POST", "/v1/clients", { headers, body });
    const again = await product.call("POST", "/v1/clients", { headers, body });
    expect([first.status, again.status]).toEqual([201, 409]);
    expect((await listed("/v1/clients")).filter((one) => Reflect.get(Object(one), "name") === "Once").length).toBe(1);
    const person = { email: "once@test.example", name: "Once", role: "staff" };
    const invited = await product.call("POST", "/v1/people", { headers, body: person });
    expect([invited.status, (await product.call("POST", "/v1/people", { headers, body: person })).status]).toEqual([
      201, 409,
    ]);
  });
});

describe("a library", () => {
  test("comes by three requests, without a deployment: itself, its first administrator, its client", async () => {
    const as = "keystone-support" as const;
    const library = { library: "hill", name: "Hill Library", timeZone: "America/Denver", copyFrom: "piedmont" };
    const made = await product.call("POST", "/v1/support/libraries", { as, body: library });
    expect([made.status, made.headers.get("location")]).toEqual([201, `${product.url}/v1/support/libraries/hill`]);
    const headers = { library: "hill" };
    const { status, invitation } = await invite("administrator", headers);
    expect([status, typeof invitation]).toEqual(["INVITED", "string"]);
    const client = await product.call("POST", "/v1/clients", {
      as,
      headers,
      body: { name: "Hill", role: "administrator" },
    });
    const { clientId, clientSecret } = secretSchema.parse(client.body);
    const { token } = await askToken(clientId, clientSecret);
    expect(await statusWith(token, "/v1/library")).toBe(200);
    expect(await statusWith(token, "/v1/patrons")).toBe(200);
    expect((await product.call("POST", "/v1/support/libraries", { as, body: library })).status).toBe(409);
    const beside = { ...library, library: "Hill" };
    expect(await product.call("POST", "/v1/support/libraries", { as, body: beside })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("the ID hill. Capitals make no difference") },
    });
    expect((await product.call("GET", "/v1/support/libraries?limit=200", { as })).body).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ library: "hill", suspended: false })]),
    });
  });

  test("that is suspended shuts everybody of it out, old tokens and new ones, and lets them in again", async () => {
    const as = "keystone-support" as const;
    const suspend = async (suspended: boolean) =>
      await product.call("PATCH", "/v1/support/libraries/lakeshore", { as, body: { suspended } });
    const old = await product.token("lakeshore-administrator");
    expect((await suspend(true)).status).toBe(200);
    expect(await statusWith(old)).toBe(403);
    expect(await statusWith((await askToken("lakeshore-administrator", "local")).token)).toBe(403);
    const preset = { method: "POST", body: JSON.stringify({ name: "While suspended", changes: { cutoff: 4 } }) };
    expect(await statusWith(old, "/v1/presets", preset)).toBe(403);
    expect(await statusWith(old, "/v1/presets", preset)).toBe(403);
    expect((await product.call("GET", "/v1/library", { as, headers: { library: "lakeshore" } })).status).toBe(200);
    expect((await suspend(false)).status).toBe(200);
    expect(await statusWith(old)).toBe(200);
    const told = await refusalsTold("lakeshore-administrator", "lakeshore-administrator");
    expect(told.join()).toMatch(/^POST \/v1\/presets: Your library is suspended/);
    // Twice, told as one; as two where a minute ended between them.
    expect(told.length === 2 || /\(2 times within a minute\)$/.test(told[0] ?? "")).toBe(true);
  });

  test("is made and suspended by support alone", async () => {
    const body = { library: "mine", name: "Mine", timeZone: "America/New_York" };
    expect((await product.call("POST", "/v1/support/libraries", { body })).status).toBe(403);
    const suspension = { body: { suspended: true } };
    expect((await product.call("PATCH", "/v1/support/libraries/lakeshore", suspension)).status).toBe(403);
  });
});

/** What the audit tells of acts of somebody that were refused. */
async function refusalsTold(sub: string, as: "piedmont-administrator" | "lakeshore-administrator"): Promise<string[]> {
  const { body } = await product.call("GET", `/v1/audit?action=ACT_REFUSED&actor=${sub}`, { as });
  return z
    .object({ items: z.array(z.object({ detail: z.string() })) })
    .parse(body)
    .items.map(({ detail }) => detail);
}

describe("nobody moves", () => {
  test("whoever is shut out, or comes with a token of another library, is refused, and the library is told what was tried", async () => {
    const { clientId: id, clientSecret } = await makeClient("administrator");
    const enrol = await enroller(product);
    const { token } = await askToken(id, clientSecret);
    const client = { kind: "client", id, role: "administrator", name: "Shut out" } as const;
    await enrol({ ...client, library: "piedmont", status: "DISABLED" });
    expect(await statusWith(token, "/v1/presets", { method: "POST", body: "{}" })).toBe(403);
    // Looking is no act.
    expect(await statusWith(token, "/v1/presets")).toBe(403);
    const told = await refusalsTold(id, "piedmont-administrator");
    expect(told).toEqual([expect.stringMatching(/^POST \/v1\/presets: Your sign-in was disabled/)]);
    await enrol({ ...client, library: "lakeshore" });
    expect(await statusWith(token, "/v1/recipes", { method: "POST", body: "{}" })).toBe(403);
    expect(await refusalsTold(id, "lakeshore-administrator")).toEqual([
      expect.stringMatching(/^POST \/v1\/recipes: Your token names another library/),
    ]);
  });

  test("a role that is lowered holds for tokens that say another", async () => {
    const { clientId, clientSecret } = await makeClient("administrator");
    const enrol = await enroller(product);
    const { token } = await askToken(clientId, clientSecret);
    expect(await statusWith(token, "/v1/people")).toBe(200);
    await enrol({ kind: "client", id: clientId, library: "piedmont", role: "staff", name: "Lowered" });
    expect(await statusWith(token, "/v1/people")).toBe(403);
  });

  test("a token of one library is worth nothing once its owner is of another", async () => {
    const { clientId, clientSecret } = await makeClient();
    const enrol = await enroller(product);
    const { token } = await askToken(clientId, clientSecret);
    await enrol({ kind: "client", id: clientId, library: "lakeshore", role: "administrator", name: "Moved" });
    expect(await statusWith(token, "/v1/library")).toBe(403);
  });

  test("whoever is in the user pool alone gets a token, and is let in nowhere", async () => {
    const { clientId, clientSecret } = await makeClient();
    const { token: old } = await askToken(clientId, clientSecret);
    const enrol = await enroller(product);
    await enrol({ kind: "client", id: clientId, role: "administrator", name: "Of no library" });
    const { status, token } = await askToken(clientId, clientSecret);
    expect(status).toBe(200);
    expect(await statusWith(token)).toBe(401);
    expect(await statusWith(old)).toBe(401);
  });

  test("scopes and resources that are asked for change nothing", async () => {
    const body = new URLSearchParams({
      ...{ grant_type: "client_credentials", client_id: "piedmont-staff", client_secret: "local" },
      ...{ library: "lakeshore", roles: "support", claims: '{"access_token":{"roles":{"value":["support"]}}}' },
    });
    const response = await fetch(`${product.url}/oidc/token`, { method: "POST", body });
    const { access_token } = z.object({ access_token: z.string() }).parse(await response.json());
    expect(await statusWith(access_token, "/v1/support/queues")).toBe(403);
    expect(await statusWith(access_token, "/v1/audit")).toBe(403);
  });
});

describe("the issuer", () => {
  test.each([
    ["a password", { grant_type: "password", username: "piedmont-staff", password: "local" }],
    ["another's code", { grant_type: "authorization_code", code: "guessed", client_id: "console" }],
    ["a token of somebody else", { grant_type: "urn:ietf:params:oauth:grant-type:token-exchange", subject_token: "x" }],
  ])("gives no token for %s", async (_, fields) => {
    const response = await fetch(`${product.url}/oidc/token`, { method: "POST", body: new URLSearchParams(fields) });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.text()).not.toContain("access_token");
  });

  test.each(["InitiateAuth", "UpdateUserAttributes", "RespondToAuthChallenge", "SignUp"])(
    "nor answers the user pool's own %s, by which people sign in past its pages or write what is said of them",
    async (operation) => {
      const attributes = ["custom:library", "name"].map((Name) => ({ Name, Value: "lakeshore" }));
      for (const path of ["/oidc", "/oidc/"]) {
        const response = await fetch(product.url + path, {
          method: "POST",
          headers: {
            "content-type": "application/x-amz-json-1.1",
            "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
          },
          body: JSON.stringify({ AccessToken: await product.token("piedmont-staff"), UserAttributes: attributes }),
        });
        expect([path, response.status >= 400]).toEqual([path, true]);
      }
      expect((await product.call("GET", "/v1/me", { as: "piedmont-staff" })).body).toMatchObject({
        library: "piedmont",
      });
    },
  );
});

test("what is known of somebody is looked at again when it is older than it may be", async () => {
  const slow = await startProduct({ environment: { MEMBERSHIP_SECONDS: "2" } });
  try {
    const made = await slow.call("POST", "/v1/clients", { body: { name: "Short", role: "staff" } });
    const { clientId, clientSecret } = secretSchema.parse(made.body);
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
    const response = await fetch(`${slow.url}/oidc/token`, {
      method: "POST",
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    const { access_token } = z.object({ access_token: z.string() }).parse(await response.json());
    const ask = async () =>
      (await fetch(`${slow.url}/v1/me`, { headers: { authorization: `Bearer ${access_token}` } })).status;
    expect(await ask()).toBe(200);
    expect((await slow.call("DELETE", `/v1/clients/${clientId}`)).status).toBe(204);
    expect(await until(ask, (status) => status !== 200, 20_000)).toBe(401);
  } finally {
    await slow.remove();
  }
});

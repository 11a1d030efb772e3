import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Fault } from "#test/faults/layer";
import { type FaultyProduct, startFaultyProduct } from "#test/faults/product";
import type { AwsRequest } from "#test/faults/requests";
import type { Reply } from "#test/product";

/** The API dies between what it asks of the user pool and what it writes into the table, or right after. */
let bed: FaultyProduct;
beforeAll(async () => {
  bed = await startFaultyProduct({ environment: { MEMBERSHIP_SECONDS: "0" } });
});
afterAll(() => bed?.remove());

const personSchema = z.object({ personId: z.string(), email: z.string(), status: z.string() });
const secretSchema = z.object({ clientId: z.string(), clientSecret: z.string() });

/** Sends a request during which the API dies once: at the transaction that tells the audit of the act. */
async function dying(at: "BEFORE" | "AFTER", action: string, send: () => Promise<Reply>): Promise<void> {
  let deaths = 0;
  const rule = ({ operation, body }: AwsRequest): Fault | undefined => {
    if (operation !== "TransactWriteItems" || !body.includes(action) || deaths > 0) return undefined;
    deaths++;
    return { crash: at };
  };
  const { status } = await bed.faults.during(rule, send);
  expect([deaths, status >= 500]).toEqual([1, true]);
}

const call = async (method: string, path: string, body?: object): Promise<Reply> =>
  await bed.product.call(method, path, body === undefined ? {} : { body });

async function peopleWith(email: string) {
  const { body } = await call("GET", "/v1/people?limit=200");
  return z
    .object({ items: z.array(personSchema) })
    .parse(body)
    .items.filter((it) => it.email === email);
}

async function tokenStatus({ clientId, clientSecret }: z.infer<typeof secretSchema>): Promise<number> {
  const response = await fetch(`${bed.product.url}/oidc/token`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  if (!response.ok) return response.status;
  const { access_token } = z.object({ access_token: z.string() }).parse(await response.json());
  return (await fetch(`${bed.product.url}/v1/me`, { headers: { authorization: `Bearer ${access_token}` } })).status;
}

describe("inviting somebody that breaks off", () => {
  const invitation = (email: string) => ({ email, name: "Ada", role: "staff" });

  test("between the user pool and the table makes nobody; the same again makes one person, with a link that opens", async () => {
    const given = invitation("before@test.example");
    await dying("BEFORE", "PERSON_INVITED", () => call("POST", "/v1/people", given));
    expect(await peopleWith(given.email)).toEqual([]);
    const again = await call("POST", "/v1/people", given);
    expect(again.status).toBe(201);
    expect(await peopleWith(given.email)).toHaveLength(1);
    const { invitation: link } = z.object({ invitation: z.string() }).parse(again.body);
    expect((await fetch(link)).status).toBe(200);
  });

  test("after the table was written leaves a person whom one may invite again", async () => {
    const given = invitation("after@test.example");
    await dying("AFTER", "PERSON_INVITED", () => call("POST", "/v1/people", given));
    const [person, ...others] = await peopleWith(given.email);
    expect([person?.status, others]).toEqual(["INVITED", []]);
    expect((await call("POST", "/v1/people", given)).status).toBe(409);
    expect((await call("POST", `/v1/people/${person?.personId}/invite`)).status).toBe(200);
  });

  test("as does removing, which shuts out at once: the same again removes, and the address is free", async () => {
    const given = invitation("removed@test.example");
    const { personId } = personSchema.parse((await call("POST", "/v1/people", given)).body);
    await dying("AFTER", "PERSON_REMOVED", () => call("DELETE", `/v1/people/${personId}`));
    expect(await peopleWith(given.email)).toMatchObject([{ personId, status: "DISABLED" }]);
    expect((await call("DELETE", `/v1/people/${personId}`)).status).toBe(204);
    expect(await peopleWith(given.email)).toEqual([]);
    expect((await call("POST", "/v1/people", given)).status).toBe(201);
  });
});

describe("a client", () => {
  test("whose making breaks off between the user pool and the table is none; the same again makes one", async () => {
    const given = { name: "Broken off", role: "staff" };
    const before = (await call("GET", "/v1/clients?limit=200")).body;
    await dying("BEFORE", "CLIENT_CREATED", () => call("POST", "/v1/clients", given));
    expect((await call("GET", "/v1/clients?limit=200")).body).toEqual(before);
    const made = secretSchema.parse((await call("POST", "/v1/clients", given)).body);
    expect(await tokenStatus(made)).toBe(200);
  });

  test("whose secret is half changed keeps the old one, until it is changed again", async () => {
    const made = secretSchema.parse((await call("POST", "/v1/clients", { name: "Half", role: "staff" })).body);
    const rotate = () => call("POST", `/v1/clients/${made.clientId}/rotate`);
    await dying("AFTER", "CLIENT_SECRET_ROTATED", rotate);
    expect(await tokenStatus(made)).toBe(200);
    const changed = secretSchema.parse((await rotate()).body);
    expect([await tokenStatus(changed), await tokenStatus(made)]).toEqual([200, 401]);
  });
});

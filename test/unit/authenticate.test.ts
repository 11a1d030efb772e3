import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuthenticator } from "../../functions/api/authenticate.ts";

const issuer = "https://issuer.example";
const person = { sub: "7c1", client_id: "console", name: "Ann", library: "piedmont", roles: ["administrator"] };

let server: Server;
let key: CryptoKey;
let authenticate: ReturnType<typeof createAuthenticator>;

beforeAll(async () => {
  const pair = await generateKeyPair("RS256");
  key = pair.privateKey;
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: "1", alg: "RS256" }] });
  server = createServer((_, response) => response.end(jwks)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const jwksUrl = `http://127.0.0.1:${address.port}/`;
  authenticate = createAuthenticator({ issuer, jwksUrl, audience: "batch-updates", clients: ["console"] });
});
afterAll(() => server?.close());

async function bearer(claims: JWTPayload, header: { typ?: string } = { typ: "at+jwt" }): Promise<string> {
  const jwt = new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "1", ...header });
  return `Bearer ${await jwt.setIssuer(issuer).setExpirationTime("1h").sign(key)}`;
}

describe("the bearer of a token is", () => {
  test("a person, known by the sub, whatever name is shown", async () => {
    const { sub, library, roles } = person;
    expect(await authenticate(await bearer(person))).toEqual({ kind: "person", sub, library, roles });
  });

  test("a client where the subject is the client itself, whichever it is: the table says whether it is known", async () => {
    const client = { ...person, sub: "made-yesterday", client_id: "made-yesterday" };
    expect(await authenticate(await bearer(client))).toMatchObject({ kind: "client", sub: "made-yesterday" });
  });

  test("told apart from who is let in: claims may be absent", async () => {
    const { library: _, roles: __, ...bare } = person;
    expect(await authenticate(await bearer(bare))).toEqual({
      kind: "person",
      sub: "7c1",
      library: undefined,
      roles: [],
    });
  });

  test("nobody without a sub", async () => {
    const { sub: _, ...nameless } = person;
    await expect(authenticate(await bearer(nameless))).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });
});

describe("a token counts", () => {
  test.each<[string, JWTPayload, { typ?: string }]>([
    ["as an access token by its header", { ...person, aud: "batch-updates" }, { typ: "at+jwt" }],
    ["as an access token by its header in full", person, { typ: "application/at+JWT" }],
    ["as an access token by Cognito's claim", { ...person, token_use: "access" }, {}],
    ["for several services, if this is one of them", { ...person, aud: ["other", "batch-updates"] }, { typ: "at+jwt" }],
  ])("%s", async (_, claims, header) => {
    expect((await authenticate(await bearer(claims, header))).sub).toBe("7c1");
  });

  test.each<[string, JWTPayload, { typ?: string }]>([
    ["as an ID token of Cognito", { ...person, token_use: "id", aud: "console" }, {}],
    ["as an ID token", { ...person, aud: "console", nonce: "1" }, { typ: "JWT" }],
    ["as an ID token without a type", { ...person, aud: "console" }, {}],
    ["as an ID token of Cognito that calls itself at+jwt", { ...person, token_use: "id" }, { typ: "at+jwt" }],
    ["for another service", { ...person, aud: "other" }, { typ: "at+jwt" }],
    ["for several other services", { ...person, aud: ["other", "console"] }, { typ: "at+jwt" }],
    ["to another client", { ...person, client_id: "other" }, { typ: "at+jwt" }],
    ["to no client", { ...person, client_id: undefined, azp: "console" }, { typ: "at+jwt" }],
  ])("not %s", async (_, claims, header) => {
    await expect(authenticate(await bearer(claims, header))).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });
});

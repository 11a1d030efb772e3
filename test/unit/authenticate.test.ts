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
  authenticate = createAuthenticator({ issuer, jwksUrl, audiences: ["console", "system"] });
});
afterAll(() => server?.close());

async function bearer(claims: JWTPayload): Promise<string> {
  const jwt = new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "1", typ: "at+jwt" });
  return `Bearer ${await jwt.setIssuer(issuer).setExpirationTime("1h").sign(key)}`;
}

describe("a caller is", () => {
  test("known by the sub of the token, whatever name is shown", async () => {
    expect(await authenticate(await bearer(person))).toEqual({
      sub: "7c1",
      name: "Ann",
      library: "piedmont",
      roles: ["administrator"],
    });
  });

  test("nobody without a sub", async () => {
    const { sub: _, ...nameless } = person;
    await expect(authenticate(await bearer(nameless))).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  test.each([[["support", "administrator"]], [["administrator", "support"]], [["staff", "support", "administrator"]]])(
    "support alone with the roles %j, and of no library",
    async (roles) => {
      expect(await authenticate(await bearer({ ...person, roles }))).toEqual({
        sub: "7c1",
        name: "Ann",
        library: undefined,
        roles: ["support"],
      });
    },
  );
});

import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { createIdentity } from "#infra/local/identity";
import { sampleClaims, sampleDirectory } from "./sample-directory.ts";

let directory: string;
let origin: string;
let stop: () => Promise<void>;
let said: string[];

async function serve(port = 0): Promise<void> {
  const server = createServer();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  origin = `http://localhost:${address.port}`;
  const { handler } = await createIdentity({
    issuer: `${origin}/oidc`,
    directory,
    people: await sampleDirectory(directory),
    claims: sampleClaims,
    now: () => Date.now(),
    say: (line) => said.push(line),
    returns: { signedIn: [`${origin}/signed-in`], signedOut: [`${origin}/signed-out`] },
  });
  server.on("request", handler);
  stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
}

const printed = [vi.spyOn(console, "warn"), vi.spyOn(console, "info"), vi.spyOn(console, "error")];

beforeEach(async () => {
  said = [];
  directory = await mkdtemp(join(tmpdir(), "local-identity-"));
  await serve();
});
afterEach(async () => {
  await stop();
  await rm(directory, { recursive: true, force: true });
  for (const spy of printed) expect(spy).not.toHaveBeenCalled();
});

const tokens = z.object({
  access_token: z.string(),
  id_token: z.string().optional(),
  token_type: z.literal("Bearer"),
  expires_in: z.number(),
});

async function machineToken(init: RequestInit): Promise<z.infer<typeof tokens>> {
  const answer = await fetch(`${origin}/oidc/token`, { method: "POST", ...init });
  expect(answer.status).toBe(200);
  return tokens.parse(await answer.json());
}

const asForm = (client: string, secret = "local") => ({
  body: new URLSearchParams({ grant_type: "client_credentials", client_id: client, client_secret: secret }),
});
const asBasic = (client: string, secret = "local") => ({
  body: new URLSearchParams({ grant_type: "client_credentials" }),
  headers: { authorization: `Basic ${Buffer.from(`${client}:${secret}`).toString("base64")}` },
});

async function claims(token: string) {
  const keys = createRemoteJWKSet(new URL(`${origin}/oidc/jwks`));
  const { payload } = await jwtVerify(token, keys, { issuer: `${origin}/oidc` });
  return payload;
}

describe("A machine", () => {
  test.each([
    ["piedmont-administrator", { library: "piedmont", roles: ["administrator"] }],
    ["piedmont-staff", { library: "piedmont", roles: ["staff"] }],
    ["lakeshore-administrator", { library: "lakeshore", roles: ["administrator"] }],
  ])("%s gets a token of its library and roles for one hour", async (client, wanted) => {
    const { access_token, expires_in } = await machineToken(asForm(client));
    const found = await claims(access_token);
    expect(found).toMatchObject({ ...wanted, name: client, client_id: client });
    expect(expires_in).toBe(3600);
    expect((found.exp ?? 0) - (found.iat ?? 0)).toBe(3600);
  });

  test("of support gets a token without a library", async () => {
    const found = await claims((await machineToken(asBasic("keystone-support"))).access_token);
    expect(found).toMatchObject({ roles: ["support"], name: "keystone-support" });
    expect(found).not.toHaveProperty("library");
  });

  test.each([
    ["a wrong secret in the form", asForm("piedmont-staff", "guess")],
    ["a wrong secret in the header", asBasic("piedmont-staff", "guess")],
    ["an unknown name", asForm("someone")],
    ["no secret", { body: new URLSearchParams({ grant_type: "client_credentials", client_id: "piedmont-staff" }) }],
  ])("with %s gets none", async (_, init) => {
    const answer = await fetch(`${origin}/oidc/token`, { method: "POST", ...init });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: "invalid_client" });
  });

  test("may use its token after a restart", async () => {
    const { access_token } = await machineToken(asForm("piedmont-staff"));
    const { port } = new URL(origin);
    await stop();
    await serve(Number(port));
    expect(await claims(access_token)).toMatchObject({ library: "piedmont" });
  });
});

/** A browser as far as signing in goes: it keeps cookies by path, and follows redirects to the issuer only. */
class Browser {
  readonly #cookies = new Map<string, { value: string; path: string }>();

  async open(url: string, init: RequestInit = {}): Promise<{ url: string; status: number; text: string }> {
    const { pathname } = new URL(url);
    const cookie = [...this.#cookies]
      .filter(([, { path }]) => pathname === path || pathname.startsWith(path.replace(/\/?$/, "/")))
      .map(([name, { value }]) => `${name}=${value}`)
      .join("; ");
    const answer = await fetch(url, { redirect: "manual", ...init, headers: { ...init.headers, cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      expect(line).toMatch(/; httponly/i);
      if (value === "") this.#cookies.delete(name);
      else this.#cookies.set(name, { value, path: /; path=([^;]+)/i.exec(line)?.[1] ?? "/" });
    }
    const location = answer.headers.get("location");
    if (location === null) return { url, status: answer.status, text: await answer.text() };
    const next = new URL(location, url).href;
    if (!next.startsWith(`${origin}/oidc/`)) return { url: next, status: answer.status, text: "" };
    return this.open(next);
  }

  post(url: string, fields: Record<string, string>) {
    return this.open(url, { method: "POST", body: new URLSearchParams(fields) });
  }
}

function request(parameters: Record<string, string> = {}) {
  const verifier = randomBytes(32).toString("base64url");
  const url = new URL(`${origin}/oidc/auth`);
  url.search = new URLSearchParams({
    client_id: "console",
    response_type: "code",
    redirect_uri: `${origin}/signed-in`,
    scope: "openid",
    state: "the-state",
    nonce: "the-nonce",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...parameters,
  }).toString();
  return { url: url.href, verifier, redirectUri: parameters.redirect_uri ?? `${origin}/signed-in` };
}

async function trade(arrival: string, { verifier, redirectUri }: ReturnType<typeof request>) {
  const { searchParams } = new URL(arrival);
  expect(searchParams.get("state")).toBe("the-state");
  return fetch(`${origin}/oidc/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: "console",
      code: searchParams.get("code") ?? "",
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }),
  });
}

async function signIn(browser: Browser, name = "piedmont-administrator") {
  const asked = request();
  const page = await browser.open(asked.url);
  const arrival = await browser.post(page.url, { name, password: "local" });
  return { arrival: arrival.url, asked };
}

describe("A person", () => {
  test("signs in on the page and gets tokens with the same claims as a machine", async () => {
    const browser = new Browser();
    const { arrival, asked } = await signIn(browser);
    expect(arrival).toMatch(`${origin}/signed-in?code=`);
    const { access_token, id_token, expires_in } = tokens.parse(await (await trade(arrival, asked)).json());
    expect(expires_in).toBe(3600);
    expect(await claims(access_token)).toMatchObject({
      sub: "piedmont-administrator",
      name: "piedmont-administrator",
      library: "piedmont",
      roles: ["administrator"],
      client_id: "console",
    });
    expect(await claims(id_token ?? "")).toMatchObject({ aud: "console", nonce: "the-nonce" });
  });

  test("is renewed silently afterwards, also after a restart", async () => {
    const browser = new Browser();
    await signIn(browser, "keystone-support");
    const { port } = new URL(origin);
    await stop();
    await serve(Number(port));
    const asked = request({ prompt: "none" });
    const { url } = await browser.open(asked.url);
    expect(url.startsWith(`${origin}/signed-in?code=`)).toBe(true);
    const { access_token } = tokens.parse(await (await trade(url, asked)).json());
    const found = await claims(access_token);
    expect(found).toMatchObject({ roles: ["support"] });
    expect(found).not.toHaveProperty("library");
  });

  test.each(["", "/", "/signed-out/", "/signed-out?from=here", "/signed-in"])(
    "is not sent to an address that the client does not name when signing out, such as %j",
    async (path) => {
      const browser = new Browser();
      const { arrival, asked } = await signIn(browser);
      const { id_token = "" } = tokens.parse(await (await trade(arrival, asked)).json());
      const leaving = new URL(`${origin}/oidc/session/end`);
      leaving.search = new URLSearchParams({
        id_token_hint: id_token,
        post_logout_redirect_uri: origin + path,
      }).toString();
      const { status, text } = await browser.open(leaving.href);
      expect(status).toBe(400);
      expect(text).toContain("post_logout_redirect_uri not registered");
    },
  );

  test("who has forgotten the password signs in with another one, chosen by the link that was told", async () => {
    const browser = new Browser();
    const asked = request();
    const page = await browser.open(asked.url);
    const [, forgotten = ""] = /<a href="([^"]+)">Forgot your password/.exec(page.text) ?? [];
    await browser.post(origin + forgotten, { name: "staff@piedmont.example" });
    const [, link = ""] = /^A new password for staff@piedmont\.example: (\S+)$/.exec(said.join("\n")) ?? [];
    const password = "Correct-horse-7";
    expect((await browser.post(link, { password, again: password })).status).toBe(200);
    expect((await browser.post(page.url, { name: "piedmont-staff", password: "local" })).status).toBe(422);
    const arrival = await browser.post(page.url, { name: "staff@piedmont.example", password });
    expect((await trade(arrival.url, asked)).status).toBe(200);
    expect((await browser.open(`${origin}/oidc/invitation/nonsense`)).status).toBe(410);
    expect((await browser.open(`${origin}/oidc/invitation/`)).status).toBe(404);
  });

  test("who is not signed in is not asked when renewing silently", async () => {
    const { url } = await new Browser().open(request({ prompt: "none" }).url);
    expect(new URL(url).searchParams.get("error")).toBe("login_required");
  });

  test("is told at the field and at the top what is wrong, and can go on from there", async () => {
    const browser = new Browser();
    const asked = request();
    const page = await browser.open(asked.url);
    expect(page.text).toMatch(/<html lang="en">/);
    expect(page.text).toMatch(/<label for="name">/);
    expect(page.text).not.toMatch(/<script|<style|style=/);

    const empty = await browser.post(page.url, { name: "piedmont-staff", password: "" });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain("<title>Error: Sign in");
    expect(empty.text).toContain('<li><a href="#password">Enter your password.</a></li>');
    expect(empty.text).toMatch(/id="password"[^>]*aria-invalid="true" aria-describedby="password-error"[^>]*autofocus/);
    expect(empty.text).toMatch(/id="name"[^>]*value="piedmont-staff"/);
    expect(empty.text).not.toMatch(/id="name"[^>]*aria-invalid/);

    const wrong = await browser.post(page.url, { name: '"><script>alert(1)</script>', password: "guess" });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('value="&quot;&gt;&lt;script&gt;');

    const arrival = await browser.post(page.url, { name: " piedmont-staff ", password: "local" });
    expect((await trade(arrival.url, asked)).status).toBe(200);
    const again = await browser.post(page.url, { name: "piedmont-staff", password: "local" });
    expect(again.status).toBe(400);
    expect(again.text).toContain("Sign in again");
  });

  test("is signed out for good: the next silent renewal finds nobody", async () => {
    const browser = new Browser();
    const { arrival, asked } = await signIn(browser);
    const { id_token = "" } = tokens.parse(await (await trade(arrival, asked)).json());
    const leaving = new URL(`${origin}/oidc/session/end`);
    leaving.search = new URLSearchParams({
      id_token_hint: id_token,
      post_logout_redirect_uri: `${origin}/signed-out`,
    }).toString();
    const page = await browser.open(leaving.href);
    expect(page.text).toMatch(/<button type="submit" form="op.logoutForm" name="logout" value="yes"/);
    const action = /action="([^"]+)"/.exec(page.text)?.[1] ?? "";
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
    expect((await browser.post(action, { xsrf, logout: "yes" })).url).toBe(`${origin}/signed-out`);
    const { url } = await browser.open(request({ prompt: "none" }).url);
    expect(new URL(url).searchParams.get("error")).toBe("login_required");
  });

  test("gets nothing for a code with another verifier, or used twice", async () => {
    const browser = new Browser();
    const { arrival, asked } = await signIn(browser);
    const stolen = await trade(arrival, { ...asked, verifier: "x".repeat(43) });
    expect(await stolen.json()).toMatchObject({ error: "invalid_grant" });

    const next = await signIn(new Browser());
    expect((await trade(next.arrival, next.asked)).status).toBe(200);
    expect(await (await trade(next.arrival, next.asked)).json()).toMatchObject({ error: "invalid_grant" });
  });

  test.each([
    ["leads elsewhere", { redirect_uri: "http://evil.example/signed-in" }],
    ["leads to another page of the console", { redirect_uri: "http://localhost:4000/other" }],
    ["leads to another port of this machine", { redirect_uri: "http://localhost:5173/signed-in" }],
    ["leads to the console's start", { redirect_uri: "/" }],
    ["brings no challenge", { code_challenge: "", code_challenge_method: "" }],
  ])("is not asked to sign in where the request %s", async (_, parameters) => {
    const { url, text } = await new Browser().open(request(parameters).url);
    expect(url).not.toContain("/sign-in/");
    expect(text + url).toMatch(/did not work|error=invalid_request/);
  });
});

test("The issuer describes itself under its own address", async () => {
  const described = await (await fetch(`${origin}/oidc/.well-known/openid-configuration`)).json();
  expect(described).toMatchObject({
    issuer: `${origin}/oidc`,
    token_endpoint: `${origin}/oidc/token`,
    jwks_uri: `${origin}/oidc/jwks`,
    authorization_endpoint: `${origin}/oidc/auth`,
    end_session_endpoint: `${origin}/oidc/session/end`,
  });
});

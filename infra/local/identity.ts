import type { IncomingMessage, ServerResponse } from "node:http";
import { errors } from "oidc-provider";
import type { Directory } from "./identity/directory.ts";
import { loadKeys } from "./identity/keys.ts";
import { messagePage, signInPage, signOutScript, stylesheet } from "./identity/pages.ts";
import { createPasswordPages } from "./identity/password-pages.ts";
import { createProvider, type Returns } from "./identity/provider.ts";
import { openSessionStore } from "./identity/session-store.ts";
import type { TokenClaims } from "./identity/token-claims.ts";

/** No script of a page runs here but the one file of ours, and forms lead nowhere but to this machine. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
  "form-action 'self' http://localhost:* http://127.0.0.1:*",
].join("; ");

const LONGEST_FORM = 16 * 1024;

export interface Issuer {
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
  /** Ends every session of a person. */
  readonly signOut: (sub: string) => Promise<void>;
}

/**
 * The issuer of tokens on one machine, an OpenID Connect provider: machines get theirs by client credentials, people by
 * authorization code with PKCE and a sign-in page. Keys, sessions and grants are kept in `directory`.
 *
 * @param options.issuer its address, ending in the path under which `handler` is mounted, as `http://localhost:4000/oidc`
 * @param options.people who can sign in, and which clients there are
 * @param options.claims asked for each token
 * @param options.say told what the cloud would send by e-mail
 * @param options.returns where people may be sent back to. Anything else is refused, as the cloud refuses it.
 */
export async function createIdentity(options: {
  issuer: string;
  directory: string;
  people: Directory;
  claims: TokenClaims;
  returns: Returns;
  now: () => number;
  say: (line: string) => void;
}): Promise<Issuer> {
  const { issuer, directory, people, claims, returns, now, say } = options;
  const { origin, pathname: base } = new URL(issuer);
  const keys = await loadKeys(directory);
  const { adapter, signOut } = await openSessionStore(directory);
  const provider = createProvider(issuer, keys, adapter, returns, { directory: people, claims });
  const issue = provider.callback();
  const passwordPages = createPasswordPages({ base, origin, directory: people, now, say });

  const signIn = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { prompt } = await provider.interactionDetails(request, response);
    if (prompt.name !== "login") throw new Error(`The issuer asks for ${prompt.name}, which nobody can answer here.`);
    if (request.method !== "POST") {
      return sendPage(response, 200, signInPage(base, { name: "", errors: {} }));
    }
    const form = new URLSearchParams(await readForm(request));
    const name = form.get("name")?.trim() ?? "";
    const password = form.get("password") ?? "";
    const user = await people.signIn(name, password);
    if (user !== undefined) {
      return provider.interactionFinished(request, response, { login: { accountId: user.sub } });
    }
    const errorsFound = {
      ...(name === "" ? { name: "Enter your name." } : {}),
      ...(password === "" ? { password: "Enter your password." } : {}),
    };
    const mistaken = { name: "This name and password do not match.", password: "Or the password is not right." };
    const state = { name, errors: Object.keys(errorsFound).length > 0 ? errorsFound : mistaken };
    sendPage(response, 422, signInPage(base, state));
  };

  const showPasswordPage = async (path: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = request.method === "POST" ? new URLSearchParams(await readForm(request)) : undefined;
    const page = await passwordPages(path.slice(base.length), form);
    if (page === undefined) return sendPage(response, 404, messagePage(base, "There is no such page", "", origin));
    sendPage(response, page.status, page.html);
  };

  const failSignIn = (response: ServerResponse, error: unknown): void => {
    if (response.headersSent) {
      response.destroy();
    } else if (error instanceof errors.SessionNotFound) {
      const sentence = "This sign-in has taken too long or was already finished. Start again.";
      sendPage(response, 400, messagePage(base, "Sign in again", sentence, origin));
    } else {
      console.error("Signing in failed:", error);
      sendPage(response, 500, messagePage(base, "Sign-in did not work", "Something went wrong. Try again.", origin));
    }
  };

  return {
    signOut,
    handler(request, response) {
      const url = request.url ?? "/";
      const path = url.split("?")[0] ?? url;
      response.setHeader("x-content-type-options", "nosniff");
      if (path === `${base}/pages.css`) return sendFile(response, "text/css", stylesheet);
      if (path === `${base}/sign-out.js`) return sendFile(response, "text/javascript", signOutScript);
      if (path.startsWith(`${base}/sign-in/`)) {
        signIn(request, response).catch((error: unknown) => failSignIn(response, error));
        return;
      }
      if (path === `${base}/forgotten` || path.startsWith(`${base}/invitation/`)) {
        showPasswordPage(path, request, response).catch((error: unknown) => failSignIn(response, error));
        return;
      }
      response.setHeader("content-security-policy", POLICY);
      // The issuer works below its path, and finds out about that path by what is left out of the original address.
      Object.assign(request, { originalUrl: url, url: url.slice(base.length) || "/" });
      void issue(request, response);
    },
  };
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
  });
  response.end(html);
}

function sendFile(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { "content-type": `${type}; charset=utf-8`, "cache-control": "max-age=3600" });
  response.end(text);
}

async function readForm(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) {
    text += piece;
    if (text.length > LONGEST_FORM) throw new Error("The sign-in form is too long.");
  }
  return text;
}

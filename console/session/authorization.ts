import * as oauth from "oauth4webapi";
import { z } from "zod";
import { reach } from "../api/transport.ts";
import { views } from "../views.ts";
import { loadConfiguration } from "./configuration.ts";

/** What must outlive the way to the issuer and back. Holds no token. Kept per tab, so that two tabs never mix up theirs. */
const attemptSchema = z.object({
  verifier: z.string(),
  state: z.string(),
  nonce: z.string(),
  returnTo: z.string().startsWith("/"),
  silently: z.boolean(),
});
const attemptKey = "sign-in-attempt";
export const callbackPath = views.signedIn;

export interface Grant {
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly idToken: string | undefined;
}

export type Arrival =
  | {
      readonly kind: "granted";
      readonly grant: Grant;
      readonly returnTo: string;
      /** False where the issuer still knew who it is, and nobody had to be there. */
      readonly byPerson: boolean;
    }
  /** The issuer knows of no session, so a person has to sign in. */
  | { readonly kind: "needs-person"; readonly returnTo: string }
  | { readonly kind: "failed"; readonly returnTo: string; readonly reason: string };

async function discover() {
  const { issuer, clientId } = await loadConfiguration();
  const issuerUrl = new URL(issuer);
  // Plain http is for one machine only: the issuer is then part of the very origin that served this page.
  const insecure = { [oauth.allowInsecureRequests]: issuerUrl.origin === location.origin };
  const options = { ...insecure, [oauth.customFetch]: (url: string, init: object) => reach(new URL(url), init) };
  const response = await oauth.discoveryRequest(issuerUrl, options);
  const server = await oauth.processDiscoveryResponse(issuerUrl, response);
  return { server, client: { client_id: clientId }, options };
}

const redirectUri = () => new URL(callbackPath, location.origin).href;

/**
 * Leaves for the issuer by a redirect. The page is gone afterwards, so the promise never settles, unless the issuer cannot
 * be reached: then it rejects and the page stays as it is.
 *
 * @param silently true asks the issuer to answer without showing anything (OpenID Connect `prompt=none`)
 */
export async function leaveForIssuer({ silently, returnTo }: { silently: boolean; returnTo: string }): Promise<never> {
  const { server, client } = await discover();
  if (server.authorization_endpoint === undefined) throw new Error("The issuer names no authorization endpoint");
  const attempt = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    returnTo,
    silently,
  };
  sessionStorage.setItem(attemptKey, JSON.stringify(attempt));
  const url = new URL(server.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: client.client_id,
    response_type: "code",
    redirect_uri: redirectUri(),
    scope: "openid",
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
    code_challenge_method: "S256",
    ...(silently && { prompt: "none" }),
  }).toString();
  location.replace(url);
  return new Promise<never>(() => {});
}

/** Reads the answer the issuer sent along in the address of this page, and trades the code in it for a token. */
export async function arriveFromIssuer(): Promise<Arrival> {
  const stored = sessionStorage.getItem(attemptKey);
  sessionStorage.removeItem(attemptKey);
  // Without an attempt of this tab (an old address, a second use) there is nothing to check the answer against.
  if (stored === null) return { kind: "needs-person", returnTo: "/" };
  const attempt = attemptSchema.parse(JSON.parse(stored));
  const { returnTo } = attempt;
  try {
    const { server, client, options } = await discover();
    const answer = oauth.validateAuthResponse(server, client, new URL(location.href), attempt.state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      answer,
      redirectUri(),
      attempt.verifier,
      options,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: attempt.nonce,
    });
    const grant = {
      accessToken: tokens.access_token,
      expiresAt: Date.now() + (tokens.expires_in ?? 300) * 1000,
      idToken: tokens.id_token,
    };
    return { kind: "granted", grant, returnTo, byPerson: !attempt.silently };
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError && error.error.endsWith("_required")) {
      return { kind: "needs-person", returnTo };
    }
    return { kind: "failed", returnTo, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Ends the session at the issuer too, so that the next person at this computer is not signed in silently. */
export async function leaveForGood(idToken: string | undefined): Promise<never> {
  const { server, client } = await discover();
  const farewell = new URL(views.signedOut, location.origin).href;
  const url = new URL(server.end_session_endpoint ?? farewell);
  if (server.end_session_endpoint !== undefined) {
    url.search = new URLSearchParams({
      client_id: client.client_id,
      post_logout_redirect_uri: farewell,
      // Cognito knows the same under a name of its own.
      logout_uri: farewell,
      ...(idToken !== undefined && { id_token_hint: idToken }),
    }).toString();
  }
  location.replace(url);
  return new Promise<never>(() => {});
}

import { views } from "../views.ts";
import { arriveFromIssuer, callbackPath, type Grant, leaveForGood, leaveForIssuer } from "./authorization.ts";

/** The token lives here and nowhere else: a reload asks the issuer for another one, silently. */
let grant: Grant | undefined;

/** A token with less left than this is not sent: the request might outlive it. */
const leastLeft = 30_000;
const interruptedKey = "interrupted";
const libraryKey = "library-of-support";
const reasonKey = "reason-of-support";

export type Opening =
  | { readonly kind: "signed-in" }
  | { readonly kind: "signed-out"; readonly returnTo: string; readonly reason?: string };

/** Decides, before anything is shown, whether someone is signed in. May leave for the issuer and then never returns. */
export async function openSession(): Promise<Opening> {
  const { pathname, search } = location;
  if (pathname === callbackPath) {
    const arrival = await arriveFromIssuer();
    history.replaceState(null, "", arrival.returnTo);
    if (arrival.kind === "granted") {
      grant = arrival.grant;
      return { kind: "signed-in" };
    }
    const { returnTo } = arrival;
    return { kind: "signed-out", returnTo, ...(arrival.kind === "failed" && { reason: arrival.reason }) };
  }
  if (pathname === views.signedOut) return { kind: "signed-out", returnTo: "/" };
  return leaveForIssuer({ silently: true, returnTo: pathname + search });
}

export function signIn(returnTo: string): Promise<never> {
  return leaveForIssuer({ silently: false, returnTo });
}

export function signOut(): Promise<never> {
  const idToken = grant?.idToken;
  grant = undefined;
  // Drafts may name patrons, and the next person at this computer is someone else.
  sessionStorage.clear();
  return leaveForGood(idToken);
}

/**
 * The token to send, renewed where it is about to run out. Renewing leaves the page, so it only returns with a token.
 *
 * @param act true where the request would change something: after the renewal the page says that it was not sent
 */
export async function accessToken(act: boolean): Promise<string> {
  if (grant !== undefined && grant.expiresAt - Date.now() > leastLeft) return grant.accessToken;
  return renew(act);
}

/** Gets a new token by way of the issuer and comes back to the same view. */
export async function renew(act: boolean): Promise<never> {
  if (act) sessionStorage.setItem(interruptedKey, "yes");
  return leaveForIssuer({ silently: true, returnTo: location.pathname + location.search });
}

/** Renews at a moment that disturbs nobody: when a page is opened anyway. */
export async function renewBeforeLong(): Promise<void> {
  const early = 10 * 60_000;
  if (grant !== undefined && grant.expiresAt - Date.now() < early) await renew(false);
}

/** True once, where an act was cut short because the token had run out. */
export function takeInterruption(): boolean {
  const was = sessionStorage.getItem(interruptedKey) !== null;
  sessionStorage.removeItem(interruptedKey);
  return was;
}

/** Support belongs to no library: it names the one it works in, and says why, for that library's audit. */
export interface Errand {
  readonly library: string;
  readonly reason: string;
}

/** What support said at the beginning; undefined for everybody else. */
export function errand(): Errand | undefined {
  const library = sessionStorage.getItem(libraryKey);
  const reason = sessionStorage.getItem(reasonKey);
  return library === null || reason === null ? undefined : { library, reason };
}

export function beginErrand({ library, reason }: Errand): void {
  sessionStorage.setItem(libraryKey, library);
  sessionStorage.setItem(reasonKey, reason);
}

export function endErrand(): void {
  sessionStorage.removeItem(libraryKey);
  sessionStorage.removeItem(reasonKey);
}

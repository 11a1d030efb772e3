import { views } from "../views.ts";
import { arriveFromIssuer, callbackPath, type Grant, leaveForGood, leaveForIssuer } from "./authorization.ts";
import { forgetDoing, markDoing, presentIdleness } from "./last-doing.ts";
import { decideToLeave } from "./leaving.ts";

/** The token lives here and nowhere else: a reload asks the issuer for another one, silently. */
let grant: Grant | undefined;

/** A token with less left than this is not sent: the request might outlive it. */
const leastLeft = 30_000;
const interruptedKey = "interrupted";
const idleKey = "signed-out-idle";
/** Changes whenever somebody signs out, which tells the other tabs. */
const signedOutKey = "signed-out";
const libraryKey = "library-of-support";
const reasonKey = "reason-of-support";
const begunKey = "errand-begun";

export type Opening =
  | { readonly kind: "signed-in" }
  | {
      readonly kind: "signed-out";
      readonly returnTo: string;
      readonly reason?: string;
      /** Signed out because nothing was done for too long. */
      readonly wasIdle?: boolean;
    };

/** Decides, before anything is shown, whether someone is signed in. May leave for the issuer and then never returns. */
export async function openSession(): Promise<Opening> {
  const { pathname, search } = location;
  if (pathname === callbackPath) {
    const arrival = await arriveFromIssuer();
    history.replaceState(null, "", arrival.returnTo);
    if (arrival.kind === "granted") {
      grant = arrival.grant;
      if (arrival.byPerson) markDoing();
      return { kind: "signed-in" };
    }
    const { returnTo } = arrival;
    return { kind: "signed-out", returnTo, ...(arrival.kind === "failed" && { reason: arrival.reason }) };
  }
  if (pathname === views.signedOut) return { kind: "signed-out", returnTo: "/", wasIdle: takeIdle() };
  // The issuer may still know who left this computer long ago.
  if (presentIdleness().kind === "over") return signOutIdle();
  return leaveForIssuer({ silently: true, returnTo: pathname + search });
}

export function signIn(returnTo: string): Promise<never> {
  return leaveForIssuer({ silently: false, returnTo });
}

export function signOut(): Promise<never> {
  decideToLeave();
  const idToken = grant?.idToken;
  grant = undefined;
  // Drafts may name patrons, and the next person at this computer is someone else.
  sessionStorage.clear();
  localStorage.setItem(signedOutKey, String(Date.now()));
  return leaveForGood(idToken);
}

/** Where the issuer cannot be reached, what is on the screen goes all the same, and the next opening tries again. */
export async function signOutIdle(): Promise<never> {
  const leaving = signOut();
  sessionStorage.setItem(idleKey, "ended");
  return await leaving.catch((): Promise<never> => {
    sessionStorage.setItem(idleKey, "not ended");
    location.replace(views.signedOut);
    return new Promise<never>(() => {});
  });
}

/** True once after being signed out for doing nothing. */
function takeIdle(): boolean {
  const was = sessionStorage.getItem(idleKey);
  sessionStorage.removeItem(idleKey);
  // What comes next is another sitting, unless the issuer still knows of this one.
  if (was !== "not ended") forgetDoing();
  return was !== null;
}

/** Who signs out in one tab is signed out in all: each holds a token of its own. */
export function onSignedOutElsewhere(): () => void {
  const listener = ({ key }: StorageEvent) => {
    if (key !== signedOutKey) return;
    grant = undefined;
    decideToLeave();
    sessionStorage.clear();
    location.replace(views.signedOut);
  };
  window.addEventListener("storage", listener);
  return () => window.removeEventListener("storage", listener);
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
  decideToLeave();
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
  return take(interruptedKey);
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
  sessionStorage.setItem(begunKey, "yes");
}

/** True once, on the page that was loaded anew for an errand. */
export function takeBegun(): boolean {
  return take(begunKey);
}

function take(key: string): boolean {
  const was = sessionStorage.getItem(key) !== null;
  sessionStorage.removeItem(key);
  return was;
}

import { type Admission, admit, type Tenant } from "#domain/member";
import { Cache } from "#platform/cache";
import { loadTenant } from "#records/library/tenants";
import { loadMember, type Member } from "#records/members/members";
import type { MemberKind } from "#records/store/keys";
import type { Table } from "#records/store/table";
import type { TokenBearer } from "./authenticate.ts";
import { Problem } from "./problem.ts";
import type { Caller } from "./route.ts";

/** Callers that are remembered: those of one busy minute. */
const mostKept = 5000;

export interface CallersOptions {
  /** Milliseconds for which it is not looked up again who somebody is: so long may a change of it go unnoticed. */
  readonly freshFor: number;
  readonly clock?: () => number;
}

interface Known {
  readonly member: Member;
  readonly tenant: Tenant | undefined;
}

/**
 * Says who comes with a token. Library, role and name are what the product's own table says now, whatever the token said
 * when it was issued: so whoever is moved, shut out or removed is so within a minute, and nobody moves by what an issuer
 * lets them write.
 */
export function createCallers(table: Table, { freshFor, clock = Date.now }: CallersOptions) {
  const kept = new Cache<{ readonly until: number; readonly found: Promise<Known | undefined> }>(mostKept);
  const load = async (kind: MemberKind, id: string): Promise<Known | undefined> => {
    const member = await loadMember(table, kind, id);
    if (member === undefined) return undefined;
    const { library } = member;
    return { member, tenant: library === undefined ? undefined : await loadTenant(table, library) };
  };
  const look = async (kind: MemberKind, id: string): Promise<Known | undefined> => {
    const key = `${kind} ${id}`;
    const known = kept.get(key);
    if (known !== undefined && known.until > clock()) return await known.found;
    const mine = { until: clock() + freshFor, found: load(kind, id) };
    kept.set(key, mine);
    const forget = () => {
      if (kept.get(key) === mine) kept.delete(key);
    };
    try {
      const found = await mine.found;
      // Whoever is made at this moment comes with a token in the next.
      if (found === undefined) forget();
      return found;
    } catch (error) {
      forget();
      throw error;
    }
  };
  return async (bearer: TokenBearer): Promise<Caller> => {
    const known = await look(bearer.kind, bearer.sub);
    const admission = admit(known?.member, known?.tenant);
    if (known === undefined) throw refusal("UNKNOWN");
    if (admission.outcome !== "ADMITTED") throw refusal(admission.outcome, known.member);
    const { library, role } = admission;
    if (bearer.roles.length === 0 || (role !== "support" && bearer.library === undefined)) {
      throw new Problem("UNAUTHENTICATED", "The token carries no role or names no library. Get another one.");
    }
    const saysSupport = bearer.roles.includes("support");
    if (role !== "support" && (saysSupport || (bearer.library !== undefined && bearer.library !== library))) {
      const why = "Your token names another library or role than you have. Sign in again.";
      throw new RefusedCaller(why, callerOf(known.member));
    }
    return { sub: bearer.sub, name: known.member.name, library, roles: [role] };
  };
}

/** Somebody who is known and not let in: their library is told what they tried. */
export class RefusedCaller extends Problem {
  readonly caller: Caller;

  constructor(detail: string, caller: Caller) {
    super("FORBIDDEN", detail);
    this.caller = caller;
  }
}

function callerOf({ id, name, library, role }: Member): Caller {
  return { sub: id, name, library, roles: [role] };
}

function refusal(outcome: Admission["outcome"], member?: Member): Problem {
  const forbidden = (why: string) =>
    member === undefined ? new Problem("FORBIDDEN", why) : new RefusedCaller(why, callerOf(member));
  switch (outcome) {
    case "DISABLED":
      return forbidden("Your sign-in was disabled. Ask an administrator of your library.");
    case "SUSPENDED":
      return forbidden("Your library is suspended. Nothing is lost; ask Keystone's support.");
    case "NO_LIBRARY":
      // There is nobody to tell.
      return new Problem("FORBIDDEN", "Your token names a library that does not exist. Ask Keystone's support.");
    default:
      return new Problem(
        "UNAUTHENTICATED",
        "The person or client that the token names is not known to this service, or no longer is.",
      );
  }
}

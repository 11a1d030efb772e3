import { dayAt } from "#domain/calendar";
import { admit, type Membership, type Tenant } from "#domain/member";
import type { Role } from "#domain/role";

/** Days ahead that a batch update may be scheduled at most: what was reviewed grows old. */
export const longestAhead = 30;

const dayLength = 24 * 3600 * 1000;

/** What is wrong with an instant at which a batch update is to begin; undefined where nothing is. */
export function scheduleProblem(at: Date, now: Date): string | undefined {
  if (at.getTime() <= now.getTime()) return "must be still to come; leave it out to begin at once";
  const last = now.getTime() + longestAhead * dayLength;
  return at.getTime() > last ? `must be within ${longestAhead} days` : undefined;
}

/** Milliseconds within which two batch updates begin close to each other, whatever day it is. */
const close = 3600 * 1000;

/**
 * Whether two batch updates of one medium begin so near each other that somebody should think of it: on one day of the
 * library, or within an hour. The later one waits for the earlier, and patrons whom the earlier changes can be in conflict.
 */
export function beginNear(one: Date, other: Date, timeZone: string): boolean {
  return Math.abs(one.getTime() - other.getTime()) <= close || dayAt(one, timeZone) === dayAt(other, timeZone);
}

const fourEyes =
  "and the library demands by now that someone else processes it. Nothing was changed. Hand it over to another administrator.";

/** Whether what is scheduled may begin: it waits while its library is suspended, and goes back where its scheduler may not. */
export type Standing = "MAY_BEGIN" | "WAITS" | { readonly revoked: string };

/**
 * @param scheduled by whom and in which role; what they are now decides, and not what they were. `needsAnother` where the
 *   library demands by now that somebody else processes it
 * @param tenant the library in which it is to begin
 */
export function standingOf(
  scheduled: { readonly library: string; readonly by: string; readonly role: Role; readonly needsAnother: boolean },
  membership: Membership | undefined,
  tenant: Tenant | undefined,
): Standing {
  if (tenant === undefined || tenant.suspended) return "WAITS";
  const { library, by, role, needsAnother } = scheduled;
  const now = admit(membership, tenant);
  const isTheSame = now.outcome === "ADMITTED" && now.role === role;
  if (isTheSame && (role === "support" || now.library === library)) {
    return needsAnother ? { revoked: `${by}, who scheduled it, also made it, ${fourEyes}` } : "MAY_BEGIN";
  }
  const what = role === "support" ? "no longer of support" : "no longer an administrator";
  return { revoked: `${by}, who scheduled it, is ${what}. Nothing was changed. Process it, or schedule it again.` };
}

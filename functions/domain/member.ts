import { z } from "zod";
import type { LibraryId } from "./ids.ts";
import type { Role } from "./role.ts";
import { folded, isText } from "./text.ts";

/** What a library may let its people and clients do. Support is Keystone's, and given out by nobody else. */
export const libraryRoles = ["administrator", "staff"] as const;

/** INVITED until somebody signs in for the first time; DISABLED people are shut out and may be let in again. */
export const personStatuses = ["INVITED", "ACTIVE", "DISABLED"] as const;
export type PersonStatus = (typeof personStatuses)[number];

/** LEAVING: as good as gone. Nobody is let in with it; what is left is to take them out of the user pool. */
export const memberStatuses = [...personStatuses, "LEAVING"] as const;
export type MemberStatus = (typeof memberStatuses)[number];

/** An e-mail address by which somebody signs in. */
export const emailSchema = z
  .string()
  .trim()
  .max(128, "must be at most 128 characters")
  .check(isText)
  .regex(/^[^\s@,;<>"]+@[^\s@,;<>".]+(\.[^\s@,;<>".]+)+$/u, "must be an email address such as ada@library.example");

/** The form in which addresses are compared: one that is taken is taken in every way of writing it. */
export function sameEmail(email: string): string {
  return folded(email.trim());
}

/** Who a `sub` or client id is: support belongs to no library, everybody else to one. */
export interface Membership {
  readonly library?: LibraryId | undefined;
  readonly role: Role;
  readonly status: MemberStatus;
}

/** A library as far as it decides who is let in. */
export interface Tenant {
  readonly suspended: boolean;
}

export type Admission =
  | { readonly outcome: "ADMITTED"; readonly library: LibraryId | undefined; readonly role: Role }
  | { readonly outcome: "UNKNOWN" | "DISABLED" | "NO_LIBRARY" | "SUSPENDED" };

/** Who is let in, as the table says. What a token or an attribute says of library and role decides nothing. */
export function admit(membership: Membership | undefined, tenant: Tenant | undefined): Admission {
  if (membership === undefined || membership.status === "LEAVING") return { outcome: "UNKNOWN" };
  if (membership.status === "DISABLED") return { outcome: "DISABLED" };
  const { library, role } = membership;
  // Support of one library, or a member of none: nothing that this product makes.
  if ((role === "support") !== (library === undefined)) return { outcome: "UNKNOWN" };
  if (library === undefined) return { outcome: "ADMITTED", library, role };
  if (tenant === undefined) return { outcome: "NO_LIBRARY" };
  return tenant.suspended ? { outcome: "SUSPENDED" } : { outcome: "ADMITTED", library, role };
}

/** What counts where a library must keep an administrator: clients have no such status, invited people do not yet. */
export function isActiveAdministrator({ role, status }: Pick<Membership, "role" | "status">): boolean {
  return role === "administrator" && status === "ACTIVE";
}

/**
 * True where a change would leave a library that has an active administrator without one, unless another one is there:
 * only support may do that.
 *
 * @param after undefined where the person is removed
 */
export function needsAnotherAdministrator(
  before: Pick<Membership, "role" | "status">,
  after: Pick<Membership, "role" | "status"> | undefined,
  by: Role,
): boolean {
  if (by === "support" || !isActiveAdministrator(before)) return false;
  return after === undefined || !isActiveAdministrator(after);
}

/** The status after somebody is let in or shut out: whoever never signed in is invited still. */
export function statusAfter(wanted: "ACTIVE" | "DISABLED", hasSignedIn: boolean): PersonStatus {
  if (wanted === "DISABLED") return "DISABLED";
  return hasSignedIn ? "ACTIVE" : "INVITED";
}

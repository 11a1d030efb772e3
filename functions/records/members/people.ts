import type { LibraryId } from "#domain/ids";
import { isActiveAdministrator, needsAnotherAdministrator, statusAfter } from "#domain/member";
import type { Role } from "#domain/role";
import type { Table, Write } from "#records/store/table";
import { claimEmail, claimedFor, releaseClaim, releasedBy } from "./email-claims.ts";
import {
  allMembers,
  changedMember,
  goneMember,
  loadMember,
  newMember,
  type Person,
  stillAdministrator,
} from "./members.ts";
import type { UserPool } from "./user-pool.ts";

/** Where people are kept: who they are in the table, how they sign in in the user pool. */
export interface Members {
  readonly table: Table;
  readonly pool: UserPool;
}

/** What stands in the transaction of an act beside it, made anew where the act is tried again. */
export type Also = (person: Person) => Promise<readonly Write[]>;

export type NewPerson = Pick<Person, "library" | "role" | "name" | "email" | "createdBy" | "createdBySub">;

/** With the link that was made for the invitation, where the user pool does not send it by itself. */
export interface InvitedPerson {
  readonly person: Person;
  readonly invitation: string | undefined;
}

/**
 * Invites somebody: claims the address, then asks the user pool, then says in the table who the new `sub` is. Broken off
 * anywhere, whoever is in the pool alone is let in nowhere, and the same again goes on from there.
 *
 * @param userName a new id, by which the user pool calls the person if nothing was begun for this address before
 */
export async function invitePerson(
  { table, pool }: Members,
  given: NewPerson,
  userName: string,
  now: Date,
  also: Also,
): Promise<InvitedPerson | "EMAIL_TAKEN" | "EMAIL_REFUSED"> {
  const claimed = await claimForNew({ table, pool }, given, userName, now);
  if (claimed === undefined) return "EMAIL_TAKEN";
  const invited = await pool.invite(claimed, given.email);
  if (invited === "TAKEN" || invited === "REFUSED") {
    await releaseClaim(table, given.email, claimed);
    return `EMAIL_${invited}`;
  }
  const person: Person = {
    kind: "person",
    id: invited.sub,
    ...given,
    userName: claimed,
    status: "INVITED",
    createdAt: now.toISOString(),
    revision: 1,
  };
  const writes = [...newMember(person), claimedFor(given.email, claimed, person.id), ...(await also(person))];
  const { done } = await table.write(...writes);
  return done ? { person, invitation: invited.invitation } : "EMAIL_TAKEN";
}

/** The name under which the address is claimed. Undefined where somebody has it; who is LEAVING has it no longer. */
async function claimForNew(
  members: Members,
  given: NewPerson,
  userName: string,
  now: Date,
): Promise<string | undefined> {
  for (;;) {
    const claim = { library: given.library ?? "", userName };
    const claimed = await claimEmail(members.table, given.email, claim, now);
    if (claimed.outcome === "CLAIMED") return claimed.userName;
    if (claimed.outcome === "TAKEN") return undefined;
    const holder = await loadMember(members.table, "person", claimed.personId);
    if (holder?.status !== "LEAVING") return undefined;
    await finishLeaving(members, holder);
  }
}

/** SIGNED_IN where the invitation was used, SHUT_OUT where the person may not come in. */
export async function inviteAgain(
  { table, pool }: Members,
  person: Person,
  also: Also,
): Promise<InvitedPerson | "SIGNED_IN" | "SHUT_OUT"> {
  if (person.status === "DISABLED" || person.status === "LEAVING") return "SHUT_OUT";
  if (person.status === "ACTIVE") return "SIGNED_IN";
  const invited = await pool.inviteAgain(person.userName);
  if (invited === "SIGNED_IN") return "SIGNED_IN";
  await table.write(...(await also(person)));
  return { person, invitation: invited.invitation };
}

export interface PersonChange {
  readonly name?: string | undefined;
  readonly role?: "administrator" | "staff" | undefined;
  readonly status?: "ACTIVE" | "DISABLED" | undefined;
}

export type ChangeOutcome = Person | "GONE" | "LAST_ADMINISTRATOR";

/**
 * Changes somebody as the table says, and then in the user pool what of it concerns signing in. Who is let in again is let
 * in by the pool first: who is half let in is not let in.
 *
 * @param by the role of whoever changes it: only support may leave a library without an administrator
 */
export async function changePerson(
  members: Members,
  library: LibraryId,
  id: string,
  change: PersonChange,
  by: Role,
  now: Date,
  also: (before: Person, after: Person) => Promise<readonly Write[]>,
): Promise<ChangeOutcome> {
  const { table, pool } = members;
  for (;;) {
    const before = await loadPerson(members, library, id);
    if (before === undefined || before.status === "LEAVING") return "GONE";
    const changed = changedFields(before, change, now);
    const after: Person = { ...before, ...changed, revision: before.revision + 1 };
    const other = await otherAdministrator(members, library, before, after, by);
    if (other === "NONE") return "LAST_ADMINISTRATOR";
    if (change.status === "ACTIVE") await pool.letIn(before.userName);
    const writes = [changedMember(before, changed), ...other, ...(await also(before, after))];
    const { done } = await table.write(...writes);
    if (!done) continue;
    if (change.status === "DISABLED") await pool.shutOut(before.userName);
    return after;
  }
}

/**
 * Removes somebody: says so in the table, which counts from then on, then takes them out of the user pool, then forgets
 * them. Broken off, the same again goes on; their address is given back at the end, or to whoever asks for it next.
 */
export async function removePerson(
  members: Members,
  library: LibraryId,
  id: string,
  by: Role,
  also: Also,
): Promise<"REMOVED" | "GONE" | "LAST_ADMINISTRATOR"> {
  for (;;) {
    const person = await loadPerson(members, library, id);
    if (person === undefined) return "GONE";
    if (person.status !== "LEAVING") {
      const other = await otherAdministrator(members, library, person, undefined, by);
      if (other === "NONE") return "LAST_ADMINISTRATOR";
      const leaving = changedMember(person, { status: "LEAVING" });
      const { done } = await members.table.write(leaving, ...other, ...(await also(person)));
      if (!done) continue;
    }
    await finishLeaving(members, person);
    return "REMOVED";
  }
}

async function finishLeaving({ table, pool }: Members, person: Person): Promise<void> {
  await pool.remove(person.userName);
  await table.write(...goneMember(person), releasedBy(person.email, person.id));
}

/** Somebody of this library, whatever their status; undefined for everybody else's. */
export async function loadPerson(
  { table }: Pick<Members, "table">,
  library: LibraryId,
  id: string,
): Promise<Person | undefined> {
  const found = await loadMember(table, "person", id);
  return found?.library === library ? found : undefined;
}

/** Writes that hold the change back where the other administrator, whom it relies on, goes at the same moment. */
async function otherAdministrator(
  { table }: Members,
  library: LibraryId,
  before: Person,
  after: Person | undefined,
  by: Role,
): Promise<readonly Write[] | "NONE"> {
  if (!needsAnotherAdministrator(before, after, by)) return [];
  for await (const other of allMembers(table, library, "person")) {
    if (other.id !== before.id && isActiveAdministrator(other)) return [stillAdministrator(other)];
  }
  return "NONE";
}

function changedFields(before: Person, { name, role, status }: PersonChange, now: Date): Partial<Person> {
  return {
    ...(name !== undefined && { name }),
    ...(role !== undefined && { role }),
    ...(status !== undefined && { status: statusAfter(status, before.signedInAt !== undefined) }),
    changedAt: now.toISOString(),
  };
}

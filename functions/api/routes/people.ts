import { people } from "#contract/people";
import type { AuditChange } from "#domain/audit/entry";
import { auditEntry } from "#records/library/audit";
import { listMembers, type Person } from "#records/members/members";
import { changePerson, inviteAgain, invitePerson, loadPerson, removePerson } from "#records/members/people";
import type { Write } from "#records/store/table";
import { actOf } from "../act.ts";
import { madeBy } from "../maker.ts";
import { decodeCursor, page } from "../page.ts";
import { conflict, invalid, notFound } from "../problem.ts";
import { type Call, created, type Dependencies, implement, ok, type Route } from "../route.ts";

function shown({ id, email, name, role, status, createdBy, createdAt, changedAt }: Person) {
  // Support is in no library, so nobody of a library is it.
  if (role === "support") throw new Error(`${id} is support, and yet in a library`);
  return {
    personId: id,
    email,
    name,
    role,
    // Removing broke off: shut out, and to be removed again.
    status: status === "LEAVING" ? "DISABLED" : status,
    createdBy,
    createdAt,
    ...(changedAt !== undefined && { changedAt }),
  } as const;
}

function withLink(person: Person, invitation: string | undefined) {
  return { ...shown(person), ...(invitation !== undefined && { invitation }) };
}

/** Somebody of the library that the call works in. Whoever is LEAVING can still be removed, and nothing else. */
async function personOf(call: Call<unknown, unknown, "personId">, { stores }: Dependencies): Promise<Person> {
  const found = await loadPerson({ table: stores.across }, call.library, call.params.personId);
  if (found === undefined) throw notFound();
  return found;
}

/** Names the fields, and of them the values that say what somebody may do. Who somebody is, the subject says. */
async function told(
  call: Call<unknown, unknown>,
  { store }: Dependencies,
  action: string,
  { id }: Person,
  changes: AuditChange[] = [],
): Promise<Write[]> {
  const act = actOf(call, action, `people/${id}`, changes.length === 0 ? {} : { changes });
  return [await auditEntry(store, call.newId, act)];
}

function changesBetween(before: Person, after: Person): AuditChange[] {
  return [
    ...(before.name === after.name ? [] : [{ field: "name" }]),
    ...(before.role === after.role ? [] : [{ field: "role", before: before.role, after: after.role }]),
    ...(before.status === after.status ? [] : [{ field: "status", before: before.status, after: after.status }]),
  ];
}

const lastAdministrator =
  "The library would have no active administrator left. First make someone else an administrator who has signed in, or ask Keystone's support.";

export const peopleRoutes: readonly Route[] = [
  implement(people.list, async ({ library, query }, { stores }) => {
    const after = decodeCursor(query.cursor);
    const { items, next } = await listMembers(stores.across, library, "person", query.limit, after);
    return ok(page(items.map(shown), next));
  }),
  implement(people.invite, async (call, dependencies) => {
    const { library, body, newId, now, caller } = call;
    const { stores, pool } = dependencies;
    const given = { ...body, library, ...madeBy(caller) };
    const changes = [{ field: "email" }, { field: "name" }, { field: "role", after: body.role }];
    const outcome = await invitePerson({ table: stores.across, pool }, given, newId, now, (person) =>
      told(call, dependencies, "PERSON_INVITED", person, changes),
    );
    if (outcome === "EMAIL_TAKEN")
      throw conflict("This email address is taken. Use another one, or ask Keystone's support.");
    if (outcome === "EMAIL_REFUSED") throw invalid({ path: "email", message: "is not accepted as an email address" });
    return created(withLink(outcome.person, outcome.invitation));
  }),
  implement(people.get, async (call, dependencies) => ok(shown(await personOf(call, dependencies)))),
  implement(
    people.inviteAgain,
    async (call, dependencies) => {
      const { stores, pool } = dependencies;
      const person = await personOf(call, dependencies);
      const outcome = await inviteAgain({ table: stores.across, pool }, person, (it) =>
        told(call, dependencies, "PERSON_INVITED_AGAIN", it),
      );
      if (outcome === "SHUT_OUT") throw conflict("This person is disabled. Enable them first.");
      if (outcome === "SIGNED_IN") {
        throw conflict(
          "This person already has a password. If they forgot it, they can choose a new one when signing in.",
        );
      }
      return ok(withLink(outcome.person, outcome.invitation));
    },
    { subject: personOf },
  ),
  implement(
    people.change,
    async (call, dependencies) => {
      const { stores, pool } = dependencies;
      const { id } = await personOf(call, dependencies);
      const members = { table: stores.across, pool };
      const tell = (before: Person, after: Person) =>
        told(call, dependencies, "PERSON_CHANGED", after, changesBetween(before, after));
      const outcome = await changePerson(members, call.library, id, call.body, call.role, call.now, tell);
      if (outcome === "GONE") throw notFound();
      if (outcome === "LAST_ADMINISTRATOR") throw conflict(lastAdministrator);
      return ok(shown(outcome));
    },
    { subject: personOf },
  ),
  implement(
    people.delete,
    async (call, dependencies) => {
      const { stores, pool } = dependencies;
      const { id } = await personOf(call, dependencies);
      const outcome = await removePerson({ table: stores.across, pool }, call.library, id, call.role, (person) =>
        told(call, dependencies, "PERSON_REMOVED", person),
      );
      if (outcome === "GONE") throw notFound();
      if (outcome === "LAST_ADMINISTRATOR") throw conflict(lastAdministrator);
      return { status: 204 } as const;
    },
    { subject: personOf },
  ),
];

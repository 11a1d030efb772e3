import { clients } from "#contract/clients";
import { auditEntry } from "#records/library/audit";
import { createClient, loadClient, removeClient, rotateSecret } from "#records/members/clients";
import { type Client, listMembers } from "#records/members/members";
import type { Write } from "#records/store/table";
import { actOf } from "../act.ts";
import { madeBy } from "../maker.ts";
import { decodeCursor, page } from "../page.ts";
import { conflict, notFound } from "../problem.ts";
import { type Call, created, type Dependencies, implement, ok, type Route } from "../route.ts";

function shown({ id, name, role, createdBy, createdAt, changedAt }: Client) {
  // Support is in no library, so no client of a library has its role.
  if (role === "support") throw new Error(`${id} is support, and yet in a library`);
  return { clientId: id, name, role, createdBy, createdAt, ...(changedAt !== undefined && { changedAt }) };
}

async function clientOf(call: Call<unknown, unknown, "clientId">, { stores }: Dependencies): Promise<Client> {
  const found = await loadClient(stores.across, call.library, call.params.clientId);
  if (found === undefined) throw notFound();
  return found;
}

async function told(
  call: Call<unknown, unknown>,
  { store }: Dependencies,
  action: string,
  { id, name, role }: Client,
): Promise<Write[]> {
  const changes = action === "CLIENT_CREATED" ? { changes: [{ field: "role", after: role }] } : {};
  const act = actOf(call, action, `clients/${id}`, { subjectName: name, ...changes });
  return [await auditEntry(store, call.newId, act)];
}

export const clientRoutes: readonly Route[] = [
  implement(clients.list, async ({ library, query }, { stores }) => {
    const after = decodeCursor(query.cursor);
    const { items, next } = await listMembers(stores.across, library, "client", query.limit, after);
    return ok(page(items.map(shown), next));
  }),
  implement(clients.create, async (call, dependencies) => {
    const { stores, pool } = dependencies;
    const given = { ...call.body, library: call.library, ...madeBy(call.caller) };
    const { client, clientSecret } = await createClient({ table: stores.across, pool }, given, call.now, (it) =>
      told(call, dependencies, "CLIENT_CREATED", it),
    );
    return created({ ...shown(client), clientSecret });
  }),
  implement(clients.get, async (call, dependencies) => ok(shown(await clientOf(call, dependencies)))),
  implement(
    clients.rotate,
    async (call, dependencies) => {
      const { stores, pool } = dependencies;
      const client = await clientOf(call, dependencies);
      if (client.status === "LEAVING")
        throw conflict("This client is being removed. Remove it again, then create another.");
      const outcome = await rotateSecret({ table: stores.across, pool }, client, call.now, (it) =>
        told(call, dependencies, "CLIENT_SECRET_ROTATED", it),
      );
      if (outcome === undefined) throw conflict("Someone else changed this client at the same moment. Try again.");
      return ok({ ...shown(outcome.client), clientSecret: outcome.clientSecret });
    },
    { subject: clientOf },
  ),
  implement(
    clients.delete,
    async (call, dependencies) => {
      const { stores, pool } = dependencies;
      const client = await clientOf(call, dependencies);
      await removeClient({ table: stores.across, pool }, client, (it) =>
        told(call, dependencies, "CLIENT_REMOVED", it),
      );
      return { status: 204 } as const;
    },
    { subject: clientOf },
  ),
];

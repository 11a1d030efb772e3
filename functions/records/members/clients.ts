import type { LibraryId } from "#domain/ids";
import { logged } from "#platform/cause";
import { logger } from "#platform/logger";
import type { Table, Write } from "#records/store/table";
import { type Client, changedMember, goneMember, loadMember, newMember } from "./members.ts";
import type { Members } from "./people.ts";

/** What stands in the transaction of an act beside it. */
export type AlsoOfClient = (client: Client) => Promise<readonly Write[]>;

export type NewClient = Pick<Client, "library" | "role" | "name" | "createdBy" | "createdBySub">;

export interface ClientWithSecret {
  readonly client: Client;
  readonly clientSecret: string;
}

/**
 * Makes a client: the user pool gives the id and the secret, then the table says whose it is. Broken off between the two,
 * the pool has a client that is let in nowhere and whose secret nobody knows.
 */
export async function createClient(
  { table, pool }: Members,
  given: NewClient,
  now: Date,
  also: AlsoOfClient,
): Promise<ClientWithSecret> {
  const { clientId, clientSecret } = await pool.addClient(`${given.library ?? "keystone"} ${given.name}`);
  const createdAt = now.toISOString();
  const client: Client = { kind: "client", id: clientId, ...given, status: "ACTIVE", createdAt, revision: 1 };
  try {
    const { done } = await table.write(...newMember(client), ...(await also(client)));
    if (!done) throw new Error("The user pool gave a client an id that is taken");
    return { client, clientSecret };
  } catch (error) {
    await pool.removeClient(clientId).catch((failure: unknown) => {
      logger.warn("A client that belongs to nobody is left in the user pool", { clientId, ...logged(failure) });
    });
    throw error;
  }
}

/** Undefined where the client is gone. What it had before is no longer taken. */
export async function rotateSecret(
  { table, pool }: Members,
  client: Client,
  now: Date,
  also: AlsoOfClient,
): Promise<ClientWithSecret | undefined> {
  // Told first: what is not told is not shown.
  const changedAt = now.toISOString();
  const { done } = await table.write(changedMember(client, { changedAt }), ...(await also(client)));
  const clientSecret = done ? await pool.rotate(client.id) : undefined;
  return clientSecret === undefined ? undefined : { client: { ...client, changedAt }, clientSecret };
}

/** Removes a client: in the table, which counts from then on, then in the user pool. Broken off, the same again goes on. */
export async function removeClient({ table, pool }: Members, client: Client, also: AlsoOfClient): Promise<void> {
  if (client.status !== "LEAVING") {
    await table.write(changedMember(client, { status: "LEAVING" }), ...(await also(client)));
  }
  await pool.removeClient(client.id);
  await table.write(...goneMember(client));
}

/** A client of this library; undefined for everybody else's. */
export async function loadClient(table: Table, library: LibraryId, id: string): Promise<Client | undefined> {
  const found = await loadMember(table, "client", id);
  return found?.library === library ? found : undefined;
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import type { LibraryId } from "#domain/ids";
import { Directory } from "#infra/local/identity/directory";
import { startUserPool } from "#infra/local/identity/user-pool-server";
import { createClient } from "#records/members/clients";
import { invitePerson } from "#records/members/people";
import { createUserPool, type UserPool } from "#records/members/user-pool";
import type { RealStores } from "./real-store.ts";

const credentials = { accessKeyId: "local", secretAccessKey: "local-secret" };

/** The user pool of one machine, with a directory of its own. */
export async function startRealPool(): Promise<{ pool: UserPool; directory: Directory; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "pool-"));
  const directory = await Directory.open(folder);
  const parts = {
    poolId: "us-east-1_pool",
    directory,
    now: () => Date.now(),
    linkUrl: (token: string) => `http://localhost/invitation/${token}`,
    signOut: async () => undefined,
  };
  const server = await startUserPool(parts, credentials);
  const cognito = new CognitoIdentityProviderClient({ region: "us-east-1", credentials, endpoint: server.endpoint });
  return {
    pool: createUserPool(cognito, { poolId: parts.poolId, clientScope: "batch-updates/api" }),
    directory,
    async close() {
      cognito.destroy();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Somebody who signs in to a library, and a system of it. */
export async function addMembers(stores: RealStores, pool: UserPool, library: LibraryId) {
  const members = { table: stores.across, pool };
  const by = { createdBy: "Kim", createdBySub: "kim" };
  // Addresses are compared without case, ids of libraries are not.
  const email = `ada@${Buffer.from(library).toString("hex")}.example`;
  const ada = { library, role: "administrator", name: "Ada", email, ...by } as const;
  const invited = await invitePerson(members, ada, `user-${library}`, new Date(), async () => []);
  const { client } = await createClient(
    members,
    { library, role: "staff", name: "System", ...by },
    new Date(),
    async () => [],
  );
  if (typeof invited === "string") throw new Error(invited);
  return { email, personId: invited.person.id, clientId: client.id, userName: `user-${library}` };
}

/** Everything that the table holds, each item by its key, as it stands. */
export async function everyItem({ dynamo }: RealStores): Promise<Map<string, Record<string, unknown>>> {
  const found = new Map<string, Record<string, unknown>>();
  let after: Record<string, never> | undefined;
  do {
    const page = await dynamo.send(new ScanCommand({ TableName: "records", ExclusiveStartKey: after }));
    for (const item of page.Items ?? []) found.set(`${item["pk"]?.S} ${item["sk"]?.S}`, item);
    after = page.LastEvaluatedKey as typeof after;
  } while (after !== undefined);
  return found;
}

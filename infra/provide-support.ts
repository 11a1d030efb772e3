import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { emailSchema } from "#domain/member";
import { nameSchema } from "#domain/text";
import { newId } from "#platform/identifiers";
import { createClient } from "#records/members/clients";
import { loadMember } from "#records/members/members";
import { invitePerson, type Members } from "#records/members/people";
import { createUserPool } from "#records/members/user-pool";
import { createTable } from "#records/store/table";

/** By whom the first of Keystone's support are made: nobody is there yet who could. */
const byDeployment = { createdBy: "deployment", createdBySub: "deployment", role: "support" } as const;

/** Makes somebody of Keystone's support, who then makes libraries with their people and clients by the API. */
export async function provideSupportPerson(members: Members, given: { name: string; email: string }) {
  const now = new Date();
  return await invitePerson(members, { ...given, ...byDeployment }, newId(now), now, async () => []);
}

/** Makes a client of Keystone's support. */
export async function provideSupportClient(members: Members, name: string) {
  return await createClient(members, { name, ...byDeployment }, new Date(), async () => []);
}

/** Whether there is a client with this id, in whatever library. */
export async function isClient({ table }: Members, clientId: string): Promise<boolean> {
  return (await loadMember(table, "client", clientId)) !== undefined;
}

export function openMembers(
  dynamo: DynamoDBClient,
  cognito: CognitoIdentityProviderClient,
  names: { readonly tableName: string; readonly poolId: string },
): Members {
  const pool = createUserPool(cognito, { poolId: names.poolId, clientScope: "batch-updates/api" });
  return { table: createTable(dynamo, names.tableName), pool };
}

/** `node infra/provide-support.ts <table> <user pool> person <email> <name>`, or `client <name>`. */
if (import.meta.main) {
  const [tableName, poolId, kind, ...words] = process.argv.slice(2);
  const [first, ...rest] = words;
  if (
    tableName === undefined ||
    poolId === undefined ||
    first === undefined ||
    !["person", "client"].includes(kind ?? "")
  ) {
    process.stderr.write("Usage: node infra/provide-support.ts <table> <user pool> person <email> <name>\n");
    process.stderr.write("       node infra/provide-support.ts <table> <user pool> client <name>\n");
    process.exit(2);
  }
  const members = openMembers(new DynamoDBClient({}), new CognitoIdentityProviderClient({}), { tableName, poolId });
  if (kind === "client") {
    const { client, clientSecret } = await provideSupportClient(members, nameSchema.parse(words.join(" ")));
    process.stdout.write(`Client ${client.id}\nSecret ${clientSecret} (shown this once)\n`);
  } else {
    const person = { email: emailSchema.parse(first), name: nameSchema.parse(rest.join(" ")) };
    const outcome = await provideSupportPerson(members, person);
    process.stdout.write(typeof outcome === "string" ? `${outcome}\n` : `${person.email} is invited\n`);
    process.exitCode = typeof outcome === "string" ? 1 : 0;
  }
}

import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { Role } from "#domain/role";
import { type RunningProduct, readEndpoints } from "./product.ts";

export interface Enrolled {
  readonly kind: "person" | "client";
  readonly id: string;
  readonly library?: string;
  readonly role: Role;
  readonly name: string;
  readonly status?: "ACTIVE" | "DISABLED";
}

/** Writes straight into the table who an id is, as the product itself would, for tokens that a test signs by itself. */
export async function enroller(product: RunningProduct): Promise<(member: Enrolled) => Promise<void>> {
  const { dynamodb, table, region, accessKeyId, secretAccessKey } = await readEndpoints(product);
  const client = new DynamoDBClient({ region, endpoint: dynamodb, credentials: { accessKeyId, secretAccessKey } });
  return async ({ kind, id, ...member }) => {
    const pk = `WHO#${kind.toUpperCase()}#${id}`;
    const made = { createdBy: "test", createdBySub: "test", createdAt: "2026-09-01T12:00:00.000Z", revision: 1 };
    const person = kind === "person" ? { email: `${id}@test.example`, userName: id } : {};
    const item = { pk, sk: "WHO", kind, id, status: "ACTIVE", ...member, ...made, ...person };
    await client.send(new PutItemCommand({ TableName: table, Item: marshall(item, { removeUndefinedValues: true }) }));
  };
}

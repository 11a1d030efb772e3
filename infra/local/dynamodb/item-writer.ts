import { type AttributeValue, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { region } from "../cloud.ts";
import type { Credentials } from "../signing/credentials.ts";

/** How the other engines reach the tables where AWS would do so by itself: Step Functions writes items of its own. */
export function openItemWriter(endpoint: string, credentials: Credentials) {
  const client = new DynamoDBClient({ region, credentials, endpoint });
  return {
    async putItem(TableName: string, item: Record<string, unknown>): Promise<void> {
      // Safe: a definition writes items in DynamoDB's own form, which refuses any other.
      const Item = item as Record<string, AttributeValue>;
      await client.send(new PutItemCommand({ TableName, Item }));
    },
    close: () => client.destroy(),
  };
}

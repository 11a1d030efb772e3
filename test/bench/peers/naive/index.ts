import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({});
const TableName = String(process.env.TABLE_NAME);

interface Update {
  readonly pk: string;
  readonly sk: string;
  readonly medium: string;
  readonly deliveryMethod: string;
  readonly cutoff: number;
  readonly nightlyDebug: boolean;
}

/** One patron: reads the record, puts it back changed. */
export async function handler({ pk, sk, medium, deliveryMethod, cutoff, nightlyDebug }: Update): Promise<void> {
  const key = { pk: { S: pk }, sk: { S: sk } };
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: key }));
  const changed = {
    ...Item,
    ...key,
    medium: { S: medium },
    deliveryMethod: { S: deliveryMethod },
    cutoff: { N: String(cutoff) },
    nightlyDebug: { BOOL: nightlyDebug },
    version: { N: String(Number(Item?.version?.N ?? 0) + 1) },
  };
  await client.send(new PutItemCommand({ TableName, Item: changed }));
}

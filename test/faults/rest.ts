import {
  BatchExecuteStatementCommand,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import type { readEndpoints } from "#test/product";

/** Sends what is left of a call whose parts were refused, and gives the answer to it. */
export type SendRest = (operation: string, rest: string) => Promise<unknown>;

/**
 * What is left of a call is another call than the function signed: it is signed anew, as whoever owns the folder.
 *
 * @throws where the engine refuses it
 */
export function restSender(endpoints: Awaited<ReturnType<typeof readEndpoints>>): SendRest {
  const { dynamodb: endpoint, region, accessKeyId, secretAccessKey } = endpoints;
  const client = new DynamoDBClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  return async (operation, rest) => {
    const input = JSON.parse(rest);
    const { $metadata: _, ...answer } = await (operation === "BatchExecuteStatement"
      ? client.send(new BatchExecuteStatementCommand(input))
      : operation === "BatchGetItem"
        ? client.send(new BatchGetItemCommand(input))
        : client.send(new BatchWriteItemCommand(input)));
    return answer;
  };
}

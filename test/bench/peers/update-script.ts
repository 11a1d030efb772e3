import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { patronIdSchema } from "#domain/ids";
import { mediumRecordKey } from "#records/store/keys";
import { libraryId } from "#test/ids";
import type { changeOf } from "../batch-run.ts";

const concurrency = 32;

/**
 * The script that a system administrator would write: goes through a list of ids and updates one record after the other,
 * 32 at a time. No review, no outcomes, no report, no undo.
 */
export async function updateScript(
  client: DynamoDBClient,
  table: string,
  library: string,
  patronIds: readonly string[],
  { medium, nightlyDebug, changes }: ReturnType<typeof changeOf>,
): Promise<void> {
  const waiting = patronIds.values();
  const worker = async () => {
    for (const patronId of waiting) {
      const { pk, sk } = mediumRecordKey({ library: libraryId(library) }, patronIdSchema.parse(patronId), medium);
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { pk: { S: pk }, sk: { S: sk } },
          UpdateExpression:
            "SET #medium = :medium, deliveryMethod = :method, cutoff = :cutoff, nightlyDebug = :debug ADD version :one",
          ExpressionAttributeNames: { "#medium": "medium" },
          ExpressionAttributeValues: {
            ":medium": { S: medium },
            ":method": { S: changes.deliveryMethod },
            ":cutoff": { N: String(changes.cutoff) },
            ":debug": { BOOL: nightlyDebug },
            ":one": { N: "1" },
          },
        }),
      );
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

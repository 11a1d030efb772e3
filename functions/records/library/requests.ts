import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { z } from "zod";
import { rateWindow } from "#domain/rate";
import { requestsKey } from "#records/store/keys";
import type { Store } from "#records/store/store";

const countSchema = z.looseObject({ requests: z.number() });

/** Seconds for which a window's count is kept after it. */
const keptAfter = 3600;

/**
 * Adds to how many requests of the library came in a window, over all instances of the API. Asked again by the SDK it may
 * count twice: a rate is approximate.
 *
 * @returns how many these are now
 */
export async function countRequests({ table, ...of }: Store, window: number, more: number): Promise<number> {
  const expiresAt = Math.ceil(((window + 1) * rateWindow) / 1000) + keptAfter;
  const { Attributes = {} } = await table.client.send(
    new UpdateItemCommand({
      TableName: table.name,
      Key: marshall(requestsKey(of, window)),
      UpdateExpression: "ADD requests :more SET expiresAt = :expiresAt",
      ExpressionAttributeValues: marshall({ ":more": more, ":expiresAt": expiresAt }),
      ReturnValues: "UPDATED_NEW",
    }),
  );
  return countSchema.parse(unmarshall(Attributes)).requests;
}

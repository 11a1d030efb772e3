import {
  BatchExecuteStatementCommand,
  type BatchStatementRequest,
  type BatchStatementResponse,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";

/** DynamoDB's limit of statements in one BatchExecuteStatement. */
export const longestStatementBatch = 25;

/**
 * WRITTEN and REFUSED (the condition does not hold) are certain. UNKNOWN: it may have been written or not, read it.
 * AGAIN: certainly not written, throttled; the SDK retries none of these. FAILED: certainly not written, and will not be.
 */
export type StatementAnswer = "WRITTEN" | "REFUSED" | "UNKNOWN" | "AGAIN" | "FAILED";

/** Runs at most 25 conditional statements, each on an item of its own; each succeeds or fails alone. Never throws. */
export async function executeStatements(
  client: DynamoDBClient,
  statements: readonly BatchStatementRequest[],
): Promise<StatementAnswer[]> {
  try {
    const { Responses = [] } = await client.send(new BatchExecuteStatementCommand({ Statements: [...statements] }));
    return statements.map((_, place) => answerOf(Responses[place]));
  } catch (error) {
    // The whole call was refused before any statement ran, or nobody knows.
    const refused = error instanceof Error && refusedCalls.has(error.name);
    return statements.map(() => (refused ? "AGAIN" : "UNKNOWN"));
  }
}

const refusedCalls = new Set([
  "ThrottlingException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "LimitExceededException",
]);

const againCodes = new Set([
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
  "RequestLimitExceeded",
  "TransactionConflict",
]);

function answerOf(response: BatchStatementResponse | undefined): StatementAnswer {
  const code = response?.Error?.Code;
  if (code === undefined) return response === undefined ? "UNKNOWN" : "WRITTEN";
  if (code === "ConditionalCheckFailed" || code === "DuplicateItem") return "REFUSED";
  if (againCodes.has(code)) return "AGAIN";
  return code === "InternalServerError" ? "UNKNOWN" : "FAILED";
}

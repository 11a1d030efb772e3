import {
  type AttributeValue,
  BatchExecuteStatementCommand,
  type BatchStatementRequest,
  type BatchStatementResponse,
} from "@aws-sdk/client-dynamodb";
import { errorName } from "#platform/cause";
import { logger } from "#platform/logger";
import { backOff } from "#platform/pause";
import { sideBySide } from "#platform/side-by-side";
import { slices } from "#platform/slices";
import { count } from "#platform/thread";
import type { Sender } from "./fence.ts";
import type { Key } from "./keys.ts";
import type { Table } from "./table.ts";

/** DynamoDB's limit of statements in one BatchExecuteStatement. */
const mostStatements = 25;
const callsAtOnce = 4;

/**
 * WRITTEN and REFUSED (the condition does not hold) are certain. UNKNOWN: it may have been written or not, read it.
 * AGAIN: certainly not written, throttled or not sent; the SDK retries none of these. FAILED: certainly not written, and
 * will not be.
 */
export type StatementAnswer = "WRITTEN" | "REFUSED" | "UNKNOWN" | "AGAIN" | "FAILED";

/** A write of one item on the condition that nobody wrote it since it was read. */
export interface ItemWrite {
  readonly key: Key;
  /** The attribute that grows by one with each write of the item. */
  readonly counter: "version" | "revision";
  /** What the counter must still be; undefined where there must be no item yet. */
  readonly expected: number | undefined;
  /** What is set beside the key and the counter; all else stays. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

export interface WriteOptions {
  /** Asked before every call: false ends the writing, and what was not sent is AGAIN. */
  readonly mayWrite?: () => Promise<boolean>;
  /** How often what DynamoDB turned away for now is sent. */
  readonly rounds: number;
  /** Takes, by the place of each write that met an error, the name of the last: for whoever has to tell why. */
  readonly errors?: Map<number, string> | undefined;
}

/**
 * Writes items by calls of conditional statements, each of which succeeds or fails alone for one write unit. Throttled
 * statements come back inside a successful answer and are sent again with full jitter. Ends when every request it started
 * has ended. No two writes may name the same item. Errors are counted by name in one line of the log.
 *
 * @throws what `mayWrite` threw
 */
export async function writeItems(
  { client, name }: Pick<Table, "client" | "name">,
  writes: readonly ItemWrite[],
  { mayWrite, rounds, errors = new Map() }: WriteOptions,
): Promise<StatementAnswer[]> {
  const met = new Map<string, number>();
  const answers = writes.map((): StatementAnswer => "AGAIN");
  let waiting = [...writes.entries()];
  for (let round = 0; waiting.length > 0 && round < rounds; round++) {
    if (round > 0) {
      count({ retries: waiting.length });
      await backOff(round, 50);
    }
    await sideBySide(slices(waiting, mostStatements), callsAtOnce, async (some) => {
      if (mayWrite !== undefined && !(await mayWrite())) return;
      const statements = some.map(([, write]) => statementOf(name, write));
      const found = await executeStatements(client, statements);
      for (const [i, [place]] of some.entries()) {
        const { answer, error } = found[i] ?? unanswered;
        answers[place] = answer;
        if (error === undefined) continue;
        errors.set(place, error);
        if (answer === "AGAIN") count({ throttles: 1 });
        met.set(error, (met.get(error) ?? 0) + 1);
      }
    });
    waiting = waiting.filter(([place]) => answers[place] === "AGAIN");
  }
  if (met.size > 0)
    logger.warn("Statements met errors", { statements: writes.length, errors: Object.fromEntries(met) });
  return answers;
}

/** What became of a statement, with the name of the error that it met. A condition that does not hold is none. */
interface Answered {
  readonly answer: StatementAnswer;
  readonly error?: string;
}

const written: Answered = { answer: "WRITTEN" };
const refused: Answered = { answer: "REFUSED" };
const unanswered: Answered = { answer: "UNKNOWN", error: "NoAnswer" };

function statementOf(tableName: string, { key, counter, expected, attributes }: ItemWrite): BatchStatementRequest {
  const set = Object.entries(attributes);
  set.push([counter, { N: String((expected ?? 0) + 1) }]);
  if (expected === undefined) {
    const all = [...Object.entries({ pk: { S: key.pk }, sk: { S: key.sk } }), ...set];
    return {
      Statement: `INSERT INTO "${tableName}" VALUE {${all.map(([name]) => `'${name}': ?`).join(", ")}}`,
      Parameters: all.map(([, value]) => value),
    };
  }
  return {
    Statement: `UPDATE "${tableName}" SET ${set.map(([name]) => `"${name}"=?`).join(", ")} WHERE "pk"=? AND "sk"=? AND "${counter}"=?`,
    Parameters: [...set.map(([, value]) => value), { S: key.pk }, { S: key.sk }, { N: String(expected) }],
  };
}

/** Runs at most 25 conditional statements, each on an item of its own; each succeeds or fails alone. Never throws. */
async function executeStatements(client: Sender, statements: readonly BatchStatementRequest[]): Promise<Answered[]> {
  try {
    const { Responses = [] } = await client.send(new BatchExecuteStatementCommand({ Statements: [...statements] }));
    return statements.map((_, place) => answerOf(Responses[place]));
  } catch (error) {
    // The whole call was refused before any statement ran, or nobody knows.
    const name = errorName(error);
    const answer = refusedCalls.has(name) ? "AGAIN" : "UNKNOWN";
    return statements.map(() => ({ answer, error: name }));
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

function answerOf(response: BatchStatementResponse | undefined): Answered {
  if (response === undefined) return unanswered;
  const error = response.Error?.Code;
  if (error === undefined) return written;
  if (error === "ConditionalCheckFailed" || error === "DuplicateItem") return refused;
  if (againCodes.has(error)) return { answer: "AGAIN", error };
  return { answer: error === "InternalServerError" ? "UNKNOWN" : "FAILED", error };
}

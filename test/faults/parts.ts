import { z } from "zod";
import type { AwsRequest } from "./requests.ts";

/**
 * DynamoDB's calls of many parts, any of which may be throttled while the call as a whole succeeds: statements with an
 * error of their own in their place, keys and items handed back as unprocessed.
 */
export interface Split {
  /** The call without the refused parts; undefined where nothing is left of it. */
  readonly rest: string | undefined;
  /** The answer to the whole call, from the answer to the rest. */
  join(answer: unknown): unknown;
}

const statementsSchema = z.looseObject({ Statements: z.array(z.unknown()) });
const keysSchema = z.looseObject({ RequestItems: z.record(z.string(), z.looseObject({ Keys: z.array(z.unknown()) })) });
const itemsSchema = z.looseObject({ RequestItems: z.record(z.string(), z.array(z.unknown())) });

/** Undefined where the call has no parts, or none of them is refused. */
export function splitParts(
  { operation, body }: AwsRequest,
  isRefused: (part: string) => boolean,
  code = "ThrottlingError",
): Split | undefined {
  const refused = (part: unknown) => isRefused(JSON.stringify(part));
  const call: unknown = JSON.parse(body);
  if (operation === "BatchExecuteStatement") return splitStatements(statementsSchema.parse(call), refused, code);
  if (operation === "BatchGetItem") {
    const { RequestItems, ...others } = keysSchema.parse(call);
    const [[table, { Keys, ...how }] = ["", { Keys: [] }]] = Object.entries(RequestItems);
    const left = Keys.filter((key) => !refused(key));
    if (left.length === Keys.length) return undefined;
    const UnprocessedKeys = { [table]: { ...how, Keys: Keys.filter((key) => !left.includes(key)) } };
    return {
      rest:
        left.length === 0
          ? undefined
          : JSON.stringify({ ...others, RequestItems: { [table]: { ...how, Keys: left } } }),
      join: (answer) => ({ Responses: { [table]: [] }, ...Object(answer), UnprocessedKeys }),
    };
  }
  if (operation === "BatchWriteItem") {
    const { RequestItems, ...others } = itemsSchema.parse(call);
    const [[table, items] = ["", []]] = Object.entries(RequestItems);
    const left = items.filter((item) => !refused(item));
    if (left.length === items.length) return undefined;
    const UnprocessedItems = { [table]: items.filter((item) => !left.includes(item)) };
    return {
      rest: left.length === 0 ? undefined : JSON.stringify({ ...others, RequestItems: { [table]: left } }),
      join: (answer) => ({ ...Object(answer), UnprocessedItems }),
    };
  }
  return undefined;
}

const answersSchema = z.looseObject({ Responses: z.array(z.unknown()).default([]) });

function splitStatements(
  { Statements, ...others }: z.infer<typeof statementsSchema>,
  refused: (part: unknown) => boolean,
  code: string,
): Split | undefined {
  const flags = Statements.map(refused);
  if (!flags.includes(true)) return undefined;
  const left = Statements.filter((_, place) => flags[place] === false);
  return {
    rest: left.length === 0 ? undefined : JSON.stringify({ ...others, Statements: left }),
    join: (answer) => {
      const answers = answersSchema.parse(answer ?? {}).Responses[Symbol.iterator]();
      const error = { Error: { Code: code, Message: "A fault" } };
      return { Responses: flags.map((flag) => (flag ? error : answers.next().value)) };
    },
  };
}

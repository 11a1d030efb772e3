import { z } from "zod";

const querySchema = z.looseObject({
  KeyConditionExpression: z.string(),
  ExpressionAttributeValues: z.record(z.string(), z.looseObject({ S: z.string().optional() })),
});

/** The last character there is: whatever begins with a text comes before that text and this. */
const last = "\u{10FFFF}";
const beginning = /begins_with\s*\(\s*(#?\w+)\s*,\s*(:\w+)\s*\)/;

/**
 * The engine takes `begins_with` in a condition on keys for one without case, so that the items of a library `A` would be
 * found among those of `a`. As a range it compares what is there to the letter, as AWS does.
 *
 * @param target the header `X-Amz-Target`
 * @returns the request's body, as it came where it asks for no beginning
 */
export function beginningsAsRanges(target: string | undefined, body: Buffer): Buffer {
  if (target?.endsWith(".Query") !== true || !body.includes("begins_with")) return body;
  const { data: query } = querySchema.safeParse(JSON.parse(body.toString("utf8")));
  const [found = "", key = "", name = ""] = beginning.exec(query?.KeyConditionExpression ?? "") ?? [];
  const text = query?.ExpressionAttributeValues[name]?.S;
  if (query === undefined || text === undefined) return body;
  const end = `${name}BeginningEnd`;
  return Buffer.from(
    JSON.stringify({
      ...query,
      KeyConditionExpression: query.KeyConditionExpression.replace(found, `${key} BETWEEN ${name} AND ${end}`),
      ExpressionAttributeValues: { ...query.ExpressionAttributeValues, [end]: { S: `${text}${last}` } },
    }),
  );
}

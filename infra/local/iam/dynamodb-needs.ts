import { account, region } from "../cloud.ts";
import type { Need } from "./need.ts";

const part = (of: unknown, name: string): unknown => Reflect.get(Object(of), name);
const parts = (of: unknown): unknown[] => Object.values(Object(of));

/**
 * What a request to DynamoDB needs: for each kind of action in it the items' partition keys. A request whose keys cannot
 * be told names none, which no right of ours allows.
 *
 * @param operation such as `BatchGetItem`
 */
export function dynamodbNeeds(operation: string, body: unknown): Need[] {
  const table = part(body, "TableName");
  switch (operation) {
    case "GetItem":
    case "PutItem":
    case "UpdateItem":
    case "DeleteItem":
      return [need(operation, table, keysOf(body))];
    case "Query":
      return [{ ...need(operation, table, queried(body)), resource: tableOrIndex(table, part(body, "IndexName")) }];
    case "BatchGetItem":
      return ofRequestItems(operation, body, (items) => parts(part(items, "Keys")).map(pkOf));
    case "BatchWriteItem":
      return ofRequestItems(operation, body, (items) => parts(items).flatMap((item) => parts(item).flatMap(keysOf)));
    case "TransactWriteItems":
      return together(
        parts(part(body, "TransactItems")).flatMap((item) =>
          Object.entries(Object(item)).map(([kind, one]) =>
            need(transacted[kind] ?? kind, part(one, "TableName"), keysOf(one)),
          ),
        ),
      );
    case "BatchExecuteStatement":
      return together(parts(part(body, "Statements")).map(ofStatement));
    default:
      return [need(operation, table, [])];
  }
}

const transacted: Readonly<Record<string, string>> = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
};

function need(operation: string, table: unknown, leadingKeys: readonly string[]): Need {
  return { action: `dynamodb:${operation}`, resource: tableOrIndex(table), leadingKeys };
}

function tableOrIndex(table: unknown, index?: unknown): string {
  const arn = `arn:aws:dynamodb:${region}:${account}:table/${String(table)}`;
  return index === undefined ? arn : `${arn}/index/${String(index)}`;
}

function pkOf(key: unknown): string {
  return String(part(part(key, "pk"), "S"));
}

/** Of what has a `Key` or an `Item`. */
function keysOf(it: unknown): string[] {
  return [part(it, "Key"), part(it, "Item")].filter((key) => key !== undefined).map(pkOf);
}

function ofRequestItems(operation: string, body: unknown, keys: (items: unknown) => string[]): Need[] {
  return Object.entries(Object(part(body, "RequestItems"))).map(([table, items]) =>
    need(operation, table, keys(items)),
  );
}

/** One need for many of the same action, so that each is judged once. */
function together(needs: readonly Need[]): Need[] {
  const merged = Map.groupBy(needs, ({ action, resource }) => `${action} ${resource}`);
  return [...merged.values()].flatMap((its) => {
    const [first] = its;
    if (first === undefined) return [];
    // One without a key must not hide behind others that have one.
    const isTold = its.every(({ leadingKeys = [] }) => leadingKeys.length > 0);
    return { ...first, leadingKeys: isTold ? its.flatMap(({ leadingKeys = [] }) => leadingKeys) : [] };
  });
}

/** The values that the condition on the keys compares to: a sort key's too, which then must be allowed as well. */
function queried(body: unknown): string[] {
  const values = part(body, "ExpressionAttributeValues");
  const compared = String(part(body, "KeyConditionExpression") ?? "").matchAll(/=\s*(:\w+)/g);
  return [...compared].map(([, name = ""]) => String(part(part(values, name), "S")));
}

/** Of a statement, where the partition key's values stand among its parameters, and the table. */
interface StatementForm {
  readonly verb: string;
  readonly table: string;
  readonly keyPlaces: readonly number[];
}
const forms = new Map<string, StatementForm>();
const mostForms = 1000;

function ofStatement(it: unknown): Need {
  const text = String(part(it, "Statement"));
  const { verb, table, keyPlaces } = forms.get(text) ?? readForm(text);
  const parameters = part(it, "Parameters");
  const action = `PartiQL${verb.charAt(0).toUpperCase()}${verb.slice(1).toLowerCase()}`;
  return need(
    action,
    table,
    keyPlaces.map((place) => String(part(part(parameters, String(place)), "S"))),
  );
}

const token = /"((?:[^"]|"")*)"|'((?:[^']|'')*)'|\?|\w+/g;

function readForm(text: string): StatementForm {
  const words: string[] = [];
  const keyPlaces: number[] = [];
  let place = 0;
  for (const [word, quoted, string] of text.matchAll(token)) {
    if (word !== "?") words.push(quoted ?? string ?? word);
    else {
      if (words.at(-1) === "pk") keyPlaces.push(place);
      place++;
    }
  }
  const [verb = ""] = words;
  const table =
    words[/^(select|delete|insert)$/i.test(verb) ? words.findIndex((it) => /^(from|into)$/i.test(it)) + 1 : 1];
  const form = { verb, table: table ?? "", keyPlaces };
  if (forms.size >= mostForms) forms.clear();
  forms.set(text, form);
  return form;
}

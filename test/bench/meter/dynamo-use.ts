import type { ItemWrite } from "./entry.ts";
import { itemBytes, readUnits, valueBytes } from "./item-bytes.ts";
import { listPart, part } from "./json-part.ts";

export interface DynamoUse {
  readonly readUnits: number;
  readonly writes: ItemWrite[];
}

/** What a request to DynamoDB reads and writes, from what was asked and what came back. */
export function dynamoUse(operation: string, body: unknown, answer: unknown): DynamoUse {
  const reads = (units: number): DynamoUse => ({ readUnits: units, writes: [] });
  const writes = (all: ItemWrite[]): DynamoUse => ({ readUnits: 0, writes: all });
  switch (operation) {
    case "GetItem":
      return reads(readUnits(bytesOf(part(answer, "Item")), part(body, "ConsistentRead") === true));
    case "BatchGetItem":
      return reads(batchGetUnits(body, answer));
    case "Query": {
      const bytes = listPart(answer, "Items").reduce<number>((sum, item) => sum + bytesOf(item), 0);
      return reads(readUnits(bytes, part(body, "ConsistentRead") === true));
    }
    case "PutItem":
      return writes([putOf(part(body, "Item"), 1)]);
    case "UpdateItem":
    case "DeleteItem":
      return writes([changeOf(part(body, "Key"), 1)]);
    case "BatchWriteItem":
      return writes(batchWrites(body));
    case "TransactWriteItems":
      return writes(listPart(body, "TransactItems").map(transactWrite));
    case "BatchExecuteStatement":
      return writes(listPart(body, "Statements").map(statementWrite));
    default:
      throw new Error(`What ${operation} costs is not known here`);
  }
}

function bytesOf(item: unknown): number {
  return typeof item === "object" && item !== null ? itemBytes(item) : 0;
}

function text(value: unknown): string {
  return String(part(value, "S") ?? "");
}

function putOf(item: unknown, times: number): ItemWrite {
  return { pk: text(part(item, "pk")), sk: text(part(item, "sk")), bytes: bytesOf(item), times };
}

function changeOf(key: unknown, times: number): ItemWrite {
  return { pk: text(part(key, "pk")), sk: text(part(key, "sk")), times };
}

/** Items are rounded up one by one, and each one that is not there costs as much as a small one. */
function batchGetUnits(body: unknown, answer: unknown): number {
  let units = 0;
  for (const [table, request] of Object.entries(Object(part(body, "RequestItems")))) {
    const consistent = part(request, "ConsistentRead") === true;
    const found = listPart(part(answer, "Responses"), table);
    for (const item of found) units += readUnits(bytesOf(item), consistent);
    units += (listPart(request, "Keys").length - found.length) * readUnits(0, consistent);
  }
  return units;
}

function batchWrites(body: unknown): ItemWrite[] {
  return Object.values(Object(part(body, "RequestItems"))).flatMap((requests) =>
    (Array.isArray(requests) ? requests : []).map((request: unknown) => {
      const put = part(request, "PutRequest");
      return put === undefined ? changeOf(part(part(request, "DeleteRequest"), "Key"), 1) : putOf(part(put, "Item"), 1);
    }),
  );
}

function transactWrite(request: unknown): ItemWrite {
  const put = part(request, "Put");
  if (put !== undefined) return putOf(part(put, "Item"), 2);
  const other = part(request, "Update") ?? part(request, "Delete") ?? part(request, "ConditionCheck");
  return changeOf(part(other, "Key"), 2);
}

/** Of an INSERT all attributes are parameters; of an UPDATE those after WHERE are the key and its condition. */
function statementWrite(request: unknown): ItemWrite {
  const statement = String(part(request, "Statement"));
  const parameters = listPart(request, "Parameters");
  if (statement.startsWith("INSERT")) {
    const names = [...statement.matchAll(/'([^']+)': \?/g)].map(([, name = ""]) => name);
    const values = parameters.map((value, i) => Buffer.byteLength(names[i] ?? "") + valueBytes(value));
    const bytes = values.reduce((sum, one) => sum + one, 0);
    return { pk: text(parameters[names.indexOf("pk")]), sk: text(parameters[names.indexOf("sk")]), bytes, times: 1 };
  }
  const where = statement.split(" WHERE ")[0]?.split("?").length ?? 1;
  return { pk: text(parameters[where - 1]), sk: text(parameters[where]), times: 1 };
}

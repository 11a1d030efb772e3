import type { BatchExecuteStatementCommandInput } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type ItemWrite, writeItems } from "#records/store/statements";
import { logOf } from "#test/log-lines";
import { startRealStores } from "./real-store.ts";

let stores: Awaited<ReturnType<typeof startRealStores>>;
/** What is to go wrong with calls of statements, one after the other. */
let faults: ((statements: number) => object)[] = [];

beforeAll(async () => {
  stores = await startRealStores();
  stores.dynamo.middlewareStack.add(
    (next) => async (args) => {
      const { Statements = [] } = args.input as BatchExecuteStatementCommandInput;
      const fault = Statements.length > 0 ? faults.shift() : undefined;
      return fault === undefined ? await next(args) : ({ output: fault(Statements.length), response: {} } as never);
    },
    { step: "initialize" },
  );
});
afterAll(async () => await stores.close());
afterEach(() => {
  faults = [];
});

let items = 0;
const newItem = (): ItemWrite => ({
  key: { pk: "LIB#l#SHARD#00", sk: `ITEM#${items++}` },
  counter: "version",
  expected: undefined,
  attributes: { lastName: { S: "Alder" } },
});
const answering = (code: string) => (statements: number) => ({
  Responses: Array.from({ length: statements }, () => ({ Error: { Code: code, Message: "Alder" } })),
});

async function write(writes: readonly ItemWrite[], rounds = 3) {
  const errors = new Map<number, string>();
  let answers: readonly string[] = [];
  const { lines, text } = await logOf(async () => {
    answers = await writeItems(stores.across, writes, { rounds, errors });
  });
  return { answers, errors: Object.fromEntries(errors), lines, text };
}

describe("Errors of statements", () => {
  test("are told by name and place, and counted in one line that quotes nothing", async () => {
    faults = [answering("ValidationError"), answering("ThrottlingError")];
    const { answers, errors, lines, text } = await write(Array.from({ length: 27 }, newItem));
    const first = Array.from({ length: 25 }, (_, place) => [place, "ValidationError"]);
    expect(answers).toEqual([...first.map(() => "FAILED"), "WRITTEN", "WRITTEN"]);
    expect(errors).toEqual({ ...Object.fromEntries(first), 25: "ThrottlingError", 26: "ThrottlingError" });
    expect(lines).toMatchObject([
      { level: "WARN", statements: 27, errors: { ValidationError: 25, ThrottlingError: 2 } },
    ]);
    expect(text).not.toContain("Alder");
  });

  test("of a whole call are those of each of its statements", async () => {
    const denied = () => {
      throw Object.assign(new Error("Alder"), { name: "AccessDeniedException" });
    };
    faults = [denied];
    const { answers, errors, lines } = await write([newItem(), newItem()]);
    expect(answers).toEqual(["UNKNOWN", "UNKNOWN"]);
    expect(errors).toEqual({ 0: "AccessDeniedException", 1: "AccessDeniedException" });
    expect(lines).toMatchObject([{ errors: { AccessDeniedException: 2 } }]);
  });

  test("are none where a condition does not hold, and nothing is logged where there were none", async () => {
    const one = newItem();
    expect(await write([one])).toMatchObject({ answers: ["WRITTEN"], errors: {}, lines: [] });
    expect(await write([one])).toMatchObject({ answers: ["REFUSED"], errors: {}, lines: [] });
  });
});

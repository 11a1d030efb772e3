import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { FunctionPool } from "#infra/local/lambda/function-pool";
import { openLogFile } from "#infra/local/lambda/log-file";
import { patience } from "#test/patience";

let folder: string;
const pools: FunctionPool[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lambda-"));
});
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Settings {
  timeoutSeconds?: number;
  memory?: number;
  environment?: Record<string, string>;
  concurrency?: number;
  mostWaiting?: number;
  preload?: string[];
}

let count = 0;
async function functionOf(source: string, settings: Settings = {}) {
  const name = `function-${++count}`;
  const bundle = join(folder, `${name}.mjs`);
  const log = join(folder, `${name}.log`);
  await writeFile(bundle, source);
  const pool = new FunctionPool({
    name,
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    bundle,
    handler: "handler",
    timeoutSeconds: 5,
    memory: 128,
    environment: {},
    concurrency: 2,
    preload: [],
    log: createWriteStream(log),
    ...settings,
  });
  pools.push(pool);
  return { pool, log, name };
}

describe("an invocation", () => {
  test("gives the handler a copy of the event and Lambda's context, and its answer back as JSON", async () => {
    const { pool, name } = await functionOf(`export const handler = async (event, context) => ({
      event, gone: undefined, at: new Date(0), id: context.awsRequestId.length, name: context.functionName,
      left: context.getRemainingTimeInMillis() > 4000, memory: context.memoryLimitInMB });`);
    expect(await pool.invoke({ a: [1, "é", null], b: undefined })).toEqual({
      payload: {
        event: { a: [1, "é", null] },
        at: "1970-01-01T00:00:00.000Z",
        id: 36,
        name,
        left: true,
        memory: "128",
      },
    });
  });

  test("that throws answers type, message and trace, and leaves the environment warm", async () => {
    const { pool } = await functionOf(`let n = 0; class Refused extends Error { name = "Refused" }
      export const handler = async (event) => { n++; if (event === "throw") throw new Refused("no"); return n; };`);
    expect(await pool.invoke("throw")).toMatchObject({
      error: {
        errorType: "Refused",
        errorMessage: "no",
        trace: expect.arrayContaining([expect.stringContaining("Refused")]),
      },
    });
    expect(await pool.invoke("go")).toEqual({ payload: 2 });
  });

  test("larger than 6 MB is refused, going in and coming out", async () => {
    const { pool } = await functionOf(`export const handler = async (n) => "x".repeat(n);`);
    expect(await pool.invoke("x".repeat(6 * 1024 * 1024))).toMatchObject({
      error: { errorType: "RequestTooLargeException" },
    });
    expect(await pool.invoke(6 * 1024 * 1024)).toMatchObject({ error: { errorType: "Function.ResponseSizeTooLarge" } });
    expect(await pool.invoke(3)).toEqual({ payload: "xxx" });
  });

  test("sees its own environment and nothing of the product's", async () => {
    vi.stubEnv("OF_THE_PRODUCT", "secret");
    const { pool } = await functionOf(`export const handler = async () => process.env;`, { environment: { OWN: "1" } });
    expect(await pool.invoke({})).toEqual({ payload: { OWN: "1" } });
    vi.unstubAllEnvs();
  });

  test("writes its output to its log and not to the terminal", async () => {
    const { pool, log } = await functionOf(`export const handler = async () => { console.log("a line"); };`);
    expect(await pool.invoke({})).toEqual({ payload: null });
    await vi.waitFor(async () => expect(await readFile(log, "utf8")).toContain("a line"), patience);
  });

  test("finds a module loaded before its bundle", async () => {
    const preload = join(folder, "preload.mjs");
    await writeFile(preload, "globalThis.faults = 'on';");
    const { pool } = await functionOf(
      `const atStart = globalThis.faults; export const handler = async () => atStart;`,
      {
        preload: [preload],
      },
    );
    expect(await pool.invoke({})).toEqual({ payload: "on" });
  });
});

describe("an environment that fails is thrown away, and the next invocation gets a new one", () => {
  const counting = "let n = 0;";

  test("after its time is up", async () => {
    const { pool } = await functionOf(
      `${counting} export const handler = async (event) => { n++; if (event === "hang") await new Promise(() => {}); return n; };`,
      { timeoutSeconds: 0.2 },
    );
    expect(await pool.invoke("go")).toEqual({ payload: 1 });
    expect(await pool.invoke("hang")).toMatchObject({
      error: {
        errorType: "Sandbox.Timedout",
        errorMessage: expect.stringContaining("Task timed out after 0.20 seconds"),
      },
    });
    expect(await pool.invoke("go")).toEqual({ payload: 1 });
  });

  test("while it spins without ever giving way", async () => {
    const { pool } = await functionOf(
      `export const handler = async (event) => { while (event === "spin"); return 1; };`,
      {
        timeoutSeconds: 0.2,
      },
    );
    expect(await pool.invoke("spin")).toMatchObject({ error: { errorType: "Sandbox.Timedout" } });
    expect(await pool.invoke("go")).toEqual({ payload: 1 });
  });

  test("after an exit", async () => {
    const { pool } = await functionOf(
      `${counting} export const handler = async (event) => { n++; if (event === "exit") process.exit(3); return n; };`,
    );
    expect(await pool.invoke("exit")).toMatchObject({
      error: { errorType: "Runtime.ExitError", errorMessage: "Runtime exited with error: exit status 3" },
    });
    expect(await pool.invoke("go")).toEqual({ payload: 1 });
  });

  test("after an error that nobody caught", async () => {
    const { pool } = await functionOf(
      `export const handler = async (event) => { if (event === "lose") { Promise.reject(new RangeError("lost")); await new Promise(() => {}); } return 1; };`,
    );
    expect(await pool.invoke("lose")).toMatchObject({ error: { errorType: "RangeError", errorMessage: "lost" } });
    expect(await pool.invoke("go")).toEqual({ payload: 1 });
  });

  test("after its memory is used up", async () => {
    const { pool } = await functionOf(
      `export const handler = async (event) => { const all = []; while (event === "eat") all.push(Array(1e5).fill({})); return 1; };`,
      { memory: 32, timeoutSeconds: 30 },
    );
    expect(await pool.invoke("eat")).toMatchObject({ error: { errorType: "Runtime.OutOfMemory" } });
    expect(await pool.invoke("go")).toEqual({ payload: 1 });
  });

  test("where its bundle does not load", async () => {
    const { pool } = await functionOf(`throw new TypeError("broken bundle");`);
    expect(await pool.invoke({})).toMatchObject({ error: { errorType: "TypeError", errorMessage: "broken bundle" } });
  });

  test("where its bundle exports no such handler", async () => {
    const { pool } = await functionOf(`export const other = 1;`);
    expect(await pool.invoke({})).toMatchObject({
      error: { errorMessage: expect.stringContaining("exports no function handler") },
    });
  });
});

describe("invocations at the same time", () => {
  // Each waits until two are at work, so it can only end if two really are.
  const meeting = (flags: string) => `const shared = new Int32Array(0);
    import { appendFileSync, readFileSync } from "node:fs";
    export const handler = async (event) => {
      appendFileSync(${JSON.stringify(flags)}, "+"); 
      const marks = () => readFileSync(${JSON.stringify(flags)}, "utf8");
      while (marks().length < event.until) await new Promise((resolve) => setTimeout(resolve, 5));
      return marks().length; };`;

  test("run in environments of their own", async () => {
    const { pool } = await functionOf(meeting(join(folder, "meeting")));
    const answers = await Promise.all([pool.invoke({ until: 2 }), pool.invoke({ until: 2 })]);
    expect(answers).toEqual([{ payload: 2 }, { payload: 2 }]);
  });

  test("beyond the function's concurrency wait for their turn", async () => {
    const { pool } = await functionOf(
      `let at = 0; export const handler = async () => { at++; await new Promise((resolve) => setImmediate(resolve)); return at--; };`,
      { concurrency: 1 },
    );
    const answers = await Promise.all(Array.from({ length: 5 }, () => pool.invoke({})));
    expect(answers).toEqual(Array.from({ length: 5 }, () => ({ payload: 1 })));
  });

  test("are told when the product stops", async () => {
    const { pool } = await functionOf(`export const handler = async () => await new Promise(() => {});`, {
      concurrency: 1,
    });
    const both = Promise.all([pool.invoke({}), pool.invoke({})]);
    await pool.close();
    expect(await both).toMatchObject([{ error: {} }, { error: { errorType: "ServiceException" } }]);
  });
});

describe("where all places are taken", () => {
  const source = `const gates = new Map(); let ran = [];
    export const handler = async ({ name, ms = 0 }) => {
      if (name === "ran") return ran;
      ran.push(name); await new Promise((resolve) => setTimeout(resolve, ms)); return name; };`;

  test("callers take turns, so that one with many calls holds up another's few by one each", async () => {
    const { pool } = await functionOf(source, { concurrency: 1 });
    const first = pool.invoke({ name: "first", ms: 50 }, { turn: "a" });
    const many = [1, 2, 3, 4].map((n) => pool.invoke({ name: `a${n}` }, { turn: "a" }));
    const few = [1, 2].map((n) => pool.invoke({ name: `b${n}` }, { turn: "b" }));
    await Promise.all([first, ...many, ...few]);
    expect(await pool.invoke({ name: "ran" })).toEqual({ payload: ["first", "a1", "b1", "a2", "b2", "a3", "a4"] });
  });

  test("a call that was given up before it began never runs, and frees its place in the line", async () => {
    const { pool } = await functionOf(source, { concurrency: 1, mostWaiting: 1 });
    const giveUp = new AbortController();
    const first = pool.invoke({ name: "first", ms: 50 });
    const waiting = pool.invoke({ name: "given up" }, { signal: giveUp.signal });
    giveUp.abort();
    expect(await waiting).toMatchObject({ error: { errorType: "RequestCanceled" } });
    const second = pool.invoke({ name: "second" });
    await Promise.all([first, second]);
    expect(await pool.invoke({ name: "ran" })).toEqual({ payload: ["first", "second"] });
  });

  test("a call hears that it waits, and when it has its place", async () => {
    const { pool } = await functionOf(source, { concurrency: 1 });
    const order: string[] = [];
    const waits = (name: string) => ({
      onWait: (place: Promise<void>) => {
        order.push(`${name} waits`);
        void place.then(() => order.push(`${name} begins`));
      },
    });
    const first = pool.invoke({ name: "first", ms: 50 }, waits("first")).then(() => order.push("first ended"));
    const second = pool.invoke({ name: "second" }, waits("second"));
    await Promise.all([first, second]);
    expect(order).toEqual(["second waits", "second begins", "first ended"]);
  });

  test("one more than may wait is refused as Lambda throttles", async () => {
    const { pool } = await functionOf(source, { concurrency: 1, mostWaiting: 2 });
    const taken = [1, 2, 3].map((n) => pool.invoke({ name: String(n), ms: 20 }));
    expect(await pool.invoke({ name: "4" })).toMatchObject({ error: { errorType: "TooManyRequestsException" } });
    expect(await Promise.all(taken)).toEqual([1, 2, 3].map((n) => ({ payload: String(n) })));
  });
});

test("a log on a full disk says so once and stops nothing", async () => {
  const said: string[] = [];
  const full = await openLogFile("/dev/full", (sentence) => said.push(sentence));
  for (const line of ["one\n", "two\n"]) await new Promise((resolve) => full.write(line, resolve));
  expect(said).toEqual([expect.stringContaining("/dev/full cannot be written")]);
  full.end();
  await once(full, "close");
});

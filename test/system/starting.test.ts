import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { describeProcess, endNow } from "#infra/local/processes";
import { type RunningProduct, readEndpoints, spawnProduct, startProduct, until } from "#test/product";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "starting-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts the product in the folder that all tests share; it does not outlive its test, whatever fails. */
async function start(options: Parameters<typeof startProduct>[0] = {}) {
  const product = await startProduct({ dataDir: join(folder, "data"), ...options });
  onTestFinished(() => product.kill());
  return product;
}

/** Starts the product where it must not come up, and gives what it says. */
async function refused(environment: Record<string, string>) {
  const child = spawnProduct({ DATA_DIR: join(folder, "other"), ...environment });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => {
      said += data.toString();
    });
  }
  const code = await new Promise((resolve) => child.once("close", resolve));
  return { code, said };
}

const exitOf = async (product: RunningProduct) =>
  await until(
    async () => ({ code: product.process.exitCode, signal: product.process.signalCode }),
    ({ code, signal }) => code !== null || signal !== null,
  );

const recordSchema = z.object({ pid: z.number() });
const enginePid = async (dataDir: string) =>
  recordSchema.parse(JSON.parse(await readFile(join(dataDir, "dynamodb", "engine.json"), "utf8"))).pid;

const gone = (pid: number) =>
  until(
    () => describeProcess(pid),
    (found) => found === undefined,
  );

const rename = (product: RunningProduct, library: Record<string, unknown>, name: string) =>
  product.call("PUT", "/v1/library", { body: { ...library, name } });
const librarySchema = z.looseObject({ name: z.string() });
const nameOf = async (product: RunningProduct) =>
  librarySchema.parse((await product.call("GET", "/v1/library")).body).name;

describe("the product", () => {
  test("tells any AWS client where its parts are, in its folder", async () => {
    const product = await start();
    const endpoints = await readEndpoints(product);
    for (const part of [endpoints.dynamodb, endpoints.s3, endpoints.sqs, endpoints.stepFunctions]) {
      expect(new URL(part).hostname).toBe("127.0.0.1");
    }
    await product.stop();
    expect((await exitOf(product)).code).toBe(0);
    await until(
      async () => await readFile(join(product.dataDir, "product.lock"), "utf8").catch(() => "gone"),
      (text) => text === "gone",
    );
  });

  test("goes on with what it held after kill -9, and ends the engine that was left", async () => {
    const product = await start();
    const library = librarySchema.parse((await product.call("GET", "/v1/library")).body);
    expect((await rename(product, library, "Renamed before the kill")).status).toBe(200);
    const engine = await enginePid(product.dataDir);
    await product.kill();

    const next = await start();
    expect(await nameOf(next)).toBe("Renamed before the kill");
    expect(await enginePid(next.dataDir)).not.toBe(engine);
    expect(await describeProcess(engine)).toBeUndefined();
    await next.stop();
  });

  test("goes on after kill -9 of its DynamoDB engine", async () => {
    const product = await start();
    const library = librarySchema.parse((await product.call("GET", "/v1/library")).body);
    await rename(product, library, "Renamed before the engine died");
    process.kill(await enginePid(product.dataDir), "SIGKILL");
    const answer = await until(
      async () => await product.call("GET", "/v1/library"),
      ({ status }) => status === 200,
    );
    expect(librarySchema.parse(answer.body).name).toBe("Renamed before the engine died");
    await product.stop();
  });

  test("goes on with an import in the middle of which it was stopped", async () => {
    const dataDir = join(folder, "stopped");
    const child = spawnProduct({ SAMPLE_PATRONS: "300", DATA_DIR: dataDir });
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    // Chunks log when they begin, so one of them is at work or has just been.
    const log = join(dataDir, "logs", "Import-Chunk.log");
    await until(
      async () => await readFile(log, "utf8").catch(() => ""),
      (text) => text !== "",
    );
    child.kill("SIGTERM");
    expect(await ended).toBe(0);

    const next = await start({ dataDir, samplePatrons: 300, sampleTitles: 5000 });
    const list = z.object({ items: z.array(z.looseObject({ kind: z.string(), status: z.string() })) });
    const { items } = list.parse((await next.call("GET", "/v1/imports")).body);
    expect(items.map(({ kind, status }) => `${kind} ${status}`)).toEqual(["patrons COMPLETED", "titles COMPLETED"]);
    await next.stop();
  });

  test("stops when the npm that started it is gone, also where nobody notices its end", async () => {
    const dataDir = join(folder, "orphan");
    // As npm does: a shell in between, which outlives npm. What npm itself is a child of never asks how it ended, as the
    // first process of a container may not.
    const npm = `require("node:child_process").spawn("sh", ["-c", "$NODE infra/local/main.ts; true"], { stdio: "inherit" })`;
    const above = spawn("sh", ["-c", `"$NODE" -e '${npm}' & echo "npm $!"; exec sleep 600`], {
      env: {
        ...process.env,
        NODE: process.execPath,
        npm_lifecycle_event: "start",
        SAMPLE_PATRONS: "0",
        PORT: "0",
        DATA_DIR: dataDir,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(async () => {
      above.kill("SIGKILL");
      const held = await readFile(join(dataDir, "product.lock"), "utf8").catch(() => undefined);
      if (held !== undefined) endNow(recordSchema.parse(JSON.parse(held)).pid);
    });
    let printed = "";
    above.stdout.on("data", (data: Buffer) => {
      printed += data.toString();
    });
    await until(
      async () => printed,
      (text) => text.includes("ready http://"),
    );
    const { pid } = recordSchema.parse(JSON.parse(await readFile(join(dataDir, "product.lock"), "utf8")));
    endNow(Number(/^npm (\d+)$/m.exec(printed)?.[1]));
    await gone(pid);
  });

  test("loads a fault module into its functions and hands it its settings", async () => {
    const module = join(folder, "faults.mjs");
    await writeFile(
      module,
      `import { appendFileSync } from "node:fs";
       appendFileSync(process.env.FAULTS_SEEN, process.env.AWS_LAMBDA_FUNCTION_NAME + "\\n");`,
    );
    const seen = join(folder, "seen");
    const product = await start({ environment: { FAULTS_MODULE: module, FAULTS_SEEN: seen } });
    await product.call("GET", "/v1/me");
    expect(await readFile(seen, "utf8")).toMatch(/^ApiRequests/m);
    await product.stop();
  });
});

describe("the product says in one sentence why it does not come up", () => {
  test("where another one works in its folder", async () => {
    const product = await start();
    expect(await refused({ DATA_DIR: product.dataDir })).toEqual({
      code: 1,
      said: `${product.dataDir} is in use by a product that runs already (process ${product.process.pid}). Stop it, or set DATA_DIR to another folder.\n`,
    });
    await product.stop();
  });

  test("where its port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await until(async () => other.listening, Boolean);
    const { port } = other.address() as AddressInfo;
    expect(await refused({ PORT: String(port) })).toEqual({
      code: 1,
      said: `Port ${port} is in use by another program. Set PORT to another one, or to 0 for any free one.\n`,
    });
    other.close();
  });

  test("where its environment makes no sense", async () => {
    const { code, said } = await refused({ SAMPLE_PATRONS: "many" });
    expect(code).toBe(1);
    expect(said).toContain("SAMPLE_PATRONS");
    expect(await refused({ PORT: "abc" })).toEqual({
      code: 1,
      said: 'PORT cannot be "abc". Set it to a whole number from 0 to 65535.\n',
    });
  });
});

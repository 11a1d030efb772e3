import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { checkAnswer } from "./answers.ts";

export interface ProductOptions {
  /** Patrons of the larger sample library; 0 leaves both empty. */
  readonly samplePatrons?: number;
  /** Titles of each sample library, where there are patrons; a fifth of what `npm start` makes, unless it is said. */
  readonly sampleTitles?: number;
  /** An earlier product's folder, to go on with. A new one is made, and removed by {@link RunningProduct.remove}. */
  readonly dataDir?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export type ClientName = "piedmont-administrator" | "piedmont-staff" | "lakeshore-administrator" | "keystone-support";

export interface Reply<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface RequestOptions {
  readonly as?: ClientName;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The real product, started as `npm start` starts it, in a process of its own. */
export interface RunningProduct {
  readonly url: string;
  readonly dataDir: string;
  readonly process: ChildProcess;
  token(as: ClientName): Promise<string>;
  /** Calls the API. The body is parsed from JSON; undefined where there is none. */
  call(method: string, path: string, options?: RequestOptions): Promise<Reply>;
  /** Ends it as an administrator would, and waits. */
  stop(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
}

/** Milliseconds; a machine that is busy with other things needs its time for this. */
const longestStart = 240_000;

/** Products of this test file that may still run, and folders that were made for them. */
const running = new Set<ChildProcess>();
const folders = new Set<string>();

/** Ends every product that was started, however its test went, and removes their folders. */
export async function endProducts(): Promise<void> {
  const ended = [...running].map(async (child) => {
    if (!hasEnded(child)) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  });
  await Promise.all(ended);
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
  folders.clear();
}

/** Errors of each function that are told: what is tried again says the same many times. */
const mostErrors = 5;
const longestError = 1000;

/** Prints what the products of this test file logged as errors. */
export async function tellErrors(): Promise<void> {
  for (const folder of folders) {
    const logs = join(folder, "logs");
    // A test may fail before its product has written anything.
    for (const name of await readdir(logs).catch(() => [])) {
      const lines = (await readFile(join(logs, name), "utf8")).split("\n");
      const errors = lines.filter((line) => line.includes('"level":"ERROR"'));
      for (const error of errors.slice(-mostErrors)) console.warn(`${name}: ${error.slice(0, longestError)}`);
    }
  }
}

/** Runs the product's program, which is ended with this process at the latest. */
export function spawnProduct(
  environment: Readonly<Record<string, string>>,
): ChildProcessByStdio<null, Readable, Readable> {
  const child = spawn(process.execPath, ["infra/local/main.ts"], {
    env: { ...process.env, PORT: "0", SAMPLE_PATRONS: "0", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Nobody has to read what it says for it to go on.
  child.stdout.resume();
  child.stderr.resume();
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

export async function startProduct(options: ProductOptions = {}): Promise<RunningProduct> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "product-")));
  if (options.dataDir === undefined) folders.add(dataDir);
  const child = spawnProduct({
    NODE_ENV: "production",
    DATA_DIR: dataDir,
    SAMPLE_PATRONS: String(options.samplePatrons ?? 0),
    SAMPLE_TITLES: String(options.sampleTitles ?? 1000),
    ...options.environment,
  });
  const url = await readyUrl(child);
  const tokens = new Map<ClientName, Promise<string>>();
  const token = (as: ClientName) => {
    const known = tokens.get(as) ?? fetchToken(url, as);
    tokens.set(as, known);
    return known;
  };
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    if (!hasEnded(child)) child.kill(signal);
    await ended;
  };
  return {
    url,
    dataDir,
    process: child,
    token,
    async call(method, path, { as = "piedmont-administrator", body, headers = {} } = {}) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await token(as)}`,
          ...(body !== undefined && { "content-type": "application/json" }),
          // Support says why it acts.
          ...(as === "keystone-support" && method !== "GET" && { reason: "asked%20for%20by%20the%20library" }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const { status, headers: answered } = response;
      const answer: unknown = text === "" ? undefined : JSON.parse(text);
      checkAnswer({ method, path, status, contentType: answered.get("content-type") ?? "", body: answer });
      return { status, headers: answered, body: answer };
    },
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    async remove() {
      await end("SIGTERM");
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function readyUrl(child: ChildProcess): Promise<string> {
  let printed = "";
  return await new Promise((resolve, reject) => {
    const give = (error: Error) => {
      child.kill("SIGKILL");
      reject(error);
    };
    const limit = setTimeout(() => give(new Error(`The product was not ready in time:\n${printed}`)), longestStart);
    child.stderr?.on("data", (text: Buffer) => {
      printed += text.toString();
    });
    child.stdout?.on("data", (text: Buffer) => {
      printed += text.toString();
      const url = /^ready (http:\S+)$/m.exec(printed)?.[1];
      if (url === undefined) return;
      clearTimeout(limit);
      resolve(url);
    });
    child.once("exit", (code) => {
      clearTimeout(limit);
      reject(new Error(`The product ended with ${code} before it was ready:\n${printed}`));
    });
  });
}

async function fetchToken(url: string, as: ClientName): Promise<string> {
  const response = await fetch(`${url}/oidc/token`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${as}:local`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  return z.object({ access_token: z.string() }).parse(await response.json()).access_token;
}

/** Where the engines of a running product are, for looks behind the API. */
export const endpointsSchema = z.object({
  dynamodb: z.string(),
  s3: z.string(),
  sqs: z.string(),
  stepFunctions: z.string(),
  table: z.string(),
  bucket: z.string(),
  queueUrl: z.string(),
  stateMachines: z.record(z.string(), z.string()),
  region: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
});

export async function readEndpoints(product: Pick<RunningProduct, "dataDir">) {
  return endpointsSchema.parse(JSON.parse(await readFile(join(product.dataDir, "endpoints.json"), "utf8")));
}

/** Milliseconds after which what is waited for will not come, however busy the machine is. */
const longestWait = 240_000;

/** Asks again and again until what comes back is as wanted. */
export async function until<T>(
  ask: () => Promise<T>,
  isWanted: (value: T) => boolean,
  longest = longestWait,
): Promise<T> {
  const started = Date.now();
  for (;;) {
    const value = await ask();
    if (isWanted(value)) return value;
    if (Date.now() - started > longest) throw new Error(`Still waiting after ${longest} ms: ${JSON.stringify(value)}`);
    await wait(50);
  }
}

import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describeProcess } from "../processes.ts";
import { compactWhereAsked, databaseIn } from "./compaction.ts";
import { checkDatabase } from "./database-file.ts";
import { findEngine } from "./engine-binary.ts";
import { endLeftover } from "./leftover.ts";

const START_LIMIT_MS = 15_000;

/**
 * The engine has one lock over its database. Several threads of its own only wake each other for it: with eight requests
 * at once, a batch of 25 conditional updates takes two thirds of the processor time on one thread. One request at a time
 * has nothing to gain.
 */
const oneThread = { TOKIO_WORKER_THREADS: "1" };

/**
 * Where an engine listens. It asks nobody for a secret, so on Linux, where all of 127.0.0.0/8 is this machine, it takes an
 * address of those 16 million at random at each start: a web page in a browser here cannot find it. Elsewhere only
 * 127.0.0.1 is there, and a random port must do.
 */
export function hiddenHost(): string {
  if (process.platform !== "linux") return "127.0.0.1";
  return `127.${[randomInt(1, 255), randomInt(0, 256), randomInt(1, 255)].join(".")}`;
}

export interface Engine {
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the process has ended, with how. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export async function freePort(host: string): Promise<number> {
  const probe = createServer().listen(0, host);
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("No free port is to be had.");
  return address.port;
}

/**
 * Ends the engine when this process dies without a word (`kill -9`): the pipe to it then closes. It runs in a group of
 * its own, as the engine does, so that Ctrl-C in the terminal ends neither before the product has ended its own work.
 */
function watchOver(pid: number): ChildProcess | undefined {
  if (process.platform === "win32") return undefined;
  const watch = spawn("/bin/sh", ["-c", `read -r nothing; kill -TERM ${pid} 2>/dev/null`], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  watch.on("error", () => undefined);
  watch.stdin?.on("error", () => undefined);
  watch.unref();
  return watch;
}

async function answers(host: string, port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://${host}:${port}/`, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** What was erased before the last end of the product, and still stands in the files. An engine on a full disk is one all the same. */
async function compactLeft(directory: string, say: (sentence: string) => void): Promise<void> {
  try {
    if (await compactWhereAsked(directory)) say("Wrote the DynamoDB engine's file anew: what was erased is not in it.");
  } catch (error) {
    say(
      `What was erased still stands in the file of the DynamoDB engine: ${String(error)}. The next start tries again.`,
    );
  }
}

/**
 * Starts the engine on files in `directory`, or in memory, and returns when it answers.
 *
 * @param mustExist whether an earlier start has made the files: then they must be there and whole
 * @param say told where something was done to the files
 * @throws DamagedFolder where they are not
 * @throws Error when it ends at once or does not answer within 15 seconds.
 */
export async function startEngine(
  directory: string | undefined,
  host: string,
  port: number,
  mustExist = false,
  say: (sentence: string) => void = () => undefined,
): Promise<Engine> {
  const program = findEngine();
  const parameters = ["serve", "--host", host, "--port", String(port)];
  let log: number | undefined;
  let recordFile: string | undefined;
  if (directory !== undefined) {
    await mkdir(directory, { recursive: true });
    const dataFile = databaseIn(resolve(directory));
    recordFile = join(directory, "engine.json");
    await endLeftover(recordFile, dataFile);
    if (mustExist) await checkDatabase(dataFile);
    await compactLeft(directory, say);
    parameters.push("--db-path", dataFile);
    log = openSync(join(directory, "engine.log"), "a");
  }
  const child = spawn(program, parameters, {
    stdio: ["ignore", log ?? "ignore", log ?? "ignore"],
    detached: true,
    env: { ...process.env, ...oneThread },
  });
  if (log !== undefined) closeSync(log);
  let running = true;
  const ended = new Promise<string>((settle) => {
    child.once("error", (error) => settle(`could not be run: ${error.message}`));
    child.once("exit", (code, signal) => settle(signal ? `ended by ${signal}` : `ended with code ${code}`));
  }).then((how) => {
    running = false;
    return how;
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`The DynamoDB engine ${await ended}`);
  const watch = watchOver(pid);
  void ended.then(() => watch?.kill("SIGKILL"));

  const stop = async () => {
    if (running) child.kill("SIGTERM");
    const limit = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await ended;
    clearTimeout(limit);
    if (recordFile !== undefined) await rm(recordFile, { force: true });
  };
  if (recordFile !== undefined) {
    const startedAt = (await describeProcess(pid))?.startedAt ?? "";
    await writeFile(recordFile, JSON.stringify({ pid, startedAt, host, port }));
  }
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await answers(host, port))) {
    if (!running) throw new Error(`The DynamoDB engine ${await ended}.`);
    if (Date.now() > deadline) {
      await stop();
      throw new Error("The DynamoDB engine does not answer.");
    }
    await pause(10);
  }
  if (!running) throw new Error(`The DynamoDB engine ${await ended}: port ${port} belongs to another program.`);
  return { host, port, pid, ended, stop };
}

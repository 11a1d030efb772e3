import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { describeProcess } from "./processes.ts";

const holderSchema = z.object({ pid: z.number().int(), startedAt: z.string() });

/** Another process holds the lock. */
export class LockHeld extends Error {
  readonly pid: number;
  constructor(file: string, pid: number) {
    super(`Process ${pid} holds ${file}.`);
    this.pid = pid;
  }
}

/** Milliseconds between two tries to get a lock that is waited for. */
const tryEvery = 100;

/**
 * Takes a lock that outlives no process: a holder that was killed is told by its process id and start time, and its lock
 * is taken over.
 *
 * @returns what gives the lock back.
 * @param longestWait milliseconds to wait for another process to give it back.
 * @throws LockHeld where another process still holds it then.
 */
export async function holdLock(file: string, longestWait: number, signal?: AbortSignal): Promise<() => Promise<void>> {
  const deadline = Date.now() + longestWait;
  await mkdir(dirname(file), { recursive: true });
  const me = { pid: process.pid, startedAt: (await describeProcess(process.pid))?.startedAt ?? "" };
  for (;;) {
    try {
      await writeFile(file, JSON.stringify(me), { flag: "wx" });
      return () => rm(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const holder = await livingHolder(file);
    if (holder === undefined) await rm(file, { force: true });
    else if (Date.now() >= deadline) throw new LockHeld(file, holder);
    else await pause(tryEvery, undefined, { ...(signal && { signal }) });
  }
}

async function livingHolder(file: string): Promise<number | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  const holder = holderSchema.safeParse(parsed(text));
  if (!holder.success) {
    // Created a moment ago and not yet written, or cut off for good: look again before it counts as nobody's.
    await pause(tryEvery);
    const again = await readFile(file, "utf8").catch(() => "");
    if (again === text) return undefined;
    return livingHolder(file);
  }
  const found = await describeProcess(holder.data.pid);
  return found?.startedAt === holder.data.startedAt ? holder.data.pid : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

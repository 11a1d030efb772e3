import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { z } from "zod";

const record = z.object({ pid: z.number().int().positive(), startedAt: z.string() });

const run = promisify(execFile);

async function onLinux(pid: number): Promise<{ command: string; startedAt: string }> {
  const [command, stat] = await Promise.all([
    readFile(`/proc/${pid}/cmdline`, "utf8"),
    readFile(`/proc/${pid}/stat`, "utf8"),
  ]);
  // The name in brackets may hold spaces; after it the start time, in ticks since boot, is the 20th field.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z") throw new Error("ended, and only waits to be noticed");
  return { command: command.replaceAll("\0", " "), startedAt: fields[19] ?? "" };
}

async function elsewhere(pid: number): Promise<{ command: string; startedAt: string }> {
  const [{ stdout: command }, { stdout: startedAt }] = await Promise.all([
    run("ps", ["-o", "command=", "-p", String(pid)]),
    run("ps", ["-o", "lstart=", "-p", String(pid)]),
  ]);
  return { command: command.trim(), startedAt: startedAt.trim() };
}

/** What runs under that process id, or undefined where nothing does. The start time tells a reused id. */
export async function describeProcess(pid: number): Promise<{ command: string; startedAt: string } | undefined> {
  try {
    return await (process.platform === "linux" ? onLinux(pid) : elsewhere(pid));
  } catch {
    return undefined;
  }
}

/**
 * Ends the engine that an earlier product left running on the same files, as its record says. Anything else that now has
 * its process id is left alone: it must have the recorded start time, and the data file on its command line.
 */
export async function endLeftover(recordFile: string, dataFile: string): Promise<void> {
  const text = await readFile(recordFile, "utf8").catch(() => undefined);
  if (text === undefined) return;
  const parsed = record.safeParse(parseJson(text));
  if (parsed.success) {
    const { pid, startedAt } = parsed.data;
    const isOurs = async () => {
      const found = await describeProcess(pid);
      return found !== undefined && found.startedAt === startedAt && found.command.includes(dataFile);
    };
    const deadline = Date.now() + 5_000;
    while (await isOurs()) {
      // SQLite's log makes a killed engine's files whole again when they are next opened.
      process.kill(pid, "SIGKILL");
      if (Date.now() > deadline) throw new Error(`The earlier DynamoDB engine (process ${pid}) does not end.`);
      await pause(20);
    }
  }
  await rm(recordFile, { force: true });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

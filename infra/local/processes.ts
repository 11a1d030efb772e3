import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A process as it can be told from a later one with the same id. */
export interface RunningProcess {
  readonly command: string;
  /** In whatever words the machine has for it: only good to be compared. */
  readonly startedAt: string;
}

/**
 * What runs under a process id, or undefined where nothing does. A process that has ended and only waits to be noticed
 * by its parent does not run, though it still takes signals: where the first process of a container notices late or
 * never, it stays for good.
 */
export async function describeProcess(pid: number): Promise<RunningProcess | undefined> {
  return await (process.platform === "linux" ? onLinux(pid) : elsewhere(pid));
}

/** What reading about a process fails with where there is none, or where it is somebody else's. */
const notThere = new Set(["ENOENT", "ESRCH", "EACCES", "EPERM"]);

async function onLinux(pid: number): Promise<RunningProcess | undefined> {
  try {
    const [command, stat] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, "utf8"),
      readFile(`/proc/${pid}/stat`, "utf8"),
    ]);
    // The name in brackets may hold spaces; after it come the state and, as the 20th field, the start in ticks since boot.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return hasEnded(fields[0]) ? undefined : { command: command.replaceAll("\0", " "), startedAt: fields[19] ?? "" };
  } catch (error) {
    if (notThere.has(codeOf(error))) return undefined;
    throw error;
  }
}

async function elsewhere(pid: number): Promise<RunningProcess | undefined> {
  try {
    const { stdout } = await run("ps", ["-o", "state=,lstart=,command=", "-p", String(pid)]);
    // The start always looks like "Thu Nov 26 09:03:53 2026".
    const [, state, startedAt = "", command = ""] = /^\s*(\S+)\s+(.{24})\s+(.*)$/m.exec(stdout) ?? [];
    return startedAt === "" || hasEnded(state) ? undefined : { command, startedAt };
  } catch (error) {
    // How ps says that there is no such process.
    if (error instanceof Error && "code" in error && error.code === 1) return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Z: nobody has noticed its end yet. X: it is just being taken away. */
function hasEnded(state = ""): boolean {
  return /^[ZX]/.test(state);
}

/** Kills a process. One that has ended meanwhile is what was wanted. */
export function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (codeOf(error) !== "ESRCH") throw error;
  }
}

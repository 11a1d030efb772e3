import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describeProcess } from "./processes.ts";

const run = promisify(execFile);

/** Milliseconds between two looks at whether npm still runs. */
const lookEvery = 500;

/**
 * Calls back once when the npm that started this process is gone, however it went. npm puts a shell in between, which
 * outlives it. A process that npm did not start is nobody's orphan: it may well be meant to outlive its shell.
 */
export async function watchForOrphanhood(onOrphaned: () => void): Promise<void> {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const above = await parentOfShell(parent);
  const npm = above === undefined ? undefined : await describeProcess(above);
  const isOrphaned = async () => {
    if (process.ppid !== parent) return true;
    if (above === undefined) return false;
    try {
      const found = await describeProcess(above);
      return found === undefined || found.startedAt !== npm?.startedAt;
    } catch {
      // It cannot be told just now, as where too many files are open; the next look will tell.
      return false;
    }
  };
  const look = async () => {
    if (await isOrphaned()) onOrphaned();
    else setTimeout(look, lookEvery).unref();
  };
  setTimeout(look, lookEvery).unref();
}

/** The parent of a process that is a shell; undefined for any other process, and where it cannot be told. */
async function parentOfShell(pid: number): Promise<number | undefined> {
  try {
    const { stdout } = await run("ps", ["-o", "ppid=,comm=", "-p", String(pid)]);
    const [, parent, command = ""] = /^\s*(\d+)\s+(.*)$/m.exec(stdout) ?? [];
    return /(^|\/|-)(sh|bash|dash|zsh)$/.test(command.trim()) && parent !== "1" ? Number(parent) : undefined;
  } catch {
    return undefined;
  }
}

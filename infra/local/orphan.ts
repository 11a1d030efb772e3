import { execFile } from "node:child_process";
import { promisify } from "node:util";

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
  const timer = setInterval(() => {
    if (process.ppid === parent && (above === undefined || isAlive(above))) return;
    clearInterval(timer);
    onOrphaned();
  }, lookEvery);
  timer.unref();
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

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

import { readFile } from "node:fs/promises";

/** Ticks of Linux in a second, as it counts them for programs. */
const ticks = 100;

/** Seconds of processor time that a process has taken so far, all its threads together. */
async function processorSeconds(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  // The name in brackets may hold anything; after it, the 12th and 13th are user and system time. See proc_pid_stat(5).
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}

/**
 * Seconds that a piece of work takes, and the part of them for which the database was at work.
 *
 * @param work says itself how long it took
 */
export async function withEngineShare(
  pid: number | undefined,
  work: () => Promise<number>,
): Promise<{ seconds: number; share: number }> {
  const before = pid === undefined ? Number.NaN : await processorSeconds(pid);
  const seconds = await work();
  const after = pid === undefined ? Number.NaN : await processorSeconds(pid);
  return { seconds, share: (after - before) / seconds };
}

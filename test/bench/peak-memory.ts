import { readFile, writeFile } from "node:fs/promises";

/** MiB by process, as Linux counts them. */
export type Peaks = Record<string, number>;

/**
 * Begins to watch the peak of resident memory of processes anew.
 *
 * @returns what to call for the peaks since then, in MiB
 */
export async function watchPeaks(processes: Readonly<Record<string, number>>): Promise<() => Promise<Peaks>> {
  // 5 resets the peak: see proc_pid_clear_refs(5).
  for (const pid of Object.values(processes)) await writeFile(`/proc/${pid}/clear_refs`, "5");
  return async () => {
    const peaks: Peaks = {};
    for (const [name, pid] of Object.entries(processes)) {
      const status = await readFile(`/proc/${pid}/status`, "utf8");
      peaks[name] = Math.round(Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024);
    }
    return peaks;
  };
}

export function sumOfPeaks(peaks: Peaks): number {
  return Object.values(peaks).reduce((sum, one) => sum + one, 0);
}

import { statfs } from "node:fs/promises";
import { z } from "zod";

/** Files and connections that the product needs open at a time, with room to spare. */
const leastOpenFiles = 512;
/** Bytes free below which nothing more should be begun. */
const leastFree = 32 * 1024 * 1024;
/** Milliseconds between two looks at the disk. */
const lookEvery = 5000;

const limitSchema = z.looseObject({
  userLimits: z.looseObject({ open_files: z.looseObject({ soft: z.union([z.number(), z.string()]) }) }),
});

/** @throws one sentence where this process may not open as many files as the product needs. */
export function checkOpenFiles(): void {
  if (process.platform === "win32") return;
  const report = limitSchema.safeParse(process.report?.getReport());
  const most = Number(report.data?.userLimits.open_files.soft);
  if (!(most < leastOpenFiles)) return;
  throw new Error(
    `This process may have only ${most} files open at a time, the product needs ${leastOpenFiles}: run \`ulimit -n 4096\` in this shell and start again.`,
  );
}

/** @throws one sentence where the disk is full: a product that cannot write would only fail later. */
export async function checkDisk(folder: string): Promise<void> {
  const free = await freeBytes(folder);
  if (free < leastFree) throw new Error(`${fullSentence(folder, free)} Then start again.`);
}

/** Says so when the disk is about to be full, once, and when there is room again. What is refused meanwhile is lost to nobody. */
export function watchDisk(folder: string, say: (sentence: string) => void): { close(): void } {
  let isFull = false;
  const look = async () => {
    const free = await freeBytes(folder);
    const wasFull = isFull;
    isFull = free < leastFree;
    if (isFull && !wasFull) say(`${fullSentence(folder, free)} Until then requests are answered 503 and jobs wait.`);
    if (wasFull && !isFull) say(`The disk of ${folder} has room again; what waited goes on.`);
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => say(`The disk of ${folder} cannot be looked at: ${String(error)}`));
  }, lookEvery);
  timer.unref();
  return { close: () => clearInterval(timer) };
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function fullSentence(folder: string, free: number): string {
  return `The disk of ${folder} is full (${Math.floor(free / 1024 / 1024)} MiB are free): make room on it.`;
}

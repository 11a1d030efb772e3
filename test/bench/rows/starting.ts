import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProduct } from "#test/product";
import { type Row, row } from "../row.ts";

/** From the start of the process to `ready`, on an empty folder with the sample libraries, and on the folder it left. */
export async function startingRows(): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "start-"));
  try {
    const first = await secondsToReady(dataDir);
    const again = await secondsToReady(dataDir);
    const shared = { unit: "s", direction: "at most" } as const;
    return [
      row({
        ...shared,
        name: "start with sample libraries, empty folder",
        against: "15 s",
        ours: first,
        other: 15,
        reach: 1,
      }),
      row({ ...shared, name: "start again", against: "8 s", ours: again, other: 8, reach: 1 }),
    ];
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function secondsToReady(dataDir: string): Promise<number> {
  const started = performance.now();
  const product = await startProduct({ samplePatrons: 2000, sampleTitles: 5000, dataDir });
  const seconds = (performance.now() - started) / 1000;
  await product.stop();
  return seconds;
}

import { join } from "node:path";
import { holdLock, LockHeld } from "./process-lock.ts";

/** Milliseconds for an earlier product to end that has lost its npm, or is stopping already. */
const longestHandover = 5000;

/** Keeps DATA_DIR for one product. What it returns lets it go. */
export async function holdFolder(dataDir: string, signal: AbortSignal | undefined): Promise<() => Promise<void>> {
  try {
    return await holdLock(join(dataDir, "product.lock"), longestHandover, signal);
  } catch (error) {
    if (!(error instanceof LockHeld)) throw error;
    throw new Error(
      `${dataDir} is in use by a product that runs already (process ${error.pid}). Stop it, or set DATA_DIR to another folder.`,
    );
  }
}

import { DatabaseSync } from "node:sqlite";
import { isMainThread, workerData } from "node:worker_threads";
import { z } from "zod";

/** Milliseconds for which whoever else has the file open may be waited for. */
const longestWait = 30_000;
const checkpointSchema = z.looseObject({ busy: z.literal(0) });

/**
 * Writes a database of SQLite anew, so that nothing of what was deleted or replaced stands in its files any more: neither in
 * free pages, nor between the cells of used ones, nor in the log. SQLite does so in one transaction: whenever it breaks off,
 * the file is as it was or as it is to be.
 *
 * @throws Error where somebody else holds the file for too long, or the disk is full
 */
export function compactFile(file: string): void {
  const database = new DatabaseSync(file, { timeout: longestWait });
  try {
    // Pages that the new file does not need are overwritten too, before they are given back.
    database.exec("PRAGMA secure_delete = ON; VACUUM");
    checkpointSchema.parse(database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get());
  } finally {
    database.close();
  }
}

// As a thread of its own, so that nothing else of the product waits for it.
if (!isMainThread) compactFile(z.string().parse(workerData));

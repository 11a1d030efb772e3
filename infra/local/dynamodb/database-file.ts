import { stat } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { DamagedFolder } from "../kept-file.ts";

/**
 * Looks at the database before the engine opens it: an engine on a lost file begins an empty one, and on a damaged one
 * fails only where it comes to the damage. A crash alone damages nothing; SQLite mends its own files then.
 *
 * @throws DamagedFolder where the file is lost, empty or damaged.
 */
export async function checkDatabase(file: string): Promise<void> {
  const mend = "Put a copy of DATA_DIR from before in its place, or remove DATA_DIR to begin again with the samples";
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw new DamagedFolder(file, `is not there: the database is lost. ${mend}`);
  if (found.size === 0) throw new DamagedFolder(file, `is empty: the database is lost. ${mend}`);
  const damage = damageOf(file);
  if (damage !== undefined) throw new DamagedFolder(file, `is damaged (${damage}). ${mend}`);
}

function damageOf(file: string): string | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    const answer: unknown = Object.values(database.prepare("PRAGMA quick_check(1)").get() ?? {})[0];
    return answer === "ok" ? undefined : String(answer).split("\n")[0];
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    database?.close();
  }
}

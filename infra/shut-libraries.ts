import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { LibraryId } from "#domain/ids";
import { newId } from "#platform/identifiers";
import { actOfSystem, keystoneEntry } from "#records/library/audit";
import { listLibraries, suspendLibrary } from "#records/library/tenants";
import { createTable, type Table } from "#records/store/table";

const detail = "The table was restored";

/**
 * Shuts everybody of all libraries out of a restored table before anything works on it, as Keystone's audit then tells. One
 * that is to be deleted is shut already.
 *
 * @returns those that were shut
 */
export async function shutLibraries(table: Table, now: Date): Promise<LibraryId[]> {
  const shut: LibraryId[] = [];
  for (const library of await listLibraries(table)) {
    const act = actOfSystem(now, "LIBRARY_SUSPENDED", `libraries/${library}`, detail);
    if ((await suspendLibrary(table, library, true, keystoneEntry(newId(now), act))).done) shut.push(library);
  }
  return shut;
}

/** `node infra/shut-libraries.ts <table>`. */
if (import.meta.main) {
  const [tableName] = process.argv.slice(2);
  if (tableName === undefined) {
    process.stderr.write("Usage: node infra/shut-libraries.ts <table>\n");
    process.exit(2);
  }
  const shut = await shutLibraries(createTable(new DynamoDBClient({}), tableName), new Date());
  process.stdout.write(`Suspended: ${shut.join(", ") || "none"}\n`);
}

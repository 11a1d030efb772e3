import { readFile } from "node:fs/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type Library, librarySchema } from "#domain/library";
import { provisionLibrary } from "#records/library/libraries";
import { createTable } from "#records/store/table";

/**
 * Makes a library: its settings and its place in the list of libraries. The one act that has no API, for whoever calls
 * the API does so in a library that is there. A library that exists already stays as it is.
 */
export async function provision(client: DynamoDBClient, tableName: string, library: Library): Promise<void> {
  await provisionLibrary({ table: createTable(client, tableName) }, library);
}

/** `node infra/provision-library.ts <table> <settings.json>`, with the settings as `GET /v1/library` answers them. */
if (import.meta.main) {
  const [tableName, file] = process.argv.slice(2);
  if (tableName === undefined || file === undefined) {
    process.stderr.write("Usage: node infra/provision-library.ts <table> <settings.json>\n");
    process.exit(2);
  }
  const library = librarySchema.parse(JSON.parse(await readFile(file, "utf8")));
  await provision(new DynamoDBClient({}), tableName, library);
  process.stdout.write(`${library.library} is there\n`);
}

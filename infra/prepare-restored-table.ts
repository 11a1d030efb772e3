import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { batchUpdateIdSchema, type LibraryId } from "#domain/ids";
import type { WorkflowName } from "#domain/workflow";
import { newId } from "#platform/identifiers";
import { applyResultsPrefix } from "#records/batch-updates/outcomes";
import { planResultsPrefix } from "#records/batch-updates/plans";
import { exportResultsPrefix } from "#records/exports/export-objects";
import { importResultsPrefix } from "#records/imports/import-objects";
import { actOfSystem, keystoneEntry } from "#records/library/audit";
import { listLibraries, suspendLibrary } from "#records/library/tenants";
import { buildResultsPrefix } from "#records/query-sets/query-set-build";
import { createObjects, type Objects } from "#records/store/objects";
import { listOpen, type OpenWork } from "#records/store/open-work";
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

/** Where the chunks of a job say that they are done. Walks of an erasure have names of their own, which the table gives. */
const resultsOf: Record<Exclude<WorkflowName, "erase">, (work: OpenWork) => string> = {
  "build-query-set": (work) => buildResultsPrefix(work, work.id),
  plan: ({ library, id }) => planResultsPrefix({ library, batchUpdateId: batchUpdateIdSchema.parse(id) }),
  apply: ({ library, id }) => applyResultsPrefix({ library, batchUpdateId: batchUpdateIdSchema.parse(id) }),
  import: (work) => importResultsPrefix(work, work.id),
  export: (work) => exportResultsPrefix(work, work.id),
};

/**
 * Has jobs that are open in a restored table done again from there: the bucket still says which of their chunks were done
 * after that second, and what these wrote is in the table no more. What they wrote before bears their marks, and is not
 * written again.
 *
 * @param objectsOf what each library keeps in the bucket
 * @returns the jobs, each by its library and id
 * @throws Error where an item of the table's open work cannot be read: nobody knows then what was done
 */
export async function forgetWhatWasDone(table: Table, objectsOf: (library: LibraryId) => Objects): Promise<string[]> {
  const jobs: string[] = [];
  for await (const open of listOpen(table)) {
    if ("unreadable" in open) throw new Error(`The open work ${open.unreadable} cannot be read`);
    if (!("work" in open) || open.work.workflow === "erase") continue;
    const { library, id, workflow } = open.work;
    await objectsOf(library).deleteAll(resultsOf[workflow](open.work));
    jobs.push(`${library} ${workflow} ${id}`);
  }
  return jobs;
}

/** `node infra/prepare-restored-table.ts <table> <bucket>`. */
if (import.meta.main) {
  const [tableName, bucket] = process.argv.slice(2);
  if (tableName === undefined || bucket === undefined) {
    process.stderr.write("Usage: node infra/prepare-restored-table.ts <table> <bucket>\n");
    process.exit(2);
  }
  const table = createTable(new DynamoDBClient({}), tableName);
  const shut = await shutLibraries(table, new Date());
  process.stdout.write(`Suspended: ${shut.join(", ") || "none"}\n`);
  const s3 = new S3Client({});
  const jobs = await forgetWhatWasDone(table, (library) => createObjects(s3, bucket, library));
  process.stdout.write(`Done again from that second: ${jobs.join(", ") || "none"}\n`);
}

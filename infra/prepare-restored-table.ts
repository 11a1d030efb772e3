import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { isFinal } from "#domain/batch-update/state";
import type { BatchUpdateId, LibraryId } from "#domain/ids";
import { newId } from "#platform/identifiers";
import { type BatchUpdate, listBatchUpdates } from "#records/batch-updates/batch-updates";
import { appliedPrefixes } from "#records/batch-updates/outcomes";
import { planExportsPrefix, planPrefix } from "#records/batch-updates/plans";
import { exportScratch } from "#records/exports/export-objects";
import { listAllExports } from "#records/exports/exports";
import { forgetImportOfTitles } from "#records/imports/catalogue-import";
import { importedPrefixes, importResultsPrefix } from "#records/imports/import-objects";
import { listAllImports } from "#records/imports/imports";
import { actOfSystem, keystoneEntry } from "#records/library/audit";
import { listLibraries, suspendLibrary } from "#records/library/tenants";
import { builtPrefixes } from "#records/query-sets/query-set-build";
import { listQuerySetLives } from "#records/query-sets/query-sets";
import { storesOver } from "#records/store/clients";
import { jobKey } from "#records/store/keys";
import type { Store, Stores } from "#records/store/store";
import type { Item, Table } from "#records/store/table";

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

/**
 * Has jobs that a restored table does not know to be over go on from there. The bucket stays as it is when a table is
 * restored: it still says of each what was done after that second, and what that wrote is in the table no more. So what they
 * would believe goes, of jobs that wait as of those that are at work. What chunks wrote before bears their marks, and is not
 * written again.
 *
 * Not of erasures: their walks have names of their own, which the table gives.
 *
 * @returns the jobs of which there was anything, each by its library and as the audit names it
 * @throws Error when all others are ready, where a job cannot be read: nobody knows whether it goes on
 */
export async function forgetWhatWasDone(stores: Stores): Promise<string[]> {
  const forgotten: string[] = [];
  const unread: string[] = [];
  for (const library of await listLibraries(stores.across)) {
    const store = stores.of(library);
    const cannotRead = (kind: string) => (item: Item) => void unread.push(`${library} ${kind}/${item["sk"]}`);
    for await (const { subject, prefixes, also } of whatWasDone(store, cannotRead)) {
      let objects = 0;
      for (const prefix of prefixes) objects += await store.objects.deleteAll(prefix);
      if ((await also?.()) === true || objects > 0) forgotten.push(`${library} ${subject}`);
    }
  }
  if (unread.length > 0) throw new Error(`All is ready but what cannot be read: ${unread.join(", ")}`);
  return forgotten;
}

/** What a job that may go on would believe to be done. */
interface Done {
  /** As in the audit, such as `query-sets/01k2...`. */
  readonly subject: string;
  readonly prefixes: readonly string[];
  /** Forgets what is kept elsewhere. True where anything was. */
  readonly also?: () => Promise<boolean>;
}

const atOnce = 100;

async function* whatWasDone(store: Store, unread: (kind: string) => (item: Item) => void): AsyncGenerator<Done> {
  for await (const { querySetId: id, status, follow } of listQuerySetLives(store, unread("query-sets"))) {
    if (status !== "READY") yield { subject: `query-sets/${id}`, prefixes: builtPrefixes(store, id) };
    // Its id was given out with the set's, so it will be made with it and find what was done under it.
    if (follow !== undefined && !(await isKnown(store, follow.batchUpdateId))) {
      yield doneOfUpdate({ library: store.library, ...follow });
    }
  }
  for await (const batch of listBatchUpdates(store, undefined, atOnce, unread("batch-updates"))) {
    // Where planning failed support may have it go on.
    const goesOn = !isFinal(batch.status) || (batch.status === "FAILED" && batch.plan === undefined);
    if (goesOn) yield doneOfUpdate(batch);
  }
  for await (const it of listAllImports(store, unread("imports"))) {
    const { importId: id, status } = it;
    const subject = `imports/${id}`;
    if (status === "AWAITING_UPLOAD") {
      const also = async () => await forgetImportOfTitles(store, id);
      yield { subject, prefixes: importedPrefixes(store, id), also };
    } else if (status === "RUNNING" || it.canBeMended === true) {
      // It goes on with the file that it has, and what it told at its first look counts.
      yield { subject, prefixes: [importResultsPrefix(store, id)] };
    }
  }
  for await (const { exportId: id, status } of listAllExports(store, unread("exports"))) {
    if (status !== "COMPLETED") yield { subject: `exports/${id}`, prefixes: exportScratch(store, id) };
  }
}

/** A plan that is sealed is what was reviewed, and stays; spreadsheets of it are of exclusions that may be others by now. */
function doneOfUpdate(
  batch: Pick<BatchUpdate, "library" | "batchUpdateId"> & Partial<Pick<BatchUpdate, "plan">>,
): Done {
  const planned = batch.plan === undefined ? planPrefix(batch) : planExportsPrefix(batch);
  return { subject: `batch-updates/${batch.batchUpdateId}`, prefixes: [planned, ...appliedPrefixes(batch)] };
}

async function isKnown(store: Store, id: BatchUpdateId): Promise<boolean> {
  return (await store.table.get(jobKey(store, "batch-update", id))) !== undefined;
}

/** `node infra/prepare-restored-table.ts <table> <bucket>`. */
if (import.meta.main) {
  const [tableName, bucket] = process.argv.slice(2);
  if (tableName === undefined || bucket === undefined) {
    process.stderr.write("Usage: node infra/prepare-restored-table.ts <table> <bucket>\n");
    process.exit(2);
  }
  const stores = storesOver({ dynamo: new DynamoDBClient({}), table: tableName, s3: new S3Client({}), bucket });
  const shut = await shutLibraries(stores.across, new Date());
  process.stdout.write(`Suspended: ${shut.join(", ") || "none"}\n`);
  const jobs = await forgetWhatWasDone(stores);
  process.stdout.write(`Go on from that second: ${jobs.join(", ") || "none"}\n`);
}

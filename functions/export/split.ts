import {
  type ExportSource,
  type ExportSplit,
  exportChunkListKey,
  loadExportSplit,
  requireExportSplit,
  saveExportSplit,
} from "#records/exports/export-objects";
import { type Export, requireExport } from "#records/exports/exports";
import { loadCataloguePointer } from "#records/imports/catalogue";
import { requireLibrary } from "#records/library/libraries";
import { loadExclusions } from "#records/query-sets/exclusions";
import { memberChunkCount } from "#records/query-sets/members";
import { loadQuerySet, type QuerySet } from "#records/query-sets/query-sets";
import { shardNumbers } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { listChunks, type SplitAnswer } from "#workflows/chunk-list";
import type { Job } from "#workflows/job";

/** Writes one chunk for each shard, for each chunk of a query set's members, or for each medium that has titles. */
export async function splitExport(store: Store, job: Job): Promise<SplitAnswer> {
  const it = await requireExport(store, job.job);
  const sources = it.status === "RUNNING" ? await sourcesOf(store, it) : [];
  return await listChunks(store.objects, job, exportChunkListKey(store, job.job), sources);
}

async function sourcesOf(store: Store, it: Export): Promise<readonly ExportSource[]> {
  const { exportId } = it;
  if ((await loadExportSplit(store, exportId)) === undefined) {
    await saveExportSplit(store, exportId, await splitOf(store, it));
  }
  return (await requireExportSplit(store, exportId)).sources;
}

async function splitOf(store: Store, { kind, querySetId }: Export): Promise<ExportSplit> {
  const media = (await requireLibrary(store)).media.map(({ code }) => code);
  if (querySetId !== undefined) {
    const set = await querySetOf(store, querySetId);
    const { lines } = await loadExclusions(store, set);
    return { sources: numbered("MEMBERS", memberChunkCount(set)), media, excluded: lines };
  }
  const patrons = kind === "titles" ? [] : numbered("SHARD", shardNumbers.length);
  const titles = kind === "patrons" ? [] : await titleSources(store);
  return { sources: [...patrons, ...titles], media };
}

function numbered(source: ExportSource["source"], count: number): ExportSource[] {
  return Array.from({ length: count }, (_, number) => ({ source, of: String(number) }));
}

/** Indexes never change, so that all titles are of one moment. */
async function titleSources(store: Store): Promise<ExportSource[]> {
  const { media } = await loadCataloguePointer(store);
  return Object.values(media).map(({ key }) => ({ source: "TITLES", of: key }));
}

async function querySetOf(store: Store, querySetId: string): Promise<QuerySet> {
  const set = await loadQuerySet(store, querySetId);
  if (set === undefined) throw new Error(`There is no query set ${querySetId} in ${store.library}`);
  return set;
}

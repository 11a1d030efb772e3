import { longestMaking } from "#domain/retention";
import type { Clock } from "#platform/clock";
import { newId } from "#platform/identifiers";
import { slices } from "#platform/slices";
import {
  type ErasurePass,
  erasureChunkListKey,
  keepErased,
  loadErasurePass,
  saveErasurePass,
} from "#records/erasures/erasure-objects";
import { countDeleted, countItems, type Erasure, nameWalk, requireErasure } from "#records/erasures/erasures";
import { endExports } from "#records/exports/end-exports";
import { eraseFromWaitingImports } from "#records/imports/erase-patron";
import { isQuiet, loadImportLock } from "#records/imports/import-lock";
import { requireLibrary } from "#records/library/libraries";
import { erasePatron, patronItems } from "#records/profiles/erase-patron";
import type { Store } from "#records/store/store";
import { listChunks, type SplitAnswer } from "#workflows/chunk-list";
import type { Job } from "#workflows/job";
import { jobsSince, jobsToWalk } from "./jobs.ts";
import { letImportsBegin } from "./let-imports-begin.ts";

/** Jobs that one call looks through: most hold nothing of the patron, which takes a read or two to see. */
const jobsPerChunk = 8;

/**
 * Takes the patron out of the table, and lists the jobs whose objects are to be looked through: in the first walk all, in
 * a later one those that were at work meanwhile, or were made of what was not clean yet.
 */
export async function splitErasure(store: Store, job: Job, clock: Clock): Promise<SplitAnswer> {
  const now = clock();
  const it = await requireErasure(store, job.job);
  const list = erasureChunkListKey(store, job.job);
  if (it.stage !== "WALKING") return await listChunks(store.objects, job, list, []);
  await keepErased(store, it);
  await eraseFromTable(store, it, clock);
  // What was asked for when all was clean holds nothing of the patron.
  const cleanFrom = it.cleanFrom === undefined ? now : new Date(it.cleanFrom);
  await countDeleted(store, it.erasureId, "exports", await endExports(store, now, cleanFrom));
  const { walk, pass } = await passOf(store, await requireErasure(store, job.job), now);
  return await listChunks(
    store.objects,
    job,
    list,
    pass.chunks.map(() => ({ walk })),
  );
}

/** Once only: when imports may begin again, whoever has the id was made anew by one. */
async function eraseFromTable(store: Store, it: Erasure, clock: Clock): Promise<void> {
  const lock = await loadImportLock(store, "patrons");
  if (lock.erasing?.includes(it.erasureId) !== true) return;
  const { media } = await requireLibrary(store);
  const codes = media.map(({ code }) => code);
  // While this erasure is under way no import begins: one that is quiet now stays so.
  const wasQuiet = isQuiet(lock, clock());
  await countItems(store, it, await patronItems(store, it.patronId));
  await erasePatron(store, it.patronId, codes);
  if (!wasQuiet) return;
  // A file that was sent before, and is imported as soon as imports may begin, would bring the patron back.
  await countDeleted(store, it.erasureId, "objects", await eraseFromWaitingImports(store, it));
  await letImportsBegin(store, it.erasureId, clock);
}

async function passOf(store: Store, it: Erasure, now: Date): Promise<{ walk: string; pass: ErasurePass }> {
  const walk = await nameOf(store, it, now);
  const named = { erasureId: it.erasureId, walk };
  const made = await loadErasurePass(store, named);
  if (made !== undefined) return { walk, pass: made };
  // What was asked for just before may be there only just after.
  const began = new Date(now.getTime() - longestMaking).toISOString();
  const jobs =
    it.again === undefined
      ? await jobsToWalk(store, now, { cleanSince: it.cleanSince })
      : await laterJobs(store, it, it.again, now);
  await saveErasurePass(store, named, { began, chunks: slices(jobs, jobsPerChunk).map((some) => [...some]) });
  const pass = await loadErasurePass(store, named);
  if (pass === undefined) throw new Error(`The walk ${it.pass} of erasure ${it.erasureId} was not kept`);
  return { walk, pass };
}

/** The name of the present walk. Of two calls that begin it at once, one names it. */
async function nameOf(store: Store, it: Erasure, now: Date): Promise<string> {
  if (it.walk !== undefined) return it.walk;
  const name = newId(now);
  if ((await nameWalk(store, it, name)).done) return name;
  const { walk } = await requireErasure(store, it.erasureId);
  if (walk === undefined) throw new Error(`The walk ${it.pass} of erasure ${it.erasureId} is over`);
  return walk;
}

/** What was at work, and what was made since the walk before began, of what may not have been clean. */
async function laterJobs(store: Store, it: Erasure, again: readonly string[], now: Date): Promise<string[]> {
  const { erasureId, walkBefore: walk } = it;
  const before = walk === undefined ? undefined : await loadErasurePass(store, { erasureId, walk });
  const made = await jobsSince(store, now, before ?? { began: it.createdAt, chunks: [] }, it.cleanSince);
  return [...new Set([...again, ...made])];
}

import { createInterface } from "node:readline";
import { z } from "zod";
import { countOutcomes } from "#domain/batch-update/counts";
import { outcomes as allOutcomes, type Outcome } from "#domain/batch-update/outcome";
import { type Check, compareCounts, standingOf } from "#domain/support/verify";
import { allEnded } from "#platform/side-by-side";
import type { BatchUpdate } from "#records/batch-updates/batch-updates";
import { errorsKey, loadApplyResult, loadOutcomeIndex, outcomesKey } from "#records/batch-updates/outcomes";
import {
  batchUpdateFolder,
  digestBase,
  loadPlanChunk,
  loadPlanExclusions,
  planDigest,
} from "#records/batch-updates/plans";
import { loadMediumRecords } from "#records/profiles/medium-records";
import { fillCounts } from "#records/service-queues/fill-counts";
import type { Store } from "#records/store/store";

const count = z.number().int();
/** What was counted so far of a batch update that is too large for one call. */
const stateSchema = z.object({
  at: z.string(),
  hashes: z.array(z.string()),
  outcomes: z.array(z.number().int()),
  asWritten: count,
  since: count,
  erased: count.default(0),
  wrong: count,
  wrongIds: z.array(z.string()),
  missing: z.array(count),
  requestedFills: count,
});
type State = z.infer<typeof stateSchema>;

const begun = (at: string): State => ({
  ...{
    at,
    hashes: [],
    outcomes: [],
    asWritten: 0,
    since: 0,
    erased: 0,
    wrong: 0,
    wrongIds: [],
    missing: [],
    requestedFills: 0,
  },
});

/** Milliseconds that one call counts before it answers how far it has come. */
const longestCall = 8000;
/** Milliseconds after which what was counted half is counted anew: records go on changing. */
const stateLasts = 3_600_000;
/** Patrons that are named in a check. */
const mostNamed = 10;

export type Verified =
  | { readonly status: "RUNNING"; readonly progress: { readonly done: number; readonly total: number } }
  | { readonly status: "DONE"; readonly ok: boolean; readonly checks: readonly Check[] };

const stateKey = (batch: BatchUpdate) => `${batchUpdateFolder(batch)}/verify.json`;

/**
 * Counts the records, outcomes, report and digest of a batch update that has ended against each other. Of a large one,
 * each call goes on where the one before it came to.
 *
 * @param longest milliseconds after which a call answers how far it has come: it counts one chunk at least
 */
export async function verifyBatchUpdate(
  store: Store,
  batch: BatchUpdate,
  now: Date,
  longest = longestCall,
): Promise<Verified> {
  const until = performance.now() + longest;
  const chunks = batch.starts?.length ?? 0;
  const state = await stateOf(store, batch, now);
  while (state.hashes.length < chunks) {
    await addChunk(store, batch, state, state.hashes.length);
    if (performance.now() > until && state.hashes.length < chunks) {
      await store.objects.putJson(stateKey(batch), state);
      return { status: "RUNNING", progress: { done: state.outcomes.length, total: batch.patrons } };
    }
  }
  const checks = await checksOf(store, batch, state);
  // The next who asks counts anew.
  await store.objects.putJson(stateKey(batch), begun(new Date(0).toISOString()));
  return { status: "DONE", ok: checks.every(({ ok }) => ok), checks };
}

async function stateOf(store: Store, batch: BatchUpdate, now: Date): Promise<State> {
  const kept = await store.objects.getJson(stateKey(batch), stateSchema);
  const isGood = kept !== undefined && now.getTime() - Date.parse(kept.at) < stateLasts;
  return isGood ? kept : begun(now.toISOString());
}

async function addChunk(store: Store, batch: BatchUpdate, state: State, chunk: number): Promise<void> {
  const { medium, batchUpdateId: by, turn = 0 } = batch;
  const [{ lines, sha256 }, result] = await allEnded([
    loadPlanChunk(store, batch, chunk),
    loadApplyResult(store, batch, chunk),
  ]);
  const ids = lines.map(({ patronId }) => patronId);
  const records = await loadMediumRecords(store, medium, ids);
  for (const [place, line] of lines.entries()) {
    const outcome: Outcome = result?.outcomes[place] ?? "UNPROCESSED";
    state.outcomes.push(allOutcomes.indexOf(outcome));
    const standing = standingOf(line, outcome, records.get(line.patronId), { by, turn });
    if (standing === "AS_WRITTEN") state.asWritten++;
    if (standing === "SINCE") state.since++;
    if (standing === "ERASED") state.erased++;
    if (standing === "WRONG") state.wrong++;
    if (standing === "WRONG" && state.wrongIds.length < mostNamed) state.wrongIds.push(line.patronId);
  }
  if (result === undefined) state.missing.push(chunk);
  state.requestedFills += result?.requestedFills ?? 0;
  state.hashes.push(sha256);
}

async function checksOf(store: Store, batch: BatchUpdate, state: State): Promise<Check[]> {
  const counted = countOutcomes(state.outcomes.map((place) => allOutcomes[place] ?? "UNPROCESSED"));
  const [exclusions, index, report, errorRows, fills] = await allEnded([
    loadPlanExclusions(store, batch),
    loadOutcomeIndex(store, batch),
    reportOutcomes(store, batch),
    countRows(store, batch),
    fillCounts(store, batch.batchUpdateId, false),
  ]);
  const base = digestBase(batch, state.hashes);
  const isSealed = base === batch.plan?.base && planDigest(base, exclusions.lines) === batch.plan.digest;
  const { asWritten, since, erased, wrong, wrongIds, missing } = state;
  const said = batch.counts ?? countOutcomes([]);
  return [
    {
      name: "digest",
      ok: isSealed,
      detail: isSealed ? "The plan is the one that was sealed" : "The plan is not the one that was sealed",
    },
    {
      name: "chunks",
      ok: missing.length === 0,
      detail: missing.length === 0 ? "Every chunk has its outcomes" : `Chunks without outcomes: ${missing.join(", ")}`,
    },
    {
      name: "records",
      ok: wrong === 0,
      detail: `${asWritten} records hold what was written, ${since} were written since by others${
        erased === 0 ? "" : `, ${erased === 1 ? "1 patron was" : `${erased} patrons were`} erased since`
      }${wrong === 0 ? "" : `; ${wrong} do not stand as the outcomes say: ${wrongIds.join(", ")}`}`,
    },
    compareCounts("counts", "Outcomes against the batch update's counts", { ...counted }, { ...said }),
    compareCounts("index", "Outcomes against their index", { ...countOutcomes(index ?? []) }, { ...counted }),
    compareCounts("report", "The report against the outcomes", { ...report }, { ...counted }),
    compareCounts("errors", "Rows of the errors", { total: errorRows }, { total: batch.errorRows ?? 0 }),
    compareCounts(
      "serviceQueues",
      "Service queues asked for",
      { total: fills.requested },
      { total: state.requestedFills },
    ),
  ];
}

const outcomeSchema = z.object({ outcome: z.enum(allOutcomes) });

/** What the file of the report says, line by line; nothing where it is not there. */
async function reportOutcomes(store: Store, batch: BatchUpdate) {
  const file = await store.objects.getStream(outcomesKey(batch));
  const found: Outcome[] = [];
  if (file !== undefined) {
    for await (const line of createInterface({ input: file.body, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line !== "") found.push(outcomeSchema.parse(JSON.parse(line)).outcome);
    }
  }
  return countOutcomes(found);
}

const quote = '"'.charCodeAt(0);
const lineFeed = "\n".charCodeAt(0);

/** Rows of the errors file, its header left out: a quoted cell may hold line feeds. */
async function countRows(store: Store, batch: BatchUpdate): Promise<number> {
  const file = await store.objects.getStream(errorsKey(batch));
  if (file === undefined) return 0;
  let rows = 0;
  let isQuoted = false;
  for await (const part of file.body) {
    const bytes: Uint8Array = Buffer.from(part);
    for (const byte of bytes) {
      if (byte === quote) isQuoted = !isQuoted;
      else if (byte === lineFeed && !isQuoted) rows++;
    }
  }
  return Math.max(0, rows - 1);
}

import { recordOutcomes } from "#domain/batch-update/outcome";
import type { PatronId } from "#domain/ids";
import { sideBySide } from "#platform/side-by-side";
import { type BatchUpdate, isRunBefore, listBatchUpdates } from "#records/batch-updates/batch-updates";
import { loadOutcomeIndex } from "#records/batch-updates/outcomes";
import { loadPlanIndex } from "#records/batch-updates/plans";
import type { Store } from "#records/store/store";

/** What one page of a history may read. */
export interface Bounds {
  /** Runs whose indexes are looked into. */
  readonly runs: number;
  /** Milliseconds after which nothing more is begun. */
  readonly time: number;
}

export const pageBounds: Bounds = { runs: 100, time: 5_000 };

/** Runs looked into side by side: the index of a large plan has some megabytes. */
const runsAtOnce = 5;
/** Batch updates listed in one go: all are looked at, and DynamoDB answers with a megabyte at most. */
const listedAtOnce = 1_000;

/** The run and line that wrote a patron, or the run that was looked into last where the bounds held the search up. */
export type Older = { readonly run: BatchUpdate; readonly at: number } | { readonly upTo: BatchUpdate };

/**
 * Finds the runs that wrote a patron before one whose evidence is gone. What led from one to the other went with the lines,
 * so those that are kept are looked through: few libraries ever have any, for they must have made their retention days
 * fewer, or an older run was followed up for long. One search is for one page, and keeps to its bounds.
 */
export class OlderRuns {
  readonly #store: Store;
  readonly #patronId: PatronId;
  readonly #ends: number;
  #runsLeft: number;
  #hasLooked = false;
  #kept: Promise<BatchUpdate[]> | undefined;

  constructor(store: Store, patronId: PatronId, { runs, time }: Bounds) {
    this.#store = store;
    this.#patronId = patronId;
    this.#runsLeft = runs;
    this.#ends = performance.now() + time;
  }

  isTimeOver(): boolean {
    return performance.now() >= this.#ends;
  }

  /** Undefined where there is none before it. However late it is, each search looks into some: so each page goes on. */
  async before(run: BatchUpdate): Promise<Older | undefined> {
    this.#kept ??= keptRuns(this.#store);
    const older = (await this.#kept).filter((it) => isRunBefore(it, run));
    let upTo = run;
    while (older.length > 0) {
      if (this.#runsLeft <= 0 || (this.#hasLooked && this.isTimeOver())) return { upTo };
      this.#hasLooked = true;
      const some = older.splice(0, Math.min(runsAtOnce, this.#runsLeft));
      this.#runsLeft -= some.length;
      const lines = await sideBySide(some, runsAtOnce, (it) => lineOf(this.#store, this.#patronId, it));
      for (const [place, at] of lines.entries()) {
        const found = some[place];
        if (found !== undefined && at !== undefined) return { run: found, at };
      }
      upTo = some.at(-1) ?? upTo;
    }
    return undefined;
  }
}

/** All runs of a library whose evidence is kept, of each medium the last one first. */
async function keptRuns(store: Store): Promise<BatchUpdate[]> {
  const kept: BatchUpdate[] = [];
  for await (const batch of listBatchUpdates(store, undefined, listedAtOnce)) {
    if (batch.evidence === undefined && batch.turn !== undefined && batch.starts !== undefined) kept.push(batch);
  }
  return kept.sort((a, b) => (b.turn ?? 0) - (a.turn ?? 0));
}

/** The line by which a run wrote a patron's record; undefined where it did not. */
async function lineOf(store: Store, patronId: PatronId, run: BatchUpdate): Promise<number | undefined> {
  const at = (await loadPlanIndex(store, run)).patronIds.indexOf(patronId);
  const outcome = at === -1 ? undefined : (await loadOutcomeIndex(store, run))?.[at];
  return recordOutcomes.some((written) => written === outcome) ? at : undefined;
}

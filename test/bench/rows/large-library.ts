import { existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { fillCounts } from "#records/service-queues/fill-counts";
import { libraryId } from "#test/ids";
import { batchRuns, changeOf } from "../batch-run.ts";
import { type Bed, openBed } from "../bed.ts";
import { type Generated, importFile, patronLines, seedPatrons, titleLines } from "../patrons.ts";
import { type Peaks, sumOfPeaks, watchPeaks } from "../peak-memory.ts";
import { median, type Row, row } from "../row.ts";

const library = "piedmont";

/** One step of the whole job with a library of one size. */
export interface Step {
  readonly name: string;
  readonly seconds: number;
  /** Patrons, or queues. */
  readonly count: number;
  readonly peaks: Peaks;
}

export interface LargeLibrary {
  readonly patrons: number;
  readonly steps: readonly Step[];
  /** Milliseconds of requests that the console makes for its lists, by what they show. */
  readonly lists: Readonly<Record<string, number>>;
  /** Highest sum of all processes' memory over the steps, in MiB. */
  readonly peak: number;
}

/** Files that are kept in memory where the machine has such a folder: not counted as a process's own. */
const memoryFolder = "/dev/shm";

/**
 * The whole job on files, from the import to the undo, in a product of its own.
 *
 * @param options.quick puts the files where writing takes no time, which changes nothing about the memory of processes,
 *   and does no more than query, plan and apply
 */
export async function runLargeLibrary(of: Generated, { quick }: { quick: boolean }): Promise<LargeLibrary> {
  const bed = await openBed("files", quick && existsSync(memoryFolder) ? { folder: memoryFolder } : {});
  try {
    return await runJob(bed, of, { quick });
  } finally {
    await bed.close();
  }
}

async function runJob(bed: Bed, of: Generated, { quick }: { quick: boolean }): Promise<LargeLibrary> {
  const runs = batchRuns(bed, library);
  const steps: Step[] = [];
  const step = async <T>(name: string, countOf: (result: T) => number, work: () => Promise<T>): Promise<T> => {
    const peaks = await watchPeaks(bed.processes);
    const started = performance.now();
    const result = await work();
    const seconds = (performance.now() - started) / 1000;
    steps.push({ name, seconds, count: countOf(result), peaks: await peaks() });
    return result;
  };
  await importFile(bed, library, "titles", titleLines(of.titles));
  if (quick) {
    await seedPatrons(bed, library, { ...of, withReading: 0 });
  } else {
    const file = patronLines(library, of);
    await step(
      "import",
      () => of.count,
      () => importFile(bed, library, "patrons", file),
    );
  }
  const criteria = { any: [{ field: "Patron.mainStatus", operator: "in", value: ["ACTIVE", "SUSPENDED"] }] };
  const matched = (set: { result: { counts: { matched: number } } }) => set.result.counts.matched;
  const set = await step("query", matched, () => runs.querySet({ criteria }));
  const { changes, ...spec } = changeOf(0);
  const addServiceQueue = quick ? {} : { addServiceQueue: true };
  const planned = await step(
    "plan",
    () => matched(set),
    () => runs.plan(set.result.querySetId, { ...spec, changes: { ...changes, ...addServiceQueue } }),
  );
  const done = await step(
    "apply, with outcomes and report",
    () => matched(set),
    () => runs.apply(planned.result),
  );
  const ended = () => ({ patrons: of.count, steps, peak: Math.max(...steps.map(({ peaks }) => sumOfPeaks(peaks))) });
  if (quick) return { ...ended(), lists: {} };
  const { batchUpdateId } = done.result;
  await step(
    "fill, what was left of it",
    (left: number) => left,
    async () => {
      const first = await fillCounts(bed.stores.of(libraryId(library)), batchUpdateId, true);
      for (;;) {
        const { pending } = await fillCounts(bed.stores.of(libraryId(library)), batchUpdateId, false);
        if (pending === 0) return first.pending;
        await wait(200);
      }
    },
  );
  await step(
    "report, downloaded",
    () => matched(set),
    () => downloadReport(bed, batchUpdateId),
  );
  const undo = await step(
    "undo, planned",
    () => matched(set),
    () => runs.planUndo(batchUpdateId),
  );
  await step(
    "undo, applied",
    () => matched(set),
    () => runs.apply(undo.result),
  );
  return { ...ended(), lists: await timeLists(bed, set.result.querySetId, batchUpdateId) };
}

const reportSchema = z.looseObject({ outcomes: z.object({ jsonlUrl: z.string() }) });

async function downloadReport(bed: Bed, batchUpdateId: string): Promise<void> {
  const { body } = await bed.product.call("GET", `/v1/batch-updates/${batchUpdateId}/report`);
  const response = await fetch(reportSchema.parse(body).outcomes.jsonlUrl);
  for await (const _ of response.body ?? []);
}

async function timeLists(bed: Bed, querySetId: string, batchUpdateId: string): Promise<Record<string, number>> {
  const paths = {
    "patrons by name": "/v1/patrons?q=Sm&limit=50",
    "query set, first page": `/v1/query-sets/${querySetId}/patrons?limit=50`,
    "query set, by name": `/v1/query-sets/${querySetId}/patrons?limit=50&q=Sm`,
    "query set, summary": `/v1/query-sets/${querySetId}/summary`,
    "plan, first page": `/v1/batch-updates/${batchUpdateId}/plan?limit=50`,
    "plan, records to be made": `/v1/batch-updates/${batchUpdateId}/plan?limit=50&action=CREATE`,
    "plan, by name": `/v1/batch-updates/${batchUpdateId}/plan?limit=50&q=Sm`,
    "outcomes, first page": `/v1/batch-updates/${batchUpdateId}/outcomes?limit=50`,
    "service queues, first page": `/v1/batch-updates/${batchUpdateId}/service-queues?limit=50`,
    "batch updates": "/v1/batch-updates?limit=50",
  };
  const lists: Record<string, number> = {};
  for (const [name, path] of Object.entries(paths)) {
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      const started = performance.now();
      const { status } = await bed.product.call("GET", path);
      if (status !== 200) throw new Error(`GET ${path}: ${status}`);
      times.push(performance.now() - started);
    }
    lists[name] = median(times);
  }
  return lists;
}

export function memoryRow(small: LargeLibrary, large: LargeLibrary): Row {
  return row({
    name: `peak memory at ${large.patrons.toLocaleString("en")} patrons, all processes, ${large.steps[0]?.name} to ${large.steps.at(-1)?.name.split(",")[0]}`,
    unit: "MiB",
    ours: large.peak,
    other: small.peak,
    against: `itself at ${small.patrons.toLocaleString("en")}`,
    reach: 1.3,
    direction: "at most",
  });
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fillCounts } from "#records/service-queues/fill-counts";
import { type Key, mediumRecordKey, patronKey, queueKey, readingKey } from "#records/store/keys";
import { libraryId, patronId } from "#test/ids";
import { batchRuns, changeOf } from "../batch-run.ts";
import { type Bed, openBed } from "../bed.ts";
import { type Bill, billOf, totalOf } from "../meter/bill.ts";
import { itemBytes, readUnits, writeUnits } from "../meter/item-bytes.ts";
import { meterPosition, noUsage, type Usage, usageSince } from "../meter/usage.ts";
import { workflowUseSince } from "../meter/workflow-use.ts";
import { importFile, seedPatrons, titleLines } from "../patrons.ts";
import { type Row, row } from "../row.ts";
import type { Sizes } from "../sizes.ts";
import { setOf } from "./applying.ts";

const library = "piedmont";
const medium = "DB";
const per = 100_000;

/** One naive Lambda call: 10 ms at 256 MB, which does it a favour. */
const naiveGbSeconds = 0.01 * 0.25;

/** A kind of work with its bill, and those of the naive design and of the bare records, all for 100,000 patrons. */
export interface Costs {
  readonly name: string;
  readonly bill: Bill;
  readonly naive: number;
  readonly floor: number;
}

/**
 * Meters the whole job in a product of its own, and prices it for 100,000 patrons. Functions run one at a time, so that
 * each has a processor for itself, as on Lambda.
 */
export async function measureCosts(sizes: Pick<Sizes, "cost" | "titles">): Promise<Costs[]> {
  const folder = await mkdtemp(join(tmpdir(), "meter-"));
  const file = join(folder, "meter.jsonl");
  const preload = join(import.meta.dirname, "..", "meter", "preload.ts");
  const bed = await openBed("memory", {
    environment: { FAULTS_MODULE: preload, FAULTS_METER: file, LAMBDA_CONCURRENCY: "1" },
  });
  try {
    return await meterJobs(bed, file, sizes);
  } finally {
    await bed.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function meterJobs(bed: Bed, file: string, sizes: Pick<Sizes, "cost" | "titles">): Promise<Costs[]> {
  const { titles } = sizes;
  const [count, updated] = sizes.cost;
  await importFile(bed, library, "titles", titleLines(titles));
  const ids = (await seedPatrons(bed, library, { count, titles, withReading: updated })).slice(0, updated);
  const runs = batchRuns(bed, library);
  const metered = async <T>(work: () => Promise<T>): Promise<{ result: T; usage: Usage }> => {
    const position = await meterPosition(file);
    const since = new Date();
    const result = await work();
    const workflows = await workflowUseSince(bed, since);
    return { result, usage: { ...(await usageSince(file, position, bed.stores)), ...workflows } };
  };

  const everybody = { any: [{ field: "Patron.patronId", operator: "isNotBlank" }] };
  const query = await metered(() => runs.querySet({ criteria: everybody }));
  const { matched } = query.result.result.counts;
  const querySetId = await setOf(runs, ids);
  const update = await metered(async () => {
    const planned = await runs.plan(querySetId, changeOf(1));
    return await runs.apply(planned.result);
  });
  const undo = await metered(async () => {
    const planned = await runs.planUndo(update.result.result.batchUpdateId);
    return await runs.apply(planned.result);
  });
  const filling = await metered(async () => {
    const { changes, ...spec } = changeOf(2);
    const planned = await runs.plan(querySetId, { ...spec, changes: { ...changes, addServiceQueue: true } });
    const { result } = await runs.apply(planned.result);
    for (;;) {
      const { pending } = await fillCounts(bed.stores.of(libraryId(library)), result.batchUpdateId, true);
      if (pending === 0) break;
      await wait(50);
    }
    return result;
  });

  const floorOf = recordFloors(bed, ids);
  const records = await floorOf((id) => [mediumRecordKey({ library: libraryId(library) }, patronId(id), medium)]);
  const readings = await floorOf((id) => [readingKey({ library: libraryId(library) }, patronId(id))]);
  const queues = await floorOf((id) => [queueKey({ library: libraryId(library) }, patronId(id), medium)]);
  const core = await floorOf((id) => [patronKey({ library: libraryId(library) }, patronId(id))]);
  const updateFloor = { readUnits: records.readUnits, writeUnits: records.writeUnits };
  const fillFloor = {
    readUnits: records.readUnits + readings.readUnits + queues.readUnits,
    writeUnits: records.writeUnits + queues.writeUnits,
  };
  const costs = (
    name: string,
    usage: Usage,
    count: number,
    floor: Pick<Usage, "readUnits" | "writeUnits">,
    floorCount: number,
  ) => ({
    name,
    bill: billOf(usage, per / count),
    naive: totalOf(
      billOf(
        {
          ...noUsage,
          ...floor,
          transitions: floorCount,
          lambdaRequests: floorCount,
          lambdaGbSeconds: naiveGbSeconds * floorCount,
        },
        per / floorCount,
      ),
    ),
    floor: totalOf(billOf({ ...noUsage, ...floor }, per / floorCount)),
  });
  const changed = ids.length;
  return [
    costs("update", update.usage, changed, updateFloor, changed),
    costs("update with filling", filling.usage, changed, fillFloor, changed),
    costs("query", query.usage, matched, { readUnits: core.readUnits, writeUnits: 0 }, changed),
    costs("undo", undo.usage, changed, updateFloor, changed),
  ];
}

/** Units of reading, and of writing, each of the patrons' items once. */
function recordFloors({ stores }: Bed, ids: readonly string[]) {
  return async (keysOf: (patronId: string) => Key[]) => {
    const items = await stores.across.batchGetRaw(ids.flatMap(keysOf));
    const floor = { readUnits: ids.length - items.length, writeUnits: 0 };
    for (const item of items) {
      const bytes = itemBytes(item);
      floor.readUnits += readUnits(bytes, true);
      floor.writeUnits += writeUnits(bytes);
    }
    return floor;
  };
}

export function costingRows(costs: readonly Costs[]): Row[] {
  const unit = "$ per 100,000 patrons";
  return costs.flatMap(({ name, bill, naive, floor }) => {
    const ours = totalOf(bill);
    const shared = { name: `AWS cost of ${name}`, unit, ours };
    return [
      row(
        {
          ...shared,
          other: naive,
          against: "one Standard step and one Lambda call per patron (times cheaper)",
          reach: 20,
          direction: "at least",
        },
        naive / ours,
      ),
      row({ ...shared, other: floor, against: "bare units of the records", reach: 2, direction: "at most" }),
    ];
  });
}

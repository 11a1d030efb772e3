import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { erasures } from "#contract/erasures";
import { batchRuns, changeOf } from "../batch-run.ts";
import type { Bed } from "../bed.ts";
import { timed } from "../rounds.ts";
import { type Row, row } from "../row.ts";

/** Seconds that an erasure may take on one machine. */
const longest = 120;
const betweenLooks = 50;

/**
 * One patron of a library, who is in several jobs of everybody, from the request until the erasure is over and the engine's
 * file holds nothing of the patron either.
 */
export async function erasingRow(bed: Bed, patronIds: readonly string[], patrons: number): Promise<Row> {
  await jobsOfEverybody(bed);
  const patronId = patronIds[Math.floor(patronIds.length / 2)];
  const seconds = await timed(async () => {
    const asked = await bed.product.call("POST", `/v1/patrons/${patronId}/erase`, { body: { reason: "bench" } });
    const { erasureId } = erasures.erase.answers[202].parse(asked.body);
    while ((await erasureOf(bed, erasureId)).status !== "COMPLETED") await wait(betweenLooks);
    // What is there as long as something that was deleted stands in the file.
    while (existsSync(join(bed.product.dataDir, "dynamodb", "to-compact.json"))) await wait(betweenLooks);
  });
  return row({
    name: `erasing one of ${patrons.toLocaleString("en")} patrons who is in six jobs of everybody, on files`,
    unit: "s",
    ours: seconds,
    other: longest,
    against: "two minutes",
    reach: 1,
    direction: "at most",
  });
}

async function erasureOf(bed: Bed, erasureId: string) {
  const { body } = await bed.product.call("GET", `/v1/erasures/${erasureId}`);
  return erasures.get.answers[200].parse(body);
}

/** Two query sets, two batch updates that were applied and the undo of one, and one that waits for its review. */
async function jobsOfEverybody(bed: Bed): Promise<void> {
  const runs = batchRuns(bed, "piedmont");
  const criteria = { any: [{ field: "Patron.mainStatus", operator: "in", value: ["ACTIVE", "SUSPENDED"] }] };
  const sets = [await runs.querySet({ criteria }), await runs.querySet({ criteria })];
  const done: string[] = [];
  for (const [round, { result: set }] of sets.entries()) {
    const { result: planned } = await runs.plan(set.querySetId, changeOf(round));
    await runs.apply(planned);
    done.push(planned.batchUpdateId);
  }
  const { result: undo } = await runs.planUndo(done.at(-1) ?? "");
  await runs.apply(undo);
  await runs.plan(sets[0]?.result.querySetId ?? "", changeOf(2));
}

import { mediumRecordKey } from "#records/keys";
import { type BatchRuns, batchRuns, changeOf } from "../batch-run.ts";
import type { Bed, EngineKind } from "../bed.ts";
import { bareWrites } from "../peers/bare-writes.ts";
import { openNaiveLambdas } from "../peers/naive-lambdas.ts";
import { updateScript } from "../peers/update-script.ts";
import { interleaved, rates, timed } from "../rounds.ts";
import { type Row, rowOfRounds } from "../row.ts";

const library = "piedmont";

/** Applying, and planning with applying, against whoever writes the same fields of the same patrons in another way. */
export async function applyingRows(
  bed: Bed,
  engine: EngineKind,
  patronIds: readonly string[],
  rounds: number,
): Promise<Row[]> {
  const runs = batchRuns(bed, library);
  const client = bed.plainClient();
  const naive = await openNaiveLambdas(bed);
  const { table } = bed.endpoints;
  const count = patronIds.length;
  const few = patronIds.slice(0, 500);
  await planAndApply(runs, await setOf(runs, few), 1001);
  await updateScript(client, table, library, few, changeOf(1002));
  await naive.run(library, few, changeOf(1003));
  const querySetId = await setOf(runs, patronIds);
  const records = await bed.store.table.batchGetRaw(patronIds.map((id) => mediumRecordKey(library, id, "DB")));

  const planSeconds: number[] = [];
  // Whoever writes in a round changes something else than the one before.
  let change = 0;
  const seconds = await interleaved(rounds, {
    script: () => timed(() => updateScript(client, table, library, patronIds, changeOf(change++))),
    apply: async () => {
      const { plan, apply } = await planAndApply(runs, querySetId, change++);
      planSeconds.push(plan);
      return apply;
    },
    naive: () => timed(() => naive.run(library, patronIds, changeOf(change++))),
    bare: async () => {
      const { nightlyDebug, changes } = changeOf(change++);
      const items = records.map((record) => ({
        ...record,
        cutoff: { N: String(changes.cutoff) },
        deliveryMethod: { S: changes.deliveryMethod },
        nightlyDebug: { BOOL: nightlyDebug },
        // Writers after this one must find a version to go on from, whatever they last wrote.
        version: { N: String(1_000_000 + change) },
      }));
      return await timed(() => bareWrites(client, table, items));
    },
  });
  await naive.close();
  client.destroy();

  const both = seconds.apply.map((apply, round) => apply + (planSeconds[round] ?? Number.NaN));
  const script = rates(count, seconds.script);
  const apply = rates(count, seconds.apply);
  const on = engine === "memory" ? "" : ", on files";
  // Ratios are to be reached in memory, where they measure the design and not the disk.
  const shared = { unit: "patrons/s", direction: "at least" } as const;
  return [
    rowOfRounds({ ...shared, name: `apply${on}`, against: "UpdateItem script, 32 at once", reach: 2 }, apply, script),
    rowOfRounds(
      { ...shared, name: `plan + apply${on}`, against: "UpdateItem script, 32 at once", reach: 1 },
      rates(count, both),
      script,
    ),
    rowOfRounds(
      { ...shared, name: `apply${on}`, against: "one Lambda call per patron, read then put", reach: 5 },
      apply,
      rates(count, seconds.naive),
    ),
    rowOfRounds(
      { ...shared, name: `apply${on}`, against: "bare BatchWriteItem", reach: 0.35 },
      apply,
      rates(records.length, seconds.bare),
    ),
  ];
}

export async function setOf(runs: BatchRuns, patronIds: readonly string[]): Promise<string> {
  return (await runs.querySet({ patronIds })).result.querySetId;
}

/** Seconds of each. */
export async function planAndApply(runs: BatchRuns, querySetId: string, round: number) {
  const planned = await runs.plan(querySetId, changeOf(round % 800));
  const applied = await runs.apply(planned.result);
  return { plan: planned.seconds, apply: applied.seconds };
}

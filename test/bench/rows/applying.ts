import { mediumRecordKey } from "#records/store/keys";
import { libraryId, patronId } from "#test/ids";
import { type BatchRuns, batchRuns, changeOf } from "../batch-run.ts";
import type { Bed, EngineKind } from "../bed.ts";
import { bareWrites } from "../peers/bare-writes.ts";
import { openNaiveLambdas } from "../peers/naive-lambdas.ts";
import { updateScript } from "../peers/update-script.ts";
import { withEngineShare } from "../processor-time.ts";
import { interleaved, rates, timed } from "../rounds.ts";
import { median, type Row, rowOfRounds } from "../row.ts";

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
  // Its calls know nothing of each other, so a part of them tells the rate; all would take as long as the others together.
  const someIds = patronIds.slice(0, Math.ceil(count / 4));
  const querySetId = await setOf(runs, patronIds);
  const records = await bed.stores.across.batchGetRaw(
    patronIds.map((id) => mediumRecordKey({ library: libraryId(library) }, patronId(id), "DB")),
  );

  let planSeconds: number[] = [];
  let engineShares: number[] = [];
  // Whoever writes in a round changes something else than the one before.
  let change = 0;
  const contestants = {
    script: () => timed(() => updateScript(client, table, library, patronIds, changeOf(change++))),
    apply: async () => {
      const planned = await runs.plan(querySetId, changeOf(change++ % 800));
      planSeconds.push(planned.seconds);
      const { seconds, share } = await withEngineShare(
        bed.processes.database,
        async () => (await runs.apply(planned.result)).seconds,
      );
      engineShares.push(share);
      return seconds;
    },
    naive: () => timed(() => naive.run(library, someIds, changeOf(change++))),
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
  };
  // A round that does not count: nobody is measured while the engine of JavaScript still compiles.
  await interleaved(1, contestants);
  planSeconds = [];
  engineShares = [];
  const seconds = await interleaved(rounds, contestants);
  await naive.close();
  client.destroy();

  const both = seconds.apply.map((apply, round) => apply + (planSeconds[round] ?? Number.NaN));
  const script = rates(count, seconds.script);
  const apply = rates(count, seconds.apply);
  const on = engine === "memory" ? "" : ", on files";
  const shared = { unit: "patrons/s", direction: "at least" } as const;
  // Ratios are to be reached in memory, where they measure the design and not the disk.
  const reach = (ratio: number) => (engine === "memory" ? ratio : undefined);
  return [
    rowOfRounds(
      {
        ...shared,
        name: `apply${on}`,
        engineShare: median(engineShares),
        against: "UpdateItem script, 32 at once",
        reach: reach(2),
      },
      apply,
      script,
    ),
    rowOfRounds(
      { ...shared, name: `plan + apply${on}`, against: "UpdateItem script, 32 at once", reach: reach(1) },
      rates(count, both),
      script,
    ),
    rowOfRounds(
      { ...shared, name: `apply${on}`, against: "one Lambda call per patron, read then put", reach: reach(5) },
      apply,
      rates(someIds.length, seconds.naive),
    ),
    rowOfRounds(
      { ...shared, name: `apply${on}`, against: "bare BatchWriteItem", reach: reach(0.35) },
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
